//! Binding: what the measures of a quarter do to the alternatives of the buyers that they hit, eight buyers at once.

use fearless_simd::mask64x8;
use fearless_simd::prelude::*;

use super::Rules;
use super::aim::{Aim, Aims, Announced, Bar};
use super::blank::{self, NO_BAR};
use super::lawbook::LawBook;
use super::licence::{Desk, Pass};
use crate::calendar::Quarter;
use crate::lent::Lent;
use crate::structure::tiles::Tile;
use crate::vector::{self, LANES, Row, Simd, Vector, load, splat};
use crate::with_vectors;
use crate::world::World;

/// Applies the measures to the tiles that they hit, and enters what licences cost. A licence is one decision for a
/// product, buyer and quarter: a draw that passes the strictest rate passes every measure's.
pub(super) fn apply(
    world: &World,
    book: &LawBook,
    aims: &Aims,
    now: Quarter,
    desk: &mut Desk<'_>,
    rules: &mut Rules,
) {
    let (passes, coming) = (Lent::default(), Lent::default());
    let holding = Lent::default();
    let mut reach =
        Reach { world, book, now, desk, passes, first_pair: 0, rows: 0, coming, holding };
    with_vectors!(vector::level(), simd => reach.all(simd, aims, rules));
    let Reach { mut passes, .. } = reach;
    let asks = |announced: &Announced| {
        let licence = &world.scenario.measures[announced.m].licence;
        !licence.fee.is_always(0.0) || licence.quantity_cap.is_some()
    };
    if aims.measures.iter().any(asks) {
        // A measure that reaches a product in two ways asks once.
        passes.sort_unstable_by_key(|pass| (book.rank(pass.measure), pass.buyer, pass.pair));
        passes.dedup_by_key(|pass| (pass.measure, pass.pair));
    }
    super::licence::enter(world, &passes, rules);
}

/// What the measures of a quarter do.
struct Reach<'a, 'b> {
    world: &'a World,
    book: &'a LawBook,
    now: Quarter,
    desk: &'a mut Desk<'b>,
    /// Licensed sales.
    passes: Lent<Pass>,
    /// The first pair of the segment that it is at, and its number of rows.
    first_pair: usize,
    rows: usize,
    /// How strongly the segment's pairs are announced to be barred, 0–1; empty if none is.
    coming: Lent<Row>,
    /// How strongly they are barred already where something is announced, 0–1; empty if nothing is.
    holding: Lent<Row>,
}

/// A measure in a tile, lane by lane.
#[derive(Clone, Copy)]
struct Lanes<S: Simd> {
    /// The highest level that it lets through; NaN where it does not hit.
    level: Vector<S>,
    need: Vector<S>,
    /// 1 where it binds already.
    binding: Vector<S>,
}

impl<S: Simd> Lanes<S> {
    #[inline(always)]
    fn of(simd: S, world: &World, aim: &Aim<'_>, tile: &Tile, now: Quarter) -> Self {
        let mut level = tile.by_buyer(aim.level);
        level[tile.cells.len()..].fill(f64::NAN);
        let binding = tile.buyers.map(|b| f64::from(now >= aim.from[b]));
        let need = tile.buyers.map(|b| world.setup.need_in(tile.segment, world.buyers.level[b]));
        Self { level: load(simd, &level), need: load(simd, &need), binding: load(simd, &binding) }
    }

    /// Where the measure keeps a product of a level from a buyer that would use it.
    #[inline(always)]
    fn bites(&self, simd: S, offered: f64) -> mask64x8<S> {
        self.level.simd_lt(self.need) & self.level.simd_lt(splat(simd, offered))
    }
}

impl Reach<'_, '_> {
    #[inline(always)]
    fn all<S: Simd>(&mut self, simd: S, aims: &Aims, rules: &mut Rules) {
        let structure = &self.world.setup.structure;
        // A product may be reached in more than one way.
        let mut bars = Lent::with_room(2 * structure.widest);
        // A segment's rows stay in the cache while one measure after the other writes to them.
        for (first, tiles) in structure.tiles_by_segment() {
            self.first_pair = tiles[0].pairs.start;
            self.rows = tiles.iter().map(|tile| tile.rows().len()).sum();
            self.coming.clear();
            self.holding.clear();
            for (t, tile) in (first..).zip(tiles) {
                if rules.hit[t] {
                    rules.clear(tile);
                }
            }
            for aim in aims.iter(self.world) {
                let mut hit = (first..).zip(tiles).filter(|(t, _)| aim.hit[*t]).peekable();
                if hit.peek().is_none() {
                    continue;
                }
                aim.read_bars(self.world, self.book, tiles[0].segment, self.now, &mut bars);
                for (t, tile) in hit {
                    let lanes = Lanes::of(simd, self.world, &aim, tile, self.now);
                    for bar in &bars {
                        self.bar(simd, &aim, bar, (t, tile), lanes, rules);
                    }
                }
            }
            if !self.coming.is_empty() {
                self.hold(simd, aims, (first, tiles), &mut bars);
            }
            for (t, tile) in (first..).zip(tiles) {
                if rules.hit[t] {
                    self.close(simd, (t, tile), rules);
                }
            }
        }
    }

    /// Applies a measure to the row of a product.
    #[inline(always)]
    fn bar<S: Simd>(
        &mut self,
        simd: S,
        aim: &Aim<'_>,
        bar: &Bar,
        (t, tile): (usize, &Tile),
        lanes: Lanes<S>,
        rules: &mut Rules,
    ) {
        let structure = &self.world.setup.structure;
        let none = splat(simd, 0.0);
        let row = bar.product - structure.segments[tile.segment].products.start;
        let first = tile.pairs.start + row * LANES;
        let approval = aim.approval;
        let bites = lanes.bites(simd, self.world.products.level[bar.product]);
        let strength = simd.select_f64x8(bites, splat(simd, 1.0 - approval), none);
        let binding = lanes.binding.simd_gt(none);
        let in_force = self.now >= bar.from;
        if bites.any_true() && approval < 1.0 {
            rules.reached[bar.product] = true;
            rules.reach_abroad[tile.segment] |= bar.foreign_made;
            let barred = vector::row_at_mut(&mut rules.barred, first);
            *barred = load(simd, barred).max(strength).into();
            learn(simd, aim, (t, tile), first, strength, rules);
            let later =
                if in_force { simd.select_f64x8(binding, none, strength) } else { strength };
            self.announce(simd, first, later);
        }
        if !in_force {
            return;
        }
        if bar.servicing_barred {
            rules.unserviced_lanes[first / LANES] |= (bites & binding).to_bitmask() as u8;
        }
        let held = self.without_licence(simd, aim, bar, (tile, first), lanes);
        let ceiling = vector::row_at_mut(&mut rules.ceiling, first);
        let lowered =
            simd.select_f64x8(held.simd_gt(none), lanes.level, splat(simd, f64::INFINITY));
        *ceiling = load(simd, ceiling).min(lowered).into();
        let hits = bites & held.simd_gt(none);
        if hits.any_true() {
            let chinese = load(simd, &tile.traits.chinese).simd_gt(none);
            let us = structure.sides[bar.product].legal == structure.us;
            rules.us_bound[tile.segment] |= us && (hits & chinese).any_true();
            rules.bar(first, hits.to_bitmask(), aim.m, aim.leak);
        }
    }

    /// Notes what is announced to be barred.
    #[inline(always)]
    fn announce<S: Simd>(&mut self, simd: S, first: usize, strength: Vector<S>) {
        if strength.simd_gt(splat(simd, 0.0)).any_true() {
            if self.coming.is_empty() {
                self.coming = Lent::filled([0.0; LANES], self.rows);
            }
            let coming = &mut self.coming[(first - self.first_pair) / LANES];
            *coming = load(simd, coming).max(strength).into();
        }
    }

    /// 1 where a measure binds and no licence lets the product through.
    #[inline(always)]
    fn without_licence<S: Simd>(
        &mut self,
        simd: S,
        aim: &Aim<'_>,
        bar: &Bar,
        (tile, first): (&Tile, usize),
        lanes: Lanes<S>,
    ) -> Vector<S> {
        // NaN is equal to nothing.
        let hit = lanes.level.simd_le(splat(simd, f64::INFINITY));
        let binding = simd.select_f64x8(hit, lanes.binding, splat(simd, 0.0));
        if aim.approval <= 0.0 {
            return binding;
        }
        let (mut held, level): (Row, Row) = (binding.into(), lanes.level.into());
        for lane in (0..LANES).filter(|lane| level[*lane] <= f64::INFINITY) {
            let b = tile.buyers[lane];
            let from = bar.from.max(aim.from[b]);
            let deal = (b, bar.product);
            if held[lane] > 0.0
                && self.desk.grants(self.world, aim.measure, aim.approval, deal, from)
            {
                if self.passes.is_empty() {
                    self.passes = Lent::with_room(self.world.setup.structure.pairs);
                }
                held[lane] = 0.0;
                self.passes.push(Pass {
                    pair: first + lane,
                    buyer: b,
                    product: bar.product,
                    measure: aim.m,
                    level: level[lane],
                });
            }
        }
        load(simd, &held)
    }

    /// Notes how strongly the pairs of a segment are barred already: what a law in force bars is not closed once more
    /// by one that is announced.
    #[inline(always)]
    fn hold<S: Simd>(
        &mut self,
        simd: S,
        aims: &Aims,
        (first, tiles): (usize, &[Tile]),
        bars: &mut Lent<Bar>,
    ) {
        let structure = &self.world.setup.structure;
        let none = splat(simd, 0.0);
        self.holding = Lent::filled([0.0; LANES], self.rows);
        for aim in aims.iter(self.world) {
            aim.read_bars(self.world, self.book, tiles[0].segment, self.now, bars);
            let denied = 1.0 - aim.approval;
            for (_, tile) in (first..).zip(tiles).filter(|(t, _)| aim.hit[*t]) {
                let lanes = Lanes::of(simd, self.world, &aim, tile, self.now);
                for bar in bars.iter().filter(|bar| self.now >= bar.from) {
                    let row = bar.product - structure.segments[tile.segment].products.start;
                    let bites = lanes.bites(simd, self.world.products.level[bar.product]);
                    let strength = simd.select_f64x8(bites, splat(simd, denied), none);
                    let place = (tile.pairs.start - self.first_pair) / LANES + row;
                    let holding = &mut self.holding[place];
                    *holding = load(simd, holding).max(strength * lanes.binding).into();
                }
            }
        }
    }

    /// Sums what is announced to cells, beyond what is barred already, and takes what was barred before off the surprise.
    #[inline(always)]
    fn close<S: Simd>(&self, simd: S, (t, tile): (usize, &Tile), rules: &mut Rules) {
        let none = splat(simd, 0.0);
        if !self.coming.is_empty() {
            let mut closing = none;
            let first = (tile.pairs.start - self.first_pair) / LANES;
            let rows = self.coming[first..].iter().zip(&self.holding[first..]);
            for ((coming, holding), installed) in rows.zip(tile.of(&self.world.installed)) {
                let more = (load(simd, coming) - load(simd, holding)).max(none);
                closing += more * load(simd, installed);
            }
            tile.enter(&closing.into(), &mut rules.closing);
        }
        if rules.surprising[t] {
            let barred = tile.of(&rules.barred).iter().zip(tile.of(&self.world.barred));
            for (surprise, (now, before)) in tile.of_mut(&mut rules.surprise).iter_mut().zip(barred)
            {
                let more = (load(simd, now) - load(simd, before)).max(none);
                *surprise = load(simd, surprise).min(more).into();
            }
        }
    }
}

/// Notes how much more strongly a row is barred than the measure ever did: a bar that a review lifts and the next
/// brings back is no fresh news.
#[inline(always)]
fn learn<S: Simd>(
    simd: S,
    aim: &Aim<'_>,
    (t, tile): (usize, &Tile),
    first: usize,
    strength: Vector<S>,
    rules: &mut Rules,
) {
    let known = aim.state.map_or([0.0; LANES], |state| *vector::row_at(&state.known, first));
    let more = strength.simd_gt(load(simd, &known));
    if !more.any_true() {
        return;
    }
    if !rules.surprising[t] {
        rules.surprising[t] = true;
        rules.surprise[tile.pairs.clone()].fill(0.0);
    }
    if rules.learned.is_empty() {
        rules.learned = Lent::with_room(rules.surprise.len());
    }
    let (more, strength): (u64, Row) = (more.to_bitmask(), strength.into());
    for lane in (0..LANES).filter(|lane| more >> lane & 1 == 1) {
        let surprise = &mut rules.surprise[first + lane];
        *surprise = surprise.max(strength[lane] - known[lane]);
        rules.learned.push((aim.m, first + lane, strength[lane]));
    }
}

impl Rules {
    /// Wipes the rows of a tile that the law is about to write to.
    fn clear(&mut self, tile: &Tile) {
        let numbers = [&mut self.ceiling, &mut self.leak];
        blank::wipe(
            tile,
            numbers,
            &mut self.bars,
            &mut self.barred_rows,
            &mut self.unserviced_lanes,
        );
        self.barred[tile.pairs.clone()].fill(0.0);
    }

    /// Bars some lanes of the row that begins at `first` by a measure; the one that leaks least counts.
    fn bar(&mut self, first: usize, lanes: u64, m: usize, leak: f64) {
        let name = u16::try_from(m).expect("a scenario has far fewer measures than 65,535");
        for pair in (first..first + LANES).filter(|pair| lanes >> (pair - first) & 1 == 1) {
            if self.bars[pair] == NO_BAR || leak < self.leak[pair] {
                self.leak[pair] = leak;
                self.bars[pair] = name;
            }
        }
        self.barred_rows[first / LANES] = true;
    }
}
