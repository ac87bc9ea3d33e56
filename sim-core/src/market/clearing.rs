//! Clearing: licensed sales keep within their quotas, orders beyond capacity are filled pro rata, and what
//! is left over looks twice for products with slack; the rest waits.

use std::ops::Range;

use fearless_simd::prelude::*;

use crate::behaviour::sourcing::Orders;
use crate::lent::{Lent, Numbers};
use crate::policy::{Rules, blank};
use crate::vector::{self, LANES, Row, Simd, Vector, add_to, at, load, splat};
use crate::with_vectors;
use crate::world::World;
use crate::world::tiles::Tile;

/// What changed hands.
#[derive(Debug, Clone)]
pub struct Trades {
    /// Open purchases of each pair: what buyers pay, licence fees included, purchase subsidies deducted, USD
    /// million.
    pub purchases: Numbers,
    /// Purchases through the grey channel of each pair, premium included, USD million.
    pub grey: Numbers,
    /// Tiles in which something may go through it.
    pub diverted: Lent<bool>,
    /// Orders of each product before rationing, at its supplier's prices, USD million.
    pub ordered: Numbers,
    /// Revenue of each product, USD million.
    pub revenue: Numbers,
    /// Licence fees less purchase subsidies on each product, USD million.
    pub levies: Numbers,
    /// What middlemen keep of grey purchases of each product, USD million.
    pub premiums: Numbers,
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

    /// What the cells of the tile `t` paid, to be read row by row.
    #[inline(always)]
    pub fn paid<'b>(&self, t: usize, trades: [&'b [f64]; 2]) -> Paid<'b>
    where
        Self: 'b,
    {
        let tile = &self.world.setup.structure.tiles[t];
        Paid {
            open: tile.of(trades[0]),
            // Nothing is diverted where no law is.
            grey: self.rules.hit[t].then(|| tile.of(trades[1])),
            first: tile.pairs.start,
        }
    }

    /// What the suppliers get of both, of a row of a tile.
    #[inline(always)]
    pub fn of<S: Simd>(&self, simd: S, paid: &Paid<'_>, row: usize) -> Vector<S> {
        let open = self.open(simd, paid.first + row * LANES, load(simd, &paid.open[row]));
        match paid.grey {
            Some(grey) => open + self.grey(simd, load(simd, &grey[row])),
            None => open,
        }
    }

    /// Takes all orders for purchases; returns what the suppliers would get of them, by product.
    #[inline(always)]
    fn place<S: Simd>(&self, simd: S, orders: &Orders, tables: [&mut Numbers; 2]) -> Numbers {
        let structure = &self.world.setup.structure;
        let [open, grey] = tables;
        let mut sums = structure.sums();
        for (t, (tile, money)) in structure.tiles.iter().zip(&orders.money).enumerate() {
            let money = load(simd, money);
            let sums = sums.turn_to(&structure.segments[tile.segment].products);
            let pairs = tile.pairs.clone().step_by(LANES);
            let rows = tile.of(&orders.weight).iter().zip(tile.of_mut(open)).zip(pairs);
            if self.rules.hit[t] {
                let grey = tile.of(&orders.grey).iter().zip(tile.of_mut(grey));
                for ((((weight, open), pair), (ordered, grey)), sum) in rows.zip(grey).zip(sums) {
                    let placed = money * load(simd, weight);
                    (*open, *grey) = (placed.into(), *ordered);
                    let got = self.open(simd, pair, placed) + self.grey(simd, load(simd, ordered));
                    add_to(simd, sum, got);
                }
            } else {
                for (((weight, open), pair), sum) in rows.zip(sums) {
                    let placed = money * load(simd, weight);
                    *open = placed.into();
                    add_to(simd, sum, self.open(simd, pair, placed));
                }
            }
        }
        sums.total()
    }

    /// The same of what was paid, in some segments.
    #[inline(always)]
    fn by_product<S: Simd>(&self, simd: S, segments: &[bool], trades: [&[f64]; 2]) -> Numbers {
        let structure = &self.world.setup.structure;
        let mut sums = structure.sums();
        for (t, tile) in structure.tiles.iter().enumerate().filter(|(_, t)| segments[t.segment]) {
            let paid = self.paid(t, trades);
            let sums = sums.turn_to(&structure.segments[tile.segment].products);
            for (row, sum) in sums.iter_mut().enumerate() {
                add_to(simd, sum, self.of(simd, &paid, row));
            }
        }
        sums.total()
    }
}

/// What the cells of a tile paid.
#[derive(Debug, Clone, Copy)]
pub struct Paid<'a> {
    open: &'a [Row],
    /// `None` where nothing is diverted.
    grey: Option<&'a [Row]>,
    /// First pair of the tile.
    first: usize,
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
    let structure = &world.setup.structure;
    let level = vector::level();
    let mut purchases = Numbers::unwritten(structure.pairs);
    let mut grey = blank::zeros(structure, &rules.hit);
    let tables = [&mut purchases, &mut grey];
    let mut ordered = with_vectors!(level, simd => net.place(simd, orders, tables));
    // By tile and lane.
    let mut unfilled = Lent::filled([0.0; LANES], structure.tiles.len());
    let capped = keep_quotas(world, rules, &mut purchases, &mut unfilled);
    if !capped.is_empty() {
        let all = Lent::filled(true, structure.segments.len());
        ordered = with_vectors!(level, simd => net.by_product(simd, &all, [&purchases, &grey]));
    }
    let (mut fill, mut room) = capacities(world, &ordered);
    let moved = rationed(world, &fill, &capped);
    if fill.iter().any(|f| *f < 1.0) {
        let tables = [&mut purchases, &mut grey];
        with_vectors!(level, simd => ration(simd, world, (&fill, &rules.hit), tables, &mut unfilled));
    } else if capped.is_empty() {
        return settle(&net, &moved, purchases, grey, ordered);
    }
    let mut offers = Numbers::unwritten(purchases.len());
    for _ in 0..SPILL_ROUNDS {
        let offered = &mut offers;
        let wanted = with_vectors!(level, simd => spill(simd, &net, orders, &fill, &unfilled, &capped, offered));
        let rate: Numbers = wanted
            .iter()
            .zip(&room)
            .map(|(wanted, room)| fill_rate(*wanted, room.max(0.0)))
            .collect();
        let got = &mut purchases;
        with_vectors!(level, simd => accept(simd, world, (&offers, &fill), &rate, got, &mut unfilled));
        for (k, rate) in rate.iter().enumerate() {
            room[k] -= wanted[k] * rate;
            fill[k] = fill[k].min(*rate);
        }
    }
    settle(&net, &moved, purchases, grey, ordered)
}

/// Segments in which not everybody got what was ordered.
fn rationed(world: &World, fill: &[f64], capped: &[usize]) -> Lent<bool> {
    let structure = &world.setup.structure;
    let short = |k: usize| fill[k] < 1.0;
    let mut rationed: Lent<bool> =
        structure.segments.iter().map(|segment| segment.products.clone().any(short)).collect();
    for pair in capped {
        rationed[structure.tiles[structure.place_of(*pair).0].segment] = true;
    }
    rationed
}

/// What part of its orders each product fills, and the capacity that is left, USD million.
fn capacities(world: &World, ordered: &[f64]) -> (Numbers, Numbers) {
    if !world.scenario.mechanisms.rationing {
        let products = ordered.len();
        return (Numbers::filled(1.0, products), Numbers::filled(f64::INFINITY, products));
    }
    let state = &world.products;
    let capacity = |k: usize| state.capacity[k] * state.price[k];
    let fill: Numbers = (0..ordered.len()).map(|k| fill_rate(ordered[k], capacity(k))).collect();
    let room = (0..ordered.len()).map(|k| capacity(k) - ordered[k] * fill[k]).collect();
    (fill, room)
}

/// Fills orders pro rata, and notes what each cell did not get.
#[inline(always)]
fn ration<S: Simd>(
    simd: S,
    world: &World,
    (fill, hit): (&[f64], &[bool]),
    mut tables: [&mut Numbers; 2],
    unfilled: &mut [Row],
) {
    let structure = &world.setup.structure;
    for ((tile, unfilled), hit) in structure.tiles.iter().zip(unfilled).zip(hit) {
        let fill = &fill[structure.segments[tile.segment].products.clone()];
        let mut missing = load(simd, unfilled);
        let [open, grey] = tables.each_mut().map(|table| tile.of_mut(table));
        for (row, fill) in fill.iter().enumerate().filter(|(_, fill)| **fill < 1.0) {
            missing += cut(simd, &mut open[row], *fill);
            if *hit {
                missing += cut(simd, &mut grey[row], *fill);
            }
        }
        *unfilled = missing.into();
    }
}

/// Leaves of a row what is filled; returns the rest.
#[inline(always)]
fn cut<S: Simd>(simd: S, row: &mut Row, fill: f64) -> Vector<S> {
    let money = load(simd, row);
    let filled = money * splat(simd, fill);
    *row = filled.into();
    money - filled
}

/// Enters what of the offers was filled; only products with slack have some.
#[inline(always)]
fn accept<S: Simd>(
    simd: S,
    world: &World,
    (offers, fill): (&[f64], &[f64]),
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
        let products = structure.segments[tile.segment].products.clone();
        let slack = fill[products.clone()].iter().zip(&rate[products]);
        let rows = tile.of_mut(purchases).iter_mut().zip(tile.of(offers));
        for ((bought, offer), (_, rate)) in rows.zip(slack).filter(|(_, slack)| *slack.0 >= 1.0) {
            let filled = load(simd, offer) * splat(simd, *rate);
            add_to(simd, bought, filled);
            missing -= filled;
        }
        *unfilled = missing.into();
    }
}

/// Splits what buyers pay into revenue, levies and premiums.
fn settle(
    net: &Net<'_>,
    rationed: &[bool],
    purchases: Numbers,
    grey: Numbers,
    ordered: Numbers,
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
        diverted: net.rules.hit.clone(),
    }
}

impl Trades {
    /// What goes through the grey channel in the tile `t`; nothing where nothing can.
    #[inline(always)]
    pub fn diverted_in(&self, t: usize, tile: &Tile) -> &[Row] {
        if self.diverted[t] { tile.of(&self.grey) } else { &[] }
    }
}

/// Licence fees less purchase subsidies, by product.
#[inline(always)]
fn levies<S: Simd>(simd: S, net: &Net<'_>, purchases: &[f64]) -> Numbers {
    let structure = &net.world.setup.structure;
    let mut sums = structure.sums();
    if net.rules.charged {
        let one = splat(simd, 1.0);
        for tile in &structure.tiles {
            sums.turn_to(&structure.segments[tile.segment].products);
            for (pair, k) in structure.rows_of(tile) {
                let kept = one - one / at(simd, &net.rules.price_factor, pair);
                sums.add(simd, k, at(simd, purchases, pair) * kept);
            }
        }
    }
    sums.total()
}

/// What middlemen keep, by product.
#[inline(always)]
fn premiums<S: Simd>(simd: S, net: &Net<'_>, grey: &[f64]) -> Numbers {
    let structure = &net.world.setup.structure;
    let mut sums = structure.sums();
    let kept = splat(simd, 1.0 - 1.0 / (1.0 + net.world.setup.parameters.grey_premium));
    for (tile, _) in structure.tiles.iter().zip(&net.rules.hit).filter(|(_, hit)| **hit) {
        let sums = sums.turn_to(&structure.segments[tile.segment].products);
        for (grey, sum) in tile.of(grey).iter().zip(sums) {
            add_to(simd, sum, load(simd, grey) * kept);
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
) -> Lent<usize> {
    let structure = &world.setup.structure;
    let mut capped = Lent::default();
    for quota in &rules.quotas {
        let sold = |pair: &usize| purchases[*pair] / rules.price_factor_of(*pair);
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
/// have any, and for these products only; returns what that would bring each product.
#[inline(always)]
fn spill<S: Simd>(
    simd: S,
    net: &Net<'_>,
    orders: &Orders,
    fill: &[f64],
    unfilled: &[Row],
    capped: &[usize],
    offers: &mut [f64],
) -> Numbers {
    let structure = &net.world.setup.structure;
    let none = splat(simd, 0.0);
    let mut wanted = structure.sums();
    for (tile, unfilled) in structure.tiles.iter().zip(unfilled) {
        if unfilled.iter().all(|money| *money <= 0.0) {
            continue;
        }
        let products = &structure.segments[tile.segment].products;
        let wanted = wanted.turn_to(products);
        let capped = within(capped, &tile.pairs);
        let weights = tile.of(&orders.weight);
        let slack = |(_, fill): &(usize, &f64)| **fill >= 1.0;
        let mut total = splat(simd, 1.0);
        for (row, _) in fill[products.clone()].iter().enumerate().filter(slack) {
            total += uncapped(simd, &weights[row], tile.pairs.start + row * LANES, capped);
        }
        let each = load(simd, unfilled).max(none) / total;
        let offers = tile.of_mut(offers);
        for (row, _) in fill[products.clone()].iter().enumerate().filter(slack) {
            let pair = tile.pairs.start + row * LANES;
            let offer = uncapped(simd, &weights[row], pair, capped) * each;
            offers[row] = offer.into();
            // What is bought after rationing is bought openly.
            add_to(simd, &mut wanted[row], net.open(simd, pair, offer));
        }
    }
    wanted.total()
}

/// The part of a sorted list that lies in a range.
fn within<'a>(sorted: &'a [usize], range: &Range<usize>) -> &'a [usize] {
    let place = |end: usize| sorted.partition_point(|pair| *pair < end);
    &sorted[place(range.start)..place(range.end)]
}

/// A row of weights, which begins at `pair`, without the pairs that are at their quota.
#[inline(always)]
fn uncapped<S: Simd>(simd: S, weights: &Row, pair: usize, capped: &[usize]) -> Vector<S> {
    if capped.is_empty() {
        return load(simd, weights);
    }
    let mut row = *weights;
    for pair in within(capped, &(pair..pair + LANES)) {
        row[pair % LANES] = 0.0;
    }
    load(simd, &row)
}
