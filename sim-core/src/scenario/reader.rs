//! From the merged tree to a [`Scenario`]: everything but parameters, measures and tables.
//!
//! Invariant: every key of the tree is either read or reported.

use super::ids::{Ids, Kind};
use super::measure::{Mandate, Measure, Subsidy};
use super::problem::{Code, Log};
use super::read_measure::{id_list, in_order, jurisdiction, measure, salience};
use super::read_param::parameters;
use super::source::Origin;
use super::tables::Tables;
use super::tree::{Node, Value};
use super::walk::{Bounds, Section, flag};
use super::{Mechanisms, PriorNews, Scenario};
use crate::calendar::Quarter;

/// The version of the file format that this program reads.
pub(crate) const SCHEMA: i64 = 1;

const KEYS: &[&str] = &[
    "schema",
    "id",
    "title",
    "summary",
    "extends",
    "time",
    "data",
    "mechanisms",
    "parameters",
    "prior_news",
    "measures",
    "mandates",
    "subsidies",
];

/// Something that was read, and where it stands.
pub(crate) type Placed<T> = (T, Origin);

/// What the reader found, before the cross-checks.
pub(crate) struct Draft {
    /// The scenario.
    pub(crate) scenario: Scenario,
    /// Where its measures stand, in their order.
    pub(crate) measures: Vec<Origin>,
}

/// First and last quarter.
pub(crate) fn time(root: &Section<'_>, log: &mut Log) -> Option<(Quarter, Quarter)> {
    root.need("time", log)?;
    let section = root.section("time", log)?;
    section.only(&["start", "end"], log);
    let start = section.quarter("start", log);
    let end = section.quarter("end", log);
    in_order(&section, ("start", start), ("end", end), false, log);
    Some((start?, end?)).filter(|(start, end)| start <= end)
}

/// Reads the whole tree against the ids of the tables.
pub(crate) fn read(
    tree: &Node,
    default_id: &str,
    time: Option<(Quarter, Quarter)>,
    tables: Tables,
    ids: &Ids,
    log: &mut Log,
) -> Option<Draft> {
    let root = Section::open("", tree, tree.origin, log)?;
    root.only(KEYS, log);
    schema(&root, log);
    let id = match root.get("id") {
        Some(_) => root.text("id", log),
        None => Some(default_id.to_owned()),
    };
    let title = root.text("title", log);
    let summary = root.text("summary", log);
    let mechanisms = mechanisms(&root, log);
    let parameters = parameters(&root, ids, log);
    let prior_news = prior_news(&root, time.map(|(start, _)| start), ids, log);
    let placed: Option<Vec<Placed<Measure>>> = root
        .items("measures", log)
        .iter()
        .map(|(id, section)| Some((measure(id, section, ids, log)?, section.origin)))
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    let mandates = each(&root, "mandates", ids, log, mandate);
    let subsidies = each(&root, "subsidies", ids, log, subsidy);
    let (start, end) = time?;
    let (measures, origins) = placed?.into_iter().unzip();
    let scenario = Scenario {
        id: id?,
        title: title?,
        summary: summary?,
        start,
        end,
        mechanisms: mechanisms?,
        parameters: parameters?,
        measures,
        mandates: mandates?,
        subsidies: subsidies?,
        prior_news: prior_news?,
        tables,
    };
    Some(Draft { scenario, measures: origins })
}

/// Notes a file of another version.
fn schema(root: &Section<'_>, log: &mut Log) {
    let Some(entry) = root.need("schema", log) else { return };
    match entry.node.value {
        Value::Integer(SCHEMA) => {}
        Value::Integer(other) => {
            let message = format!("the file says schema {other}, this program reads {SCHEMA}");
            log.error(Code::UnsupportedSchema, entry.node.origin, message);
        }
        _ => {
            let message = format!("expected an integer, found {}", entry.node.value.kind());
            log.error(Code::WrongType, entry.node.origin, message);
        }
    }
}

fn mechanisms(root: &Section<'_>, log: &mut Log) -> Option<Mechanisms> {
    const KEYS: [&str; 12] = [
        "salience",
        "beliefs",
        "stockpiling",
        "reactive-mandate",
        "reactive-capex",
        "stickiness",
        "drift",
        "entry",
        "rationing",
        "learning",
        "research",
        "fabs",
    ];
    root.need("mechanisms", log)?;
    let section = root.section("mechanisms", log)?;
    section.only(&KEYS, log);
    let flags = KEYS.map(|key| section.need(key, log).and_then(|entry| flag(&entry.node, log)));
    let [
        salience,
        beliefs,
        stockpiling,
        reactive_mandate,
        reactive_capex,
        stickiness,
        drift,
        entry,
        rationing,
        learning,
        research,
        fabs,
    ] = flags;
    Some(Mechanisms {
        salience: salience?,
        beliefs: beliefs?,
        stockpiling: stockpiling?,
        reactive_mandate: reactive_mandate?,
        reactive_capex: reactive_capex?,
        stickiness: stickiness?,
        drift: drift?,
        entry: entry?,
        rationing: rationing?,
        learning: learning?,
        research: research?,
        fabs: fabs?,
    })
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
    section.only(&["authority", "owners", "at", "salience", "reference"], log);
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

fn source(section: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<String> {
    let id = section.text("source", log)?;
    let origin = section.origin_of("source");
    Some(ids.check(Kind::Source, &id, origin, log))
}

fn mandate(id: &str, section: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<Mandate> {
    section.only(&["owner", "from", "to", "logits", "source"], log);
    let owner = jurisdiction(section, "owner", ids, log);
    let from = section.quarter("from", log);
    let to = section.quarter_if_given("to", log);
    in_order(section, ("from", from), ("to", to.flatten()), true, log);
    let logits = section.number("logits", Bounds::new(-20.0, 20.0), log);
    let source = source(section, ids, log);
    Some(Mandate {
        id: id.to_owned(),
        owner: owner?,
        from: from?,
        to: to?,
        logits: logits?,
        source: source?,
    })
}

fn subsidy(id: &str, section: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<Subsidy> {
    section.only(&["home", "from", "to", "usd_m_per_year", "segments", "source"], log);
    let home = jurisdiction(section, "home", ids, log);
    let from = section.quarter("from", log);
    let to = section.quarter("to", log);
    in_order(section, ("from", from), ("to", to), true, log);
    let money = section.number("usd_m_per_year", Bounds::new(0.0, 1e7), log);
    let segments = id_list(section, "segments", Kind::SegmentOrClass, ids, log);
    let source = source(section, ids, log);
    Some(Subsidy {
        id: id.to_owned(),
        home: home?,
        from: from?,
        to: to?,
        usd_m_per_year: money?,
        segments,
        source: source?,
    })
}
