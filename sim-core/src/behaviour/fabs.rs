//! Fabs: what a line's tools let it make, and how fast it climbs.

use fearless_simd::prelude::*;

use crate::base_year::weights::weights_at;
use crate::behaviour::routes::{MULTIPATTERNING_FROM, duv_limit};
use crate::decisions::{Books, Climb, Trades, Wants};
use crate::lent::Numbers;
use crate::policy::Rules;
use crate::scenario::tables::{BuyerKind, Family, Line, Route};
use crate::structure::route_map::RouteNode;
use crate::vector::{self, LANES, Row, Simd, Vector, load, splat};
use crate::with_vectors;
use crate::world::World;

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
    let level = vector::level();
    let installed_level =
        with_vectors!(level, simd => upgrade(simd, world, rules, wants, trades, books));
    let structure = &world.setup.structure;
    let tools = with_vectors!(level, simd => Tools::new(simd, world, &installed_level));
    let frontier = frontiers(world);
    let line_level = (0..structure.buyers.len())
        .map(|b| {
            let now = world.buyers.level[b];
            let cap = world.setup.parameters.line_speed_cap;
            let speed = (ambition(world, b, &frontier) / 4.0).min(cap);
            if structure.buyers[b].row.kind.follows_applications() {
                return now + speed;
            }
            ways(world, b, &installed_level, &tools)
                .into_iter()
                .flatten()
                .map(|way| now + (way.feasible - now).clamp(-cap, speed / way.cost))
                .reduce(f64::max)
                .unwrap_or(now)
        })
        .collect();
    Climb { installed_level, line_level }
}

#[inline(always)]
fn upgrade<S: Simd>(
    simd: S,
    world: &World,
    rules: &Rules,
    wants: &Wants,
    trades: &Trades,
    books: &Books,
) -> Numbers {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let (none, one) = (splat(simd, 0.0), splat(simd, 1.0));
    let mut levels = Numbers::unwritten(structure.cells.len());
    for (t, tile) in structure.tiles.iter().enumerate() {
        let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
        let bought = Delivered::to(simd, world, rules, trades, t);
        let (usual, budget) = (of(&wants.usual), of(&wants.budget));
        let critical = splat(simd, p.critical_share) * usual;
        let gain = bought.lift / bought.better.max(critical);
        let gain = simd.select_f64x8(bought.better.simd_gt(none), gain, none);
        // Money that went to another route renews nothing here.
        let kept = simd.select_f64x8(usual.simd_gt(none), budget / usual, one).min(one);
        let dependence = structure.segments[tile.segment].row.service_dependence;
        let now = of(&world.cells.installed_level);
        let moved = splat(simd, p.upgrade_speed) * gain
            - splat(simd, p.wear / 4.0) * (one - of(&books.renewal) * kept)
            - splat(simd, p.wear_unserviced / 4.0)
                * load(simd, &bought.unserviced)
                * splat(simd, dependence);
        let next = (now + moved).max(load(simd, &tile.traits.unneeded));
        // What a line never bought stays as it is.
        let buys = of(&world.cells.trailing) + of(&books.spent);
        let next = simd.select_f64x8(buys.simd_gt(none), next, now);
        tile.enter(&next.into(), &mut levels);
    }
    levels
}

/// What the cells of a tile got, lane by lane.
struct Delivered<S: Simd> {
    /// Spending on tools that are better than what is installed, USD million.
    better: Vector<S>,
    /// The same times the generations by which they are.
    lift: Vector<S>,
    /// Installed share of tools that nobody may service.
    unserviced: Row,
}

impl<S: Simd> Delivered<S> {
    #[inline(always)]
    fn to(simd: S, world: &World, rules: &Rules, trades: &Trades, t: usize) -> Self {
        let structure = &world.setup.structure;
        let tile = &structure.tiles[t];
        let none = splat(simd, 0.0);
        let mut got = Self { better: none, lift: none, unserviced: [0.0; LANES] };
        let standing = load(simd, &tile.by_cell(0.0, &world.cells.installed_level));
        let levels = &world.products.level[structure.segments[tile.segment].products.clone()];
        let bought = levels.iter().zip(tile.of(&trades.purchases));
        if !rules.hit[t] {
            for (level, paid) in bought {
                let gain = splat(simd, *level) - standing;
                // Most of what is bought is no better than what stands there.
                if gain.simd_gt(none).any_true() {
                    got.add(simd, gain, load(simd, paid));
                }
            }
            return got;
        }
        let barred = tile.of(&rules.ceiling).iter().zip(tile.of(&trades.grey));
        for (row, ((level, paid), (ceiling, grey))) in bought.zip(barred).enumerate() {
            let level = splat(simd, *level);
            got.add(simd, level.min(load(simd, ceiling)) - standing, load(simd, paid));
            // Through the grey channel a tool comes at its full level.
            got.add(simd, level - standing, load(simd, grey));
            let first = tile.pairs.start + row * LANES;
            if rules.unserviced_lanes[first / LANES] != 0 {
                for lane in (0..LANES).filter(|lane| rules.unserviced(first + lane)) {
                    got.unserviced[lane] += world.installed[first + lane];
                }
            }
        }
        got
    }

    /// Adds what was paid for tools that stand `gain` generations above what is installed.
    #[inline(always)]
    fn add(&mut self, simd: S, gain: Vector<S>, paid: Vector<S>) {
        let none = splat(simd, 0.0);
        let spent = simd.select_f64x8(gain.simd_gt(none), paid, none);
        self.better += spent;
        self.lift += spent * gain.max(none);
    }
}

/// The tools of all lines: what each cell adds to the aggregate of its line, and the sums.
struct Tools {
    /// Spend weight of each cell whose segment follows the node, 0 for others.
    weight: Numbers,
    /// The same times `2^{ρ E}`.
    strength: Numbers,
    /// Sums of both by buyer.
    totals: [Numbers; 2],
}

impl Tools {
    #[inline(always)]
    fn new<S: Simd>(simd: S, world: &World, installed_level: &[f64]) -> Self {
        let setup = &world.setup;
        let structure = &setup.structure;
        let none = splat(simd, 0.0);
        let rate = splat(simd, ces_exponent(world) * std::f64::consts::LN_2);
        let by_cell = || Numbers::zeros(structure.cells.len());
        let by_buyer = || Numbers::zeros(structure.buyers.len());
        let mut tools =
            Self { weight: by_cell(), strength: by_cell(), totals: [by_buyer(), by_buyer()] };
        for tile in &structure.tiles {
            let following = structure.segments[tile.segment].row.node_following;
            if following <= 0.0 {
                continue;
            }
            let level = load(simd, &tile.by_buyer(&world.buyers.level));
            let weight = splat(simd, setup.class_factor[tile.segment])
                * weights_at(simd, &tile.traits.class_weight, level)
                * splat(simd, following);
            let installed = load(simd, &tile.by_cell(0.0, installed_level));
            let strength = weight * vector::exp(simd, rate * installed);
            let strength: Row = simd.select_f64x8(weight.simd_gt(none), strength, none).into();
            let weight: Row = weight.into();
            tile.enter(&weight, &mut tools.weight);
            tile.enter(&strength, &mut tools.strength);
            tile.add_to_buyers(&weight, &mut tools.totals[0]);
            tile.add_to_buyers(&strength, &mut tools.totals[1]);
        }
        tools
    }

    /// The CES aggregate of the installed levels of a line; `None` if none of its segments follows the node.
    fn aggregate(&self, world: &World, b: usize) -> Option<f64> {
        level_of(world, self.totals[0][b], self.totals[1][b])
    }

    /// The same of the cells that are kept, by their place in the line.
    fn aggregate_of(&self, world: &World, b: usize, keep: impl Fn(usize) -> bool) -> Option<f64> {
        let (mut total, mut aggregate) = (0.0, 0.0);
        for (i, c) in world.setup.structure.buyers[b].cells.iter().enumerate() {
            if keep(i) {
                total += self.weight[*c];
                aggregate += self.strength[*c];
            }
        }
        level_of(world, total, aggregate)
    }
}

/// The level of a CES aggregate, from the sums of weights and of weighted `2^{ρ E}`.
fn level_of(world: &World, total: f64, aggregate: f64) -> Option<f64> {
    (total > 0.0).then(|| libm::log2(aggregate / total) / ces_exponent(world))
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
fn ways(world: &World, b: usize, installed_level: &[f64], tools: &Tools) -> [Option<Way>; 2] {
    let p = &world.setup.parameters;
    let feasible = |level: f64| level + p.ingenuity;
    let usual = tools.aggregate(world, b).map(feasible);
    let usual = usual.map(|feasible| Way { feasible, cost: 1.0 });
    let routes = &world.setup.structure.routes[b];
    let patterning = routes.iter().find(|node| node.route == Route::Multipatterning);
    match (usual, patterning) {
        (Some(usual), Some(node)) if world.scenario.mechanisms.routes => {
            let level = tools.aggregate_of(world, b, |i| node.factor[i] > 0.0).map(feasible);
            let level = level.map(|f| f.min(duv_limit(world, b)));
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

/// `ρ = 1 − 1/σ`.
fn ces_exponent(world: &World) -> f64 {
    1.0 - 1.0 / world.setup.parameters.tool_complementarity
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
