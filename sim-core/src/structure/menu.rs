//! Menus: which segments the lines of a kind and family buy, and by what weights.

use super::SegmentNode;
use crate::scenario::tables::{Line, SpendWeight};

/// Process levels at which the table of spend weights has columns.
pub const WEIGHT_LEVELS: [f64; 4] = [0.0, 2.0, 4.0, 6.0];

/// A segment that buyers of a kind and family buy, with its class's shares of spending at [`WEIGHT_LEVELS`].
pub(super) type Dish = (usize, [f64; 4]);

/// The segments that lines of a kind and family buy, with the shares of their class.
pub(super) fn menu(table: &[SpendWeight], line: &Line, segments: &[SegmentNode]) -> Vec<Dish> {
    segments
        .iter()
        .enumerate()
        .filter(|(_, segment)| segment.row.buyers == line.kind)
        .filter_map(|(s, segment)| Some((s, class_weights(table, line, &segment.row.class)?)))
        .collect()
}

/// The class's shares of a line's spending, if it buys the class at any level.
fn class_weights(table: &[SpendWeight], line: &Line, class: &str) -> Option<[f64; 4]> {
    let key = line.weights_family();
    let row = table.iter().find(|row| row.family == key && row.class == class)?;
    row.at_level.iter().any(|w| *w > 0.0).then_some(row.at_level)
}

/// The highest tabulated level at which a class is not bought at all: a line that has none of its tools
/// can still reach this level (EUV below the 7 nm class).
pub fn unneeded_below(class_weight: &[f64; 4]) -> f64 {
    class_weight
        .iter()
        .zip(WEIGHT_LEVELS)
        .take_while(|(w, _)| **w <= 0.0)
        .last()
        .map_or(f64::NEG_INFINITY, |(_, level)| level)
}
