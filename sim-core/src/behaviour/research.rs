//! Research: revenue becomes knowledge, knowledge becomes level, and new suppliers appear.

use fearless_simd::prelude::*;

use crate::base_year::setup::REFERENCE_SHARE;
use crate::behaviour::making;
use crate::decisions::{Beliefs, Output, Progress, Trades, Wants};
use crate::draws::{Draws, Purpose, poisson};
use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::scenario::tables::ProductState;
use crate::vector::{self, Row, Simd, load, splat, sum};
use crate::with_vectors;
use crate::world::World;

/// One step of advance, generations: whole generations would make design-out a lottery.
pub const STEP: f64 = 0.25;
/// Fastest advance, generations a quarter: a guard against priors that multiply up.
const TOP_SPEED: f64 = 1.0;

/// Advances research.
///
/// Budget = intensity · trailing revenue · (1 + opportunity) + subsidy; `R' = (1 − δ/4) R + budget`. Levels
/// advance by a Poisson number of quarter-generation steps with the expected speed
///
/// `v = ζ · (R/R̄)^ψ · (1 + φ · min(gap, cap)) · (1 + ϖ · home share) · (1 + capability response · belief)`,
///
/// the last two for Chinese suppliers only. `R̄` is the stock of a 5 % supplier in the exogenous market, so
/// a generation takes more knowledge as the market grows. A segment's leader, which has nobody to imitate,
/// is pulled to its roadmap instead of the gap; others at the frontier do not outrun the ladder.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | δ | depreciation, share a year | `rd-depreciation` |
/// | ψ | elasticity | `rd-elasticity` |
/// | φ | imitation, 1/generation | `catch-up` |
/// | ϖ | home learning | `home-learning` |
///
/// Unexplained utility `ξ` wanders: `ξ' = ξ + (ξ̄ − ξ)/(4 τ) + ½ σ z` with `z` standard normal by product and quarter, the
/// pull to the mean `ξ̄` of bloc and class for entrants and listed suppliers only (τ: `xi-years`; σ: `quality-drift`). A run
/// that is led to an observed year adds the [`Drift`](crate::base_year::drift::Drift) that leads it, for products that are
/// not on the market yet, too; those that sell in the observed year enter on the way.
pub fn advance(
    world: &World,
    rules: &Rules,
    wants: &Wants,
    beliefs: &Beliefs,
    trades: &Trades,
    output: &Output,
    draws: &Draws,
) -> Progress {
    let setup = &world.setup;
    let p = &setup.parameters;
    let home = HomeMarket::new(world, rules, wants, beliefs, trades);
    let kept = 1.0 - p.rd_depreciation / 4.0;
    let mut progress = Progress {
        active: world.products.active.clone(),
        level: world.products.level.clone(),
        design: world.products.design.clone(),
        xi: world.products.xi.clone(),
        knowledge: world.products.knowledge.clone(),
        yardstick: yardsticks(world, kept),
        spending: Numbers::zeros(world.products.level.len()),
    };
    let steps = draws.slots(Purpose::Research, world.t, setup.structure.product_slots);
    let entries = draws.slots(Purpose::Entry, world.t, setup.structure.product_slots);
    let luck = draws.normals(Purpose::Luck, world.t, setup.structure.product_slots);
    for (k, node) in setup.structure.sides.iter().enumerate() {
        let slot = node.slot;
        let revenue = paying_revenue(world, output, k);
        let opportunity = home.opportunity(world, k, revenue);
        if !world.products.active[k] {
            let chance =
                p.entry_hazard * setup.ease(node.segment) * (1.0 + home.exposure(world, k));
            let comes = entries[slot] < chance || setup.drift.enters(k, world.t);
            if world.scenario.mechanisms.entry && comes {
                enter(world, k, &mut progress);
            }
            continue;
        }
        let budget = setup.research_intensity(k) * revenue * (1.0 + opportunity) + rules.subsidy[k];
        progress.spending[k] = budget;
        progress.knowledge[k] = kept * world.products.knowledge[k] + budget;
        if world.scenario.mechanisms.drift && node.state != ProductState::Incumbent {
            progress.xi[k] += (setup.xi_target[k] - progress.xi[k]) / (4.0 * p.xi_years);
        }
        if world.scenario.mechanisms.luck {
            // A quarter is a fourth of a year, so its standard deviation is half of a year's.
            progress.xi[k] += 0.5 * p.quality_drift * luck[slot];
        }
    }
    for (xi, step) in progress.xi.iter_mut().zip(setup.drift.in_quarter(world.t)) {
        *xi += step;
    }
    if world.scenario.mechanisms.research {
        progress.climb(world, &home, &steps);
    }
    for (k, cap) in making::caps(world, rules).enumerate() {
        progress.level[k] = cap.delivered(progress.design[k]);
    }
    progress
}

impl Progress {
    /// Advances the designs of the products that were on the market.
    fn climb(&mut self, world: &World, home: &HomeMarket, steps: &[f64]) {
        let setup = &world.setup;
        // What research gives at (R/R̄)^ψ; products outside the market are passed over below.
        let mut base: Numbers = (setup.structure.sides.iter().zip(&self.knowledge))
            .map(|(node, knowledge)| knowledge / self.yardstick[node.segment])
            .collect();
        vector::pow_all(&mut base, setup.parameters.rd_elasticity);
        let mean: Numbers =
            (0..base.len()).map(|k| speed(world, home, k, base[k]).min(TOP_SPEED) / STEP).collect();
        let mut none: Numbers = mean.iter().map(|mean| -mean).collect();
        vector::exp_all(&mut none);
        for (k, node) in setup.structure.sides.iter().enumerate() {
            if world.products.active[k] {
                let count = poisson(mean[k], none[k], steps[node.slot]);
                self.design[k] += STEP * f64::from(count);
            }
        }
    }
}

/// The revenue from which a supplier pays for research, USD million a quarter: its own; without the feedback
/// (U3) what it would have if its base-year share of the segment had never changed.
fn paying_revenue(world: &World, output: &Output, k: usize) -> f64 {
    if world.scenario.mechanisms.research_feedback {
        return output.trailing[k];
    }
    let setup = &world.setup;
    let segment = setup.structure.sides[k].segment;
    let segments = setup.structure.segments.len();
    let growth = setup.segment_path[world.t * segments + segment]
        / (setup.structure.segments[segment].row.size_2019_usd_m / 4.0);
    setup.base_sales(k) * (1.0 + setup.service_share[segment]) * growth
}

/// Expected advance, generations a quarter; `base` is what knowledge gives, `(R/R̄)^ψ`.
fn speed(world: &World, home: &HomeMarket, k: usize, base: f64) -> f64 {
    let setup = &world.setup;
    let p = &setup.parameters;
    let segment = setup.structure.sides[k].segment;
    let level = world.products.design[k];
    let base = setup.research_speed[k] * base;
    if setup.leader[segment] == k {
        let roadmap = setup.level[k] + p.ladder_speed * world.t as f64;
        let behind = (roadmap - level).clamp(-p.catch_up_cap, p.catch_up_cap);
        return base * (1.0 + p.roadmap_pull * behind).max(0.0);
    }
    let chinese = setup.structure.chinese_product(k);
    let best = if chinese { home.accessible[segment] } else { home.frontier[segment] };
    let gap = (best - level).clamp(0.0, p.catch_up_cap);
    let mut speed = base * (1.0 + p.catch_up * gap);
    if chinese {
        speed *= (1.0 + p.home_learning * home.share[segment])
            * (1.0 + p.capability_response * home.belief);
    }
    if level >= home.frontier[segment] { speed.min(p.ladder_speed) } else { speed }
}

/// A supplier appears at the level of the table, moved on by what its bloc has advanced since the base
/// year.
fn enter(world: &World, k: usize, progress: &mut Progress) {
    let setup = &world.setup;
    let structure = &setup.structure;
    let node = &structure.products[k];
    let range = structure.segments[node.segment].products.clone();
    let mine = structure.bloc[node.behaviour];
    let mut advances = Numbers::with_room(range.len());
    advances.extend(
        range
            .filter(|i| world.products.active[*i])
            .filter(|i| structure.bloc[structure.sides[*i].behaviour] == mine)
            .map(|i| world.products.level[i] - setup.level[i]),
    );
    let advance = if advances.is_empty() {
        let lead = setup.leader[node.segment];
        0.5 * (world.products.level[lead] - setup.level[lead])
    } else {
        advances.iter().sum::<f64>() / advances.len() as f64
    };
    progress.active[k] = true;
    progress.design[k] = setup.level[k] + advance;
}

fn yardsticks(world: &World, kept: f64) -> Numbers {
    let p = &world.setup.parameters;
    let segments = world.yardstick.len();
    world
        .yardstick
        .iter()
        .enumerate()
        .map(|(s, stock)| {
            let size = world.setup.segment_path[world.t * segments + s];
            let revenue = size * (1.0 + world.setup.service_share[s]);
            kept * stock + REFERENCE_SHARE * p.rd_intensity_third * revenue
        })
        .collect()
}

/// What suppliers see of their home market and of the world, by segment.
struct HomeMarket {
    /// Best level on the market.
    frontier: Numbers,
    /// Best level that Chinese-owned buyers can get: mean over them by budget.
    accessible: Numbers,
    /// Share of Chinese-owned purchases that is supplied at home.
    share: Numbers,
    /// Foreign-supplied demand of each owner's buyers that is barred or at risk, USD million a quarter
    /// (segments × jurisdictions), at base-year shares: what is barred is not bought, but still wanted, and money
    /// that moved to another route would come back.
    at_risk: Numbers,
    /// Demand of each owner's buyers, USD million a quarter (segments × jurisdictions).
    demand: Numbers,
    /// China's national belief above the floor, 0–1.
    belief: f64,
}

/// What the cells of a tile see of their home market.
struct View<'a> {
    world: &'a World,
    rules: &'a Rules,
    beliefs: &'a Beliefs,
    trades: &'a Trades,
    /// What each cell would spend without law, USD million.
    usual: Row,
    /// The tile.
    t: usize,
}

/// The same, lane by lane: purchases for Chinese-owned cells only.
struct Seen {
    best: Row,
    bought: Row,
    domestic: Row,
    /// Foreign-supplied demand that is barred or at risk, USD million.
    exposed: Row,
}

impl View<'_> {
    #[inline(always)]
    fn seen<S: Simd>(&self, simd: S, homes: &mut Lent<Row>) -> Seen {
        let (world, rules) = (self.world, self.rules);
        let structure = &world.setup.structure;
        let tile = &structure.tiles[self.t];
        let none = splat(simd, 0.0);
        let floor = splat(simd, world.setup.parameters.belief_floor);
        let chinese = load(simd, &tile.traits.chinese);
        let usual = load(simd, &self.usual);
        let watched = tile.traits.some_chinese;
        let mut best = splat(simd, f64::NEG_INFINITY);
        let (mut bought, mut domestic, mut exposed) = (none, none, none);
        let products = structure.segments[tile.segment].products.clone();
        let sides = &structure.sides[products.clone()];
        let purchases = tile.of(&self.trades.purchases);
        if watched {
            let ceiling = rules.hit[self.t].then(|| tile.of(&rules.ceiling));
            for (row, ((k, side), paid)) in products.zip(sides).zip(purchases).enumerate() {
                if world.products.active[k] {
                    let level = splat(simd, world.products.level[k]);
                    best = best.max(ceiling.map_or(level, |z| level.min(load(simd, &z[row]))));
                    let money = chinese * load(simd, paid);
                    bought += money;
                    domestic += if side.chinese { money } else { none };
                }
            }
        }
        let barred = rules.hit[self.t].then(|| tile.of(&rules.barred));
        let base = tile.of(&world.setup.base_installed);
        structure.read_homes(tile, &self.beliefs.risk, homes);
        for (i, (side, base)) in sides.iter().zip(base).enumerate() {
            let risk = load(simd, &homes[side.home]);
            let mut risk = (risk - floor).max(none);
            if let Some(barred) = barred {
                risk = risk.max(load(simd, &barred[i]));
            }
            if risk.simd_le(none).all_true() {
                continue;
            }
            let home = side.behaviour;
            let foreign = load(simd, &tile.traits.owners.map(|owner| f64::from(owner != home)));
            exposed += foreign * risk * (usual * load(simd, base));
        }
        Seen {
            best: best.into(),
            bought: bought.into(),
            domestic: domestic.into(),
            exposed: exposed.into(),
        }
    }
}

impl HomeMarket {
    fn new(
        world: &World,
        rules: &Rules,
        wants: &Wants,
        beliefs: &Beliefs,
        trades: &Trades,
    ) -> Self {
        let structure = &world.setup.structure;
        let p = &world.setup.parameters;
        let places = structure.jurisdictions.len();
        let segments = structure.segments.len();
        let mut market = Self {
            frontier: world.frontiers(),
            accessible: Numbers::zeros(segments),
            share: Numbers::zeros(segments),
            at_risk: Numbers::zeros(segments * places),
            demand: Numbers::zeros(segments * places),
            belief: (beliefs.national - p.belief_floor).max(0.0),
        };
        let mut bought = Numbers::zeros(segments);
        let mut homes = structure.room_for_homes();
        for (t, tile) in structure.tiles.iter().enumerate() {
            let usual = tile.by_cell(0.0, &wants.usual);
            let tile_market = View { world, rules, beliefs, trades, usual, t };
            let seen = with_vectors!(vector::level(), simd => tile_market.seen(simd, &mut homes));
            let segment = tile.segment;
            bought[segment] += sum(&seen.bought);
            market.share[segment] += sum(&seen.domestic);
            for (lane, usual) in usual.iter().enumerate().take(tile.cells.len()) {
                let at = segment * places + tile.traits.owners[lane];
                market.demand[at] += usual;
                market.at_risk[at] += seen.exposed[lane];
                if tile.traits.chinese[lane] > 0.0 && seen.best[lane].is_finite() {
                    market.accessible[segment] += usual * seen.best[lane];
                }
            }
        }
        let demand = market.demand.chunks_exact(places).map(|row| row[structure.china]);
        for ((best, share), (demand, bought)) in
            market.accessible.iter_mut().zip(&mut market.share).zip(demand.zip(&bought))
        {
            *best = if demand > 0.0 { *best / demand } else { f64::NEG_INFINITY };
            *share = if *bought > 0.0 { *share / bought } else { 0.0 };
        }
        market
    }

    /// Rise of research intensity: home demand at risk over own revenue, times `opportunity`, capped.
    fn opportunity(&self, world: &World, k: usize, revenue: f64) -> f64 {
        let p = &world.setup.parameters;
        let at_risk = self.at_risk[self.home_of(world, k)];
        if at_risk <= 0.0 {
            0.0
        } else {
            (p.opportunity * at_risk / revenue.max(world.setup.base_sales(k)))
                .min(p.opportunity_cap)
        }
    }

    /// Part of the home demand of a segment that is foreign-supplied and barred or at risk, 0–1.
    fn exposure(&self, world: &World, k: usize) -> f64 {
        let at = self.home_of(world, k);
        if self.demand[at] > 0.0 { self.at_risk[at] / self.demand[at] } else { 0.0 }
    }

    fn home_of(&self, world: &World, k: usize) -> usize {
        let node = &world.setup.structure.sides[k];
        node.segment * (self.demand.len() / self.frontier.len()) + node.behaviour
    }
}
