//! Moves: Metropolis–Hastings at one temperature.

use super::{Particle, Point, Posterior, Settings};
use crate::gauss::Gauss;
use crate::normal::normal_quantile;
use crate::random::{Stream, Use};

/// Acceptance that the size of proposals goes after.
const WANTED: f64 = 0.3;
/// Least size of a proposal.
const LEAST: f64 = 0.02;
/// Sweeps begin anew until this part of the particles has moved.
const ENOUGH: f64 = 0.95;
/// Least sweeps of a step, and of the last one, after which nothing makes up for particles that are still too near each other.
const FEWEST: usize = 2;
const FEWEST_AT_THE_END: usize = 12;
/// Part of the proposals that change the luck alone.
const LUCK: f64 = 0.2;
/// Moves of the silent columns in a sweep: they cost no run.
const SILENT: usize = 6;
/// Numbers of a sweep stand apart from those of any other.
const SWEEPS: u64 = 1 << 20;

/// Particles between two temperatures.
pub(super) struct Sweep<S> {
    pub(super) particles: Vec<Particle<S>>,
    pub(super) temperature: f64,
    pub(super) size: f64,
    pub(super) step: u64,
    pub(super) runs: u64,
}

/// Columns that move together, and the law that leads them.
struct Block {
    columns: Vec<usize>,
    law: Gauss,
}

/// A proposal, and what speaks for it beside the likelihood.
struct Proposal {
    point: Point,
    /// Logarithm of prior over proposal there, less the same here.
    gain: f64,
    /// Logarithm of the uniform number that decides.
    lot: f64,
    /// Whether it follows the law of the particles.
    guided: bool,
}

impl<S: Clone> Sweep<S> {
    /// Sweeps until nearly all particles have moved. Gives the sweeps, the part of proposals that was accepted, and the
    /// part of the particles that moved.
    pub(super) fn until_moved<P: Posterior<Shown = S>>(
        &mut self,
        posterior: &P,
        settings: &Settings,
    ) -> Result<(usize, f64, f64), P::Error> {
        let count = self.particles.len() as f64;
        let mut moved = vec![false; self.particles.len()];
        let laws = self.laws(posterior, settings);
        let end = self.temperature >= 1.0;
        let fewest = if end { FEWEST_AT_THE_END } else { FEWEST };
        let most = settings.sweeps.max(fewest);
        let (mut sweeps, mut accepted) = (0, 0.0);
        loop {
            accepted += self.sweep(posterior, &laws, (settings.seed, sweeps as u64), &mut moved)?;
            sweeps += 1;
            let part = moved.iter().filter(|moved| **moved).count() as f64 / count;
            if sweeps >= most || (sweeps >= fewest && part >= ENOUGH) {
                return Ok((sweeps, accepted / (sweeps as f64 * count), part));
            }
        }
    }

    /// The laws from which a step proposes: of the particles as they are when it begins. A law that followed the particles would
    /// follow each one's own move, too, and no longer lead to the posterior: in 40 dimensions 400 particles lost a tenth
    /// of their variance by it.
    fn laws<P: Posterior<Shown = S>>(&self, posterior: &P, settings: &Settings) -> [Block; 2] {
        let silent = posterior.silent();
        let cut = settings.cut.map(|(column, _)| column);
        let all = self.particles.first().map_or(0, |p| p.point.scores.len());
        let loud: Vec<usize> =
            (0..all).filter(|c| !silent.contains(c) && Some(*c) != cut).collect();
        [loud, silent.to_vec()]
            .map(|columns| Block { law: Gauss::of(&self.rows(&columns)), columns })
    }

    /// One proposal to every particle; gives the number that were accepted.
    fn sweep<P: Posterior<Shown = S>>(
        &mut self,
        posterior: &P,
        [loud, silent]: &[Block; 2],
        (seed, sweep): (u64, u64),
        moved: &mut [bool],
    ) -> Result<f64, P::Error> {
        let address = self.step * SWEEPS + sweep;
        let proposals: Vec<Proposal> = (self.particles.iter().enumerate())
            .map(|(i, particle)| {
                let stream = Stream::new(seed, Use::Moves, address, i as u64);
                propose(&particle.point, loud, self.size, stream)
            })
            .collect();
        let points: Vec<Point> = proposals.iter().map(|p| p.point.clone()).collect();
        let shown = posterior.show(&points)?;
        self.runs += points.len() as u64;
        let (mut tried, mut taken, mut all_taken) = (0.0, 0.0, 0.0);
        for (i, (proposal, shown)) in proposals.into_iter().zip(shown).enumerate() {
            let particle = &mut self.particles[i];
            let value = posterior.log_likelihood(&proposal.point, &shown);
            let here = particle.log_likelihood;
            let better =
                if value == f64::NEG_INFINITY { value } else { self.temperature * (value - here) };
            let accept = proposal.lot < better + proposal.gain;
            if accept {
                moved[i] |= proposal.guided;
                *particle = Particle { point: proposal.point, shown, log_likelihood: value };
                all_taken += 1.0;
            }
            if proposal.guided {
                tried += 1.0;
                taken += f64::from(u8::from(accept));
            }
        }
        if tried > 0.0 {
            self.size = (self.size * libm::exp(taken / tried - WANTED)).clamp(LEAST, 1.0);
        }
        self.silent(posterior, silent, (seed, address));
        Ok(all_taken)
    }

    /// Moves the columns of which the model knows nothing, given what it shows.
    fn silent<P: Posterior<Shown = S>>(
        &mut self,
        posterior: &P,
        block: &Block,
        (seed, address): (u64, u64),
    ) {
        if block.columns.is_empty() {
            return;
        }
        for (i, particle) in self.particles.iter_mut().enumerate() {
            let mut stream = Stream::new(seed, Use::SilentMoves, address, i as u64);
            for turn in 0..SILENT {
                // Near and far in turn: a posterior that is no normal needs both.
                let size = if turn % 2 == 0 { 0.9 } else { 0.4 };
                let (point, gain) = neighbour(&particle.point, block, size, &mut stream);
                let value = posterior.log_likelihood(&point, &particle.shown);
                let better = self.temperature * (value - particle.log_likelihood);
                if libm::log(stream.unit()) < better + gain {
                    particle.point = point;
                    particle.log_likelihood = value;
                }
            }
        }
    }

    fn rows(&self, columns: &[usize]) -> Vec<Vec<f64>> {
        let row = |p: &Particle<S>| columns.iter().map(|c| p.point.scores[*c]).collect();
        self.particles.iter().map(row).collect()
    }
}

fn propose(here: &Point, loud: &Block, size: f64, mut stream: Stream) -> Proposal {
    let guided = stream.unit() >= LUCK;
    let (point, gain) = if guided {
        neighbour(here, loud, size, &mut stream)
    } else {
        // Replicates are numbered in 32 bits.
        (Point { luck: stream.bits() >> 32, ..here.clone() }, 0.0)
    };
    Proposal { point, gain, lot: libm::log(stream.unit()), guided }
}

/// A neighbour in some columns, with the logarithm of prior over proposal there less the same here.
fn neighbour(here: &Point, block: &Block, size: f64, stream: &mut Stream) -> (Point, f64) {
    let Block { columns, law } = block;
    let mine: Vec<f64> = columns.iter().map(|c| here.scores[*c]).collect();
    let standard: Vec<f64> = columns.iter().map(|_| normal_quantile(stream.unit())).collect();
    let there = law.neighbour(&mine, size, &standard);
    let prior = |z: &[f64]| -0.5 * z.iter().map(|x| x * x).sum::<f64>();
    let gain = prior(&there) - law.log_density(&there) - (prior(&mine) - law.log_density(&mine));
    let mut point = here.clone();
    for (column, z) in columns.iter().zip(there) {
        point.scores[*column] = z;
    }
    (point, gain)
}
