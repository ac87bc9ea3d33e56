//! Monte Carlo: paired replicates of several scenarios on all cores.
//!
//! Invariant: a replicate is a pure function of seed and number, and results are gathered in the order of
//! replicates, never of arrival; threads change nothing but the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use sim_core::calendar::Quarter;
use sim_core::draws::Draws;
use sim_core::ledger::Imbalance;
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::scenario::param::Parameters;
use sim_core::simulate::Run;
use sim_core::world::setup::{Setup, SetupError};
use sim_core::world::structure::Structure;

use crate::priors;

/// Replicates that are run and written together. Fixed: files may not depend on the number of threads.
pub const BATCH: usize = 20;

/// What is run.
#[derive(Debug)]
pub struct Design {
    /// Scenarios; the first is the baseline of all differences.
    pub scenarios: Vec<Arc<Scenario>>,
    /// Number of replicates.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// Suppliers reported by name.
    pub watch: Watch,
    /// Structure of each scenario's tables; one for all where the tables agree.
    structures: Vec<Arc<Structure>>,
    /// If a scenario's base year is the baseline's but for its parameters: the first quarter in which the two
    /// can differ.
    parts: Vec<Option<usize>>,
    /// A scenario as which all begin, and the number of quarters that they do.
    trunk: Option<(Arc<Scenario>, usize)>,
}

/// One replicate: the same draw in every scenario.
#[derive(Debug, Clone)]
pub struct Replicate {
    /// Parameters by scenario.
    pub parameters: Vec<Parameters>,
    /// Records by scenario.
    pub records: Vec<Record>,
}

/// Why a replicate failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    /// No base year.
    #[error("replicate {replicate} of {scenario}: {source}")]
    Setup {
        /// Scenario id.
        scenario: String,
        /// Number.
        replicate: usize,
        /// Reason.
        source: SetupError,
    },
    /// Books out of balance.
    #[error("replicate {replicate} of {scenario}: {source}")]
    Books {
        /// Scenario id.
        scenario: String,
        /// Number.
        replicate: usize,
        /// Reason.
        source: Imbalance,
    },
}

impl Design {
    /// A design; `keep` says which suppliers are reported by name.
    pub fn new(
        scenarios: Vec<Arc<Scenario>>,
        replicates: usize,
        seed: u64,
        keep: impl Fn(&str) -> bool,
    ) -> Self {
        let first = Arc::clone(&scenarios[0]);
        let base = Arc::new(Structure::new(&first.tables));
        let structures = scenarios
            .iter()
            .map(|s| {
                if s.tables == first.tables {
                    Arc::clone(&base)
                } else {
                    Arc::new(Structure::new(&s.tables))
                }
            })
            .collect();
        let parts =
            scenarios.iter().map(|s| first.shares_base(s).then(|| first.parts_from(s))).collect();
        let watch = Watch::new(&base, keep);
        Self { scenarios, replicates, seed, watch, structures, parts, trunk: None }
    }

    /// Lets every scenario begin as `trunk` and go on under its own law from a quarter on.
    ///
    /// # Errors
    /// The id of a scenario whose base year or assumptions are not the trunk's, or of the trunk if the quarter is
    /// not within its time.
    pub fn branched(mut self, trunk: &Arc<Scenario>, at: Quarter) -> Result<Self, String> {
        if at < trunk.start || at > trunk.end {
            return Err(trunk.id.clone());
        }
        let stranger = self
            .scenarios
            .iter()
            .find(|s| !trunk.shares_base(s) || trunk.parameters != s.parameters);
        if let Some(stranger) = stranger {
            return Err(stranger.id.clone());
        }
        self.trunk = Some((Arc::clone(trunk), at.since(trunk.start) as usize));
        Ok(self)
    }

    /// The structure of the baseline's tables.
    pub fn structure(&self) -> &Arc<Structure> {
        &self.structures[0]
    }

    /// The base year of a scenario in a replicate.
    ///
    /// # Errors
    /// [`RunError::Setup`].
    pub fn setup(&self, scenario: usize, replicate: usize) -> Result<Setup, RunError> {
        let parameters = priors::draw(&self.scenarios[scenario], self.seed, replicate as u64);
        let draws = Draws::new(self.seed, replicate as u64);
        self.base_year(scenario, replicate, &parameters, &draws)
    }

    /// Plays a run of a scenario on, to a number of quarters or its end; `replicate` is for messages.
    ///
    /// # Errors
    /// [`RunError::Books`].
    pub fn play_on(
        &self,
        run: &mut Run,
        (scenario, replicate): (usize, usize),
        quarters: usize,
    ) -> Result<(), RunError> {
        let draws = Draws::new(self.seed, replicate as u64);
        self.play(run, (scenario, replicate), quarters, &draws)
    }

    fn base_year(
        &self,
        scenario: usize,
        replicate: usize,
        parameters: &Parameters,
        draws: &Draws,
    ) -> Result<Setup, RunError> {
        let s = &self.scenarios[scenario];
        Setup::new(&self.structures[scenario], s, *parameters, draws)
            .map_err(|source| RunError::Setup { scenario: s.id.clone(), replicate, source })
    }

    /// Runs one replicate of all scenarios.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn replicate(&self, replicate: usize) -> Result<Replicate, RunError> {
        let draws = Draws::new(self.seed, replicate as u64);
        self.pair(replicate, &draws, |s| priors::draw(s, self.seed, replicate as u64))
    }

    /// Runs all scenarios with the same draws of events and with parameters by scenario; `replicate` is for
    /// messages. Scenarios whose base year is the baseline's share its set-up, and its history until they part.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn pair(
        &self,
        replicate: usize,
        draws: &Draws,
        parameters: impl Fn(&Scenario) -> Parameters,
    ) -> Result<Replicate, RunError> {
        let drawn: Vec<Parameters> = self.scenarios.iter().map(|s| parameters(s)).collect();
        let base = Arc::new(self.base_year(0, replicate, &drawn[0], draws)?);
        let mut records: Vec<Option<Record>> = vec![None; self.scenarios.len()];
        let mut trunk = Run::new(&base, self.trunk.as_ref().map_or(&self.scenarios[0], |t| &t.0));
        for (i, from) in self.branches(&drawn) {
            self.play(&mut trunk, (i, replicate), from, draws)?;
            let mut branch = trunk.under(&self.scenarios[i]);
            self.play(&mut branch, (i, replicate), usize::MAX, draws)?;
            records[i] = Some(branch.record);
        }
        for (i, record) in records.iter_mut().enumerate().filter(|(_, record)| record.is_none()) {
            let setup = Arc::new(self.base_year(i, replicate, &drawn[i], draws)?);
            let mut run = Run::new(&setup, &self.scenarios[i]);
            self.play(&mut run, (i, replicate), usize::MAX, draws)?;
            *record = Some(run.record);
        }
        Ok(Replicate { parameters: drawn, records: records.into_iter().flatten().collect() })
    }

    /// Scenarios that share the baseline's base year, with the quarter until which they share a history, in the
    /// order of these quarters. The baseline itself parts from nobody.
    fn branches(&self, drawn: &[Parameters]) -> Vec<(usize, usize)> {
        let shared = |i: &usize| self.parts[*i].is_some() && drawn[*i] == drawn[0];
        let mut branches: Vec<(usize, usize)> = (0..drawn.len())
            .filter(shared)
            .map(|i| {
                let from = self.trunk.as_ref().map_or(self.parts[i].unwrap_or(0), |trunk| trunk.1);
                (i, from)
            })
            .collect();
        branches.sort_by_key(|(_, from)| *from);
        branches
    }

    /// Plays a run on; `whose` is a scenario and the replicate, for messages.
    fn play(
        &self,
        run: &mut Run,
        whose: (usize, usize),
        quarters: usize,
        draws: &Draws,
    ) -> Result<(), RunError> {
        run.play(quarters, draws, &self.watch).map_err(|source| RunError::Books {
            scenario: self.scenarios[whose.0].id.clone(),
            replicate: whose.1,
            source,
        })
    }

    /// Runs all replicates in batches, on the current rayon pool. `done` gets each batch in order; it may
    /// stop the experiment by an error. `stop` is looked at before each batch.
    ///
    /// # Errors
    /// The first replicate's error in the order of replicates, or `done`'s.
    pub fn run<E: From<RunError>>(
        &self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
        done: impl FnMut(usize, Vec<Replicate>) -> Result<(), E>,
    ) -> Result<usize, E> {
        self.batches(stop, tick, |replicate| self.replicate(replicate), done)
    }

    /// As [`Design::run`], with another way to play a replicate.
    ///
    /// # Errors
    /// The first replicate's error in the order of replicates, or `done`'s.
    pub fn batches<T: Send, E: From<RunError>>(
        &self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
        play: impl Fn(usize) -> Result<T, RunError> + Sync,
        mut done: impl FnMut(usize, Vec<T>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut first = 0;
        while first < self.replicates && !stop.load(Ordering::Relaxed) {
            let last = (first + BATCH).min(self.replicates);
            let batch: Vec<Result<T, RunError>> = (first..last)
                .into_par_iter()
                .map(|r| {
                    let replicate = play(r);
                    tick();
                    replicate
                })
                .collect();
            let batch = batch.into_iter().collect::<Result<Vec<_>, _>>()?;
            done(first, batch)?;
            first = last;
        }
        Ok(first)
    }
}
