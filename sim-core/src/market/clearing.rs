//! Clearing: licensed sales keep within their quotas, orders beyond capacity are filled pro rata, and what
//! is left over looks twice for products with slack; the rest waits.

use fearless_simd::prelude::*;

use crate::behaviour::sourcing::Orders;
use crate::policy::Rules;
use crate::vector::{self, LANES, Row, Simd, Sums, Vector, at, load, put, splat};
use crate::with_vectors;
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
    /// What the suppliers get of open purchases, for the row of a tile that begins at `pair`.
    #[inline(always)]
    pub fn open<S: Simd>(&self, simd: S, pair: usize, paid: Vector<S>) -> Vector<S> {
        if self.rules.charged { paid / at(simd, &self.rules.price_factor, pair) } else { paid }
    }

    /// What the suppliers get of purchases through the grey channel.
    #[inline(always)]
    pub fn grey<S: Simd>(&self, simd: S, paid: Vector<S>) -> Vector<S> {
        paid / splat(simd, 1.0 + self.world.setup.parameters.grey_premium)
    }

    /// What the suppliers get of both, of the row of the tile `t` that begins at `pair`.
    #[inline(always)]
    pub fn of<S: Simd>(
        &self,
        simd: S,
        (t, pair): (usize, usize),
        trades: [&[f64]; 2],
    ) -> Vector<S> {
        let open = self.open(simd, pair, at(simd, trades[0], pair));
        // Nothing is diverted where no law is.
        if self.rules.hit[t] { open + self.grey(simd, at(simd, trades[1], pair)) } else { open }
    }

    /// The same by product, in some segments.
    #[inline(always)]
    fn by_product<S: Simd>(&self, simd: S, segments: &[bool], trades: [&[f64]; 2]) -> Vec<f64> {
        let structure = &self.world.setup.structure;
        let mut sums = Sums::new(structure.products.len());
        for (t, tile) in structure.tiles.iter().enumerate().filter(|(_, t)| segments[t.segment]) {
            for (pair, k) in structure.rows_of(tile) {
                sums.add(simd, k, self.of(simd, (t, pair), trades));
            }
        }
        sums.total()
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
    let net = Net { world, rules };
    let mut purchases = orders.placed.clone();
    let mut grey = orders.grey.clone();
    // By tile and lane.
    let mut unfilled = vec![[0.0; LANES]; world.setup.structure.tiles.len()];
    let capped = keep_quotas(world, rules, &mut purchases, &mut unfilled);
    let level = vector::level();
    let all = vec![true; world.setup.structure.segments.len()];
    let ordered = with_vectors!(level, simd => net.by_product(simd, &all, [&purchases, &grey]));
    let (mut fill, mut room) = capacities(world, &ordered);
    let moved = rationed(world, &fill, &capped);
    if fill.iter().any(|f| *f < 1.0) {
        let tables = [&mut purchases, &mut grey];
        with_vectors!(level, simd => ration(simd, world, &fill, tables, &mut unfilled));
    } else if capped.is_empty() {
        return settle(&net, &moved, purchases, grey, ordered);
    }
    let mut offers = vec![0.0; purchases.len()];
    for _ in 0..SPILL_ROUNDS {
        let offered = &mut offers;
        let wanted = with_vectors!(level, simd => spill(simd, &net, orders, &fill, &unfilled, &capped, offered));
        let rate: Vec<f64> = wanted
            .iter()
            .zip(&room)
            .map(|(wanted, room)| fill_rate(*wanted, room.max(0.0)))
            .collect();
        let got = &mut purchases;
        with_vectors!(level, simd => accept(simd, world, &offers, &rate, got, &mut unfilled));
        for (k, rate) in rate.iter().enumerate() {
            room[k] -= wanted[k] * rate;
            fill[k] = fill[k].min(*rate);
        }
    }
    settle(&net, &moved, purchases, grey, ordered)
}

/// Segments in which not everybody got what was ordered.
fn rationed(world: &World, fill: &[f64], capped: &[usize]) -> Vec<bool> {
    let structure = &world.setup.structure;
    let short = |k: usize| fill[k] < 1.0;
    let mut rationed: Vec<bool> =
        structure.segments.iter().map(|segment| segment.products.clone().any(short)).collect();
    for pair in capped {
        rationed[structure.tiles[structure.place_of(*pair).0].segment] = true;
    }
    rationed
}

/// What part of its orders each product fills, and the capacity that is left, USD million.
fn capacities(world: &World, ordered: &[f64]) -> (Vec<f64>, Vec<f64>) {
    if !world.scenario.mechanisms.rationing {
        return (vec![1.0; ordered.len()], vec![f64::INFINITY; ordered.len()]);
    }
    let state = &world.products;
    let capacity = |k: usize| state.capacity[k] * state.price[k];
    let fill: Vec<f64> = (0..ordered.len()).map(|k| fill_rate(ordered[k], capacity(k))).collect();
    let room = (0..ordered.len()).map(|k| capacity(k) - ordered[k] * fill[k]).collect();
    (fill, room)
}

/// Fills orders pro rata, and notes what each cell did not get.
#[inline(always)]
fn ration<S: Simd>(
    simd: S,
    world: &World,
    fill: &[f64],
    mut tables: [&mut Vec<f64>; 2],
    unfilled: &mut [Row],
) {
    let structure = &world.setup.structure;
    for (tile, unfilled) in structure.tiles.iter().zip(unfilled) {
        let mut missing = load(simd, unfilled);
        for (pair, k) in structure.rows_of(tile).filter(|(_, k)| fill[*k] < 1.0) {
            for table in &mut tables {
                let money = at(simd, table, pair);
                let filled = money * splat(simd, fill[k]);
                missing += money - filled;
                put(table, pair, filled);
            }
        }
        *unfilled = missing.into();
    }
}

/// Enters what of the offers was filled.
#[inline(always)]
fn accept<S: Simd>(
    simd: S,
    world: &World,
    offers: &[f64],
    rate: &[f64],
    purchases: &mut [f64],
    unfilled: &mut [Row],
) {
    let structure = &world.setup.structure;
    for (tile, unfilled) in structure.tiles.iter().zip(unfilled) {
        if unfilled.iter().all(|money| *money <= 0.0) {
            continue;
        }
        let mut missing = load(simd, unfilled);
        for (pair, k) in structure.rows_of(tile) {
            let filled = at(simd, offers, pair) * splat(simd, rate[k]);
            put(purchases, pair, at(simd, purchases, pair) + filled);
            missing -= filled;
        }
        *unfilled = missing.into();
    }
}

/// Splits what buyers pay into revenue, levies and premiums.
fn settle(
    net: &Net<'_>,
    rationed: &[bool],
    purchases: Vec<f64>,
    grey: Vec<f64>,
    ordered: Vec<f64>,
) -> Trades {
    let level = vector::level();
    // Elsewhere suppliers get what was ordered.
    let mut revenue =
        with_vectors!(level, simd => net.by_product(simd, rationed, [&purchases, &grey]));
    for (k, node) in net.world.setup.structure.products.iter().enumerate() {
        if !rationed[node.segment] {
            revenue[k] = ordered[k];
        }
    }
    Trades {
        revenue,
        levies: with_vectors!(level, simd => levies(simd, net, &purchases)),
        premiums: with_vectors!(level, simd => premiums(simd, net, &grey)),
        purchases,
        grey,
        ordered,
    }
}

/// Licence fees less purchase subsidies, by product.
#[inline(always)]
fn levies<S: Simd>(simd: S, net: &Net<'_>, purchases: &[f64]) -> Vec<f64> {
    let structure = &net.world.setup.structure;
    let mut sums = Sums::new(structure.products.len());
    if net.rules.charged {
        let one = splat(simd, 1.0);
        for (pair, k) in structure.tiles.iter().flat_map(|tile| structure.rows_of(tile)) {
            let kept = one - one / at(simd, &net.rules.price_factor, pair);
            sums.add(simd, k, at(simd, purchases, pair) * kept);
        }
    }
    sums.total()
}

/// What middlemen keep, by product.
#[inline(always)]
fn premiums<S: Simd>(simd: S, net: &Net<'_>, grey: &[f64]) -> Vec<f64> {
    let structure = &net.world.setup.structure;
    let mut sums = Sums::new(structure.products.len());
    let kept = splat(simd, 1.0 - 1.0 / (1.0 + net.world.setup.parameters.grey_premium));
    for (tile, _) in structure.tiles.iter().zip(&net.rules.hit).filter(|(_, hit)| **hit) {
        for (pair, k) in structure.rows_of(tile) {
            sums.add(simd, k, at(simd, grey, pair) * kept);
        }
    }
    sums.total()
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
#[inline(always)]
fn spill<S: Simd>(
    simd: S,
    net: &Net<'_>,
    orders: &Orders,
    fill: &[f64],
    unfilled: &[Row],
    capped: &[usize],
    offers: &mut [f64],
) -> Vec<f64> {
    let structure = &net.world.setup.structure;
    let none = splat(simd, 0.0);
    let mut wanted = Sums::new(structure.products.len());
    for (tile, unfilled) in structure.tiles.iter().zip(unfilled) {
        if unfilled.iter().all(|money| *money <= 0.0) {
            continue;
        }
        let mut total = splat(simd, 1.0);
        for (pair, k) in structure.rows_of(tile) {
            let slack = if fill[k] >= 1.0 { at(simd, &orders.weight, pair) } else { none };
            put(offers, pair, slack);
            if !capped.is_empty() {
                for lane in (0..LANES).filter(|lane| capped.binary_search(&(pair + lane)).is_ok()) {
                    offers[pair + lane] = 0.0;
                }
            }
            total += at(simd, offers, pair);
        }
        let each = load(simd, unfilled).max(none) / total;
        for (pair, k) in structure.rows_of(tile) {
            let offer = at(simd, offers, pair) * each;
            put(offers, pair, offer);
            // What is bought after rationing is bought openly.
            wanted.add(simd, k, net.open(simd, pair, offer));
        }
    }
    wanted.total()
}

/// What buyers paid for each product, openly and through the grey channel.
pub fn paid_by_product(world: &World, trades: &Trades) -> Vec<f64> {
    with_vectors!(vector::level(), simd => paid(simd, world, trades))
}

#[inline(always)]
fn paid<S: Simd>(simd: S, world: &World, trades: &Trades) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut sums = Sums::new(structure.products.len());
    for (pair, k) in structure.tiles.iter().flat_map(|tile| structure.rows_of(tile)) {
        sums.add(simd, k, at(simd, &trades.purchases, pair) + at(simd, &trades.grey, pair));
    }
    sums.total()
}
