//! What the loss is made of.
//!
//! With `S` the sales of US suppliers to Chinese-owned buyers, `b` the part of them that a measure bars, `d` what is sold
//! of the barred products all the same, `0` the baseline and `1` the regime, in every quarter of a pair of runs:
//!
//! `ΔS = −(b₁ − b₀) S₀ / (1 − b₀) + (d₁ − d₀) + rest`
//!
//! The rest is what buyers no longer buy of what they still could: design-out of legal sales, and what less research
//! makes of the products.
//!
//! Invariant: the parts add up to the change of US suppliers' world revenue, run by run.

use sim_core::metric::Id;
use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::{Scene, Words};
use crate::finding::headlines::bill;
use crate::results::Results;
use sim_charts::{Bill, ChartError, Figure, Part, bill as draw_bill};
use sim_stats::summary::Summary;

/// The parts in their order.
const PARTS: [&str; 4] = [
    "Barred sales",
    "Still sold: down-rated, diverted",
    "Design-out of legal sales",
    "Back-fill: all other buyers",
];
/// What is left of the sales of the baseline where it bars them itself; less would divide by nothing.
const LEAST_LEGAL: f64 = 0.05;

/// The parts of each run, USD bn in the run's dollars.
pub(super) fn parts(results: &Results, regime: usize) -> [Vec<f64>; 4] {
    let mut parts: [Vec<f64>; 4] = Default::default();
    for (run, base) in results.records[regime].iter().zip(&results.records[0]) {
        for (all, part) in parts.iter_mut().zip(of_pair(results, run, base)) {
            all.push(part);
        }
    }
    parts
}

fn of_pair(results: &Results, run: &Record, base: &Record) -> [f64; 4] {
    let reader = &results.reader;
    let us = |id| reader.column(id, Some(Bloc::Us), None);
    let both = |id| [run, base].map(|r| reader.series(r, us(id)));
    let sum = |values: &[f64]| reader.sum(values) / 1e3;
    let [owned, owned_base] = both(Id::Owned);
    let [part, part_base] = both(Id::BarredPart);
    let barred: Vec<f64> = (0..owned.len())
        .map(|t| {
            let legal = (1.0 - part_base[t]).max(LEAST_LEGAL);
            -(part[t] - part_base[t]) * owned_base[t] / legal
        })
        .collect();
    let barred = sum(&barred);
    let [sold, sold_base] = both(Id::SoldBarred).map(|v| sum(&v));
    let change = sum(&owned) - sum(&owned_base);
    let world = |r| sum(&reader.revenue(r, Bloc::Us, &Bloc::ALL));
    let still = sold - sold_base;
    [barred, still, change - barred - still, world(run) - world(base) - change]
}

/// What the loss of the regime that costs most is made of, mechanism by mechanism.
pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, .. } = scene;
    let harsh = scene.worst();
    let parts = parts(results, harsh);
    let whole = results.difference(harsh, "us-revenue-world");
    let named: Vec<(&str, &[f64])> =
        PARTS.into_iter().zip(parts.iter().map(Vec::as_slice)).collect();
    let part = |name: &str, values: &[f64]| {
        let s = Summary::told(values);
        Part { name: name.to_owned(), mean: s.mean, low: s.p5, high: s.p95 }
    };
    let data = Bill {
        unit: format!("USD bn, {}", study.span()),
        parts: PARTS.iter().zip(&parts).map(|(name, values)| part(name, values)).collect(),
        total: part("US makers, world", &whole),
        beside: vec![
            part("US parts in others\u{2019} products", &results.difference(harsh, "us-upstream")),
            part("US firms\u{2019} service and spares", &results.difference(harsh, "us-service")),
            part("US firms\u{2019} research spending", &results.difference(harsh, "us-research")),
        ],
    };
    let bands = scene.bands();
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let words = Words {
        headline: bill(scene.written(harsh), &whole, &named),
        subtitle: format!(
            "Mean paired difference of US makers\u{2019} sales (chips apart) from {base}, USD bn ({dollars}), {n} replicates: bars add up, \
             lines: {bands}. Barred: what Chinese-owned buyers buy of it under {base}; design-out: the rest with \
             them, less research included. Below the rule: not in the total"
        ),
        short: format!(
            "Mean paired differences from {base}, USD bn ({dollars}); lines: {bands} of {n} replicates. Barred: what Chinese-owned \
             buyers buy of it under {base}; design-out: the rest with them. Below the rule: not in the total"
        ),
        form: "Waterfall of the parts of the loss",
    };
    draw_bill(&scene.frame("bill", words), &data)
}
