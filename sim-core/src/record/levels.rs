//! Levels and leads.

use super::ratio;
use crate::behaviour::routes::system_level;
use crate::metric::Id;
use crate::policy::Rules;
use crate::scenario::tables::{BuyerKind, Family};
use crate::world::World;

/// Highest process level of a family's fabs, Chinese-owned or not; 0 if there are none.
fn best(world: &World, family: Family, chinese: bool) -> f64 {
    highest(world, family, chinese, |b| world.buyers.level[b])
}

/// Highest level of a family's fabs.
fn highest(world: &World, family: Family, chinese: bool, level: impl Fn(usize) -> f64) -> f64 {
    let structure = &world.setup.structure;
    let best = (0..structure.buyers.len())
        .filter(|b| {
            let row = &structure.buyers[*b].row;
            row.family == family
                && row.kind == BuyerKind::Fab
                && structure.chinese_owned(*b) == chinese
        })
        .map(level)
        .fold(f64::NEG_INFINITY, f64::max);
    if best.is_finite() { best } else { 0.0 }
}

/// Frontier, Chinese levels and leads.
pub(super) fn process(world: &World, id: Id) -> f64 {
    let china = |family| best(world, family, true);
    let lead = |family| best(world, family, false) - china(family);
    match id {
        Id::Frontier => best(world, Family::Logic, false),
        Id::ChinaLogic => china(Family::Logic),
        Id::ChinaDram => china(Family::Dram),
        Id::ChinaNand => china(Family::Nand),
        Id::Lead => lead(Family::Logic),
        _ => 0.5 * (lead(Family::Dram) + lead(Family::Nand)),
    }
}

/// System levels: the process level and what bonding adds.
pub(super) fn system(world: &World, id: Id) -> f64 {
    let best = |family, chinese| highest(world, family, chinese, |b| system_level(world, b));
    match id {
        Id::SystemFrontier => best(Family::Logic, false),
        Id::SystemChina => best(Family::Logic, true),
        Id::SystemChinaNand => best(Family::Nand, true),
        _ => best(Family::Logic, false) - best(Family::Logic, true),
    }
}

/// Best level on offer by behavioural bloc, over front-end segments where all three sell.
pub(super) fn tools(world: &World) -> [f64; 3] {
    let structure = &world.setup.structure;
    let (mut sum, mut weight) = ([0.0; 3], 0.0);
    for segment in structure.segments.iter().filter(|s| s.row.buyers == BuyerKind::Fab) {
        let mut best = [f64::NEG_INFINITY; 3];
        for k in segment.products.clone().filter(|k| world.products.active[*k]) {
            let bloc = structure.bloc[structure.products[k].behaviour] as usize;
            best[bloc] = best[bloc].max(world.products.level[k]);
        }
        if best.iter().all(|level| level.is_finite()) {
            let size = segment.row.size_2019_usd_m;
            weight += size;
            for (s, level) in sum.iter_mut().zip(best) {
                *s += size * level;
            }
        }
    }
    sum.map(|s| ratio(s, weight))
}

/// How far the best AI accelerator that a Chinese-owned cloud firm can openly buy is behind the best on the
/// market.
pub(super) fn lead_in_chips(world: &World, rules: &Rules) -> f64 {
    let structure = &world.setup.structure;
    let (mut frontier, mut at_hand) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let cloud = |(s, _): &(usize, _)| structure.segments[*s].row.buyers == BuyerKind::Cloud;
    let cells = structure.cells_of.iter().enumerate().filter(cloud).flat_map(|(_, c)| c.clone());
    for cell in cells.map(|c| &structure.cells[c]) {
        for (pair, k) in structure.pairs_of(cell).filter(|(_, k)| world.products.active[*k]) {
            let level = world.products.level[k];
            frontier = frontier.max(level);
            if structure.chinese_owned(cell.buyer) {
                at_hand = at_hand.max(level.min(rules.ceiling[pair]));
            }
        }
    }
    if at_hand.is_finite() { frontier - at_hand } else { 0.0 }
}
