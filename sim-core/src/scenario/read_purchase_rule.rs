//! Reading `[purchase_rules]`: rules of the buyers' state on what its lines buy.

use super::dated::{self, Dated};
use super::ids::{Ids, Kind};
use super::keys;
use super::measure::Levels;
use super::problem::{Code, Log};
use super::purchase_rule::{Counted, Missing, PurchaseRule};
use super::read_measure::{jurisdiction, levels, limit};
use super::read_support::{open_span, source};
use super::tables::Family;
use super::walk::{Bounds, Section, word};

/// Reads a rule.
pub(crate) fn purchase_rule(
    id: &str,
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<PurchaseRule> {
    section.only(&keys::names(keys::PURCHASE_RULE), log);
    let title = section.text("title", log);
    let reference = section.text("reference", log);
    let source = source(section, ids, log);
    let state = jurisdiction(section, "state", ids, log);
    let (from, to) = open_span(section, log);
    let mut locations = limit(section, "locations", Kind::Jurisdiction, ids, log);
    if section.get("locations").is_none() {
        locations.extend(state.clone());
    }
    let segments = limit(section, "segments", Kind::SegmentOrClass, ids, log);
    let owners = limit(section, "owners", Kind::Jurisdiction, ids, log);
    let end_users = limit(section, "end_users", Kind::Line, ids, log);
    let families = families(section, log);
    let [lines_from, lines_below] =
        ["lines_from", "lines_below"].map(|key| bound(section, key, log));
    if let (Some(Some(from)), Some(Some(below))) = (lines_from, lines_below) {
        some_between(section, (&from, &below), log);
    }
    let makers = limit(section, "makers", Kind::Jurisdiction, ids, log);
    own_maker(section, (state.as_deref(), &makers), log);
    let mut share = |key: &str, usual: Option<f64>, named: &[&str]| match section.get(key) {
        None if usual.is_some() => usual.map(Dated::always),
        _ => section
            .need(key, log)
            .and_then(|entry| dated::read(&entry.node, Bounds::SHARE, &[], named, log)),
    };
    let home_share = share("home_share", None, &[]);
    let coverage = share("coverage", Some(1.0), &[]);
    let compliance = share("compliance", None, &["rule-compliance"]);
    let counted = section.word_or("counted", Counted::Line, &keys::COUNTED, log);
    let missing = section.word_or("missing", Missing::Waived, &keys::MISSING, log);
    Some(PurchaseRule {
        id: id.to_owned(),
        title: title?,
        reference: reference?,
        source: source?,
        state: state?,
        from: from?,
        to: to?,
        segments,
        locations,
        owners,
        end_users,
        families,
        lines_from: lines_from?,
        lines_below: lines_below?,
        makers,
        home_share: home_share?,
        counted: counted?,
        missing: missing?,
        coverage: coverage?,
        compliance: compliance?,
    })
}

/// The families of lines that it is about; none given means all.
fn families(section: &Section<'_>, log: &mut Log) -> Vec<Family> {
    let help = "delete the key to mean all";
    section.not_empty("families", "an empty `families` would mean all, not none", help, log);
    let mut families = Vec::new();
    for (given, origin) in section.texts("families", log) {
        let Some(family) = word(given, origin, &keys::FAMILY_WORDS, log) else { continue };
        if families.contains(&family) {
            log.error(Code::DuplicateId, origin, format!("`{given}` is listed twice"))
                .help("delete one");
        }
        families.push(family);
    }
    families
}

/// A bound on the level of lines, which may be absent.
#[expect(clippy::option_option, reason = "absent and wrong are different")]
fn bound(section: &Section<'_>, key: &str, log: &mut Log) -> Option<Option<Levels>> {
    if section.get(key).is_none() {
        return Some(None);
    }
    levels(&section.section(key, log)?, keys::LINE_LEVEL, log).map(Some)
}

/// Notes bounds between which no line of any family can lie.
fn some_between(section: &Section<'_>, (from, below): (&Levels, &Levels), log: &mut Log) {
    let ends = [
        (from.logic, below.logic),
        (from.dram, below.dram),
        (from.nand, below.nand),
        (from.packaging, below.packaging),
    ];
    if ends.iter().all(|(from, below)| from >= below) {
        let message = "no line is at or above `lines_from` and below `lines_below`";
        log.error(Code::OutOfRange, section.origin_of("lines_below"), message)
            .help("put `lines_below` above `lines_from`, or leave one of them out");
    }
}

/// Notes a rule that limits the products of its own state.
fn own_maker(section: &Section<'_>, (state, makers): (Option<&str>, &[String]), log: &mut Log) {
    let Some(state) = state.filter(|state| makers.iter().any(|maker| maker == state)) else {
        return;
    };
    let message = format!("`{state}` is the buyers' state and a home of limited makers");
    log.error(Code::WrongSide, section.origin_of("makers"), message)
        .help(format!("take `{state}` out of `makers`: its products are domestic"));
}
