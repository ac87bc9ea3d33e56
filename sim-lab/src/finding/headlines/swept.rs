//! Headlines on which assumption of a sweep moves its outcome.

use crate::finding::assumptions::said;
use crate::finding::claims::{ROOM, capital};
use crate::finding::{digits, fitted, inside, quoted_in};

/// Which assumption moves an outcome most, by an index with its 95 % interval; `rows` has key and index, the largest first,
/// `unit` the outcome's unit where the index has it.
pub fn moves_most(
    (what, unit): (&str, &str),
    title: &str,
    index: &str,
    rows: &[(String, [f64; 3])],
) -> String {
    let Some((key, [value, low, high])) = rows.first() else {
        return "No assumption was varied".to_owned();
    };
    let decimals = if unit.starts_with("USD") { 0 } else { 1 + usize::from(unit.is_empty()) };
    let (before, after) = match unit.strip_prefix("USD ") {
        Some(step) => ("USD ", format!(" {step}")),
        None if unit.is_empty() => ("", String::new()),
        None => ("", format!(" {unit}")),
    };
    let told = |v: &f64| digits(*v, decimals);
    let number = format!("{before}{}{after}", told(value));
    // Two trajectories have no interval.
    let sure = low.is_finite() && high.is_finite();
    let range = if sure {
        format!("{} {number} (95 % confidence: {} to {})", inside(index), told(low), told(high))
    } else {
        format!("{} {number}", inside(index))
    };
    let outcome = inside(what);
    let near: Vec<&(String, [f64; 3])> =
        rows[1..].iter().filter(|(_, [.., high])| *high >= *low || !sure).collect();
    fitted(ROOM, |most| {
        let title = quoted_in(title, most);
        let first = said(key);
        match near.first() {
            _ if !sure => format!(
                "In a sample too small for an interval {first} comes first in moving {outcome} under {title}: {range}"
            ),
            Some((other, _)) => format!(
                "No single assumption clearly moves {outcome} most under {title}: {first} and {} lead; the first: {range}",
                said(other)
            ),
            None => format!("{} moves {outcome} most under {title}: {range}", capital(&first)),
        }
    })
}

/// Which assumption an outcome swings with most, from its lowest to its highest fifth, in a sample that gives no interval.
pub fn swings_most(what: &str, title: &str, key: &str, [low, high]: [f64; 2]) -> String {
    fitted(ROOM, |most| {
        format!(
            "{} swings {} most under {} in this sample: from {} to {}; a sample gives no interval for it",
            capital(&said(key)),
            inside(what),
            quoted_in(title, most),
            digits(low, 1),
            digits(high, 1)
        )
    })
}
