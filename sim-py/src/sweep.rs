//! Sweeps: run here, or cut into shards for a cluster; opened, and what is asked of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pyo3::exceptions::{PyIndexError, PyKeyError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use sim_lab::figures::Swept;
use sim_lab::store::{Lock, RunDirectory};
use sim_lab::sweep as lab;
use sim_lab::sweep::{
    Changes, End, Merging, Onlooker, PLAN, Prepared, Shard, Wish, prepare, run_here,
};

use crate::arrow::Table;
use crate::errors::{Failure, Told, os_error, warn_of, warn_taken_over};
use crate::figure::{self, Figure};
use crate::overrides::overrides;
use crate::parquet;
use crate::watch::{Reporter, count, explained, pool, watched};

/// Seconds a shard aims at on this machine: what an interrupt may wait for.
const SECONDS_HERE: f64 = 10.0;
/// Seconds a shard aims at on a cluster.
const SECONDS_THERE: f64 = 60.0;

/// A merged sweep: arms (baseline, and regimes with levers) crossed with the points of a design.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug)]
pub(crate) struct Sweep {
    path: PathBuf,
    swept: Swept,
}

/// What an experiment file and keywords ask for.
struct Asked {
    file: PathBuf,
    changes: Changes,
    out: Option<PathBuf>,
}

impl Asked {
    fn new(
        file: PathBuf,
        set: Option<&Bound<'_, PyDict>>,
        size: Option<usize>,
        seed: Option<u64>,
        out: Option<PathBuf>,
        verb: &str,
    ) -> PyResult<Self> {
        let set = overrides(set, None)?;
        let mut command = vec![verb.to_owned(), file.display().to_string()];
        let mut option = |name: &str, value: Option<String>| {
            command.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        };
        option("--size", size.map(|n| n.to_string()));
        option("--seed", seed.map(|s| s.to_string()));
        for set in &set {
            option("--set", Some(set.clone()));
        }
        let changes = Changes { set, size, seed, baseline: None, until_half_width: None, command };
        Ok(Self { file, changes, out })
    }

    /// Plans the sweep, warns of what is probably not meant, and writes its directory.
    fn create(&self, py: Python<'_>, wish: Wish) -> PyResult<RunDirectory> {
        let prepared = py.detach(|| -> Result<Prepared, Failure> {
            Ok(pool(Some(1))?.install(|| prepare(&self.file, &self.changes, wish))?)
        });
        let prepared = prepared.map_err(|failure| failure.raise(py))?;
        warn_of(py, &prepared.warnings)?;
        let created = py.detach(|| prepared.create(&self.file, self.out.as_deref()));
        created.map_err(|e| Failure::from(e).raise(py))
    }
}

/// Runs an experiment file, or an experiment of `scenarios/experiments` by name, and merges it.
///
/// `size` and `seed` change its design, `set` changes keys in every arm, `max_seconds` ends the session early: `resume`
/// goes on. `out` is the directory (default: a new one in `outputs/`). An interrupt finishes the shard in flight and
/// keeps it. Tables are the command's to the last bit.
#[pyfunction]
#[pyo3(signature = (
    experiment, *, size = None, seed = None, set = None, threads = None, max_seconds = None, out = None, progress = None,
))]
#[allow(clippy::too_many_arguments)] // keywords of Python
pub(crate) fn sweep(
    py: Python<'_>,
    experiment: PathBuf,
    size: Option<usize>,
    seed: Option<u64>,
    set: Option<&Bound<'_, PyDict>>,
    threads: Option<u16>,
    max_seconds: Option<f64>,
    out: Option<PathBuf>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Sweep> {
    let asked = Asked::new(experiment, set, size, seed, out, "sweep")?;
    let wish = Wish { shard_size: None, seconds: SECONDS_HERE, threads: count(threads) };
    let directory = asked.create(py, wish)?;
    if asked.out.is_none() {
        directory.point_latest().map_err(|e| Failure::from(e).raise(py))?;
    }
    let path = directory.path.clone();
    go_on(py, &path, directory.into_lock(), threads, max_seconds, progress)
}

/// Goes on with a sweep that was interrupted, and merges it.
#[pyfunction]
#[pyo3(signature = (directory, *, threads = None, max_seconds = None, progress = None))]
pub(crate) fn resume(
    py: Python<'_>,
    directory: PathBuf,
    threads: Option<u16>,
    max_seconds: Option<f64>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Sweep> {
    if lab::finished(&directory) {
        return open_sweep(py, directory);
    }
    go_on(py, &directory, None, threads, max_seconds, progress)
}

/// Runs the shards that are missing, and merges; with the lock of whoever created the directory, or one of its own.
fn go_on(
    py: Python<'_>,
    directory: &Path,
    lock: Option<Lock>,
    threads: Option<u16>,
    max_seconds: Option<f64>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Sweep> {
    let most = max_seconds.map(Duration::try_from_secs_f64).transpose().map_err(|_| {
        Failure::Argument("max_seconds: write a number of seconds above 0".to_owned()).raise(py)
    })?;
    let opened = py.detach(|| {
        let mut sweep = lab::Sweep::open(&directory.join(PLAN))?;
        sweep.adopt(lock);
        let before = sweep.own()?.map(str::to_owned);
        Ok((sweep, before))
    });
    let (planned, before) = opened.map_err(|e: lab::SweepError| Failure::from(e).raise(py))?;
    warn_taken_over(py, directory, before.as_deref())?;
    if lab::finished(directory) {
        return open_sweep(py, directory.to_owned());
    }
    let total = planned.plan.replicates;
    let reporter = Reporter::new(py, progress)?;
    let told = Told::default();
    let ended = watched(py, total, &reporter, |watch| {
        let pool = pool(threads)?;
        let onlooker = Onlooker {
            stop: &watch.stop,
            tick: &|| watch.tick(),
            found: &|replicates| watch.found(replicates),
            say: &|_| {},
            damaged: &|shard, reason| told.say(format!("shard {shard} is run again: {reason}")),
        };
        let (end, tally) = run_here(&planned, &pool, most, &onlooker)?;
        if tally.replicates() == 0 {
            return Err(Failure::Stopped);
        }
        let partial = end != End::Complete;
        lab::merge(&planned, &Merging { partial, ..Merging::default() })?;
        Ok((end, tally.replicates()))
    });
    reporter.close(py)?;
    told.warn(py)?;
    let place = directory.display();
    match (ended.raised, ended.result) {
        (Some(raised), Ok((End::Stopped, done))) => {
            let message = format!("{done} of {total} replicates are in {place}: resume goes on");
            Err(explained(py, raised, message))
        }
        (Some(raised), _) => Err(raised),
        (None, Err(failure)) => Err(failure.raise(py)),
        (None, Ok(_)) => open_sweep(py, directory.to_owned()),
    }
}

/// Cuts an experiment into shards for a cluster; gives the path of its plan and the number of shards.
#[pyfunction]
#[pyo3(signature = (experiment, *, size = None, seed = None, set = None, shard_size = None, out = None))]
pub(crate) fn plan(
    py: Python<'_>,
    experiment: PathBuf,
    size: Option<usize>,
    seed: Option<u64>,
    set: Option<&Bound<'_, PyDict>>,
    shard_size: Option<usize>,
    out: Option<PathBuf>,
) -> PyResult<(PathBuf, usize)> {
    let asked = Asked::new(experiment, set, size, seed, out, "plan")?;
    let wish = Wish { shard_size, seconds: SECONDS_THERE, threads: 1 };
    let path = asked.create(py, wish)?.path.join(PLAN);
    let read = py.detach(|| lab::Plan::read(&path)).map_err(|e| Failure::from(e).raise(py))?;
    Ok((path, read.shards))
}

/// Runs one shard of a plan, if it is not there; on any machine that sees the plan. Gives the seconds that it took.
#[pyfunction]
#[pyo3(signature = (plan, index, *, threads = 1))]
pub(crate) fn run_shard(
    py: Python<'_>,
    plan: PathBuf,
    index: usize,
    threads: u16,
) -> PyResult<f64> {
    let opened = py.detach(|| lab::Sweep::open(&plan));
    let sweep = opened.map_err(|e| Failure::from(e).raise(py))?;
    if index >= sweep.plan.shards {
        let message =
            format!("there is no shard {index}: they go from 0 to {}", sweep.plan.shards - 1);
        return Err(PyIndexError::new_err(message));
    }
    let told = Told::default();
    let say = |words: &str| told.say(words.to_owned());
    let ran = py.detach(|| -> Result<Shard, Failure> {
        Ok(pool(Some(threads))?.install(|| lab::run_shard(&sweep, None, index, &say))?)
    });
    told.warn(py)?;
    Ok(match ran.map_err(|failure| failure.raise(py))? {
        Shard::Done(side) => side.seconds,
        Shard::There(_) | Shard::Merged => 0.0,
    })
}

/// Merges the shards of a plan when all are there. `StoreError` names those that are missing.
#[pyfunction]
pub(crate) fn merge(py: Python<'_>, directory: PathBuf) -> PyResult<Sweep> {
    if !lab::finished(&directory) {
        let merged = py.detach(|| -> Result<(), Failure> {
            let planned = lab::Sweep::open(&directory.join(PLAN))?;
            lab::merge(&planned, &Merging::default())?;
            Ok(())
        });
        merged.map_err(|failure| failure.raise(py))?;
    }
    open_sweep(py, directory)
}

/// Opens a merged sweep's directory.
#[pyfunction]
pub(crate) fn open_sweep(py: Python<'_>, path: PathBuf) -> PyResult<Sweep> {
    let swept = py.detach(|| Swept::open(&path)).map_err(|e| Failure::from(e).raise(py))?;
    Ok(Sweep { path, swept })
}

#[pymethods]
impl Sweep {
    /// The directory.
    #[getter]
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Title of the experiment.
    #[getter]
    fn title(&self) -> &str {
        &self.swept.merged.plan.title
    }

    /// Ids of the arms; the first is the baseline of all differences.
    #[getter]
    fn arms(&self) -> Vec<String> {
        self.swept.merged.plan.arms.iter().map(|arm| arm.arm.id.clone()).collect()
    }

    /// Keys of the parameters that vary.
    #[getter]
    fn parameters(&self) -> Vec<String> {
        self.swept.merged.points.keys().to_vec()
    }

    /// Number of merged replicates: points times seeds.
    #[getter]
    fn replicates(&self) -> usize {
        self.swept.merged.replicates
    }

    /// Whether all that was planned is there.
    #[getter]
    fn complete(&self) -> bool {
        self.swept.merged.replicates == self.swept.merged.plan.replicates
    }

    /// Outcomes of every run, wide: keys of the run, then a column for each outcome. Row for row `outcomes.parquet`.
    #[getter]
    fn outcomes(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "outcomes.parquet")
    }

    /// The sampled parameters of every point: experiment_id, then a column for each parameter that varies.
    #[getter]
    fn experiments(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "experiments.parquet")
    }

    /// Quantiles, mean and Monte Carlo error of each outcome in each arm, and of its paired difference (`diff_`).
    #[getter]
    fn summary(&self, py: Python<'_>) -> PyResult<Table> {
        let path = self.path.join("summary.csv");
        let text = std::fs::read_to_string(&path).map_err(|e| os_error(&path, &e))?;
        parquet::csv(&text).map_err(|failure| failure.raise(py))
    }

    /// Paired differences of an outcome from the baseline in an arm, one for each replicate.
    fn difference(&self, arm: &str, outcome: &str) -> PyResult<Vec<f64>> {
        let known = |what: &str, word: &str, all: Vec<String>| {
            PyKeyError::new_err(format!("no {what} `{word}`; there are {}", all.join(", ")))
        };
        let place = self.swept.merged.arm(arm).ok_or_else(|| known("arm", arm, self.arms()))?;
        let column = self.swept.merged.column(outcome);
        let column = column
            .ok_or_else(|| known("outcome", outcome, self.swept.merged.columns().to_vec()))?;
        Ok(self.swept.merged.difference(place, column))
    }

    /// Ids of the figures, with the question that each answers.
    #[getter]
    fn figures(&self) -> std::collections::BTreeMap<&'static str, &'static str> {
        self.swept.figures().into_iter().collect()
    }

    /// Draws a figure, such as `figure("tornado")`, for a `page` (17 cm), a `column` (8 cm) or a `slide`.
    #[pyo3(signature = (id, size = "page"))]
    fn figure(&self, py: Python<'_>, id: &str, size: &str) -> PyResult<Figure> {
        let size = figure::size(size).map_err(|e| e.raise(py))?;
        py.detach(|| self.swept.figure(id, size))
            .map(Figure::from)
            .map_err(|e| Failure::from(e).raise(py))
    }

    fn __repr__(&self) -> String {
        format!(
            "<chokepoint.Sweep {}: {} arms, {} replicates, {}>",
            self.swept.merged.plan.title,
            self.swept.merged.plan.arms.len(),
            self.swept.merged.replicates,
            self.path.display()
        )
    }
}

impl Sweep {
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        py.detach(|| parquet::read(&self.path.join(name))).map_err(|failure| failure.raise(py))
    }
}
