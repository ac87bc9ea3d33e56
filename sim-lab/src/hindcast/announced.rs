//! Losses that firms announced: runs with a rule and the same runs without it.
//!
//! Who announces a loss holds the market fixed, so no buyer spends more because of the rule here.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::draws::Draws;
use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_core::scenario::panel::{Definition, Panel};
use sim_core::scenario::param::Parameters;

use super::asked::HindcastError;
use super::facts::FactReader;
use crate::{library, priors};

/// History without the rule, and with it.
const SCENARIOS: [&str; 2] = ["without-october-2022", "history"];
/// Most replicates: an announced loss has a range of a third of itself.
const MOST: usize = 100;

/// Pairs of runs that a hindcast of some replicates plays.
pub(super) fn pairs(replicates: usize, panel: &Panel) -> usize {
    let asked = panel.figures.iter().any(|f| f.definition == Definition::AnnouncedLoss);
    if asked { replicates.min(MOST) } else { 0 }
}

/// What `count` pairs that end with the year `to` say of each figure; fewer if it was stopped.
pub(super) fn run(
    panel: &Arc<Panel>,
    to: i32,
    ensemble: Option<&Ensemble>,
    (count, seed): (usize, u64),
    stop: &AtomicBool,
    tick: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<Option<f64>>>, HindcastError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let end = [format!("time.end={to}Q4")];
    let load = |name: &str| -> Result<Arc<Scenario>, HindcastError> {
        let mut scenario = library::load(Path::new(name), &end)?.scenario;
        // Who announces a loss reads the rule as it was enacted.
        scenario.mechanisms.erosion = false;
        Ok(Arc::new(Scenario { ensemble: ensemble.cloned(), ..scenario }))
    };
    let scenarios = SCENARIOS.iter().map(|name| load(name)).collect::<Result<Vec<_>, _>>()?;
    let design = super::design(scenarios, count, seed, panel);
    let reader = FactReader::new(panel, &design, &design.setup(0, 0)?);
    let play = |replicate: usize| {
        let draws = Draws::new(seed, replicate as u64);
        let fixed = |scenario: &Scenario| Parameters {
            reactive_capex: 0.0,
            ..priors::draw(scenario, seed, replicate as u64)
        };
        let played = design.pair(replicate, &draws, fixed)?;
        Ok(reader.read_pair(&played.records[1], &played.records[0]))
    };
    let mut found = Vec::with_capacity(count);
    design.batches(stop, tick, play, |_, batch| {
        found.extend(batch);
        Ok::<(), HindcastError>(())
    })?;
    Ok(found)
}
