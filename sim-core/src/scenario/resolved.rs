//! Prints a merged scenario as TOML that loads again to an equal [`super::Scenario`].
//!
//! Every value carries a trailing comment that says which line it came from. Paths are relative to the
//! directory of the scenario: the data directory stays as the scenario named it. A copy that is moved
//! elsewhere finds its tables in `scenarios/`, or takes `--set data.directory=…`.
//!
//! Invariant: the text depends on the scenario alone, never on the machine that printed it.

use std::fmt::Write as _;

use super::ensemble::PRIOR;
use super::param::SPECS;
use super::source::{Files, directory, join, relative};
use super::tree::{Entry, Node, Table, Value};

/// Keys in the order in which people expect them; all others follow by name.
const ORDER: &[&str] = &[
    "schema",
    "id",
    "title",
    "summary",
    "reference",
    "authority",
    "announced",
    "in_force",
    "sunset",
    "segments",
    "destinations",
    "owners",
    "end_users",
    "owner",
    "home",
    "state",
    "from",
    "to",
    "value",
    "uniform",
    "normal",
    "lognormal",
    "unit",
    "source",
    "grade",
    "note",
    "time",
    "start",
    "end",
    "data",
    "mechanisms",
    "parameters",
    "prior_news",
    "measures",
    "mandates",
    "subsidies",
    "purchase_subsidies",
    "purchase_rules",
    "market_access",
];

/// What to print.
pub(crate) struct Printer<'a> {
    files: &'a Files,
    /// Directory of the scenario: names are relative to it.
    home: String,
    /// Whether to say where values came from.
    comments: bool,
}

impl<'a> Printer<'a> {
    /// A printer for the scenario in the file `main`.
    pub(crate) fn new(files: &'a Files, main: &str, comments: bool) -> Self {
        Self { files, home: directory(main).to_owned(), comments }
    }

    /// Prints the tree under the id of the scenario.
    pub(crate) fn print(&self, tree: &Node, id: &str) -> String {
        let mut out = String::new();
        if self.comments {
            out.push_str(
                "# A scenario after `extends` and overrides. Comments say where each value stood.\n",
            );
        }
        let Some(table) = tree.table() else { return out };
        let mut table = table.clone();
        table.remove("id");
        let _ = writeln!(out, "id = {}", quoted(id));
        self.data_paths(&mut table);
        self.table(&mut out, &mut Vec::new(), &table);
        out
    }

    /// Rewrites the paths under `data`, which are relative to the file that says them.
    fn data_paths(&self, root: &mut Table) {
        let Some(Entry { node: Node { value: Value::Table(data), .. }, .. }) = root.get_mut("data")
        else {
            return;
        };
        for entry in data.values_mut() {
            let origin = entry.node.origin;
            if let Value::Text(path) = &mut entry.node.value
                && path != PRIOR
            {
                let near = directory(self.files.name(origin));
                let near = if self.files.is_set(origin) { "" } else { near };
                *path = relative(&self.home, &join(near, path));
            }
        }
    }

    fn table(&self, out: &mut String, path: &mut Vec<String>, table: &Table) {
        let mut keys: Vec<&String> = table.keys().collect();
        let in_parameters = matches!(path.as_slice(), [only] if only == "parameters");
        keys.sort_by_key(|key| (rank(key, in_parameters), key.as_str()));
        for key in &keys {
            if let Some(entry) = table.get(*key).filter(|entry| entry.node.table().is_none()) {
                self.leaf(out, key, entry);
            }
        }
        for key in keys {
            if let Some(inner) = table.get(key).and_then(|entry| entry.node.table()) {
                path.push(bare_or_quoted(key));
                let only_tables = inner.values().all(|entry| entry.node.table().is_some());
                if inner.is_empty() || !only_tables {
                    let _ = writeln!(out, "\n[{}]", path.join("."));
                }
                self.table(out, path, inner);
                path.pop();
            }
        }
    }

    fn leaf(&self, out: &mut String, key: &str, entry: &Entry) {
        let line = format!("{} = {}", bare_or_quoted(key), shown(&entry.node.value));
        if self.comments {
            let _ = writeln!(out, "{line:<44}  # {}", self.cause(entry));
        } else {
            let _ = writeln!(out, "{line}");
        }
    }

    fn cause(&self, entry: &Entry) -> String {
        let origin = entry.node.origin;
        if self.files.is_set(origin) {
            return "--set".to_owned();
        }
        let name = relative(&self.home, self.files.name(origin));
        format!("{name}:{}", self.files.place(origin).line)
    }
}

/// Place of a key among its siblings: parameters as in the registry, others as in [`ORDER`].
fn rank(key: &str, in_parameters: bool) -> usize {
    let place = if in_parameters {
        SPECS.iter().position(|spec| spec.key == key)
    } else {
        ORDER.iter().position(|known| *known == key)
    };
    place.unwrap_or(usize::MAX)
}

/// A value as TOML.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Table(table) => {
            let pairs: Vec<_> = table
                .iter()
                .map(|(key, entry)| {
                    format!("{} = {}", bare_or_quoted(key), shown(&entry.node.value))
                })
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| shown(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Bool(flag) => flag.to_string(),
        Value::Date(date) => date.clone(),
    }
}

fn bare_or_quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { quoted(key) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
