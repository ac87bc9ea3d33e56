//! Clearing: orders beyond capacity are filled pro rata, and what is left over looks twice for products
//! with slack; the rest waits.

use crate::behaviour::sourcing::Orders;
use crate::world::World;

/// What changed hands.
#[derive(Debug, Clone)]
pub struct Trades {
    /// Purchases of each pair, USD million.
    pub purchases: Vec<f64>,
    /// Orders of each product before rationing, USD million.
    pub ordered: Vec<f64>,
    /// Revenue of each product, USD million.
    pub revenue: Vec<f64>,
}

/// Rounds in which unfilled orders look for products with slack.
const SPILL_ROUNDS: usize = 2;

/// Clears all segments.
///
/// Round 0: `fill_k = min(1, K_k p_k / Q_k)`. Each spill-over round offers a cell's unfilled orders
/// to products that filled all theirs, in proportion to their logit weights against deferring, and
/// fills them up to the remaining capacity.
pub fn clear(world: &World, orders: &Orders) -> Trades {
    let structure = &world.setup.structure;
    let products = structure.products.len();
    let capacity: Vec<f64> =
        (0..products).map(|k| world.products.capacity[k] * world.products.price[k]).collect();
    let ordered = by_product(world, &orders.placed);
    if !world.scenario.mechanisms.rationing {
        return Trades { purchases: orders.placed.clone(), revenue: ordered.clone(), ordered };
    }
    let mut fill: Vec<f64> =
        ordered.iter().zip(&capacity).map(|(q, k)| fill_rate(*q, *k)).collect();
    let mut purchases = orders.placed.clone();
    if fill.iter().all(|f| *f >= 1.0) {
        return Trades { purchases, revenue: ordered.clone(), ordered };
    }
    let mut unfilled = vec![0.0; structure.cells.len()];
    for (c, cell) in structure.cells.iter().enumerate() {
        for (pair, k) in structure.pairs_of(cell) {
            let filled = orders.placed[pair] * fill[k];
            unfilled[c] += orders.placed[pair] - filled;
            purchases[pair] = filled;
        }
    }
    let mut revenue: Vec<f64> = ordered.iter().zip(&fill).map(|(q, f)| q * f).collect();
    for _ in 0..SPILL_ROUNDS {
        let offers = spill(world, orders, &fill, &unfilled);
        let wanted = by_product(world, &offers);
        let rate: Vec<f64> = (0..products)
            .map(|k| fill_rate(wanted[k], (capacity[k] - revenue[k]).max(0.0)))
            .collect();
        for (c, cell) in structure.cells.iter().enumerate() {
            for (pair, k) in structure.pairs_of(cell) {
                let filled = offers[pair] * rate[k];
                purchases[pair] += filled;
                unfilled[c] -= filled;
            }
        }
        for k in 0..products {
            revenue[k] += wanted[k] * rate[k];
            fill[k] = fill[k].min(rate[k]);
        }
    }
    Trades { revenue: by_product(world, &purchases), purchases, ordered }
}

fn fill_rate(wanted: f64, available: f64) -> f64 {
    if wanted > available { available / wanted } else { 1.0 }
}

/// What each cell's unfilled orders would buy from products with slack.
fn spill(world: &World, orders: &Orders, fill: &[f64], unfilled: &[f64]) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut offers = vec![0.0; structure.pairs];
    for (c, cell) in structure.cells.iter().enumerate() {
        if unfilled[c] <= 0.0 {
            continue;
        }
        let slack = |k: usize| fill[k] >= 1.0;
        let total: f64 = 1.0
            + structure
                .pairs_of(cell)
                .filter(|(_, k)| slack(*k))
                .map(|(pair, _)| orders.weight[pair])
                .sum::<f64>();
        for (pair, k) in structure.pairs_of(cell) {
            if slack(k) {
                offers[pair] = unfilled[c] * orders.weight[pair] / total;
            }
        }
    }
    offers
}

/// Sums pairs to products, in the order of cells.
pub fn by_product(world: &World, pairs: &[f64]) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut sums = vec![0.0; structure.products.len()];
    for cell in &structure.cells {
        let range = structure.segments[cell.segment].products.clone();
        for (sum, value) in sums[range].iter_mut().zip(&pairs[structure.pair_range(cell)]) {
            *sum += value;
        }
    }
    sums
}
