//! Licences: applications decided after a delay, with a fee and a quantity cap where the authority asks
//! for them (P8).

use std::collections::BTreeMap;

use super::{Rules, practised};
use crate::calendar::Quarter;
use crate::draws::{Draws, Purpose};
use crate::lent::{Lent, Numbers, items};
use crate::scenario::measure::Measure;
use crate::world::World;

/// Draws that are made at once where one of them is asked for: what the generator makes in one go.
const AT_ONCE: usize = 32;

/// The authority's desk in a quarter: holds the draws of the buyers that apply.
pub(super) struct Desk<'a> {
    draws: &'a Draws,
    product_slots: usize,
    /// Place of each buyer's draws in `luck`, by the delay of the decision and the buyer.
    drawn: Lent<Option<usize>>,
    /// NaN where nothing is drawn yet.
    luck: Numbers,
}

/// A licensed sale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    pub(super) pair: usize,
    pub(super) buyer: usize,
    pub(super) product: usize,
    pub(super) measure: usize,
    /// The threshold that the licence lifts.
    pub(super) level: f64,
}

items!(Pass);

/// A measure's quantity cap on the licensed sales of one product. A sale that two measures license is in two quotas.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Product.
    pub product: usize,
    /// Most that it may sell under the licence, USD million a quarter.
    pub limit: f64,
    /// Pairs that share it.
    pub pairs: Lent<usize>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(draws: &'a Draws, product_slots: usize) -> Self {
        Self { draws, product_slots, drawn: Lent::default(), luck: Numbers::default() }
    }

    /// Whether a licence for a product and a buyer is granted: what is decided now was filed `delay` quarters ago.
    /// Nothing can be filed before the rule binds, so the first decisions come `delay` quarters after that.
    pub(super) fn grants(
        &mut self,
        world: &World,
        measure: &Measure,
        approval: f64,
        (buyer, product): (usize, usize),
        from: Quarter,
    ) -> bool {
        let delay = measure.licence.delay as usize;
        let filed = world.scenario.start.plus(world.t as i32 - delay as i32);
        if approval <= 0.0 || filed < from {
            return false;
        }
        let structure = &world.setup.structure;
        let buyers = structure.buyers.len();
        if self.drawn.is_empty() {
            self.drawn = Lent::with_room(8 * buyers);
            self.luck = Numbers::with_room(buyers * self.product_slots);
        }
        let at = delay * buyers + buyer;
        if self.drawn.len() <= at {
            self.drawn.resize(at + 1, None);
        }
        let first = *self.drawn[at].get_or_insert_with(|| {
            let first = self.luck.len();
            self.luck.resize(first + self.product_slots, f64::NAN);
            first
        });
        let slot = structure.sides[product].slot;
        if self.luck[first + slot].is_nan() {
            let from = slot / AT_ONCE * AT_ONCE;
            let to = (from + AT_ONCE).min(self.product_slots);
            let filed = Draws::quarter(world.t as i64 - delay as i64);
            let pair = (structure.buyers[buyer].row.slot, from as u32);
            let out = &mut self.luck[first + from..first + to];
            self.draws.pairs_of(Purpose::Licence, filed, pair, out);
        }
        self.luck[first + slot] < approval
    }
}

/// Enters fees and quantity caps of licensed sales. Both bear only on what the licence lets through: sales
/// above the threshold that no other measure bars. Each measure asks for its own: fees multiply, and each cap holds.
///
/// Where a measure asks for a fee or a cap, a pair stands once for it in `passes`.
///
/// `limit = cap · (sales of the product to buyers in the authority's territory, mean of the last year)`.
pub(super) fn enter(world: &World, passes: &[Pass], rules: &mut Rules) {
    // Where the quota of each measure and product stands.
    let mut quota_of: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for pass in passes {
        let measure = &world.scenario.measures[pass.measure];
        let delivered = world.products.level[pass.product].min(rules.ceiling[pass.pair]);
        if delivered <= pass.level {
            continue;
        }
        if rules.licensed.is_empty() {
            rules.licensed = Lent::with_room(world.setup.structure.pairs);
        }
        rules.licensed.push((pass.pair, pass.product));
        let licence = measure.licence;
        let fee = practised(world, &licence.fee, world.now());
        if fee > 0.0 {
            if !rules.charged {
                rules.charged = true;
                rules.price_factor = Numbers::filled(1.0, world.setup.structure.pairs);
            }
            rules.price_factor[pass.pair] *= 1.0 + fee;
        }
        if let Some(cap) = licence.quantity_cap {
            let at = *quota_of.entry((pass.measure, pass.product)).or_insert_with(|| {
                rules.quotas.push(Quota {
                    product: pass.product,
                    limit: cap * sales_at_home(world, measure, pass.product),
                    pairs: Lent::default(),
                });
                rules.quotas.len() - 1
            });
            rules.quotas[at].pairs.push(pass.pair);
        }
    }
    // Two measures may ask for a licence of one pair.
    rules.licensed.sort_unstable();
    rules.licensed.dedup();
}

/// Trailing sales of a product to buyers in the authority's territory, USD million a quarter.
fn sales_at_home(world: &World, measure: &Measure, product: usize) -> f64 {
    let structure = &world.setup.structure;
    let segment = structure.sides[product].segment;
    structure.cells[structure.cells_of[segment].clone()]
        .iter()
        .filter(|cell| {
            let place = structure.buyers[cell.buyer].location;
            structure.jurisdictions[place] == measure.authority
        })
        .map(|cell| world.bought[structure.pair(cell, product)])
        .sum()
}
