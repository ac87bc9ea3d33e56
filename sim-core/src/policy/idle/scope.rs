//! Lists of a measure's scope: names that reach nobody.

use super::Idle;
use super::measures::Case;
use super::reach::Reach;
use crate::policy::lawbook::Grip;
use crate::scenario::measure::Measure;

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
            (format!("`{line}` does not stand at a destination, or is not of its owners or end use"), help)
        };
        found.push(case.idle(&["end_users"], &why, help).of_item(line));
    }
}

fn segments(case: &Case<'_>, found: &mut Vec<Idle>) {
    let structure = case.structure;
    for name in &case.measure.segments {
        let named = std::slice::from_ref(name);
        let segment = |product: usize| &structure.segments[structure.products[product].segment].row;
        if !case.reach.bound.iter().any(|bound| segment(bound.product).among(named)) {
            let why = format!("no bound supplier sells `{name}` to a buyer in scope");
            found.push(case.idle(&["segments"], &why, "delete the name").of_item(name));
        }
    }
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

/// Homes exempt from a reach that would not touch them.
fn exempt(case: &Case<'_>, found: &mut Vec<Idle>) {
    for home in &case.measure.exempt_homes {
        let exempt_homes =
            case.measure.exempt_homes.iter().filter(|other| *other != home).cloned().collect();
        let without = Measure { exempt_homes, ..case.measure.clone() };
        if Reach::of(case.structure, &without, &case.life).bound == case.reach.bound {
            let why = format!("the measure would reach no supplier at home in `{home}`");
            found.push(case.idle(&["exempt_homes"], &why, "delete the name").of_item(home));
        }
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
