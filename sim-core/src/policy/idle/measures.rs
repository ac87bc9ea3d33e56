//! Measures that can do nothing, and parts of measures that can do nothing.

use super::allies;
use super::life::{Life, Outside};
use super::reach::Reach;
use super::scope;
use crate::calendar::Quarter;
use crate::scenario::idle::Idle;
use crate::scenario::measure::{Addition, Measure, Salience};
use crate::scenario::problem::Code;
use crate::structure::Structure;

/// A measure that acts, looked at part by part.
pub(super) struct Case<'a> {
    pub(super) structure: &'a Structure,
    pub(super) measure: &'a Measure,
    pub(super) life: Life,
    pub(super) reach: Reach,
    /// Parts that begin after the end of the scenario.
    late: Vec<String>,
}

/// Whether something is no news beyond what it bars.
fn silent(salience: Salience) -> bool {
    matches!(salience, Salience::None | Salience::Value(0.0))
}

/// Looks at a measure. Of one that does nothing as a whole no part is looked at.
pub(super) fn look(
    structure: &Structure,
    measure: &Measure,
    time: (Quarter, Quarter),
    found: &mut Vec<Idle>,
) {
    let life = Life::of(measure, time);
    let id = &measure.id;
    let path = ["measures", id.as_str()];
    if let Some(why) = life.outside_time() {
        let help = "change its dates or `time`, or leave the measure out";
        found.push(Idle::new(Code::OutsideTime, &path, format!("`{id}` {why}"), help));
        return;
    }
    let reach = Reach::of(structure, measure, &life);
    if reach.is_empty() {
        let nobody = reach.scope.is_empty();
        let (why, help) = if nobody {
            let keys = "compare `destinations`, `owners`, `end_users` and `end_use` with the table of lines";
            ("no line is in its scope of buyers", keys)
        } else {
            let keys = "compare `authority`, `allies` and `segments` with the table of products";
            ("no bound supplier sells what its buyers buy", keys)
        };
        let message = format!("`{id}` reaches nothing: {why}");
        found.push(Idle::new(Code::ReachesNothing, &path, message, help));
        return;
    }
    let mut case = Case { structure, measure, life, reach, late: Vec::new() };
    scope::look(&case, found);
    case.additions(found);
    case.suspensions(found);
    case.validated(found);
    allies::look(&mut case, found);
    case.licence(found);
    case.late(found);
}

impl Case<'_> {
    /// Notes a part that lies outside the life of the measure; whether it does.
    pub(super) fn outside(
        &mut self,
        (table, key): (&str, &str),
        (from, to): (Quarter, Option<Quarter>),
        found: &mut Vec<Idle>,
    ) -> bool {
        match self.life.misses(from, to) {
            None => false,
            Some(Outside::AfterEnd) => {
                self.late.push(format!("{table}.{key}"));
                true
            }
            Some(Outside::Because(why)) => {
                let id = &self.measure.id;
                let message = format!("`{id}.{table}.{key}` does nothing: it {why}");
                let help = "change the dates, or delete the table";
                let path = ["measures", id, table, key];
                found.push(Idle::new(Code::OutsideTime, &path, message, help));
                true
            }
        }
    }

    /// Notes something that does nothing below the measure.
    pub(super) fn idle(&self, keys: &[&str], why: &str, help: &str) -> Idle {
        let id = self.measure.id.as_str();
        let path: Vec<&str> = ["measures", id].into_iter().chain(keys.iter().copied()).collect();
        let message = format!("`{}` does nothing: {why}", path[1..].join("."));
        Idle::new(Code::DoesNothing, &path, message, help)
    }

    /// One warning for all that begins after the end of the scenario.
    fn late(&self, found: &mut Vec<Idle>) {
        if self.late.is_empty() {
            return;
        }
        let id = &self.measure.id;
        let message =
            format!("`{id}` has parts that begin after the end: {}", self.late.join(", "));
        let help = "change their dates or `time`, or delete them";
        found.push(Idle::new(Code::OutsideTime, &["measures", id], message, help));
    }

    fn buyer(&self, line: &str) -> Option<usize> {
        self.structure.buyers.iter().position(|node| node.row.id == line)
    }

    fn additions(&mut self, found: &mut Vec<Idle>) {
        let measure = self.measure;
        for (n, addition) in measure.additions.iter().enumerate() {
            let place = ("additions", addition.id.as_str());
            if !self.outside(place, (addition.in_force, None), found) {
                self.addition(n, addition, found);
            }
        }
    }

    fn addition(&self, n: usize, addition: &Addition, found: &mut Vec<Idle>) {
        let keys = ["additions", addition.id.as_str()];
        let of = |measure: &Measure| Reach::of(self.structure, measure, &self.life);
        let mut without = self.measure.clone();
        without.additions.remove(n);
        let mut alone = self.measure.clone();
        alone.destinations.clear();
        alone.additions = vec![addition.clone()];
        let (before, added) = (of(&without), of(&alone));
        if self.closes_a_way(addition) {
            return;
        }
        if added.targets.is_empty() {
            let why = "no line that it adds buys what the measure bars";
            let help = "compare `end_users` and `destinations` with the table of lines, or delete the table";
            found.push(self.idle(&keys, why, help));
            return;
        }
        if before.targets == self.reach.targets && silent(addition.salience) {
            let why = "the measure reaches all that it adds without it, and no later";
            let help = "delete the table, or name buyers that are not in scope yet";
            found.push(self.idle(&keys, why, help));
            return;
        }
        for line in &addition.end_users {
            let Some(b) = self.buyer(line) else { continue };
            let known = before.target(b).is_some_and(|t| t.in_force <= addition.in_force);
            let why = if known {
                format!("`{line}` is in scope already")
            } else if added.target(b).is_none() {
                format!("`{line}` buys nothing that the measure bars")
            } else {
                continue;
            };
            let part = [keys[0], keys[1], "end_users"];
            found.push(self.idle(&part, &why, "delete the name").of_item(line));
        }
    }

    /// Whether an addition names a place through which goods are diverted: that hampers evasion, whoever buys there.
    fn closes_a_way(&self, addition: &Addition) -> bool {
        let mut places = self.structure.jurisdictions.iter().zip(&self.structure.diversion);
        places.any(|(place, share)| {
            *share > 0.0
                && addition.destinations.contains(place)
                && !self.measure.destinations.contains(place)
        })
    }

    fn suspensions(&mut self, found: &mut Vec<Idle>) {
        let measure = self.measure;
        for (n, suspension) in measure.suspensions.iter().enumerate() {
            let place = ("suspensions", suspension.id.as_str());
            if self.outside(place, (suspension.from, suspension.to), found) {
                continue;
            }
            let keys = ["suspensions", suspension.id.as_str()];
            let lasts = |until: Option<Quarter>| match (suspension.to, until) {
                (None, _) => true,
                (Some(to), until) => until.is_some_and(|until| to >= until),
            };
            // What is announced before is awaited, and news is news.
            let awaited = suspension.from > measure.announced || !silent(measure.salience);
            if !awaited && lasts(measure.sunset) {
                let message = format!(
                    "`{}` bars nothing: it is suspended from the first day to the last",
                    measure.id
                );
                let help = "change the dates, or leave the measure out";
                let path = ["measures", measure.id.as_str(), keys[0], keys[1]];
                found.push(Idle::new(Code::DoesNothing, &path, message, help));
                continue;
            }
            let within = measure.suspensions.iter().enumerate().find(|(m, other)| {
                let ends = other.to.is_none_or(|to| suspension.to.is_some_and(|end| end <= to));
                let same = (other.from, other.to) == (suspension.from, suspension.to);
                *m != n && other.from <= suspension.from && ends && (!same || *m < n)
            });
            if let Some((_, other)) = within {
                let why = format!("`{}` suspends the measure in all of its quarters", other.id);
                found.push(self.idle(&keys, &why, "delete one of the two tables"));
            }
        }
    }

    fn validated(&mut self, found: &mut Vec<Idle>) {
        let measure = self.measure;
        for permission in &measure.validated {
            let place = ("validated", permission.id.as_str());
            if self.outside(place, (permission.from, permission.to), found) {
                continue;
            }
            let keys = ["validated", permission.id.as_str(), "end_users"];
            for line in &permission.end_users {
                let Some(b) = self.buyer(line) else { continue };
                if self.reach.listable.contains(&b) {
                    continue;
                }
                let why = match (self.reach.target(b), self.reach.scope_of(b)) {
                    (Some(t), _) if permission.to.is_some_and(|to| to <= t.in_force) => {
                        format!("the permission is over before the measure reaches `{line}`")
                    }
                    (Some(_), _) => continue,
                    (None, Some(_)) => {
                        format!("`{line}` buys nothing that the measure bars")
                    }
                    (None, None) => format!("`{line}` is not in the scope of the measure"),
                };
                let help = "delete the name, or name a buyer in scope";
                found.push(self.idle(&keys, &why, help).of_item(line));
            }
        }
    }

    fn licence(&self, found: &mut Vec<Idle>) {
        let licence = &self.measure.licence;
        if licence.approval_rate.is_always(0.0) {
            let given = [
                ("fee", !licence.fee.is_always(0.0)),
                ("quantity_cap", licence.quantity_cap.is_some()),
                ("delay", licence.delay > 0),
            ];
            for (key, _) in given.into_iter().filter(|(_, given)| *given) {
                let why = "no licence is granted (`denial`, or an approval rate of 0)";
                let help = "delete the key, or write an `approval_rate` above 0";
                found.push(self.idle(&["licence", key], why, help));
            }
            return;
        }
        let first = self.measure.in_force.plus(licence.delay as i32);
        if licence.delay > 0 && !self.life.admits(first) {
            let why = format!("the first decision would come {first}, when the measure is over");
            found.push(self.idle(&["licence"], &why, "write a shorter `delay`"));
        }
    }
}
