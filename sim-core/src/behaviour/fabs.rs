//! Fabs: what a line's tools let it make, and how fast it climbs.

use fearless_simd::prelude::*;

use crate::behaviour::demand::Wants;
use crate::behaviour::routes::{MULTIPATTERNING_FROM, duv_limit};
use crate::ledger::Books;
use crate::lent::Numbers;
use crate::market::clearing::Trades;
use crate::policy::Rules;
use crate::scenario::tables::{BuyerKind, Family, Line, Route};
use crate::vector::{self, LANES, Row, Simd, load, splat};
use crate::with_vectors;
use crate::world::World;
use crate::world::route_map::RouteNode;
use crate::world::structure::weight_at;

/// Lines after the quarter.
#[derive(Debug, Clone)]
pub struct Climb {
    /// Level of each cell's installed tools, generations.
    pub installed_level: Numbers,
    /// Process level of each buyer, generations.
    pub line_level: Numbers,
}

/// Upgrades installed tools and moves lines.
///
/// Installed level of a cell: a quarter closes `upgrade-speed` of the gap to the better tools bought, in full
/// when they take `critical-share` of the budget without law (the rest of a line does with what is there). What is not
/// renewed wears by `wear`; where servicing is barred and the segment depends on it, by `wear-unserviced`
/// more. Tools that a line never bought do not wear, and no level falls below the one at which a line
/// needs none of the class.
///
/// A line moves toward the feasible process level of the way that takes it furthest, at no more than its
/// ambition over the way's cost. The level of a buyer of chips is that of the applications it serves: it moves on
/// at its ambition, whatever the buyer can get.
pub fn climb(world: &World, rules: &Rules, wants: &Wants, trades: &Trades, books: &Books) -> Climb {
    if !world.scenario.mechanisms.fabs {
        return Climb {
            installed_level: world.cells.installed_level.clone(),
            line_level: world.buyers.level.clone(),
        };
    }
    let installed_level = upgrade(world, rules, wants, trades, books);
    let structure = &world.setup.structure;
    let strength = strengths(world, &installed_level);
    let frontier = frontiers(world);
    let line_level = (0..structure.buyers.len())
        .map(|b| {
            let now = world.buyers.level[b];
            let cap = world.setup.parameters.line_speed_cap;
            let speed = (ambition(world, b, &frontier) / 4.0).min(cap);
            if structure.buyers[b].row.kind.follows_applications() {
                return now + speed;
            }
            ways(world, b, &installed_level, &strength)
                .into_iter()
                .flatten()
                .map(|way| now + (way.feasible - now).clamp(-cap, speed / way.cost))
                .reduce(f64::max)
                .unwrap_or(now)
        })
        .collect();
    Climb { installed_level, line_level }
}

fn upgrade(world: &World, rules: &Rules, wants: &Wants, trades: &Trades, books: &Books) -> Numbers {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let level = vector::level();
    let mut levels = world.cells.installed_level.clone();
    for (t, tile) in structure.tiles.iter().enumerate() {
        let bought =
            with_vectors!(level, simd => Delivered::to(simd, world, rules, trades, books, t));
        for (lane, c) in tile.cells.clone().enumerate() {
            if bought.owned[lane] <= 0.0 {
                continue;
            }
            let critical = p.critical_share * wants.usual[c];
            let (better, lift) = (bought.better[lane], bought.lift[lane]);
            let gain = if better > 0.0 { lift / better.max(critical) } else { 0.0 };
            let segment = &structure.segments[tile.segment].row;
            // Money that went to another route renews nothing here.
            let kept = if wants.usual[c] > 0.0 { wants.budget[c] / wants.usual[c] } else { 1.0 };
            let kept = kept.min(1.0);
            levels[c] += p.upgrade_speed * gain
                - p.wear / 4.0 * (1.0 - books.renewal[c] * kept)
                - p.wear_unserviced / 4.0 * bought.unserviced[lane] * segment.service_dependence;
            levels[c] = levels[c].max(tile.unneeded[lane]);
        }
    }
    levels
}

/// What the cells of a tile got, lane by lane.
struct Delivered {
    /// Trailing purchases, USD million a quarter.
    owned: Row,
    /// Spending on tools that are better than what is installed, USD million.
    better: Row,
    /// The same times the generations by which they are.
    lift: Row,
    /// Installed share of tools that nobody may service.
    unserviced: Row,
}

impl Delivered {
    #[inline(always)]
    fn to<S: Simd>(
        simd: S,
        world: &World,
        rules: &Rules,
        trades: &Trades,
        books: &Books,
        t: usize,
    ) -> Self {
        let structure = &world.setup.structure;
        let tile = &structure.tiles[t];
        let none = splat(simd, 0.0);
        let (mut owned, mut better, mut lift) = (none, none, none);
        let mut unserviced = [0.0; LANES];
        let standing = load(simd, &tile.by_cell(0.0, &world.cells.installed_level));
        let levels = &world.products.level[structure.segments[tile.segment].products.clone()];
        let bought = tile.of(&books.bought).iter().zip(tile.of(&trades.purchases));
        let grey = rules.hit[t].then(|| tile.of(&trades.grey));
        let ceiling = rules.hit[t].then(|| tile.of(&rules.ceiling));
        for (row, (level, (trailing, paid))) in levels.iter().zip(bought).enumerate() {
            let level = splat(simd, *level);
            let delivered = ceiling.map_or(level, |z| level.min(load(simd, &z[row])));
            owned += load(simd, trailing);
            let gain = delivered - standing;
            let spent = simd.select_f64x8(gain.simd_gt(none), load(simd, paid), none);
            better += spent;
            lift += spent * gain.max(none);
            if let Some(grey) = grey {
                // Through the grey channel a tool comes at its full level.
                let gain = level - standing;
                let spent = simd.select_f64x8(gain.simd_gt(none), load(simd, &grey[row]), none);
                better += spent;
                lift += spent * gain.max(none);
                let first = tile.pairs.start + row * LANES;
                for lane in (0..LANES).filter(|lane| rules.unserviced[first + lane]) {
                    unserviced[lane] += world.installed[first + lane];
                }
            }
        }
        Self { owned: owned.into(), better: better.into(), lift: lift.into(), unserviced }
    }
}

/// A way to a process level.
#[derive(Clone, Copy)]
struct Way {
    /// Level that the line's tools allow on it, generations.
    feasible: f64,
    /// Cost of a level against the usual way.
    cost: f64,
}

/// The ways of a line: none if none of its segments follows the node.
///
/// The usual way: a CES aggregate of the installed levels E of node-following segments, near the weakest link,
/// by their spend weights w: `2^Φ = (Σ_s w_s 2^{ρ E_s})^{1/ρ}`, `ρ = 1 − 1/σ`, plus `ingenuity`.
/// Multiple patterning: the same without the classes that the route does without (EUV), but at most 7 nm and
/// `duv-reach` × maturity, at `multipatterning-cost`.
///
/// Limits: without EUV tools that serve 7 nm, the usual way ends there. A line whose EUV tools keep up with the
/// rest of its tools is not touched by the second way.
fn ways(world: &World, b: usize, installed_level: &[f64], strength: &[f64]) -> [Option<Way>; 2] {
    let p = &world.setup.parameters;
    let feasible = |keep: &dyn Fn(usize) -> bool| {
        aggregate(world, b, strength, keep).map(|level| level + p.ingenuity)
    };
    let usual = feasible(&|_| true).map(|feasible| Way { feasible, cost: 1.0 });
    let routes = &world.setup.structure.routes[b];
    let patterning = routes.iter().find(|node| node.route == Route::Multipatterning);
    match (usual, patterning) {
        (Some(usual), Some(node)) if world.scenario.mechanisms.routes => {
            let level = feasible(&|i| node.factor[i] > 0.0).map(|f| f.min(duv_limit(world, b)));
            let without = without_euv(world, b, node, installed_level);
            let usual =
                if without { usual.feasible.min(MULTIPATTERNING_FROM) } else { usual.feasible };
            [
                Some(Way { feasible: usual, cost: 1.0 }),
                level.map(|feasible| Way { feasible, cost: p.multipatterning_cost }),
            ]
        }
        (usual, _) => [usual, None],
    }
}

/// Whether a line's installed tools fall short of 7 nm in a class that multiple patterning does without.
fn without_euv(world: &World, b: usize, node: &RouteNode, installed_level: &[f64]) -> bool {
    let cells = world.setup.structure.buyers[b].cells.iter();
    cells
        .zip(&node.factor)
        .any(|(c, factor)| *factor == 0.0 && installed_level[*c] < MULTIPATTERNING_FROM)
}

/// `2^{ρ E}` of each cell's installed level.
fn strengths(world: &World, installed_level: &[f64]) -> Numbers {
    let rate = ces_exponent(world) * std::f64::consts::LN_2;
    let mut strength: Numbers = installed_level.iter().map(|level| rate * level).collect();
    vector::exp_all(&mut strength);
    strength
}

/// `ρ = 1 − 1/σ`.
fn ces_exponent(world: &World) -> f64 {
    1.0 - 1.0 / world.setup.parameters.tool_complementarity
}

/// The CES aggregate of the installed levels of the cells that are kept, by their place in the line.
fn aggregate(
    world: &World,
    b: usize,
    strength: &[f64],
    keep: &dyn Fn(usize) -> bool,
) -> Option<f64> {
    let setup = &world.setup;
    let structure = &setup.structure;
    let exponent = ces_exponent(world);
    let (mut total, mut aggregate) = (0.0, 0.0);
    for (i, c) in structure.buyers[b].cells.iter().copied().enumerate() {
        let cell = &structure.cells[c];
        let segment = &structure.segments[cell.segment];
        let weight = setup.class_factor[cell.segment]
            * weight_at(&cell.class_weight, world.buyers.level[b])
            * segment.row.node_following;
        if weight > 0.0 && keep(i) {
            total += weight;
            aggregate += weight * strength[c];
        }
    }
    (total > 0.0).then(|| libm::log2(aggregate / total) / exponent)
}

/// Generations a year that a line tries to climb: its own ambition, or `catch-up-ambition` for an advanced
/// line that is more than `catch-up-distance` behind the frontier of its kind and family.
fn ambition(world: &World, b: usize, frontier: &[f64]) -> f64 {
    let structure = &world.setup.structure;
    let buyer = &structure.buyers[b];
    let row = &buyer.row;
    let p = &world.setup.parameters;
    let frontier = frontier[group(row)];
    let behind = frontier - world.buyers.level[b] > p.catch_up_distance;
    if behind && buyer.advanced() { row.ambition.max(p.catch_up_ambition) } else { row.ambition }
}

/// Place of a line's kind and family among all.
const fn group(row: &Line) -> usize {
    row.kind as usize * (Family::None as usize + 1) + row.family as usize
}

/// Highest level of each kind and family.
fn frontiers(world: &World) -> Numbers {
    let groups = BuyerKind::ALL.len() * (Family::None as usize + 1);
    let mut highest = Numbers::filled(f64::NEG_INFINITY, groups);
    for (buyer, level) in world.setup.structure.buyers.iter().zip(&world.buyers.level) {
        let best = &mut highest[group(&buyer.row)];
        *best = best.max(*level);
    }
    highest
}
