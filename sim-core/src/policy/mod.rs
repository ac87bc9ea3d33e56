//! Law: measures in force become ceilings.
//!
//! The legal layer reduces to one number for each product, buyer and quarter: the *ceiling*, the highest
//! level that the product may be delivered at. No control is `+∞`, an embargo `−∞`.
//!
//! Invariant: a measure can only lower ceilings; a licence lifts its own measure's threshold only.

pub mod lawbook;
pub mod support;
pub mod threshold;

use crate::calendar::Quarter;
use crate::draws::{Draws, PRODUCT_SLOTS, Purpose};
use crate::scenario::measure::Measure;
use crate::world::World;
use crate::world::first_beliefs::salience;
use lawbook::{LawBook, Party};

/// What the law says in a quarter.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Ceiling of each pair, generations.
    pub ceiling: Vec<f64>,
    /// Part of each cell's base of purchases that is announced to be barred but not barred yet, 0–1.
    pub closing: Vec<f64>,
    /// Salience of this quarter's announcements, buyers × jurisdictions.
    pub salience: Vec<f64>,
    /// Share of each cell's installed tools whose maker may not service them: tools that the buyer could
    /// not get today either.
    pub unserviced: Vec<f64>,
    /// Scheduled mandate of each buyer, logits at full state exposure.
    pub mandate: Vec<f64>,
    /// Research subsidy of each product, USD million a quarter.
    pub subsidy: Vec<f64>,
    /// How strongly each pair is barred or announced to be, 0–1.
    pub barred: Vec<f64>,
    /// The surprise of the quarter, 0–1: how much more strongly each pair is barred than in the last quarter,
    /// and than the measure that bars it ever did.
    pub surprise: Vec<f64>,
    /// Frontier of each measure's last review, by family.
    pub reviewed: Vec<[f64; 4]>,
    /// What the law learns: measure, pair and the strength at which the measure now is known to bar it.
    pub learned: Vec<(usize, usize, f64)>,
}

/// Reads the measures of the quarter.
///
/// `z_kb = min` over the measures that reach product k and buyer b of the measure's threshold, where a
/// successful licence draw makes that measure's threshold `+∞` for the quarter.
pub fn in_force(world: &World, book: &LawBook, draws: &Draws) -> Rules {
    let structure = &world.setup.structure;
    let now = world.scenario.start.plus(world.t as i32);
    let mut rules = Rules {
        ceiling: vec![f64::INFINITY; structure.pairs],
        closing: vec![0.0; structure.cells.len()],
        salience: vec![0.0; world.buyers.belief.len()],
        unserviced: vec![0.0; structure.cells.len()],
        mandate: support::mandates(world, now),
        subsidy: support::subsidies(world, now),
        barred: vec![0.0; structure.pairs],
        surprise: vec![0.0; structure.pairs],
        reviewed: world
            .scenario
            .measures
            .iter()
            .map(|m| world.law.get(&m.id).map_or([f64::NAN; 4], |state| state.reviewed))
            .collect(),
        learned: Vec::new(),
    };
    let mut licences = vec![0.0; PRODUCT_SLOTS as usize];
    let mut reach = Reach::new(structure.pairs);
    for (m, measure) in world.scenario.measures.iter().enumerate() {
        if now < measure.announced || measure.sunset.is_some_and(|end| now >= end) {
            continue;
        }
        threshold::review(world, measure, now, &mut rules.reviewed[m]);
        let reference = rules.reviewed[m];
        if world.scenario.mechanisms.salience {
            announce(world, book, m, now, &mut rules.salience);
        }
        for b in book.hits(world, m, &reference) {
            if measure.approval_rate > 0.0 {
                let slot = structure.buyers[b].row.slot;
                draws.pairs_of(Purpose::Licence, world.t, slot, &mut licences);
            }
            bind(world, book, (m, b), now, &reference, &licences, &mut rules, &mut reach);
        }
    }
    reach.settle(world, &mut rules);
    rules
}

/// What the measures of a quarter do to each pair beside its ceiling; the strongest measure counts once.
struct Reach {
    /// How strongly the pair is announced to be barred, 0–1.
    coming: Vec<f64>,
    /// The maker may not service what is installed.
    unserviced: Vec<bool>,
}

impl Reach {
    fn new(pairs: usize) -> Self {
        Self { coming: vec![0.0; pairs], unserviced: vec![false; pairs] }
    }

    /// Sums pairs to cells. What another measure barred already is no surprise.
    fn settle(&self, world: &World, rules: &mut Rules) {
        let structure = &world.setup.structure;
        for (c, cell) in structure.cells.iter().enumerate() {
            for pair in structure.pair_range(cell) {
                let installed = world.installed[pair];
                rules.closing[c] += self.coming[pair] * installed;
                rules.unserviced[c] += if self.unserviced[pair] { installed } else { 0.0 };
                let more = (rules.barred[pair] - world.barred[pair]).max(0.0);
                rules.surprise[pair] = rules.surprise[pair].min(more);
            }
        }
    }
}

/// Applies one measure to one buyer. A licence is one decision for a product, buyer and quarter: a draw
/// that passes the strictest rate passes every measure's.
#[expect(clippy::too_many_arguments, reason = "one call, in the loop above")]
fn bind(
    world: &World,
    book: &LawBook,
    (m, b): (usize, usize),
    now: Quarter,
    reference: &[f64; 4],
    licences: &[f64],
    rules: &mut Rules,
    reach: &mut Reach,
) {
    let structure = &world.setup.structure;
    let measure = &world.scenario.measures[m];
    let known = world.law.get(&measure.id);
    let level = threshold::level(measure, reference, structure.buyers[b].row.family);
    for c in structure.buyers[b].cells.clone() {
        let cell = &structure.cells[c];
        let first = structure.segments[cell.segment].products.start;
        let need = world.setup.need(c, world.buyers.level[b]);
        for bound in book.bound(m, cell.segment) {
            if now < bound.announced {
                continue;
            }
            let pair = cell.first_pair + bound.product - first;
            let bites = level < need && level < world.products.level[bound.product];
            let strength = if bites { 1.0 - measure.approval_rate } else { 0.0 };
            rules.barred[pair] = rules.barred[pair].max(strength);
            // A bar that a review lifts and the next brings back is no fresh news: a measure is known by
            // the most that it ever did.
            let known = known.map_or(0.0, |state| state.known[pair]);
            if strength > known {
                rules.surprise[pair] = rules.surprise[pair].max(strength - known);
                rules.learned.push((m, pair, strength));
            }
            if now < bound.in_force {
                reach.coming[pair] = reach.coming[pair].max(strength);
                continue;
            }
            reach.unserviced[pair] |= bound.servicing_barred && bites;
            let slot = structure.products[bound.product].row.slot as usize;
            let licensed = measure.approval_rate > 0.0 && licences[slot] < measure.approval_rate;
            if !licensed {
                rules.ceiling[pair] = rules.ceiling[pair].min(level);
            }
        }
    }
}

/// Adds the news value of what is announced this quarter, beyond the purchases it bars.
fn announce(world: &World, book: &LawBook, m: usize, now: Quarter, news: &mut [f64]) {
    let measure: &Measure = &world.scenario.measures[m];
    let value = salience(measure.salience, &world.setup.parameters);
    if value == 0.0 {
        return;
    }
    let places = world.setup.structure.jurisdictions.len();
    for b in book.addressees(m) {
        for Party { home, announced, coverage } in book.parties(m) {
            if *announced == now {
                let entry = &mut news[b * places + home];
                *entry = (*entry + value * coverage).min(1.0);
            }
        }
    }
}
