//! Reading the terms of a measure: reach to foreign-made goods, additions, suspensions, validated end users,
//! enforcement and licences.

use super::CONTENT_OF;
use super::dated::{self, Dated};
use super::ids::{Ids, Kind};
use super::keys::{self, APPROVALS};
use super::measure::{Addition, Licence, Suspension, Validation};
use super::problem::{Code, Log};
use super::read_measure::{abroad, id_list, in_order, quarters, salience};
use super::walk::{Bounds, Section, number, word};
use crate::calendar::Quarter;

/// Named strengths of enforcement.
pub(crate) const ENFORCEMENT: [(&str, f64); 3] = [("weak", 0.25), ("medium", 0.5), ("strong", 0.8)];
/// Enforcement of a measure that does not say.
const USUAL_ENFORCEMENT: f64 = 0.5;
/// Named licence policies as approval rates.
pub(crate) const POLICIES: [(&str, f64); 3] =
    [("case-by-case", 0.7), ("presumption-of-denial", 0.1), ("denial", 0.0)];

/// How a measure reaches foreign-made goods.
pub(crate) struct Reach {
    pub(crate) de_minimis: Option<f64>,
    pub(crate) fdpr: Option<f64>,
    pub(crate) exempt_homes: Vec<String>,
}

/// Reads the reach to foreign-made goods.
pub(crate) fn reach(
    section: &Section<'_>,
    authority: Option<&str>,
    ids: &Ids,
    log: &mut Log,
) -> Option<Reach> {
    for key in ["de_minimis", "fdpr"] {
        of_known_content(section, key, authority, log);
    }
    let exempt_homes = id_list(section, "exempt_homes", Kind::Jurisdiction, ids, log);
    let de_minimis = match section.get("de_minimis") {
        None => Some(None),
        Some(entry) => number(&entry.node, Bounds::SHARE, log).map(Some),
    };
    let fdpr = match section.get("fdpr") {
        None => Some(None),
        Some(_) => section.section("fdpr", log).and_then(|inner| {
            inner.only(&keys::names(keys::FDPR), log);
            inner.number("trigger", Bounds::SHARE, log).map(Some)
        }),
    };
    if !exempt_homes.is_empty()
        && section.get("de_minimis").is_none()
        && section.get("fdpr").is_none()
    {
        let message =
            format!("`{}` exempts homes from a reach that it does not have", section.path);
        log.error(Code::ExclusiveKeys, section.origin_of("exempt_homes"), message)
            .help("give `de_minimis` or `fdpr`, or leave `exempt_homes` out");
    }
    Some(Reach { de_minimis: de_minimis?, fdpr: fdpr?, exempt_homes })
}

/// Notes reach by a content that the tables do not have: they know that of one state only.
fn of_known_content(section: &Section<'_>, key: &str, authority: Option<&str>, log: &mut Log) {
    let Some(other) = authority.filter(|authority| *authority != CONTENT_OF) else { return };
    let Some(entry) = section.get(key) else { return };
    let message = format!(
        "`{key}` of `{other}`: the tables have the content and technology of {CONTENT_OF} in products, not of \
         `{other}`"
    );
    log.error(Code::UnknownContent, entry.key, message).help(format!(
        "leave `{key}` out: a rule of `{other}` binds its own suppliers, and those of `allies`"
    ));
}

/// Reads dated additions.
pub(crate) fn additions(
    section: &Section<'_>,
    (authority, announced_law, law): (Option<&str>, Option<Quarter>, Option<Quarter>),
    ids: &Ids,
    log: &mut Log,
) -> Option<Vec<Addition>> {
    let items = section.items("additions", log);
    let read: Vec<Option<Addition>> = items
        .into_iter()
        .map(|(id, table)| {
            table.only(&keys::names(keys::ADDITION), log);
            let announced = table.quarter("announced", log);
            let in_force = table.quarter("in_force", log);
            in_order(&table, ("announced", announced), ("in_force", in_force), false, log);
            after_measure(&table, ("announced", announced_law, announced), log);
            after_measure(&table, ("in_force", law, in_force), log);
            let end_users = id_list(&table, "end_users", Kind::Line, ids, log);
            let destinations = id_list(&table, "destinations", Kind::Jurisdiction, ids, log);
            abroad(&table, (authority, &destinations), log);
            let says = |key| table.get(key).is_some() && table.empty_list(key).is_none();
            if !says("end_users") && !says("destinations") {
                let message = format!("`{}` adds nothing", table.path);
                log.error(Code::MissingKey, table.origin, message)
                    .help("give `end_users`, `destinations` or both");
            }
            let salience = salience(&table, log);
            let reference = table.text("reference", log);
            Some(Addition {
                id,
                announced: announced?,
                in_force: in_force?,
                end_users,
                destinations,
                salience: salience?,
                reference: reference?,
            })
        })
        .collect();
    read.into_iter().collect()
}

/// Notes an addition that comes before what it adds to.
fn after_measure(
    addition: &Section<'_>,
    (key, measure, date): (&str, Option<Quarter>, Option<Quarter>),
    log: &mut Log,
) {
    let (Some(measure), Some(date)) = (measure, date) else { return };
    if date < measure {
        let message = format!("`{key}` {date} is before the measure's own {measure}");
        log.error(Code::DateOrder, addition.origin_of(key), message)
            .help(format!("write {measure} or later, or put what it adds into the measure"));
    }
}

/// Reads suspensions.
pub(crate) fn suspensions(section: &Section<'_>, log: &mut Log) -> Option<Vec<Suspension>> {
    let items = section.items("suspensions", log);
    let read: Vec<Option<Suspension>> = items
        .into_iter()
        .map(|(id, table)| {
            table.only(&keys::names(keys::SUSPENSION), log);
            let from = table.quarter("from", log);
            let to = table.quarter_if_given("to", log);
            in_order(&table, ("from", from), ("to", to.flatten()), true, log);
            let reference = table.text("reference", log);
            Some(Suspension { id, from: from?, to: to?, reference: reference? })
        })
        .collect();
    read.into_iter().collect()
}

/// Reads validated end users.
pub(crate) fn validated(
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<Vec<Validation>> {
    let items = section.items("validated", log);
    let read: Vec<Option<Validation>> = items
        .into_iter()
        .map(|(id, table)| {
            table.only(&keys::names(keys::VALIDATION), log);
            table.need("end_users", log);
            let help = "name the buyers that are let through, or delete the table";
            table.not_empty("end_users", "a permission needs at least one buyer", help, log);
            let end_users = id_list(&table, "end_users", Kind::Line, ids, log);
            let from = table.quarter("from", log);
            let to = table.quarter_if_given("to", log);
            in_order(&table, ("from", from), ("to", to.flatten()), true, log);
            let reference = table.text("reference", log);
            Some(Validation { id, end_users, from: from?, to: to?, reference: reference? })
        })
        .collect();
    read.into_iter().collect()
}

/// Reads enforcement: a word or a number.
pub(crate) fn enforcement(section: &Section<'_>, log: &mut Log) -> Option<Dated> {
    let Some(entry) = section.get("enforcement") else { return Some(USUAL_ENFORCEMENT.into()) };
    dated::read(&entry.node, Bounds::SHARE, &ENFORCEMENT, &[], log)
}

/// Reads the licence policy; without one, nothing is licensed.
pub(crate) fn licence(section: &Section<'_>, log: &mut Log) -> Option<Licence> {
    if section.get("licence").is_none() {
        return Some(Licence::NONE);
    }
    let inner = section.section("licence", log)?;
    inner.only(&keys::names(keys::LICENCE), log);
    let approval_rate = match (inner.get("policy"), inner.get("approval_rate")) {
        (Some(_), None) => {
            let entry = inner.need("policy", log)?;
            super::walk::text(&entry.node, log)
                .and_then(|given| word(given, entry.node.origin, &POLICIES, log))
                .map(Dated::always)
        }
        (Some(policy), Some(_)) => {
            let message = format!("`{}` has both `policy` and `approval_rate`", inner.path);
            log.error(Code::ExclusiveKeys, policy.key, message).help("keep one");
            None
        }
        (None, _) => {
            let entry = inner.need("approval_rate", log)?;
            dated::read(&entry.node, Bounds::SHARE, &[], &APPROVALS, log)
        }
    };
    let delay = match inner.get("delay") {
        None => Some(0),
        Some(entry) => quarters(&entry.node, 0..=40, None, log),
    };
    let fee = match inner.get("fee") {
        None => Some(Dated::always(0.0)),
        Some(entry) => {
            let bounds = Bounds::new(0.0, 10.0).of("of the price");
            dated::read(&entry.node, bounds, &[], &[], log)
        }
    };
    let quantity_cap = match inner.get("quantity_cap") {
        None => Some(None),
        Some(_) => inner.number("quantity_cap", Bounds::new(0.0, 100.0), log).map(Some),
    };
    Some(Licence {
        approval_rate: approval_rate?,
        delay: delay?,
        fee: fee?,
        quantity_cap: quantity_cap?,
    })
}
