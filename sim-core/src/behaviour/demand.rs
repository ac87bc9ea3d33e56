//! Demand: budgets become wants by segment, with returning backlog and stock bought ahead.

use fearless_simd::prelude::*;

use crate::base_year::weights::spend_shares;
use crate::decisions::{Beliefs, Routes, Wants};
use crate::lent::Numbers;
use crate::policy::{Rules, support};
use crate::scenario::tables::BuyerKind;
use crate::structure::tiles::Tile;
use crate::vector::{self, Row, Simd, Vector, load, splat};
use crate::with_vectors;
use crate::world::World;

/// How far beliefs can push reactive spending beyond its historical size.
const REACTIVE_TOP: f64 = 1.5;

/// Plans the quarter's wants.
///
/// Budget: `C_b = fixed + reactive · (ρ̄ − ρ₀)/(ρ_ref − ρ₀)` plus the money of a barred twin, spread by the
/// spend weights of the generation that the line plans for, tilted by its routes; opened markets add demand to cells. Backlog returns at `backlog-release`. The
/// stock wanted ahead is `m₁ (ρ̄_bs − ρ₀) + pull-forward · closing + scarce-stock · scarce` months of the budget, where
/// `ρ̄_bs` is the belief over what is installed, `closing` the part of it that is announced to be barred beyond the law in
/// force, and `scarce` the part that nobody free of an announced rule can replace.
///
/// A fab pays for stock out of its budget, and what it takes from stock is free for other tools: billings, from which
/// its path comes, hold what was bought for stock. Others buy stock on top.
pub fn plan(world: &World, rules: &Rules, beliefs: &Beliefs, routes: &Routes) -> Wants {
    let setup = &world.setup;
    let structure = &setup.structure;
    let ahead = setup.parameters.plan_ahead;
    let levels: Numbers = world.buyers.level.iter().map(|level| level + ahead).collect();
    let spread = |tilt: Option<&[f64]>| spend_shares(structure, &setup.class_factor, &levels, tilt);
    let usual = spread(None);
    let tilted = routes.tilt.iter().any(|tilt| *tilt != 1.0);
    let shares = tilted.then(|| spread(Some(&routes.tilt)));
    let cells = structure.cells.len();
    let mut wants = Wants {
        budget: Numbers::unwritten(cells),
        usual: Numbers::unwritten(cells),
        released: Numbers::unwritten(cells),
        advance: Numbers::unwritten(cells),
        total: Numbers::unwritten(cells),
    };
    let plan = Plan {
        world,
        money: money(world, beliefs),
        extra: support::extra_demand(world, world.now()),
        shares: [&usual, shares.as_ref().unwrap_or(&usual)],
        exposure: exposures(world, &beliefs.risk),
        ahead: [&rules.closing, &rules.scarce],
    };
    with_vectors!(vector::level(), simd => {
        plan.of_cells(simd, &mut wants);
        if world.scenario.mechanisms.stockpiling {
            plan.pay_for_stock(simd, &mut wants);
        }
    });
    wants
}

/// What each buyer has to spend this quarter, USD million.
fn money(world: &World, beliefs: &Beliefs) -> Numbers {
    let setup = &world.setup;
    let p = &setup.parameters;
    let spread = (p.reactive_belief - p.belief_floor).max(1e-3);
    let reaction = ((beliefs.national - p.belief_floor) / spread).clamp(0.0, REACTIVE_TOP);
    let reactive = setup.budgets.reactive[world.t * world.buyers.shifted.len()..].iter();
    let budgets = fixed_budgets(world).iter().zip(reactive).zip(&world.buyers.shifted);
    budgets.map(|((fixed, reactive), shifted)| fixed + reactive * reaction + shifted).collect()
}

/// The part of each buyer's budget that does not react, USD million.
fn fixed_budgets(world: &World) -> &[f64] {
    let buyers = world.buyers.shifted.len();
    &world.setup.budgets.fixed[world.t * buyers..][..buyers]
}

/// What the wants of a quarter rest on.
struct Plan<'a> {
    world: &'a World,
    /// By buyer, USD million.
    money: Numbers,
    /// What opened markets add, by cell, ratio to the part of the budget that does not react; empty if nothing.
    extra: Numbers,
    /// Shares of cells in their buyers' spending: without law, and as routes tilt them.
    shares: [&'a Numbers; 2],
    /// Belief above the floor, by cell.
    exposure: Numbers,
    /// Part of each cell's purchases that is announced to be barred, and part that nobody could replace.
    ahead: [&'a [f64]; 2],
}

impl Plan<'_> {
    #[inline(always)]
    fn of_cells<S: Simd>(&self, simd: S, wants: &mut Wants) {
        let structure = &self.world.setup.structure;
        let p = &self.world.setup.parameters;
        let none = splat(simd, 0.0);
        for tile in &structure.tiles {
            let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
            let mut money = load(simd, &tile.by_buyer(&self.money));
            if !self.extra.is_empty() {
                money += load(simd, &tile.by_buyer(fixed_budgets(self.world))) * of(&self.extra);
            }
            let [usual, budget] = self.shares.map(|shares| money * of(shares));
            let released = of(&self.world.cells.backlog) * splat(simd, p.backlog_release);
            let mut advance = none;
            if self.world.scenario.mechanisms.stockpiling {
                let months = months_ahead(simd, self.world, tile, &self.exposure, self.ahead);
                let target = budget * months / splat(simd, 3.0);
                let step = splat(simd, p.stock_speed) * (target - of(&self.world.cells.stock));
                advance = step.max(-(budget + released));
            }
            let total = (budget + released + advance).max(none);
            tile.enter(&usual.into(), &mut wants.usual);
            tile.enter(&budget.into(), &mut wants.budget);
            tile.enter(&released.into(), &mut wants.released);
            tile.enter(&advance.into(), &mut wants.advance);
            tile.enter(&total.into(), &mut wants.total);
        }
    }

    /// Scales what each fab buys for the quarter so that stock is paid out of its budget.
    #[inline(always)]
    fn pay_for_stock<S: Simd>(&self, simd: S, wants: &mut Wants) {
        let structure = &self.world.setup.structure;
        let none = splat(simd, 0.0);
        let by_buyer = || Numbers::zeros(structure.buyers.len());
        let (mut bought, mut built, mut used) = (by_buyer(), by_buyer(), by_buyer());
        for tile in structure.tiles.iter().filter(|tile| self.by_fabs(tile)) {
            let advance = load(simd, &tile.by_cell(0.0, &wants.advance));
            tile.add_to_buyers(&tile.by_cell(0.0, &wants.budget), &mut bought);
            tile.add_to_buyers(&advance.max(none).into(), &mut built);
            tile.add_to_buyers(&advance.min(none).into(), &mut used);
        }
        // Nobody stocks more than it can pay.
        let paid = |b: usize| {
            if built[b] > 0.0 { ((bought[b] - used[b]) / built[b]).min(1.0) } else { 1.0 }
        };
        let left = |b: usize, paid: f64| {
            let stocked = used[b] + paid * built[b];
            if bought[b] > 0.0 { (1.0 - stocked / bought[b]).max(0.0) } else { 1.0 }
        };
        let paid: Numbers = (0..bought.len()).map(paid).collect();
        let left: Numbers = (0..bought.len()).map(|b| left(b, paid[b])).collect();
        for tile in structure.tiles.iter().filter(|tile| self.by_fabs(tile)) {
            let [left, paid] = [&left, &paid].map(|part| load(simd, &tile.by_buyer(part)));
            let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
            let [usual, budget] = [&wants.usual, &wants.budget].map(|table| of(table) * left);
            let wanted = budget + of(&wants.released);
            let advance = of(&wants.advance);
            let advance = (advance.max(none) * paid + advance.min(none)).max(-wanted);
            let total = (wanted + advance).max(none);
            tile.enter(&usual.into(), &mut wants.usual);
            tile.enter(&budget.into(), &mut wants.budget);
            tile.enter(&advance.into(), &mut wants.advance);
            tile.enter(&total.into(), &mut wants.total);
        }
    }

    fn by_fabs(&self, tile: &Tile) -> bool {
        self.world.setup.structure.segments[tile.segment].row.buyers == BuyerKind::Fab
    }
}

/// The stock that the cells of a tile want to hold, months of the budget. Software and services cannot be stocked.
#[inline(always)]
fn months_ahead<S: Simd>(
    simd: S,
    world: &World,
    tile: &Tile,
    exposure: &[f64],
    [closing, scarce]: [&[f64]; 2],
) -> Vector<S> {
    let buyers = world.setup.structure.segments[tile.segment].row.buyers;
    if matches!(buyers, BuyerKind::Designer | BuyerKind::Chipmaker) {
        return splat(simd, 0.0);
    }
    let p = &world.setup.parameters;
    let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
    let months =
        splat(simd, p.stock_per_belief) * of(exposure) + splat(simd, p.pull_forward) * of(closing);
    if scarce.is_empty() { months } else { months + splat(simd, p.scarce_stock) * of(scarce) }
}

/// The stock that cells begin with: what first beliefs call for, so that none is built in the base year, USD million.
pub fn first_stock(world: &World) -> Numbers {
    with_vectors!(vector::level(), simd => first_stock_of_tiles(simd, world))
}

#[inline(always)]
fn first_stock_of_tiles<S: Simd>(simd: S, world: &World) -> Numbers {
    let structure = &world.setup.structure;
    let exposure = exposures(world, &world.buyers.belief);
    let closing = Numbers::zeros(exposure.len());
    let mut stock = Numbers::unwritten(exposure.len());
    for tile in &structure.tiles {
        let months = months_ahead(simd, world, tile, &exposure, [&closing, &[]]);
        let budget = load(simd, &tile.by_cell(0.0, &world.setup.base_demand));
        tile.enter(&(budget * months / splat(simd, 3.0)).into(), &mut stock);
    }
    stock
}

/// Belief above the floor in the suppliers of what each cell has installed: mean by installed share.
pub fn exposures(world: &World, risk: &[f64]) -> Numbers {
    with_vectors!(vector::level(), simd => exposures_of_tiles(simd, world, risk))
}

#[inline(always)]
fn exposures_of_tiles<S: Simd>(simd: S, world: &World, risk: &[f64]) -> Numbers {
    let structure = &world.setup.structure;
    let floor = splat(simd, world.setup.parameters.belief_floor);
    let mut exposures = Numbers::unwritten(structure.cells.len());
    let mut homes = structure.room_for_homes();
    for tile in &structure.tiles {
        let mut sum = splat(simd, 0.0);
        let sides = &structure.sides[structure.segments[tile.segment].products.clone()];
        structure.read_homes(tile, risk, &mut homes);
        for (installed, side) in tile.of(&world.installed).iter().zip(sides) {
            let excess = (load(simd, &homes[side.home]) - floor).max(splat(simd, 0.0));
            sum += load(simd, installed) * excess;
        }
        let sum: Row = sum.into();
        tile.enter(&sum, &mut exposures);
    }
    exposures
}
