//! What differs between two scenarios, or between two runs.
//!
//! Invariant: changes come in the order of their paths; a thing that only one side has is one change, not one for each
//! of its keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sim_core::scenario::keys::{Form, SCENARIO};
use sim_core::scenario::leaves::Leaf;

use crate::explain::{Entry, find};
use crate::library::{Loaded, sha256};
use crate::outcome::{HEADLINES, Headline};
use crate::store::Run;
use sim_stats::summary::{Summary, paired};

/// A difference of two scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path that differs, such as `measures.hard-cap.enforcement`.
    pub path: String,
    /// The value in the first, as TOML; `None` if it has none.
    pub a: Option<String>,
    /// The value in the second.
    pub b: Option<String>,
    /// Where the values stand.
    pub places: [Option<String>; 2],
    /// In plain English.
    pub words: String,
}

/// All differences of two scenarios, told with what `entries` say of the keys.
pub fn scenarios(a: &Loaded, b: &Loaded, entries: &[Entry]) -> Vec<Change> {
    let mut paths: Vec<&str> = a.leaves.iter().chain(&b.leaves).map(|l| l.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut changes: Vec<Change> = Vec::new();
    for path in paths {
        if matches!(path, "title" | "summary" | "id") {
            continue;
        }
        // The outermost thing that only one side has.
        let lone = items(path).into_iter().find(|item| inside(a, item) != inside(b, item));
        if let Some(item) = lone {
            if changes.last().is_none_or(|last| last.path != item) {
                changes.push(whole(item, a, b));
            }
            continue;
        }
        let sides = [a, b].map(|side| leaf(side, path));
        let values = sides.map(|leaf| leaf.map(|l| l.value.clone()));
        if values[0] != values[1] {
            let words = changed(path, &values, entries);
            let [a, b] = values;
            changes.push(Change {
                path: path.to_owned(),
                a,
                b,
                places: sides.map(|leaf| leaf.map(|l| l.place.clone())),
                words,
            });
        }
    }
    changes
}

/// The tables that two scenarios read and that differ.
pub fn tables(a: &Loaded, b: &Loaded) -> Vec<String> {
    let table = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let of = |side: &Loaded| -> Vec<(String, String)> {
        let csv = side
            .files
            .iter()
            .filter(|f| Path::new(&f.path).extension().is_some_and(|e| e == "csv"));
        csv.filter_map(|f| Some((table(&f.path)?, f.sha256.clone()))).collect()
    };
    let other = of(b);
    of(a).into_iter().filter(|f| !other.contains(f)).map(|(name, _)| name).collect()
}

/// The things under names of the author's that a path is in, the outermost first: `measures.hard-cap`, then
/// `measures.hard-cap.allies.tool-homes`.
fn items(path: &str) -> Vec<&str> {
    let ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).chain([path.len()]).collect();
    let parts: Vec<&str> = path.split('.').collect();
    let mut keys = SCENARIO;
    let mut found = Vec::new();
    for place in (0..parts.len().saturating_sub(1)).step_by(2) {
        let Some(Form::Items(inner)) =
            keys.iter().find(|key| key.name == parts[place]).map(|key| key.form)
        else {
            break;
        };
        found.push(&path[..ends[place + 1]]);
        keys = inner;
    }
    found
}

fn inside(side: &Loaded, item: &str) -> bool {
    side.leaves.iter().any(|l| l.path.strip_prefix(item).is_some_and(|rest| rest.starts_with('.')))
}

fn leaf<'l>(side: &'l Loaded, path: &str) -> Option<&'l Leaf> {
    side.leaves.binary_search_by(|l| l.path.as_str().cmp(path)).ok().map(|i| &side.leaves[i])
}

/// A thing that one side has and the other has not.
fn whole(item: &str, a: &Loaded, b: &Loaded) -> Change {
    let has = usize::from(inside(b, item));
    let side = [a, b][has];
    let say = |key: &str| {
        leaf(side, &format!("{item}.{key}")).map(|l| l.value.trim_matches('"').to_owned())
    };
    let (tables, name) = item.rsplit_once('.').unwrap_or((item, ""));
    let (within, table) = tables.rsplit_once('.').unwrap_or(("", tables));
    let kind = match table {
        "measures" => "measure",
        "mandates" => "mandate",
        "subsidies" => "subsidy",
        "purchase_subsidies" => "subsidy on purchases",
        "purchase_rules" => "rule of the buyers' state",
        "market_access" => "opened market",
        "allies" => "allies",
        "additions" => "addition",
        "suspensions" => "suspension",
        "validated" => "validated end users",
        _ => "news before the start",
    };
    let title = say("title").map_or_else(String::new, |title| format!(", \u{201c}{title}\u{201d}"));
    let from = say("in_force").or_else(|| say("from")).or_else(|| say("at"));
    let from = from.map_or_else(String::new, |from| format!(", from {from}"));
    let within = if within.is_empty() { String::new() } else { format!(" of `{within}`") };
    let words = format!("only {} has the {kind} `{name}`{within}{title}{from}", side.scenario.id);
    let first = side.leaves.iter().find(|l| l.path.starts_with(&format!("{item}.")));
    let place = first.map(|l| l.place.clone());
    let (value, mut places) = (Some(words.clone()), [None, None]);
    places[has] = place;
    let [a, b] = if has == 0 { [value, None] } else { [None, value] };
    Change { path: item.to_owned(), a, b, places, words }
}

fn changed(path: &str, values: &[Option<String>; 2], entries: &[Entry]) -> String {
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "not given".to_owned());
    let mut words = format!("`{path}`: {} \u{2192} {}", show(&values[0]), show(&values[1]));
    // A parameter's own meaning says more than that of `value`.
    let parts: Vec<&str> = path.split('.').collect();
    let key = if parts[0] == "parameters" { parts[..2].join(".") } else { path.to_owned() };
    if let Some(entry) = find(entries, &key).first() {
        words.push_str(". ");
        words.push_str(&entry.meaning);
    }
    words
}

/// One headline of one scenario in two runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Scenario.
    pub scenario: String,
    /// Headline.
    pub headline: &'static Headline,
    /// Level in the first run.
    pub a: Summary,
    /// Level in the second.
    pub b: Summary,
    /// Second less first, replicate by replicate; `None` if replicates do not correspond.
    pub difference: Option<Summary>,
}

/// A thing that two runs rest on and that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginChange {
    /// What: `program`, `seed`, `shares.csv`, `scenario hard-cap` and so on.
    pub what: String,
    /// In the first run; `None` if it has none.
    pub a: Option<String>,
    /// In the second.
    pub b: Option<String>,
}

/// What two runs rest on, where it differs: program, seed, replicates, baseline, tables and ensemble by their
/// fingerprints, and scenarios by what they say.
pub fn origins(a: &Run, b: &Run) -> Vec<OriginChange> {
    let (first, second) = (origin(a), origin(b));
    let whats: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    whats
        .into_iter()
        .map(|what| OriginChange {
            what: what.clone(),
            a: first.get(what).cloned(),
            b: second.get(what).cloned(),
        })
        .filter(|change| change.a != change.b)
        .collect()
}

/// All that a run rests on, by name.
fn origin(run: &Run) -> BTreeMap<String, String> {
    let (facts, study) = (&run.facts, &run.study);
    let mut all: BTreeMap<String, String> = [
        ("program", format!("{} ({})", facts.version, facts.commit)),
        ("seed", study.seed.to_string()),
        ("replicates", run.results.replicates().to_string()),
        ("dollars", study.dollars.label().to_owned()),
        ("start", study.start.to_string()),
        ("end", study.end.to_string()),
        ("baseline", study.regimes.first().map_or_else(String::new, |r| r.id.clone())),
    ]
    .map(|(what, value)| (what.to_owned(), value))
    .into();
    if let Some(trunk) = &facts.trunk {
        all.insert("trunk".to_owned(), format!("{} to {}", trunk.scenario.id, trunk.branch_at));
    }
    for (path, hash) in facts.scenarios.iter().flat_map(|s| &s.files) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_scenario = name.strip_suffix(".toml").is_some_and(|stem| {
            // A scenario is compared by what it says in full: its file may differ in comments alone.
            !["ensemble", "sources"].iter().any(|table| stem.contains(table))
        });
        if !is_scenario {
            all.insert(name.to_owned(), short(hash));
        }
    }
    for regime in &study.regimes {
        let file = run.path.join(format!("{}.resolved.toml", regime.id));
        let said = fs::read_to_string(file).ok().and_then(|text| text.parse::<toml::Table>().ok());
        // Where data stand says nothing of what they are.
        let said = said.map(|mut table| {
            table.remove("data");
            short(&sha256(table.to_string().as_bytes()))
        });
        all.extend(said.map(|hash| (format!("scenario {}", regime.id), hash)));
    }
    all
}

/// The first digits of a fingerprint.
fn short(hash: &str) -> String {
    hash.get(..10).unwrap_or(hash).to_owned()
}

/// Whether replicate r of one run has the same draws as replicate r of the other.
pub fn comparable(a: &Run, b: &Run) -> bool {
    let keys = |run: &Run| -> Vec<String> {
        run.study.assumptions.iter().map(|p| format!("{} {}", p.key, p.drawn)).collect()
    };
    a.study.seed == b.study.seed
        && a.study.dollars == b.study.dollars
        && (a.study.start, keys(a)) == (b.study.start, keys(b))
}

/// The headlines of all scenarios that two runs share, by id.
pub fn runs(a: &Run, b: &Run) -> Vec<Compared> {
    let pairs = comparable(a, b);
    let mut all = Vec::new();
    for (i, regime) in a.study.regimes.iter().enumerate() {
        let Some(j) = b.study.regimes.iter().position(|r| r.id == regime.id) else { continue };
        for headline in HEADLINES {
            let (x, y) = (a.results.values(i, headline.id), b.results.values(j, headline.id));
            let both = x.len().min(y.len());
            let difference = pairs.then(|| Summary::of(&paired(&y[..both], &x[..both])));
            all.push(Compared {
                scenario: regime.id.clone(),
                headline,
                a: Summary::of(x),
                b: Summary::of(y),
                difference,
            });
        }
    }
    all
}
