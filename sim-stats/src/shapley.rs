//! Which measure of a regime does what: Shapley values over coalitions of measures.
//!
//! A coalition is a set of measures in force, written as bits: bit `i` is measure `i`. With `v(S)` the outcome
//! under coalition `S`, `φ_i = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S))`: what measure `i` adds, on
//! average over all orders of introduction. Values are taken in each replicate, paired by common random numbers,
//! so that they have an interval over replicates.
//!
//! Limiting cases: the values add up to `v(all) − v(none)`; a measure that never changes anything has 0; an
//! additive outcome gives each measure its own effect.
//!
//! Invariant: a replicate counts only when every coalition it needs is there.
//!
//! References: Shapley (1953); Castro, Gómez & Tejada (2009), Computers & Operations Research 36 (orders);
//! Mitchell et al. (2022), JMLR 23 (antithetic orders).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Estimate;
use super::distribution::student_quantile;
use super::moments::Moments;
use crate::random::{Stream, Use};

/// Most measures whose coalitions are all run: 2¹⁶ of them.
pub const MOST: usize = 16;

/// The value of a measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Value {
    /// Mean over replicates with its t interval.
    pub mean: Estimate,
    /// Value in each replicate; NaN where a coalition is missing.
    pub replicates: Vec<f64>,
    /// Part of the mean's standard error that comes from drawing orders; 0 where all coalitions were run.
    pub order_error: f64,
}

/// Exact values from all coalitions: `table[S]` holds the outcome under coalition `S` in each replicate.
///
/// # Panics
/// If the table is not `2^measures` rows of equal length, or `measures` is 0 or above [`MOST`].
pub fn exact(measures: usize, table: &[Vec<f64>], level: f64) -> Vec<Value> {
    assert!((1..=MOST).contains(&measures), "{measures} measures");
    assert_eq!(table.len(), 1 << measures, "a row per coalition");
    let replicates = table[0].len();
    assert!(table.iter().all(|row| row.len() == replicates), "rows of equal length");
    let weights = weights(measures);
    (0..measures)
        .map(|i| {
            let mut values = vec![0.0; replicates];
            for without in (0..table.len()).filter(|s| s & (1 << i) == 0) {
                let weight = weights[without.count_ones() as usize];
                let (with, without) = (&table[without | (1 << i)], &table[without]);
                for ((v, a), b) in values.iter_mut().zip(with).zip(without) {
                    *v += weight * (a - b);
                }
            }
            Value { mean: mean_of(&values, 0.0, level), replicates: values, order_error: 0.0 }
        })
        .collect()
}

/// `s! (n − s − 1)! / n!` for coalitions of size `s`.
fn weights(n: usize) -> Vec<f64> {
    // 1 / (n C(n − 1, s)), with C built up from C(n − 1, 0) = 1.
    let mut choose = 1.0;
    (0..n)
        .map(|s| {
            let weight = 1.0 / (n as f64 * choose);
            choose *= (n - 1 - s) as f64 / (s + 1) as f64;
            weight
        })
        .collect()
}

/// The mean of paired values with its t interval; `order_error` is a part of its standard error that is known otherwise.
pub fn mean_of(values: &[f64], order_error: f64, level: f64) -> Estimate {
    let moments: Moments = values.iter().copied().collect();
    let value = moments.mean();
    let t = student_quantile(0.5 + 0.5 * level, moments.count.saturating_sub(1) as f64);
    let half = t * libm::hypot(moments.error(), order_error);
    Estimate { value, low: value - half, high: value + half }
}

/// Orders of introduction, in pairs of an order and its reverse: `2 × pairs` of them.
pub fn orders(measures: usize, pairs: usize, seed: u64) -> Vec<Vec<usize>> {
    (0..pairs as u64)
        .flat_map(|pair| {
            let order = Stream::new(seed, Use::Order, pair, 0).order(measures);
            let reverse = order.iter().rev().copied().collect();
            [order, reverse]
        })
        .collect()
}

/// The coalitions that some orders pass through: what has to be run.
pub fn coalitions(orders: &[Vec<usize>]) -> BTreeSet<u64> {
    orders.iter().flat_map(|order| passed(order)).collect()
}

fn passed(order: &[usize]) -> Vec<u64> {
    let mut coalition = 0;
    let mut all = vec![0];
    for measure in order {
        coalition |= 1 << measure;
        all.push(coalition);
    }
    all
}

/// Values from [`orders`] for regimes with too many measures to run all coalitions.
///
/// Unbiased. The interval joins the spread over replicates with the spread over pairs of orders as if
/// independent; it needs at least two pairs (NaN otherwise).
///
/// # Panics
/// If an order's coalition is not in the table.
pub fn sampled(orders: &[Vec<usize>], table: &BTreeMap<u64, Vec<f64>>, level: f64) -> Vec<Value> {
    let measures = orders.first().map_or(0, Vec::len);
    let replicates = table.values().next().map_or(0, Vec::len);
    let mut values = vec![vec![0.0; replicates]; measures];
    let mut by_pair = vec![Moments::default(); measures];
    for pair in orders.chunks(2) {
        let mut sums = vec![vec![0.0; replicates]; measures];
        for order in pair {
            for (step, measure) in passed(order).windows(2).zip(order) {
                let (before, after) = (&table[&step[0]], &table[&step[1]]);
                for ((v, a), b) in sums[*measure].iter_mut().zip(after).zip(before) {
                    *v += a - b;
                }
            }
        }
        for (i, sum) in sums.iter().enumerate() {
            let mean: Moments = sum.iter().map(|v| v / pair.len() as f64).collect();
            by_pair[i].push(mean.mean());
            for (v, s) in values[i].iter_mut().zip(sum) {
                *v += s / orders.len() as f64;
            }
        }
    }
    values
        .into_iter()
        .zip(by_pair)
        .map(|(replicates, pairs)| {
            let order_error = pairs.error();
            Value { mean: mean_of(&replicates, order_error, level), replicates, order_error }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four measures: additive effects, a synergy of 0 and 1, and an idle measure 3.
    fn outcome(coalition: usize, replicate: usize) -> f64 {
        let has = |i: usize| f64::from(u8::from(coalition & (1 << i) != 0));
        let scale = 1.0 + replicate as f64 / 10.0;
        100.0 + scale * (3.0 * has(0) - has(1) + 2.0 * has(2) + 4.0 * has(0) * has(1))
    }

    fn table(measures: usize) -> Vec<Vec<f64>> {
        (0..1 << measures).map(|s| (0..10).map(|r| outcome(s, r)).collect()).collect()
    }

    #[test]
    fn known_values() {
        let values = exact(4, &table(4), 0.95);
        // The synergy is shared equally; the scales' mean is 1.45.
        for (v, want) in values.iter().zip([5.0, 1.0, 2.0, 0.0]) {
            assert!((v.mean.value - 1.45 * want).abs() < 1e-12, "{v:?}");
            assert!((v.replicates[0] - want).abs() < 1e-12);
        }
        assert_eq!((values[3].mean.low, values[3].mean.high), (0.0, 0.0));
        // t(0.975, 9) = 2.262; sd of the scales = 0.30277.
        let half = 2.262_157 * 5.0 * 0.302_765 / 10.0_f64.sqrt();
        assert!((values[0].mean.high - values[0].mean.value - half).abs() < 1e-4);
    }

    #[test]
    fn values_add_up_in_every_replicate() {
        let values = exact(4, &table(4), 0.95);
        for r in 0..10 {
            let sum: f64 = values.iter().map(|v| v.replicates[r]).sum();
            assert!((sum - (outcome(15, r) - outcome(0, r))).abs() < 1e-12);
        }
    }

    #[test]
    fn orders_agree_with_all_coalitions() {
        let exact = exact(4, &table(4), 0.95);
        let orders = orders(4, 8, 3);
        let needed = coalitions(&orders);
        assert!(needed.contains(&0) && needed.contains(&15) && needed.len() <= 16);
        let table: BTreeMap<u64, Vec<f64>> = needed
            .iter()
            .map(|s| (*s, (0..10).map(|r| outcome(*s as usize, r)).collect()))
            .collect();
        // An order and its reverse share a synergy of two equally: exact here.
        for (s, e) in sampled(&orders, &table, 0.95).iter().zip(&exact) {
            assert!((s.mean.value - e.mean.value).abs() < 1e-12, "{s:?}");
            assert!(s.order_error < 1e-12);
        }
    }

    #[test]
    fn a_synergy_of_three_is_within_the_interval_of_orders() {
        let v = |s: u64| if s & 0b111 == 0b111 { 30.0 } else { 0.0 };
        let orders = orders(10, 200, 5);
        let table: BTreeMap<u64, Vec<f64>> =
            coalitions(&orders).into_iter().map(|s| (s, vec![v(s); 3])).collect();
        for (i, value) in sampled(&orders, &table, 0.999).iter().enumerate() {
            let want = if i < 3 { 10.0 } else { 0.0 };
            assert!(value.mean.low <= want && want <= value.mean.high, "{i}: {:?}", value.mean);
        }
    }

    #[test]
    fn a_missing_outcome_drops_its_replicate() {
        let mut table = table(4);
        table[5][2] = f64::NAN;
        let values = exact(4, &table, 0.95);
        assert!(values.iter().all(|v| v.replicates[2].is_nan() && !v.mean.value.is_nan()));
    }

    #[test]
    fn weights_add_up_over_coalitions() {
        for n in 1..=MOST {
            let mut choose = 1.0;
            let mut sum = 0.0;
            for (s, w) in weights(n).iter().enumerate() {
                sum += choose * w;
                choose *= (n - 1 - s) as f64 / (s + 1) as f64;
            }
            assert!((sum - 1.0).abs() < 1e-12);
        }
    }
}
