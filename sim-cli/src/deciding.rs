//! Which assumption decides a comparison's headlines, in a sentence for each regime.

use sim_lab::deciding::{FEWEST, movers};
use sim_lab::experiment::Design;
use sim_lab::finding;
use sim_lab::outcome::Headline;
use sim_lab::priors;
use sim_lab::results::Results;
use sim_stats::drivers::Driver;

/// For each regime, what the headlines' differences from the baseline move with most. Parameters are drawn anew: they
/// are a pure function of seed and replicate.
pub(crate) fn sentences(design: &Design, results: &Results) -> Vec<String> {
    let replicates = results.replicates();
    if replicates < FEWEST {
        return Vec::new();
    }
    let part = |(headline, driver): &(&Headline, Driver)| {
        let (name, size) = (finding::inside(headline.name), finding::number(driver.correlation, 2));
        format!("{name} moves most with {} ({size})", driver.key)
    };
    let mut found = Vec::new();
    for (s, scenario) in design.scenarios.iter().enumerate().skip(1) {
        let drawn: Vec<_> =
            (0..replicates).map(|r| priors::draw(scenario, design.seed, r as u64)).collect();
        let parts: Vec<String> =
            movers(results, s, &priors::free_columns(scenario, &drawn)).iter().map(part).collect();
        if !parts.is_empty() {
            found.push(format!("{}: {}", scenario.title, parts.join(", ")));
        }
    }
    found
}
