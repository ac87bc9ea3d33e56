//! Reversal (P12): how much of what a regime did is undone where a later regime replaces it.

use std::sync::Arc;

use sim_core::scenario::Scenario;

use crate::outcome::{HEADLINES, Headline};
use crate::results::Results;
use sim_stats::summary::Summary;

/// Headlines at the end of the horizon that say whether a return is a way back.
const ASKED: [&str; 4] = ["us-share", "domestic-share", "lead-logic", "us-belief"];

/// Part of a regime's effect on a headline that is gone at the end under a scenario that leaves the regime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reversal {
    /// The headline.
    pub headline: &'static Headline,
    /// Ratio of medians: 1 = all undone, 0 = nothing.
    pub undone: f64,
    /// 5 % and 95 % quantiles of the effect that is left, in the headline's unit.
    pub left: (f64, f64),
}

/// Whether one scenario leaves the regime of another: it has each of its measures, and at least one of them ends
/// in it and not in the other.
pub fn leaves(one: &Scenario, other: &Scenario) -> bool {
    let ended = |id: &str| one.measures.iter().find(|m| m.id == id).map(|m| m.sunset);
    !other.measures.is_empty()
        && other.measures.iter().all(|m| ended(&m.id).is_some())
        && other.measures.iter().any(|m| m.sunset.is_none() && ended(&m.id).flatten().is_some())
}

/// The pairs of scenarios of a comparison in which the second leaves the regime of the first, after it had differed from the
/// baseline for some time: of two that part from the baseline and each other at once, neither undoes what the other did.
pub fn pairs(scenarios: &[Arc<Scenario>]) -> Vec<(usize, usize)> {
    let all = || 1..scenarios.len();
    all()
        .flat_map(|harsh| all().map(move |back| (harsh, back)))
        .filter(|(harsh, back)| {
            let (base, harsh, back) = (&scenarios[0], &scenarios[*harsh], &scenarios[*back]);
            leaves(back, harsh) && base.parts_from(harsh) < harsh.parts_from(back)
        })
        .collect()
}

/// `undone = 1 - median(back - baseline) / median(harsh - baseline)`, paired, for the headlines on which the harsh
/// regime has a clear effect: 5 % and 95 % quantiles of one sign.
pub fn of(results: &Results, harsh: usize, back: usize) -> Vec<Reversal> {
    ASKED
        .iter()
        .filter_map(|id| {
            let effect = Summary::told(&results.difference(harsh, id));
            if !effect.clear() || effect.p50 == 0.0 {
                return None;
            }
            let rest = Summary::told(&results.difference(back, id));
            Some(Reversal {
                headline: &HEADLINES[Headline::find(id)?],
                undone: 1.0 - rest.p50 / effect.p50,
                left: (rest.p5, rest.p95),
            })
        })
        .collect()
}
