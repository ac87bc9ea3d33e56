//! The library's regimes, cut to what a world has.

use std::collections::BTreeSet;

use sim_core::scenario::ensemble::PRIOR;
use sim_core::scenario::tables::Tables;
use toml::{Table, Value};

/// Ids that regimes may name and the world has not.
pub(super) fn gone(base: &Tables, world: &Tables) -> BTreeSet<String> {
    let left = ids(world);
    ids(base).into_iter().filter(|id| !left.contains(id)).collect()
}

fn ids(tables: &Tables) -> BTreeSet<String> {
    let segments = tables.segments.iter().flat_map(|s| [s.id.clone(), s.class.clone()]);
    let lines =
        tables.lines.iter().flat_map(|l| std::iter::once(l.id.clone()).chain(l.tag.clone()));
    segments.chain(lines).collect()
}

/// A regime without what is gone: `None` if a list of it would become empty, which would mean everything, or if
/// it names something that is gone outside a list.
pub(super) fn fit(text: &str, gone: &BTreeSet<String>) -> Option<String> {
    let mut regime: Table = text.parse().ok()?;
    let mut changed = false;
    if !table(&mut regime, gone, &mut changed) {
        return None;
    }
    if changed { toml::to_string(&regime).ok() } else { Some(text.to_owned()) }
}

/// The parent that a regime names.
pub(super) fn parent(text: &str) -> Option<String> {
    let regime: Table = text.parse().ok()?;
    regime.get("extends")?.as_str().map(str::to_owned)
}

/// The ensemble that a baseline names, if it names a file.
pub(super) fn ensemble(text: &str) -> Option<String> {
    let baseline: Table = text.parse().ok()?;
    let named = baseline.get("data")?.get("ensemble")?.as_str()?;
    (named != PRIOR).then(|| named.to_owned())
}

fn table(table_: &mut Table, gone: &BTreeSet<String>, changed: &mut bool) -> bool {
    table_.iter_mut().all(|(_, value)| self::value(value, gone, changed))
}

fn value(value_: &mut Value, gone: &BTreeSet<String>, changed: &mut bool) -> bool {
    match value_ {
        Value::String(word) => !gone.contains(word),
        Value::Table(inner) => table(inner, gone, changed),
        Value::Array(list) => {
            let before = list.len();
            list.retain(|item| !item.as_str().is_some_and(|word| gone.contains(word)));
            *changed |= list.len() < before;
            (before == 0 || !list.is_empty())
                && list.iter_mut().all(|item| value(item, gone, changed))
        }
        _ => true,
    }
}
