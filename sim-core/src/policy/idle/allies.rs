//! Allies that bind nobody.

use super::measures::Case;
use super::reach::Reach;
use crate::policy::lawbook::Grip;
use crate::scenario::idle::Idle;
use crate::scenario::measure::{Accession, Alignment, Measure};

/// Looks at all allies. Homes on the same terms are looked at together: one table may list many.
pub(super) fn look(case: &mut Case<'_>, found: &mut Vec<Idle>) {
    let measure = case.measure;
    let mut seen: Vec<&Alignment> = Vec::new();
    for ally in &measure.allies {
        if seen.iter().any(|other| same_terms(other, ally)) {
            continue;
        }
        seen.push(ally);
        let homes: Vec<&str> = measure
            .allies
            .iter()
            .filter(|other| same_terms(other, ally))
            .map(|other| other.home.as_str())
            .collect();
        terms(case, ally, &homes, found);
    }
}

/// Whether two homes join on the same terms.
fn same_terms(one: &Alignment, other: &Alignment) -> bool {
    Alignment { home: other.home.clone(), ..one.clone() } == *other
}

fn terms(case: &mut Case<'_>, ally: &Alignment, homes: &[&str], found: &mut Vec<Idle>) {
    let home = ally.home.as_str();
    match ally.accession {
        Accession::Dated { from, .. } => {
            if case.outside(("allies", home), (from, None), found) {
                return;
            }
        }
        Accession::Weighed { pressure } => {
            if pressure <= 0.0 {
                let why = "a pressure of 0 moves no government";
                let help = "write a `pressure` above 0, or a date (`from`)";
                found.push(case.idle(&["allies", home, "pressure"], why, help));
                return;
            }
        }
    }
    if ally.coverage <= 0.0 {
        let why = "a coverage of 0 is a rule for none of its products";
        let help = "write a share above 0, or delete the table";
        found.push(case.idle(&["allies", home, "coverage"], why, help));
        return;
    }
    if let Some(away) = ally.away.filter(|away| away.to == Some(away.from)) {
        let why = format!("it leaves and returns {}", away.from);
        let help = "write a later `returns`, or delete both keys";
        found.push(case.idle(&["allies", home, "leaves"], &why, help));
    } else if let Some(away) = ally.away.filter(|away| !case.life.admits(away.from)) {
        let why = format!("it leaves {}, when the measure or the time is over", away.from);
        found.push(case.idle(&["allies", home, "leaves"], &why, "write an earlier date"));
    }
    let idle: Vec<&&str> = homes.iter().filter(|home| !binds(case, home)).collect();
    for home in &idle {
        let why = format!("no supplier at home in `{home}` sells what buyers in scope buy");
        let help = "name a home of suppliers in `segments`, or leave it out";
        let one = case.idle(&["allies", home], &why, help);
        found.push(if idle.len() < homes.len() { one.into_note() } else { one });
    }
    if idle.len() < homes.len() {
        exceptions(case, ally, found);
    }
}

/// Whether a home's own rule can bind one of its products.
fn binds(case: &Case<'_>, home: &str) -> bool {
    case.reach.bound.iter().any(|bound| {
        let legal = case.structure.products[bound.product].legal;
        matches!(bound.grip, Grip::Ally(..) | Grip::Weighing(_))
            && case.structure.jurisdictions[legal] == home
    })
}

/// Segments that a rule leaves out although it would bind nothing there.
fn exceptions(case: &Case<'_>, ally: &Alignment, found: &mut Vec<Idle>) {
    for name in &ally.except_segments {
        let mut without: Measure = case.measure.clone();
        for other in without.allies.iter_mut().filter(|other| same_terms(other, ally)) {
            other.except_segments.retain(|segment| segment != name);
        }
        if Reach::of(case.structure, &without, &case.life).bound == case.reach.bound {
            let why = format!("the rule would bind no supplier in `{name}`");
            let keys = ["allies", ally.home.as_str(), "except_segments"];
            found.push(case.idle(&keys, &why, "delete the name").of_item(name));
        }
    }
}
