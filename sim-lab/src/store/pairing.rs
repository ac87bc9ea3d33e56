//! `pairing.csv`: what the common random numbers buy, outcome by outcome.

use std::fmt::Write as _;

use sim_core::record::Record;

use super::cells::cell;
use crate::experiment::Design;
use crate::outcome::HEADLINES;
use crate::results::Results;
use sim_stats::pairing::{Pairing, first_parting, partings, report};

const HEADER: &str = "scenario,outcome,pairs,correlation,variance_reduction,pairing_pays,first_quarter,median_quarter,parted\n";

/// Correlation and variance reduction of every headline against the baseline, and the quarter in which a
/// regime's runs part from the baseline's: the earliest of all replicates and the median. A variance reduction of
/// 10 means that unpaired runs would need ten times as many replicates for the same interval. It is empty where the
/// difference never varies: one pair says it all, and `pairing_pays` is `always`. An outcome that never varies in one
/// of the two has nothing to pair: its correlation and `pairing_pays` are empty.
pub fn pairing_csv(design: &Design, results: &Results) -> String {
    let mut text = String::from(HEADER);
    let start = design.scenarios[0].start;
    let quarter =
        |t: Option<usize>| t.map_or_else(String::new, |t| start.plus(t as i32).to_string());
    for (s, scenario) in design.scenarios.iter().enumerate().skip(1) {
        let firsts: Vec<Option<usize>> = results.records[s]
            .iter()
            .zip(&results.records[0])
            .map(|(one, other)| parting(results, one, other))
            .collect();
        let apart = partings(&firsts);
        for headline in HEADLINES {
            let Some(p) = report(results.values(s, headline.id), results.values(0, headline.id))
            else {
                continue;
            };
            let _ = writeln!(
                text,
                "{},{},{},{},{},{},{},{},{}",
                cell(&scenario.id),
                headline.id,
                p.pairs,
                finite(p.correlation),
                finite(p.variance_reduction),
                pays(&p),
                quarter(apart.earliest),
                quarter(apart.median),
                apart.parted
            );
        }
    }
    text
}

/// A number, or an empty cell where there is none.
fn finite(number: f64) -> String {
    if number.is_finite() { number.to_string() } else { String::new() }
}

/// Whether pairing pays, in a word; empty where there is nothing to pair.
fn pays(pairing: &Pairing) -> &'static str {
    match (pairing.correlation.is_finite(), pairing.variance_reduction.is_finite()) {
        (false, _) => "",
        (true, false) => "always",
        (true, true) if pairing.worthwhile => "yes",
        (true, true) => "no",
    }
}

/// The first quarter in which any metric of two records differs.
fn parting(results: &Results, one: &Record, other: &Record) -> Option<usize> {
    let columns = results.reader.columns.len();
    first_parting(&one.quarterly, &other.quarterly, 0.0).map(|place| place / columns)
}

/// The headlines of a regime for which pairing buys nothing: their differences are as uncertain as if the two
/// scenarios had been run with numbers of their own.
pub fn unpaired(results: &Results, scenario: usize) -> Vec<&'static str> {
    HEADLINES
        .iter()
        .filter(|headline| {
            let pairing =
                report(results.values(scenario, headline.id), results.values(0, headline.id));
            pairing.is_some_and(|p| p.correlation.is_finite() && !p.worthwhile)
        })
        .map(|headline| headline.id)
        .collect()
}
