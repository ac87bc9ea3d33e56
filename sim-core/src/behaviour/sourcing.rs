//! Sourcing: each cell spreads its wants over what it may buy, what it can have all the same, or defers.

use crate::behaviour::beliefs::Beliefs;
use crate::behaviour::demand::Wants;
use crate::behaviour::{appeal, evasion};
use crate::market::kernel::{self, Menu};
use crate::policy::Rules;
use crate::world::World;

/// Orders before rationing.
#[derive(Debug, Clone)]
pub struct Orders {
    /// Logit weight of each pair against deferring (weight 1).
    pub weight: Vec<f64>,
    /// Open orders of each pair, USD million.
    pub placed: Vec<f64>,
    /// Orders of each pair through the grey channel, premium included, USD million.
    pub grey: Vec<f64>,
    /// Domestic preference of each buyer for Chinese products, logits (0 for other owners).
    pub preference: Vec<f64>,
}

/// Chooses suppliers.
///
/// `U_kb = ln σ(κ(q̂_kb − r_bs)) − β ln p_k + γ (h_bk − h⁰_bk) + μ_b,CN − θ ρ_b,j(k) + ξ_k`, shares by softmax
/// against deferring (utility 0), where `q̂_kb = min(q_k, z_kb)`. For Chinese-owned buyers and Chinese
/// products `μ = μ⁰ + s (t − t₀)/20 + [M_sched + m_r (ρ̄ − ρ̄(0))] · state exposure`.
/// What is barred can be had at its full level through the grey channel (C4), at the price `p (1 + π)`: where a
/// way is open, which is so for the part `availability` of demand, it takes the share that it would have if it
/// were not barred. A licence fee, a purchase subsidy, standards and opened markets add to `U`.
/// The base year's preference μ⁰ holds at the beliefs of the start, so only what comes later reacts.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | κ | sharpness of need, 1/generation | `level-sharpness` |
/// | β | price sensitivity, logits | `price-sensitivity` |
/// | γ | stickiness, logits | `stickiness` |
/// | μ⁰ | home preference, logits | `home-preference` |
/// | s | secular trend, logits per 5 years | `secular-trend` |
/// | m_r | reactive mandate, logits | `reactive-mandate` |
/// | π | premium of the grey channel, share | `grey-premium` |
/// | θ | belief sensitivity, logits | `belief-sensitivity` |
///
/// Limits: an embargo sells nothing; a ceiling above every level changes no bit.
pub fn choose(world: &World, wants: &Wants, rules: &Rules, beliefs: &Beliefs) -> Orders {
    let setup = &world.setup;
    let structure = &setup.structure;
    let p = &setup.parameters;
    let appeal: Vec<f64> = (0..structure.products.len())
        .map(|k| {
            if world.products.active[k] {
                let price = libm::log(world.products.price[k]);
                libm::exp(world.products.xi[k] - p.price_sensitivity * price)
            } else {
                0.0
            }
        })
        .collect();
    let preference = preferences(world, rules, beliefs);
    let stickiness = if world.scenario.mechanisms.stickiness { p.stickiness } else { 0.0 };
    let mut orders = Orders {
        weight: vec![0.0; structure.pairs],
        placed: vec![0.0; structure.pairs],
        grey: vec![0.0; structure.pairs],
        preference,
    };
    let lift = appeal::lifts(world, rules);
    let premium = libm::pow(1.0 + p.grey_premium, -p.price_sensitivity);
    let places = structure.jurisdictions.len();
    let mut gain = Vec::new();
    let mut trust = Vec::new();
    // Neighbours often believe the same: then the trust of the last buyer stands.
    let mut known = vec![f64::NAN; places];
    let mut by_home = vec![f64::NAN; places];
    for (b, buyer) in structure.buyers.iter().enumerate() {
        let risk = &beliefs.risk[b * places..(b + 1) * places];
        for ((trust, last), rho) in by_home.iter_mut().zip(&mut known).zip(risk) {
            if *rho != *last {
                *trust = libm::exp(-p.belief_sensitivity * rho);
                *last = *rho;
            }
        }
        let owned = structure.chinese_owned(b);
        let domestic = libm::exp(orders.preference[b]);
        for c in buyer.cells.clone() {
            let cell = &structure.cells[c];
            let pairs: Vec<usize> = structure.pairs_in(cell).collect();
            let of = |t: &[f64]| -> Vec<f64> { pairs.iter().map(|i| t[*i]).collect() };
            let products = structure.segments[cell.segment].products.clone();
            gain.clear();
            gain.extend(
                pairs.iter().copied().map(|i| world.installed[i] - setup.base_installed[i]),
            );
            trust.clear();
            trust.extend(structure.sides[products.clone()].iter().map(|side| {
                let home = owned && side.chinese;
                by_home[side.legal] * if home { domestic } else { 1.0 }
            }));
            adjust(&mut trust, pairs.iter().copied(), rules, lift.as_deref(), p.price_sensitivity);
            let menu = Menu {
                level: &world.products.level[products.clone()],
                ceiling: &of(&rules.ceiling),
                appeal: &appeal[products],
                trust: &trust,
                leak: &of(&rules.leak),
                connections: evasion::connections(world, c),
                premium,
                installed_gain: &gain,
                need: setup.need(c, world.buyers.level[b]),
                sharpness: p.level_sharpness,
                stickiness,
            };
            let (mut open, mut grey) = (of(&orders.weight), of(&orders.grey));
            let deferred = kernel::weights(&menu, &mut open, &mut grey);
            let wanted = wants.total(c);
            let money = wanted * deferred;
            for (i, pair) in pairs.into_iter().enumerate() {
                orders.weight[pair] = open[i];
                orders.placed[pair] = money * open[i];
                orders.grey[pair] = grey[i] * wanted;
            }
        }
    }
    orders
}

/// Enters fees and subsidies, `f^{−β}`, and what else lifts a pair's utility.
fn adjust(
    trust: &mut [f64],
    pairs: impl Iterator<Item = usize>,
    rules: &Rules,
    lift: Option<&[f64]>,
    price_sensitivity: f64,
) {
    for (value, pair) in trust.iter_mut().zip(pairs) {
        let factor = rules.price_factor[pair];
        if factor != 1.0 {
            *value *= libm::pow(factor, -price_sensitivity);
        }
        if let Some(lift) = lift
            && lift[pair] != 0.0
        {
            *value *= libm::exp(lift[pair]);
        }
    }
}

/// Preference of each buyer for Chinese products, logits.
fn preferences(world: &World, rules: &Rules, beliefs: &Beliefs) -> Vec<f64> {
    let setup = &world.setup;
    let p = &setup.parameters;
    let reaction = if world.scenario.mechanisms.reactive_mandate {
        p.reactive_mandate * (beliefs.national - setup.national_belief)
    } else {
        0.0
    };
    setup
        .structure
        .buyers
        .iter()
        .enumerate()
        .map(|(b, buyer)| {
            if !setup.structure.chinese_owned(b) {
                return 0.0;
            }
            p.home_preference
                + p.secular_trend * world.t as f64 / 20.0
                + (rules.mandate[b] + reaction) * buyer.row.state_exposure
        })
        .collect()
}
