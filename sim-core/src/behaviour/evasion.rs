//! Evasion (C4): barred goods through shells abroad, domestic trading networks and false end use, and what
//! comes of being caught. The fourth form, stockpiling before a rule binds, is part of [`super::demand`].

use crate::decisions::{Caught, Trades};
use crate::draws::{Draws, Purpose};
use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::policy::enforcement::enforcement;
use crate::vector::{self, Simd, load, splat};
use crate::with_vectors;
use crate::world::World;

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
