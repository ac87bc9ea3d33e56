//! Rule or enforcement (or alignment)? Regimes by levers, from a sweep that has any.
//!
//! Invariant: every arm but the baseline is one cell.

use super::contrasts::three;
use super::swept::Swept;
use super::{Words, growing};
use crate::finding::headlines::cells;
use crate::finding::inside;
use crate::sweep::PlannedArm;
use sim_charts::{ChartError, Figure, Heat, Size, heat};

/// Whether a sweep has levers: more arms than regimes.
pub(super) fn has_levers(swept: &Swept) -> bool {
    let arms = &swept.merged.plan.arms[1..];
    arms.iter().any(|a| arms.iter().any(|b| a.arm.regime == b.arm.regime && a.arm.id != b.arm.id))
}

/// Draws the watched outcome of all arms: rows of regimes, columns of levers; where others answer in several ways, rows
/// of regimes with their levers, columns of answers.
///
/// # Errors
/// [`ChartError`].
pub(super) fn levers(swept: &Swept, size: Size) -> Result<Figure, ChartError> {
    growing(size, |size| draw(swept, size))
}

fn draw(swept: &Swept, size: Size) -> Result<Figure, ChartError> {
    let merged = &swept.merged;
    let arms = &merged.plan.arms[1..];
    let mut answers: Vec<&str> = arms.iter().filter_map(|a| a.arm.response.as_deref()).collect();
    answers.dedup();
    let answered = answers.iter().any(|a| *a != answers[0]);
    let place = |arm: &PlannedArm| place(arm, answered);
    let (mut rows, mut columns): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (row, column) in arms.iter().map(place) {
        for (list, name) in [(&mut rows, row), (&mut columns, column)] {
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
    let (what, unit, decimals) = swept.outcome();
    let column = merged.column(&merged.plan.contrast).unwrap_or(0);
    let cell = |row: &String, name: &String| {
        let arm = arms.iter().position(|a| place(a) == (row.clone(), name.clone()))?;
        Some(three(&merged.difference(arm + 1, column)))
    };
    let data = Heat {
        rows: rows
            .iter()
            .map(|row| (row.clone(), columns.iter().map(|c| cell(row, c)).collect()))
            .collect(),
        columns: columns.iter().map(|name| (name.clone(), decimals)).collect(),
        alike: true,
    };
    let shown: Vec<[f64; 3]> =
        data.rows.iter().flat_map(|(_, cells)| cells.iter().flatten().copied()).collect();
    let (base, n) = (swept.baseline(), merged.replicates);
    let words = Words {
        headline: cells(&format!("effects on {}", inside(&what)), &shown),
        subtitle: format!(
            "{what}, {unit}: paired differences from {base}, medians with 5 % and 95 % quantiles below; rows: regimes, columns: \
             levers and answers; {n} paired replicates over all uncertain assumptions"
        ),
        short: format!(
            "{what}, {unit}: paired differences from {base}, medians, 5 % to 95 % below; {n} paired replicates"
        ),
        form: "Table of regimes by levers",
    };
    heat(&swept.frame("regime-heat", words, size), &data)
}

/// Row and column of an arm.
fn place(arm: &PlannedArm, answered: bool) -> (String, String) {
    let levers: Vec<String> = arm
        .arm
        .levers
        .iter()
        .map(|(lever, value)| format!("{} {}", lever.replace('-', " "), value.replace('-', " ")))
        .collect();
    let levers = levers.join(", ");
    if answered {
        let answer = arm.arm.response.as_deref().unwrap_or("as modelled").replace('-', " ");
        let row =
            if levers.is_empty() { arm.title.clone() } else { format!("{}, {levers}", arm.title) };
        (row, answer)
    } else {
        (arm.title.clone(), if levers.is_empty() { "as it is".to_owned() } else { levers })
    }
}
