//! From the merged tree to a [`Scenario`]: everything but parameters, measures and tables.
//!
//! Invariant: every key of the tree is either read or reported.

use super::ensemble::Ensemble;
use super::ids::Ids;
use super::measure::{Measure, Salience};
use super::mechanism::MECHANISMS;
use super::plain;
use super::problem::{Code, Log};
use super::read_measure::{in_order, jurisdiction, measure, salience};
use super::read_param::parameters;
use super::read_support::{mandate, market_access, purchase_subsidy, subsidy};
use super::source::Origin;
use super::tables::Tables;
use super::tree::{Node, Value};
use super::walk::{Section, flag};
use super::{BASE_QUARTER, Mechanisms, PriorNews, Scenario, check, keys};
use crate::calendar::Quarter;

/// The version of the file format that this program reads.
pub(crate) const SCHEMA: i64 = 1;

/// What the tree is read against.
pub(crate) struct Context {
    /// Stem of the file.
    pub(crate) stem: String,
    /// First and last quarter, if they could be read.
    pub(crate) time: Option<(Quarter, Quarter)>,
    /// The tables.
    pub(crate) tables: Tables,
    /// Whether the tables could be read without an error.
    pub(crate) tables_whole: bool,
    /// Their ids.
    pub(crate) ids: Ids,
    /// What parameters are drawn from, if not the prior.
    pub(crate) ensemble: Option<Ensemble>,
}

/// First and last quarter.
pub(crate) fn time(root: &Section<'_>, log: &mut Log) -> Option<(Quarter, Quarter)> {
    root.need("time", log)?;
    let section = root.section("time", log)?;
    section.only(&keys::names(keys::TIME), log);
    let start = section.quarter("start", log);
    let end = section.quarter("end", log);
    in_order(&section, ("start", start), ("end", end), false, log);
    if let Some(other) = start.filter(|start| *start != BASE_QUARTER) {
        let message = format!(
            "a run cannot start in {other}: the tables describe 2019, and would put the world of 2019 there"
        );
        log.error(Code::OutsideTime, section.origin_of("start"), message).help(format!(
            "write start = \"{BASE_QUARTER}\", and let measures begin when they should"
        ));
    }
    Some((start?, end?)).filter(|(start, end)| start <= end)
}

/// The root of the tree, with its keys checked.
pub(crate) fn root<'t>(tree: &'t Node, log: &mut Log) -> Option<Section<'t>> {
    let root = Section::open("", tree, tree.origin, log)?;
    root.only(&keys::names(keys::SCENARIO), log);
    Some(root)
}

/// Reads everything below the root.
pub(crate) fn read(root: &Section<'_>, context: Context, log: &mut Log) -> Option<Scenario> {
    let ids = &context.ids;
    schema(root, log);
    let id = match root.get("id") {
        Some(_) => root.text("id", log),
        None => Some(context.stem.clone()),
    };
    let (origin, help) = root.get("id").map_or_else(
        || (Origin::whole(root.origin.file), "rename the file, or write id = \"...\" in it"),
        |entry| (entry.node.origin, "write another id"),
    );
    plain::note_id(id.as_deref().unwrap_or("none"), origin, help, log);
    let title = title(root, log);
    let summary = root.text("summary", log);
    let mechanisms = mechanisms(root, log);
    let parameters = parameters(root, ids, log);
    let prior_news = prior_news(root, context.time.map(|(start, _)| start), ids, log);
    let measures = measures(root, &context, log);
    let mandates = each(root, "mandates", ids, log, mandate);
    let subsidies = each(root, "subsidies", ids, log, subsidy);
    let purchase_subsidies = each(root, "purchase_subsidies", ids, log, purchase_subsidy);
    let market_access = each(root, "market_access", ids, log, market_access);
    let (start, end) = context.time?;
    Some(Scenario {
        id: id?,
        title: title?,
        summary: summary?,
        start,
        end,
        mechanisms: mechanisms?,
        parameters: parameters?,
        measures: measures?,
        mandates: mandates?,
        subsidies: subsidies?,
        purchase_subsidies: purchase_subsidies?,
        market_access: market_access?,
        prior_news: prior_news?,
        tables: context.tables,
        ensemble: context.ensemble,
    })
}

/// The title: one line.
fn title(root: &Section<'_>, log: &mut Log) -> Option<String> {
    let title = root.text("title", log)?;
    if let (Some(entry), true) = (root.get("title"), title.contains(['\n', '\t'])) {
        let message = "the title has a line break or a tab";
        log.error(Code::BadText, entry.node.origin, message).help("write one line");
    }
    Some(title)
}

fn measures(root: &Section<'_>, context: &Context, log: &mut Log) -> Option<Vec<Measure>> {
    let items = root.items("measures", log);
    let mut read = Vec::new();
    for (id, section) in &items {
        let errors = log.errors();
        let measure = measure(id, section, &context.ids, log);
        let sound = log.errors() == errors;
        if let (Some(measure), Some(time)) = (&measure, context.time) {
            check::acts_within(measure, time, section.origin, log);
            early_news(measure, time.0, section, log);
        }
        if let (Some(measure), true) = (&measure, sound && context.tables_whole) {
            check::reaches_somebody(measure, &context.tables, section.origin, log);
        }
        read.push(measure);
    }
    read.into_iter().collect()
}

/// Notes news from before the start: it is heard in the first quarter, and has not faded by then.
fn early_news(measure: &Measure, start: Quarter, section: &Section<'_>, log: &mut Log) {
    let early = |announced: Quarter, salience| announced < start && salience != Salience::None;
    let additions = measure.additions.iter().filter(|more| early(more.announced, more.salience));
    let own =
        early(measure.announced, measure.salience).then_some(("announced", measure.announced));
    let Some((key, announced)) =
        own.or_else(|| additions.map(|more| ("additions", more.announced)).next())
    else {
        return;
    };
    let message = format!(
        "`{}` is announced {announced}, before the start {start}: its news is heard in the first quarter",
        measure.id
    );
    log.warn(Code::OutsideTime, section.origin_of(key), message)
        .help("news that set beliefs before the start stands under `prior_news`; then leave `salience` out here");
}

/// Notes a file of another version.
fn schema(root: &Section<'_>, log: &mut Log) {
    let Some(entry) = root.need("schema", log) else { return };
    match entry.node.value {
        Value::Integer(SCHEMA) => {}
        Value::Integer(other) => {
            let message = format!("the file says schema {other}, this program reads {SCHEMA}");
            log.error(Code::UnsupportedSchema, entry.node.origin, message)
                .help(format!("write schema = {SCHEMA}"));
        }
        _ => {
            let message = format!("expected an integer, found {}", entry.node.value.kind());
            log.error(Code::WrongType, entry.node.origin, message)
                .help(format!("write schema = {SCHEMA}"));
        }
    }
}

fn mechanisms(root: &Section<'_>, log: &mut Log) -> Option<Mechanisms> {
    let keys: Vec<&str> = MECHANISMS.iter().map(|spec| spec.key).collect();
    root.need("mechanisms", log)?;
    let section = root.section("mechanisms", log)?;
    section.only(&keys, log);
    let flags: Vec<Option<bool>> = keys
        .iter()
        .map(|key| section.need(key, log).and_then(|entry| flag(&entry.node, log)))
        .collect();
    let flags: Option<Vec<bool>> = flags.into_iter().collect();
    Some(Mechanisms::from_flags(&flags?))
}

/// Reads every item of a table with one function.
fn each<T>(
    root: &Section<'_>,
    key: &str,
    ids: &Ids,
    log: &mut Log,
    read: fn(&str, &Section<'_>, &Ids, &mut Log) -> Option<T>,
) -> Option<Vec<T>> {
    let items = root.items(key, log);
    let read: Vec<_> = items.iter().map(|(id, section)| read(id, section, ids, log)).collect();
    read.into_iter().collect()
}

fn prior_news(
    root: &Section<'_>,
    start: Option<Quarter>,
    ids: &Ids,
    log: &mut Log,
) -> Option<Vec<PriorNews>> {
    let items = root.items("prior_news", log);
    let read: Vec<_> =
        items.iter().map(|(id, section)| news(id, section, start, ids, log)).collect();
    read.into_iter().collect()
}

fn news(
    id: &str,
    section: &Section<'_>,
    start: Option<Quarter>,
    ids: &Ids,
    log: &mut Log,
) -> Option<PriorNews> {
    section.only(&keys::names(keys::PRIOR_NEWS), log);
    let authority = jurisdiction(section, "authority", ids, log);
    let owners = jurisdiction(section, "owners", ids, log);
    let at = section.quarter("at", log);
    if let (Some(at), Some(start)) = (at, start)
        && at >= start
    {
        let message = format!("news of {at} is not before the start {start}");
        log.error(Code::OutsideTime, section.origin_of("at"), message)
            .help("write it as a measure");
    }
    section.need("salience", log);
    let salience = salience(section, log);
    let reference = section.text("reference", log);
    Some(PriorNews {
        id: id.to_owned(),
        authority: authority?,
        owners: owners?,
        at: at?,
        salience: salience?,
        reference: reference?,
    })
}
