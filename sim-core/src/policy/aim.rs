//! Aims: the measures that are announced, whom they hit or will hit, and what they reach.

use super::lawbook::{Grip, LawBook, Target, span};
use super::{Rules, practised, threshold};
use crate::calendar::Quarter;
use crate::lent::{Lent, Numbers, items};
use crate::scenario::measure::Measure;
use crate::world::World;
use crate::world::law_memory::MeasureState;

/// A product that a measure reaches now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    pub(super) product: usize,
    /// Since when.
    pub(super) from: Quarter,
    pub(super) servicing_barred: bool,
    /// Whether it is reached by its US content or technology.
    pub(super) foreign_made: bool,
}

/// A measure that is announced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announced {
    pub(super) m: usize,
    /// How open it is to evasion.
    leak: f64,
    /// Chance that a licence is granted.
    approval: f64,
}

items!(Bar, Announced, Quarter);

/// The measures that are announced, and whom they hit or will hit.
#[derive(Default)]
pub(super) struct Aims {
    pub(super) measures: Lent<Announced>,
    /// What is remembered of each.
    states: Lent<Option<usize>>,
    /// The highest level that each lets through to each buyer; NaN for buyers that it does not hit.
    level: Numbers,
    /// The quarter from which it binds each buyer.
    from: Lent<Quarter>,
    /// Whether it hits a buyer of each tile.
    hit: Lent<bool>,
}

/// One of them.
pub(super) struct Aim<'a> {
    pub(super) m: usize,
    pub(super) measure: &'a Measure,
    pub(super) leak: f64,
    /// Chance that a licence is granted.
    pub(super) approval: f64,
    pub(super) level: &'a [f64],
    pub(super) from: &'a [Quarter],
    pub(super) hit: &'a [bool],
    pub(super) state: Option<&'a MeasureState>,
}

impl Aims {
    /// Adds a measure; says of its targets that they are touched, and of their tiles that they are hit.
    pub(super) fn add(
        &mut self,
        world: &World,
        (m, leak): (usize, f64),
        targets: impl Iterator<Item = Target>,
        now: Quarter,
        rules: &mut Rules,
    ) {
        let structure = &world.setup.structure;
        let measure = &world.scenario.measures[m];
        let (buyers, tiles) = (structure.buyers.len(), structure.tiles.len());
        if self.measures.is_empty() {
            let most = world.scenario.measures.len();
            self.measures = Lent::with_room(most);
            self.states = Lent::with_room(most);
            self.level = Numbers::with_room(most * buyers);
            self.from = Lent::with_room(most * buyers);
            self.hit = Lent::with_room(most * tiles);
        }
        let (buyer, tile) = (self.level.len(), self.hit.len());
        let approval = practised(world, &measure.licence.approval_rate, now);
        self.measures.push(Announced { m, leak, approval });
        self.states.push(world.law.place(&measure.id));
        self.level.resize(buyer + buyers, f64::NAN);
        self.from.resize(buyer + buyers, now);
        self.hit.resize(tile + tiles, false);
        for Target { buyer: b, in_force, .. } in targets {
            let family = structure.buyers[b].row.family;
            self.level[buyer + b] = threshold::level(measure, &rules.reviewed[m], family);
            self.from[buyer + b] = in_force;
            rules.touched[b] = true;
            for c in &structure.buyers[b].cells {
                let t = structure.tile_of[*c];
                (self.hit[tile + t], rules.hit[t]) = (true, true);
            }
        }
    }

    /// The measures in their order.
    pub(super) fn iter<'a>(&'a self, world: &'a World) -> impl Iterator<Item = Aim<'a>> + 'a {
        let structure = &world.setup.structure;
        let buyers = structure.buyers.len();
        let by_buyer = self.level.chunks_exact(buyers).zip(self.from.chunks_exact(buyers));
        let by_tile = self.hit.chunks_exact(structure.tiles.len());
        let known = self.measures.iter().zip(&self.states);
        known.zip(by_buyer).zip(by_tile).map(|(((aim, state), (level, from)), hit)| Aim {
            m: aim.m,
            measure: &world.scenario.measures[aim.m],
            leak: aim.leak,
            approval: aim.approval,
            level,
            from,
            hit,
            state: state.map(|place| world.law.at(place)),
        })
    }
}

impl Aim<'_> {
    /// Reads the products of a segment that it reaches now.
    pub(super) fn read_bars(
        &self,
        world: &World,
        book: &LawBook,
        segment: usize,
        now: Quarter,
        bars: &mut Lent<Bar>,
    ) {
        bars.clear();
        bars.extend(book.bound(self.m, segment).iter().filter_map(|bound| {
            let (announced, from) = span(world, self.measure, bound)?;
            (now >= announced).then_some(Bar {
                product: bound.product,
                from,
                servicing_barred: bound.servicing_barred,
                foreign_made: matches!(bound.grip, Grip::Content(_) | Grip::Technology(_)),
            })
        }));
    }
}
