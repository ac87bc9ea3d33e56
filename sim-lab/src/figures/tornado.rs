//! Tornado: which assumption moves the answer? From a merged sweep.

use super::swept::Swept;
use super::{Words, growing};
use crate::finding;
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
    let mut rows: Vec<Swing> = merged
        .points
        .keys()
        .iter()
        .zip(&merged.inputs)
        .enumerate()
        .map(|(i, (key, inputs))| {
            let (low, high) = ends(inputs, &means);
            Swing { name: words(key), low, high, index: indices.1.get(i).copied() }
        })
        .collect();
    let weight = |r: &Swing| r.index.map_or((r.high - r.low).abs(), |i| i[0]);
    rows.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let all = rows.len();
    rows.truncate(size.choose(ROWS.0, ROWS.1));
    let (what, unit, decimals) = swept.outcome();
    let title = finding::inside(&plan.arms[arm].title);
    let centre = Summary::of(&means).mean;
    let (base, n, shown) = (swept.baseline(), merged.replicates, rows.len());
    let mean = finding::number(centre, decimals.max(1));
    let dots = if indices.0.is_empty() { "" } else { "; dots: 95 % intervals" };
    let words = Words {
        headline: headline(&rows, &what, unit, &title, indices.0),
        brief: None,
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
        rows,
    };
    draw_tornado(&frame, &data)
}

/// What the dots are, and one for each factor where the design gives any.
fn indices(merged: &Merged, points: &[Vec<f64>], means: &[f64]) -> (&'static str, Vec<[f64; 3]>) {
    let three = |e: &sim_stats::Estimate| [e.value, e.low, e.high];
    match merged.points.cube() {
        Some(Design::Morris(design)) if means.len() == merged.points.experiments() => {
            let effects = morris::indices(design, means, &BOOTSTRAP);
            (EFFECT, effects.iter().map(|e| three(&e.mu_star)).collect())
        }
        Some(Design::Saltelli(design)) if means.len() == merged.points.experiments() => {
            let flat: Vec<f64> = points.iter().flatten().copied().collect();
            let seeds = merged.plan.design.seeds_per_draw;
            let found = sobol::indices(design, &flat, seeds, &BOOTSTRAP);
            ("Total share of the variance", found.total.iter().map(three).collect())
        }
        _ => ("", Vec::new()),
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

/// A key as words: `belief-sensitivity` → `belief sensitivity`.
fn words(key: &str) -> String {
    key.replace('-', " ")
}

fn headline(rows: &[Swing], what: &str, unit: &str, title: &str, index: &str) -> String {
    let Some(first) = rows.first() else { return "No assumption was varied".to_owned() };
    let Some([value, low, high]) = first.index else {
        return format!(
            "{} swings {} most under {title} in this sample: from {} to {}; a sample gives no interval for it",
            capital(&first.name),
            finding::inside(what),
            finding::number(first.low, 1),
            finding::number(first.high, 1)
        );
    };
    // Shares of the variance have no unit; effects have the outcome's.
    let (decimals, unit) = if index == EFFECT && unit.starts_with("USD") {
        (0, format!(" {unit}"))
    } else if index == EFFECT {
        (1, format!(" {unit}"))
    } else {
        (2, String::new())
    };
    let (before, unit) = match unit.strip_prefix(" USD ") {
        Some(step) => ("USD ", format!(" {step}")),
        None => ("", unit),
    };
    let range = format!(
        "{} {before}{}{unit} (95 %: {} to {})",
        finding::inside(index),
        finding::number(value, decimals),
        finding::number(low, decimals),
        finding::number(high, decimals)
    );
    match rows.get(1) {
        Some(Swing { name, index: Some([_, _, next]), .. }) if *next >= low => format!(
            "No single assumption clearly moves {} under {title} most: {} and {name} lead; the first has a {range}",
            finding::inside(what),
            first.name
        ),
        _ => format!(
            "{} moves {} under {title} most: {range}",
            capital(&first.name),
            finding::inside(what)
        ),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}
