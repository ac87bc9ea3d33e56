//! Which assumption decides a comparison: what its headlines move with most over replicates, and how its loss goes along the
//! one that no figure can test, for the screen and the brief.
//!
//! Invariant: what chance alone would give is not named as what decides.

use sim_core::scenario::param::SPECS;

use crate::finding::assumptions::{direction, said};
use crate::finding::effect::Effect;
use crate::finding::{LEAD, Subject, TOOLS, digits, number};
use crate::results::Results;
use crate::study::Study;
use sim_stats::drivers::{Driver, ranked, threshold};
use sim_stats::summary::quantile;

/// What is asked about.
const ASKED: [Subject; 2] = [TOOLS, LEAD];
/// Values of parameters that vary: a key, and a value by replicate.
pub type Columns = Vec<(&'static str, Vec<f64>)>;
/// Fewer replicates say nothing about some fifty parameters.
pub const FEWEST: usize = 50;

/// How much of the spending of Chinese-owned fabs reacts to controls: every share to date is the same with much and with
/// little of it, so the loss is always shown along it.
pub const UNTESTED: &str = "reactive-capex";
/// The outcome that is shown along it.
pub const LOSS: &str = "us-revenue-world";

/// An outcome along a parameter, by thirds of its draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Thirds {
    /// Lowest and highest draw of each third.
    pub ranges: [[f64; 2]; 3],
    /// Median of the outcome in each third.
    pub medians: [f64; 3],
}

/// What is said before the losses along [`UNTESTED`].
pub fn untested_head(study: &Study) -> String {
    format!(
        "No figure to date can test {}. Revenue of US makers of tools, materials, software and IP over {}, median difference \
         in USD bn ({}), where it is little, middling and much (lowest to highest draw of each third)",
        said(UNTESTED),
        study.span(),
        study.dollars.label()
    )
}

impl Thirds {
    /// `−84 (0.00 to 0.13), −62 (0.13 to 0.27), −33 (0.27 to 0.40)`.
    pub fn words(&self) -> String {
        let third = |(median, [low, high]): (&f64, &[f64; 2])| {
            format!("{} ({} to {})", digits(*median, 0), number(*low, 2), number(*high, 2))
        };
        self.medians.iter().zip(&self.ranges).map(third).collect::<Vec<_>>().join(", ")
    }
}

/// The loss under a scenario along [`UNTESTED`]; `None` if that does not vary or the replicates are too few.
pub fn along_untested(
    results: &Results,
    scenario: usize,
    drawn: &[(&'static str, Vec<f64>)],
) -> Option<Thirds> {
    let (_, values) = drawn.iter().find(|(key, _)| *key == UNTESTED)?;
    (results.replicates() >= FEWEST).then(|| thirds(values, &results.difference(scenario, LOSS)))
}

/// Thirds of the replicates by a parameter; there are at least three.
fn thirds(values: &[f64], outcomes: &[f64]) -> Thirds {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let third = |i: usize| &order[i * order.len() / 3..(i + 1) * order.len() / 3];
    let range = |of: &[usize]| [values[of[0]], values[of[of.len() - 1]]];
    let median = |of: &[usize]| {
        let mut sorted: Vec<f64> = of.iter().map(|r| outcomes[*r]).collect();
        sorted.sort_by(f64::total_cmp);
        quantile(&sorted, 0.5)
    };
    Thirds {
        ranges: std::array::from_fn(|i| range(third(i))),
        medians: std::array::from_fn(|i| median(third(i))),
    }
}

/// For each outcome that is asked about: what its difference from the baseline under a scenario moves with most over
/// replicates, by rank correlation, and which way. `drawn` has a key and a value by replicate for each parameter that varies.
pub fn movers(
    results: &Results,
    scenario: usize,
    drawn: &[(&'static str, Vec<f64>)],
) -> Vec<String> {
    let least = threshold(results.replicates(), SPECS.len());
    let clear = |driver: &Driver| driver.correlation.abs() > least;
    ASKED
        .iter()
        .filter_map(|subject| {
            let differences = results.difference(scenario, subject.id);
            let effect = Effect::of(&differences, subject.measure);
            let first = ranked(drawn, &differences).into_iter().next().filter(clear)?;
            Some(direction(subject, &effect, &first))
        })
        .collect()
}

/// What is said before them.
pub const DECIDES: &str = "What goes with the outcome most over replicates";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_go_by_the_parameter() {
        let values = [0.4, 0.0, 0.2, 0.1, 0.3, 0.25, 0.35];
        let outcomes = values.map(|value| 10.0 - 100.0 * value);
        let seen = thirds(&values, &outcomes);
        assert_eq!(seen.ranges, [[0.0, 0.1], [0.2, 0.25], [0.3, 0.4]]);
        let medians = seen.medians.map(f64::round);
        assert_eq!(medians, [5.0, -13.0, -25.0]);
        assert!(seen.words().starts_with("5 (0.00 to 0.10), \u{2212}1"), "{}", seen.words());
    }
}
