//! Clearing: licensed sales keep within their quotas, orders beyond capacity are filled pro rata, and what
//! is left over looks twice for products with slack; the rest waits.

use crate::behaviour::sourcing::Orders;
use crate::policy::Rules;
use crate::world::World;

/// What changed hands.
#[derive(Debug, Clone)]
pub struct Trades {
    /// Open purchases of each pair: what buyers pay, licence fees included, purchase subsidies deducted, USD
    /// million.
    pub purchases: Vec<f64>,
    /// Purchases through the grey channel of each pair, premium included, USD million.
    pub grey: Vec<f64>,
    /// Orders of each product before rationing, at its supplier's prices, USD million.
    pub ordered: Vec<f64>,
    /// Revenue of each product, USD million.
    pub revenue: Vec<f64>,
    /// Licence fees less purchase subsidies on each product, USD million.
    pub levies: Vec<f64>,
    /// What middlemen keep of grey purchases of each product, USD million.
    pub premiums: Vec<f64>,
}

/// From what buyers pay to what suppliers get.
#[derive(Debug, Clone, Copy)]
pub struct Net<'a> {
    /// The world.
    pub world: &'a World,
    /// The law: fees and subsidies.
    pub rules: &'a Rules,
}

impl Net<'_> {
    /// What the supplier gets of a pair's purchases, open and grey.
    pub fn of(&self, pair: usize, open: f64, grey: f64) -> f64 {
        open / self.rules.price_factor[pair]
            + grey / (1.0 + self.world.setup.parameters.grey_premium)
    }

    /// What the suppliers get, by product.
    fn by_product(&self, open: &[f64], grey: &[f64]) -> Vec<f64> {
        sum_pairs(self.world, |pair| self.of(pair, open[pair], grey[pair]))
    }
}

/// Rounds in which unfilled orders look for products with slack.
const SPILL_ROUNDS: usize = 2;

/// Clears all segments.
///
/// Licensed sales of a product beyond its quota are cut pro rata. Round 0: `fill_k = min(1, K_k p_k / Q_k)`.
/// Each spill-over round offers a cell's unfilled orders to products that filled all theirs, in proportion
/// to their logit weights against deferring, and fills them up to the remaining capacity.
pub fn clear(world: &World, orders: &Orders, rules: &Rules) -> Trades {
    let structure = &world.setup.structure;
    let products = structure.products.len();
    let net = Net { world, rules };
    let mut purchases = orders.placed.clone();
    let mut grey = orders.grey.clone();
    let mut unfilled = vec![0.0; structure.cells.len()];
    let capped = keep_quotas(world, rules, &mut purchases, &mut unfilled);
    let ordered = net.by_product(&purchases, &grey);
    let mut fill = vec![1.0; products];
    let mut room = vec![f64::INFINITY; products];
    if world.scenario.mechanisms.rationing {
        for k in 0..products {
            let capacity = world.products.capacity[k] * world.products.price[k];
            fill[k] = fill_rate(ordered[k], capacity);
            room[k] = capacity - ordered[k] * fill[k];
        }
    }
    let short = fill.iter().any(|f| *f < 1.0);
    if short {
        for (c, cell) in structure.cells.iter().enumerate() {
            for (pair, k) in structure.pairs_of(cell) {
                for money in [&mut purchases[pair], &mut grey[pair]] {
                    let filled = *money * fill[k];
                    unfilled[c] += *money - filled;
                    *money = filled;
                }
            }
        }
    }
    if !short && capped.is_empty() {
        return settle(&net, purchases, grey, ordered);
    }
    let mut offers = vec![0.0; structure.pairs];
    for _ in 0..SPILL_ROUNDS {
        let wanted = spill(&net, orders, &fill, &unfilled, &capped, &mut offers);
        let rate: Vec<f64> =
            (0..products).map(|k| fill_rate(wanted[k], room[k].max(0.0))).collect();
        for (c, cell) in structure.cells.iter().enumerate() {
            if unfilled[c] <= 0.0 {
                continue;
            }
            for (pair, k) in structure.pairs_of(cell) {
                let filled = offers[pair] * rate[k];
                purchases[pair] += filled;
                unfilled[c] -= filled;
            }
        }
        for k in 0..products {
            room[k] -= wanted[k] * rate[k];
            fill[k] = fill[k].min(rate[k]);
        }
    }
    settle(&net, purchases, grey, ordered)
}

/// Splits what buyers pay into revenue, levies and premiums.
fn settle(net: &Net<'_>, purchases: Vec<f64>, grey: Vec<f64>, ordered: Vec<f64>) -> Trades {
    let factor = &net.rules.price_factor;
    let kept = 1.0 - 1.0 / (1.0 + net.world.setup.parameters.grey_premium);
    Trades {
        revenue: net.by_product(&purchases, &grey),
        levies: sum_pairs(net.world, |pair| purchases[pair] * (1.0 - 1.0 / factor[pair])),
        premiums: sum_pairs(net.world, |pair| grey[pair] * kept),
        purchases,
        grey,
        ordered,
    }
}

/// Cuts licensed sales to their quotas; returns the pairs that are at one, in order.
fn keep_quotas(
    world: &World,
    rules: &Rules,
    purchases: &mut [f64],
    unfilled: &mut [f64],
) -> Vec<usize> {
    let structure = &world.setup.structure;
    let mut capped = Vec::new();
    for quota in &rules.quotas {
        let sold = |pair: &usize| purchases[*pair] / rules.price_factor[*pair];
        let total: f64 = quota.pairs.iter().map(sold).sum();
        if total <= quota.limit {
            continue;
        }
        for pair in &quota.pairs {
            let cell = structure.cell_of(*pair);
            let kept = purchases[*pair] * quota.limit / total;
            unfilled[cell] += purchases[*pair] - kept;
            purchases[*pair] = kept;
            capped.push(*pair);
        }
    }
    capped.sort_unstable();
    capped
}

fn fill_rate(wanted: f64, available: f64) -> f64 {
    if wanted > available { available / wanted } else { 1.0 }
}

/// Writes what each cell's unfilled orders would buy from products with slack to `offers`, for the cells that
/// have any; returns what that would bring each product.
fn spill(
    net: &Net<'_>,
    orders: &Orders,
    fill: &[f64],
    unfilled: &[f64],
    capped: &[usize],
    offers: &mut [f64],
) -> Vec<f64> {
    let structure = &net.world.setup.structure;
    let mut wanted = vec![0.0; structure.products.len()];
    for (c, cell) in structure.cells.iter().enumerate() {
        if unfilled[c] <= 0.0 {
            continue;
        }
        let slack = |pair: usize, k: usize| fill[k] >= 1.0 && capped.binary_search(&pair).is_err();
        let total: f64 = 1.0
            + structure
                .pairs_of(cell)
                .filter(|(pair, k)| slack(*pair, *k))
                .map(|(pair, _)| orders.weight[pair])
                .sum::<f64>();
        for (pair, k) in structure.pairs_of(cell) {
            let offer =
                if slack(pair, k) { unfilled[c] * orders.weight[pair] / total } else { 0.0 };
            offers[pair] = offer;
            wanted[k] += net.of(pair, offer, 0.0);
        }
    }
    wanted
}

/// Sums pairs to products, in the order of cells.
pub fn by_product(world: &World, pairs: &[f64]) -> Vec<f64> {
    sum_pairs(world, |pair| pairs[pair])
}

/// Sums a value of pairs to products, in the order of cells.
fn sum_pairs(world: &World, value: impl Fn(usize) -> f64) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut sums = vec![0.0; structure.products.len()];
    for cell in &structure.cells {
        let range = structure.segments[cell.segment].products.clone();
        for (sum, pair) in sums[range].iter_mut().zip(structure.pairs_in(cell)) {
            *sum += value(pair);
        }
    }
    sums
}
