//! All that happens to the measures of a scenario, by date.
//!
//! Invariant: each date is one that a file gives.

use std::fmt::Write as _;

use sim_core::calendar::Quarter;
use sim_core::scenario::measure::{Accession, Measure};
use sim_core::scenario::purchase_rule::PurchaseRule;

use super::date;
use super::words::{buyer, place};
use crate::library::Loaded;
use crate::reference::cell;

/// Something that happens.
struct Event {
    at: Quarter,
    date: String,
    what: String,
    measure: String,
    by: String,
    reference: String,
}

/// All that happens, by date.
pub(super) fn timeline(page: &mut String, loaded: &Loaded) {
    let scenario = &loaded.scenario;
    let mut events: Vec<Event> = scenario.measures.iter().flat_map(|m| events(loaded, m)).collect();
    events.extend(scenario.purchase_rules.iter().flat_map(|rule| of_rule(loaded, rule)));
    events.sort_by(|a, b| (a.at, &a.date, &a.measure).cmp(&(b.at, &b.date, &b.measure)));
    page.push_str(
        "\n## Timeline\n\n| date | what happens | measure | by | reference |\n| --- | --- | --- | --- | --- |\n",
    );
    for e in events {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            e.date,
            cell(&e.what),
            cell(&e.measure),
            e.by,
            cell(&e.reference)
        );
    }
}

/// What happens to a rule of a buyers' state.
fn of_rule(loaded: &Loaded, rule: &PurchaseRule) -> Vec<Event> {
    let event = |key: &str, at: Quarter, what: &str| Event {
        at,
        date: date(loaded, &format!("purchase_rules.{}.{key}", rule.id), at),
        what: what.to_owned(),
        measure: format!("{} (`{}`)", rule.title, rule.id),
        by: place(&loaded.scenario, &rule.state),
        reference: rule.reference.clone(),
    };
    let begins = event("from", rule.from, "in force");
    std::iter::once(begins).chain(rule.to.map(|to| event("to", to, "ends"))).collect()
}

/// What happens to a measure.
fn events(loaded: &Loaded, m: &Measure) -> Vec<Event> {
    let scenario = &loaded.scenario;
    let path = format!("measures.{}", m.id);
    let event = |key: &str, at: Quarter, what: &str, reference: &str| Event {
        at,
        date: date(loaded, &format!("{path}.{key}"), at),
        what: what.to_owned(),
        measure: format!("{} (`{}`)", m.title, m.id),
        by: place(scenario, &m.authority),
        reference: reference.to_owned(),
    };
    let mut all = begun(
        event("announced", m.announced, "announced", &m.reference),
        event("in_force", m.in_force, "in force", &m.reference),
    );
    for a in &m.additions {
        let added: Vec<String> = a
            .end_users
            .iter()
            .map(|b| buyer(scenario, b))
            .chain(a.destinations.iter().map(|d| place(scenario, d)))
            .collect();
        let (added, inner) = (added.join(", "), format!("additions.{}", a.id));
        all.extend(begun(
            event(
                &format!("{inner}.announced"),
                a.announced,
                &format!("announced, also for {added}"),
                &a.reference,
            ),
            event(
                &format!("{inner}.in_force"),
                a.in_force,
                &format!("in force, also for {added}"),
                &a.reference,
            ),
        ));
    }
    for s in &m.suspensions {
        let inner = format!("suspensions.{}", s.id);
        all.push(event(&format!("{inner}.from"), s.from, "suspended", &s.reference));
        all.extend(
            s.to.map(|to| event(&format!("{inner}.to"), to, "in force again", &s.reference)),
        );
    }
    for v in &m.validated {
        let names: Vec<String> = v.end_users.iter().map(|b| buyer(scenario, b)).collect();
        let (names, inner) = (names.join(", "), format!("validated.{}", v.id));
        all.push(event(
            &format!("{inner}.from"),
            v.from,
            &format!("standing permission for {names}"),
            &v.reference,
        ));
        let ends = format!("no standing permission any more for {names}");
        all.extend(v.to.map(|to| event(&format!("{inner}.to"), to, &ends, &v.reference)));
    }
    for ally in &m.allies {
        if let Accession::Dated { from, .. } = ally.accession {
            let what = format!("{} aligns", place(scenario, &ally.home));
            all.push(event(&format!("allies.{}.from", ally.home), from, &what, &ally.reference));
        }
        let home = place(scenario, &ally.home);
        if let Some(away) = ally.away {
            let path = |key: &str| format!("allies.{}.{key}", ally.home);
            let what = format!("{home} leaves");
            all.push(event(&path("leaves"), away.from, &what, &ally.reference));
            let what = format!("{home} returns");
            all.extend(away.to.map(|to| event(&path("returns"), to, &what, &ally.reference)));
        }
    }
    all.extend(m.sunset.map(|end| event("sunset", end, "ends", &m.reference)));
    all
}

/// An announcement and its date in force: one event where they are one day.
fn begun(announced: Event, in_force: Event) -> Vec<Event> {
    if announced.date == in_force.date {
        let what = announced.what.replacen("announced", "announced and in force", 1);
        vec![Event { what, ..announced }]
    } else {
        vec![announced, in_force]
    }
}
