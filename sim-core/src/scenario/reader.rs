//! From the merged tree to a [`Scenario`]: everything but parameters, measures and tables.
//!
//! Invariant: every key of the tree is either read or reported.

use super::ensemble::Ensemble;
use super::idle::{Entries, Finder};
use super::ids::Ids;
use super::keys::Key;
use super::measure::{Measure, Salience};
use super::mechanism::MECHANISMS;
use super::plain;
use super::problem::{Code, Log};
use super::read_measure::{in_order, jurisdiction, measure, salience};
use super::read_param::parameters;
use super::read_purchase_rule::purchase_rule;
use super::read_support::{mandate, market_access, purchase_subsidy, subsidy};
use super::source::Origin;
use super::tables::Tables;
use super::tree::{Node, Value};
use super::walk::{Section, flag, nearest};
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
    /// Finds the entries that can do nothing.
    pub(crate) find: Finder,
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
    let start = context.time.map(|(start, _)| start);
    let known = ("prior_news", keys::PRIOR_NEWS);
    let prior_news =
        each(root, known, ids, log, |id, section, ids, log| news(id, section, start, ids, log));
    let measures = each(root, ("measures", keys::MEASURE), ids, log, |id, section, ids, log| {
        let read = measure(id, section, ids, log)?;
        if let Some(start) = start {
            early_news(&read, start, section, log);
        }
        Some(read)
    });
    let mandates = each(root, ("mandates", keys::MANDATE), ids, log, mandate);
    let subsidies = each(root, ("subsidies", keys::SUBSIDY), ids, log, subsidy);
    let paid = ("purchase_subsidies", keys::PURCHASE_SUBSIDY);
    let purchase_subsidies = each(root, paid, ids, log, purchase_subsidy);
    let bought = ("purchase_rules", keys::PURCHASE_RULE);
    let purchase_rules = each(root, bought, ids, log, purchase_rule);
    let opened = ("market_access", keys::MARKET_ACCESS);
    let market_access = each(root, opened, ids, log, market_access);
    if let (Some(time), true) = (context.time, context.tables_whole) {
        let entries = Entries {
            measures: measures.sound(),
            mandates: mandates.sound(),
            subsidies: subsidies.sound(),
            purchase_subsidies: purchase_subsidies.sound(),
            purchase_rules: purchase_rules.sound(),
            market_access: market_access.sound(),
            prior_news: prior_news.sound(),
        };
        check::does_something(root, context.find, &entries, &context.tables, time, log);
    }
    let (start, end) = context.time?;
    Some(Scenario {
        id: id?,
        title: title?,
        summary: summary?,
        start,
        end,
        mechanisms: mechanisms?,
        parameters: parameters?,
        measures: measures.whole()?,
        mandates: mandates.whole()?,
        subsidies: subsidies.whole()?,
        purchase_subsidies: purchase_subsidies.whole()?,
        purchase_rules: purchase_rules.whole()?,
        market_access: market_access.whole()?,
        prior_news: prior_news.whole()?,
        tables: context.tables,
        ensemble: context.ensemble,
        standing: None,
    })
}

/// Most letters of a title: charts, tables and findings name scenarios by it.
const LONGEST_TITLE: usize = 120;

/// The title: one line that charts have room for.
fn title(root: &Section<'_>, log: &mut Log) -> Option<String> {
    let title = root.text("title", log)?;
    if let (Some(entry), true) = (root.get("title"), title.contains(['\n', '\t'])) {
        let message = "the title has a line break or a tab";
        log.error(Code::BadText, entry.node.origin, message).help("write one line");
    }
    let letters = title.chars().count();
    if let (Some(entry), true) = (root.get("title"), letters > LONGEST_TITLE) {
        let message =
            format!("the title has {letters} letters, charts have room for {LONGEST_TITLE}");
        let help = "write a short name, and the rest into `summary`";
        log.error(Code::BadText, entry.node.origin, message).help(help);
    }
    Some(title)
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

/// The items of a table as they were read, and whether each was read without an error.
struct Items<T>(Vec<(Option<T>, bool)>);

impl<T> Items<T> {
    /// Those without an error.
    fn sound(&self) -> Vec<&T> {
        self.0.iter().filter(|(_, sound)| *sound).filter_map(|(item, _)| item.as_ref()).collect()
    }

    /// All, if all could be read.
    fn whole(self) -> Option<Vec<T>> {
        self.0.into_iter().map(|(item, _)| item).collect()
    }
}

/// Reads every item of a table with one function.
fn each<T>(
    root: &Section<'_>,
    (table, keys): (&str, &[Key]),
    ids: &Ids,
    log: &mut Log,
    read: impl Fn(&str, &Section<'_>, &Ids, &mut Log) -> Option<T>,
) -> Items<T> {
    let items = root.items(table, log);
    let names: Vec<&str> = items.iter().map(|(id, _)| id.as_str()).collect();
    let read = items.iter().map(|(id, section)| {
        let errors = log.errors();
        let item = if misnamed(id, section, &names, keys, log) {
            None
        } else {
            read(id, section, ids, log)
        };
        (item, log.errors() == errors)
    });
    Items(read.collect())
}

/// Notes an item that was meant to change another one: its name is nearly that of the other, and it gives none of
/// the keys that an item of its own needs. That is one slip, not a missing key for each of them.
fn misnamed(id: &str, section: &Section<'_>, names: &[&str], keys: &[Key], log: &mut Log) -> bool {
    if keys.iter().any(|key| key.needed && section.get(key.name).is_some()) || log.broken() {
        return false;
    }
    let others = names.iter().copied().filter(|name| *name != id);
    let Some(near) = nearest(id, others) else { return false };
    let message = format!("no parent has `{id}`, and alone it says too little to be read");
    log.error(Code::UnknownId, section.origin, message).help(format!("a parent has `{near}`"));
    true
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
