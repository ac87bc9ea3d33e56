//! Production: experience lowers cost, utilisation moves price, orders move capacity.

use crate::decisions::{Output, Trades};
use crate::lent::Numbers;
use crate::market::service;
use crate::policy::Rules;
use crate::vector;
use crate::world::{SHIPMENT_MEMORY, World};

/// Runs production.
///
/// Wright: `c = c₀ (Z/Z₀)^{log₂(1 − learning rate)}`, where experience `Z` counts the other suppliers'
/// output with the weight `learning-spill` (Irwin & Klenow 1994). The wanted price is
/// `c · mark-up · (1 + price-utilisation · (u − normal))`, not below `price-floor · c`; the wanted
/// capacity is `units ordered / normal utilisation`. Both are approached at their speeds.
pub fn run(world: &World, trades: &Trades, rules: &Rules) -> Output {
    let p = &world.setup.parameters;
    let state = &world.products;
    let count = state.price.len();
    let units: Numbers = (0..count).map(|k| trades.revenue[k] / state.price[k]).collect();
    // Without rationing more may be sold than a supplier makes; the rest comes from nowhere and moves no price.
    let utilisation: Numbers =
        (0..count).map(|k| (units[k] / state.capacity[k]).min(1.0)).collect();
    let experience: Numbers = (0..count).map(|k| state.experience[k] + units[k]).collect();
    let cost = if world.scenario.mechanisms.learning {
        learn(world, &experience)
    } else {
        state.cost.clone()
    };
    let price = (0..count)
        .map(|k| {
            let margin = p.markup * (1.0 + p.price_utilisation * (utilisation[k] - p.utilisation));
            let wanted = cost[k] * margin.max(p.price_floor);
            // Nobody quotes for a product that is not on the market yet.
            if state.active[k] {
                state.price[k] + p.price_speed * (wanted - state.price[k])
            } else {
                1.0
            }
        })
        .collect();
    let capacity = (0..count)
        .map(|k| {
            let wanted = trades.ordered[k] / state.price[k] / p.utilisation;
            if state.active[k] {
                state.capacity[k] + p.capacity_speed * (wanted - state.capacity[k])
            } else {
                state.capacity[k]
            }
        })
        .collect();
    let mut shipped = Numbers::with_room(state.shipped.len());
    for (history, revenue) in state.shipped.chunks_exact(SHIPMENT_MEMORY).zip(&trades.revenue) {
        shipped.push(*revenue);
        shipped.extend_from_slice(&history[..SHIPMENT_MEMORY - 1]);
    }
    let service = service::revenue(world, rules);
    Output {
        utilisation,
        cost,
        price,
        capacity,
        experience,
        trailing: shipped
            .chunks_exact(SHIPMENT_MEMORY)
            .zip(&service)
            .map(|(history, service)| history[..4].iter().sum::<f64>() / 4.0 + service)
            .collect(),
        recognised: recognise(world, &shipped, world.setup.parameters.recognition_lag),
        tabulated: recognise(world, &shipped, world.setup.parameters.table_lag),
        shipped,
    }
}

fn learn(world: &World, experience: &[f64]) -> Numbers {
    let (structure, p) = (&world.setup.structure, &world.setup.parameters);
    let exponent = libm::log2(1.0 - p.learning_rate);
    // What is not on the market learns nothing.
    let mut growth = Numbers::filled(1.0, experience.len());
    for segment in &structure.segments {
        let range = segment.products.clone();
        let total = |values: &[f64]| -> f64 {
            range.clone().filter(|k| world.products.active[*k]).map(|k| values[k]).sum()
        };
        let (before, after) = (total(&world.products.experience), total(experience));
        for k in range.clone().filter(|k| world.products.active[*k]) {
            let pooled = |own: f64, all: f64| own + p.learning_spill * (all - own);
            growth[k] = pooled(experience[k], after) / pooled(world.products.experience[k], before);
        }
    }
    vector::pow_all(&mut growth, exponent);
    growth.iter().zip(&world.products.cost).map(|(fall, cost)| cost * fall).collect()
}

/// Revenue as accounts or a table show it: a shipment of a Chinese supplier `lag` quarters later, interpolated between
/// whole quarters; all others' at shipment.
fn recognise(world: &World, shipped: &[f64], lag: f64) -> Numbers {
    let (whole, part) = (libm::floor(lag) as usize, lag - libm::floor(lag));
    shipped
        .chunks_exact(SHIPMENT_MEMORY)
        .enumerate()
        .map(|(k, history)| {
            if world.setup.structure.chinese_product(k) {
                (1.0 - part) * history[whole] + part * history[whole + 1]
            } else {
                history[0]
            }
        })
        .collect()
}
