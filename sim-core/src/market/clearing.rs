//! Clearing: licensed sales keep within their quotas, orders beyond capacity are filled pro rata, and what
//! is left over looks twice for products with slack; the rest waits.
//!
//! Each segment is a market of its own, and clears from its orders to its revenue before the next one begins.

use std::ops::Range;

use fearless_simd::prelude::*;

use super::net::Net;
use crate::decisions::{Orders, Trades};
use crate::lent::{Lent, Numbers};
use crate::policy::{Rules, blank};
use crate::structure::tiles::Tile;
use crate::vector::{self, LANES, Row, Simd, Vector, add_to, load, splat, sum};
use crate::with_vectors;
use crate::world::World;

/// Rounds in which unfilled orders look for products with slack.
const SPILL_ROUNDS: usize = 2;

/// Clears all segments.
///
/// Licensed sales of a product beyond its quota are cut pro rata. Round 0: `fill_k = min(1, K_k p_k / Q_k)`.
/// Each spill-over round offers a cell's unfilled orders to products that filled all theirs, in proportion
/// to their logit weights against deferring, and fills them up to the remaining capacity; what a rule of the buyers' state
/// limits without a waiver is not looked at.
pub fn clear(world: &World, orders: &Orders, rules: &Rules) -> Trades {
    let structure = &world.setup.structure;
    let by_product = || Numbers::zeros(structure.products.len());
    let mut trades = Trades {
        purchases: Numbers::unwritten(structure.pairs),
        grey: blank::zeros(structure, &rules.hit),
        diverted: rules.hit.clone(),
        ordered: by_product(),
        revenue: by_product(),
        levies: by_product(),
        premiums: by_product(),
    };
    with_vectors!(vector::level(), simd => clear_all(simd, world, orders, rules, &mut trades));
    trades
}

#[inline(always)]
fn clear_all<S: Simd>(simd: S, world: &World, orders: &Orders, rules: &Rules, trades: &mut Trades) {
    let structure = &world.setup.structure;
    let segments = || structure.tiles_by_segment();
    let rows = segments().map(|(_, tiles)| tiles.iter().map(|tile| tile.rows().len()).sum());
    let by_product = || Numbers::with_room(structure.widest);
    let mut market = Market {
        world,
        net: Net::new(world, rules),
        orders,
        first: 0,
        tiles: &[],
        products: 0..0,
        fill: by_product(),
        room: by_product(),
        capped: Lent::default(),
        unfilled: Lent::with_room(segments().map(|(_, tiles)| tiles.len()).max().unwrap_or(0)),
        offers: Lent::with_room(rows.max().unwrap_or(0)),
        sums: Lent::with_room(structure.widest),
    };
    for (first, tiles) in segments() {
        market.open(first, tiles);
        market.clear(simd, trades);
        market.settle(simd, trades);
    }
}

/// The market of a segment.
struct Market<'a> {
    world: &'a World,
    net: Net<'a>,
    orders: &'a Orders,
    /// Its first tile, all of them, and its products.
    first: usize,
    tiles: &'a [Tile],
    products: Range<usize>,
    /// What part of its orders each product fills; empty if nobody is short.
    fill: Numbers,
    /// Capacity that is left of each product, USD million.
    room: Numbers,
    /// Pairs that are at a quota, in order.
    capped: Lent<usize>,
    /// What the cells did not get, by tile and lane, USD million.
    unfilled: Lent<Row>,
    /// What these orders would buy elsewhere, row by row.
    offers: Lent<Row>,
    /// Room for sums by product.
    sums: Lent<Row>,
}

impl<'a> Market<'a> {
    /// Turns to a segment.
    fn open(&mut self, first: usize, tiles: &'a [Tile]) {
        (self.first, self.tiles) = (first, tiles);
        let segment = tiles[0].segment;
        self.products = self.world.setup.structure.segments[segment].products.clone();
        self.fill.clear();
        self.capped.clear();
        self.unfilled.clear();
        self.unfilled.resize(tiles.len(), [0.0; LANES]);
    }

    /// Its tiles with their numbers.
    fn tiles(&self) -> impl Iterator<Item = (usize, &'a Tile)> + use<'a> {
        (self.first..).zip(self.tiles)
    }

    /// Begins sums by product.
    fn begin(sums: &mut Lent<Row>, products: &Range<usize>) {
        sums.clear();
        sums.resize(products.len(), [0.0; LANES]);
    }

    /// Orders, quotas, rationing and spill-over.
    #[inline(always)]
    fn clear<S: Simd>(&mut self, simd: S, trades: &mut Trades) {
        self.place(simd, trades);
        self.keep_quotas(trades);
        if !self.capped.is_empty() {
            self.count(simd, trades);
        }
        self.total(&mut trades.ordered);
        self.set_capacities(&trades.ordered);
        if self.fill.is_empty() && self.capped.is_empty() {
            return;
        }
        if self.fill.is_empty() {
            self.fill.resize(self.products.len(), 1.0);
        }
        self.ration(simd, trades);
        self.offers.resize(self.tiles.iter().map(|tile| tile.rows().len()).sum(), [0.0; LANES]);
        for _ in 0..SPILL_ROUNDS {
            self.spill(simd);
            self.accept(simd, trades);
        }
        // What looked twice may have found a product that a licence lets through up to its cap.
        self.keep_quotas(trades);
    }

    /// Takes all orders for purchases, and sums what the suppliers would get of them.
    #[inline(always)]
    fn place<S: Simd>(&mut self, simd: S, trades: &mut Trades) {
        let net = self.net;
        Self::begin(&mut self.sums, &self.products);
        for (t, tile) in self.tiles() {
            let money = load(simd, &self.orders.money[t]);
            let pairs = tile.pairs.clone().step_by(LANES);
            let open = tile.of_mut(&mut trades.purchases);
            let rows = tile.of(&self.orders.weight).iter().zip(open).zip(pairs);
            if net.rules.hit[t] {
                let grey = tile.of(&self.orders.grey).iter().zip(tile.of_mut(&mut trades.grey));
                let rows = rows.zip(grey).zip(self.sums.iter_mut());
                for ((((weight, open), pair), (ordered, grey)), sum) in rows {
                    let placed = money * load(simd, weight);
                    (*open, *grey) = (placed.into(), *ordered);
                    let got = net.open(simd, pair, placed) + net.grey(simd, load(simd, ordered));
                    add_to(simd, sum, got);
                }
            } else {
                for (((weight, open), pair), sum) in rows.zip(self.sums.iter_mut()) {
                    let placed = money * load(simd, weight);
                    *open = placed.into();
                    add_to(simd, sum, net.open(simd, pair, placed));
                }
            }
        }
    }

    /// Sums what the suppliers get of what is bought.
    #[inline(always)]
    fn count<S: Simd>(&mut self, simd: S, trades: &Trades) {
        Self::begin(&mut self.sums, &self.products);
        for (t, tile) in self.tiles() {
            let paid = self.net.paid(t, tile, [&trades.purchases, &trades.grey]);
            for (row, sum) in self.sums.iter_mut().enumerate() {
                add_to(simd, sum, self.net.of(simd, &paid, row));
            }
        }
    }

    /// Writes the sums to a table by product.
    #[inline(always)]
    fn total(&self, table: &mut [f64]) {
        for (total, row) in table[self.products.clone()].iter_mut().zip(&self.sums) {
            *total = sum(row);
        }
    }

    /// Cuts licensed sales to their quotas, and notes the pairs that are at one. Each quota is shared pro rata; a sale
    /// that is in two keeps to the tighter one.
    fn keep_quotas(&mut self, trades: &mut Trades) {
        let rules = self.net.rules;
        if rules.quotas.is_empty() {
            return;
        }
        let purchases = &mut trades.purchases;
        let shared = rules.quotas.iter().map(|quota| quota.pairs.len()).sum();
        let mut cuts: Lent<(usize, f64)> = Lent::with_room(shared);
        for quota in rules.quotas.iter().filter(|quota| self.products.contains(&quota.product)) {
            let sold = |pair: &usize| purchases[*pair] / rules.price_factor_of(*pair);
            let total: f64 = quota.pairs.iter().map(sold).sum();
            if total <= quota.limit {
                continue;
            }
            let kept = |pair: &usize| (*pair, purchases[*pair] * quota.limit / total);
            cuts.extend(quota.pairs.iter().map(kept));
        }
        cuts.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        cuts.dedup_by_key(|cut| cut.0);
        for (pair, kept) in &cuts {
            let (tile, lane) = self.world.setup.structure.place_of(*pair);
            self.unfilled[tile - self.first][lane] += purchases[*pair] - kept;
            purchases[*pair] = *kept;
            self.capped.push(*pair);
        }
    }

    /// Works out what part of its orders each product fills, and what capacity is left.
    fn set_capacities(&mut self, ordered: &[f64]) {
        let world = self.world;
        self.room.clear();
        if !world.scenario.mechanisms.rationing {
            self.room.resize(self.products.len(), f64::INFINITY);
            return;
        }
        let state = &world.products;
        let mut short = false;
        for k in self.products.clone() {
            let capacity = state.capacity[k] * state.price[k];
            let fill = fill_rate(ordered[k], capacity);
            short |= fill < 1.0;
            self.fill.push(fill);
            self.room.push(capacity - ordered[k] * fill);
        }
        if !short {
            self.fill.clear();
        }
    }

    /// Fills orders pro rata, and notes what each cell did not get.
    #[inline(always)]
    fn ration<S: Simd>(&mut self, simd: S, trades: &mut Trades) {
        for ((t, tile), unfilled) in self.tiles().zip(self.unfilled.iter_mut()) {
            let mut missing = load(simd, unfilled);
            let open = tile.of_mut(&mut trades.purchases);
            let mut grey = self.net.rules.hit[t].then(|| tile.of_mut(&mut trades.grey));
            for (row, fill) in self.fill.iter().enumerate().filter(|(_, fill)| **fill < 1.0) {
                missing += cut(simd, &mut open[row], *fill);
                if let Some(grey) = &mut grey {
                    missing += cut(simd, &mut grey[row], *fill);
                }
            }
            *unfilled = missing.into();
        }
    }

    /// Works out what each cell's unfilled orders would buy of products with slack, and sums what that would bring
    /// each product.
    #[inline(always)]
    fn spill<S: Simd>(&mut self, simd: S) {
        let none = splat(simd, 0.0);
        Self::begin(&mut self.sums, &self.products);
        let mut offers = &mut self.offers[..];
        for (tile, unfilled) in self.tiles.iter().zip(&self.unfilled) {
            let mine;
            (mine, offers) = offers.split_at_mut(tile.rows().len());
            if unfilled.iter().all(|money| *money <= 0.0) {
                continue;
            }
            let capped = within(&self.capped, &tile.pairs);
            let slack = |(_, fill): &(usize, &f64)| **fill >= 1.0;
            let mut total = splat(simd, 1.0);
            for (row, _) in self.fill.iter().enumerate().filter(slack) {
                total += second_weight(simd, self.orders, (tile, row), capped);
            }
            let each = load(simd, unfilled).max(none) / total;
            for (row, _) in self.fill.iter().enumerate().filter(slack) {
                let pair = tile.pairs.start + row * LANES;
                let offer = second_weight(simd, self.orders, (tile, row), capped) * each;
                mine[row] = offer.into();
                // What is bought after rationing is bought openly.
                add_to(simd, &mut self.sums[row], self.net.open(simd, pair, offer));
            }
        }
    }

    /// Fills what was offered up to the capacity that is left; only products with slack have some.
    #[inline(always)]
    fn accept<S: Simd>(&mut self, simd: S, trades: &mut Trades) {
        let filled = |(offered, room): (&Row, &f64)| {
            let offered = sum(offered);
            (offered, fill_rate(offered, room.max(0.0)))
        };
        let rates: Lent<(f64, f64)> = self.sums.iter().zip(&self.room).map(filled).collect();
        let mut offers = &self.offers[..];
        for (tile, unfilled) in self.tiles.iter().zip(self.unfilled.iter_mut()) {
            let mine;
            (mine, offers) = offers.split_at(tile.rows().len());
            if unfilled.iter().all(|money| *money <= 0.0) {
                continue;
            }
            let mut missing = load(simd, unfilled);
            let rows = tile.of_mut(&mut trades.purchases).iter_mut().zip(mine);
            let slack = self.fill.iter().zip(&rates);
            for ((bought, offer), (_, (_, rate))) in rows.zip(slack).filter(|(_, s)| *s.0 >= 1.0) {
                let filled = load(simd, offer) * splat(simd, *rate);
                add_to(simd, bought, filled);
                missing -= filled;
            }
            *unfilled = missing.into();
        }
        for ((fill, room), (offered, rate)) in self.fill.iter_mut().zip(&mut *self.room).zip(&rates)
        {
            *room -= offered * rate;
            *fill = fill.min(*rate);
        }
    }

    /// Splits what buyers pay into revenue, levies and premiums.
    #[inline(always)]
    fn settle<S: Simd>(&mut self, simd: S, trades: &mut Trades) {
        let net = self.net;
        if self.fill.is_empty() {
            // Suppliers get what was ordered.
            trades.revenue[self.products.clone()]
                .copy_from_slice(&trades.ordered[self.products.clone()]);
        } else {
            self.count(simd, trades);
            self.total(&mut trades.revenue);
        }
        if net.rules.charged {
            Self::begin(&mut self.sums, &self.products);
            for tile in self.tiles {
                let rows = tile.of(&trades.purchases).iter().zip(self.sums.iter_mut());
                for ((paid, sum), pair) in rows.zip(tile.pairs.clone().step_by(LANES)) {
                    add_to(simd, sum, net.levy(simd, pair, load(simd, paid)));
                }
            }
            self.total(&mut trades.levies);
        }
        if self.tiles().any(|(t, _)| net.rules.hit[t]) {
            Self::begin(&mut self.sums, &self.products);
            for (_, tile) in self.tiles().filter(|(t, _)| net.rules.hit[*t]) {
                for (grey, sum) in tile.of(&trades.grey).iter().zip(self.sums.iter_mut()) {
                    add_to(simd, sum, net.premium(simd, load(simd, grey)));
                }
            }
            self.total(&mut trades.premiums);
        }
    }
}

fn fill_rate(wanted: f64, available: f64) -> f64 {
    if wanted > available { available / wanted } else { 1.0 }
}

/// Leaves of a row what is filled; returns the rest.
#[inline(always)]
fn cut<S: Simd>(simd: S, row: &mut Row, fill: f64) -> Vector<S> {
    let money = load(simd, row);
    let filled = money * splat(simd, fill);
    *row = filled.into();
    money - filled
}

/// The part of a sorted list that lies in a range.
fn within<'a>(sorted: &'a [usize], range: &Range<usize>) -> &'a [usize] {
    let place = |end: usize| sorted.partition_point(|pair| *pair < end);
    &sorted[place(range.start)..place(range.end)]
}

/// The weights of a row of a tile where unfilled orders look again.
#[inline(always)]
fn second_weight<S: Simd>(
    simd: S,
    orders: &Orders,
    (tile, row): (&Tile, usize),
    capped: &[usize],
) -> Vector<S> {
    let pair = tile.pairs.start + row * LANES;
    let weight = uncapped(simd, &tile.of(&orders.weight)[row], pair, capped);
    if orders.again.is_empty() {
        return weight;
    }
    weight * load(simd, &tile.of(&orders.again)[row])
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
