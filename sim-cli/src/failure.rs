//! Why the command failed, and the exit code that says so.

use sim_charts::ChartError;
use sim_core::scenario::plain::printable;
use sim_core::scenario::problem::Problems;
use sim_lab::brief::BriefError;
use sim_lab::coalitions::AttributionError;
use sim_lab::comparison::ComparisonError;
use sim_lab::experiment::RunError;
use sim_lab::hindcast::asked::HindcastError;
use sim_lab::store::StoreError;
use sim_lab::sweep::SweepError;

use crate::wrap::wrapped;
use crate::{events, report};

/// Exit code after Ctrl-C.
const INTERRUPTED: u8 = 130;

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
    /// A sweep's plan or parts are not what they should be, or are not all there.
    Check(String),
    /// A sweep was stopped by Ctrl-C; it can go on from its directory.
    Paused { directory: String, done: usize, wanted: usize },
    /// A word of the command line that means nothing.
    Usage(String),
    /// Anything else, in words.
    Other(String),
    /// Stopped by Ctrl-C after this many of so many replicates; results so far are in the directory.
    Interrupted { done: usize, wanted: usize },
    /// Stopped by Ctrl-C: what of the work is kept, and how to go on.
    Stopped(String),
}

impl Failure {
    /// Exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Scenario(_) => 3,
            Self::Run(_) | Self::Store(_) | Self::Chart(_) | Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::Check(_) => 4,
            Self::Interrupted { .. } | Self::Paused { .. } | Self::Stopped(_) => INTERRUPTED,
        }
    }

    /// The failure as events: each problem with a file, then the end.
    pub(crate) fn print_events(&self) {
        let message = match self {
            Self::Scenario(problems) => {
                for p in &problems.0 {
                    let severity = p.severity.as_str();
                    events::print(
                        "problem",
                        &serde_json::json!({
                            "severity": severity, "code": p.code.as_str(), "file": p.file, "line": p.line,
                            "column": p.column, "message": p.message, "help": p.help,
                        }),
                    );
                }
                format!("{} problems", problems.0.len())
            }
            other => other.message(),
        };
        let end = serde_json::json!({ "exit": self.code(), "message": message });
        events::print("failed", &end);
    }

    /// What the user reads, within 80 columns.
    pub(crate) fn report(&self, colour: bool) -> String {
        if let Self::Scenario(problems) = self {
            return report::render(&problems.0, colour);
        }
        let before = if self.code() == INTERRUPTED { "interrupted: " } else { "error: " };
        let message = self.message();
        let message = printable(&message);
        let lines = message.lines().enumerate().map(|(i, line)| match i {
            0 => wrapped(before, line),
            // A line that is indented is a command to copy: it stays whole.
            _ if line.starts_with(' ') => line.to_owned(),
            _ => wrapped(&" ".repeat(before.len()), line),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Why, in words.
    fn message(&self) -> String {
        match self {
            Self::Scenario(problems) => report::render(&problems.0, false),
            Self::Run(error) => format!("failed to run: {error}"),
            Self::Store(error @ StoreError::OtherKind { .. }) => error.to_string(),
            Self::Store(error) => format!("failed to read or write {error}"),
            Self::Chart(error) => format!("failed to draw: {error}"),
            Self::Other(message)
            | Self::Check(message)
            | Self::Usage(message)
            | Self::Stopped(message) => message.clone(),
            Self::Paused { directory, done, wanted } => format!(
                "{done} of {wanted} replicates are in {directory}; go on with\n  \
                 chokepoint resume {directory}"
            ),
            Self::Interrupted { done: 0, .. } => {
                "no replicate was finished, and nothing was kept".to_owned()
            }
            Self::Interrupted { done, wanted } => format!(
                "{done} of {wanted} replicates are in the run directory; the same command \
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

impl From<ComparisonError> for Failure {
    fn from(error: ComparisonError) -> Self {
        match error {
            ComparisonError::Problems(problems) => Self::Scenario(problems),
            ComparisonError::Run(error) => Self::Run(error),
            ComparisonError::Store(error) => Self::Store(error),
            ComparisonError::Brief(error) => error.into(),
            ComparisonError::Unused { .. } => Self::Usage(error.to_string()),
            ComparisonError::Unfit(_)
            | ComparisonError::Row(_)
            | ComparisonError::TooLarge(_)
            | ComparisonError::Nothing => Self::Other(error.to_string()),
        }
    }
}

impl From<AttributionError> for Failure {
    fn from(error: AttributionError) -> Self {
        match error {
            AttributionError::Run(error) => Self::Run(error),
            AttributionError::Branch { .. } => Self::Other(error.to_string()),
        }
    }
}

impl From<BriefError> for Failure {
    fn from(error: BriefError) -> Self {
        match error {
            BriefError::Chart(error) => Self::Chart(error),
            BriefError::Store(error) => Self::Store(error),
            BriefError::Template(_) => Self::Other(error.to_string()),
        }
    }
}

impl From<HindcastError> for Failure {
    fn from(error: HindcastError) -> Self {
        match error {
            HindcastError::Problems(problems) => Self::Scenario(problems),
            HindcastError::Run(error) => Self::Run(error),
            HindcastError::Unfit(_) | HindcastError::Stopped => Self::Other(error.to_string()),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Problems(problems) => Self::Scenario(problems),
            SweepError::Run(error) => Self::Run(error),
            SweepError::Store(error) => Self::Store(error),
            error @ (SweepError::Plan { .. }
            | SweepError::Part { .. }
            | SweepError::Less { .. }
            | SweepError::Missing { .. }) => Self::Check(error.to_string()),
        }
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
