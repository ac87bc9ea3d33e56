//! Cross-checks of a measure against time and tables: when does it act, and whom does it reach?
//!
//! Invariant: everything here is a warning. Such a scenario runs; it only says less than it seems to.

use std::collections::BTreeSet;

use super::measure::Measure;
use super::problem::{Code, Log};
use super::source::Origin;
use super::tables::{BuyerKind, Line, Product, Tables};
use crate::calendar::Quarter;

/// Notes a measure that acts wholly outside the simulated time.
pub(crate) fn acts_within(
    measure: &Measure,
    (start, end): (Quarter, Quarter),
    place: Origin,
    log: &mut Log,
) {
    let ended = measure.sunset.filter(|&sunset| sunset <= start);
    let message = if let Some(sunset) = ended {
        format!("`{}` ends {sunset}, not after the start {start}", measure.id)
    } else if measure.in_force > end {
        format!("`{}` comes into force {}, after the end {end}", measure.id, measure.in_force)
    } else {
        return;
    };
    log.warn(Code::OutsideTime, place, message);
}

/// Notes a measure that no purchase can ever meet.
pub(crate) fn reaches_somebody(measure: &Measure, tables: &Tables, place: Origin, log: &mut Log) {
    let lines: Vec<_> = tables.lines.iter().filter(|line| hits(measure, line)).collect();
    if lines.is_empty() {
        let message =
            format!("`{}` reaches nothing: no line is in its scope of buyers", measure.id);
        log.warn(Code::ReachesNothing, place, message)
            .help("compare `destinations`, `owners` and `end_users` with the table of lines");
        return;
    }
    let kinds: BTreeSet<BuyerKind> = lines.iter().map(|line| line.kind).collect();
    if !tables.products.iter().any(|product| binds(measure, product, tables, &kinds)) {
        let message = format!(
            "`{}` reaches nothing: no bound supplier sells what its buyers buy",
            measure.id
        );
        log.warn(Code::ReachesNothing, place, message)
            .help("compare `authority`, `allies` and `segments` with the table of products");
    }
}

/// Whether a line is in the scope of a measure now or after an addition, leaving aside what it makes: that
/// changes. A list of detected buyers may come to name anybody.
fn hits(measure: &Measure, line: &Line) -> bool {
    let listed = |list: &[String], id: &String| list.is_empty() || list.contains(id);
    let adds = |pick: fn(&super::measure::Addition) -> &Vec<String>, id: &String| {
        measure.additions.iter().any(|addition| pick(addition).contains(id))
    };
    let located = measure.destinations.contains(&line.location)
        || adds(|addition| &addition.destinations, &line.location);
    adds(|addition| &addition.end_users, &line.id)
        || (located
            && listed(&measure.owners, &line.owner)
            && (measure.lists_detected || listed(&measure.end_users, &line.id)))
}

fn binds(
    measure: &Measure,
    product: &Product,
    tables: &Tables,
    kinds: &BTreeSet<BuyerKind>,
) -> bool {
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
    let foreign = !measure.exempt_homes.contains(&supplier.legal)
        && !measure.destinations.contains(&supplier.legal)
        && (measure.de_minimis.is_some_and(|share| product.us_content > share)
            || measure.fdpr.is_some_and(|trigger| product.us_dependence >= trigger));
    (measure.segments.is_empty() || named(&measure.segments))
        && (supplier.legal == measure.authority || ally || foreign)
        && kinds.contains(&segment.buyers)
}
