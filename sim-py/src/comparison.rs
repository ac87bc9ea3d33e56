//! Comparisons: run, opened, and what is asked of them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use sim_charts::escape;
use sim_lab::brief::{Section, scope};
use sim_lab::store::Run;
use sim_lab::{figures, finding};

use crate::arrow::Table;
use crate::errors::{Failure, os_error};
use crate::figure::{self, Figure};
use crate::{outcomes, parquet};

/// A finished comparison: scenarios side by side, each paired with the baseline by the same random numbers.
///
/// Everything comes from its run directory, which is the command's own: `chokepoint brief PATH` and the other verbs
/// take it. A notebook shows a table of headlines.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug)]
pub(crate) struct Comparison {
    run: Run,
    outcomes: OnceLock<Table>,
}

/// Opens a comparison's run directory.
#[pyfunction]
pub(crate) fn open_comparison(py: Python<'_>, path: PathBuf) -> PyResult<Comparison> {
    let run = py.detach(|| Run::open(&path)).map_err(|e| Failure::from(e).raise(py))?;
    Ok(Comparison::new(run))
}

#[pymethods]
impl Comparison {
    /// The run directory.
    #[getter]
    fn path(&self) -> PathBuf {
        self.run.path.clone()
    }

    /// Ids of the scenarios; the first is the baseline of all differences.
    #[getter]
    fn scenarios(&self) -> Vec<String> {
        self.run.study.regimes.iter().map(|regime| regime.id.clone()).collect()
    }

    /// Number of paired replicates.
    #[getter]
    fn replicates(&self) -> usize {
        self.run.results.replicates()
    }

    /// Seed of all random numbers.
    #[getter]
    fn seed(&self) -> u64 {
        self.run.study.seed
    }

    /// SHA-256 of all scenarios and their tables, in hexadecimal.
    #[getter]
    fn hash(&self) -> &str {
        &self.run.study.hash
    }

    /// Whether all replicates were run.
    #[getter]
    fn complete(&self) -> bool {
        self.run.facts.complete
    }

    /// Price level of money in headlines, summary and figures. Money in `outcomes` is in dollars of 2019.
    #[getter]
    fn dollars(&self) -> &str {
        self.run.study.dollars.label()
    }

    /// The finding in words: who loses and gains most, in money and in lead, from the numbers and never against their intervals.
    #[getter]
    fn finding(&self) -> String {
        finding::sentence(&self.run.study, &self.run.results)
    }

    /// A sentence for each regime: what it does to US makers of tools, to US chip firms and to the lead in logic.
    #[getter]
    fn findings(&self) -> Vec<String> {
        finding::regimes(&self.run.study, &self.run.results)
    }

    /// Every metric of every quarter of every run, long: scenario_id, experiment_id (number of the replicate),
    /// replication_id, quarter, supplier_bloc, buyer_bloc, segment, metric, value. Row for row `outcomes.parquet`; units
    /// stand in its `metadata`. What is not broken down by a bloc or segment has an empty text there.
    #[getter]
    fn outcomes(&self, py: Python<'_>) -> PyResult<Table> {
        if let Some(table) = self.outcomes.get() {
            return Ok(table.clone());
        }
        let table = py.detach(|| outcomes::table(&self.run.study, &self.run.results));
        let table = table.map_err(|failure| failure.raise(py))?;
        Ok(self.outcomes.get_or_init(|| table).clone())
    }

    /// The sampled parameters of every run: scenario_id, experiment_id, replication_id, a column for each parameter.
    #[getter]
    fn experiments(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "experiments.parquet")
    }

    /// The headlines of every run: scenario_id, experiment_id, replication_id, base-us-share (share), a column for each
    /// headline (units: `chokepoint.HEADLINES`). Pair scenarios by experiment_id.
    #[getter]
    fn headlines(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "headlines.parquet")
    }

    /// Yearly revenue of the suppliers kept by name, USD million of 2019.
    #[getter]
    fn firms(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "firms.parquet")
    }

    /// Quantiles, mean and Monte Carlo error across replicates of every quarterly metric and headline, and of its
    /// paired difference from the baseline (`diff_`).
    #[getter]
    fn summary(&self, py: Python<'_>) -> PyResult<Table> {
        self.csv(py, "summary.csv")
    }

    /// Kaplan-Meier steps of design-out and design-around: scenario, event, years, at_risk, events, surviving, limits.
    #[getter]
    fn survival(&self, py: Python<'_>) -> PyResult<Table> {
        self.csv(py, "survival.csv")
    }

    /// What common random numbers buy, headline by headline.
    #[getter]
    fn pairing(&self, py: Python<'_>) -> PyResult<Table> {
        self.csv(py, "pairing.csv")
    }

    /// Ids of the figures, with the question that each answers.
    #[getter]
    #[allow(clippy::unused_self)] // a sweep has others
    fn figures(&self) -> std::collections::BTreeMap<&'static str, &'static str> {
        figures::list().collect()
    }

    /// Draws a figure, such as `figure("loss-fan")`, for a `page` (17 cm), a `column` (8 cm) or a `slide`.
    #[pyo3(signature = (id, size = "page"))]
    fn figure(&self, py: Python<'_>, id: &str, size: &str) -> PyResult<Figure> {
        let size = figure::size(size).map_err(|e| e.raise(py))?;
        py.detach(|| figures::figure(id, &self.run.study, &self.run.results, size))
            .map(Figure::from)
            .map_err(|e| Failure::from(e).raise(py))
    }

    fn _repr_html_(&self) -> String {
        self.html()
    }

    fn __repr__(&self) -> String {
        let regimes: Vec<&str> =
            self.run.study.regimes.iter().skip(1).map(|r| r.id.as_str()).collect();
        format!(
            "<chokepoint.Comparison of {} with {}: {} replicates, seed {}, {}>",
            regimes.join(", "),
            self.run.study.regimes[0].id,
            self.run.results.replicates(),
            self.run.study.seed,
            self.run.path.display()
        )
    }
}

impl Comparison {
    pub(crate) fn new(run: Run) -> Self {
        Self { run, outcomes: OnceLock::new() }
    }

    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        py.detach(|| parquet::read(&self.run.path.join(name))).map_err(|failure| failure.raise(py))
    }

    fn csv(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        let path = self.run.path.join(name);
        let text = std::fs::read_to_string(&path).map_err(|e| os_error(&path, &e))?;
        py.detach(|| parquet::csv(&text)).map_err(|failure| failure.raise(py))
    }

    /// The table of headlines of a brief: the baseline's level, then differences from it.
    fn html(&self) -> String {
        let table = Section::of(&self.run);
        let mut page = String::from("<table><thead><tr><th></th>");
        for column in &table.columns {
            let _ = write!(page, "<th>{}</th>", escape(column));
        }
        page.push_str("</tr></thead><tbody>");
        for row in &table.rows {
            let _ = write!(page, "<tr><td>{}</td>", escape(&row.name));
            for cell in &row.cells {
                let (open, close) = if cell.clear { ("<b>", "</b>") } else { ("", "") };
                let _ = write!(page, "<td>{open}{}{close}</td>", escape(&cell.text));
            }
            page.push_str("</tr>");
        }
        page.push_str("</tbody></table>");
        for line in [&table.finding, &table.note, &scope(&self.run), &table.origin] {
            let _ = write!(page, "<p>{}</p>", escape(line));
        }
        page
    }
}
