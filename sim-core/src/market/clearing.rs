//! Clearing: licensed sales keep within their quotas, orders beyond capacity are filled pro rata, and what
//! is left over looks twice for products with slack; the rest waits.

use crate::behaviour::sourcing::Orders;
use crate::policy::Rules;
use crate::vector::{LANES, Row, row_at, row_at_mut, sum};
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

    /// The same for a row of a tile.
    pub fn of_row(&self, tile: usize, first_pair: usize, open: &Row, grey: &Row) -> Row {
        let mut net = *open;
        if self.rules.charged {
            let factor = row_at(&self.rules.price_factor, first_pair);
            for (net, factor) in net.iter_mut().zip(factor) {
                *net /= factor;
            }
        }
        // Nothing is diverted where no law is.
        if self.rules.hit[tile] {
            let price = 1.0 + self.world.setup.parameters.grey_premium;
            for (net, grey) in net.iter_mut().zip(grey) {
                *net += grey / price;
            }
        }
        net
    }

    /// What the suppliers get, by product.
    fn by_product(&self, open: &[f64], grey: &[f64]) -> Vec<f64> {
        sum_rows(self.world, |tile, pair| {
            self.of_row(tile, pair, row_at(open, pair), row_at(grey, pair))
        })
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
    // By tile and lane.
    let mut unfilled = vec![[0.0; LANES]; structure.tiles.len()];
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
        ration(world, &fill, &mut purchases, &mut grey, &mut unfilled);
    }
    if !short && capped.is_empty() {
        return settle(&net, purchases, grey, ordered);
    }
    let mut offers = vec![0.0; structure.pairs];
    for _ in 0..SPILL_ROUNDS {
        let wanted = spill(&net, orders, &fill, &unfilled, &capped, &mut offers);
        let rate: Vec<f64> =
            (0..products).map(|k| fill_rate(wanted[k], room[k].max(0.0))).collect();
        for (tile, unfilled) in structure.tiles.iter().zip(&mut unfilled) {
            if unfilled.iter().all(|money| *money <= 0.0) {
                continue;
            }
            for (pair, k) in structure.rows_of(tile) {
                let offer = row_at(&offers, pair);
                let got = row_at_mut(&mut purchases, pair);
                for lane in 0..LANES {
                    let filled = offer[lane] * rate[k];
                    got[lane] += filled;
                    unfilled[lane] -= filled;
                }
            }
        }
        for k in 0..products {
            room[k] -= wanted[k] * rate[k];
            fill[k] = fill[k].min(rate[k]);
        }
    }
    settle(&net, purchases, grey, ordered)
}

/// Fills orders pro rata, and notes what each cell did not get.
fn ration(
    world: &World,
    fill: &[f64],
    purchases: &mut [f64],
    grey: &mut [f64],
    unfilled: &mut [Row],
) {
    let structure = &world.setup.structure;
    for (tile, unfilled) in structure.tiles.iter().zip(unfilled) {
        for (pair, k) in structure.rows_of(tile).filter(|(_, k)| fill[*k] < 1.0) {
            for table in [&mut *purchases, &mut *grey] {
                let money = row_at_mut(table, pair);
                for lane in 0..LANES {
                    let filled = money[lane] * fill[k];
                    unfilled[lane] += money[lane] - filled;
                    money[lane] = filled;
                }
            }
        }
    }
}

/// Splits what buyers pay into revenue, levies and premiums.
fn settle(net: &Net<'_>, purchases: Vec<f64>, grey: Vec<f64>, ordered: Vec<f64>) -> Trades {
    let rules = net.rules;
    let kept = 1.0 - 1.0 / (1.0 + net.world.setup.parameters.grey_premium);
    let levy = |pair: usize| {
        let (paid, factor) = (row_at(&purchases, pair), row_at(&rules.price_factor, pair));
        std::array::from_fn(|lane| paid[lane] * (1.0 - 1.0 / factor[lane]))
    };
    let premium = |pair: usize| row_at(&grey, pair).map(|money| money * kept);
    let none = [0.0; LANES];
    Trades {
        revenue: net.by_product(&purchases, &grey),
        levies: sum_rows(net.world, |_, pair| if rules.charged { levy(pair) } else { none }),
        premiums: sum_rows(net.world, |t, pair| if rules.hit[t] { premium(pair) } else { none }),
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
    unfilled: &mut [Row],
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
            let (tile, lane) = structure.place_of(*pair);
            let kept = purchases[*pair] * quota.limit / total;
            unfilled[tile][lane] += purchases[*pair] - kept;
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

/// Writes what each cell's unfilled orders would buy from products with slack to `offers`, for the tiles that
/// have any; returns what that would bring each product.
fn spill(
    net: &Net<'_>,
    orders: &Orders,
    fill: &[f64],
    unfilled: &[Row],
    capped: &[usize],
    offers: &mut [f64],
) -> Vec<f64> {
    let structure = &net.world.setup.structure;
    let mut wanted = vec![0.0; structure.products.len()];
    for (t, (tile, unfilled)) in structure.tiles.iter().zip(unfilled).enumerate() {
        if unfilled.iter().all(|money| *money <= 0.0) {
            continue;
        }
        let mut total = [1.0; LANES];
        for (pair, k) in structure.rows_of(tile) {
            let slack = row_at_mut(offers, pair);
            *slack = if fill[k] >= 1.0 { *row_at(&orders.weight, pair) } else { [0.0; LANES] };
            if !capped.is_empty() {
                for (lane, weight) in slack.iter_mut().enumerate() {
                    if capped.binary_search(&(pair + lane)).is_ok() {
                        *weight = 0.0;
                    }
                }
            }
            for (total, weight) in total.iter_mut().zip(slack) {
                *total += *weight;
            }
        }
        for (pair, k) in structure.rows_of(tile) {
            let offer = row_at_mut(offers, pair);
            for lane in 0..LANES {
                offer[lane] = unfilled[lane].max(0.0) * offer[lane] / total[lane];
            }
            // What is bought after rationing is bought openly.
            wanted[k] += sum(&net.of_row(t, pair, offer, &[0.0; LANES]));
        }
    }
    wanted
}

/// Sums pairs to products, in the order of tiles.
pub fn by_product(world: &World, pairs: &[f64]) -> Vec<f64> {
    sum_rows(world, |_, pair| *row_at(pairs, pair))
}

/// Sums the rows of tiles to products; a row is known by its tile and its first pair.
fn sum_rows(world: &World, row: impl Fn(usize, usize) -> Row) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut sums = vec![0.0; structure.products.len()];
    for (t, tile) in structure.tiles.iter().enumerate() {
        for (pair, k) in structure.rows_of(tile) {
            sums[k] += sum(&row(t, pair));
        }
    }
    sums
}
