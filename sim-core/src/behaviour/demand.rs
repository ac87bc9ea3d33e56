//! Demand: budgets become wants by segment, with returning backlog and stock bought ahead.

use fearless_simd::prelude::*;

use crate::behaviour::beliefs::Beliefs;
use crate::behaviour::routes::Routes;
use crate::lent::Numbers;
use crate::policy::{Rules, support};
use crate::scenario::tables::BuyerKind;
use crate::vector::{self, Row, Simd, load, splat};
use crate::with_vectors;
use crate::world::World;
use crate::world::weights::spend_weights;

/// What each cell wants to spend, USD million; all vectors by cell.
#[derive(Debug, Clone)]
pub struct Wants {
    /// This quarter's budget.
    pub budget: Numbers,
    /// The same before routes tilt it: what the line would spend without law.
    pub usual: Numbers,
    /// Deferred demand that returns.
    pub released: Numbers,
    /// Bought ahead for stock (negative: stock is used instead of buying).
    pub advance: Numbers,
    /// What the cell brings to the market: all of these, not below zero.
    pub total: Numbers,
}

/// How far beliefs can push reactive spending beyond its historical size.
const REACTIVE_TOP: f64 = 1.5;

/// Plans the quarter's wants.
///
/// Budget: `C_b = fixed + reactive · (ρ̄ − ρ₀)/(ρ_ref − ρ₀)` plus the money of a barred twin, spread by the
/// spend weights of the generation that the line plans for, tilted by its routes; opened markets add demand. Backlog returns at `backlog-release`. The
/// stock wanted ahead is `m₁ (ρ̄_bs − ρ₀) + pull-forward · closing` months of the budget, where `ρ̄_bs` is
/// the belief over what is installed and `closing` the part of it that is announced to be barred.
pub fn plan(world: &World, rules: &Rules, beliefs: &Beliefs, routes: &Routes) -> Wants {
    let setup = &world.setup;
    let structure = &setup.structure;
    let p = &setup.parameters;
    let buyers = structure.buyers.len();
    let spread = (p.reactive_belief - p.belief_floor).max(1e-3);
    let reaction = ((beliefs.national - p.belief_floor) / spread).clamp(0.0, REACTIVE_TOP);
    let mut wants = Wants {
        budget: Numbers::zeros(structure.cells.len()),
        usual: Numbers::zeros(structure.cells.len()),
        released: world.cells.backlog.iter().map(|b| b * p.backlog_release).collect(),
        advance: Numbers::zeros(structure.cells.len()),
        total: Numbers::zeros(structure.cells.len()),
    };
    let extra = support::extra_demand(world, world.scenario.start.plus(world.t as i32));
    let exposure = exposures(world, &beliefs.risk);
    for (b, buyer) in structure.buyers.iter().enumerate() {
        let at = world.t * buyers + b;
        let money = setup.budgets.fixed[at] * extra[b]
            + setup.budgets.reactive[at] * reaction
            + world.buyers.shifted[b];
        let level = world.buyers.level[b] + p.plan_ahead;
        let weights = |tilt: Option<&[f64]>| {
            spend_weights(structure, &setup.class_factor, &buyer.cells, level, tilt)
        };
        let usual = weights(None);
        let tilted = buyer.cells.iter().any(|c| routes.tilt[*c] != 1.0);
        let tilted = tilted.then(|| weights(Some(&routes.tilt)));
        for (i, c) in buyer.cells.iter().copied().enumerate() {
            let budget = money * tilted.as_ref().unwrap_or(&usual)[i];
            wants.usual[c] = money * usual[i];
            wants.budget[c] = budget;
            if world.scenario.mechanisms.stockpiling {
                let target = wanted_stock(world, c, budget, exposure[c], rules.closing[c]);
                let step = p.stock_speed * (target - world.cells.stock[c]);
                wants.advance[c] = step.max(-(budget + wants.released[c]));
            }
            wants.total[c] = (budget + wants.released[c] + wants.advance[c]).max(0.0);
        }
    }
    wants
}

/// The stock that a cell wants to hold, USD million. Software and services cannot be stocked.
pub fn wanted_stock(world: &World, c: usize, budget: f64, exposure: f64, closing: f64) -> f64 {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let cell = &structure.cells[c];
    if matches!(structure.buyers[cell.buyer].row.kind, BuyerKind::Designer | BuyerKind::Chipmaker) {
        return 0.0;
    }
    let months = p.stock_per_belief * exposure + p.pull_forward * closing;
    budget * months / 3.0
}

/// Belief above the floor in the suppliers of what each cell has installed: mean by installed share.
pub fn exposures(world: &World, risk: &[f64]) -> Numbers {
    with_vectors!(vector::level(), simd => exposures_of_tiles(simd, world, risk))
}

#[inline(always)]
fn exposures_of_tiles<S: Simd>(simd: S, world: &World, risk: &[f64]) -> Numbers {
    let structure = &world.setup.structure;
    let floor = splat(simd, world.setup.parameters.belief_floor);
    let mut exposures = Numbers::zeros(structure.cells.len());
    for tile in &structure.tiles {
        let mut sum = splat(simd, 0.0);
        let sides = &structure.sides[structure.segments[tile.segment].products.clone()];
        let homes = structure.about_homes(tile, risk);
        for (installed, side) in tile.of(&world.installed).iter().zip(sides) {
            let excess = (load(simd, &homes[side.home]) - floor).max(splat(simd, 0.0));
            sum += load(simd, installed) * excess;
        }
        let sum: Row = sum.into();
        tile.enter(&sum, &mut exposures);
    }
    exposures
}
