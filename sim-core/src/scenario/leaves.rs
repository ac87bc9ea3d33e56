//! A merged scenario as a list of values with their places, and the steps by which it was put together.
//!
//! Invariant: the list is sorted by path, so two lists can be compared item by item.

use super::resolved::shown;
use super::source::Files;
use super::tree::{Node, Value};

/// A value of a merged scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its keys, joined by dots.
    pub path: String,
    /// The value as TOML.
    pub value: String,
    /// File and line where it stands: `baseline.toml:12`, or `--set`.
    pub place: String,
}

/// All values of a tree.
pub(crate) fn leaves(tree: &Node, files: &Files) -> Vec<Leaf> {
    let mut all = Vec::new();
    walk(tree, &mut Vec::new(), files, &mut all);
    all.sort_by(|a: &Leaf, b| a.path.cmp(&b.path));
    all
}

fn walk<'t>(node: &'t Node, path: &mut Vec<&'t str>, files: &Files, all: &mut Vec<Leaf>) {
    match &node.value {
        Value::Table(table) if !table.is_empty() || path.is_empty() => {
            for (key, entry) in table {
                path.push(key);
                walk(&entry.node, path, files, all);
                path.pop();
            }
        }
        value => {
            let set = files.is_set(node.origin);
            let name = files.name(node.origin);
            let place = if set {
                "--set".to_owned()
            } else {
                format!("{name}:{}", files.place(node.origin).line)
            };
            let value =
                if matches!(value, Value::Table(_)) { "{}".to_owned() } else { shown(value) };
            all.push(Leaf { path: path.join("."), value, place });
        }
    }
}
