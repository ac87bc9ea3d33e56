//! Tempered sequential Monte Carlo: particles go from a prior to a posterior by steps that adapt themselves.
//!
//! The path is `π_β(z) ∝ N(z; 0, 1) L(z)^β` from `β = 0` to 1. A step
//!
//! 1. chooses the next `β` so that the effective sample size of the weights `L^{Δβ}` is a given part of the particles;
//! 2. resamples systematically;
//! 3. moves every particle by Metropolis–Hastings until nearly all have moved.
//!
//! Coordinates are normal scores: `Φ(z)` is the place in the unit cube at which a prior is read, so there is no bound to
//! step over. Proposals are `z' = μ + √(1 − s²)(z − μ) + s L ξ` with mean and covariance of the particles: they leave
//! `N(μ, C)` as it is, so directions of which the data say nothing accept any step, and `s = 1` is an independent draw.
//! `s` goes after an acceptance of 0.3.
//!
//! A particle has a number of its own, its *luck*, that decides whatever the model draws at random. Posterior and luck are sampled
//! together; a part of the proposals changes the luck alone.
//!
//! Columns of which the model knows nothing, such as the scales of errors, are *silent*: they are moved without running it.
//!
//! A column that is *cut* keeps its prior, whatever the data say of it: particles are resampled within equal strata of it and
//! never moved along it, and all others are fitted given its value (Plummer 2015, Statistics and Computing 25, on cuts).
//!
//! Invariant: a random number has the address (seed, step, sweep, particle), so neither the order nor the place of runs changes a bit.
//!
//! References: Chopin (2002), Biometrika 89; Del Moral, Doucet & Jasra (2006), JRSS B 68; Cotter, Roberts, Stuart & White (2013),
//! Statistical Science 28, and Rudolf & Sprungk (2018), Foundations of Computational Mathematics 18, on the proposals.

mod moves;
mod weights;

use serde::{Deserialize, Serialize};

use crate::normal::normal_cdf;

pub use weights::effective;

/// A place in the space of all that is sampled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Normal scores, a column each.
    pub scores: Vec<f64>,
    /// What decides all that the model draws at random.
    pub luck: u64,
}

impl Point {
    /// The coordinate of a column in the open unit interval.
    pub fn unit(&self, column: usize) -> f64 {
        // Beyond eight standard deviations the distribution function is 1 to the last bit.
        normal_cdf(self.scores[column]).clamp(1e-15, 1.0 - 1e-15)
    }
}

/// What is fitted.
pub trait Posterior {
    /// What the model shows of a point.
    type Shown: Clone;
    /// Why a run failed.
    type Error;

    /// Columns of which the model knows nothing, ascending.
    fn silent(&self) -> &[usize];

    /// Runs the model at many points, in any order; results in the order of the points.
    ///
    /// # Errors
    /// A run's.
    fn show(&self, points: &[Point]) -> Result<Vec<Self::Shown>, Self::Error>;

    /// Logarithm of the likelihood; minus infinity where the data are impossible.
    fn log_likelihood(&self, point: &Point, shown: &Self::Shown) -> f64;
}

/// How it is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Number of particles.
    pub particles: usize,
    /// Effective sample size of a step over the number of particles, between 0 and 1.
    pub effective: f64,
    /// Most sweeps of moves in a step; the last step has twelve at least.
    pub sweeps: usize,
    /// Column that is cut, and the number of its strata.
    pub cut: Option<(usize, usize)>,
    /// Seed.
    pub seed: u64,
}

/// A particle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Particle<S> {
    /// Where it is.
    pub point: Point,
    /// What the model shows there.
    pub shown: S,
    /// Logarithm of the likelihood there.
    pub log_likelihood: f64,
}

/// What happened in a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Power of the likelihood that it reached.
    pub temperature: f64,
    /// Effective sample size of its weights.
    pub effective: f64,
    /// Sweeps of moves.
    pub sweeps: usize,
    /// Part of the proposals that were accepted.
    pub accepted: f64,
    /// Part of the particles that moved at all.
    pub moved: f64,
    /// Size of the proposals at its end.
    pub size: f64,
}

/// Particles on their way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State<S> {
    /// Particles, equally weighted at the temperature.
    pub particles: Vec<Particle<S>>,
    /// Power of the likelihood, 0 to 1.
    pub temperature: f64,
    /// Size of proposals.
    pub size: f64,
    /// Runs of the model since the start.
    pub runs: u64,
    /// Logarithm of the evidence, `ln ∫ L dπ`, as the steps' mean weights give it; without meaning under a cut.
    pub evidence: f64,
    /// Steps so far.
    pub steps: Vec<Step>,
}

impl<S: Clone> State<S> {
    /// Points of the prior. There may be more of them than particles: the first step takes its particles from all.
    pub fn start<P: Posterior<Shown = S>>(posterior: &P, drawn: Vec<(Point, S)>) -> Self {
        let particle = |(point, shown): (Point, S)| {
            let log_likelihood = posterior.log_likelihood(&point, &shown);
            Particle { point, shown, log_likelihood }
        };
        Self {
            particles: drawn.into_iter().map(particle).collect(),
            temperature: 0.0,
            size: 1.0,
            runs: 0,
            evidence: 0.0,
            steps: Vec::new(),
        }
    }

    /// Whether it has arrived at the posterior.
    pub fn done(&self) -> bool {
        self.temperature >= 1.0
    }

    /// Goes one step on.
    ///
    /// # Errors
    /// A run's; the state is then as before the step.
    pub fn step<P: Posterior<Shown = S>>(
        &mut self,
        posterior: &P,
        settings: &Settings,
    ) -> Result<(), P::Error> {
        let values: Vec<f64> = self.particles.iter().map(|p| p.log_likelihood).collect();
        let strata = self.strata(settings);
        let wanted = settings.effective * settings.particles.min(values.len()) as f64;
        let rise = weights::rise(&values, &strata, wanted, 1.0 - self.temperature);
        let temperature =
            if self.temperature + rise > 1.0 - 1e-12 { 1.0 } else { self.temperature + rise };
        let (weights, mean) = weights::normalised(&values, &strata, rise);
        let number = self.steps.len() as u64;
        let kept =
            weights::resample(&weights, &strata, settings.particles, (settings.seed, number));
        let particles = kept.into_iter().map(|i| self.particles[i].clone()).collect();
        let mut next =
            moves::Sweep { particles, temperature, size: self.size, step: number, runs: 0 };
        let (sweeps, accepted, moved) = next.until_moved(posterior, settings)?;
        let effective = effective(&weights);
        let moves::Sweep { particles, size, runs, .. } = next;
        self.particles = particles;
        self.temperature = temperature;
        self.size = size;
        self.runs += runs;
        self.evidence += mean;
        self.steps.push(Step { temperature, effective, sweeps, accepted, moved, size });
        Ok(())
    }

    /// Steps to the end.
    ///
    /// # Errors
    /// A run's.
    pub fn finish<P: Posterior<Shown = S>>(
        &mut self,
        posterior: &P,
        settings: &Settings,
    ) -> Result<(), P::Error> {
        while !self.done() {
            self.step(posterior, settings)?;
        }
        Ok(())
    }

    /// Coordinates of a column over the particles.
    pub fn column(&self, column: usize) -> Vec<f64> {
        self.particles.iter().map(|particle| particle.point.unit(column)).collect()
    }

    /// The stratum of each particle.
    fn strata(&self, settings: &Settings) -> Vec<usize> {
        let Some((column, count)) = settings.cut else { return vec![0; self.particles.len()] };
        let of = |p: &Particle<S>| ((p.point.unit(column) * count as f64) as usize).min(count - 1);
        self.particles.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests;
