//! Scenarios: read, changed, shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use sim_core::scenario::param::SPECS;
use sim_lab::comparison::BASELINE;
use sim_lab::library::{self, Loaded};
use sim_lab::{priors, starter};

use crate::arrow::{Table, Words, numbers};
use crate::errors::{Failure, problems_list};
use crate::overrides::{merged, overrides};

/// Keys of what a scenario is called, which is no other's business.
const NAMES: [&str; 3] = ["id", "title", "summary"];

/// A scenario of export controls: measures, mechanisms, parameters with their priors, and market tables.
///
/// Made by `load`; never changed. `with_` makes another one.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// As it was asked for.
    path: PathBuf,
    /// Overrides.
    pub(crate) sets: Vec<String>,
    pub(crate) loaded: Arc<Loaded>,
}

/// Reads a scenario by path, or by its name in `scenarios/`: `load("hard-cap")`.
///
/// `set` is a mapping of keys to values, as `Scenario.with_` takes it. Raises `ScenarioError` with all problems of
/// all files.
#[pyfunction]
#[pyo3(signature = (path, set = None))]
pub(crate) fn load(
    py: Python<'_>,
    path: PathBuf,
    set: Option<&Bound<'_, PyDict>>,
) -> PyResult<Scenario> {
    let sets = overrides(set, None)?;
    py.detach(|| Scenario::read(path, sets)).map_err(|failure| failure.raise(py))
}

/// The scenarios of a directory (default: `scenarios`): a table of id, title, summary and path.
#[pyfunction]
#[pyo3(signature = (directory = None))]
pub(crate) fn scenarios(py: Python<'_>, directory: Option<PathBuf>) -> PyResult<Table> {
    let directory = directory.unwrap_or_else(|| PathBuf::from("scenarios"));
    let listed = library::list(&directory).map_err(|p| Failure::from(p).raise(py))?;
    let mut columns = [(); 4].map(|()| Words::default());
    for entry in &listed {
        let path = entry.path.display().to_string();
        for (column, word) in
            columns.iter_mut().zip([&entry.id, &entry.title, &entry.summary, &path])
        {
            column.push(word);
        }
    }
    let names = ["id", "title", "summary", "path"].map(str::to_owned);
    let columns = columns.map(Words::finish).into();
    Table::new(&names, std::collections::HashMap::new(), vec![columns]).map_err(|f| f.raise(py))
}

/// Begins a project: a commented scenario, an experiment and the library, in a new or empty directory.
///
/// Gives the number of files written. The same as `chokepoint init DIRECTORY`.
#[pyfunction]
pub(crate) fn begin(py: Python<'_>, directory: PathBuf) -> PyResult<usize> {
    starter::begin(&directory).map_err(|e| Failure::Argument(e.to_string()).raise(py))
}

#[pymethods]
impl Scenario {
    /// Id: the stem of its file, or the name that `named` gave it.
    #[getter]
    pub(crate) fn id(&self) -> &str {
        &self.loaded.scenario.id
    }

    /// Name for people.
    #[getter]
    fn title(&self) -> &str {
        &self.loaded.scenario.title
    }

    /// First quarter, such as `2019Q1`.
    #[getter]
    fn start(&self) -> String {
        self.loaded.scenario.start.to_string()
    }

    /// Last quarter.
    #[getter]
    fn end(&self) -> String {
        self.loaded.scenario.end.to_string()
    }

    /// SHA-256 of all values and market tables, in hexadecimal. Comments and file names do not enter it.
    #[getter]
    fn hash(&self) -> &str {
        &self.loaded.hash
    }

    /// What differences are taken from if nothing else is named: the library's `baseline` with those of this scenario's
    /// overrides that it can have.
    #[getter]
    fn baseline(&self, py: Python<'_>) -> PyResult<Self> {
        py.detach(|| Self::base(&self.shareable())).map_err(|failure| failure.raise(py))
    }

    /// What is probably not meant: a list of problems that do not stop the scenario.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        problems_list(py, &self.loaded.warnings)
    }

    /// The parameters: key, value (central), p5 and p95 of the prior, unit, grade and meaning; one row each.
    #[getter]
    fn parameters(&self, py: Python<'_>) -> PyResult<Table> {
        let params = &self.loaded.scenario.parameters;
        let words = |word: &dyn Fn(usize) -> String| {
            let mut column = Words::default();
            (0..params.len()).for_each(|i| column.push(&word(i)));
            column.finish()
        };
        let quantile = |u| numbers(params.iter().map(|p| priors::quantile(p, u)).collect());
        let columns = vec![
            words(&|i| SPECS[i].key.to_owned()),
            numbers(params.iter().map(|p| p.value).collect()),
            quantile(0.05),
            quantile(0.95),
            words(&|i| SPECS[i].unit.to_owned()),
            words(&|i| params[i].grade.as_str().to_owned()),
            words(&|i| SPECS[i].doc.to_owned()),
        ];
        let names = ["parameter", "value", "p5", "p95", "unit", "grade", "meaning"];
        let names = names.map(str::to_owned);
        Table::new(&names, std::collections::HashMap::new(), vec![columns]).map_err(|f| f.raise(py))
    }

    /// The scenario with other values: `with_({"parameters.stickiness": 0})`, or shorter `with_(stickiness=0)`.
    ///
    /// Keys are those of the scenario file, dotted; a keyword with a mapping is a table
    /// (`measures={"hard-cap": {"enforcement": "strong"}}`), any other keyword is a parameter, with `_` for `-`. Values
    /// are checked as in a file: `ScenarioError` names all problems.
    #[pyo3(signature = (keys = None, /, **words))]
    fn with_(
        &self,
        py: Python<'_>,
        keys: Option<&Bound<'_, PyDict>>,
        words: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let sets = merged(&self.sets, overrides(keys, words)?);
        py.detach(|| Self::read(self.path.clone(), sets)).map_err(|failure| failure.raise(py))
    }

    /// The same scenario under another id, so that variants can be compared with each other; `title` is what tables
    /// and figures call it.
    #[pyo3(signature = (id, title = None))]
    fn named(&self, py: Python<'_>, id: String, title: Option<String>) -> PyResult<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || !id.chars().all(plain) {
            let message = format!("`{id}`: write an id of letters, digits and hyphens");
            return Err(Failure::Argument(message).raise(py));
        }
        let set = |key: &str, text: String| format!("{key}={}", serde_json::Value::from(text));
        let title = title.map(|title| set("title", title));
        let sets = merged(&self.sets, std::iter::once(set("id", id)).chain(title).collect());
        py.detach(|| Self::read(self.path.clone(), sets)).map_err(|failure| failure.raise(py))
    }

    /// The scenario after `extends` and overrides, as TOML with comments on where values stood.
    fn to_toml(&self) -> &str {
        &self.loaded.resolved
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.id() == other.id() && self.loaded.hash == other.loaded.hash
    }

    fn __hash__(&self) -> u64 {
        u64::from_str_radix(&self.loaded.hash[..16], 16).unwrap_or_default()
    }

    fn __repr__(&self) -> String {
        let sets = if self.sets.is_empty() {
            String::new()
        } else {
            format!(" with {}", self.sets.join(", "))
        };
        format!(
            "<chokepoint.Scenario {} ({}){sets}, {}>",
            self.id(),
            self.title(),
            &self.loaded.hash[..8]
        )
    }

    /// Pickling: the scenario is read again where it arrives.
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let this = slf.get();
        let restore = slf.get_type().getattr("_restore")?;
        let state = (&this.path, &this.sets);
        Ok((restore, state.into_pyobject(slf.py())?))
    }

    #[staticmethod]
    fn _restore(py: Python<'_>, path: PathBuf, sets: Vec<String>) -> PyResult<Self> {
        py.detach(|| Self::read(path, sets)).map_err(|failure| failure.raise(py))
    }
}

impl Scenario {
    pub(crate) fn read(path: PathBuf, sets: Vec<String>) -> Result<Self, Failure> {
        let loaded = Arc::new(library::load(&path, &sets)?);
        Ok(Self { path, sets, loaded })
    }

    /// Its overrides but for what it is called.
    pub(crate) fn shareable(&self) -> Vec<String> {
        let name = |set: &String| NAMES.contains(&set.split('=').next().unwrap_or_default());
        self.sets.iter().filter(|set| !name(set)).cloned().collect()
    }

    /// The scenario with more overrides, those that it can have; says which of them it had.
    pub(crate) fn fitted(&self, more: &[String]) -> Result<(Self, Vec<bool>), Failure> {
        let (loaded, used) = library::load_fitting(&self.path, &merged(&self.sets, more.to_vec()))?;
        let used = used[used.len() - more.len()..].to_vec();
        let fit = more.iter().zip(&used).filter(|(_, used)| **used).map(|(set, _)| set.clone());
        let sets = merged(&self.sets, fit.collect());
        Ok((Self { sets, loaded: Arc::new(loaded), ..self.clone() }, used))
    }

    /// The library's baseline with those of some overrides that fit it.
    pub(crate) fn base(sets: &[String]) -> Result<Self, Failure> {
        let path = Path::new(BASELINE);
        let (loaded, used) = library::load_fitting(path, sets)?;
        let sets = sets.iter().zip(used).filter(|(_, used)| *used).map(|(set, _)| set.clone());
        Ok(Self { path: path.to_owned(), sets: sets.collect(), loaded: Arc::new(loaded) })
    }

    /// Whether its overrides are those of a list that it can have.
    pub(crate) fn has_what_fits(&self, sets: &[String]) -> Result<bool, Failure> {
        let bare = Self { sets: Vec::new(), ..self.clone() };
        Ok(bare.fitted(sets)?.0.sets == self.sets)
    }

    /// A scenario, or the one that a path or name stands for.
    pub(crate) fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(scenario) = value.cast::<Self>() {
            return Ok(scenario.get().clone());
        }
        let path: PathBuf = value.extract().map_err(|_| {
            let kind =
                value.get_type().name().map_or_else(|_| "this".to_owned(), |n| n.to_string());
            PyTypeError::new_err(format!(
                "a {kind} is no scenario: write a name, a path or load(...)"
            ))
        })?;
        let py = value.py();
        py.detach(|| Self::read(path, Vec::new())).map_err(|failure| failure.raise(py))
    }

    /// What the library runs.
    pub(crate) fn into_loaded(self) -> Loaded {
        Arc::unwrap_or_clone(self.loaded)
    }

    /// How the command names it.
    pub(crate) fn word(&self) -> String {
        self.path.display().to_string()
    }
}
