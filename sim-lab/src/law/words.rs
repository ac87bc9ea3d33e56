//! What a measure bars, for whom and on what terms, in words.
//!
//! Invariant: names are those of the tables, numbers those of the scenario.

use std::fmt::Write as _;

use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{EndUse, Levels, Measure};

use crate::library::Loaded;
use crate::reference::allowed;

/// The name of a country.
pub(super) fn place(scenario: &Scenario, id: &str) -> String {
    let row = scenario.tables.jurisdictions.iter().find(|row| row.id == id);
    row.map_or_else(|| id.to_owned(), |row| row.name.clone())
}

/// The name of a buyer.
pub(super) fn buyer(scenario: &Scenario, id: &str) -> String {
    let row = scenario.tables.lines.iter().find(|row| row.id == id);
    row.map_or_else(|| id.to_owned(), |row| row.name.clone())
}

/// The name of a segment, or of a class of them.
fn ware(scenario: &Scenario, id: &str) -> String {
    let row = scenario.tables.segments.iter().find(|row| row.id == id);
    row.map_or_else(|| id.replace('_', " "), |row| row.name.clone())
}

fn list(items: &[String], name: impl Fn(&String) -> String) -> String {
    items.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What a measure bars, and for whom.
pub(super) fn barred(scenario: &Scenario, m: &Measure) -> String {
    let wares = if m.segments.is_empty() {
        "all wares".to_owned()
    } else {
        list(&m.segments, |id| ware(scenario, id))
    };
    let still = match allowed(m.threshold) {
        none if none == "nothing" => String::new(),
        some => format!("; {some} may be sold"),
    };
    let mut whom = format!("buyers in {}", list(&m.destinations, |id| place(scenario, id)));
    if !m.owners.is_empty() {
        let _ = write!(whom, " owned from {}", list(&m.owners, |id| place(scenario, id)));
    }
    if !m.end_users.is_empty() {
        let _ = write!(whom, ": {}", list(&m.end_users, |id| buyer(scenario, id)));
    }
    match &m.end_use {
        Some(EndUse::MinLevel(l)) => {
            let _ = write!(whom, ", lines from {} on", levels(l));
        }
        Some(EndUse::FrontierLag(lag)) => {
            let _ = write!(whom, ", lines less than {lag} generations behind the frontier");
        }
        Some(EndUse::Tag(tag)) => {
            let _ = write!(whom, ", {tag}s only");
        }
        None => {}
    }
    format!("{wares}{still}. For {whom}")
}

fn levels(l: &Levels) -> String {
    if [l.dram, l.nand] == [l.logic; 2] {
        format!("level {}", l.logic)
    } else {
        format!("level {} in logic, {} in DRAM, {} in NAND", l.logic, l.dram, l.nand)
    }
}

/// How far a measure reaches beyond its authority's own suppliers, and on what terms sales are licensed.
pub(super) fn terms(loaded: &Loaded, m: &Measure) -> String {
    let mut all = Vec::new();
    if let Some(trigger) = m.fdpr {
        all.push(format!("goods from abroad that depend on US technology by {trigger} or more"));
    }
    if let Some(content) = m.de_minimis {
        all.push(format!("goods from abroad with more than {} % US content", 100.0 * content));
    }
    if !m.exempt_homes.is_empty() {
        let homes = list(&m.exempt_homes, |id| place(&loaded.scenario, id));
        all.push(format!("not those from {homes}"));
    }
    let licence = format!("measures.{}.licence.policy", m.id);
    let policy = loaded.leaves.iter().find(|leaf| leaf.path == licence);
    let rate = &m.licence.approval_rate;
    if rate.is_always(0.0) {
        all.push("no licence".to_owned());
    } else {
        let policy = policy.map_or_else(String::new, |leaf| {
            format!("{}, ", leaf.value.trim_matches('"').replace('-', " "))
        });
        all.push(format!("licences: {policy}approval rate {rate}"));
    }
    if !m.licence.fee.is_always(0.0) {
        all.push(format!("fee {} of the price", m.licence.fee));
    }
    if let Some(cap) = m.licence.quantity_cap {
        all.push(format!("at most {cap} of the sales at home"));
    }
    if m.servicing_barred {
        all.push("no service of installed tools".to_owned());
    }
    all.join("; ")
}
