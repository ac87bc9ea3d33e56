//! Evasion (C4): barred goods through shells abroad, domestic trading networks and false end use, and what
//! comes of being caught. The fourth form, stockpiling before a rule binds, is part of [`super::demand`].

use crate::calendar::Quarter;
use crate::draws::{Draws, Purpose};
use crate::lent::{Lent, Numbers};
use crate::market::clearing::Trades;
use crate::policy::Rules;
use crate::scenario::measure::Measure;
use crate::vector::{self, Simd, load, splat};
use crate::with_vectors;
use crate::world::World;

/// Buyers caught in the quarter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caught {
    /// Buyer and the quarter from which lists of detected buyers name it.
    pub buyers: Vec<(usize, Quarter)>,
    /// Measure and its vigilance after the quarter, 0–1.
    pub vigilance: Vec<(usize, f64)>,
}

/// How open each form is under a measure, 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forms {
    /// Shell companies abroad.
    pub shells: f64,
    /// Domestic trading networks: somebody in the country may still buy.
    pub networks: f64,
    /// False statements of end use.
    pub false_use: f64,
}

/// The forms that are open under a measure.
///
/// Shells work through countries that the measure does not name as destinations: `shells · Σ diversion` over
/// them. Networks need somebody at the destination who may buy: a measure by owner, end user or end use.
/// False end use needs a measure by end use.
pub fn forms(world: &World, measure: &Measure, now: Quarter) -> Forms {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let covered = |place: &String| {
        let added = measure.additions.iter().filter(|a| now >= a.in_force);
        measure.destinations.contains(place)
            || added.into_iter().any(|a| a.destinations.contains(place))
    };
    let ways: f64 = structure
        .jurisdictions
        .iter()
        .zip(&structure.diversion)
        .filter(|(place, share)| **share > 0.0 && !covered(place))
        .map(|(_, share)| share)
        .sum();
    let by_name = measure.is_list() || !measure.owners.is_empty();
    let by_use = measure.end_use.is_some();
    Forms {
        shells: p.grey_shells * ways.min(1.0),
        networks: if by_name || by_use { p.grey_networks } else { 0.0 },
        false_use: if by_use { p.grey_false_use } else { 0.0 },
    }
}

/// Enforcement of a measure, raised by what detections have taught.
pub fn enforcement(world: &World, measure: &Measure) -> f64 {
    let vigilance = world.law.get(&measure.id).map_or(0.0, |state| state.vigilance);
    measure.enforcement + (1.0 - measure.enforcement) * vigilance
}

/// Chance that a good can be had in spite of a measure, before the buyer's own connections:
/// `(1 − e) · [1 − Π (1 − form)]`.
pub fn openness(world: &World, measure: &Measure, now: Quarter) -> f64 {
    if !world.scenario.mechanisms.grey_channel {
        return 0.0;
    }
    let Forms { shells, networks, false_use } = forms(world, measure, now);
    let shut = (1.0 - shells) * (1.0 - networks) * (1.0 - false_use);
    (1.0 - enforcement(world, measure)) * (1.0 - shut)
}

/// Chance that a buyer's connections reach a barred good of a segment: `a · state exposure · (1 − service
/// dependence)`. What needs its maker's engineers is hard to divert.
pub fn connections(world: &World, buyer: usize, segment: usize) -> f64 {
    let structure = &world.setup.structure;
    let buyer = &structure.buyers[buyer].row;
    let segment = &structure.segments[segment].row;
    world.setup.parameters.grey_availability
        * buyer.state_exposure
        * (1.0 - segment.service_dependence)
}

/// Detects diverted goods.
///
/// A buyer whose purchases are diverted by the share `v` is caught with the chance
/// `detection · e / ½ · v / (v + v̄)`, where `e` is the enforcement of the strictest measure it evades. From
/// the next quarter it stands on every list that names detected buyers, and each measure that it evaded
/// becomes more vigilant by `vigilance-step` of what is missing to perfection.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | detection | chance a quarter at e = ½ and large volume | `detection` |
/// | v̄ | share at which the chance is half of that | `detection-volume` |
pub fn detect(world: &World, rules: &Rules, trades: &Trades, draws: &Draws) -> Caught {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let mut caught = Caught::default();
    if !world.scenario.mechanisms.grey_channel {
        return caught;
    }
    if !rules.touched.contains(&true) {
        return caught;
    }
    let luck = draws.slots(Purpose::Detection, world.t, structure.buyer_slots);
    let next = world.scenario.start.plus(world.t as i32 + 1);
    let [grey, open] = with_vectors!(vector::level(), simd => bought(simd, world, rules, trades));
    for (b, (grey, open)) in grey.iter().zip(&open).enumerate().filter(|(_, (g, _))| **g > 0.0) {
        let share = grey / (grey + open);
        let luck = luck[structure.buyers[b].row.slot as usize];
        let chance = |enforcement: f64| {
            p.detection * 2.0 * enforcement * share / (share + p.detection_volume)
        };
        // Whom the strictest enforcement would not catch needs no look at what it evaded.
        if luck >= chance(1.0) {
            continue;
        }
        let evaded = evaded(world, rules, trades, b);
        let measures = &world.scenario.measures;
        let strict = evaded.iter().map(|m| enforcement(world, &measures[*m])).fold(0.0, f64::max);
        if luck < chance(strict) {
            caught.buyers.push((b, next));
            for m in evaded.iter().copied() {
                let known = world.law.get(&measures[m].id).map_or(0.0, |s| s.vigilance);
                let more = known + p.vigilance_step * (1.0 - known);
                match caught.vigilance.iter_mut().find(|(other, _)| *other == m) {
                    Some(entry) => entry.1 += p.vigilance_step * (1.0 - entry.1),
                    None => caught.vigilance.push((m, more)),
                }
            }
        }
    }
    caught
}

/// What each buyer that the law hits bought through the grey channel and openly, USD million.
#[inline(always)]
fn bought<S: Simd>(simd: S, world: &World, rules: &Rules, trades: &Trades) -> [Numbers; 2] {
    let structure = &world.setup.structure;
    let mut sums = [0, 1].map(|_| Numbers::zeros(structure.buyers.len()));
    for (tile, _) in structure.tiles.iter().zip(&rules.hit).filter(|(_, hit)| **hit) {
        for (sums, table) in sums.iter_mut().zip([&trades.grey, &trades.purchases]) {
            let mut money = splat(simd, 0.0);
            for row in tile.of(table) {
                money += load(simd, row);
            }
            tile.add_to_buyers(&money.into(), sums);
        }
    }
    sums
}

/// The measures that a buyer evaded, each once.
fn evaded(world: &World, rules: &Rules, trades: &Trades, b: usize) -> Lent<usize> {
    let structure = &world.setup.structure;
    let mut evaded = Lent::with_room(world.scenario.measures.len());
    let cells = structure.buyers[b].cells.iter().map(|c| &structure.cells[*c]);
    let pairs = cells.flat_map(|cell| structure.pairs_in(cell));
    for m in pairs.filter(|pair| trades.grey[*pair] > 0.0).filter_map(|pair| rules.barred_by(pair))
    {
        if !evaded.contains(&m) {
            evaded.push(m);
        }
    }
    evaded
}
