//! The hot loop: logit weights and shares of a tile of cells, lane by lane.
//!
//! A tile is what up to eight cells of one segment see of its products: one row for each product, one lane for
//! each cell. [`plain`] does the same for one cell, operation by operation.
//!
//! Invariant: IEEE operations in a fixed order, so that every machine and every set of instructions gives the
//! same bits.

#![allow(
    clippy::needless_range_loop,
    reason = "several tables run along; iterators are inlined less surely"
)]

pub mod plain;
pub mod rows;

use fearless_simd::{Simd, prelude::*};

use crate::vector::{self, Row, Vector, exps, load, splat};
use crate::with_vectors;
use rows::Utility;

/// How well a delivered level serves a need, 0–1: `σ(κ (q̂ − r)) = 1 / (1 + e^{−κ (q̂ − r)})`.
///
/// An embargo (`q̂ = −∞`) gives 0; a level far above the need gives 1.
pub fn fitness(sharpness: f64, delivered: f64, need: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-sharpness * (delivered - need)))
}

/// What the cells of a tile see of their alternatives. Rows are by product, lanes by cell.
#[derive(Debug, Clone, Copy)]
pub struct Menu<'a> {
    /// Level of each product.
    pub level: &'a [f64],
    /// `exp(ξ − β ln p)` of each product; 0 for what is not on the market.
    pub appeal: &'a [f64],
    /// Ceiling of each pair; `None` where there is none.
    pub ceiling: Option<&'a [Row]>,
    /// `exp(μ − θ ρ)` of each pair's jurisdiction and home, with what fees, subsidies and standards add.
    pub trust: &'a [Row],
    /// Chance that each alternative can be had in spite of a bar, 1 where nothing bars it; `None` where nothing
    /// bars anything.
    pub leak: Option<&'a [Row]>,
    /// Installed share of each pair.
    pub installed: &'a [Row],
    /// The same in the base year.
    pub base_installed: &'a [Row],
    /// Need of each cell.
    pub need: Row,
    /// Each buyer's own connections, 0–1; 0 = no grey channel.
    pub connections: Row,
    /// What the premium of the grey channel leaves of a weight, `(1 + π)^{−β}`.
    pub premium: f64,
    /// κ.
    pub sharpness: f64,
    /// γ.
    pub stickiness: f64,
}

impl Menu<'_> {
    /// Level at which a product is delivered.
    #[inline(always)]
    fn delivered<S: Simd>(&self, simd: S, level: Vector<S>, product: usize) -> Vector<S> {
        self.ceiling.map_or(level, |ceiling| level.min(load(simd, &ceiling[product])))
    }
}

/// Writes the logit weights of the cells' open alternatives to `open` and the shares of demand that go through
/// the grey channel to `grey`; returns the share of demand that each cell defers.
///
/// With `w_k = σ(κ(q̂ − r)) · e^{ξ − β ln p} · e^{μ − θρ} · e^{γ (h − h⁰)}` and, for what is barred, `w⁺_k` the same at the full
/// level and at the premium: the part `g_k = availability_k · w⁺_k / (1 + Σ_l w⁺_l)` of demand finds its way to
/// a barred product, since that is the share it would have if it could be had; the rest is spread over what
/// is open, `(1 − Σ g) w_k / (1 + Σ_l w_l)`.
pub fn weights(menu: &Menu<'_>, open: &mut [Row], grey: &mut [Row]) -> Row {
    with_vectors!(vector::level(), simd => weigh(simd, menu, open, grey).into())
}

/// The same, in a loop that has its instructions already.
#[inline(always)]
pub fn weigh<S: Simd>(simd: S, menu: &Menu<'_>, open: &mut [Row], grey: &mut [Row]) -> Vector<S> {
    let taste = Taste {
        need: load(simd, &menu.need),
        sharpness: splat(simd, -menu.sharpness),
        stickiness: splat(simd, menu.stickiness),
    };
    let one = splat(simd, 1.0);
    let Some(leak) = menu.leak else {
        grey.fill([0.0; vector::LANES]);
        return one / rows::weigh(simd, &Unbarred { menu, taste }, open);
    };
    let connections = load(simd, &menu.connections);
    let none = splat(simd, 0.0);
    let mut barred = Barred { menu, taste, leak, connections, total: one, full_total: one };
    let (blocks, rest) = open.as_chunks_mut::<{ rows::BLOCK }>();
    let (grey_blocks, grey_rest) = grey.as_chunks_mut::<{ rows::BLOCK }>();
    let first_of_rest = blocks.len() * rows::BLOCK;
    for (i, (open, grey)) in blocks.iter_mut().zip(grey_blocks).enumerate() {
        barred.weigh(simd, i * rows::BLOCK, open, grey);
    }
    for (i, (open, grey)) in rest.iter_mut().zip(grey_rest).enumerate() {
        let (open, grey) = (std::array::from_mut(open), std::array::from_mut(grey));
        barred.weigh(simd, first_of_rest + i, open, grey);
    }
    let Barred { total, full_total, .. } = barred;
    let mut found = none;
    for (row, leak) in grey.iter_mut().zip(leak) {
        let share = load(simd, row) * (load(simd, leak) * connections / full_total);
        found += share;
        *row = share.into();
    }
    (one - found) / total
}

/// The utility of a tile where nothing is barred.
struct Unbarred<'a, S: Simd> {
    menu: &'a Menu<'a>,
    taste: Taste<S>,
}

impl<S: Simd> Utility<S> for Unbarred<'_, S> {
    #[inline(always)]
    fn weights<const N: usize>(&self, simd: S, i: usize, _rows: [Vector<S>; N]) -> [Vector<S>; N] {
        let menu = self.menu;
        let mut weights = self.taste.likings::<N>(simd, menu, i);
        let mut delivered = weights;
        for n in 0..N {
            let level = splat(simd, menu.level[i + n]);
            delivered[n] = menu.delivered(simd, level, i + n);
        }
        let fitness = self.taste.fitnesses(simd, delivered);
        for n in 0..N {
            let weight = fitness[n] * weights[n];
            weights[n] = if menu.appeal[i + n] > 0.0 { weight } else { splat(simd, 0.0) };
        }
        weights
    }
}

/// A tile where something is barred, and its sums so far.
struct Barred<'a, S: Simd> {
    menu: &'a Menu<'a>,
    taste: Taste<S>,
    leak: &'a [Row],
    connections: Vector<S>,
    /// `1 + Σ w`.
    total: Vector<S>,
    /// `1 + Σ w⁺`.
    full_total: Vector<S>,
}

impl<S: Simd> Barred<'_, S> {
    /// Weighs the products from the `i`-th on: their open weights, and `w⁺` where they are barred.
    #[inline(always)]
    fn weigh<const N: usize>(
        &mut self,
        simd: S,
        i: usize,
        open: &mut [Row; N],
        grey: &mut [Row; N],
    ) {
        let (menu, none) = (self.menu, splat(simd, 0.0));
        let liking = self.taste.likings::<N>(simd, menu, i);
        let mut delivered = liking;
        let mut level = liking;
        let mut barred = [self.connections.simd_gt(none); N];
        let mut some = false;
        for n in 0..N {
            level[n] = splat(simd, menu.level[i + n]);
            delivered[n] = menu.delivered(simd, level[n], i + n);
            barred[n] = load(simd, &self.leak[i + n]).simd_lt(splat(simd, 1.0)) & barred[n];
            some |= barred[n].any_true();
        }
        let fitness = self.taste.fitnesses(simd, delivered);
        let full = if some { self.taste.fitnesses(simd, level) } else { fitness };
        for n in 0..N {
            if menu.appeal[i + n] > 0.0 {
                let weight = fitness[n] * liking[n];
                let full = full[n] * liking[n] * splat(simd, menu.premium);
                self.total += weight;
                self.full_total += simd.select_f64x8(barred[n], full, weight);
                open[n] = weight.into();
                grey[n] = simd.select_f64x8(barred[n], full, none).into();
            } else {
                (open[n], grey[n]) = ([0.0; vector::LANES], [0.0; vector::LANES]);
            }
        }
    }
}

/// What the cells of a tile like, as vectors.
struct Taste<S: Simd> {
    need: Vector<S>,
    /// −κ.
    sharpness: Vector<S>,
    /// γ.
    stickiness: Vector<S>,
}

impl<S: Simd> Taste<S> {
    /// Everything but fitness, of the products from the `i`-th on.
    #[inline(always)]
    fn likings<const N: usize>(&self, simd: S, menu: &Menu<'_>, i: usize) -> [Vector<S>; N] {
        let mut pull = [self.need; N];
        for n in 0..N {
            let (now, base) = (&menu.installed[i + n], &menu.base_installed[i + n]);
            pull[n] = self.stickiness * (load(simd, now) - load(simd, base));
        }
        let mut liking = exps(simd, pull);
        for n in 0..N {
            let appeal = splat(simd, menu.appeal[i + n]) * load(simd, &menu.trust[i + n]);
            liking[n] = appeal * liking[n];
        }
        liking
    }

    /// `1 / (1 + e^{−κ (q̂ − r)})`.
    #[inline(always)]
    fn fitnesses<const N: usize>(&self, simd: S, delivered: [Vector<S>; N]) -> [Vector<S>; N] {
        let mut distance = delivered;
        for n in 0..N {
            distance[n] = self.sharpness * (delivered[n] - self.need);
        }
        let mut fitness = exps(simd, distance);
        for n in 0..N {
            fitness[n] = splat(simd, 1.0) / (splat(simd, 1.0) + fitness[n]);
        }
        fitness
    }
}

#[cfg(test)]
mod tests;
