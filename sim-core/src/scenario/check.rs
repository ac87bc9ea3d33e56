//! Entries that can do nothing, as warnings at the place where they stand.
//!
//! Invariant: everything here is a warning or a note. Such a scenario runs; it only says less than it seems to. What does
//! nothing is for a [`Finder`] to say, which knows the law: here it is only put in its place.

use super::idle::{Entries, Finder, Idle};
use super::problem::{Log, Severity};
use super::source::Origin;
use super::tables::Tables;
use super::tree::{Entry, Value};
use super::walk::Section;
use crate::calendar::Quarter;

/// Notes all entries that can do nothing. The tables must be whole.
pub(crate) fn does_something(
    root: &Section<'_>,
    find: Finder,
    entries: &Entries<'_>,
    tables: &Tables,
    time: (Quarter, Quarter),
    log: &mut Log,
) {
    for idle in find(entries, tables, time) {
        let origin = place(root, &idle).unwrap_or(root.origin);
        // Notes are about the file itself: what a parent transcribes is the parent's.
        let own = origin.file == root.origin.file;
        match idle.severity {
            Severity::Note if !own => {}
            Severity::Note => log.note(idle.code, origin, idle.message).help(idle.help),
            _ => log.warn(idle.code, origin, idle.message).help(idle.help),
        }
    }
}

/// Where an entry stands: its key, its value if it is a key of a table, or its name in a list.
fn place(root: &Section<'_>, idle: &Idle) -> Option<Origin> {
    let (first, rest) = idle.path.split_first()?;
    let mut entry = root.get(first)?;
    let mut path = vec![first.as_str()];
    for key in rest {
        let table = entry.node.table()?;
        entry = match table.get(key) {
            Some(entry) => entry,
            None if path.last() == Some(&"allies") => {
                let (entry, named) = table.values().find_map(|e| Some((e, home(e, key)?)))?;
                if path.len() + 1 == idle.path.len() {
                    return Some(named);
                }
                entry
            }
            None => return Some(entry.key),
        };
        path.push(key);
    }
    let Some(item) = &idle.item else { return Some(whole(entry)) };
    listed(entry, item).or(Some(entry.node.origin))
}

fn whole(entry: &Entry) -> Origin {
    if entry.node.table().is_some() { entry.key } else { entry.node.origin }
}

/// Where the table of several allies names a home.
fn home(table: &Entry, home: &str) -> Option<Origin> {
    listed(table.node.table()?.get("homes")?, home)
}

/// Where a list names a text.
fn listed(list: &Entry, text: &str) -> Option<Origin> {
    let Value::Array(items) = &list.node.value else { return None };
    items.iter().find(|node| node.text() == Some(text)).map(|node| node.origin)
}
