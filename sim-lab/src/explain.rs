//! What a word of the project means: a key, a parameter, a mechanism, a metric, a headline, a figure, a code.
//!
//! Invariant: every word about a thing comes from the registry that the program itself uses.

use sim_core::metric::METRICS;
use sim_core::scenario::keys::{Form, Key, SCENARIO, paths};
use sim_core::scenario::mechanism::MECHANISMS;
use sim_core::scenario::param::{Prior, SPECS};
use sim_core::scenario::problem::Code;
use sim_core::scenario::{Scenario, nearest};

use crate::figures;
use crate::outcome::HEADLINES;
use crate::question::keys::STUDY;
use crate::reference;
use crate::sweep::keys::EXPERIMENT;

/// Exit codes of the command with their meanings.
pub const EXIT_CODES: [(u8, &str); 6] = [
    (0, "All is well."),
    (1, "The command failed: a run, a file, a disk."),
    (2, "The command line makes no sense; `chokepoint help` says what it can be."),
    (3, "A scenario or experiment has problems; `chokepoint check` lists them all."),
    (4, "A check failed: results, plans or parts are not what they should be."),
    (130, "Interrupted by Ctrl-C; the message says how to go on."),
];

/// Figures that are no part of a comparison, with their questions.
const OTHER_FIGURES: [(&str, &str); 3] = [
    ("tornado", "Which assumption moves the answer? From a sweep."),
    ("backcast", "Should I trust it? From a hindcast."),
    ("drifts", "What does the model not explain? From a hindcast that stands at a later year."),
];

/// What the value of a key is under which the author names things.
const ITEMS: &str = "tables under names of your choice";

/// What kind of thing a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A key of a scenario file.
    ScenarioKey,
    /// A key of a study.
    StudyKey,
    /// A key of an experiment file.
    ExperimentKey,
    /// A parameter.
    Parameter,
    /// A switch.
    Mechanism,
    /// A metric of the tables.
    Metric,
    /// A row of the comparison.
    Headline,
    /// A figure.
    Figure,
    /// A code of a problem with a file.
    ErrorCode,
    /// An exit code.
    ExitCode,
    /// An event of `--json`.
    Event,
}

impl Kind {
    /// Its name in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScenarioKey => "key of a scenario",
            Self::StudyKey => "key of a study",
            Self::ExperimentKey => "key of an experiment",
            Self::Parameter => "parameter",
            Self::Mechanism => "mechanism",
            Self::Metric => "metric",
            Self::Headline => "headline",
            Self::Figure => "figure",
            Self::ErrorCode => "error code",
            Self::ExitCode => "exit code",
            Self::Event => "event of --json",
        }
    }
}

/// The explanation of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Kind.
    pub kind: Kind,
    /// Full name: a path for a key, such as `measures.NAME.enforcement`.
    pub name: String,
    /// Meaning.
    pub meaning: String,
    /// Facts: label and text.
    pub facts: Vec<(&'static str, String)>,
}

/// Everything that can be explained. `baseline` gives the values of parameters, if there is one.
pub fn all(baseline: Option<&Scenario>) -> Vec<Entry> {
    let mut all = parameters(baseline);
    all.extend(MECHANISMS.iter().map(|m| {
        let facts = vec![
            ("off", m.neutral.to_owned()),
            ("try", format!("--set mechanisms.{}=false", m.key)),
            ("systems", format!("{} (docs/coverage.md)", m.codes)),
        ];
        entry(Kind::Mechanism, format!("mechanisms.{}", m.key), m.doc, facts)
    }));
    for (kind, keys) in
        [(Kind::ScenarioKey, SCENARIO), (Kind::StudyKey, STUDY), (Kind::ExperimentKey, EXPERIMENT)]
    {
        all.extend(
            paths(keys).into_iter().map(|(path, key)| entry(kind, path, key.doc, key_facts(key))),
        );
    }
    all.extend(METRICS.iter().map(|m| {
        let facts = vec![
            ("unit", m.unit.to_owned()),
            ("recorded", reference::every(m.every).to_owned()),
            ("split by", reference::split(m.split).to_owned()),
            ("stands in", "outcomes.parquet, summary.csv".to_owned()),
        ];
        entry(Kind::Metric, m.name.to_owned(), m.doc, facts)
    }));
    all.extend(HEADLINES.iter().map(|h| {
        let facts = vec![
            ("unit", h.unit.to_owned()),
            ("taken", reference::taken(h).to_owned()),
            ("stands in", "the table of compare; summary.csv, quarter `all`".to_owned()),
        ];
        entry(Kind::Headline, h.id.to_owned(), &format!("{}.", h.name), facts)
    }));
    all.extend(figures::list().chain(OTHER_FIGURES).map(|(id, question)| {
        let facts = vec![
            ("draw", format!("chokepoint chart --figure {id}")),
            ("files", format!("figures/{id}.svg, {id}.png and {id}.csv, its data")),
        ];
        entry(Kind::Figure, id.to_owned(), question, facts)
    }));
    all.extend(Code::ALL.iter().map(|code| {
        let facts = vec![("exit code", "3, if it is an error and no warning".to_owned())];
        entry(Kind::ErrorCode, code.as_str().to_owned(), code.meaning(), facts)
    }));
    all.extend(
        EXIT_CODES.iter().map(|(code, meaning)| {
            entry(Kind::ExitCode, format!("exit-{code}"), meaning, Vec::new())
        }),
    );
    all
}

fn entry(kind: Kind, name: String, meaning: &str, facts: Vec<(&'static str, String)>) -> Entry {
    Entry { kind, name, meaning: meaning.to_owned(), facts }
}

fn parameters(baseline: Option<&Scenario>) -> Vec<Entry> {
    let explain = |spec: &sim_core::scenario::param::Spec| {
        let mut facts = vec![
            ("unit", spec.unit.to_owned()),
            ("range", format!("{} to {}", spec.low, spec.high)),
        ];
        if let Some(param) = baseline.and_then(|b| b.parameter(spec.key)) {
            facts.push(("value", param.value.to_string()));
            facts.push(("prior", reference::prior(&param.prior)));
            facts.push(("grade", format!("{}: {}", param.grade, reference::meaning(param.grade))));
            facts.push(("source", param.source.clone()));
            let drawn = param.prior != Prior::Fixed;
            facts
                .push(("drawn", if drawn { "anew in each replicate" } else { "never" }.to_owned()));
        }
        facts.push(("try", format!("--set parameters.{}=NUMBER", spec.key)));
        entry(Kind::Parameter, format!("parameters.{}", spec.key), spec.doc, facts)
    };
    SPECS.iter().map(explain).collect()
}

/// What the value of a key may be, in words.
fn key_facts(key: &Key) -> Vec<(&'static str, String)> {
    let (value, unit) = match key.form {
        Form::Text => ("a text".to_owned(), None),
        Form::Quarter => {
            ("a quarter such as \"2022Q4\", or a date such as 2022-10-07".to_owned(), None)
        }
        Form::Flag => ("true or false".to_owned(), None),
        Form::Number(low, _, unit) if low == f64::MIN => ("a number".to_owned(), Some(unit)),
        Form::Number(low, high, unit) => (format!("a number from {low} to {high}"), Some(unit)),
        Form::Count(1, 1, _) => ("1".to_owned(), None),
        Form::Count(low, i64::MAX, unit) => (format!("a whole number from {low}"), Some(unit)),
        Form::Count(low, high, unit) => {
            (format!("a whole number from {low} to {high}"), Some(unit))
        }
        Form::Words(words) => (format!("one of: {}", words.join(", ")), None),
        Form::WordOrShare(words) => {
            (format!("one of: {}; or a share from 0 to 1", words.join(", ")), None)
        }
        Form::Dated(low, high, unit, words) => {
            let number = [format!("a number from {low} to {high}")];
            let words = words.iter().map(|word| format!("`{word}`"));
            let dates = ["or a table of dates: { \"2022Q4\" = 0.1, \"2023Q4\" = 0.8 }".to_owned()];
            let all: Vec<String> = number.into_iter().chain(words).chain(dates).collect();
            (all.join(", "), Some(unit))
        }
        Form::Texts => ("a list of texts, such as [\"CHN\"]".to_owned(), None),
        Form::Range => ("two numbers, such as [0.1, 0.3]".to_owned(), None),
        Form::Table(keys) => (format!("a table; its keys: {}", names(keys)), None),
        Form::Items(keys) | Form::Named(keys) => {
            (format!("{ITEMS}; their keys: {}", names(keys)), None)
        }
        Form::Parameters(_) => ("numbers under the keys of parameters".to_owned(), None),
        Form::Mechanisms => ("true or false under the keys of mechanisms".to_owned(), None),
        Form::Cases => {
            ("under names of your choice, numbers under keys of parameters".to_owned(), None)
        }
        Form::ParameterRanges => ("[low, high] under the keys of parameters".to_owned(), None),
        Form::Choices(_) | Form::ChoiceItems(_) => {
            ("under names of your choice, lists of \"KEY=VALUE\"".to_owned(), None)
        }
    };
    let needed = if key.needed { "must be given, here or by a parent" } else { "may be absent" };
    let mut facts = vec![("value", value)];
    facts.extend(unit.map(|unit| ("unit", unit.to_owned())));
    facts.push(("needed", needed.to_owned()));
    facts
}

fn names(keys: &[Key]) -> String {
    if keys.is_empty() {
        "none".to_owned()
    } else {
        keys.iter().map(|k| k.name).collect::<Vec<_>>().join(", ")
    }
}

/// The entries that a word names: by full name, else by the path without names of the author's, else by its last part.
pub fn find<'e>(entries: &'e [Entry], word: &str) -> Vec<&'e Entry> {
    let word = word.trim_matches(['[', ']', '`', ' ']);
    let exact: Vec<_> = entries.iter().filter(|e| e.name == word).collect();
    if !exact.is_empty() {
        return exact;
    }
    let along: Vec<_> = entries.iter().filter(|e| is_path(&e.name, word)).collect();
    if !along.is_empty() {
        return along;
    }
    // `measures.hard-cap` is one of the measures.
    if let Some((table, _)) = word.split_once('.') {
        let items = |e: &&Entry| e.name == table && e.facts.iter().any(|(_, f)| f.contains(ITEMS));
        return entries.iter().filter(items).collect();
    }
    entries.iter().filter(|e| last(&e.name) == word || format!("exit-{word}") == e.name).collect()
}

/// Whether a written path, such as `measures.hard-cap.enforcement`, is that of a key.
fn is_path(name: &str, word: &str) -> bool {
    let (name, word): (Vec<_>, Vec<_>) = (name.split('.').collect(), word.split('.').collect());
    name.len() > 1
        && name.len() == word.len()
        && name.iter().zip(&word).all(|(n, w)| *n == "NAME" || n == w)
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The name that is most like a word, if one is like it.
pub fn near<'e>(entries: &'e [Entry], word: &str) -> Option<&'e str> {
    let short = nearest(word, entries.iter().map(|e| last(&e.name)));
    short.or_else(|| nearest(word, entries.iter().map(|e| e.name.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_any_of_their_names() {
        let all = all(None);
        for (word, name) in [
            ("enforcement", "measures.NAME.enforcement"),
            ("measures.hard-cap.enforcement", "measures.NAME.enforcement"),
            ("belief-gain", "parameters.belief-gain"),
            ("revenue", "revenue"),
            ("us-revenue-world", "us-revenue-world"),
            ("loss-fan", "loss-fan"),
            ("unknown-key", "unknown-key"),
            ("3", "exit-3"),
            ("measures.hard-cap", "measures"),
        ] {
            let found = find(&all, word);
            assert!(found.iter().any(|e| e.name == name), "{word}: {found:?}");
        }
        assert!(find(&all, "enforcment").is_empty());
        assert_eq!(near(&all, "enforcment"), Some("enforcement"));
        assert_eq!(near(&all, "zzzzzzzz"), None);
    }

    #[test]
    fn every_entry_finds_itself() {
        let all = all(None);
        for entry in &all {
            assert!(find(&all, &entry.name).contains(&entry), "{}", entry.name);
        }
    }
}
