//! Monte Carlo: paired replicates of several scenarios on all cores.
//!
//! Invariant: a replicate is a pure function of seed and number, and results are gathered in the order of
//! replicates, never of arrival; threads change nothing but the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use sim_core::draws::Draws;
use sim_core::ledger::Imbalance;
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::scenario::param::Parameters;
use sim_core::simulate::simulate;
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
    /// Whether each scenario's base year is the baseline's, but for its parameters.
    shares_base: Vec<bool>,
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
        let shares_base = scenarios
            .iter()
            .map(|s| {
                s.tables == first.tables
                    && s.mechanisms == first.mechanisms
                    && s.prior_news == first.prior_news
                    && (s.start, s.end) == (first.start, first.end)
            })
            .collect();
        let watch = Watch::new(&base, keep);
        Self { scenarios, replicates, seed, watch, structures, shares_base }
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
    /// messages. Scenarios whose base year is the baseline's share its set-up.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn pair(
        &self,
        replicate: usize,
        draws: &Draws,
        parameters: impl Fn(&Scenario) -> Parameters,
    ) -> Result<Replicate, RunError> {
        let first = parameters(&self.scenarios[0]);
        let base = Arc::new(self.base_year(0, replicate, &first, draws)?);
        let mut out = Replicate { parameters: Vec::new(), records: Vec::new() };
        for (i, scenario) in self.scenarios.iter().enumerate() {
            let parameters = parameters(scenario);
            let setup = if self.shares_base[i] && parameters == base.parameters {
                Arc::clone(&base)
            } else {
                Arc::new(self.base_year(i, replicate, &parameters, draws)?)
            };
            let record = simulate(&setup, scenario, draws, &self.watch).map_err(|source| {
                RunError::Books { scenario: scenario.id.clone(), replicate, source }
            })?;
            out.parameters.push(parameters);
            out.records.push(record);
        }
        Ok(out)
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
        mut done: impl FnMut(usize, Vec<Replicate>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut first = 0;
        while first < self.replicates && !stop.load(Ordering::Relaxed) {
            let last = (first + BATCH).min(self.replicates);
            let batch: Vec<Result<Replicate, RunError>> = (first..last)
                .into_par_iter()
                .map(|r| {
                    let replicate = self.replicate(r);
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
