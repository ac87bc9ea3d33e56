//! Alignment that is weighed (T4): an allied government joins when pressure outweighs revenue at stake.

use super::lawbook::{Grip, LawBook};
use super::{Rules, running, threshold};
use crate::calendar::Quarter;
use crate::scenario::measure::Accession;
use crate::world::World;

/// Decides which governments join: measure, place of the ally in the measure's list, quarter of the
/// announcement.
///
/// An ally j joins measure m when
///
/// `pressure · relation_j > reluctance · stake_j`,
///
/// where `stake_j` is the share of its suppliers' trailing sales that the measure would bar. It announces in
/// the next quarter, binds `alignment-lag` quarters later, and stays, but for the quarters in which the file says it is away.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | pressure | what the authority brings to bear, 0–1 | `measures.*.allies.*.pressure` |
/// | relation | closeness to the United States, 0–1 | `relation` in `jurisdictions.csv` |
/// | reluctance | weight of revenue at stake | `alignment-reluctance` |
///
/// Limits: without pressure nobody joins; a home without sales at stake joins under any pressure, a measure that hits
/// somebody.
pub fn weigh(world: &World, book: &LawBook, rules: &Rules) -> Vec<(usize, usize, Quarter)> {
    let mut joined = Vec::new();
    if !world.scenario.mechanisms.weighed_alignment {
        return joined;
    }
    let structure = &world.setup.structure;
    let now = world.now();
    for (m, measure) in world.scenario.measures.iter().enumerate() {
        if !running(measure, now) {
            continue;
        }
        for (place, ally) in measure.allies.iter().enumerate() {
            let Accession::Weighed { pressure } = ally.accession else { continue };
            // Nobody is asked to join a measure that hits nobody.
            if book.hits(world, m, &rules.reviewed[m], now).next().is_none() {
                break;
            }
            if world.law.get(&measure.id).is_some_and(|s| s.aligned[place].is_some()) {
                continue;
            }
            let Some(home) = structure.jurisdictions.iter().position(|j| *j == ally.home) else {
                continue;
            };
            let stake = stake(world, book, (m, place), home, &rules.reviewed[m], now);
            let reluctance = world.setup.parameters.alignment_reluctance;
            if pressure * structure.relation[home] > reluctance * stake {
                joined.push((m, place, now.plus(1)));
            }
        }
    }
    joined
}

/// Share of a home's trailing sales that a measure would bar if the home joined, 0–1.
pub fn stake(
    world: &World,
    book: &LawBook,
    (m, ally): (usize, usize),
    home: usize,
    reference: &[f64; 4],
    now: Quarter,
) -> f64 {
    let structure = &world.setup.structure;
    let measure = &world.scenario.measures[m];
    let mut barred = 0.0;
    for target in book.hits(world, m, reference, now) {
        let b = target.buyer;
        let level = threshold::level(measure, reference, structure.buyers[b].row.family);
        for &c in &structure.buyers[b].cells {
            let cell = &structure.cells[c];
            let need = world.setup.need(c, world.buyers.level[b]);
            for bound in book.bound(m, cell.segment) {
                let bites = level < need && level < world.products.level[bound.product];
                if bites && bound.grip == Grip::Weighing(ally) {
                    barred += world.bought[structure.pair(cell, bound.product)];
                }
            }
        }
    }
    let all: f64 = structure
        .buyers
        .iter()
        .flat_map(|buyer| &buyer.cells)
        .flat_map(|c| structure.pairs_of(&structure.cells[*c]))
        .filter(|(_, k)| structure.products[*k].legal == home)
        .map(|(pair, _)| world.bought[pair])
        .sum();
    if all > 0.0 { barred / all } else { 0.0 }
}

/// Whole quarters from a decision to its rule.
pub fn lag(world: &World) -> i32 {
    libm::round(world.setup.parameters.alignment_lag) as i32
}
