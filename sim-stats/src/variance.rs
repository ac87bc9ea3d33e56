//! Two kinds of uncertainty apart: what is not known (parameters) and what is chance (seeds).
//!
//! A design with `m` seeds at each of `n` parameter draws is read as an analysis of variance with random
//! effects; MS are mean squares.
//! - Nested: each draw has seeds of its own. `σ²_chance = MS_within`,
//!   `σ²_parameter = (MS_draws − MS_within) / m₀`, with `m₀ = m` unless draws are unequal.
//! - Crossed: the same `m` seeds at every draw, as under common random numbers. Seeds then have a main effect and
//!   an interaction: `σ²_parameter = (MS_draws − MS_rest) / m`,
//!   `σ²_chance = (MS_seeds − MS_rest) / n + MS_rest`. Reading such a design as nested would take the seeds' main
//!   effect from the parameters.
//!
//! The share of parameters is `σ²_parameter / (σ²_parameter + σ²_chance)`. Differences are cut at zero.
//!
//! Intervals are generalised ones: each mean square is replaced by `SS / χ²_df`, drawn anew many times. For normal
//! effects they are exact for `MS_within` and, in a balanced nested design, for the share (it is then the F
//! interval); the others are close (see the tests). Long-tailed effects make them too narrow. A bootstrap over
//! draws would not do: with few common seeds it holds the seeds' effect fixed, and its 95 % intervals of chance
//! were measured to hold the truth in 6 to 33 %.
//!
//! Limiting cases: outcomes that depend on the draw alone have share 1; on the seed alone, share 0.
//!
//! Invariant: missing outcomes (NaN) leave a nested design unequal; a crossed one loses the whole draw.
//!
//! References: Searle, Casella & McCulloch (1992), Variance Components, chapters 3–4; Weerahandi (1993), JASA 88.

use serde::Serialize;

use super::Estimate;
use super::bootstrap::Bootstrap;
use super::moments::Moments;
use crate::random::{Stream, Use};

/// Components of variance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Components {
    /// Standard deviation from parameters, in the outcome's unit.
    pub parameter: Estimate,
    /// Standard deviation from chance.
    pub chance: Estimate,
    /// Share of parameters in the variance.
    pub share: Estimate,
    /// Parameter draws used.
    pub draws: usize,
    /// Seeds per draw; their effective number where draws are unequal.
    pub seeds: f64,
}

/// A mean square and its degrees of freedom.
#[derive(Debug, Clone, Copy)]
struct Square {
    mean: f64,
    df: f64,
}

/// The analysis of variance.
#[derive(Debug, Clone, Copy)]
struct Analysis {
    draws: Square,
    /// The seeds' main effect, in a crossed design.
    seeds: Option<Square>,
    rest: Square,
    n: f64,
    m: f64,
}

/// Components of a nested design, draws × their own seeds; `None` below two draws or without a second seed.
///
/// `resampling` says how often mean squares are drawn, at which level, from which seed.
pub fn nested(outcomes: &[Vec<f64>], resampling: &Bootstrap) -> Option<Components> {
    let draws: Vec<Moments> = outcomes
        .iter()
        .map(|draw| draw.iter().copied().collect::<Moments>())
        .filter(|draw| draw.count > 0)
        .collect();
    Some(Analysis::one_way(&draws)?.components(resampling))
}

/// Components of a crossed design, draws × common seeds; `None` below two whole draws or two seeds.
pub fn crossed(outcomes: &[Vec<f64>], resampling: &Bootstrap) -> Option<Components> {
    let m = outcomes.iter().map(Vec::len).max()?;
    let whole = |draw: &&Vec<f64>| draw.len() == m && draw.iter().all(|v| v.is_finite());
    let draws: Vec<&Vec<f64>> = outcomes.iter().filter(whole).collect();
    Some(Analysis::two_way(&draws)?.components(resampling))
}

impl Analysis {
    fn one_way(draws: &[Moments]) -> Option<Self> {
        let n = draws.len() as f64;
        let count: f64 = draws.iter().map(|d| d.count as f64).sum();
        if n < 2.0 || count <= n {
            return None;
        }
        let grand = draws.iter().map(|d| d.mean() * d.count as f64).sum::<f64>() / count;
        let off = |d: &Moments| d.mean() - grand;
        let between: f64 = draws.iter().map(|d| d.count as f64 * off(d) * off(d)).sum();
        let within: f64 =
            draws.iter().filter(|d| d.count > 1).map(|d| d.variance() * (d.count - 1) as f64).sum();
        let squares: f64 = draws.iter().map(|d| (d.count * d.count) as f64).sum();
        Some(Self {
            draws: Square { mean: between / (n - 1.0), df: n - 1.0 },
            seeds: None,
            rest: Square { mean: within / (count - n), df: count - n },
            n,
            m: (count - squares / count) / (n - 1.0),
        })
    }

    fn two_way(draws: &[&Vec<f64>]) -> Option<Self> {
        let rows: Vec<Moments> = draws.iter().map(|d| d.iter().copied().collect()).collect();
        let one_way = Self::one_way(&rows)?;
        let (n, m) = (one_way.n, one_way.m);
        let mean_of = |seed: usize| draws.iter().map(|d| d[seed]).sum::<f64>() / n;
        let seeds: Moments = (0..draws[0].len()).map(mean_of).collect();
        let seeds = Square { mean: n * seeds.variance(), df: m - 1.0 };
        // The sum of squares within draws is that of seeds and of the rest.
        let rest = one_way.rest.mean * one_way.rest.df - seeds.mean * seeds.df;
        let df = (n - 1.0) * (m - 1.0);
        Some(Self {
            seeds: Some(seeds),
            rest: Square { mean: (rest / df).max(0.0), df },
            ..one_way
        })
    }

    /// Variance of parameters and of chance, with each mean square as `read` gives it.
    fn split(&self, mut read: impl FnMut(Square) -> f64) -> (f64, f64) {
        let rest = read(self.rest);
        let parameter = ((read(self.draws) - rest) / self.m).max(0.0);
        let main = self.seeds.map_or(0.0, |seeds| ((read(seeds) - rest) / self.n).max(0.0));
        (parameter, main + rest)
    }

    fn components(&self, resampling: &Bootstrap) -> Components {
        let found = self.split(|square| square.mean);
        let again: Vec<(f64, f64)> = (0..resampling.resamples as u64)
            .map(|i| {
                let mut random = Stream::new(resampling.seed, Use::Pivot, i, 0);
                self.split(|square| square.mean * square.df / random.chi_square(square.df))
            })
            .collect();
        let estimate = |read: fn((f64, f64)) -> f64| {
            resampling.limits(read(found), again.iter().map(|v| read(*v)).collect())
        };
        Components {
            parameter: estimate(|(p, _)| p.sqrt()),
            chance: estimate(|(_, c)| c.sqrt()),
            share: estimate(|(p, c)| p / (p + c)),
            draws: self.n as usize,
            seeds: self.m,
        }
    }
}

#[cfg(test)]
mod tests;
