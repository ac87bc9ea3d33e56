//! The project's scenarios, wherever the tests run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::simulate::simulate;
use sim_core::structure::Structure;
use sim_lab::library;

/// The directory of the scenarios.
pub(crate) fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

/// The stems of all scenarios.
pub(crate) fn stems() -> Vec<String> {
    library::list(&home()).unwrap().into_iter().map(|entry| entry.id).collect()
}

/// A scenario by stem.
pub(crate) fn scenario(stem: &str) -> Arc<Scenario> {
    with(stem, &[])
}

/// A scenario with its last quarter set.
pub(crate) fn until(stem: &str, end: &str) -> Arc<Scenario> {
    with(stem, &[format!("time.end=\"{end}\"")])
}

fn with(stem: &str, sets: &[String]) -> Arc<Scenario> {
    match library::load(&home().join(format!("{stem}.toml")), sets) {
        Ok(loaded) => Arc::new(loaded.scenario),
        Err(problems) => panic!("{problems}"),
    }
}

/// The base year at the central values.
pub(crate) fn setup(scenario: &Scenario, draws: &Draws) -> Arc<Setup> {
    let structure = Arc::new(Structure::new(&scenario.tables));
    match Setup::new(&structure, scenario, scenario.central(), draws) {
        Ok(setup) => Arc::new(setup),
        Err(error) => panic!("{}: {error}", scenario.id),
    }
}

/// A run at the central values.
pub(crate) fn play(scenario: &Arc<Scenario>, draws: &Draws) -> Record {
    let setup = setup(scenario, draws);
    let watch = Watch::new(&setup.structure, |_| true);
    match simulate(&setup, scenario, draws, &watch) {
        Ok(record) => record,
        Err(imbalance) => panic!("{}: {imbalance}", scenario.id),
    }
}
