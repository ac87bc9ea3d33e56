//! Shares of new purchases that must be of domestic products (C5): what buyers make of a rule of their own state.

use std::sync::Arc;

use crate::lent::Numbers;
use crate::policy::procurement::{Limit, Scope};
use crate::structure::Structure;
use crate::structure::tiles::Tile;
use crate::vector::{LANES, Row, Simd, load};

/// Highest shadow price that is looked for, logits: at a higher one no domestic product is any alternative.
const DEAREST: f64 = 512.0;
/// Halvings of the range of a shadow price: beyond the last digit.
const HALVINGS: usize = 64;

/// What some cells would buy without the rule, by cell.
#[derive(Debug)]
pub struct Weights {
    /// Demand that is spread over what is open, USD million.
    pub demand: Numbers,
    /// Sum of the weights of products that the rule does not limit, against deferring (weight 1).
    pub free: Numbers,
    /// The same of those that it limits.
    pub limited: Numbers,
}

/// What a rule makes of the weights of products, by cell.
#[derive(Debug)]
pub struct Factor {
    scope: Arc<Scope>,
    /// Of products that it does not limit.
    free: Numbers,
    /// Of those that it limits.
    limited: Numbers,
    /// Part of the weight of limited products that counts where unfilled orders look again; empty if all of it does.
    again: Numbers,
}

/// What a rule makes of the weights of products.
///
/// *A buyer that obeys* takes the purchases of highest utility among those whose domestic part is at least `q`, over
/// the cells `c` that are counted together. With logit choice that moves utilities by a *shadow price* `m`, one for
/// the line: `+(1−q) m` for what the rule does not limit, `−q m` for what it limits. With weights `H` and `L` of the
/// two kinds, `a = e^{(1−q) m}`, `b = e^{−q m}` and `T = 1 + aH + bL`, `m ≥ 0` is the smallest with
/// `Σ_c M_c [(1−q) a H_c − q b L_c] / T_c ≥ 0`, which rises with `m`. An import ban is `a = 1`, `b = 0`; so is a
/// quota where no domestic product is any alternative.
///
/// *What domestic products cannot serve* is `δ = 1/T − 1/T⁰`, the demand that waits because of the rule. It is bought
/// abroad all the same where the rule is waived for it, and waits where it is not.
///
/// *Purchases that do not obey*, `1 − c` of them, are as without the rule.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | q | least share of new purchases that is not of limited products | `home_share` |
/// | c | part of the purchases in scope that obey | `coverage` × `compliance` |
/// | M | demand that is spread over what is open, USD million | |
///
/// Limits: `q = 0`, `c = 0` and a share that is reached anyway change no bit. Of what those who obey order openly the
/// part `q` is not limited, but for what is waived; of all orders it is about `q c` at least, less where those who obey
/// buy less. The share is one of orders: what capacity then cuts is for clearing. Goods of the grey channel are limited like
/// others, and do not count. Rules on the same purchases follow each other, the strictest first.
///
/// Source: the mandate as a pair of a tax and a subsidy that pay for each other, as in Holland, Hughes and Knittel
/// (2009), on intensity standards.
pub fn bound(structure: &Structure, limit: &Limit, weights: &Weights) -> Factor {
    let by_cell = || Numbers::filled(1.0, structure.cells.len());
    let mut factor = Factor {
        scope: Arc::clone(&limit.scope),
        free: by_cell(),
        limited: by_cell(),
        again: if limit.waived { Numbers::default() } else { by_cell() },
    };
    for group in &limit.groups {
        let cells = &limit.scope.groups[*group].cells;
        let Some(price) = Price::of(limit.share, cells, weights) else { continue };
        for c in cells {
            let cell = (weights.free[*c], weights.limited[*c]);
            (factor.free[*c], factor.limited[*c]) = price.factors(limit, cell);
            if let Some(again) = factor.again.get_mut(*c) {
                *again = 1.0 - limit.obeyed;
            }
        }
    }
    factor
}

/// What a shadow price makes of the weights of a buyer that obeys.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Price {
    /// a.
    free: f64,
    /// b.
    limited: f64,
}

impl Price {
    /// Nothing limited is bought.
    const BAN: Self = Self { free: 1.0, limited: 0.0 };

    fn at(share: f64, price: f64) -> Self {
        Self { free: libm::exp((1.0 - share) * price), limited: libm::exp(-share * price) }
    }

    /// That at which some cells keep to a share; `None` if they do without.
    fn of(share: f64, cells: &[usize], weights: &Weights) -> Option<Self> {
        let excess = |price: Self| -> f64 {
            let of_cell = |c: &usize| {
                let (free, limited) =
                    (price.free * weights.free[*c], price.limited * weights.limited[*c]);
                let bought = (1.0 - share) * free - share * limited;
                weights.demand[*c] * bought / (1.0 + free + limited)
            };
            cells.iter().map(of_cell).sum()
        };
        if excess(Self { free: 1.0, limited: 1.0 }) >= 0.0 {
            return None;
        }
        if share >= 1.0 || excess(Self::at(share, DEAREST)) < 0.0 {
            return Some(Self::BAN);
        }
        let (mut low, mut high) = (0.0, DEAREST);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if excess(Self::at(share, middle)) < 0.0 { low = middle } else { high = middle }
        }
        Some(Self::at(share, high))
    }

    /// The factors for a cell, with those who do not obey and what is waived.
    fn factors(self, limit: &Limit, (free, limited): (f64, f64)) -> (f64, f64) {
        let before = 1.0 / (1.0 + free + limited);
        let after = 1.0 / (1.0 + self.free * free + self.limited * limited);
        let waived = if limit.waived { (after - before).max(0.0) } else { 0.0 };
        let (obeying, others) = (limit.obeyed, (1.0 - limit.obeyed) * before);
        let deferred = obeying * (after - waived) + others;
        let of_limited = if limited > 0.0 {
            obeying * (self.limited * after + waived / limited) + others
        } else {
            deferred
        };
        ((obeying * self.free * after + others) / deferred, of_limited / deferred)
    }
}

impl Factor {
    /// Multiplies what buyers of a tile make of its products, row by row.
    #[inline(always)]
    pub fn raise<S: Simd>(&self, simd: S, structure: &Structure, tile: &Tile, rows: &mut [Row]) {
        let [free, limited] = [&self.free, &self.limited].map(|table| tile.by_cell(1.0, table));
        if free == [1.0; LANES] && limited == [1.0; LANES] {
            return;
        }
        let [free, limited] = [free, limited].map(|row| load(simd, &row));
        let products = structure.segments[tile.segment].products.clone();
        for (row, is_limited) in rows.iter_mut().zip(&self.scope.limited[products]) {
            let factor = if *is_limited { limited } else { free };
            *row = (load(simd, row) * factor).into();
        }
    }
}

/// What of each pair's weight counts where unfilled orders look again; empty if all of it does: what domestic products
/// cannot deliver is not bought abroad where that is not waived.
pub fn second_look(structure: &Structure, factors: &[Factor]) -> Numbers {
    let mut kept = Numbers::default();
    for factor in factors {
        for (c, again) in factor.again.iter().enumerate().filter(|(_, again)| **again < 1.0) {
            if kept.is_empty() {
                kept = Numbers::filled(1.0, structure.pairs);
            }
            for (pair, k) in structure.pairs_of(&structure.cells[c]) {
                if factor.scope.limited[k] {
                    kept[pair] *= again;
                }
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights of other products and of limited ones, by cell.
    const CELLS: [(f64, f64, f64); 4] =
        [(100.0, 4.0, 30.0), (50.0, 0.0, 12.0), (10.0, 25.0, 1.0), (80.0, 1e-9, 20.0)];

    fn weights() -> Weights {
        let of = |part: fn(&(f64, f64, f64)) -> f64| CELLS.iter().map(part).collect();
        Weights { demand: of(|c| c.0), free: of(|c| c.1), limited: of(|c| c.2) }
    }

    /// Purchases of other products and of limited ones at a price.
    fn bought(price: Price, cells: &[usize]) -> [f64; 2] {
        let weights = weights();
        let mut sums = [0.0; 2];
        for c in cells {
            let (free, limited) =
                (price.free * weights.free[*c], price.limited * weights.limited[*c]);
            let each = weights.demand[*c] / (1.0 + free + limited);
            sums = [sums[0] + each * free, sums[1] + each * limited];
        }
        sums
    }

    #[test]
    fn one_cell_has_a_closed_form() {
        let price = Price::of(0.5, &[0], &weights()).unwrap();
        let ratio = libm::sqrt(30.0 / 4.0);
        assert!((price.free - ratio).abs() < 1e-12 * ratio, "{price:?}");
        assert!((price.limited - 1.0 / ratio).abs() < 1e-12, "{price:?}");
    }

    #[test]
    fn a_price_keeps_the_share_and_is_the_smallest_that_does() {
        for share in [0.3, 0.5, 0.9, 0.999] {
            let cells = [0, 1, 2, 3];
            let [free, limited] = bought(Price::of(share, &cells, &weights()).unwrap(), &cells);
            let reached = free / (free + limited);
            assert!(reached >= share && reached < share + 1e-9, "{share} {reached}");
        }
        assert_eq!(Price::of(0.9, &[2], &weights()), None, "it is reached anyway");
        assert_eq!(Price::of(1.0, &[0], &weights()), Some(Price::BAN));
        assert_eq!(Price::of(0.5, &[1], &weights()), Some(Price::BAN), "nothing else is sold");
    }

    #[test]
    fn no_other_choice_that_keeps_the_share_is_of_more_use() {
        // Use of a choice: utilities and the entropy of who takes what; weights are exponentials of utilities.
        let (free, limited, share) = (4.0_f64, 30.0_f64, 0.5);
        let of_use = |[f, l]: [f64; 2]| {
            let part = |s: f64, w: f64| s * (libm::log(w) - libm::log(s));
            part(f, free) + part(l, limited) + part(1.0 - f - l, 1.0)
        };
        let [f, l] = bought(Price::of(share, &[0], &weights()).unwrap(), &[0]).map(|x| x / 100.0);
        for (more, less) in [(0.01, 0.01), (0.01, 0.0), (-0.01, -0.01), (0.005, 0.002)] {
            let other = [f + more, l + less];
            assert!(other[0] / (other[0] + other[1]) >= share - 1e-9);
            assert!(of_use(other) < of_use([f, l]), "{more} {less}");
        }
    }
}
