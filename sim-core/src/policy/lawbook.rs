//! The law book: which buyers and products each measure can reach, worked out once for a run.
//!
//! A measure covers a product when its legal home is the authority's; or the home has aligned and its own
//! rule covers the product; or the product is foreign-made and the measure reaches it by its US content
//! (de minimis) or as a direct product of US technology (FDPR). Content, dependence, behavioural alignment
//! and detected diversion are states of the world, so the book holds the *grips* and the world says which
//! of them hold.

use std::sync::Arc;

use crate::calendar::Quarter;
use crate::draws::{Draws, Purpose};
use crate::scenario::Scenario;
use crate::scenario::measure::{Absence, Accession, EndUse, Measure};
use crate::scenario::tables::{BuyerKind, Line};
use crate::structure::Structure;
use crate::world::World;

use super::{alignment, precedence, procurement, threshold};

/// Why a measure reaches a product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grip {
    /// Its maker's legal home is the authority's.
    Own,
    /// Its home aligns from a date: announcement and first quarter in force.
    Ally(Quarter, Quarter),
    /// Its home weighs alignment; the place of the ally in the measure's list.
    Weighing(usize),
    /// Its US content exceeds a share of its value.
    Content(f64),
    /// Its dependence on US technology is at or above a trigger.
    Technology(f64),
}

impl Grip {
    /// Whether it holds for a product of this US content and this dependence on US technology, leaving dates
    /// aside.
    pub(super) fn holds(self, content: f64, dependence: f64) -> bool {
        match self {
            Self::Own | Self::Ally(..) | Self::Weighing(_) => true,
            Self::Content(share) => content > share,
            Self::Technology(trigger) => dependence >= trigger,
        }
    }
}

/// A product that a measure can reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Product.
    pub product: usize,
    /// Why.
    pub grip: Grip,
    /// Whether its maker may not service what is installed.
    pub servicing_barred: bool,
    /// When its home has left the measure.
    pub away: Option<Absence>,
}

impl Bound {
    /// One whose home never leaves.
    const fn steady(product: usize, grip: Grip, servicing_barred: bool) -> Self {
        Self { product, grip, servicing_barred, away: None }
    }
}

/// A buyer in the scope of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Buyer.
    pub buyer: usize,
    /// When the market knows.
    pub announced: Quarter,
    /// First quarter in force.
    pub in_force: Quarter,
}

/// A government behind a measure: the authority or an ally with a date.
#[derive(Debug, Clone)]
pub struct Party {
    /// Jurisdiction.
    pub home: usize,
    /// Announcement.
    pub announced: Quarter,
    /// Share of its products that its rule covers.
    pub coverage: f64,
    /// When it has left.
    pub away: Option<Absence>,
}

#[derive(Debug, Clone)]
struct Entry {
    /// By segment.
    bound: Vec<Vec<Bound>>,
    /// Buyers in scope in their order, with dates; a buyer stands once, at its earliest.
    targets: Vec<Target>,
    /// Buyers that may be listed when caught.
    listable: Vec<usize>,
    /// Buyers that take notice of the measure, and of each addition.
    addressees: Vec<Vec<usize>>,
    parties: Vec<Party>,
    /// Fabs whose place and nation the measure names.
    fabs: Vec<usize>,
}

/// The measures of a scenario, resolved against the structure.
#[derive(Debug, Clone)]
pub struct LawBook {
    entries: Vec<Entry>,
    /// The measures in the order in which they are applied.
    order: Vec<usize>,
    /// Place of each measure in it.
    rank: Vec<usize>,
    /// A bit of each measure, in common with those that name the same places and nations.
    nations: Vec<u64>,
    /// The rules of buyers' states, in the order of what they say.
    purchases: Vec<Arc<procurement::Scope>>,
}

impl LawBook {
    /// Resolves the measures of a scenario for one replicate (an ally's partial coverage is a draw).
    pub fn new(structure: &Structure, scenario: &Scenario, draws: &Draws) -> Self {
        let covered = draws.slots(Purpose::AllyCoverage, 0, structure.product_slots);
        let entries: Vec<Entry> =
            scenario.measures.iter().map(|m| Entry::new(structure, m, &covered)).collect();
        let order = precedence::order(&scenario.measures);
        let mut rank = vec![0; order.len()];
        for (place, m) in order.iter().enumerate() {
            rank[*m] = place;
        }
        let nations = nations(&scenario.measures).collect();
        let purchases = procurement::scopes(structure, &scenario.purchase_rules);
        Self { entries, order, rank, nations, purchases }
    }

    /// The measures in the order in which they are applied: one of what they say, whatever they are called.
    pub fn in_order(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().copied()
    }

    /// Whom the rules of buyers' states are about, in the order of what they say.
    pub fn purchases(&self) -> &[Arc<procurement::Scope>] {
        &self.purchases
    }

    /// Place of a measure in this order.
    pub fn rank(&self, measure: usize) -> usize {
        self.rank[measure]
    }

    /// The widest reach that a measure can have, whatever is drawn: a rule of an ally that covers any of its
    /// products may cover each of them. For looking at a measure, not for a run.
    pub(super) fn widest(structure: &Structure, measure: &Measure) -> Self {
        let covered = vec![0.0; structure.product_slots];
        let entries = vec![Entry::new(structure, measure, &covered)];
        Self { entries, order: vec![0], rank: vec![0], nations: vec![1], purchases: Vec::new() }
    }

    /// Buyers that a measure names or places in its scope, with dates, whatever they make.
    pub(super) fn targets(&self, measure: usize) -> &[Target] {
        &self.entries[measure].targets
    }

    /// Buyers that a measure lists when they are caught with diverted goods.
    pub(super) fn listable(&self, measure: usize) -> &[usize] {
        &self.entries[measure].listable
    }

    /// Products of a segment that a measure can reach.
    pub fn bound(&self, measure: usize, segment: usize) -> &[Bound] {
        &self.entries[measure].bound[segment]
    }

    /// A bit that a measure has in common with those that name the same places and nations, and the fabs there.
    pub(super) fn nation(&self, measure: usize) -> (u64, &[usize]) {
        (self.nations[measure], &self.entries[measure].fabs)
    }

    /// Governments behind a measure.
    pub fn parties(&self, measure: usize) -> &[Party] {
        &self.entries[measure].parties
    }

    /// Buyers that take notice of a measure's announcement (0) or of its `n`-th addition (`n` + 1).
    pub fn addressees(&self, measure: usize, event: usize) -> &[usize] {
        &self.entries[measure].addressees[event]
    }

    /// Buyers that a measure hits or will hit: its scope, the buyers it caught, and its end use by the
    /// line's legal class.
    pub fn hits<'a>(
        &'a self,
        world: &'a World,
        measure: usize,
        reference: &'a [f64; 4],
        now: Quarter,
    ) -> impl Iterator<Item = Target> + 'a {
        let entry = &self.entries[measure];
        let law = &world.scenario.measures[measure];
        let caught = entry.listable.iter().filter_map(|b| {
            let listed = world.buyers.listed[*b]?;
            let known = entry.targets.binary_search_by_key(b, |t| t.buyer).is_ok();
            (!known).then_some(Target { buyer: *b, announced: listed, in_force: listed })
        });
        entry
            .targets
            .iter()
            .copied()
            .chain(caught)
            .filter(move |t| now >= t.announced && !validated(world, law, t.buyer, now))
            .filter(move |t| used_for(world, law, t.buyer, reference))
    }
}

/// Whether a buyer holds a permission that the measure respects.
fn validated(world: &World, measure: &Measure, buyer: usize, now: Quarter) -> bool {
    let id = &world.setup.structure.buyers[buyer].row.id;
    measure.validated.iter().any(|v| now.lies_in(v.from, v.to) && v.end_users.contains(id))
}

/// Whether a buyer's use is the one that the measure is about.
fn used_for(world: &World, measure: &Measure, buyer: usize, reference: &[f64; 4]) -> bool {
    let row = &world.setup.structure.buyers[buyer].row;
    let class = world.buyers.legal_class[buyer];
    match &measure.end_use {
        None | Some(EndUse::Tag(_)) => tagged(measure, row),
        Some(EndUse::MinLevel(levels)) => class >= threshold::of_family(levels, row.family),
        Some(EndUse::FrontierLag(lag)) => {
            class > reference[threshold::family_index(row.family)] - lag
        }
    }
}

/// Whether a line has the tag that the measure asks for, if it asks for one.
pub(super) fn tagged(measure: &Measure, row: &Line) -> bool {
    match &measure.end_use {
        Some(EndUse::Tag(tag)) => row.tag.as_ref() == Some(tag),
        _ => true,
    }
}

/// The quarters in which a grip is known and binds; `None` if it does not hold.
pub fn span(world: &World, measure: &Measure, bound: &Bound) -> Option<(Quarter, Quarter)> {
    if bound.away.is_some_and(|away| away.holds(world.now())) {
        return None;
    }
    let product = &world.setup.structure.sides[bound.product];
    let kept = world.products.content_kept[bound.product];
    let always = (measure.announced, measure.in_force);
    match bound.grip {
        Grip::Own => Some(always),
        Grip::Ally(announced, from) => Some((announced, from)),
        Grip::Weighing(ally) => {
            let announced = (*world.law.get(&measure.id)?.aligned.get(ally)?)?;
            let lag = alignment::lag(world);
            Some((announced, announced.plus(lag).max(measure.in_force)))
        }
        Grip::Content(_) | Grip::Technology(_) => {
            let (content, dependence) = (product.us_content * kept, product.us_dependence * kept);
            bound.grip.holds(content, dependence).then_some(always)
        }
    }
}

impl Entry {
    fn new(structure: &Structure, measure: &Measure, covered: &[f64]) -> Self {
        let covers = |segment: usize| structure.segments[segment].row.within(&measure.segments);
        let bound = (0..structure.segments.len())
            .map(|s| {
                if !covers(s) {
                    return Vec::new();
                }
                structure.segments[s]
                    .products
                    .clone()
                    .flat_map(|k| grips(structure, measure, k, covered))
                    .collect()
            })
            .collect();
        let scope = Scope { structure, measure };
        Self {
            bound,
            targets: scope.targets(),
            listable: scope.listable(),
            addressees: scope.addressees(),
            parties: parties(structure, measure),
            fabs: scope.fabs(),
        }
    }
}

/// A bit for each pair of places and nations that measures name; those beyond the 64th pair share the last.
fn nations(measures: &[Measure]) -> impl Iterator<Item = u64> {
    let mut named: Vec<(&[String], &[String])> = Vec::new();
    measures.iter().map(move |measure| {
        let pair = (&measure.destinations[..], &measure.owners[..]);
        let place = named.iter().position(|other| *other == pair).unwrap_or_else(|| {
            named.push(pair);
            named.len() - 1
        });
        1 << place.min(63)
    })
}

fn named(structure: &Structure, list: &[String], place: usize) -> bool {
    list.iter().any(|id| *id == structure.jurisdictions[place])
}

/// Whom a measure is aimed at.
struct Scope<'a> {
    structure: &'a Structure,
    measure: &'a Measure,
}

impl Scope<'_> {
    /// Whether the measure is a list of end users: those that it names, or those that are caught.
    fn is_list(&self) -> bool {
        self.measure.is_list()
    }

    fn owned(&self, b: usize) -> bool {
        let owners = &self.measure.owners;
        owners.is_empty() || named(self.structure, owners, self.structure.buyers[b].owner)
    }

    fn located(&self, b: usize, destinations: &[String]) -> bool {
        named(self.structure, destinations, self.structure.buyers[b].location)
    }

    fn listed(&self, b: usize, end_users: &[String]) -> bool {
        end_users.contains(&self.structure.buyers[b].row.id)
    }

    fn in_base(&self, b: usize) -> bool {
        self.located(b, &self.measure.destinations)
            && self.owned(b)
            && (!self.is_list() || self.listed(b, &self.measure.end_users))
    }

    /// Whether the `n`-th addition brings a buyer into scope.
    fn added(&self, b: usize, n: usize) -> bool {
        let addition = &self.measure.additions[n];
        let by_name = self.listed(b, &addition.end_users);
        let by_place = self.located(b, &addition.destinations)
            && self.owned(b)
            && (!self.is_list() || self.listed(b, &self.measure.end_users));
        by_name || by_place
    }

    fn targets(&self) -> Vec<Target> {
        let measure = self.measure;
        (0..self.structure.buyers.len())
            .filter_map(|buyer| {
                let base = self.in_base(buyer).then_some((measure.announced, measure.in_force));
                let later = (0..measure.additions.len())
                    .filter(|n| self.added(buyer, *n))
                    .map(|n| (measure.additions[n].announced, measure.additions[n].in_force));
                let (announced, in_force) = base.into_iter().chain(later).min_by_key(|d| d.1)?;
                Some(Target { buyer, announced, in_force: in_force.max(measure.in_force) })
            })
            .collect()
    }

    /// Fabs whose place and nation the measure names.
    fn fabs(&self) -> Vec<usize> {
        let here = |b: &usize| {
            self.structure.buyers[*b].row.kind == BuyerKind::Fab
                && self.located(*b, &self.measure.destinations)
                && self.owned(*b)
        };
        (0..self.structure.buyers.len()).filter(here).collect()
    }

    fn listable(&self) -> Vec<usize> {
        if !self.measure.lists_detected {
            return Vec::new();
        }
        (0..self.structure.buyers.len())
            .filter(|b| self.located(*b, &self.measure.destinations) && self.owned(*b))
            .collect()
    }

    /// Everybody whose owner's nation is hit takes notice.
    fn addressees(&self) -> Vec<Vec<usize>> {
        let buyers = &self.structure.buyers;
        let all = || 0..buyers.len();
        let notice = |hit: &dyn Fn(usize) -> bool, destinations: &[String]| -> Vec<usize> {
            let mut owners = vec![false; self.structure.jurisdictions.len()];
            for b in all().filter(|b| hit(*b)) {
                owners[buyers[b].owner] = true;
            }
            all()
                .filter(|b| self.located(*b, destinations) && self.owned(*b))
                .filter(|b| owners[buyers[*b].owner])
                .collect()
        };
        let base = notice(&|b| self.in_base(b), &self.measure.destinations);
        let additions = self.measure.additions.iter().enumerate().map(|(n, addition)| {
            let mut places = self.measure.destinations.clone();
            places.extend(addition.destinations.iter().cloned());
            notice(&|b| self.added(b, n), &places)
        });
        std::iter::once(base).chain(additions).collect()
    }
}

fn parties(structure: &Structure, measure: &Measure) -> Vec<Party> {
    let allies = measure.allies.iter().filter_map(|ally| match ally.accession {
        Accession::Dated { announced, .. } => {
            Some((&ally.home, announced.max(measure.announced), ally.coverage, ally.away))
        }
        Accession::Weighed { .. } => None,
    });
    std::iter::once((&measure.authority, measure.announced, 1.0, None))
        .chain(allies)
        .filter_map(|(id, announced, coverage, away)| {
            let home = structure.jurisdictions.iter().position(|j| j == id)?;
            Some(Party { home, announced, coverage, away })
        })
        .collect()
}

/// All grips of a measure on a product. Chinese makers at a Chinese destination are out of the reach of
/// foreign law: nobody could enforce it there.
fn grips(structure: &Structure, measure: &Measure, product: usize, covered: &[f64]) -> Vec<Bound> {
    let node = &structure.products[product];
    let home = &structure.jurisdictions[node.legal];
    if *home == measure.authority {
        let servicing_barred = measure.servicing_barred && measure.licence.refuses();
        return vec![Bound::steady(product, Grip::Own, servicing_barred)];
    }
    let mut grips = Vec::new();
    if let Some((place, ally)) = measure.allies.iter().enumerate().find(|(_, a)| a.home == *home) {
        let exempt = structure.segments[node.segment].row.among(&ally.except_segments);
        if !exempt && covered[node.row.slot as usize] < ally.coverage {
            let grip = match ally.accession {
                Accession::Dated { from, announced } => {
                    Grip::Ally(announced.max(measure.announced), from.max(measure.in_force))
                }
                Accession::Weighed { .. } => Grip::Weighing(place),
            };
            let servicing_barred = ally.servicing_barred && measure.licence.refuses();
            grips.push(Bound { away: ally.away, ..Bound::steady(product, grip, servicing_barred) });
        }
    }
    let out_of_reach = measure.exempt_homes.contains(home) || measure.destinations.contains(home);
    if !out_of_reach {
        let foreign = |grip| Bound::steady(product, grip, false);
        grips.extend(measure.de_minimis.map(|share| foreign(Grip::Content(share))));
        grips.extend(measure.fdpr.map(|trigger| foreign(Grip::Technology(trigger))));
    }
    grips
}
