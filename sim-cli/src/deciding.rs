//! Which assumption decides a comparison's headlines, in a sentence for each regime.

use sim_lab::analysis::drivers::{drivers, threshold};
use sim_lab::experiment::Design;
use sim_lab::finding;
use sim_lab::outcome::HEADLINES;
use sim_lab::priors;
use sim_lab::results::Results;

/// Headlines that are asked about.
const ASKED: [&str; 2] = ["us-revenue-world", "lead-logic"];
/// Fewer replicates say nothing about some fifty parameters.
const FEWEST: usize = 50;

/// For each regime, what the headlines' differences from the baseline move with most. Parameters are drawn anew: they
/// are a pure function of seed and replicate.
pub(crate) fn sentences(design: &Design, results: &Results) -> Vec<String> {
    let replicates = results.replicates();
    if replicates < FEWEST {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (s, scenario) in design.scenarios.iter().enumerate().skip(1) {
        let drawn: Vec<_> =
            (0..replicates).map(|r| priors::draw(scenario, design.seed, r as u64)).collect();
        let parts: Vec<String> = ASKED
            .iter()
            .filter_map(|id| {
                let headline = HEADLINES.iter().find(|h| h.id == *id)?;
                let all = drivers(scenario, &drawn, &results.difference(s, id));
                let first = all.first()?;
                let count = scenario.parameters.len();
                (first.correlation.abs() > threshold(replicates, count)).then(|| {
                    format!(
                        "{} moves most with {} ({})",
                        finding::inside(headline.name),
                        first.key,
                        finding::number(first.correlation, 2)
                    )
                })
            })
            .collect();
        if !parts.is_empty() {
            found.push(format!("{}: {}", scenario.title, parts.join(", ")));
        }
    }
    found
}
