//! Fabs: what a line's tools let it make, and how fast it climbs.

use crate::behaviour::demand::Wants;
use crate::ledger::Books;
use crate::market::clearing::Trades;
use crate::policy::Rules;
use crate::world::World;
use crate::world::structure::{unneeded_below, weight_at};

/// Lines after the quarter.
#[derive(Debug, Clone)]
pub struct Climb {
    /// Level of each cell's installed tools, generations.
    pub installed_level: Vec<f64>,
    /// Process level of each buyer, generations.
    pub line_level: Vec<f64>,
}

/// An advanced line is one whose table ambition is at least this many generations a year.
const ADVANCED_AMBITION: f64 = 0.3;

/// Upgrades installed tools and moves lines.
///
/// Installed level of a cell: a quarter closes `upgrade-speed` of the gap to the better tools bought, in full
/// when they take `critical-share` of the budget (the rest of a line does with what is there). What is not
/// renewed wears by `wear`; where servicing is barred and the segment depends on it, by `wear-unserviced`
/// more. Tools that a line never bought do not wear, and no level falls below the one at which a line
/// needs none of the class.
///
/// The feasible process level is a CES aggregate of installed levels, near the weakest link:
/// `2^Φ = (Σ_s w_s 2^{ρ E_s})^{1/ρ}`, `ρ = 1 − 1/σ`, with the spend weights of node-following segments, plus
/// `ingenuity`. The line moves toward it at no more than its ambition.
pub fn climb(world: &World, rules: &Rules, wants: &Wants, trades: &Trades, books: &Books) -> Climb {
    if !world.scenario.mechanisms.fabs {
        return Climb {
            installed_level: world.cells.installed_level.clone(),
            line_level: world.buyers.level.clone(),
        };
    }
    let installed_level = upgrade(world, rules, wants, trades, books);
    let structure = &world.setup.structure;
    let line_level = (0..structure.buyers.len())
        .map(|b| {
            let now = world.buyers.level[b];
            let Some(feasible) = feasible(world, b, &installed_level) else { return now };
            let p = &world.setup.parameters;
            let cap = p.line_speed_cap;
            now + (feasible + p.ingenuity - now).clamp(-cap, (ambition(world, b) / 4.0).min(cap))
        })
        .collect();
    Climb { installed_level, line_level }
}

fn upgrade(
    world: &World,
    rules: &Rules,
    wants: &Wants,
    trades: &Trades,
    books: &Books,
) -> Vec<f64> {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let mut levels = world.cells.installed_level.clone();
    for (c, cell) in structure.cells.iter().enumerate() {
        let (mut better, mut lift, mut owned, mut unserviced) = (0.0, 0.0, 0.0, 0.0);
        for (pair, k) in structure.pairs_of(cell) {
            owned += books.bought[pair];
            unserviced += if rules.unserviced[pair] { world.installed[pair] } else { 0.0 };
            let level = world.products.level[k];
            // Through the grey channel a tool comes at its full level.
            for (spent, delivered) in [
                (trades.purchases[pair], level.min(rules.ceiling[pair])),
                (trades.grey[pair], level),
            ] {
                let gain = delivered - levels[c];
                if spent > 0.0 && gain > 0.0 {
                    better += spent;
                    lift += spent * gain;
                }
            }
        }
        if owned <= 0.0 {
            continue;
        }
        let critical = p.critical_share * wants.budget[c];
        let gain = if better > 0.0 { lift / better.max(critical) } else { 0.0 };
        let segment = &structure.segments[cell.segment].row;
        levels[c] += p.upgrade_speed * gain
            - p.wear / 4.0 * (1.0 - books.renewal[c])
            - p.wear_unserviced / 4.0 * unserviced * segment.service_dependence;
        levels[c] = levels[c].max(unneeded_below(&cell.class_weight));
    }
    levels
}

/// The process level that the installed tools allow, if any of the line's segments follows the node.
fn feasible(world: &World, b: usize, installed_level: &[f64]) -> Option<f64> {
    let setup = &world.setup;
    let structure = &setup.structure;
    let exponent = 1.0 - 1.0 / setup.parameters.tool_complementarity;
    let (mut total, mut aggregate) = (0.0, 0.0);
    for c in structure.buyers[b].cells.clone() {
        let cell = &structure.cells[c];
        let segment = &structure.segments[cell.segment];
        let weight = setup.weight_factor[cell.segment]
            * segment.share_of_class
            * weight_at(&cell.class_weight, world.buyers.level[b])
            * segment.row.node_following;
        if weight > 0.0 {
            total += weight;
            aggregate += weight * libm::exp2(exponent * installed_level[c]);
        }
    }
    (total > 0.0).then(|| libm::log2(aggregate / total) / exponent)
}

/// Generations a year that a line tries to climb: its own ambition, or `catch-up-ambition` for an advanced
/// line that is more than `catch-up-distance` behind the frontier of its kind and family.
fn ambition(world: &World, b: usize) -> f64 {
    let structure = &world.setup.structure;
    let row = &structure.buyers[b].row;
    let p = &world.setup.parameters;
    let frontier = (0..structure.buyers.len())
        .filter(|other| {
            let other = &structure.buyers[*other].row;
            (other.kind, other.family) == (row.kind, row.family)
        })
        .map(|other| world.buyers.level[other])
        .fold(f64::NEG_INFINITY, f64::max);
    let behind = frontier - world.buyers.level[b] > p.catch_up_distance;
    if behind && row.ambition >= ADVANCED_AMBITION {
        row.ambition.max(p.catch_up_ambition)
    } else {
        row.ambition
    }
}
