//! Hindcasts: history forecast from the base year, scored against what came.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use arrow_array::ArrayRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sim_lab::figures;
use sim_lab::hindcast::asked::{Outcome, Question, Source};

use crate::arrow::{Table, Words, sparse};
use crate::errors::{Failure, warn_of};
use crate::figure::{self, Figure};
use crate::watch::{Reporter, pool, watched};

/// Forecasts of suppliers' shares by country and segment, with scores where something was observed.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug)]
pub(crate) struct Hindcast {
    outcome: Outcome,
    json: serde_json::Value,
}

/// Runs history from the base year and scores the shares of year `to` against the observed table.
///
/// `observed` is a table of shares (default: that of the year beside the data tables). `parameters` is "prior", "folds"
/// (cross-validation) or "ensemble" (default: what is most out of sample). `start` is the year whose shares are known: that of
/// the data tables, or a later one with an observed table, through which every run is led. `roster_known` is hindsight, and
/// said to be. The same as `chokepoint hindcast`.
#[pyfunction]
#[pyo3(signature = (
    to = 2024, *, start = 2019, observed = None, replicates = 200, parameters = None, roster_known = false, seed = 1,
    threads = None, progress = None,
))]
#[allow(clippy::too_many_arguments)] // keywords of Python
pub(crate) fn hindcast(
    py: Python<'_>,
    to: i32,
    start: i32,
    observed: Option<PathBuf>,
    replicates: usize,
    parameters: Option<&str>,
    roster_known: bool,
    seed: u64,
    threads: Option<u16>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Hindcast> {
    let parse = |word: &str| {
        Source::parse(word).ok_or_else(|| {
            let message =
                format!("parameters=\"{word}\": write \"prior\", \"folds\" or \"ensemble\"");
            PyValueError::new_err(message)
        })
    };
    if !(2..=100_000).contains(&replicates) {
        let message = format!("replicates={replicates}: write a number from 2 to 100,000");
        return Err(PyValueError::new_err(message));
    }
    let parameters = parameters.map(parse).transpose()?;
    let question =
        Question { from: start, to, observed, replicates, parameters, roster_known, seed };
    let asked = py.detach(|| question.read()).map_err(|e| Failure::from(e).raise(py))?;
    warn_of(py, &asked.warnings)?;
    let reporter = Reporter::new(py, progress)?;
    let ended = watched(py, asked.replicates(), &reporter, |watch| {
        let pool = pool(threads)?;
        Ok(pool.install(|| asked.play(&watch.stop, &|| watch.tick()))?)
    });
    reporter.close(py)?;
    let outcome = ended.or_raise(py)?;
    Ok(Hindcast { json: outcome.json(), outcome })
}

#[pymethods]
impl Hindcast {
    /// What was run and on what it rests, in sentences: what it knew, what was fitted to what.
    #[getter]
    fn premises(&self) -> Vec<String> {
        self.outcome.premises()
    }

    /// Whether the scored shares were fitted.
    #[getter]
    fn in_sample(&self) -> bool {
        self.outcome.in_sample()
    }

    /// Where parameters come from: "prior", "folds" or "ensemble".
    #[getter]
    fn parameters(&self) -> &'static str {
        self.outcome.source.as_str()
    }

    /// Scores of the model and of simple rules by country and set of segments: mean absolute errors and CRPS in
    /// percentage points, coverage of intervals as shares. Without rows if nothing was observed.
    #[getter]
    fn scores(&self, py: Python<'_>) -> PyResult<Table> {
        let columns = [
            ("country", true),
            ("set", true),
            ("forecast", true),
            ("segments", false),
            ("mae_pp", false),
            ("size_weighted_mae_pp", false),
            ("crps_pp", false),
            ("coverage_50", false),
            ("coverage_90", false),
        ];
        table(&self.json["scores"], &columns).map_err(|failure| failure.raise(py))
    }

    /// Shares by segment and country, percent: base year, quantiles of the forecast, what was observed and the miss in
    /// points; world size in nominal USD million.
    #[getter]
    fn segments(&self, py: Python<'_>) -> PyResult<Table> {
        let columns = [
            ("segment_id", true),
            ("name", true),
            ("country", true),
            ("world_size_usd_m", false),
            ("base_pct", false),
            ("p5", false),
            ("p25", false),
            ("p50", false),
            ("p75", false),
            ("p95", false),
            ("observed_pct", false),
            ("miss_pp", false),
        ];
        table(&self.json["segments"], &columns).map_err(|failure| failure.raise(py))
    }

    /// Figures of firms and markets up to 2024, observed and simulated, in their units.
    #[getter]
    fn facts(&self, py: Python<'_>) -> PyResult<Table> {
        let columns = [
            ("id", true),
            ("row", true),
            ("what", true),
            ("year", false),
            ("period", true),
            ("definition", true),
            ("role", true),
            ("unit", true),
            ("whose", true),
            ("observed_low", false),
            ("observed_high", false),
            ("error", false),
            ("p5", false),
            ("p50", false),
            ("p95", false),
            ("low", false),
            ("high", false),
            ("inside", false),
        ];
        table(&self.json["facts"], &columns).map_err(|failure| failure.raise(py))
    }

    /// Ids of the figures, with the question that each answers.
    #[getter]
    fn figures(&self) -> BTreeMap<&'static str, &'static str> {
        let stored = figures::Hindcast::of(&self.outcome);
        stored.iter().flat_map(figures::Hindcast::figures).collect()
    }

    /// Draws a figure, such as `figure("backcast")`, for a `page` (17 cm), a `column` (8 cm) or a `slide`.
    #[pyo3(signature = (id, size = "page"))]
    fn figure(&self, py: Python<'_>, id: &str, size: &str) -> PyResult<Figure> {
        let size = figure::size(size).map_err(|e| e.raise(py))?;
        let known = figures::Hindcast::of(&self.outcome)
            .filter(|stored| stored.figures().any(|(known, _)| known == id));
        let stored = known.ok_or_else(|| {
            let ids: Vec<&str> = self.figures().into_keys().collect();
            let ids = ids.join(", ");
            let message = format!("there is no figure `{id}` of this hindcast; there are {ids}");
            Failure::Argument(message).raise(py)
        })?;
        let drawn = py.detach(|| stored.figure(id, size));
        drawn.map(Figure::from).map_err(|e| Failure::from(e).raise(py))
    }

    /// Everything as JSON: the event that `chokepoint hindcast --json` prints.
    fn to_json(&self) -> String {
        self.json.to_string()
    }

    fn __repr__(&self) -> String {
        let asked = &self.outcome.question;
        format!(
            "<chokepoint.Hindcast {} to {}: {} replicates, seed {}, parameters by {}>",
            asked.from,
            asked.to,
            asked.replicates,
            asked.seed,
            self.outcome.source.as_str()
        )
    }
}

/// Rows of JSON as a table; a column is one of texts, or one of numbers of which some may be missing.
fn table(rows: &serde_json::Value, columns: &[(&str, bool)]) -> Result<Table, Failure> {
    let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
    let column = |(name, text): &(&str, bool)| -> ArrayRef {
        if *text {
            let mut words = Words::default();
            for row in rows {
                words.push(row[*name].as_str().unwrap_or_default());
            }
            return words.finish();
        }
        let number = |row: &serde_json::Value| {
            let value = &row[*name];
            value.as_f64().or_else(|| value.as_bool().map(|yes| f64::from(u8::from(yes))))
        };
        sparse(rows.iter().map(number).collect())
    };
    let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    Table::new(&names, HashMap::new(), vec![columns.iter().map(column).collect()])
}
