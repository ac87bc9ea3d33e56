//! TOML as a tree in which every key and value knows where it was written.
//!
//! Invariant: parsing never stops at the first syntax error and never loses a position.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::problem::{Code, Log};
use super::source::{Files, Origin};

/// A table: entries in the order of their keys.
pub(crate) type Table = BTreeMap<String, Entry>;

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where the key stands.
    pub(crate) key: Origin,
    /// The value.
    pub(crate) node: Node,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where it stands.
    pub(crate) origin: Origin,
    /// What it is.
    pub(crate) value: Value,
}

/// What TOML can say.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// `[table]` or `{ inline = "table" }`.
    Table(Table),
    /// `[1, 2]`.
    Array(Vec<Node>),
    /// `"text"`.
    Text(String),
    /// `1`.
    Integer(i64),
    /// `1.0`.
    Float(f64),
    /// `true`.
    Bool(bool),
    /// `2022-10-07`, as it is written.
    Date(String),
}

impl Value {
    /// Name of the type in messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::Array(_) => "an array",
            Self::Text(_) => "a text",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Date(_) => "a date",
        }
    }
}

impl Node {
    /// An empty table that nobody wrote: the start of a merge.
    pub(crate) fn empty(file: usize) -> Self {
        Self { origin: Origin::new(file, 0..0), value: Value::Table(Table::new()) }
    }

    /// The table, if it is one.
    pub(crate) const fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entry at a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Entry> {
        let (first, rest) = path.split_first()?;
        let entry = self.table()?.get(*first)?;
        if rest.is_empty() { Some(entry) } else { entry.node.at(rest) }
    }
}

/// Parses a file that [`Files`] holds.
pub(crate) fn parse(files: &Files, file: usize, log: &mut Log) -> Node {
    let (table, errors) = DeTable::parse_recoverable(files.text(file));
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let draft = log.error(Code::Syntax, Origin::new(file, span), lowercase(error.message()));
        draft.help(syntax_help(error.message()));
    }
    let mut reader = Converter { file, shift: 0, log };
    Node { origin: Origin::new(file, 0..0), value: reader.table(table.into_inner()) }
}

/// What to write where the parser gave up.
fn syntax_help(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "a key or table may stand only once in a file: delete one, or put both together"
    } else {
        "write `key = value`, with texts in double quotes and numbers like 0.4"
    }
}

/// Parses the argument of a `--set`, `KEY=VALUE`, into a tree with that one leaf.
pub(crate) fn parse_set(files: &Files, file: usize, log: &mut Log) -> Option<Node> {
    let text = files.text(file);
    let whole = Origin::new(file, 0..text.len());
    let Some((path, raw)) = text.split_once('=') else {
        log.error(Code::BadSet, whole, "no `=` in the override")
            .help("write KEY=VALUE, such as parameters.belief-gain=0.4");
        return None;
    };
    let value_start = path.len() + 1 + (raw.len() - raw.trim_start().len());
    let mut node = set_value(raw.trim(), file, value_start, log)?;
    let mut end = path.len();
    for part in path.rsplit('.') {
        let key = part.trim();
        let start = end - part.trim_start().len();
        let origin = Origin::new(file, start..start + key.len());
        end = (end - part.len()).saturating_sub(1);
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if key.is_empty() || !key.chars().all(bare) {
            log.error(Code::BadSet, origin, format!("`{key}` is no key"))
                .help("keys are letters, digits, `-` and `_`, joined by dots");
            return None;
        }
        let entry = Entry { key: origin, node };
        let table = Table::from([(key.to_owned(), entry)]);
        node = Node { origin, value: Value::Table(table) };
    }
    Some(node)
}

/// The value of a `--set`: TOML, or a bare word as a text.
fn set_value(raw: &str, file: usize, shift: usize, log: &mut Log) -> Option<Node> {
    let (value, errors) = DeValue::parse_recoverable(raw);
    if errors.is_empty() {
        let span = value.span();
        let origin = Origin::new(file, span.start + shift..span.end + shift);
        let value = Converter { file, shift, log }.value(value.into_inner(), origin)?;
        return Some(Node { origin, value });
    }
    let origin = Origin::new(file, shift..shift + raw.len());
    if raw.is_empty() {
        log.error(Code::BadSet, origin, "no value after `=`");
        return None;
    }
    if !raw.starts_with(['"', '\'', '[', '{']) {
        return Some(Node { origin, value: Value::Text(raw.to_owned()) });
    }
    for error in errors {
        let span = error.span().unwrap_or(0..raw.len());
        let origin = Origin::new(file, span.start + shift..span.end + shift);
        log.error(Code::Syntax, origin, lowercase(error.message()));
    }
    None
}

/// Turns the parser's values into ours.
struct Converter<'a> {
    file: usize,
    shift: usize,
    log: &'a mut Log,
}

impl Converter<'_> {
    fn origin(&self, span: &std::ops::Range<usize>) -> Origin {
        Origin::new(self.file, span.start + self.shift..span.end + self.shift)
    }

    fn table(&mut self, table: DeTable<'_>) -> Value {
        let mut entries = Table::new();
        for (key, value) in table {
            let (key_origin, origin) = (self.origin(&key.span()), self.origin(&value.span()));
            if let Some(value) = self.value(value.into_inner(), origin) {
                let entry = Entry { key: key_origin, node: Node { origin, value } };
                entries.insert(key.into_inner().into_owned(), entry);
            }
        }
        Value::Table(entries)
    }

    fn value(&mut self, value: DeValue<'_>, origin: Origin) -> Option<Value> {
        Some(match value {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => {
                let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) else {
                    self.log
                        .error(Code::OutOfRange, origin, "the integer is too large")
                        .help("write a number below 9e18");
                    return None;
                };
                Value::Integer(number)
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Bool(flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(array) => {
                let mut nodes = Vec::new();
                for item in array {
                    let origin = self.origin(&item.span());
                    if let Some(value) = self.value(item.into_inner(), origin) {
                        nodes.push(Node { origin, value });
                    }
                }
                Value::Array(nodes)
            }
            DeValue::Table(table) => self.table(table),
        })
    }
}

/// The parser's messages as fragments.
fn lowercase(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> (Option<Node>, Vec<String>) {
        let mut files = Files::default();
        let file = files.add("--set", text, true);
        let mut log = Log::default();
        let node = parse_set(&files, file, &mut log);
        (node, log.place(&files).iter().map(ToString::to_string).collect())
    }

    #[test]
    fn overrides_are_typed_and_placed() {
        let (node, problems) = set("parameters.belief-gain = 0.4");
        assert!(problems.is_empty());
        let entry =
            node.as_ref().and_then(|n| n.at(&["parameters", "belief-gain"])).expect("it is there");
        assert!(matches!(entry.node.value, Value::Float(x) if x == 0.4));
        assert_eq!(entry.key, Origin::new(0, 11..22));
        assert_eq!(entry.node.origin, Origin::new(0, 25..28));
    }

    #[test]
    fn bare_words_are_texts() {
        let (node, _) = set("time.end=2030Q4");
        let node = node.expect("it is there");
        assert_eq!(node.at(&["time", "end"]).and_then(|e| e.node.text()), Some("2030Q4"));
    }

    #[test]
    fn bad_overrides_are_problems() {
        for (text, part) in [
            ("nonsense", "no `=`"),
            ("a..b=1", "is no key"),
            ("=1", "is no key"),
            ("a=", "no value"),
            ("a=[1,", "--set:1:"),
        ] {
            let (_, problems) = set(text);
            assert!(problems.join("\n").contains(part), "{text}: {problems:?}");
        }
    }

    #[test]
    fn every_syntax_error_is_reported() {
        let mut files = Files::default();
        let file = files.add("x.toml", "a = \nb = 1\nc = = 2\nd = [1\n", false);
        let mut log = Log::default();
        let tree = parse(&files, file, &mut log);
        assert!(matches!(tree.at(&["b"]).map(|e| &e.node.value), Some(Value::Integer(1))));
        let lines: Vec<_> = log.place(&files).iter().map(|p| p.line).collect();
        assert!(lines.contains(&1) && lines.contains(&3) && lines.len() >= 3, "{lines:?}");
    }
}
