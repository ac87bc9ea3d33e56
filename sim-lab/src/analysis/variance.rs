//! Two kinds of uncertainty apart: what is not known (parameters) and what is chance (seeds).
//!
//! A design with `m` seeds at each of `n` parameter draws is read as an analysis of variance with random
//! effects, `y_ir = μ + P_i + …`.
//! - Nested: each draw has seeds of its own. `σ²_seed = MSW`, `σ²_parameter = (MSB − MSW) / m₀`.
//! - Crossed: the same `m` seeds at every draw, as under common random numbers. Seeds then have a main effect
//!   and an interaction: `σ²_parameter = (MSP − MSE) / m`, `σ²_seed = max(0, (MSS − MSE) / n) + MSE`. Reading such
//!   a design as nested would take the seeds' main effect from the parameters.
//!
//! The share of parameters is `σ²_parameter / (σ²_parameter + σ²_seed)`. Negative components are cut at zero.
//!
//! Limiting cases: outcomes that depend on the draw alone have share 1; on the seed alone, share 0.
//!
//! Invariant: missing outcomes (NaN) leave a nested design unbalanced; a crossed one loses the whole draw.
//!
//! Reference: Searle, Casella & McCulloch (1992), Variance Components, chapters 3–4.

use serde::Serialize;

use super::Estimate;
use super::bootstrap::Bootstrap;
use super::distribution::f_quantile;
use super::moments::Moments;

/// Components of variance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Components {
    /// Standard deviation from parameters, in the outcome's unit; bootstrap interval over draws.
    pub parameter: Estimate,
    /// Standard deviation from chance; bootstrap interval over draws.
    pub chance: Estimate,
    /// Share of parameters in the variance. Nested and balanced: F interval, exact for normal effects;
    /// otherwise a bootstrap over draws, which for a crossed design holds its seeds fixed.
    pub share: Estimate,
    /// Parameter draws used.
    pub draws: usize,
}

/// Variances: of parameters, of chance.
type Split = fn(&[&Vec<f64>]) -> Option<(f64, f64)>;

/// Components of a nested design, draws × their own seeds; `None` below two draws or without a second seed.
pub fn nested(outcomes: &[Vec<f64>], bootstrap: &Bootstrap) -> Option<Components> {
    let draws: Vec<Vec<f64>> = outcomes
        .iter()
        .map(|draw| draw.iter().copied().filter(|v| v.is_finite()).collect::<Vec<_>>())
        .filter(|draw| !draw.is_empty())
        .collect();
    let mut components = components(&draws, bootstrap, split_nested)?;
    let m = draws[0].len();
    if draws.iter().all(|draw| draw.len() == m) {
        components.share = exact_share(&draws, bootstrap.level, components.share.value);
    }
    Some(components)
}

/// Components of a crossed design, draws × common seeds; `None` below two whole draws or two seeds.
pub fn crossed(outcomes: &[Vec<f64>], bootstrap: &Bootstrap) -> Option<Components> {
    let m = outcomes.iter().map(Vec::len).max()?;
    let draws: Vec<Vec<f64>> = outcomes
        .iter()
        .filter(|draw| draw.len() == m && draw.iter().all(|v| v.is_finite()))
        .cloned()
        .collect();
    components(&draws, bootstrap, split_crossed)
}

fn components(draws: &[Vec<f64>], bootstrap: &Bootstrap, split: Split) -> Option<Components> {
    let (parameter, chance) = split(&draws.iter().collect::<Vec<_>>())?;
    let again: Vec<(f64, f64)> = (0..bootstrap.resamples)
        .filter_map(|i| {
            let places = bootstrap.draw(i, draws.len());
            split(&places.iter().map(|p| &draws[*p]).collect::<Vec<_>>())
        })
        .collect();
    let estimate = |read: fn((f64, f64)) -> f64| {
        bootstrap.limits(read((parameter, chance)), again.iter().map(|v| read(*v)).collect())
    };
    Some(Components {
        parameter: estimate(|(p, _)| p.sqrt()),
        chance: estimate(|(_, c)| c.sqrt()),
        share: estimate(|(p, c)| p / (p + c)),
        draws: draws.len(),
    })
}

/// Mean squares between and within draws, and `m₀`, the seeds per draw (their effective number where unequal).
fn mean_squares(draws: &[&Vec<f64>]) -> Option<(f64, f64, f64)> {
    let n = draws.len() as f64;
    let of_draws: Vec<Moments> = draws.iter().map(|d| d.iter().copied().collect()).collect();
    let count: f64 = of_draws.iter().map(|d| d.count as f64).sum();
    if n < 2.0 || count <= n {
        return None;
    }
    let grand = of_draws.iter().map(|d| d.mean() * d.count as f64).sum::<f64>() / count;
    let between: f64 =
        of_draws.iter().map(|d| d.count as f64 * (d.mean() - grand) * (d.mean() - grand)).sum();
    let within: f64 =
        of_draws.iter().filter(|d| d.count > 1).map(|d| d.variance() * (d.count - 1) as f64).sum();
    let squares = of_draws.iter().map(|d| (d.count * d.count) as f64).sum::<f64>();
    Some((between / (n - 1.0), within / (count - n), (count - squares / count) / (n - 1.0)))
}

fn split_nested(draws: &[&Vec<f64>]) -> Option<(f64, f64)> {
    let (between, within, m) = mean_squares(draws)?;
    Some((((between - within) / m).max(0.0), within))
}

fn split_crossed(draws: &[&Vec<f64>]) -> Option<(f64, f64)> {
    let (between, within, m) = mean_squares(draws)?;
    let n = draws.len() as f64;
    let seeds: Moments =
        (0..draws[0].len()).map(|r| draws.iter().map(|d| d[r]).sum::<f64>() / n).collect();
    // Sums of squares: within draws = seeds + rest.
    let of_seeds = n * seeds.variance();
    let rest = ((within * n * (m - 1.0) - of_seeds * (m - 1.0)) / ((n - 1.0) * (m - 1.0))).max(0.0);
    Some((((between - rest) / m).max(0.0), ((of_seeds - rest) / n).max(0.0) + rest))
}

/// Exact interval of the share: `F / F_quantile` bounds `1 + m σ²_P / σ²_seed`.
fn exact_share(draws: &[Vec<f64>], level: f64, value: f64) -> Estimate {
    let all: Vec<&Vec<f64>> = draws.iter().collect();
    let Some((between, within, m)) = mean_squares(&all) else {
        return Estimate { value, low: f64::NAN, high: f64::NAN };
    };
    let (d1, d2) = (draws.len() as f64 - 1.0, draws.len() as f64 * (m - 1.0));
    let share = |p: f64| {
        let ratio = between / within / f_quantile(p, d1, d2);
        if ratio.is_infinite() { 1.0 } else { ((ratio - 1.0) / (ratio + m - 1.0)).max(0.0) }
    };
    let tail = 0.5 * (1.0 - level);
    Estimate { value, low: share(1.0 - tail), high: share(tail) }
}

#[cfg(test)]
mod tests;
