//! Redesign (T3): suppliers that foreign reach threatens remove US content and US technology.

use crate::behaviour::beliefs::Beliefs;
use crate::behaviour::demand::Wants;
use crate::market::clearing::Trades;
use crate::policy::Rules;
use crate::vector::{LANES, row_at, sum};
use crate::world::World;

/// Products after the quarter's redesign.
#[derive(Debug, Clone)]
pub struct Redesign {
    /// Part of the base year's US content and US technology that is left, 0–1.
    pub content_kept: Vec<f64>,
    /// Perceived chance of coming under foreign reach, 0–1.
    pub reach_risk: Vec<f64>,
}

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
    let share = china_share(world, rules, wants, trades);
    for (k, node) in structure.products.iter().enumerate() {
        if node.legal == structure.us || !world.products.active[k] {
            continue;
        }
        out.reach_risk[k] = if structure.chinese_product(k) {
            (beliefs.national - p.belief_floor).max(0.0)
        } else {
            let risk = world.products.reach_risk[k];
            let news = if rules.reach_abroad[node.segment] { gain } else { 0.0 };
            risk + news * (1.0 - risk) - p.belief_decay * risk
        };
        let pace = speed / 4.0 * share[k] * out.reach_risk[k];
        out.content_kept[k] *= 1.0 - pace;
    }
    out
}

/// Share of each product's sales that goes to buyers located in China. What is barred is not bought, but still
/// wanted: there the usual share of the budget counts.
fn china_share(world: &World, rules: &Rules, wants: &Wants, trades: &Trades) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut china = vec![0.0; structure.products.len()];
    let mut all = china.clone();
    for (t, tile) in structure.tiles.iter().enumerate() {
        let wanted = tile.gather(&structure.lanes, 0.0, |c| wants.usual[c]);
        let located = |b: usize| structure.buyers[b].location == structure.china;
        let there = tile.buyers.map(|b| f64::from(located(b)));
        for (pair, k) in structure.rows_of(tile) {
            let mut money = *row_at(&trades.purchases, pair);
            if rules.hit[t] {
                let (barred, base) =
                    (row_at(&rules.barred, pair), row_at(&world.setup.base_installed, pair));
                for lane in 0..LANES {
                    money[lane] = money[lane].max(barred[lane] * wanted[lane] * base[lane]);
                }
            }
            all[k] += sum(&money);
            for (money, there) in money.iter_mut().zip(there) {
                *money *= there;
            }
            china[k] += sum(&money);
        }
    }
    china.iter().zip(&all).map(|(part, all)| if *all > 0.0 { part / all } else { 0.0 }).collect()
}
