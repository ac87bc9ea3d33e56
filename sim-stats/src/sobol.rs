//! Variance-based indices: which factors the spread of an outcome comes from.
//!
//! With `a`, `b`, `m_j` the centred outcomes at A, B and A with column `j` of B, `V` the variance over A and B:
//! - first order `S_j = mean(b (m_j − a)) / V` (Saltelli et al. 2010, table 2 b): the share that fixing the
//!   factor alone would remove on average;
//! - total order `T_j = mean((a − m_j)²) / 2V` (Jansen 1999): the share left if all others were fixed.
//!
//! With several seeds per row, an outcome is `f(x) + noise`, and the indices of `f` are wanted. Every product
//! above is then taken between *different* seeds, `(Σu Σv − Σuv) / (m (m − 1))`, so that noise drops out of each
//! mean, whether seeds are common to all rows or not; the share of noise in the variance of a single run is
//! reported beside. With one seed, noise counts as influence of every factor in `T` and dilutes `S`.
//!
//! Limiting cases: for an additive outcome `S = T` and `Σ S = 1`; a factor without influence has `S = T = 0`.
//! Estimates may fall slightly outside [0, 1]; they are not cut, because cutting biases.
//!
//! Invariant: a missing outcome drops its base point for the factors that need it, and nothing else.

use serde::Serialize;

use super::Estimate;
use super::bootstrap::Bootstrap;
use crate::design::Saltelli;

/// Indices of all factors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indices {
    /// First order by factor.
    pub first: Vec<Estimate>,
    /// Total order by factor.
    pub total: Vec<Estimate>,
    /// Variance of the outcome over the factors, `V`.
    pub variance: f64,
    /// Share of noise in the variance of a single run; `None` with one seed per row.
    pub noise: Option<f64>,
    /// Base points used, by factor.
    pub points: Vec<usize>,
}

/// Sums that the indices are made of, by base point; NaN where a needed outcome is missing.
struct Terms {
    seeds: usize,
    /// `a · a + b · b`, between seeds.
    square: Vec<f64>,
    /// The same within seeds.
    single: Vec<f64>,
    /// `a + b` of each seed.
    sum: Vec<Vec<f64>>,
    /// `b (m_j − a)`, factor × point.
    first: Vec<Vec<f64>>,
    /// `(a − m_j)² / 2`, factor × point.
    total: Vec<Vec<f64>>,
}

/// The indices. `outcomes` holds `seeds` consecutive values per row of the design, NaN if missing; of an
/// unfinished design, those of the first rows. The bootstrap draws base points; for a Sobol sequence, whose
/// own error is smaller than that of independent points, its intervals are cautious.
///
/// # Panics
/// If `seeds` is 0.
pub fn indices(
    design: &Saltelli,
    outcomes: &[f64],
    seeds: usize,
    bootstrap: &Bootstrap,
) -> Indices {
    assert!(seeds > 0, "a row has at least one outcome");
    let terms = Terms::new(design, outcomes, seeds);
    let n = terms.square.len();
    let all: Vec<usize> = (0..n).collect();
    let (variance, single) = terms.variances(&all);
    let values = terms.ratios(&all);
    // Resample × (first orders, total orders).
    let again: Vec<Vec<f64>> =
        (0..bootstrap.resamples).map(|i| terms.ratios(&bootstrap.draw(i, n))).collect();
    let estimate = |place: usize| {
        bootstrap.limits(values[place], again.iter().map(|ratios| ratios[place]).collect())
    };
    let k = design.factors;
    Indices {
        first: (0..k).map(estimate).collect(),
        total: (k..2 * k).map(estimate).collect(),
        variance,
        noise: (seeds > 1).then_some(1.0 - variance / single),
        points: terms.first.iter().map(|v| v.iter().filter(|x| !x.is_nan()).count()).collect(),
    }
}

impl Terms {
    fn new(design: &Saltelli, outcomes: &[f64], seeds: usize) -> Self {
        let group = design.group() * seeds;
        let complete = outcomes.len().div_ceil(group).min(design.points);
        let mut values = outcomes[..outcomes.len().min(complete * group)].to_vec();
        values.resize(complete * group, f64::NAN);
        centre(&mut values, seeds);
        let mut terms = Self {
            seeds,
            square: Vec::new(),
            single: Vec::new(),
            sum: Vec::new(),
            first: vec![Vec::new(); design.factors],
            total: vec![Vec::new(); design.factors],
        };
        for point in values.chunks(group) {
            let rows: Vec<&[f64]> = point.chunks(seeds).collect();
            terms.add(rows[0], &rows[1..=design.factors], rows[design.factors + 1]);
        }
        terms
    }

    fn add(&mut self, a: &[f64], mixed: &[&[f64]], b: &[f64]) {
        let m = self.seeds as f64;
        let dot = |u: &[f64]| u.iter().map(|x| x * x).sum::<f64>() / m;
        self.square.push(between(a, a) + between(b, b));
        self.single.push(dot(a) + dot(b));
        self.sum.push(a.iter().zip(b).map(|(x, y)| x + y).collect());
        for (j, row) in mixed.iter().enumerate() {
            let step: Vec<f64> = row.iter().zip(a).map(|(x, y)| x - y).collect();
            self.first[j].push(between(b, &step));
            self.total[j].push(0.5 * between(&step, &step));
        }
    }

    /// First orders of all factors, then total orders, over some base points.
    fn ratios(&self, places: &[usize]) -> Vec<f64> {
        let variance = self.variances(places).0;
        self.first.iter().chain(&self.total).map(|v| mean(v, places) / variance).collect()
    }

    /// Variance over A and B between seeds, and within them, over some base points.
    fn variances(&self, places: &[usize]) -> (f64, f64) {
        let mut count = 0.0;
        let (mut square, mut single) = (0.0, 0.0);
        let mut sum = vec![0.0; self.seeds];
        for i in places.iter().copied().filter(|i| !self.square[*i].is_nan()) {
            count += 2.0;
            square += self.square[i];
            single += self.single[i];
            for (s, v) in sum.iter_mut().zip(&self.sum[i]) {
                *s += v;
            }
        }
        let means: Vec<f64> = sum.iter().map(|s| s / count).collect();
        let own = means.iter().map(|m| m * m).sum::<f64>() / self.seeds as f64;
        (square / count - between(&means, &means), single / count - own)
    }
}

/// Mean of the product of `u` and `v` between different seeds; with one seed, their product.
fn between(u: &[f64], v: &[f64]) -> f64 {
    let within: f64 = u.iter().zip(v).map(|(x, y)| x * y).sum();
    if u.len() == 1 {
        return within;
    }
    let m = u.len() as f64;
    (u.iter().sum::<f64>() * v.iter().sum::<f64>() - within) / (m * (m - 1.0))
}

/// Takes each seed's mean over all rows from its outcomes; offsets of the outcome would cost precision.
fn centre(values: &mut [f64], seeds: usize) {
    for seed in 0..seeds {
        let own = values.iter().skip(seed).step_by(seeds).filter(|v| !v.is_nan());
        let (sum, count) = own.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
        values.iter_mut().skip(seed).step_by(seeds).for_each(|v| *v -= sum / count);
    }
}

/// Mean over some places of what is there.
fn mean(values: &[f64], places: &[usize]) -> f64 {
    let there = places.iter().map(|i| values[*i]).filter(|v| !v.is_nan());
    let (sum, count) = there.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    sum / count
}

#[cfg(test)]
mod tests;
