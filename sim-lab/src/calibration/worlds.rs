//! Whether the calibration works: simulation-based calibration on worlds of our own.
//!
//! Truths are drawn from the prior, data simulated by the model with its errors, and each is fitted as history would be. The
//! trend is not cut here: a posterior that leaves data out does not promise uniform ranks.

use std::path::Path;

use serde::Serialize;

use super::fit::{Fit, Model, Shown, settings};
use super::likelihood::{Likelihood, Seen};
use super::sample::{Plan, SampleError};
use sim_stats::random::{Stream, Use};
use sim_stats::ranks::{Uniformity, rank, uniformity};
use sim_stats::smc::{Point, State};

/// Bins of ranks.
const BINS: usize = 10;
/// Least worlds in a bin, on average, for a chi-square test.
const LEAST: usize = 5;

/// What the worlds say of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// Parameter, or discrepancy of a class.
    pub key: String,
    /// Ranks of the truths.
    pub ranks: Vec<f64>,
    /// How uniform they are.
    pub uniformity: Uniformity,
    /// Mean spread of the posteriors over that of the prior, in normal scores: 1 where the data say nothing.
    pub spread: f64,
}

/// What the worlds say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Worlds {
    /// Number of worlds.
    pub worlds: usize,
    /// Particles of each.
    pub particles: usize,
    /// Runs of the model in all.
    pub runs: u64,
    /// Columns whose test is below one in a hundred.
    pub suspicious: Vec<String>,
    /// By column.
    pub columns: Vec<Ranked>,
}

/// Fits `count` worlds of our own from the points of the prior. Worlds that are in the directory are not fitted again.
///
/// # Errors
/// [`SampleError`].
pub fn run(
    dir: &Path,
    plan: &Plan,
    (model, real): (&Model<'_>, &Likelihood),
    prior: &[(Point, Shown)],
    (count, particles): (usize, usize),
) -> Result<Worlds, SampleError> {
    let names = model.space.names();
    let mut ranks: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    let mut spreads = vec![0.0; names.len()];
    let mut runs = 0;
    for world in 0..count {
        let (truth, state) = fitted(dir, plan, (model, real), prior, (world, particles))?;
        runs += state.runs;
        for column in 0..names.len() {
            let scores: Vec<f64> = state.particles.iter().map(|p| p.point.scores[column]).collect();
            ranks[column].push(rank(truth.scores[column], &scores));
            spreads[column] += spread(&scores) / count as f64;
        }
    }
    let bins = (count / LEAST).clamp(2, BINS);
    let ranked = |((key, ranks), spread): ((String, Vec<f64>), f64)| Ranked {
        uniformity: uniformity(&ranks, bins),
        key,
        ranks,
        spread,
    };
    let columns: Vec<Ranked> = names.into_iter().zip(ranks).zip(spreads).map(ranked).collect();
    let bad = columns.iter().filter(|c| c.uniformity.p < 0.01).map(|c| c.key.clone()).collect();
    Ok(Worlds { worlds: count, particles, runs, suspicious: bad, columns })
}

/// The truth of a world, and what a fit makes of its data.
fn fitted(
    dir: &Path,
    plan: &Plan,
    (model, real): (&Model<'_>, &Likelihood),
    prior: &[(Point, Shown)],
    (world, particles): (usize, usize),
) -> Result<(Point, State<Shown>), SampleError> {
    let seed = plan.seed;
    let mut stream = Stream::new(seed, Use::Truth, world as u64, 0);
    // A truth without numbers is no world: the next one of the stream is.
    let (truth, shown) = loop {
        let truth = model.space.truth(&mut stream);
        if let Some(Some(shown)) = model.show(real, std::slice::from_ref(&truth))?.pop() {
            break (truth, shown);
        }
    };
    let data = real.simulated(&shown, &model.space.errors(&truth), &mut stream);
    let fit = Fit { model, likelihood: &data, seen: Seen::ALL };
    let settings = settings(particles, None, seed.wrapping_add(1 + world as u64));
    let state = fit.run((dir, &format!("world-{world:04}")), plan, prior, &settings)?;
    Ok((truth, state))
}

fn spread(scores: &[f64]) -> f64 {
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    (scores.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests;
