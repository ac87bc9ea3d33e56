//! The corners of the admissible ranges: a run balances its books and stays finite there, or the base
//! year says why there is none.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use sim_core::base_year::setup::{Setup, SetupError};
use sim_core::draws::Draws;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Salience;
use sim_core::scenario::param::SPECS;
use sim_core::structure::Structure;

use crate::measures::{cap, embargo};
use crate::runs::play_from;
use crate::worlds::{plain, set};

/// An embargo on all and a cap before it, with news.
fn ruled() -> Scenario {
    let mut scenario = plain();
    scenario.measures = vec![cap(3, 1.0), embargo(6)];
    scenario.measures[0].salience = Salience::Sector;
    scenario.measures[1].id = "embargo".into();
    scenario
}

/// What goes wrong at a value of a parameter, if anything does.
fn trouble(place: usize, value: f64) -> Option<String> {
    let mut scenario = ruled();
    scenario.parameters[place].value = value;
    let draws = Draws::new(1, 0);
    let structure = Arc::new(Structure::new(&scenario.tables));
    let setup = match Setup::new(&structure, &scenario, scenario.central(), &draws) {
        Ok(setup) => Arc::new(setup),
        Err(error) => return Some(format!("no base year: {error}")),
    };
    let run = std::panic::catch_unwind(AssertUnwindSafe(|| play_from(&setup, &scenario, &draws)));
    match run {
        Ok(run) => {
            let wrong = |text: &String| text.contains("NaN") || text.contains("inf");
            run.history().iter().position(wrong).map(|entry| format!("no number in entry {entry}"))
        }
        Err(panic) => Some(panic.downcast_ref::<String>().cloned().unwrap_or_default()),
    }
}

#[test]
fn every_end_of_every_range_can_be_run() {
    let mut found = Vec::new();
    for (place, spec) in SPECS.iter().enumerate() {
        for value in [spec.low, spec.high] {
            if let Some(what) = trouble(place, value) {
                found.push(format!("{} = {value}: {what}", spec.key));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_buyer_that_can_use_nothing_is_named() {
    let mut scenario = plain();
    set(&mut scenario, "level-sharpness", 50.0);
    set(&mut scenario, "need-slack", -5.0);
    set(&mut scenario, "defer-share", 0.5);
    let structure = Arc::new(Structure::new(&scenario.tables));
    let error =
        Setup::new(&structure, &scenario, scenario.central(), &Draws::new(1, 0)).unwrap_err();
    assert!(matches!(error, SetupError::Deferred { .. }), "{error}");
}
