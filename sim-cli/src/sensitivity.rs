//! `sensitivity`: which assumptions move a paired contrast.

use comfy_table::{Cell, CellAlignment};
use sim_lab::sweep::Merged;
use sim_stats::bootstrap::Bootstrap;
use sim_stats::design::Design;
use sim_stats::{Estimate, morris, sobol, variance};

use crate::args::Global;
use crate::failure::Failure;
use crate::out::outln;
use crate::places::existing;
use crate::sweep_args::{Contrast, Sensitivity};
use crate::wrap::wrapped;
use crate::{events, table};

/// Assumptions in the table; NDJSON has all.
const ROWS: usize = 15;
/// Stands for an index that there is none of.
const NONE: &str = "not known";
/// Resamples of a bootstrap.
const RESAMPLES: usize = 1_000;

/// A contrast of a merged sweep.
pub(crate) struct Asked {
    /// The sweep.
    pub(crate) merged: Merged,
    /// The arm.
    pub(crate) arm: usize,
    /// The outcome.
    pub(crate) column: usize,
    /// How to resample.
    pub(crate) bootstrap: Bootstrap,
}

/// Opens the sweep and finds arm and outcome.
pub(crate) fn ask(contrast: &Contrast) -> Result<Asked, Failure> {
    let merged = Merged::open(&existing(&contrast.sweep)?)?;
    let arm = match &contrast.arm {
        None => 1.min(merged.plan.arms.len() - 1),
        Some(id) => merged.arm(id).ok_or_else(|| {
            let ids: Vec<&str> = merged.plan.arms.iter().map(|a| a.arm.id.as_str()).collect();
            Failure::Usage(format!("there is no arm `{id}`; there are {}", ids.join(", ")))
        })?,
    };
    let column = column(&merged, contrast.outcome.as_deref())?;
    let bootstrap = Bootstrap { resamples: RESAMPLES, level: 0.95, seed: contrast.seed };
    Ok(Asked { merged, arm, column, bootstrap })
}

/// Place of an outcome; the watched one by default.
pub(crate) fn column(merged: &Merged, name: Option<&str>) -> Result<usize, Failure> {
    let name = name.unwrap_or(&merged.plan.contrast);
    merged.column(name).ok_or_else(|| {
        let names = merged.columns().join(", ");
        Failure::Usage(format!("there is no outcome `{name}`; there are {names}"))
    })
}

/// One assumption.
struct Row {
    key: String,
    /// What rows are ordered by.
    weight: f64,
    cells: [String; 2],
    json: serde_json::Value,
}

/// Prints indices of a Morris or Saltelli sweep.
pub(crate) fn sensitivity(args: &Sensitivity, global: &Global) -> Result<(), Failure> {
    let asked = ask(&args.contrast)?;
    let merged = &asked.merged;
    let outcomes = merged.by_point(&merged.difference(asked.arm, asked.column));
    if merged.plan.design.kind.is_sample() && merged.plan.design.seeds_per_draw > 1 {
        return components(&asked, &outcomes, global);
    }
    let keys = merged.points.keys();
    let (heads, mut rows, end) = match merged.points.cube() {
        Some(Design::Morris(design)) => {
            let means: Vec<f64> =
                outcomes.iter().map(|s| s.iter().sum::<f64>() / s.len() as f64).collect();
            let effects = morris::indices(design, &means, &asked.bootstrap);
            let rows = keys.iter().zip(effects).map(|(key, e)| Row {
                key: key.clone(),
                weight: e.mu_star.value,
                cells: [estimate(&e.mu_star), spread(e.sigma)],
                json: serde_json::json!({ "parameter": key, "morris": e }),
            });
            let end = "Mean absolute effect over the whole prior (95 % interval); a spread as large as it means interaction.";
            (["effect", "spread"], rows.collect::<Vec<_>>(), end.to_owned())
        }
        Some(Design::Saltelli(design)) => {
            let seeds = merged.plan.design.seeds_per_draw;
            let flat: Vec<f64> = outcomes.iter().flatten().copied().collect();
            let indices = sobol::indices(design, &flat, seeds, &asked.bootstrap);
            let rows = keys.iter().zip(indices.total.iter().zip(&indices.first)).map(
                |(key, (total, first))| Row {
                    key: key.clone(),
                    weight: total.value,
                    cells: [estimate(total), estimate(first)],
                    json: serde_json::json!({ "parameter": key, "total": total, "first": first }),
                },
            );
            let noise = indices.noise.map_or_else(
                || "one seed a point: chance counts as influence".to_owned(),
                |n| {
                    if n.is_nan() {
                        "chance cannot be told from it".to_owned()
                    } else {
                        format!("chance is {:.0} % of the variance of a run", 100.0 * n)
                    }
                },
            );
            let end = format!("Shares of the variance over priors (95 % intervals); {noise}.");
            (["total", "alone"], rows.collect(), end)
        }
        _ => {
            let kind = merged.plan.design.kind.as_str();
            return Err(Failure::Other(format!(
                "the sweep's design is `{kind}` with one seed a draw: sensitivity needs kind = \"morris\" or \
                 \"saltelli\" to rank assumptions, or seeds_per_draw of 2 and more to tell luck from ignorance"
            )));
        }
    };
    rows.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    if global.json {
        for row in &rows {
            let mut line = serde_json::json!({
                "scenario": merged.plan.arms[asked.arm].arm.id,
                "outcome": merged.columns()[asked.column],
            });
            if let (Some(line), Some(more)) = (line.as_object_mut(), row.json.as_object()) {
                line.extend(more.clone());
            }
            events::print("sensitivity", &line);
        }
        return Ok(());
    }
    outln!("{}", title(&asked));
    if still(&outcomes) {
        outln!("It is the same in every run: no assumption moves it.");
        return Ok(());
    }
    outln!("{}", table(&heads, &rows));
    if rows.len() > ROWS {
        outln!("{} more have less effect; --json prints all.", rows.len() - ROWS);
    }
    outln!("{}", wrapped("", &end));
    Ok(())
}

/// A standard deviation of effects.
fn spread(sigma: f64) -> String {
    if sigma.is_finite() { format!("{sigma:.3}") } else { NONE.to_owned() }
}

/// Whether outcomes never vary, so that nothing can be said to move them.
fn still(outcomes: &[Vec<f64>]) -> bool {
    let mut all = outcomes.iter().flatten();
    let first = all.next().copied().unwrap_or(f64::NAN);
    all.all(|value| value.to_bits() == first.to_bits())
}

/// Prints what part of the variance comes from not knowing the assumptions, and what part from chance.
fn components(asked: &Asked, outcomes: &[Vec<f64>], global: &Global) -> Result<(), Failure> {
    let merged = &asked.merged;
    // A sample has seeds of its own at every draw.
    let parts = variance::nested(outcomes, &asked.bootstrap).ok_or_else(|| {
        Failure::Other("too few draws or seeds to tell luck from ignorance".to_owned())
    })?;
    if global.json {
        let line = serde_json::json!({
            "scenario": merged.plan.arms[asked.arm].arm.id,
            "outcome": merged.columns()[asked.column], "components": parts,
        });
        events::print("components", &line);
        return Ok(());
    }
    let percent = |e: &Estimate| {
        let interval = if e.low.is_finite() && e.high.is_finite() {
            format!("{:.0} to {:.0}", 100.0 * e.low, 100.0 * e.high)
        } else {
            "no interval".to_owned()
        };
        format!("{:.0} % ({interval})", 100.0 * e.value)
    };
    outln!("{}", title(asked));
    if !parts.share.value.is_finite() {
        outln!("It is the same in every run: there is no variance to take apart.");
        return Ok(());
    }
    let text = format!(
        "Assumptions make {} of the variance, chance the rest (95 % interval; {} draws, {:.0} seeds each).",
        percent(&parts.share),
        parts.draws,
        parts.seeds
    );
    outln!("{}", wrapped("", &text));
    Ok(())
}

/// What is asked about.
pub(crate) fn title(asked: &Asked) -> String {
    let plan = &asked.merged.plan;
    let text = format!(
        "{} of {} against {}, {} replicates",
        asked.merged.columns()[asked.column],
        plan.arms[asked.arm].arm.id,
        plan.arms[0].arm.id,
        asked.merged.replicates
    );
    wrapped("", &text)
}

fn table(heads: &[&str; 2], rows: &[Row]) -> String {
    let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut table = table::fitting();
    table.add_row([Cell::new("assumption"), right(heads[0]), right(heads[1])]);
    for row in rows.iter().take(ROWS) {
        table.add_row([Cell::new(&row.key), right(&row.cells[0]), right(&row.cells[1])]);
    }
    table.to_string()
}

/// An estimate with its interval.
pub(crate) fn estimate(e: &Estimate) -> String {
    match (e.value.is_finite(), e.low.is_finite() && e.high.is_finite()) {
        (true, true) => format!("{:.3} ({:.3} to {:.3})", e.value, e.low, e.high),
        (true, false) => format!("{:.3} (no interval)", e.value),
        (false, _) => NONE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_said_in_words() {
        let of = |value, low, high| estimate(&Estimate { value, low, high });
        assert_eq!(of(0.5, 0.25, 0.75), "0.500 (0.250 to 0.750)");
        assert_eq!(of(0.5, f64::NAN, f64::NAN), "0.500 (no interval)");
        assert_eq!(of(f64::NAN, f64::NAN, f64::NAN), "not known");
        assert_eq!(spread(f64::NAN), "not known");
        assert!(still(&[vec![1.0, 1.0], vec![1.0]]) && still(&[]));
        assert!(!still(&[vec![1.0], vec![1.5]]));
    }
}
