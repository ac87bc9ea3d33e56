//! Typed access to the tree: every accessor notes what is wrong and goes on.
//!
//! Invariant: `None` means that a problem has been noted (or that an optional key is absent).

use std::cell::RefCell;

use super::keys::{SCENARIO, paths};
use super::problem::{Code, Log};
use super::source::Origin;
use super::tree::{Entry, Node, Table, Value};
use crate::calendar::Quarter;

/// How to write a date.
const DATE_HELP: &str = "write a quarter like \"2022Q4\" or a date like \"2022-10-07\"";

/// What a number may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    /// Smallest admissible value.
    pub(crate) low: f64,
    /// Largest admissible value.
    pub(crate) high: f64,
    /// Whether it is a share, so that a number above one was probably meant as a percentage.
    pub(crate) share: bool,
    /// Unit, for messages; empty for a plain share.
    pub(crate) unit: &'static str,
}

impl Bounds {
    /// A share between 0 and 1.
    pub(crate) const SHARE: Self = Self { low: 0.0, high: 1.0, share: true, unit: "" };
    /// A level on a ladder, in generations above 28 nm.
    pub(crate) const LEVEL: Self = Self::new(-10.0, 10.0).of("generations above 28 nm");

    /// Any number between two ends.
    pub(crate) const fn new(low: f64, high: f64) -> Self {
        Self { low, high, share: false, unit: "" }
    }

    /// The same with a unit.
    pub(crate) const fn of(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// Notes a number outside the bounds.
    pub(crate) fn check(self, x: f64, origin: Origin, log: &mut Log) -> Option<f64> {
        if !x.is_finite() {
            log.error(Code::NotFinite, origin, format!("{x} is not a finite number"))
                .help(format!("write a number in {self}"));
            return None;
        }
        if (self.low..=self.high).contains(&x) {
            return Some(x);
        }
        if let Some(end) = [self.low, self.high].into_iter().find(|&end| dust(x, end)) {
            return Some(end);
        }
        let draft = log.error(Code::OutOfRange, origin, format!("{x} is outside {self}"));
        if self.share && x > 1.0 && x <= 100.0 {
            draft.help(format!("write {} for {x} %", rounded(x / 100.0)));
        } else if self == Self::LEVEL && x > self.high {
            draft.help("levels are generations above 28 nm: 14 nm is 1, 10 nm is 2");
        } else {
            draft.help(format!("write a number in {self}"));
        }
        None
    }
}

impl std::fmt::Display for Bounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.low < 0.0 {
            write!(f, "{} to {}", self.low, self.high)
        } else {
            write!(f, "{}–{}", self.low, self.high)
        }?;
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

/// Whether a number is off another one by no more than sums of binary fractions are: 100.00000000000001 % is 100 %.
fn dust(x: f64, end: f64) -> bool {
    (x - end).abs() <= 1e-12 * end.abs()
}

/// A number without the dust of binary fractions, for messages.
pub(crate) fn rounded(x: f64) -> f64 {
    (x * 1e9).round() / 1e9
}

/// The most similar of the candidates, if one is similar enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' ', '.'], "_");
    let word = plain(word);
    let distance = |text: &str| strsim::damerau_levenshtein(&word, &plain(text));
    let (candidate, distance) = candidates
        .into_iter()
        .map(|text| (text, distance(text)))
        .min_by_key(|&(_, distance)| distance)?;
    let tolerance = word.chars().count().max(3) / 3;
    (distance <= tolerance).then_some(candidate)
}

/// A list of words for a message, shortened when it is long.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 16;
    let words: Vec<_> = words.into_iter().collect();
    let shown = words[..words.len().min(MOST)].join(", ");
    match words.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The help for a word that is none of the candidates.
pub(crate) fn similar(what: &str, word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("a {what} with a similar name exists: `{near}`"),
        None if candidates.is_empty() => format!("there is no {what}"),
        None => format!("known: {}", listed(candidates.iter().copied())),
    }
}

/// Where a key that is unknown here is known.
fn elsewhere(key: &str) -> Option<String> {
    let all = paths(SCENARIO);
    let places: Vec<&str> = all
        .iter()
        .filter_map(|(path, known)| {
            let table = path.strip_suffix(known.name)?.strip_suffix('.')?;
            (known.name == key).then_some(table)
        })
        .collect();
    // One that many tables have says nothing of what is meant here.
    match places.as_slice() {
        [one] => Some(format!("`{key}` is a key of `[{one}]`")),
        [one, other] => Some(format!("`{key}` is a key of `[{one}]` and `[{other}]`")),
        _ => None,
    }
}

/// A table of the tree under its path.
#[derive(Debug, Clone)]
pub(crate) struct Section<'t> {
    /// The keys that lead here, joined by dots; empty for the root.
    pub(crate) path: String,
    /// Where it stands.
    pub(crate) origin: Origin,
    table: &'t Table,
    /// Keys that nobody reads: probably misspelt ones.
    unknown: RefCell<Vec<&'t str>>,
}

impl<'t> Section<'t> {
    /// Opens a table.
    pub(crate) fn open(path: &str, node: &'t Node, origin: Origin, log: &mut Log) -> Option<Self> {
        match &node.value {
            Value::Table(table) => {
                Some(Self { path: path.to_owned(), origin, table, unknown: RefCell::default() })
            }
            other => {
                let message = format!("expected a table, found {}", other.kind());
                let draft = log.error(Code::WrongType, node.origin, message);
                draft.help(format!("write `[{path}]` and its keys below"));
                None
            }
        }
    }

    /// The path of a key in here.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Notes every key that is not listed.
    pub(crate) fn only(&self, keys: &[&str], log: &mut Log) {
        for (key, entry) in self.table {
            if !keys.contains(&key.as_str()) {
                let message = format!("unknown key `{}`", self.path_of(key));
                let help = match nearest(key, keys.iter().copied()) {
                    None => elsewhere(key).unwrap_or_else(|| similar("key", key, keys)),
                    Some(_) => similar("key", key, keys),
                };
                log.error(Code::UnknownKey, entry.key, message).help(help);
                self.unknown.borrow_mut().push(key);
            }
        }
    }

    /// All entries.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'t String, &'t Entry)> + use<'t> {
        self.table.iter()
    }

    /// Where the value of a key stands, or the table if the key is absent.
    pub(crate) fn origin_of(&self, key: &str) -> Origin {
        self.table.get(key).map_or(self.origin, |entry| entry.node.origin)
    }

    /// An entry that may be absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'t Entry> {
        self.table.get(key)
    }

    /// An entry that must be there. A misspelt key has been noted already and is not missing, too.
    pub(crate) fn need(&self, key: &str, log: &mut Log) -> Option<&'t Entry> {
        let entry = self.table.get(key);
        let misspelt = || self.unknown.borrow().iter().any(|word| nearest(word, [key]).is_some());
        if entry.is_none() && !log.broken() && !misspelt() {
            let message = format!("`{}` is missing", self.path_of(key));
            // What a scenario lacks at its root stands in a parent.
            let help = if self.path.is_empty() {
                format!("give `{key}`, or a parent: extends = \"baseline.toml\"")
            } else {
                format!("add `{key}` to `{}`", self.path)
            };
            log.error(Code::MissingKey, self.origin, message).help(help);
        }
        entry
    }

    /// A table in here that may be absent.
    pub(crate) fn section(&self, key: &str, log: &mut Log) -> Option<Section<'t>> {
        let entry = self.table.get(key)?;
        Section::open(&self.path_of(key), &entry.node, entry.key, log)
    }

    /// All tables in the table `key`, with their ids.
    pub(crate) fn items(&self, key: &str, log: &mut Log) -> Vec<(String, Section<'t>)> {
        let Some(section) = self.section(key, log) else { return Vec::new() };
        let open = |(id, entry): (&String, &'t Entry)| {
            let item = Section::open(&section.path_of(id), &entry.node, entry.key, log)?;
            Some((id.clone(), item))
        };
        section.entries().filter_map(open).collect()
    }

    /// A text that must be there and say something.
    pub(crate) fn text(&self, key: &str, log: &mut Log) -> Option<String> {
        let node = &self.need(key, log)?.node;
        let text = text(node, log)?;
        if text.trim().is_empty() {
            log.error(Code::EmptyText, node.origin, format!("`{}` is empty", self.path_of(key)))
                .help(format!("write a text, or let a parent give `{key}`"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A number that must be there.
    pub(crate) fn number(&self, key: &str, bounds: Bounds, log: &mut Log) -> Option<f64> {
        number(&self.need(key, log)?.node, bounds, log)
    }

    /// A quarter that must be there.
    pub(crate) fn quarter(&self, key: &str, log: &mut Log) -> Option<Quarter> {
        quarter(&self.need(key, log)?.node, log)
    }

    /// A quarter that may be absent: the outer `None` is a problem, the inner one absence.
    #[expect(clippy::option_option, reason = "absent and wrong are different")]
    pub(crate) fn quarter_if_given(&self, key: &str, log: &mut Log) -> Option<Option<Quarter>> {
        match self.get(key) {
            None => Some(None),
            Some(entry) => quarter(&entry.node, log).map(Some),
        }
    }

    /// A list of texts with their places; empty when absent.
    pub(crate) fn texts(&self, key: &str, log: &mut Log) -> Vec<(&'t str, Origin)> {
        let Some(entry) = self.get(key) else { return Vec::new() };
        let Value::Array(items) = &entry.node.value else {
            let kind = entry.node.value.kind();
            let message = format!("expected an array of texts, found {kind}");
            let draft = log.error(Code::WrongType, entry.node.origin, message);
            if let Value::Text(word) = &entry.node.value {
                draft.help(format!("write [\"{word}\"]"));
            }
            return Vec::new();
        };
        items.iter().filter_map(|node| Some((text(node, log)?, node.origin))).collect()
    }

    /// Notes a list that is there and empty.
    pub(crate) fn not_empty(&self, key: &str, message: &str, help: &str, log: &mut Log) {
        if let Some(origin) = self.empty_list(key) {
            log.error(Code::EmptyText, origin, message).help(help);
        }
    }

    /// Where an empty list stands under a key.
    pub(crate) fn empty_list(&self, key: &str) -> Option<Origin> {
        let node = &self.table.get(key)?.node;
        matches!(&node.value, Value::Array(items) if items.is_empty()).then_some(node.origin)
    }

    /// One of a few words, each with its meaning; the default when absent.
    pub(crate) fn word_or<T: Copy>(
        &self,
        key: &str,
        default: T,
        words: &[(&str, T)],
        log: &mut Log,
    ) -> Option<T> {
        let Some(entry) = self.get(key) else { return Some(default) };
        word(text(&entry.node, log)?, entry.node.origin, words, log)
    }
}

/// The meaning of one of a few words.
pub(crate) fn word<T: Copy>(
    word: &str,
    origin: Origin,
    words: &[(&str, T)],
    log: &mut Log,
) -> Option<T> {
    let found = words.iter().find(|(known, _)| *known == word).map(|&(_, meaning)| meaning);
    if found.is_none() {
        let known: Vec<_> = words.iter().map(|&(known, _)| known).collect();
        let message = format!("`{word}` is not allowed here");
        let help = format!("one of: {}", listed(known));
        log.error(Code::UnknownWord, origin, message).help(help);
    }
    found
}

/// A text.
pub(crate) fn text<'t>(node: &'t Node, log: &mut Log) -> Option<&'t str> {
    let found = node.text();
    if found.is_none() {
        let message = format!("expected a text, found {}", node.value.kind());
        log.error(Code::WrongType, node.origin, message).help("put it in double quotes");
    }
    found
}

/// True or false.
pub(crate) fn flag(node: &Node, log: &mut Log) -> Option<bool> {
    if let Value::Bool(flag) = node.value {
        return Some(flag);
    }
    let message = format!("expected true or false, found {}", node.value.kind());
    log.error(Code::WrongType, node.origin, message).help("write true or false, without quotes");
    None
}

/// A number within bounds.
pub(crate) fn number(node: &Node, bounds: Bounds, log: &mut Log) -> Option<f64> {
    let x = match node.value {
        Value::Integer(x) => x as f64,
        Value::Float(x) => x,
        _ => {
            let message = format!("expected a number, found {}", node.value.kind());
            log.error(Code::WrongType, node.origin, message).help("write it without quotes");
            return None;
        }
    };
    bounds.check(x, node.origin, log)
}

/// A quarter, as `"2022Q4"`, `"2022-10-07"` or a bare TOML date.
pub(crate) fn quarter(node: &Node, log: &mut Log) -> Option<Quarter> {
    let written = match &node.value {
        Value::Text(text) | Value::Date(text) => text,
        other => {
            let message = format!("expected a quarter, found {}", other.kind());
            log.error(Code::WrongType, node.origin, message).help(DATE_HELP);
            return None;
        }
    };
    let quarter = written.parse().ok();
    if quarter.is_none() {
        let message = format!("`{written}` is no quarter");
        log.error(Code::BadDate, node.origin, message).help(DATE_HELP);
    }
    quarter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_are_found_across_spelling_styles() {
        let keys = ["in_force", "announced", "sunset"];
        assert_eq!(nearest("in-force", keys), Some("in_force"));
        assert_eq!(nearest("anounced", keys), Some("announced"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn percentages_are_recognised() {
        let mut log = Log::default();
        assert_eq!(Bounds::SHARE.check(40.0, Origin::default(), &mut log), None);
        let mut files = super::super::source::Files::default();
        files.add("x", "40", false);
        let problems = log.place(&files);
        assert_eq!(problems[0].message, "40 is outside 0–1");
        assert_eq!(problems[0].help.as_deref(), Some("write 0.4 for 40 %"));
    }
}
