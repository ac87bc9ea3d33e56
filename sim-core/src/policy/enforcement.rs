//! Enforcement: how open a measure leaves the grey channel, by the ways around it.

use super::practised;
use crate::calendar::Quarter;
use crate::scenario::measure::Measure;
use crate::world::World;

/// How open each form is under a measure, 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forms {
    /// Shell companies abroad.
    pub shells: f64,
    /// Domestic trading networks: somebody in the country may still buy.
    pub networks: f64,
    /// False statements of end use.
    pub false_use: f64,
}

/// The forms that are open under a measure.
///
/// Shells work through countries that the measure does not name as destinations: `shells · Σ diversion` over
/// them. Networks need somebody at the destination who may buy: a measure by owner, end user or end use.
/// False end use needs a measure by end use.
pub fn forms(world: &World, measure: &Measure, now: Quarter) -> Forms {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let covered = |place: &String| {
        let added = measure.additions.iter().filter(|a| now >= a.in_force);
        measure.destinations.contains(place)
            || added.into_iter().any(|a| a.destinations.contains(place))
    };
    let ways: f64 = structure
        .jurisdictions
        .iter()
        .zip(&structure.diversion)
        .filter(|(place, share)| **share > 0.0 && !covered(place))
        .map(|(_, share)| share)
        .sum();
    let by_name = measure.is_list() || !measure.owners.is_empty();
    let by_use = measure.end_use.is_some();
    Forms {
        shells: p.grey_shells * ways.min(1.0),
        networks: if by_name || by_use { p.grey_networks } else { 0.0 },
        false_use: if by_use { p.grey_false_use } else { 0.0 },
    }
}

/// Enforcement of a measure, raised by what detections have taught.
pub fn enforcement(world: &World, measure: &Measure) -> f64 {
    let vigilance = world.law.get(&measure.id).map_or(0.0, |state| state.vigilance);
    let enforcement = practised(world, &measure.enforcement, world.now());
    enforcement + (1.0 - enforcement) * vigilance
}

/// Chance that a good can be had in spite of a measure, before the buyer's own connections:
/// `(1 − e) · [1 − Π (1 − form)]`.
pub fn openness(world: &World, measure: &Measure, now: Quarter) -> f64 {
    if !world.scenario.mechanisms.grey_channel {
        return 0.0;
    }
    let Forms { shells, networks, false_use } = forms(world, measure, now);
    let shut = (1.0 - shells) * (1.0 - networks) * (1.0 - false_use);
    (1.0 - enforcement(world, measure)) * (1.0 - shut)
}
