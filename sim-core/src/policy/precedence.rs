//! Precedence: the order in which the measures of a scenario are applied.
//!
//! Where two measures bar one sale and leave it the same leak, one of them is named and learns from a detection; and sums
//! of three numbers depend on their order. So measures are applied in an order of what they say.
//!
//! Invariant: the order does not depend on ids, titles or places in a list. Measures that say the same are
//! interchangeable.

use std::cmp::Ordering;

use crate::scenario::measure::{Measure, Salience};

/// The places of measures, the later rule first: it is the one that is enforced.
pub(super) fn order(measures: &[Measure]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..measures.len()).collect();
    places.sort_by(|one, other| compare(&measures[*one], &measures[*other]));
    places
}

/// Which of two measures comes first. Segments and news count last, so that a measure that is split by segments, and told
/// of once, stands where the whole did.
fn compare(one: &Measure, other: &Measure) -> Ordering {
    let dates = other.in_force.cmp(&one.in_force).then(other.announced.cmp(&one.announced));
    // Few measures share their dates.
    dates
        .then_with(|| terms(one).cmp(&terms(other)))
        .then_with(|| one.segments.cmp(&other.segments))
        .then_with(|| news(one).cmp(&news(other)))
}

/// News of a measure and its additions, as a text.
fn news(measure: &Measure) -> String {
    let additions: Vec<Salience> = measure.additions.iter().map(|more| more.salience).collect();
    format!("{:?} {additions:?}", measure.salience)
}

/// What else a measure says, as a text: without names for people and keys of tables.
fn terms(measure: &Measure) -> String {
    let mut bare = Measure {
        id: String::new(),
        title: String::new(),
        reference: String::new(),
        segments: Vec::new(),
        salience: Salience::None,
        ..measure.clone()
    };
    for addition in &mut bare.additions {
        (addition.id, addition.reference) = (String::new(), String::new());
        addition.salience = Salience::None;
    }
    for suspension in &mut bare.suspensions {
        (suspension.id, suspension.reference) = (String::new(), String::new());
    }
    for validation in &mut bare.validated {
        (validation.id, validation.reference) = (String::new(), String::new());
    }
    for ally in &mut bare.allies {
        ally.reference = String::new();
    }
    format!("{bare:?}")
}
