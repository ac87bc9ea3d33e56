//! Cross-checks of measures against the tables: whom do they reach, and when?
//!
//! Invariant: everything here is a warning. Such a scenario runs; it only says less than it seems to.

use super::Scenario;
use super::measure::Measure;
use super::problem::{Code, Log};
use super::source::Origin;
use super::tables::{Line, Product, Tables};

/// Checks all measures of a scenario, whose places are given in the same order.
pub(crate) fn check(scenario: &Scenario, places: &[Origin], log: &mut Log) {
    for (measure, &place) in scenario.measures.iter().zip(places) {
        outside_time(measure, scenario, place, log);
        reaches_nothing(measure, &scenario.tables, place, log);
    }
}

fn outside_time(measure: &Measure, scenario: &Scenario, place: Origin, log: &mut Log) {
    let (start, end) = (scenario.start, scenario.end);
    let ended = measure.sunset.filter(|&sunset| sunset <= start);
    let message = if let Some(sunset) = ended {
        format!("`{}` ends {sunset}, before the start {start}", measure.id)
    } else if measure.in_force > end {
        format!("`{}` comes into force {}, after the end {end}", measure.id, measure.in_force)
    } else {
        return;
    };
    log.warn(Code::OutsideTime, place, message);
}

fn reaches_nothing(measure: &Measure, tables: &Tables, place: Origin, log: &mut Log) {
    if tables.products.is_empty() || tables.lines.is_empty() || tables.suppliers.is_empty() {
        return;
    }
    let lines: Vec<_> = tables.lines.iter().filter(|line| hits(measure, line)).collect();
    if lines.is_empty() {
        let message =
            format!("`{}` reaches nothing: no line is in its scope of buyers", measure.id);
        log.warn(Code::ReachesNothing, place, message)
            .help("compare `destinations`, `owners` and `end_users` with the table of lines");
        return;
    }
    let binds = |product: &Product| binds(measure, product, tables, &lines);
    if !tables.products.iter().any(binds) {
        let message = format!(
            "`{}` reaches nothing: no bound supplier sells what its buyers buy",
            measure.id
        );
        log.warn(Code::ReachesNothing, place, message)
            .help("compare `authority`, `allies` and `segments` with the table of products");
    }
}

/// Whether a line is in the scope of a measure, leaving aside what it makes: that changes.
fn hits(measure: &Measure, line: &Line) -> bool {
    let listed = |list: &[String], id: &String| list.is_empty() || list.contains(id);
    measure.destinations.contains(&line.location)
        && listed(&measure.owners, &line.owner)
        && listed(&measure.end_users, &line.id)
}

fn binds(measure: &Measure, product: &Product, tables: &Tables, lines: &[&Line]) -> bool {
    let Some(segment) = tables.segments.iter().find(|row| row.id == product.segment) else {
        return false;
    };
    let Some(supplier) = tables.suppliers.iter().find(|row| row.id == product.supplier) else {
        return false;
    };
    let named = |list: &[String]| list.contains(&segment.id) || list.contains(&segment.class);
    let ally = measure
        .allies
        .iter()
        .any(|ally| ally.home == supplier.legal && !named(&ally.except_segments));
    (measure.segments.is_empty() || named(&measure.segments))
        && (supplier.legal == measure.authority || ally)
        && lines.iter().any(|line| line.kind == segment.buyers)
}
