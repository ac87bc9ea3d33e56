//! Routes (C3): the technologies by which a line can reach a level of system performance, and how its money
//! moves between them.
//!
//! A barred route is no lost money: it goes to the others, which mature with it.
//!
//! Invariant: where no law lowers a tool that some route rests on, every tilt is 1, bit for bit.

use crate::base_year::weights::weight_at;
use crate::decisions::Routes;
use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::scenario::tables::Route;
use crate::structure::route_map::{Bonders, RouteNode};
use crate::world::World;
use crate::world::route_spend::{ByRoute, ROUTES, RouteSpend};

/// The highest level that deep ultraviolet reaches without any maturity in multiple patterning: 7 nm.
pub const MULTIPATTERNING_FROM: f64 = 3.0;
/// Level on the packaging ladder at which hybrid bonding begins (wafer to wafer): what a packaging line's wafer
/// bonders need for it.
const HYBRID_BONDING: f64 = 4.0;
/// A route counts as at most this many generations short: some money goes on waiting for it.
const MOST_SHORT: f64 = 3.0;

/// Chooses routes.
///
/// Share of route r of a line that plans for level `T`: `s_r ∝ m_r · exp(−κ · min(d_r, 3)) / c_r`, benefit per
/// cost under the ceilings. `s⁰` is the same without law at the same state, and the tilt of a cell of class c is
/// `Σ_r s_r f_rc / Σ_r s⁰_r f_rc`, so that the law moves the table of spend weights and nothing else does.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | κ | sharpness, 1/generation | `route-sharpness` |
/// | m_r | [`maturity`]; 1 for the usual routes (EUV, monolithic) | |
/// | c_r | cost of the same level against the usual route | `multipatterning-cost`, `bonding-cost` |
/// | f_rc | factor on a class's spend weight | `factor` in `routes.csv` |
/// | d_r | generations by which the best tools that can be had, `max_k min(q_k, z_kb)`, fall short of need at `T` | |
///
/// What the class that defines a route (EUV) is short counts by the part of its largest spend weight that it has
/// at `T`: not at all up to 7 nm, half at 5 nm. A route that bonds needs the other tools only for the node that its [`relief`] leaves, and bonders for hybrid
/// bonding; multiple patterning is short of what lies above its [`duv_limit`].
///
/// Limits: the grey channel is no part of the choice; the money of packaging lines that bond for others is not
/// tilted; licences that come and go move the shares with them.
pub fn choose(world: &World, rules: &Rules) -> Routes {
    let structure = &world.setup.structure;
    let mut routes = Routes {
        tilt: Numbers::filled(1.0, structure.cells.len()),
        share: Lent::filled([0.0; ROUTES], structure.buyers.len()),
        flow: Numbers::zeros(structure.buyers.len()),
        spend: world.route_spend.clone(),
    };
    if !world.scenario.mechanisms.routes {
        return routes;
    }
    let offered = world.frontiers();
    let free = |cell: usize| offered[structure.cells[cell].segment];
    for (b, nodes) in structure.routes.iter().enumerate().filter(|(_, nodes)| !nodes.is_empty()) {
        let lawful = |cell: usize| best(world, cell, |pair| rules.ceiling[pair]);
        let usual = shortfalls(world, b, &free);
        let short = if rules.touched[b] { shortfalls(world, b, &lawful) } else { usual.clone() };
        routes.share[b] = shares(world, b, &short);
        if short != usual {
            let unbound = shares(world, b, &usual);
            for (i, c) in structure.buyers[b].cells.iter().enumerate() {
                routes.tilt[*c] = tilt(nodes, i, &routes.share[b], &unbound);
            }
        }
        let spent = flow(world, b);
        routes.flow[b] = spent;
        let side = &mut routes.spend.total[usize::from(structure.chinese_owned(b))];
        for (total, share) in side.iter_mut().zip(routes.share[b]) {
            *total += share * spent;
        }
    }
    routes.spend.learn(world.setup.parameters.route_learning);
    routes
}

/// What counts as spent on routes before the first quarter: `experience-years` of the base year's spending.
pub fn before(world: &World) -> RouteSpend {
    let structure = &world.setup.structure;
    let mut before = [[0.0; ROUTES]; 2];
    let offered = world.frontiers();
    let free = |cell: usize| offered[structure.cells[cell].segment];
    for b in (0..structure.buyers.len()).filter(|b| !structure.routes[*b].is_empty()) {
        let share = shares(world, b, &shortfalls(world, b, &free));
        let spent = 4.0 * world.setup.parameters.experience_years * flow(world, b);
        let side = &mut before[usize::from(structure.chinese_owned(b))];
        for (total, share) in side.iter_mut().zip(share) {
            *total += share * spent;
        }
    }
    let mut spend = RouteSpend { before, total: before, ..RouteSpend::default() };
    spend.learn(world.setup.parameters.route_learning);
    spend
}

/// Maturity of a route, 0–1: what is missing to it falls by `route-learning` with each doubling of the side's
/// cumulative spending X (Wright): `1 − (1 − m⁰)(X/X⁰)^log₂(1−ℓ)`.
///
/// It starts at `route-maturity` on both sides and for every route, so differences come from spending alone.
/// Limits: experience counts across families, and nothing spills over between the sides.
pub fn maturity(world: &World, chinese: bool, route: Route) -> f64 {
    let p = &world.setup.parameters;
    let side = usize::from(chinese);
    if world.route_spend.before[side][route as usize] <= 0.0 {
        return p.route_maturity;
    }
    1.0 - (1.0 - p.route_maturity) * world.route_spend.missing[side][route as usize]
}

/// The highest level that a buyer reaches by multiple patterning, generations: 7 nm and `duv-reach` times the
/// maturity.
pub fn duv_limit(world: &World, buyer: usize) -> f64 {
    let chinese = world.setup.structure.chinese_owned(buyer);
    let mature = maturity(world, chinese, Route::Multipatterning);
    MULTIPATTERNING_FROM + world.setup.parameters.duv_reach * mature
}

/// What a line's system reaches, generations: its process level and what bonding adds. The law's classes count
/// the process level only.
pub fn system_level(world: &World, buyer: usize) -> f64 {
    let level = world.buyers.level[buyer];
    if !world.scenario.mechanisms.routes {
        return level;
    }
    let reliefs = world.setup.structure.routes[buyer].iter().map(|node| relief(world, buyer, node));
    level + reliefs.fold(0.0, f64::max)
}

/// Generations of system performance that a route adds to the node on which it runs: the bonus of chiplets or
/// stacking × maturity × access to hybrid bonding; 0 for other routes.
///
/// Access halves with every generation by which the best installed bonders fall short of what they need.
pub fn relief(world: &World, buyer: usize, node: &RouteNode) -> f64 {
    let Some(bonders) = &node.bonders else { return 0.0 };
    let p = &world.setup.parameters;
    let bonus = if node.route == Route::Stacking { p.stacking_bonus } else { p.chiplet_bonus };
    let chinese = world.setup.structure.chinese_owned(buyer);
    let short = bonding_short(world, buyer, bonders, &|c| world.cells.installed_level[c]);
    bonus * maturity(world, chinese, node.route) * libm::exp2(-short.max(0.0))
}

/// By how many generations the best bonders fall short of hybrid bonding: of the line's need where they are its
/// own, of level 4 on the packaging ladder where packaging lines bond.
fn bonding_short(
    world: &World,
    buyer: usize,
    bonders: &Bonders,
    level: &dyn Fn(usize) -> f64,
) -> f64 {
    let needed = |c: usize| {
        if bonders.own { world.setup.need(c, world.buyers.level[buyer]) } else { HYBRID_BONDING }
    };
    bonders.cells.iter().map(|c| needed(*c) - level(*c)).fold(f64::INFINITY, f64::min)
}

/// A buyer's trailing purchases, USD million a quarter.
pub fn flow(world: &World, buyer: usize) -> f64 {
    world.setup.structure.buyers[buyer].cells.iter().map(|c| world.cells.trailing[*c]).sum()
}

/// Level for which a buyer plans, generations.
fn planned(world: &World, buyer: usize) -> f64 {
    world.buyers.level[buyer] + world.setup.parameters.plan_ahead
}

/// The best level on the market that can be delivered in a cell, under a ceiling by pair.
fn best(world: &World, cell: usize, ceiling: impl Fn(usize) -> f64) -> f64 {
    let structure = &world.setup.structure;
    structure
        .pairs_of(&structure.cells[cell])
        .filter(|(_, k)| world.products.active[*k])
        .map(|(pair, k)| world.products.level[k].min(ceiling(pair)))
        .fold(f64::NEG_INFINITY, f64::max)
}

/// By how many generations each route falls short of a buyer's plan, in the order of its routes.
fn shortfalls(world: &World, buyer: usize, best: &dyn Fn(usize) -> f64) -> Numbers {
    let plan = planned(world, buyer);
    let structure = &world.setup.structure;
    structure.routes[buyer]
        .iter()
        .map(|node| {
            let runs_at = plan - relief(world, buyer, node);
            let tools = node.critical.iter().map(|c| world.setup.need(*c, runs_at) - best(*c));
            let defining = node.defining.iter().map(|c| {
                let weights = structure.class_weight(*c);
                let part = weight_at(&weights, plan) / weights.iter().copied().fold(0.0, f64::max);
                let short = (world.setup.need(*c, runs_at) - best(*c)).min(MOST_SHORT);
                part * short
            });
            let bonders = node.bonders.as_ref().map(|b| bonding_short(world, buyer, b, best));
            let limit =
                (node.route == Route::Multipatterning).then(|| plan - duv_limit(world, buyer));
            let all = tools.chain(defining).chain(bonders).chain(limit);
            all.fold(0.0, f64::max).min(MOST_SHORT)
        })
        .collect()
}

/// Share of each route in a buyer's spending, by its shortfalls.
fn shares(world: &World, buyer: usize, short: &[f64]) -> ByRoute {
    let p = &world.setup.parameters;
    let structure = &world.setup.structure;
    let mut shares = [0.0; ROUTES];
    for (node, short) in structure.routes[buyer].iter().zip(short) {
        let mature = || maturity(world, structure.chinese_owned(buyer), node.route);
        let benefit = match node.route {
            Route::Euv | Route::Monolithic => 1.0,
            Route::Multipatterning => mature() / p.multipatterning_cost,
            Route::Chiplets | Route::Stacking => mature() / p.bonding_cost,
        };
        shares[node.route as usize] = benefit * libm::exp(-p.route_sharpness * short);
    }
    let total: f64 = shares.iter().sum();
    if total > 0.0 { shares.map(|share| share / total) } else { shares }
}

/// Factor on the spend weight of a line's `i`-th cell.
fn tilt(nodes: &[RouteNode], i: usize, share: &ByRoute, unbound: &ByRoute) -> f64 {
    let mean = |shares: &ByRoute| -> f64 {
        nodes.iter().map(|node| shares[node.route as usize] * node.factor[i]).sum()
    };
    let usual = mean(unbound);
    if usual > 0.0 { mean(share) / usual } else { 1.0 }
}
