//! Expectations (C8): each surprise raises the perceived risk of being cut off; it fades slowly.

use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::scenario::param::Parameters;
use crate::scenario::tables::Ware;
use crate::vector;
use crate::with_vectors;
use crate::world::World;
use crate::world::first_beliefs::national;
use crate::world::structure::BuyerNode;

/// Number of wares.
const WARES: usize = Ware::Chips as usize + 1;

/// Expectations after the quarter's announcements.
#[derive(Debug, Clone)]
pub struct Beliefs {
    /// Perceived yearly chance that a jurisdiction's supply is cut off, buyers × jurisdictions.
    pub risk: Numbers,
    /// China's national belief: mean over its owners' buyers of tools, materials, software and IP, by base-year
    /// budget, of the belief in the least trusted jurisdiction.
    pub national: f64,
}

/// Revises beliefs.
///
/// `ρ += λ⁺ · news · (1 − ρ) − λ⁻ · max(0, ρ − ρ₀)`, with
/// `news_bj = ω own_bj + (1 − ω) peers_bj + salience_bj`, at most 1. Own news is the share of the
/// buyer's trailing purchases from `j` whose ceiling fell below need (or was announced to), peers' the
/// same over all buyers of the owner's nation that buy the same ware: who buys tools hears of tools.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | λ⁺ | gain, share of the remaining trust | `belief-gain` |
/// | λ⁻ | decay, share a quarter | `belief-decay` |
/// | ρ₀ | floor, probability a year | `belief-floor` |
/// | ω | weight of own news | `own-weight` |
///
/// Limits: without news beliefs stay at the floor or fade toward it; full news at λ⁺ = 1 gives certainty.
pub fn revise(world: &World, rules: &Rules) -> Beliefs {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    if !world.scenario.mechanisms.beliefs {
        let risk = world.buyers.belief.clone();
        return Beliefs { national: national(structure, &world.setup.budgets.base, &risk), risk };
    }
    let places = structure.jurisdictions.len();
    // What surprises is learned.
    if rules.learned.is_empty() {
        return only_said(world, rules);
    }
    let (barred, bought) = purchases_by_home(world, rules);
    let share = |hit: f64, all: f64| if all > 0.0 { hit / all } else { 0.0 };
    let of_nation = |buyer: &BuyerNode, j: usize| {
        (buyer.row.kind.ware() as usize * places + buyer.owner) * places + j
    };
    let mut nation = Lent::filled([0.0; 2], WARES * places * places);
    for (b, buyer) in structure.buyers.iter().enumerate() {
        for j in 0..places {
            let sum = &mut nation[of_nation(buyer, j)];
            sum[0] += barred[b * places + j];
            sum[1] += bought[b * places + j];
        }
    }
    let mut risk = world.buyers.belief.clone();
    for (b, buyer) in structure.buyers.iter().enumerate() {
        for j in (0..places).filter(|j| *j != buyer.owner) {
            let at = b * places + j;
            let peers = nation[of_nation(buyer, j)];
            let news = p.own_weight * share(barred[at], bought[at])
                + (1.0 - p.own_weight) * share(peers[0], peers[1])
                + rules.salience[at];
            risk[at] = moved(p, risk[at], news);
        }
    }
    Beliefs { national: national(structure, &world.setup.budgets.base, &risk), risk }
}

/// A belief after news.
#[inline(always)]
fn moved(p: &Parameters, rho: f64, news: f64) -> f64 {
    rho + p.belief_gain * news.min(1.0) * (1.0 - rho)
        - p.belief_decay * (rho - p.belief_floor).max(0.0)
}

/// Beliefs after news, whoever holds them.
#[inline(always)]
fn move_all(p: &Parameters, risk: &mut [f64], news: &[f64]) {
    for (rho, news) in risk.iter_mut().zip(news) {
        *rho = moved(p, *rho, *news);
    }
}

/// Beliefs after a quarter that bars nothing new: only what is announced is news.
fn only_said(world: &World, rules: &Rules) -> Beliefs {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let places = structure.jurisdictions.len();
    let mut risk = world.buyers.belief.clone();
    with_vectors!(vector::level(), _simd => move_all(p, &mut risk, &rules.salience));
    // Nobody doubts its own nation.
    for (b, buyer) in structure.buyers.iter().enumerate() {
        let own = b * places + buyer.owner;
        risk[own] = world.buyers.belief[own];
    }
    Beliefs { national: national(structure, &world.setup.budgets.base, &risk), risk }
}

/// Trailing purchases by buyer and legal home: those newly barred, and all.
fn purchases_by_home(world: &World, rules: &Rules) -> (Numbers, Numbers) {
    let structure = &world.setup.structure;
    let places = structure.jurisdictions.len();
    let mut barred = Numbers::zeros(world.buyers.belief.len());
    let mut bought = barred.clone();
    for (tile, hit) in structure.tiles.iter().zip(&rules.hit) {
        for (pair, k) in structure.rows_of(tile) {
            let home = structure.sides[k].legal;
            for (lane, b) in tile.buyers.iter().enumerate() {
                // An empty lane has no purchases.
                bought[b * places + home] += world.bought[pair + lane];
            }
            if *hit {
                for (lane, b) in tile.buyers.iter().enumerate() {
                    let money = world.bought[pair + lane];
                    barred[b * places + home] += rules.surprise[pair + lane] * money;
                }
            }
        }
    }
    (barred, bought)
}
