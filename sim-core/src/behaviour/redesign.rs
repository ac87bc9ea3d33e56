//! Redesign (T3): suppliers that foreign reach threatens remove US content and US technology.

use fearless_simd::prelude::*;

use crate::decisions::{Beliefs, Redesign, Trades, Wants};
use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::vector::{self, Simd, add_to, load};
use crate::with_vectors;
use crate::world::World;

/// Removes US content.
///
/// `Δu_k = −η u_k · (China's share of sales) · risk_k` a year; dependence on US technology falls alike. Suppliers
/// outside China learn of the reach as buyers learn of a cut-off:
/// `risk += λ⁺ · [reach announced in the segment] · (1 − risk) − λ⁻ · risk`. Chinese suppliers take the national
/// belief in its place.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | η | speed, share a year | `redesign-speed` |
/// | λ⁺, λ⁻ | gain and decay | `belief-gain`, `belief-decay` |
///
/// Limits: a supplier without sales in China, or without reach to fear, keeps its content.
pub fn remove(
    world: &World,
    rules: &Rules,
    wants: &Wants,
    beliefs: &Beliefs,
    trades: &Trades,
) -> Redesign {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let mut out = Redesign {
        content_kept: world.products.content_kept.clone(),
        reach_risk: world.products.reach_risk.clone(),
    };
    // A supplier's risk is a belief, too.
    let gain = if world.scenario.mechanisms.beliefs { p.belief_gain } else { 0.0 };
    let speed = if world.scenario.mechanisms.redesign { p.redesign_speed } else { 0.0 };
    let moves = |k: usize| structure.sides[k].legal != structure.us && world.products.active[k];
    for k in (0..structure.sides.len()).filter(|k| moves(*k)) {
        out.reach_risk[k] = if structure.chinese_product(k) {
            (beliefs.national - p.belief_floor).max(0.0)
        } else {
            let risk = world.products.reach_risk[k];
            let news = if rules.reach_abroad[structure.sides[k].segment] { gain } else { 0.0 };
            risk + news * (1.0 - risk) - p.belief_decay * risk
        };
    }
    // Who has nothing to fear keeps its content, whatever it sells in China.
    let asked: Lent<bool> =
        (0..structure.sides.len()).map(|k| moves(k) && speed * out.reach_risk[k] > 0.0).collect();
    let level = vector::level();
    let share =
        with_vectors!(level, simd => china_share(simd, world, rules, wants, trades, &asked));
    for k in (0..structure.sides.len()).filter(|k| asked[*k]) {
        let pace = speed / 4.0 * share[k] * out.reach_risk[k];
        out.content_kept[k] *= 1.0 - pace;
    }
    out
}

/// Share of sales that goes to buyers located in China, of the products that are asked for. What is barred is not
/// bought, but still wanted: there the usual share of the budget counts.
#[inline(always)]
fn china_share<S: Simd>(
    simd: S,
    world: &World,
    rules: &Rules,
    wants: &Wants,
    trades: &Trades,
    asked: &[bool],
) -> Numbers {
    let structure = &world.setup.structure;
    let mut china = structure.sums();
    let mut all = structure.sums();
    for (tile, hit) in structure.tiles.iter().zip(&rules.hit) {
        let there = load(simd, &tile.traits.at_china);
        let products = &structure.segments[tile.segment].products;
        let sums = all.turn_to(products).iter_mut().zip(china.turn_to(products));
        let rows = tile.of(&trades.purchases).iter().zip(sums).zip(&asked[products.clone()]);
        let rows = rows.enumerate().filter(|(_, (_, asked))| **asked);
        let barred = hit.then(|| {
            let wanted = load(simd, &tile.by_cell(0.0, &wants.usual));
            (wanted, tile.of(&rules.barred), tile.of(&world.setup.base_installed))
        });
        for (row, ((bought, (all, china)), _)) in rows {
            let mut money = load(simd, bought);
            if let Some((wanted, barred, usual)) = barred {
                let usual = wanted * load(simd, &usual[row]);
                money = money.max(load(simd, &barred[row]) * usual);
            }
            add_to(simd, all, money);
            add_to(simd, china, money * there);
        }
    }
    let (china, all) = (china.total(), all.total());
    china.iter().zip(&all).map(|(part, all)| if *all > 0.0 { part / all } else { 0.0 }).collect()
}
