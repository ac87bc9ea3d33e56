//! When a measure can act, and what lies outside that time.

use crate::calendar::Quarter;
use crate::scenario::measure::Measure;

/// The quarters in which a measure can act.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    /// First quarter in force.
    pub(super) in_force: Quarter,
    /// First quarter no longer in force, if there is one.
    pub(super) sunset: Option<Quarter>,
    start: Quarter,
    end: Quarter,
}

/// Why something dated lies outside the life of a measure.
pub(super) enum Outside {
    /// It begins after the last quarter of the scenario.
    AfterEnd,
    /// Something else, in words that follow the name of the thing.
    Because(String),
}

impl Life {
    pub(super) fn of(measure: &Measure, (start, end): (Quarter, Quarter)) -> Self {
        Self { in_force: measure.in_force, sunset: measure.sunset, start, end }
    }

    /// Why the measure does not act in the simulated time, if it does not.
    pub(super) fn outside_time(&self) -> Option<String> {
        match self.sunset.filter(|&sunset| sunset <= self.start) {
            Some(sunset) => Some(format!("ends {sunset}, not after the start {}", self.start)),
            None if self.in_force > self.end => {
                Some(format!("comes into force {}, after the end {}", self.in_force, self.end))
            }
            None => None,
        }
    }

    /// Whether something that begins then can still act.
    pub(super) fn admits(&self, from: Quarter) -> bool {
        from <= self.end && self.sunset.is_none_or(|sunset| from < sunset)
    }

    /// Why a span of quarters lies outside, if it does.
    pub(super) fn misses(&self, from: Quarter, to: Option<Quarter>) -> Option<Outside> {
        let because = |text: String| Some(Outside::Because(text));
        if let Some(sunset) = self.sunset.filter(|&sunset| from >= sunset) {
            return because(format!("begins {from}, but the measure ends {sunset}"));
        }
        if from > self.end {
            return Some(Outside::AfterEnd);
        }
        let to = to?;
        if to <= self.in_force {
            let in_force = self.in_force;
            return because(format!(
                "is over {to}, but the measure comes into force {in_force} only"
            ));
        }
        if to <= self.start {
            return because(format!("is over {to}, not after the start {}", self.start));
        }
        None
    }
}
