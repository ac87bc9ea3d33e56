//! Reading TOML with its places: values out, or problems with line, column and what to write instead.
//!
//! Invariant: nothing here stops at the first mistake; a reader goes on with `None`.

use std::ops::Range;

use sim_core::scenario::plain::{is_line, unprintable};
use sim_core::scenario::problem::{Code, Problem, Severity};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// A text and where it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The text.
    pub text: String,
    /// Bytes of the file.
    pub span: Range<usize>,
}

/// A text that is being read, and what was wrong with it.
pub(crate) struct Notes<'t> {
    name: &'t str,
    text: &'t str,
    /// Problems in the order of their discovery.
    pub(crate) problems: Vec<Problem>,
}

/// A table under its path.
#[derive(Clone, Copy)]
pub(crate) struct Section<'a, 't> {
    /// The keys that lead here, joined by dots; empty for the root.
    pub(crate) path: &'a str,
    /// The entries.
    pub(crate) table: &'a DeTable<'t>,
    /// Where it stands.
    pub(crate) at: (usize, usize),
}

impl<'t> Notes<'t> {
    /// A text and the name of its file.
    pub(crate) fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text, problems: Vec::new() }
    }

    /// Parses the text; syntax errors are noted, all of them.
    pub(crate) fn parse(&mut self) -> DeTable<'t> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let mut letters = error.message().chars();
            let first = letters.next().map(char::to_lowercase);
            let message: String = first.into_iter().flatten().chain(letters).collect();
            self.error(Code::Syntax, error.span().unwrap_or(0..0), message, None);
        }
        table.into_inner()
    }

    /// Notes an error.
    pub(crate) fn error(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let start = span.start.min(self.text.len());
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let excerpt = self.text[line_start..line_end].trim_end_matches('\r').to_owned();
        let top = excerpt.len();
        let mark = (start - line_start).min(top)..(span.end.max(start) - line_start).min(top);
        self.problems.push(Problem {
            severity: Severity::Error,
            code,
            file: self.name.to_owned(),
            line: self.text[..line_start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            span,
            excerpt,
            mark,
            message: message.into(),
            help,
        });
    }

    /// All problems in the order of their places. What the parser recovered from a torn line is a guess, so
    /// only the tear itself is reported there.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        self.problems.dedup();
        let torn: Vec<usize> =
            self.problems.iter().filter(|p| p.code == Code::Syntax).map(|p| p.line).collect();
        self.problems.retain(|p| p.code == Code::Syntax || !torn.contains(&p.line));
        self.problems
    }

    /// Notes a value of another type than the wanted one.
    pub(crate) fn wrong_type(&mut self, value: &Value<'_>, wanted: &str, help: Option<String>) {
        let message = format!("expected {wanted}, found {}", kind(value.get_ref()));
        self.error(Code::WrongType, value.span(), message, help);
    }

    /// Notes a word that is none of the known ones.
    pub(crate) fn unknown_word(&mut self, span: Range<usize>, word: &str, known: &[&str]) {
        let near = similar(word, known).map(|help| help.replace("a key", "one"));
        let help = near.unwrap_or_else(|| format!("one of: {}", known.join(", ")));
        self.error(Code::UnknownWord, span, format!("`{word}` is not allowed here"), Some(help));
    }

    /// A text.
    pub(crate) fn text_of<'a>(&mut self, value: &'a Value<'t>) -> Option<&'a str> {
        if let DeValue::String(text) = value.get_ref() {
            if let Some(c) = unprintable(text) {
                let message =
                    format!("the text holds the control character U+{:04X}", u32::from(c));
                self.error(
                    Code::BadText,
                    value.span(),
                    message,
                    Some("write it without".to_owned()),
                );
            }
            return Some(text);
        }
        self.wrong_type(value, "a text", Some("put it in double quotes".to_owned()));
        None
    }

    /// A list of texts with their places.
    pub(crate) fn texts_of(&mut self, value: &Value<'t>) -> Vec<(String, Range<usize>)> {
        let DeValue::Array(items) = value.get_ref() else {
            let help = match value.get_ref() {
                DeValue::String(word) => Some(format!("write [\"{word}\"]")),
                _ => None,
            };
            self.wrong_type(value, "an array of texts", help);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            if let Some(text) = self.text_of(item) {
                texts.push((text.to_owned(), item.span()));
            }
        }
        texts
    }

    /// The same, as they are kept.
    pub(crate) fn placed_of(&mut self, value: &Value<'t>) -> Vec<Placed> {
        self.texts_of(value).into_iter().map(|(text, span)| Placed { text, span }).collect()
    }

    /// A list of KEY=VALUE; `example` is one that the file could have.
    pub(crate) fn overrides_of(&mut self, value: &Value<'t>, example: &str) -> Vec<Placed> {
        let all = self.placed_of(value);
        for each in all.iter().filter(|each| !each.text.contains('=')) {
            let help = format!("write \"KEY=VALUE\", such as \"{example}\"");
            let message = "no `=` in the override";
            self.error(Code::BadSet, each.span.clone(), message, Some(help));
        }
        all
    }

    /// One line of text; `wrong` says what it has otherwise.
    pub(crate) fn line_of(&mut self, value: &Value<'t>, wrong: &str) -> Option<String> {
        let text = self.text_of(value)?;
        if !is_line(text) && unprintable(text).is_none() {
            self.error(Code::BadText, value.span(), wrong, Some("write one line".to_owned()));
        }
        Some(text.to_owned())
    }

    /// A whole number within bounds.
    pub(crate) fn count_of(&mut self, value: &Value<'t>, low: u64, high: u64) -> Option<u64> {
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value, "a whole number", None);
            return None;
        };
        let parsed = i128::from_str_radix(number.as_str(), number.radix()).ok();
        let found = parsed.filter(|n| (i128::from(low)..=i128::from(high)).contains(n));
        if found.is_none() {
            let message = format!("{} is outside {low}\u{2013}{high}", number.as_str());
            self.error(Code::OutOfRange, value.span(), message, None);
        }
        found.map(|n| n as u64)
    }

    /// A finite number.
    pub(crate) fn number_of(&mut self, value: &Value<'t>) -> Option<f64> {
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(n) => {
                i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64)
            }
            DeValue::Float(n) => n.as_str().parse().ok(),
            _ => {
                self.wrong_type(value, "a number", None);
                return None;
            }
        };
        let finite = number.filter(|n| n.is_finite());
        if finite.is_none() {
            self.error(Code::NotFinite, value.span(), "the number is not finite", None);
        }
        finite
    }
}

impl<'a, 't> Section<'a, 't> {
    /// Path of a key in here.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Entries in the order of the file.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Range<usize>, &'a Value<'t>)> {
        let mut all: Vec<(&str, Range<usize>, &Value<'t>)> = self
            .table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
            .collect();
        all.sort_by_key(|(_, span, _)| span.start);
        all
    }

    /// Notes every key that is not listed.
    pub(crate) fn only(&self, known: &[&str], notes: &mut Notes<'t>) {
        for (key, span, _) in self.entries() {
            if !known.contains(&key) {
                let help = similar(key, known)
                    .unwrap_or_else(|| format!("known here: {}", known.join(", ")));
                let message = format!("unknown key `{}`", self.path_of(key));
                notes.error(Code::UnknownKey, span, message, Some(help));
            }
        }
    }

    /// The value of a key that may be absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value<'t>> {
        self.table.get(key)
    }

    /// The version of the layout of a file; of another one than 1 it is said that this program reads `what` of 1.
    pub(crate) fn schema(&self, what: &str, notes: &mut Notes<'t>) {
        if let Some(value) = self.need("schema", notes)
            && notes.count_of(value, 0, u64::MAX).is_some_and(|version| version != 1)
        {
            let help = Some("write schema = 1".to_owned());
            let message = format!("this program reads {what} of schema 1");
            notes.error(Code::UnsupportedSchema, value.span(), message, help);
        }
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, key: &str, notes: &mut Notes<'t>) -> Option<&'a Value<'t>> {
        let found = self.get(key);
        let near = self.table.keys().any(|k| similar(k.get_ref(), &[key]).is_some());
        if found.is_none() && !near {
            let message = format!("`{}` is missing", self.path_of(key));
            notes.error(Code::MissingKey, self.at.0..self.at.1, message, None);
        }
        found
    }
}

/// Opens a table.
pub(crate) fn open<'a, 't>(
    path: &'a str,
    value: &'a Value<'t>,
    notes: &mut Notes<'t>,
) -> Option<Section<'a, 't>> {
    if let DeValue::Table(table) = value.get_ref() {
        let span = value.span();
        return Some(Section { path, table, at: (span.start, span.end) });
    }
    notes.wrong_type(value, "a table", Some(format!("write `[{path}]` and its keys below")));
    None
}

/// Name of a type in messages.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::Table(_) => "a table",
        DeValue::Array(_) => "an array",
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
    }
}

/// The help for a word that is nearly one of the known ones.
pub(crate) fn similar(word: &str, known: &[&str]) -> Option<String> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' ', '.'], "_");
    let word = plain(word);
    let distance = |k: &&&str| strsim::damerau_levenshtein(&word, &plain(k));
    let near = known.iter().min_by_key(distance)?;
    let tolerance = word.chars().count().max(3) / 3;
    (distance(&near) <= tolerance).then(|| format!("a key with a similar name exists: `{near}`"))
}
