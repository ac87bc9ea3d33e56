//! A fit: particles of the prior on their way to what history does not rule out.
//!
//! A fit that was stopped goes on from its last step, to the same bytes: what it has is written after every step, under
//! a seal of all that it depends on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sim_core::draws::Draws;
use sim_core::scenario::panel::Panel;

use super::likelihood::{Likelihood, Seen};
use super::sample::{Plan, Sample, SampleError};
use super::space::Space;
use crate::experiment::{Design, RunError};
use crate::hindcast::Observer;
use crate::library::sha256;
use crate::store::{disk, write_whole};
use sim_stats::smc::{Point, Posterior, Settings, State};

/// What a run shows of the targets; nothing where it has no number for one of them, or no base year.
pub type Shown = Option<Vec<f64>>;
/// Strata of the parameter that is cut.
const STRATA: usize = 10;
/// Effective sample size of a step over the number of particles.
const EFFECTIVE: f64 = 0.5;
/// Most sweeps of moves in a step.
const SWEEPS: usize = 8;

/// How a fit is sampled; the column of `cut` keeps its prior.
pub fn settings(particles: usize, cut: Option<usize>, seed: u64) -> Settings {
    let cut = cut.map(|column| (column, STRATA));
    Settings { particles, effective: EFFECTIVE, sweeps: SWEEPS, cut, seed }
}

/// The model, ready to be run at any point.
pub struct Model<'a> {
    /// History to the year that is fitted, without luck.
    pub design: &'a Design,
    /// What a statistic would show of it.
    pub observer: &'a Observer,
    /// Figures of firms and markets.
    pub panel: &'a Arc<Panel>,
    /// Columns.
    pub space: &'a Space,
    /// Asked before each sweep whether to stop.
    pub stop: &'a AtomicBool,
    /// Called after each run.
    pub tick: &'a (dyn Fn() + Sync),
}

/// The model against data.
pub struct Fit<'a> {
    /// The model.
    pub model: &'a Model<'a>,
    /// The data.
    pub likelihood: &'a Likelihood,
    /// What of them is looked at.
    pub seen: Seen,
}

/// What a stopped or finished fit leaves behind.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Hash of all that it depends on.
    about: String,
    state: State<Shown>,
}

impl Model<'_> {
    /// Runs a point. A point without a base year shows nothing: the priors reach there, history does not.
    fn run(&self, likelihood: &Likelihood, point: &Point) -> Result<Shown, RunError> {
        let draws = Draws::new(self.design.seed, point.luck);
        let parameters = self.space.parameters(point);
        let played = match self.design.pair(point.luck as usize, &draws, |_| parameters) {
            Err(RunError::Setup { .. }) => return Ok(None),
            other => other?,
        };
        (self.tick)();
        Ok(likelihood.shown(&self.observer.observe(&played.records[0]), self.panel))
    }

    /// Runs points on the current pool of threads.
    ///
    /// # Errors
    /// [`SampleError::Run`], [`SampleError::Stopped`].
    pub fn show(
        &self,
        likelihood: &Likelihood,
        points: &[Point],
    ) -> Result<Vec<Shown>, SampleError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(SampleError::Stopped(0));
        }
        let run = |point| self.run(likelihood, point);
        let shown: Result<Vec<Shown>, RunError> = points.par_iter().map(run).collect();
        Ok(shown?)
    }

    /// The points of the prior that a sample has run, with what it showed.
    pub fn prior(
        &self,
        likelihood: &Likelihood,
        sample: &Sample,
        seed: u64,
    ) -> Vec<(Point, Shown)> {
        let point = |(number, of): (usize, &crate::hindcast::Observation)| {
            (self.space.of_sequence(seed, number as u64), likelihood.shown(of, self.panel))
        };
        sample.draws.iter().enumerate().map(point).collect()
    }
}

impl Posterior for Fit<'_> {
    type Shown = Shown;
    type Error = SampleError;

    fn silent(&self) -> &[usize] {
        &self.model.space.silent
    }

    fn show(&self, points: &[Point]) -> Result<Vec<Shown>, SampleError> {
        self.model.show(self.likelihood, points)
    }

    fn log_likelihood(&self, point: &Point, shown: &Shown) -> f64 {
        let errors = self.model.space.errors(point);
        shown
            .as_ref()
            .map_or(f64::NEG_INFINITY, |shown| self.likelihood.log(shown, &errors, &self.seen))
    }
}

impl Fit<'_> {
    /// Fits, or goes on with what is kept under a name in a directory.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn run(
        &self,
        (dir, name): (&Path, &str),
        plan: &Plan,
        prior: &[(Point, Shown)],
        settings: &Settings,
    ) -> Result<State<Shown>, SampleError> {
        let path = dir.join(format!("fit-{name}.json"));
        let about = self.about(plan, prior.len(), settings);
        let mut state = match read(&path, &about)? {
            Some(state) => state,
            None => State::start(self, prior.to_vec()),
        };
        while !state.done() {
            state.step(self, settings)?;
            let kept = Kept { about: about.clone(), state };
            let text = serde_json::to_string(&kept).map_err(|e| damaged(&path, &e.to_string()))?;
            let write =
                write_whole(&path, format!("{}\n{text}\n", sha256(text.as_bytes())).as_bytes());
            write.map_err(|source| SampleError::File { path: path.clone(), source })?;
            state = kept.state;
        }
        Ok(state)
    }

    fn about(&self, plan: &Plan, prior: usize, settings: &Settings) -> String {
        let all =
            format!("{plan:?}\n{prior}\n{settings:?}\n{:?}\n{:?}", self.seen, self.likelihood);
        sha256(all.as_bytes())
    }
}

fn damaged(path: &Path, reason: &str) -> SampleError {
    SampleError::Other { path: path.to_owned(), reason: reason.to_owned() }
}

/// What is kept of a fit; nothing if there is no such file.
fn read(path: &Path, about: &str) -> Result<Option<State<Shown>>, SampleError> {
    let text = match disk::read_text(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SampleError::File { path: path.to_owned(), source }),
    };
    let sound = text.split_once('\n').map(|(seal, rest)| (seal, rest.trim_end()));
    let sound = sound.filter(|(seal, rest)| *seal == sha256(rest.as_bytes()));
    let kept: Option<Kept> = sound.and_then(|(_, rest)| serde_json::from_str(rest).ok());
    match kept {
        None => Err(damaged(path, "is damaged: delete it")),
        Some(kept) if kept.about != about => Err(damaged(
            path,
            "holds a fit of other data, settings or another version: delete it, or name another directory with --dir",
        )),
        Some(kept) => Ok(Some(kept.state)),
    }
}
