//! Tornado: which assumption moves the answer? From a merged sweep.

use super::swept::Swept;
use super::{Words, growing};
use crate::finding;
use crate::finding::assumptions::said;
use crate::finding::capital;
use crate::finding::headlines::{moves_most, swings_most};
use crate::sweep::Merged;
use sim_charts::{ChartError, Figure, Size, Swing, Tornado, tornado as draw_tornado};
use sim_stats::bootstrap::Bootstrap;
use sim_stats::design::Design;
use sim_stats::summary::Summary;
use sim_stats::{morris, sobol};

/// Assumptions on the chart, and in a column.
const ROWS: (usize, usize) = (12, 6);
/// Part of the runs at either end of an assumption's values.
const FIFTH: f64 = 0.2;
/// What the dots of a Morris design are.
const EFFECT: &str = "Mean absolute effect";
/// Fewer trajectories or base points resampled give an interval that means nothing.
const FEWEST_RESAMPLED: usize = 10;
const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 1_000, level: 0.95, seed: 1 };

/// Draws the tornado of a sweep: its watched outcome, in its first regime.
///
/// # Errors
/// [`ChartError`].
pub(super) fn tornado(swept: &Swept, size: Size) -> Result<Figure, ChartError> {
    growing(size, |size| draw(swept, size))
}

fn draw(swept: &Swept, size: Size) -> Result<Figure, ChartError> {
    let merged = &swept.merged;
    let plan = &merged.plan;
    let arm = 1.min(plan.arms.len() - 1);
    let outcome = merged.column(&plan.contrast).unwrap_or(0);
    let points = merged.by_point(&merged.difference(arm, outcome));
    let means: Vec<f64> =
        points.iter().map(|seeds| seeds.iter().sum::<f64>() / seeds.len() as f64).collect();
    let indices = indices(merged, &points, &means);
    let mut rows: Vec<(String, Swing)> = merged
        .points
        .keys()
        .iter()
        .zip(&merged.inputs)
        .enumerate()
        .map(|(i, (key, inputs))| {
            let (low, high) = ends(inputs, &means);
            let index = indices.1.get(i).copied();
            (key.clone(), Swing { name: capital(&said(key)), low, high, index })
        })
        .collect();
    let weight = |r: &Swing| r.index.map_or((r.high - r.low).abs(), |i| i[0]);
    rows.sort_by(|a, b| weight(&b.1).total_cmp(&weight(&a.1)));
    let headline = headline(&rows, swept, &plan.arms[arm].title, &indices);
    let all = rows.len();
    rows.truncate(size.choose(ROWS.0, ROWS.1));
    let (what, unit, decimals) = swept.outcome();
    let title = finding::quoted(&plan.arms[arm].title);
    let centre = Summary::of(&means).mean;
    let (base, n, shown) = (swept.baseline(), merged.replicates, rows.len());
    let mean = finding::number(centre, decimals.max(1));
    let dots = match indices {
        ("", ..) => "",
        (_, _, true) => "; dots: too few points for an interval",
        _ => "; dots: 95 % confidence intervals",
    };
    let words = Words {
        headline,
        subtitle: format!(
            "{what}, {unit}: change under {title} against {base}; bars: mean change over the runs with the lowest and the \
             highest fifth of an assumption\u{2019}s values, from the mean of all, {mean}{dots}; {n} paired \
             replicates, {shown} of {all} assumptions"
        ),
        short: format!(
            "Change under {title} against {base}; bars: mean change in the lowest and the highest fifth of an \
             assumption\u{2019}s values{dots}; {n} replicates, {shown} of {all} assumptions"
        ),
        form: "Bars of swings beside dots of indices, one row for each assumption",
    };
    let frame = swept.frame("tornado", words, size);
    let data = Tornado {
        swing_title: format!("Change of the outcome, {unit}"),
        dot_title: match indices.0 {
            EFFECT => format!("{EFFECT}, {unit}"),
            other => other.to_owned(),
        },
        centre,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    };
    draw_tornado(&frame, &data)
}

/// What the dots are, one for each factor where the design gives any, and whether there are too few points for intervals.
type Indices = (&'static str, Vec<[f64; 3]>, bool);

fn indices(merged: &Merged, points: &[Vec<f64>], means: &[f64]) -> Indices {
    let three = |few: bool, e: &sim_stats::Estimate| {
        if few { [e.value; 3] } else { [e.value, e.low, e.high] }
    };
    match merged.points.cube() {
        Some(Design::Morris(design)) if means.len() == merged.points.experiments() => {
            let effects = morris::indices(design, means, &BOOTSTRAP);
            let few = design.trajectories < FEWEST_RESAMPLED;
            (EFFECT, effects.iter().map(|e| three(few, &e.mu_star)).collect(), few)
        }
        Some(Design::Saltelli(design)) if means.len() == merged.points.experiments() => {
            let flat: Vec<f64> = points.iter().flatten().copied().collect();
            let seeds = merged.plan.design.seeds_per_draw;
            let found = sobol::indices(design, &flat, seeds, &BOOTSTRAP);
            let few = design.points < FEWEST_RESAMPLED;
            let total = found.total.iter().map(|e| three(few, e)).collect();
            ("Total share of the variance", total, few)
        }
        _ => ("", Vec::new(), false),
    }
}

/// Mean outcome over the fifths of points with the lowest and the highest inputs.
fn ends(inputs: &[f64], outcomes: &[f64]) -> (f64, f64) {
    let mut order: Vec<usize> = (0..outcomes.len().min(inputs.len())).collect();
    order.sort_by(|a, b| inputs[*a].total_cmp(&inputs[*b]));
    let few = ((FIFTH * order.len() as f64).round() as usize).max(1);
    let mean = |places: &[usize]| {
        places.iter().map(|i| outcomes[*i]).sum::<f64>() / places.len().max(1) as f64
    };
    (mean(&order[..few]), mean(&order[order.len() - few..]))
}

/// What the longest row says.
fn headline(
    rows: &[(String, Swing)],
    swept: &Swept,
    title: &str,
    (index, _, few): &Indices,
) -> String {
    let (what, unit, _) = swept.outcome();
    let interval = |[value, low, high]: [f64; 3]| {
        if *few { [value, f64::NAN, f64::NAN] } else { [value, low, high] }
    };
    let indexed: Vec<(String, [f64; 3])> =
        rows.iter().filter_map(|(key, row)| Some((key.clone(), interval(row.index?)))).collect();
    match rows.first() {
        Some((key, row)) if indexed.is_empty() => {
            swings_most(&what, title, key, [row.low, row.high])
        }
        // Shares of the variance have no unit; effects have the outcome's.
        _ => moves_most((&what, if *index == EFFECT { unit } else { "" }), title, index, &indexed),
    }
}
