//! Which segments a world has, and what follows from it for spend weights and routes.

use std::collections::{BTreeMap, BTreeSet};

use sim_core::scenario::tables::{BuyerKind, Role, Segment, SpendWeight, Tables};

use super::{SIZE_JITTER, copied, parts};
use sim_stats::random::{Stream, Use};

/// How many copies a world has of each calibrated segment, in the order of the table.
pub(super) fn choose(base: &Tables, wanted: usize) -> Vec<usize> {
    let order = order(base);
    let mut copies = vec![0; base.segments.len()];
    for i in 0..wanted.max(1) {
        copies[order[i % order.len()]] += 1;
    }
    copies
}

/// Segments in the order in which they enter: each kind of buyer in proportion to its number of segments, within
/// a kind the [`starter`] first and then by size.
fn order(base: &Tables) -> Vec<usize> {
    let mut placed: Vec<(f64, usize)> = Vec::new();
    for kind in BuyerKind::ALL {
        let of_kind = |s: &usize| base.segments[*s].buyers == kind;
        let mut own: Vec<usize> = (0..base.segments.len()).filter(of_kind).collect();
        let size = |s: usize| base.segments[s].size_2019_usd_m;
        let first = |s: usize| starter(base, &base.segments[s]);
        own.sort_by(|a, b| first(*b).cmp(&first(*a)).then(size(*b).total_cmp(&size(*a))));
        let count = own.len() as f64;
        placed.extend(own.into_iter().enumerate().map(|(i, s)| ((i as f64 + 0.5) / count, s)));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    placed.into_iter().map(|(_, s)| s).collect()
}

/// Whether every line of its kind buys the segment at every level: a kind's first segment has to be one, or some
/// line could spend its money on nothing.
fn starter(base: &Tables, segment: &Segment) -> bool {
    let always = |row: &&SpendWeight| row.at_level.iter().all(|weight| *weight > 0.0);
    let families =
        |class: &str| base.weights.iter().filter(|w| w.class == class).filter(always).count();
    let of_kind = base.segments.iter().filter(|other| other.buyers == segment.buyers);
    of_kind.map(|other| families(&other.class)).max() == Some(families(&segment.class))
}

/// Copies segments, which share the size of the original; keeps what is left of spend weights and routes.
pub(super) fn copy(base: &Tables, tables: &mut Tables, copies: &[usize], seed: u64) {
    let mut stream = Stream::new(seed, Use::World, 0, 0);
    tables.segments.clear();
    for (segment, &count) in base.segments.iter().zip(copies).filter(|(_, count)| **count > 0) {
        for (copy, part) in parts(count, SIZE_JITTER, || stream.unit()).into_iter().enumerate() {
            tables.segments.push(Segment {
                id: copied(&segment.id, copy),
                size_2019_usd_m: segment.size_2019_usd_m * part,
                // A synthetic share is no forecast of anything.
                scored: false,
                ..segment.clone()
            });
        }
    }
    let classes: BTreeSet<&str> = tables.segments.iter().map(|s| s.class.as_str()).collect();
    let known = |class: &str| classes.contains(class);
    if base.weights.iter().any(|row| !known(&row.class)) {
        tables.weights.retain(|row| known(&row.class));
        rescale(&mut tables.weights);
    }
    // A route goes with any class that it cannot do without.
    let lost: BTreeSet<_> = base
        .routes
        .iter()
        .filter(|row| row.role != Role::Spending && !known(&row.class))
        .map(|row| (row.route, row.family))
        .collect();
    tables.routes.retain(|row| known(&row.class) && !lost.contains(&(row.route, row.family)));
}

/// Scales the weights of each family and level to one.
fn rescale(weights: &mut [SpendWeight]) {
    let mut sums: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    for row in &*weights {
        let sum = sums.entry(row.family.clone()).or_default();
        for (total, weight) in sum.iter_mut().zip(row.at_level) {
            *total += weight;
        }
    }
    for row in weights {
        for (weight, total) in row.at_level.iter_mut().zip(sums[&row.family]) {
            *weight /= total;
        }
    }
}
