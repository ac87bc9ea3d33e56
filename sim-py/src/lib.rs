//! The Python package `chokepoint`: the verbs of the command for notebooks, with results as Arrow tables.
//!
//! The economy is in `sim-core`, what is run and written in `sim-lab`; this crate turns Python's arguments into
//! theirs and their results into tables. What Python alone does (progress bars, adapters) stands in
//! `python/chokepoint`.
//!
//! Invariant: nothing is computed here that the command does not compute, so the two cannot disagree; the
//! interpreter's lock is released while anything runs.

// Arguments are extracted from Python's objects as owned values.
#![allow(clippy::needless_pass_by_value)]

mod arrow;
mod compare;
mod comparison;
mod errors;
mod figure;
mod hindcast;
mod outcomes;
mod overrides;
mod parquet;
mod scenario;
mod simulator;
mod sweep;
mod watch;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use sim_lab::outcome::HEADLINES;

/// Version of the program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The compiled part of the package.
#[pymodule]
mod _chokepoint {
    use super::{
        Bound, HEADLINES, PyDict, PyDictMethods, PyModule, PyModuleMethods, PyResult, VERSION,
    };

    #[pymodule_export]
    use super::arrow::Table;
    #[pymodule_export]
    use super::compare::{compare, run};
    #[pymodule_export]
    use super::comparison::{Comparison, open_comparison};
    #[pymodule_export]
    use super::figure::Figure;
    #[pymodule_export]
    use super::hindcast::{Hindcast, hindcast};
    #[pymodule_export]
    use super::scenario::{Scenario, begin, load, scenarios};
    #[pymodule_export]
    use super::simulator::{Evaluator, Simulator};
    #[pymodule_export]
    use super::sweep::{Sweep, merge, open_sweep, plan, resume, run_shard, sweep};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let headlines = PyDict::new(module.py());
        for h in HEADLINES {
            headlines.set_item(h.id, (h.name, h.unit))?;
        }
        module.add("HEADLINES", headlines)?;
        module.add("__version__", VERSION)
    }
}
