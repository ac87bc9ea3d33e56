//! Lists of a measure's scope: names that reach nobody.

use super::measures::Case;
use super::reach::Reach;
use crate::policy::lawbook::Grip;
use crate::scenario::idle::Idle;
use crate::scenario::measure::Measure;
use crate::scenario::problem::Code;

/// Looks at the lists of the scope and of the reach.
pub(super) fn look(case: &Case<'_>, found: &mut Vec<Idle>) {
    end_users(case, found);
    segments(case, found);
    foreign_made(case, found);
    exempt(case, found);
    listing(case, found);
}

fn end_users(case: &Case<'_>, found: &mut Vec<Idle>) {
    for line in &case.measure.end_users {
        let buyer = case.structure.buyers.iter().position(|node| node.row.id == *line);
        let Some(b) = buyer.filter(|b| case.reach.target(*b).is_none()) else { continue };
        let (why, help) = if case.reach.scope_of(b).is_some() {
            (format!("`{line}` buys nothing that the measure bars"), "delete the name")
        } else {
            let help = "delete the name, or widen `destinations`, `owners` or `end_use`";
            (
                format!(
                    "`{line}` does not stand at a destination, or is not of its owners or end use"
                ),
                help,
            )
        };
        found.push(case.idle(&["end_users"], &why, help).of_item(line));
    }
}

fn segments(case: &Case<'_>, found: &mut Vec<Idle>) {
    let structure = case.structure;
    let segment = |product: usize| &structure.segments[structure.products[product].segment].row;
    let met = |name: &String| {
        let named = std::slice::from_ref(name);
        case.reach.bound.iter().any(|bound| segment(bound.product).among(named))
    };
    let idle = case.measure.segments.iter().filter(|name| !met(name)).map(String::as_str);
    names(case, "segments", idle, "no bound supplier sells them to a buyer in scope", found);
}

/// A reach to foreign-made goods that holds for none.
fn foreign_made(case: &Case<'_>, found: &mut Vec<Idle>) {
    let holds = |wanted: fn(&Grip) -> bool| case.reach.bound.iter().any(|b| wanted(&b.grip));
    if case.measure.de_minimis.is_some() && !holds(|grip| matches!(grip, Grip::Content(_))) {
        let why = "no foreign-made product that its buyers buy has more US content";
        let help = "write a smaller share, or delete the key";
        found.push(case.idle(&["de_minimis"], why, help));
    }
    if case.measure.fdpr.is_some() && !holds(|grip| matches!(grip, Grip::Technology(_))) {
        let why = "no foreign-made product that its buyers buy depends so much on US technology";
        let help = "write a smaller `trigger`, or delete the table";
        found.push(case.idle(&["fdpr"], why, help));
    }
}

/// One note for all the names of a list that reach nothing, where others do.
fn names<'a>(
    case: &Case<'_>,
    key: &str,
    idle: impl Iterator<Item = &'a str>,
    why: &str,
    found: &mut Vec<Idle>,
) {
    let idle: Vec<&str> = idle.collect();
    if !idle.is_empty() {
        let message = format!(
            "`{}.{key}` names what does nothing: {} ({why})",
            case.measure.id,
            idle.join(", ")
        );
        let path = ["measures", case.measure.id.as_str(), key];
        let help = "leave it if the law says so";
        found.push(Idle::new(Code::DoesNothing, &path, message, help).into_note());
    }
}

/// Homes exempt from a reach that would not touch them.
fn exempt(case: &Case<'_>, found: &mut Vec<Idle>) {
    let untouched = |home: &&String| {
        let exempt_homes =
            case.measure.exempt_homes.iter().filter(|other| other != home).cloned().collect();
        let without = Measure { exempt_homes, ..case.measure.clone() };
        Reach::of(case.structure, &without, &case.life).bound == case.reach.bound
    };
    let homes = &case.measure.exempt_homes;
    let idle: Vec<&str> = homes.iter().filter(untouched).map(String::as_str).collect();
    if idle.len() < homes.len() {
        let why = "the measure would reach no supplier at home there";
        names(case, "exempt_homes", idle.into_iter(), why, found);
    } else if !homes.is_empty() {
        let why = format!("the measure would reach no supplier at home in {}", idle.join(", "));
        let help = "delete the key, or name homes of suppliers that it would reach";
        found.push(case.idle(&["exempt_homes"], &why, help));
    }
}

/// A listing of detected buyers where all of them are in scope.
fn listing(case: &Case<'_>, found: &mut Vec<Idle>) {
    let Reach { listable, .. } = &case.reach;
    if case.measure.lists_detected && listable.iter().all(|b| case.reach.target(*b).is_some()) {
        let why = "every buyer that could be listed is in scope already";
        found.push(case.idle(&["lists_detected"], why, "delete the key"));
    }
}
