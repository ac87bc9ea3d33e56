//! Failures as Python exceptions. The classes are Python's own, in `chokepoint/_errors.py`.
//!
//! Invariant: every failure of the library becomes an exception of the package, never a panic.

use std::sync::Mutex;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use sim_charts::ChartError;
use sim_core::scenario::problem::Problems;
use sim_lab::comparison::ComparisonError;
use sim_lab::experiment::RunError;
use sim_lab::hindcast::asked::HindcastError;
use sim_lab::store::{StoreError, takeover};
use sim_lab::sweep::SweepError;

/// Why something failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Scenario or experiment files have problems: `ScenarioError`.
    Problems(Problems),
    /// An argument that makes no sense: `ValueError`.
    Argument(String),
    /// A run failed: `RunError`.
    Run(String),
    /// A run directory is not what it should be: `StoreError`.
    Store(String),
    /// Stopped before anything was finished; the interrupt is raised instead.
    Stopped,
}

impl Failure {
    /// The exception.
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        let made = match self {
            Self::Problems(problems) => scenario_error(py, &problems),
            Self::Argument(message) => return PyValueError::new_err(message),
            Self::Run(message) => exception(py, "RunError", message),
            Self::Store(message) => exception(py, "StoreError", message),
            Self::Stopped => exception(py, "RunError", "stopped: nothing was kept".to_owned()),
        };
        made.unwrap_or_else(|error| error)
    }
}

fn exception(py: Python<'_>, class: &str, message: String) -> PyResult<PyErr> {
    let class = py.import("chokepoint._errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call1((message,))?))
}

fn scenario_error(py: Python<'_>, problems: &Problems) -> PyResult<PyErr> {
    let module = py.import("chokepoint._errors")?;
    let list = problems_list(py, &problems.0)?;
    Ok(PyErr::from_value(module.getattr("ScenarioError")?.call1((list,))?))
}

/// Warns of what stops nothing, with the category of the package and the place of the caller. Whoever turns warnings
/// into exceptions gets one.
pub(crate) fn warn(py: Python<'_>, words: &str) -> PyResult<()> {
    let category = py.import("chokepoint._errors")?.getattr("ChokepointWarning")?;
    // Rust has no frames: the next one up is the caller's.
    py.import("warnings")?.getattr("warn")?.call1((words, category, 1)).map(|_| ())
}

/// Warns of problems with files that stop nothing.
pub(crate) fn warn_of(
    py: Python<'_>,
    problems: &[sim_core::scenario::problem::Problem],
) -> PyResult<()> {
    for problem in problems_list(py, problems)? {
        warn(py, &problem.str()?.to_string_lossy())?;
    }
    Ok(())
}

/// Warns that something is taken over from a process that crashed.
pub(crate) fn warn_taken_over(
    py: Python<'_>,
    path: &std::path::Path,
    before: Option<&str>,
) -> PyResult<()> {
    before.map_or(Ok(()), |before| warn(py, &takeover(path.display(), before)))
}

/// Words to warn of that threads without Python come upon.
#[derive(Default)]
pub(crate) struct Told(Mutex<Vec<String>>);

impl Told {
    /// Keeps words for later.
    pub(crate) fn say(&self, words: String) {
        if let Ok(mut all) = self.0.lock() {
            all.push(words);
        }
    }

    /// Warns of all that was said.
    pub(crate) fn warn(self, py: Python<'_>) -> PyResult<()> {
        self.0.into_inner().unwrap_or_default().iter().try_for_each(|words| warn(py, words))
    }
}

/// Problems as objects of Python.
pub(crate) fn problems_list<'py>(
    py: Python<'py>,
    problems: &[sim_core::scenario::problem::Problem],
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let class = py.import("chokepoint._errors")?.getattr("Problem")?;
    let one = |p: &sim_core::scenario::problem::Problem| {
        let severity = p.severity.as_str();
        let words = (severity, p.code.as_str(), &p.file, p.line, p.column, &p.message, &p.help);
        class.call1((words.0, words.1, words.2, words.3, words.4, words.5, words.6, &p.excerpt))
    };
    problems.iter().map(one).collect()
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<ChartError> for Failure {
    fn from(error: ChartError) -> Self {
        Self::Argument(error.to_string())
    }
}

impl From<ComparisonError> for Failure {
    fn from(error: ComparisonError) -> Self {
        match error {
            ComparisonError::Problems(problems) => Self::Problems(problems),
            ComparisonError::Run(error) => error.into(),
            ComparisonError::Store(error) => error.into(),
            ComparisonError::Brief(error) => Self::Run(error.to_string()),
            ComparisonError::Nothing => Self::Stopped,
            ComparisonError::Unused { .. }
            | ComparisonError::Unfit(_)
            | ComparisonError::Row(_)
            | ComparisonError::TooLarge(_) => Self::Argument(error.to_string()),
        }
    }
}

impl From<HindcastError> for Failure {
    fn from(error: HindcastError) -> Self {
        match error {
            HindcastError::Problems(problems) => Self::Problems(problems),
            HindcastError::Run(error) => error.into(),
            HindcastError::Unfit(message) => Self::Argument(message),
            HindcastError::Stopped => Self::Stopped,
        }
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Problems(problems) => Self::Problems(problems),
            SweepError::Run(error) => error.into(),
            SweepError::Store(error) => error.into(),
            error @ (SweepError::Plan { .. }
            | SweepError::Less { .. }
            | SweepError::Part { .. }
            | SweepError::Missing { .. }) => Self::Store(error.to_string()),
        }
    }
}

/// A file that cannot be read or written.
pub(crate) fn os_error(path: &std::path::Path, error: &std::io::Error) -> PyErr {
    PyOSError::new_err(format!("{}: {error}", path.display()))
}
