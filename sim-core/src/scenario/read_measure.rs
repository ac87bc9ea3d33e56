//! Reading `[measures]`: law as dated data.
//!
//! Invariant: a measure that is read is consistent in itself. Whether it reaches anybody is for
//! [`super::check`].

use super::ids::{Ids, Kind};
use super::keys::{self, Key};
use super::measure::{Absence, Accession, Alignment, EndUse, Levels, Measure, Salience, Threshold};
use super::merge::KINDS;
use super::problem::{Code, Log};
use super::read_scope;
use super::source::Origin;
use super::tree::{Node, Value};
use super::walk::{Bounds, Section, flag, number, text, word};
use crate::calendar::Quarter;

const FAMILIES: [&str; 4] = ["logic", "dram", "nand", "packaging"];

/// Reads one measure.
pub(crate) fn measure(
    id: &str,
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<Measure> {
    section.only(&keys::names(keys::MEASURE), log);
    let title = section.text("title", log);
    let reference = section.text("reference", log);
    let authority = jurisdiction(section, "authority", ids, log);
    let announced = section.quarter("announced", log);
    let in_force = section.quarter("in_force", log);
    let sunset = section.quarter_if_given("sunset", log);
    in_order(section, ("announced", announced), ("in_force", in_force), false, log);
    in_order(section, ("in_force", in_force), ("sunset", sunset.flatten()), true, log);
    section.need("destinations", log);
    let destinations = id_list(section, "destinations", Kind::Jurisdiction, ids, log);
    if section
        .get("destinations")
        .is_some_and(|e| matches!(&e.node.value, Value::Array(a) if a.is_empty()))
    {
        let origin = section.origin_of("destinations");
        log.error(Code::MissingKey, origin, "a measure needs at least one destination");
    }
    abroad(section, (authority.as_deref(), &destinations), log);
    let segments = limit(section, "segments", Kind::SegmentOrClass, ids, log);
    let owners = limit(section, "owners", Kind::Jurisdiction, ids, log);
    let end_users = limit(section, "end_users", Kind::Line, ids, log);
    let end_use = end_use(section, ids, log);
    let threshold = threshold(section, log);
    let reach = read_scope::reach(section, authority.as_deref(), ids, log);
    let additions =
        read_scope::additions(section, (authority.as_deref(), announced, in_force), ids, log);
    let suspensions = read_scope::suspensions(section, log);
    let validated = read_scope::validated(section, ids, log);
    let lists_detected = lists_detected(section, log);
    let enforcement = read_scope::enforcement(section, log);
    let licence = read_scope::licence(section, log);
    let servicing_barred = servicing(section, log);
    let salience = salience(section, log);
    let allies = allies(section, (authority.as_deref(), &destinations), ids, log);
    if servicing_barred == Some(true) && licence.as_ref().is_some_and(|l| !l.refuses()) {
        let message = "`servicing` bars nothing: every licence is granted, for servicing, too";
        let help = "leave it out, or write a lower `approval_rate`";
        log.warn(Code::ReachesNothing, section.origin_of("servicing"), message).help(help);
    }
    Some(Measure {
        id: id.to_owned(),
        title: title?,
        reference: reference?,
        authority: authority?,
        announced: announced?,
        in_force: in_force?,
        sunset: sunset?,
        segments,
        destinations,
        owners,
        end_users,
        end_use: end_use?,
        threshold: threshold?,
        de_minimis: reach.as_ref()?.de_minimis,
        fdpr: reach.as_ref()?.fdpr,
        exempt_homes: reach?.exempt_homes,
        additions: additions?,
        suspensions: suspensions?,
        validated: validated?,
        lists_detected: lists_detected?,
        enforcement: enforcement?,
        licence: licence?,
        servicing_barred: servicing_barred?,
        salience: salience?,
        allies: allies?,
    })
}

/// Notes an authority that stands among its own destinations: its suppliers would be kept from buyers at home.
pub(crate) fn abroad(
    section: &Section<'_>,
    (authority, destinations): (Option<&str>, &[String]),
    log: &mut Log,
) {
    let Some(authority) = authority.filter(|a| destinations.iter().any(|d| d == a)) else {
        return;
    };
    let message = format!(
        "`{authority}` is the authority and a destination: the measure would bar its own suppliers from buyers at home"
    );
    log.error(Code::WrongSide, section.origin_of("destinations"), message).help(format!(
        "what the buyers' state keeps from its own lines is a rule of `purchase_rules`; to control exports, take `{authority}` out of `destinations`"
    ));
}

/// The code of a jurisdiction that must be given.
pub(crate) fn jurisdiction(
    section: &Section<'_>,
    key: &str,
    ids: &Ids,
    log: &mut Log,
) -> Option<String> {
    let entry = section.need(key, log)?;
    let id = text(&entry.node, log)?;
    Some(ids.check(Kind::Jurisdiction, id, entry.node.origin, log))
}

/// A list of ids that narrows what an entry is about. An empty one would narrow nothing, though it looks like
/// nobody: it is refused.
pub(crate) fn limit(
    section: &Section<'_>,
    key: &str,
    kind: Kind,
    ids: &Ids,
    log: &mut Log,
) -> Vec<String> {
    let message = format!("an empty `{key}` would mean all, not none");
    let help = "delete the key to mean all; to be rid of an inherited list, write `drop = true` and all keys that hold";
    section.not_empty(key, &message, help, log);
    id_list(section, key, kind, ids, log)
}

/// A list of ids that may be absent.
pub(crate) fn id_list(
    section: &Section<'_>,
    key: &str,
    kind: Kind,
    ids: &Ids,
    log: &mut Log,
) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for (id, origin) in section.texts(key, log) {
        if list.iter().any(|known| known == id) {
            log.error(Code::DuplicateId, origin, format!("`{id}` is listed twice"))
                .help("delete one");
        }
        list.push(ids.check(kind, id, origin, log));
    }
    list
}

/// Notes that the second date comes before the first (or with it, if `strictly`).
pub(crate) fn in_order(
    section: &Section<'_>,
    first: (&str, Option<Quarter>),
    second: (&str, Option<Quarter>),
    strictly: bool,
    log: &mut Log,
) {
    let (Some(a), Some(b)) = (first.1, second.1) else { return };
    if b < a || (strictly && b == a) {
        let origin = section.origin_of(second.0);
        let than = if strictly { "not after" } else { "before" };
        let message = format!("`{}` {b} is {than} `{}` {a}", second.0, first.0);
        log.error(Code::DateOrder, origin, message)
            .help(format!("put `{}` after `{}`", second.0, first.0));
    }
}

/// News value: a word or a number.
pub(crate) fn salience(section: &Section<'_>, log: &mut Log) -> Option<Salience> {
    let Some(entry) = section.get("salience") else { return Some(Salience::None) };
    match &entry.node.value {
        Value::Text(given) => word(given, entry.node.origin, &keys::SALIENCE, log),
        _ => number(&entry.node, Bounds::SHARE, log).map(Salience::Value),
    }
}

fn servicing(section: &Section<'_>, log: &mut Log) -> Option<bool> {
    section.word_or("servicing", false, &keys::SERVICING, log)
}

fn lists_detected(section: &Section<'_>, log: &mut Log) -> Option<bool> {
    section.get("lists_detected").map_or(Some(false), |entry| flag(&entry.node, log))
}

/// Exactly one of the kinds.
fn threshold(section: &Section<'_>, log: &mut Log) -> Option<Threshold> {
    let given: Vec<_> =
        KINDS.iter().filter_map(|&kind| Some((kind, section.get(kind)?.key))).collect();
    match given.as_slice() {
        [("hard_cap", _)] => {
            let cap = section.section("hard_cap", log)?;
            levels(&cap, keys::HARD_CAP, log).map(Threshold::HardCap)
        }
        [("sliding_scale", _)] => sliding_scale(&section.section("sliding_scale", log)?, log),
        [_] => {
            section.section("embargo", log)?.only(&[], log);
            Some(Threshold::Embargo)
        }
        [] if log.broken() => None,
        [] => {
            let message = format!("`{}` does not say what it still allows", section.path);
            let help = format!("give exactly one of: {}", KINDS.join(", "));
            log.error(Code::ExclusiveKeys, section.origin, message).help(help);
            None
        }
        [(first, _), (second, origin), ..] => {
            let message = format!("`{}` has both `{first}` and `{second}`", section.path);
            let help = "keep one; two thresholds are two measures";
            log.error(Code::ExclusiveKeys, *origin, message).help(help);
            None
        }
    }
}

fn sliding_scale(section: &Section<'_>, log: &mut Log) -> Option<Threshold> {
    section.only(&keys::names(keys::SLIDING_SCALE), log);
    let lag = section.number("lag", Bounds::new(0.0, 20.0).of("generations"), log);
    let review_every = match section.get("review_every") {
        None => Some(None),
        Some(entry) => {
            let help = "leave the key out if it is never reviewed";
            quarters(&entry.node, 1..=400, Some(help), log).map(Some)
        }
    };
    Some(Threshold::SlidingScale { lag: lag?, review_every: review_every? })
}

/// A whole number of quarters.
pub(crate) fn quarters(
    node: &Node,
    bounds: std::ops::RangeInclusive<i64>,
    help: Option<&str>,
    log: &mut Log,
) -> Option<u32> {
    match node.value {
        Value::Integer(n) if bounds.contains(&n) => Some(n as u32),
        Value::Integer(n) => {
            let message = format!("{n} is outside {}–{} quarters", bounds.start(), bounds.end());
            let draft = log.error(Code::OutOfRange, node.origin, message);
            if let Some(help) = help {
                draft.help(help);
            }
            None
        }
        _ => {
            let message =
                format!("expected a whole number of quarters, found {}", node.value.kind());
            log.error(Code::WrongType, node.origin, message);
            None
        }
    }
}

/// Levels by family: the default, which is the first key, and overrides.
pub(crate) fn levels(section: &Section<'_>, keys: &[Key], log: &mut Log) -> Option<Levels> {
    section.only(&keys::names(keys), log);
    let all = section.number(keys[0].name, Bounds::LEVEL, log);
    let [logic, dram, nand, packaging] = FAMILIES.map(|family| match section.get(family) {
        Some(entry) => number(&entry.node, Bounds::LEVEL, log),
        None => all,
    });
    Some(Levels { logic: logic?, dram: dram?, nand: nand?, packaging: packaging? })
}

#[expect(clippy::option_option, reason = "absent and wrong are different")]
fn end_use(section: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<Option<EndUse>> {
    if section.get("end_use").is_none() {
        return Some(None);
    }
    let inner = section.section("end_use", log)?;
    let given: Vec<_> = ["min_level", "frontier_lag", "tag"]
        .into_iter()
        .filter_map(|kind| Some((kind, inner.get(kind)?.key)))
        .collect();
    match given.as_slice() {
        [("min_level", _)] => {
            Some(Some(EndUse::MinLevel(levels(&inner, keys::END_USE_LEVELS, log)?)))
        }
        [("frontier_lag", _)] => {
            inner.only(&keys::names(keys::END_USE_LAG), log);
            let lag =
                inner.number("frontier_lag", Bounds::new(0.0, 20.0).of("generations"), log)?;
            Some(Some(EndUse::FrontierLag(lag)))
        }
        [(_, _)] => {
            inner.only(&keys::names(keys::END_USE_TAG), log);
            let tag = inner.text("tag", log)?;
            Some(Some(EndUse::Tag(ids.check(Kind::Tag, &tag, inner.origin_of("tag"), log))))
        }
        several => {
            let origin = several.get(1).map_or(inner.origin, |(_, origin)| *origin);
            let found = if several.is_empty() { "none" } else { "more than one" };
            let message =
                format!("{found} of `min_level`, `frontier_lag` and `tag` in `{}`", inner.path);
            log.error(Code::ExclusiveKeys, origin, message).help("give exactly one of them");
            None
        }
    }
}

/// All homes that have aligned, in the order of the tables; a home may stand in one table only.
fn allies(
    section: &Section<'_>,
    (authority, destinations): (Option<&str>, &[String]),
    ids: &Ids,
    log: &mut Log,
) -> Option<Vec<Alignment>> {
    let mut allies: Vec<Alignment> = Vec::new();
    let mut whole = true;
    for (key, table) in section.items("allies", log) {
        let Some(terms) = alignment(&key, &table, ids, log) else {
            whole = false;
            continue;
        };
        let homes = if table.get("homes").is_some() {
            let help = "name them, or delete the key: then the table's own name is the home";
            table.not_empty("homes", "a table of allies needs at least one home", help, log);
            id_list(&table, "homes", Kind::Jurisdiction, ids, log)
        } else {
            vec![ids.check(Kind::Jurisdiction, &key, table.origin, log)]
        };
        for home in homes {
            if authority == Some(home.as_str()) {
                own_ally(table.origin, &home, log);
            } else if destinations.contains(&home) {
                ally_at_home(table.origin, &home, log);
            }
            if allies.iter().any(|ally| ally.home == home) {
                let message = format!("`{home}` stands in two tables of allies");
                log.error(Code::DuplicateId, table.origin, message);
            }
            allies.push(Alignment { home, ..terms.clone() });
        }
    }
    whole.then_some(allies)
}

/// The terms on which a home has aligned: the table is named by the home, or lists `homes`. It gives a date,
/// or the pressure that its government weighs.
fn alignment(key: &str, section: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<Alignment> {
    section.only(&keys::names(keys::ALLY), log);
    let accession = accession(section, log);
    let coverage = section.number("coverage", Bounds::SHARE, log);
    let except_segments = id_list(section, "except_segments", Kind::SegmentOrClass, ids, log);
    let servicing_barred = servicing(section, log);
    let away = absence(section, accession, log);
    let reference = section.text("reference", log);
    Some(Alignment {
        home: key.to_owned(),
        accession: accession?,
        coverage: coverage?,
        except_segments,
        servicing_barred: servicing_barred?,
        away: away?,
        reference: reference?,
    })
}

/// When a home leaves and returns, which may both be absent.
#[expect(clippy::option_option, reason = "absent and wrong are different")]
fn absence(
    section: &Section<'_>,
    accession: Option<Accession>,
    log: &mut Log,
) -> Option<Option<Absence>> {
    let leaves = section.quarter_if_given("leaves", log);
    let returns = section.quarter_if_given("returns", log);
    if let Some(Accession::Dated { from, .. }) = accession {
        in_order(section, ("from", Some(from)), ("leaves", leaves.flatten()), true, log);
    }
    in_order(section, ("leaves", leaves.flatten()), ("returns", returns.flatten()), false, log);
    if let (Some(entry), None) = (section.get("returns"), section.get("leaves")) {
        let message = format!("`{}` returns without having left", section.path);
        log.error(Code::ExclusiveKeys, entry.key, message).help("give `leaves`, or delete the key");
    }
    let (leaves, returns) = (leaves?, returns?);
    Some(leaves.map(|from| Absence { from, to: returns }))
}

fn accession(section: &Section<'_>, log: &mut Log) -> Option<Accession> {
    let Some(entry) = section.get("pressure") else {
        let from = section.quarter("from", log);
        let announced = section.quarter_if_given("announced", log);
        if let (Some(Some(announced)), Some(from)) = (announced, from) {
            in_order(section, ("announced", Some(announced)), ("from", Some(from)), false, log);
        }
        let from = from?;
        return Some(Accession::Dated { from, announced: announced?.unwrap_or(from) });
    };
    if let Some(dated) = ["from", "announced"].iter().find_map(|key| section.get(key)) {
        let message = format!("`{}` has both a date and `pressure`", section.path);
        let help =
            "an ally aligns on a date (`from`) or when pressure outweighs its sales (`pressure`)";
        log.error(Code::ExclusiveKeys, dated.key, message).help(help);
        return None;
    }
    number(&entry.node, Bounds::SHARE, log).map(|pressure| Accession::Weighed { pressure })
}

fn own_ally(origin: Origin, home: &str, log: &mut Log) {
    let message = format!("`{home}` is the authority of the measure, not an ally");
    log.error(Code::DuplicateId, origin, message).help("delete this table, or name an ally");
}

fn ally_at_home(origin: Origin, home: &str, log: &mut Log) {
    let message = format!(
        "`{home}` is an ally and a destination: its own rule bars its suppliers from buyers at home, too"
    );
    log.warn(Code::WrongSide, origin, message)
        .help("leave it out of `destinations`, or write its rule as a measure of its own");
}
