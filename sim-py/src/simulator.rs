//! Plain functions for calibration and exploration packages.
//!
//! Invariant: a value depends on the point and the seed only, never on other points or on threads.

use std::sync::Arc;

use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict};
use rayon::prelude::*;
use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::metric::{Column, Every, columns};
use sim_core::record::Watch;
use sim_core::scenario::Scenario as Rules;
use sim_core::scenario::param::{Parameters, Prior, SPECS, Spec};
use sim_core::scenario::tables::Bloc;
use sim_core::simulate::Run;
use sim_core::structure::Structure;
use sim_lab::experiment::Design;
use sim_lab::outcome::{Dollars, HEADLINES, Headline, Reader};
use sim_lab::priors;

use crate::errors::Failure;
use crate::scenario::Scenario;
use crate::watch::{Reporter, pool, watched};

/// Parameters that vary, by place in the registry; all others stay at their central values.
#[derive(Debug)]
struct Free {
    places: Vec<usize>,
    central: Vec<f64>,
    bounds: Vec<(f64, f64)>,
}

impl Free {
    fn new(scenario: &Rules, keys: &[String]) -> PyResult<Self> {
        let place = |key: &String| {
            let found = Spec::find(&key.replace('_', "-"));
            found.map(|(place, _)| place).ok_or_else(|| {
                let near = sim_core::scenario::nearest(key, SPECS.iter().map(|spec| spec.key));
                let near = near.map_or_else(String::new, |n| format!("; a similar key is `{n}`"));
                PyKeyError::new_err(format!("no parameter `{key}`{near}"))
            })
        };
        let places = if keys.is_empty() {
            let drawn = |i: &usize| scenario.parameters[*i].prior != Prior::Fixed;
            (0..SPECS.len()).filter(drawn).collect()
        } else {
            keys.iter().map(place).collect::<PyResult<Vec<_>>>()?
        };
        let bounds = places.iter().map(|place| bounds(scenario, *place)).collect();
        let central = scenario.parameters.iter().map(|p| p.value).collect();
        Ok(Self { places, central, bounds })
    }

    fn keys(&self) -> Vec<&'static str> {
        self.places.iter().map(|place| SPECS[*place].key).collect()
    }

    fn centre(&self) -> Vec<f64> {
        self.places.iter().map(|place| self.central[*place]).collect()
    }

    /// All parameters at a point.
    fn at(&self, theta: &[f64]) -> Result<Parameters, Failure> {
        if theta.len() != self.places.len() {
            let (given, wanted) = (theta.len(), self.places.len());
            let message = format!("a point of {given} numbers for {wanted} parameters");
            return Err(Failure::Argument(message));
        }
        let mut all = self.central.clone();
        for (place, value) in self.places.iter().zip(theta) {
            let spec = &SPECS[*place];
            if !(spec.low..=spec.high).contains(value) {
                return Err(Failure::Argument(format!(
                    "{} = {value} is outside {} to {} ({})",
                    spec.key, spec.low, spec.high, spec.unit
                )));
            }
            all[*place] = *value;
        }
        Ok(Parameters::from_slice(&all))
    }
}

/// Where a parameter may lie: the range of a uniform prior, the middle 98 % of another, the admissible range of one that
/// is fixed.
fn bounds(scenario: &Rules, place: usize) -> (f64, f64) {
    let (spec, param) = (&SPECS[place], &scenario.parameters[place]);
    match param.prior {
        Prior::Fixed => (spec.low, spec.high),
        Prior::Uniform { low, high } => (low.max(spec.low), high.min(spec.high)),
        Prior::Normal { .. } | Prior::LogNormal { .. } => {
            let at = |u| priors::quantile(param, u).clamp(spec.low, spec.high);
            (at(0.01), at(0.99))
        }
    }
}

/// A scenario as a function of parameters, periods and a seed that gives a series: what calibration packages drive.
///
/// Made by `chokepoint.simulator`.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug)]
pub(crate) struct Simulator {
    scenario: Arc<Rules>,
    structure: Arc<Structure>,
    watch: Watch,
    free: Free,
    columns: Vec<(String, usize)>,
    width: usize,
}

#[pymethods]
impl Simulator {
    /// `metrics` are names of quarterly metrics, with blocs where they are broken down: `revenue/us/china`.
    #[new]
    fn new(scenario: &Scenario, parameters: Vec<String>, metrics: Vec<String>) -> PyResult<Self> {
        let scenario = Arc::new(scenario.loaded.scenario.clone());
        let structure = Arc::new(Structure::new(&scenario.tables));
        let all = columns(&structure, Every::Quarter);
        let find = |metric: &String| {
            let wanted = metric.trim_end_matches('/');
            let place = all.iter().position(|c| name(c) == wanted);
            let place = place.ok_or_else(|| {
                let names: Vec<String> = all.iter().map(name).collect();
                PyKeyError::new_err(format!("no metric `{wanted}`; there are {}", names.join(", ")))
            })?;
            Ok((name(&all[place]), place))
        };
        let chosen = metrics.iter().map(find).collect::<PyResult<Vec<_>>>()?;
        if chosen.is_empty() {
            return Err(PyValueError::new_err("metrics: name at least one"));
        }
        let free = Free::new(&scenario, &parameters)?;
        let watch = Watch::new(&structure, |_| false);
        Ok(Self { scenario, structure, watch, free, columns: chosen, width: all.len() })
    }

    /// Keys of the parameters, in the order of `theta`.
    #[getter]
    fn parameters(&self) -> Vec<&'static str> {
        self.free.keys()
    }

    /// Lower and upper end of each: from the prior.
    #[getter]
    fn bounds(&self) -> Vec<(f64, f64)> {
        self.free.bounds.clone()
    }

    /// Central value of each.
    #[getter]
    fn central(&self) -> Vec<f64> {
        self.free.centre()
    }

    /// Names of the metrics, in the order of columns.
    #[getter]
    fn metrics(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Quarters of the scenario: the most that can be asked for.
    #[getter]
    fn quarters(&self) -> usize {
        self.scenario.quarters()
    }

    /// An array of `n` quarters from the first (rows) by metrics (columns), as numpy's `float64`.
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        theta: Vec<f64>,
        n: usize,
        seed: u64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.series(py, theta, n, seed)?;
        array(py, &rows, self.columns.len())
    }

    /// The same as a list of rows.
    fn series(
        &self,
        py: Python<'_>,
        theta: Vec<f64>,
        n: usize,
        seed: u64,
    ) -> PyResult<Vec<Vec<f64>>> {
        py.detach(|| self.play(&theta, n, seed)).map_err(|failure| failure.raise(py))
    }
}

impl Simulator {
    fn play(&self, theta: &[f64], n: usize, seed: u64) -> Result<Vec<Vec<f64>>, Failure> {
        let quarters = self.scenario.quarters();
        if !(1..=quarters).contains(&n) {
            let message = format!("n = {n}: write a number of quarters from 1 to {quarters}");
            return Err(Failure::Argument(message));
        }
        let parameters = self.free.at(theta)?;
        let draws = Draws::new(seed, 0);
        let failed = |e: &dyn std::fmt::Display| Failure::Run(format!("{}: {e}", self.scenario.id));
        let setup = Setup::new(&self.structure, &self.scenario, parameters, &draws);
        let setup = Arc::new(setup.map_err(|e| failed(&e))?);
        let mut run = Run::new(&setup, &self.scenario);
        run.play(n, &draws, &self.watch).map_err(|e| failed(&e))?;
        let row = |row: &[f64]| self.columns.iter().map(|(_, place)| row[*place]).collect();
        Ok(run.record.quarterly.chunks_exact(self.width).take(n).map(row).collect())
    }
}

/// Rows as an array of numpy.
fn array<'py>(py: Python<'py>, rows: &[Vec<f64>], width: usize) -> PyResult<Bound<'py, PyAny>> {
    let bytes: Vec<u8> = rows.iter().flatten().flat_map(|v| v.to_ne_bytes()).collect();
    let numpy = py.import("numpy")?;
    let flat = numpy.call_method1("frombuffer", (PyByteArray::new(py, &bytes), "float64"))?;
    flat.call_method1("reshape", (rows.len(), width))
}

/// A column as `metric/supplier/buyer`, without what it is not broken down by at the end.
fn name(column: &Column) -> String {
    let bloc = |b: Option<Bloc>| b.map_or("", Bloc::as_str);
    let metric = column.metric.spec().name;
    let full = format!("{metric}/{}/{}", bloc(column.supplier), bloc(column.buyer));
    full.trim_end_matches('/').to_owned()
}

/// A scenario against its baseline as a function of parameters that gives headlines: what packages for sensitivity and
/// exploration drive.
///
/// Made by `chokepoint.evaluator`.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug)]
pub(crate) struct Evaluator {
    design: Design,
    reader: Reader,
    free: Free,
    headlines: Vec<usize>,
    seeds: usize,
}

#[pymethods]
impl Evaluator {
    /// Headlines are means over `seeds` runs of events; with a baseline, of paired differences from it.
    #[new]
    #[pyo3(signature = (scenario, parameters, headlines, baseline, seed, seeds))]
    fn new(
        py: Python<'_>,
        scenario: &Scenario,
        parameters: Vec<String>,
        headlines: Vec<String>,
        baseline: Option<&Scenario>,
        seed: u64,
        seeds: usize,
    ) -> PyResult<Self> {
        let find = |id: &String| {
            let ids = || HEADLINES.iter().map(|h| h.id).collect::<Vec<_>>().join(", ");
            Headline::find(id).ok_or_else(|| {
                PyKeyError::new_err(format!("no headline `{id}`; there are {}", ids()))
            })
        };
        let headlines = headlines.iter().map(find).collect::<PyResult<Vec<_>>>()?;
        if headlines.is_empty() || seeds == 0 {
            return Err(PyValueError::new_err("name at least one headline, and at least one seed"));
        }
        let free = Free::new(&scenario.loaded.scenario, &parameters)?;
        let rules = |s: &Scenario| Arc::new(s.loaded.scenario.clone());
        let scenarios: Vec<Arc<Rules>> =
            baseline.into_iter().chain([scenario]).map(rules).collect();
        let time = |s: &Rules| (s.start, s.end);
        if scenarios.iter().any(|s| time(s) != time(&scenarios[0])) {
            return Err(PyValueError::new_err(
                "the scenario and its baseline need the same quarters",
            ));
        }
        py.detach(|| {
            let keep = |firm: &str| sim_core::metric::NAMED_FIRMS.contains(&firm);
            let design = Design::new(scenarios, seeds, seed, keep);
            let deflator = design.setup(0, 0)?.budgets.deflator;
            let (structure, first) = (design.structure(), &design.scenarios[0]);
            let reader = Reader::new(structure, first, &design.watch, &deflator, Dollars::Of2019);
            Ok(Self { design, reader, free, headlines, seeds })
        })
        .map_err(|failure: Failure| failure.raise(py))
    }

    /// Keys of the parameters, in the order of a point.
    #[getter]
    fn parameters(&self) -> Vec<&'static str> {
        self.free.keys()
    }

    /// Lower and upper end of each: from the prior.
    #[getter]
    fn bounds(&self) -> Vec<(f64, f64)> {
        self.free.bounds.clone()
    }

    /// Central value of each.
    #[getter]
    fn central(&self) -> Vec<f64> {
        self.free.centre()
    }

    /// Ids of the headlines, in the order of columns.
    #[getter]
    fn headlines(&self) -> Vec<&'static str> {
        self.headlines.iter().map(|place| HEADLINES[*place].id).collect()
    }

    /// What SALib calls a problem: number, names and bounds of the parameters.
    #[getter]
    fn problem<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let problem = PyDict::new(py);
        problem.set_item("num_vars", self.free.places.len())?;
        problem.set_item("names", self.free.keys())?;
        let ends = |(low, high): &(f64, f64)| vec![*low, *high];
        problem.set_item("bounds", self.free.bounds.iter().map(ends).collect::<Vec<_>>())?;
        Ok(problem)
    }

    /// An array of points (rows) by headlines (columns), as numpy's `float64`, computed on all cores.
    #[pyo3(signature = (points, *, threads = None, progress = None))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        points: Vec<Vec<f64>>,
        threads: Option<u16>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(py, points, threads, progress)?;
        array(py, &rows, self.headlines.len())
    }

    /// The same as a list of rows.
    #[pyo3(signature = (points, *, threads = None, progress = None))]
    fn rows(
        &self,
        py: Python<'_>,
        points: Vec<Vec<f64>>,
        threads: Option<u16>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<Vec<f64>>> {
        let reporter = Reporter::new(py, progress)?;
        let ended = watched(py, points.len(), &reporter, |watch| {
            let stopped = || watch.stop.load(std::sync::atomic::Ordering::Relaxed);
            let row = |point: &Vec<f64>| {
                let row = if stopped() { Err(Failure::Stopped) } else { self.row(point) };
                watch.tick();
                row
            };
            let rows: Vec<_> = pool(threads)?.install(|| points.par_iter().map(row).collect());
            rows.into_iter().collect::<Result<Vec<_>, Failure>>()
        });
        reporter.close(py)?;
        ended.or_raise(py)
    }
}

impl Evaluator {
    fn row(&self, point: &[f64]) -> Result<Vec<f64>, Failure> {
        let parameters = self.free.at(point)?;
        let mut sum = vec![0.0; self.headlines.len()];
        for replicate in 0..self.seeds {
            let draws = Draws::new(self.design.seed, replicate as u64);
            let run = self.design.pair(replicate, &draws, |_| parameters)?;
            let mut values = run.records.iter().map(|record| self.reader.headlines(record)).rev();
            let (own, base) = (values.next().unwrap_or_default(), values.next());
            for (sum, place) in sum.iter_mut().zip(&self.headlines) {
                *sum += own[*place] - base.as_ref().map_or(0.0, |base| base[*place]);
            }
        }
        Ok(sum.into_iter().map(|sum| sum / self.seeds as f64).collect())
    }
}
