//! Lines: each calibrated one that buys something here, copied to the wanted number.

use std::collections::{BTreeMap, BTreeSet};

use sim_core::scenario::tables::{BuyerKind, Line, Tables};

use super::{BUDGET_JITTER, FreeSlots, LEVEL_JITTER, Size, SynthError, copied, parts};
use sim_stats::random::{Stream, Use};

/// Spending path on which two paths of lines rest.
const SPLIT: (&str, [&str; 2]) = ("fab-CN", ["fab-CN-domestic", "fab-CN-foreign"]);

/// Copies lines, which share the budget of the original: its part of the path, in 2019 and in 2024 alike.
pub(super) fn copy(base: &Tables, tables: &mut Tables, size: Size) -> Result<(), SynthError> {
    let kinds: BTreeSet<BuyerKind> = tables.segments.iter().map(|segment| segment.buyers).collect();
    let mut kept: Vec<&Line> = base.lines.iter().filter(|l| kinds.contains(&l.kind)).collect();
    kept.sort_by_key(|line| line.slot);
    let least = kept.len();
    let wanted = size.buyers.unwrap_or(least);
    if wanted < least {
        return Err(SynthError::FewBuyers { wanted, least });
    }
    let count = |i: usize| wanted / least + usize::from(i < wanted % least);
    let counts: BTreeMap<&str, usize> =
        kept.iter().enumerate().map(|(i, line)| (line.id.as_str(), count(i))).collect();
    let mut slots = FreeSlots::new(kept.iter().map(|line| line.slot));
    let mut stream = Stream::new(size.seed, Use::World, 2, 0);
    tables.lines = Vec::with_capacity(wanted);
    for (i, line) in kept.iter().enumerate() {
        for (copy, part) in parts(count(i), BUDGET_JITTER, || stream.unit()).into_iter().enumerate()
        {
            let moved = if copy == 0 { 0.0 } else { LEVEL_JITTER * (2.0 * stream.unit() - 1.0) };
            let id = copied(&line.id, copy);
            tables.lines.push(Line {
                name: if copy == 0 { line.name.clone() } else { id.clone() },
                id,
                level: line.level + moved,
                share_2019: line.share_2019 * part,
                share_2024: line.share_2024 * part,
                mature_twin: line
                    .mature_twin
                    .as_ref()
                    .map(|twin| copied(twin, copy % counts[twin.as_str()])),
                slot: if copy == 0 { line.slot } else { slots.take() },
                ..(*line).clone()
            });
        }
    }
    let paths: BTreeSet<&str> = kept.iter().map(|line| line.path.as_str()).collect();
    tables.spending.retain(|row| {
        paths.contains(row.path.as_str())
            || (row.path == SPLIT.0 && SPLIT.1.iter().any(|path| paths.contains(path)))
    });
    Ok(())
}
