//! What the loss is made of.

use sim_core::metric::Id;
use sim_core::scenario::tables::Bloc;

use super::{Scene, Words};
use crate::chart::{Bill, ChartError, Figure, Part, bill as draw_bill};
use crate::finding::{inside, number};
use crate::stats::{Summary, paired};

/// Segments of their own on the bill.
const PARTS: usize = 5;

/// What the loss of the regime that costs most is made of, segment by segment.
pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, .. } = scene;
    let harsh = scene.worst();
    let sold = |s: usize, segment: usize| -> Vec<f64> {
        let yearly = |r| results.reader.yearly(r, Id::SegmentSales, Bloc::Us, segment);
        results.records[s].iter().map(|r| yearly(r).iter().sum::<f64>() / 1e3).collect()
    };
    let goods = (0..study.segments.len()).filter(|s| study.segments[*s].goods);
    let mut changes: Vec<(String, Vec<f64>)> = goods
        .map(|s| (study.segments[s].name.clone(), paired(&sold(harsh, s), &sold(0, s))))
        .collect();
    let weight = |v: &[f64]| Summary::of(v).mean.abs();
    changes.sort_by(|a, b| weight(&b.1).total_cmp(&weight(&a.1)));
    let add = |all: &[(String, Vec<f64>)]| -> Vec<f64> {
        (0..results.replicates()).map(|r| all.iter().map(|c| c.1[r]).sum()).collect()
    };
    let whole = add(&changes);
    let rest = changes.split_off(changes.len().min(PARTS));
    if !rest.is_empty() {
        changes.push((format!("{} other segments", rest.len()), add(&rest)));
    }
    let part = |name: &str, values: &[f64]| {
        let s = Summary::of(values);
        Part { name: name.to_owned(), mean: s.mean, low: s.p5, high: s.p95 }
    };
    let data = Bill {
        unit: format!("USD bn, {}", study.span()),
        parts: changes.iter().map(|(name, values)| part(name, values)).collect(),
        total: part("US suppliers, world", &whole),
        beside: vec![
            part("US parts in others\u{2019} products", &results.difference(harsh, "us-upstream")),
            part("US firms\u{2019} service and spares", &results.difference(harsh, "us-service")),
            part("US firms\u{2019} research spending", &results.difference(harsh, "us-research")),
        ],
    };
    let all = Summary::of(&whole);
    let title = scene.title(harsh);
    let headline = if all.clear() {
        // A part is the largest for certain if it beats the next in nine runs of ten on the same side.
        let clear = changes.len() > 1 && Summary::of(&paired(&changes[0].1, &changes[1].1)).clear();
        let first = Summary::of(&changes[0].1);
        let range = format!(
            "{}, USD {} bn (5\u{2013}95 %: {} to {})",
            inside(&changes[0].0),
            number(first.mean, 0),
            number(first.p5, 0),
            number(first.p95, 0)
        );
        let verdict = if clear {
            "the largest item is"
        } else {
            "no item is clearly the largest; first on average is"
        };
        format!(
            "The bill of {title} is USD {} bn on average; {verdict} {range}",
            number(all.mean, 0)
        )
    } else {
        format!(
            "No clear difference to US suppliers\u{2019} revenue under {title}: its parts are drawn for reference"
        )
    };
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let words = Words {
        headline,
        brief: None,
        subtitle: format!(
            "Mean paired difference of US suppliers\u{2019} sales from {base}, USD bn (2019 dollars); bars: means, which add up; \
             lines: 90 % of {n} replicates; below the rule: not in the total, in {dollars}"
        ),
        short: format!(
            "Mean paired differences from {base}, USD bn; lines: 90 % of {n} replicates; below the rule: not in the total"
        ),
        form: "Waterfall of the parts of the loss",
    };
    draw_bill(&scene.frame("bill", words), &data)
}
