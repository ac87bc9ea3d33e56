//! Merging a child scenario, or a `--set`, into its parent.
//!
//! Invariant: a child says only what differs. Tables merge key by key, everything else is replaced;
//! the exceptions below exist so that a short diff means what it reads like.

use super::keys::{self, Key};
use super::problem::{Code, Log};
use super::source::Origin;
use super::tree::{Entry, Node, Table, Value};
use super::walk::{listed, nearest};

/// The kinds of a measure's threshold: exactly one holds.
pub(crate) const KINDS: &[&str] = &["hard_cap", "sliding_scale", "embargo"];
/// The kinds of a prior: at most one holds.
pub(crate) const PRIORS: &[&str] = &["uniform", "normal", "lognormal"];
/// Keys of an end use with fixed levels.
const END_USE_LEVELS: &[&str] = &["min_level", "logic", "dram", "nand", "packaging"];
/// Keys of an end use relative to the frontier.
const END_USE_LAG: &[&str] = &["frontier_lag"];
/// Keys of an end use by tag.
const END_USE_TAG: &[&str] = &["tag"];

/// Where in the scenario a merge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// A table of things keyed by id, which `drop = true` can remove.
    Items(Item),
    /// One of them.
    Item(Item),
    EndUse,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Measure,
    Parameter,
    /// Any other, by the name of the table that holds it.
    Plain(&'static str),
}

/// Tables of things keyed by id, at the root and within a measure.
const ITEMS: [(&str, &[Key]); 11] = [
    ("measures", keys::MEASURE),
    ("mandates", keys::MANDATE),
    ("subsidies", keys::SUBSIDY),
    ("purchase_subsidies", keys::PURCHASE_SUBSIDY),
    ("purchase_rules", keys::PURCHASE_RULE),
    ("market_access", keys::MARKET_ACCESS),
    ("prior_news", keys::PRIOR_NEWS),
    ("allies", keys::ALLY),
    ("additions", keys::ADDITION),
    ("suspensions", keys::SUSPENSION),
    ("validated", keys::VALIDATION),
];
/// Number of them that stand at the root.
const AT_ROOT: usize = 7;

impl Place {
    fn child(self, key: &str) -> Self {
        let plain = |tables: &'static [(&'static str, &'static [Key])]| {
            let (table, _) = tables.iter().find(|(table, _)| *table == key)?;
            Some(Self::Items(Item::Plain(table)))
        };
        match (self, key) {
            (Self::Root, "measures") => Self::Items(Item::Measure),
            (Self::Root, "parameters") => Self::Items(Item::Parameter),
            (Self::Root, _) => plain(&ITEMS[1..AT_ROOT]).unwrap_or(Self::Other),
            (Self::Item(Item::Measure), "end_use") => Self::EndUse,
            (Self::Item(Item::Measure), _) => plain(&ITEMS[AT_ROOT..]).unwrap_or(Self::Other),
            (Self::Items(item), _) => Self::Item(item),
            _ => Self::Other,
        }
    }

    /// The keys that the things in a table may have; `None` if it is no such table.
    fn keys_of_items(self) -> Option<&'static [Key]> {
        let name = match self {
            Self::Items(Item::Measure) => "measures",
            Self::Items(Item::Plain(table)) => table,
            _ => return None,
        };
        ITEMS.iter().find(|(table, _)| *table == name).map(|(_, keys)| *keys)
    }
}

/// An entry under the name of an inherited one: what it changes, and what it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Overlap {
    /// Name of the entry.
    pub(crate) id: String,
    /// Where the new entry stands.
    pub(crate) origin: Origin,
    /// Where the inherited one stood last.
    pub(crate) inherited: Origin,
    /// Keys that the new entry gives.
    pub(crate) changed: Vec<String>,
    /// Keys of the inherited one that still hold.
    pub(crate) kept: Vec<String>,
    /// Whether the new entry gives nearly all that one of its own needs, and so was probably not meant to keep any.
    pub(crate) anew: bool,
}

impl Overlap {
    /// Notes what is changed and what is kept; a warning where the entry looks as if it was meant to stand alone.
    pub(crate) fn say(&self, parent: &str, log: &mut Log) {
        let count = |n: usize| format!("{n} key{}", if n == 1 { "" } else { "s" });
        let kept = match self.kept.len() {
            0 => "none".to_owned(),
            n => format!("{n} ({})", listed(self.kept.iter().map(String::as_str))),
        };
        let changed = count(self.changed.len());
        let message = format!("changes {changed} of `{}` of {parent}, keeps {kept}", self.id);
        if self.anew {
            let help = "if it is meant to stand alone, give it another name, or write `drop = true` in it to keep nothing";
            log.warn(Code::Inherits, self.origin, message).help(help);
        } else {
            log.note(Code::Inherits, self.origin, message);
        }
    }
}

/// Merges `over` into `base`; says which entries of `base` it changes.
pub(crate) fn merge(base: &mut Node, over: Node, log: &mut Log) -> Vec<Overlap> {
    let mut merger = Merger { log, overlaps: Vec::new() };
    merger.node(base, over, Place::Root);
    merger.overlaps
}

struct Merger<'a> {
    log: &'a mut Log,
    overlaps: Vec<Overlap>,
}

impl Merger<'_> {
    fn node(&mut self, base: &mut Node, over: Node, place: Place) {
        if place == Place::Item(Item::Parameter) && pin(base, &over) {
            return;
        }
        match (&mut base.value, over.value) {
            (Value::Table(base_table), Value::Table(over_table)) => {
                base.origin = over.origin;
                make_room(base_table, &over_table, place);
                for (key, entry) in over_table {
                    self.entry(base_table, key, entry, place);
                }
            }
            // Through an empty table, so that `drop` within a new table is seen, too.
            (_, value @ Value::Table(_)) => {
                *base = Node::empty(over.origin.file);
                self.node(base, Node { origin: over.origin, value }, place);
            }
            (_, value) => *base = Node { origin: over.origin, value },
        }
    }

    fn entry(&mut self, base: &mut Table, key: String, mut entry: Entry, place: Place) {
        if matches!(place, Place::Items(item) if item != Item::Parameter)
            && let Some(origin) = take_drop(&mut entry.node, self.log)
        {
            if base.remove(&key).is_none() {
                self.nothing_to_drop(base, &key, origin);
            }
            // Beside other keys, `drop` begins anew: the inherited entry goes, and these keys are all there is.
            if entry.node.table().is_none_or(Table::is_empty) {
                return;
            }
        }
        let inner = place.child(&key);
        if let Some(old) = base.get_mut(&key) {
            if let Some(keys) = place.keys_of_items() {
                self.overlaps.extend(overlap(keys, &key, old, &entry));
            }
            old.key = entry.key;
            self.node(&mut old.node, entry.node, inner);
        } else {
            let mut node = Node::empty(entry.key.file);
            let key_origin = entry.key;
            self.node(&mut node, entry.node, inner);
            base.insert(key, Entry { key: key_origin, node });
        }
    }

    fn nothing_to_drop(&mut self, base: &Table, key: &str, origin: Origin) {
        let message = format!("no parent has `{key}`, so there is nothing to drop");
        let draft = self.log.error(Code::NothingToDrop, origin, message);
        if let Some(near) = nearest(key, base.keys().map(String::as_str)) {
            draft.help(format!("a parent has `{near}`"));
        } else {
            draft.help("delete `drop`, or the whole table");
        }
    }
}

/// What an entry does to the inherited one of the same name.
fn overlap(keys: &[Key], id: &str, old: &Entry, new: &Entry) -> Option<Overlap> {
    let (before, over) = (old.node.table()?, new.node.table()?);
    // A threshold takes the place of an inherited one of another kind.
    let gone =
        |key: &str| KINDS.contains(&key) && KINDS.iter().any(|kind| over.contains_key(*kind));
    let kept: Vec<String> =
        before.keys().filter(|key| !over.contains_key(*key) && !gone(key)).cloned().collect();
    let mut needed: Vec<bool> =
        keys.iter().filter(|key| key.needed).map(|key| over.contains_key(key.name)).collect();
    if keys.iter().any(|key| KINDS.contains(&key.name)) {
        needed.push(KINDS.iter().any(|kind| over.contains_key(*kind)));
    }
    let missing = needed.iter().filter(|given| !**given).count();
    Some(Overlap {
        id: id.to_owned(),
        origin: new.key,
        inherited: old.key,
        changed: over.keys().cloned().collect(),
        anew: !kept.is_empty() && needed.len() >= 4 && missing <= needed.len() / 3,
        kept,
    })
}

/// Removes the inherited keys that the child's keys exclude.
fn make_room(base: &mut Table, over: &Table, place: Place) {
    let mut evict = |chosen: &[&str], others: &[&str]| {
        if chosen.iter().any(|key| over.contains_key(*key)) {
            base.retain(|key, _| !others.contains(&key.as_str()) || over.contains_key(key));
        }
    };
    match place {
        Place::Item(Item::Measure) => KINDS.iter().for_each(|&kind| {
            let others: Vec<_> = KINDS.iter().copied().filter(|&other| other != kind).collect();
            evict(&[kind], &others);
        }),
        Place::Item(Item::Parameter) => PRIORS.iter().for_each(|&kind| {
            let others: Vec<_> = PRIORS.iter().copied().filter(|&other| other != kind).collect();
            evict(&[kind], &others);
        }),
        Place::EndUse => {
            let kinds = [END_USE_LAG, END_USE_LEVELS, END_USE_TAG];
            for kind in kinds {
                kinds.iter().filter(|other| **other != kind).for_each(|other| evict(kind, other));
            }
        }
        _ => {}
    }
}

/// Takes the key `drop` out of an item; `Some` if the item is to go.
fn take_drop(node: &mut Node, log: &mut Log) -> Option<Origin> {
    let Value::Table(table) = &mut node.value else { return None };
    let entry = table.remove("drop")?;
    match entry.node.value {
        Value::Bool(true) => Some(entry.key),
        Value::Bool(false) => None,
        other => {
            let message = format!("expected true or false, found {}", other.kind());
            log.error(Code::WrongType, entry.node.origin, message)
                .help("write drop = true to leave out what the parent has");
            None
        }
    }
}

/// `belief-gain = 0.4` over an inherited parameter: the value, without a prior, unit kept.
fn pin(base: &mut Node, over: &Node) -> bool {
    let Value::Table(table) = &mut base.value else { return false };
    if table.is_empty() || !matches!(over.value, Value::Integer(_) | Value::Float(_)) {
        return false;
    }
    table.retain(|key, _| !PRIORS.contains(&key.as_str()) && key != "note");
    let leaf = |value| Entry { key: over.origin, node: Node { origin: over.origin, value } };
    table.insert("value".to_owned(), leaf(over.value.clone()));
    table.insert("source".to_owned(), leaf(Value::Text(PINNED_SOURCE.to_owned())));
    table.insert("grade".to_owned(), leaf(Value::Text("expert".to_owned())));
    base.origin = over.origin;
    true
}

/// The source of a number that a scenario pins.
pub(crate) const PINNED_SOURCE: &str = "scenario";

#[cfg(test)]
mod tests {
    use super::super::source::Files;
    use super::super::tree::parse;
    use super::*;

    fn merged(parent: &str, child: &str) -> (Node, Vec<String>) {
        let mut files = Files::default();
        let mut log = Log::default();
        let mut base = Node::empty(0);
        for text in [parent, child] {
            let file = files.add("x.toml", text, false);
            let tree = parse(&files, file, &mut log);
            merge(&mut base, tree, &mut log);
        }
        (base, log.place(&files).iter().map(ToString::to_string).collect())
    }

    #[test]
    fn tables_merge_and_arrays_are_replaced() {
        let (tree, _) = merged("[a]\nx = 1\ny = [1, 2]", "[a]\ny = [3]\nz = 4");
        assert!(matches!(tree.at(&["a", "x"]).expect("it is there").node.value, Value::Integer(1)));
        let Value::Array(items) = &tree.at(&["a", "y"]).expect("it is there").node.value else {
            panic!()
        };
        assert_eq!(items.len(), 1);
        assert_eq!(tree.at(&["a", "z"]).expect("it is there").key.file, 1);
    }

    #[test]
    fn a_new_kind_replaces_the_inherited_one() {
        let (tree, _) = merged(
            "[measures.m]\nhard_cap = { level = 1.0 }\nend_use = { min_level = 1, dram = 2 }",
            "[measures.m]\nsliding_scale = { lag = 2.0 }\nend_use = { frontier_lag = 1 }",
        );
        assert!(tree.at(&["measures", "m", "hard_cap"]).is_none());
        assert!(tree.at(&["measures", "m", "sliding_scale", "lag"]).is_some());
        assert!(tree.at(&["measures", "m", "end_use", "dram"]).is_none());
    }

    #[test]
    fn two_kinds_in_one_child_are_kept_for_the_reader_to_reject() {
        let (tree, _) = merged("", "[measures.m]\nembargo = {}\nhard_cap = { level = 1 }");
        assert!(tree.at(&["measures", "m", "hard_cap"]).is_some());
        assert!(tree.at(&["measures", "m", "embargo"]).is_some());
    }

    #[test]
    fn drop_removes_and_a_drop_of_nothing_is_a_problem() {
        let (tree, problems) = merged("[measures.m]\nx = 1", "[measures.m]\ndrop = true");
        assert!(tree.at(&["measures", "m"]).is_none() && problems.is_empty());
        let (_, problems) = merged("", "[measures.m]\ndrop = true");
        assert!(problems[0].contains("x.toml:2:1: error[nothing-to-drop]"), "{problems:?}");
    }

    #[test]
    fn a_number_pins_an_inherited_parameter() {
        let (tree, _) = merged(
            "[parameters.p]\nvalue = 1\nunit = \"share\"\nuniform = [0, 1]",
            "[parameters]\np = 0.5",
        );
        let p = |key| tree.at(&["parameters", "p", key]);
        assert!(p("uniform").is_none());
        assert_eq!(p("unit").and_then(|e| e.node.text()), Some("share"));
        assert!(matches!(p("value").expect("it is there").node.value, Value::Float(x) if x == 0.5));
        assert_eq!(p("value").expect("it is there").key.file, 1);
    }
}
