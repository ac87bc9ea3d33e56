//! Why the command failed, and the exit code that says so.

use sim_core::scenario::problem::Problems;
use sim_lab::chart::ChartError;
use sim_lab::experiment::RunError;
use sim_lab::store::StoreError;

use crate::report;

/// A failed command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Scenario files have problems.
    Scenario(Problems),
    /// A run failed.
    Run(RunError),
    /// Results could not be written.
    Store(StoreError),
    /// A chart could not be drawn.
    Chart(ChartError),
    /// Anything else, in words.
    Other(String),
    /// Stopped by Ctrl-C after this many of so many replicates; results so far are in the directory.
    Interrupted { done: usize, wanted: usize },
}

impl Failure {
    /// Exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Scenario(_) => 3,
            Self::Run(_) | Self::Store(_) | Self::Chart(_) | Self::Other(_) => 1,
            Self::Interrupted { .. } => 130,
        }
    }

    /// What the user reads.
    pub(crate) fn report(&self, colour: bool) -> String {
        match self {
            Self::Scenario(problems) => report::render(&problems.0, colour),
            Self::Run(error) => format!("error: failed to run: {error}"),
            Self::Store(error) => format!("error: failed to write {error}"),
            Self::Chart(error) => format!("error: failed to draw: {error}"),
            Self::Other(message) => format!("error: {message}"),
            Self::Interrupted { done: 0, .. } => {
                "interrupted before any replicate was finished: nothing was kept".to_owned()
            }
            Self::Interrupted { done, wanted } => format!(
                "interrupted: {done} of {wanted} replicates are in the run directory; the same command \
                 with --replicates {wanted} and another --out gives the rest again with the same numbers"
            ),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Scenario(problems)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<ChartError> for Failure {
    fn from(error: ChartError) -> Self {
        Self::Chart(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
