//! Tornado: which assumption moves the answer? From a merged sweep.

use super::growing;
use crate::analysis::bootstrap::Bootstrap;
use crate::analysis::{morris, sobol};
use crate::chart::{
    ChartError, Figure, Frame, Short, Size, Swing, Tornado, tornado as draw_tornado,
};
use crate::design::Design;
use crate::finding;
use crate::outcome::{HEADLINES, Headline};
use crate::stats::Summary;
use crate::sweep::Merged;

/// Assumptions on the chart, and in a column.
const ROWS: (usize, usize) = (12, 6);
/// Part of the runs at either end of an assumption's values.
const FIFTH: f64 = 0.2;
const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 1_000, level: 0.95, seed: 1 };

/// Draws the tornado of a sweep: its watched outcome, in its first regime.
///
/// # Errors
/// [`ChartError`].
pub fn tornado(merged: &Merged, size: Size) -> Result<Figure, ChartError> {
    growing(size, |size| draw(merged, size))
}

fn draw(merged: &Merged, size: Size) -> Result<Figure, ChartError> {
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
    let name = Headline::find(&plan.contrast).map(|h| &HEADLINES[h]);
    let (what, unit) = name.map_or_else(
        || (plan.contrast.clone(), ""),
        |h| {
            let what =
                if h.is_money() { format!("Revenue ({})", h.name) } else { h.name.to_owned() };
            (what, h.unit)
        },
    );
    let title = finding::inside(&plan.arms[arm].title);
    let headline = headline(&rows, &what, &title, indices.0);
    let centre = Summary::of(&means).mean;
    let kind = plan.design.kind.as_str();
    let frame = Frame {
        id: "tornado".to_owned(),
        size,
        short: Short {
            headline: String::new(),
            subtitle: format!(
                "Change under {title} against {}; bars: mean change in the lowest and the highest fifth of an assumption\u{2019}s \
                 values; dots: 95 % intervals; {} replicates, {} of {all} assumptions",
                finding::inside(&plan.arms[0].title),
                merged.replicates,
                rows.len(),
            ),
            source_line: String::new(),
        },
        subtitle: format!(
            "{what}, {unit}: change under {title} against {}; bars: mean change over the runs with the lowest and the \
             highest fifth of an assumption\u{2019}s values, from the mean of all, {}; dots: 95 % intervals; {} paired \
             replicates, {} of {all} assumptions",
            finding::inside(&plan.arms[0].title),
            finding::number(centre, 1),
            merged.replicates,
            rows.len(),
        ),
        alt: format!(
            "Bars of swings beside dots of indices, one row for each assumption. {headline}."
        ),
        headline,
        source_line: format!(
            "Source: Chokepoint {}, sweep {} ({kind}), seed {}. Market shares 2019: ETO/CSET (CC BY-NC 4.0). Priors and \
             their grades: docs/parameters.md. A model, not a forecast.",
            plan.version,
            plan.sha256.get(..8).unwrap_or(&plan.sha256),
            plan.design.seed,
        ),
        stamp: None,
    };
    let data = Tornado {
        swing_title: format!("Change of the outcome, {unit}"),
        dot_title: indices.0.to_owned(),
        centre,
        rows,
    };
    draw_tornado(&frame, &data)
}

/// What the dots are, and one for each factor where the design gives any.
fn indices(merged: &Merged, points: &[Vec<f64>], means: &[f64]) -> (&'static str, Vec<[f64; 3]>) {
    let three = |e: &crate::analysis::Estimate| [e.value, e.low, e.high];
    match merged.points.cube() {
        Some(Design::Morris(design)) if means.len() == merged.points.experiments() => {
            let effects = morris::indices(design, means, &BOOTSTRAP);
            ("Mean absolute effect", effects.iter().map(|e| three(&e.mu_star)).collect())
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

fn headline(rows: &[Swing], what: &str, title: &str, index: &str) -> String {
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
    let range = format!(
        "{} {} (95 %: {} to {})",
        finding::inside(index),
        finding::number(value, 2),
        finding::number(low, 2),
        finding::number(high, 2)
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
