//! Which assumption decides a comparison's headlines, and how its loss goes along the one that no figure can test, in a
//! line for each regime.

use std::sync::Arc;

use sim_core::scenario::Scenario;
use sim_lab::deciding::{FEWEST, along_untested, movers};
use sim_lab::experiment::Design;
use sim_lab::finding;
use sim_lab::outcome::Headline;
use sim_lab::priors;
use sim_lab::results::Results;
use sim_stats::drivers::Driver;

/// For each regime, what the headlines' differences from the baseline move with most. Parameters are drawn anew: they
/// are a pure function of seed and replicate.
pub(crate) fn sentences(design: &Design, results: &Results) -> Vec<String> {
    let part = |(headline, driver): &(&Headline, Driver)| {
        let (name, size) = (finding::inside(headline.name), finding::number(driver.correlation, 2));
        format!("{name} moves most with {} ({size})", driver.key)
    };
    of_regimes(design, results, |s, drawn| {
        let parts: Vec<String> = movers(results, s, drawn).iter().map(part).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    })
}

/// For each regime, US revenue along what no figure can test.
pub(crate) fn untested(design: &Design, results: &Results) -> Vec<String> {
    of_regimes(design, results, |s, drawn| Some(along_untested(results, s, drawn)?.words()))
}

/// What is said of each regime by its drawn parameters, after its title; nothing of a few replicates.
fn of_regimes(
    design: &Design,
    results: &Results,
    say: impl Fn(usize, &[(&'static str, Vec<f64>)]) -> Option<String>,
) -> Vec<String> {
    let replicates = results.replicates();
    if replicates < FEWEST {
        return Vec::new();
    }
    let line = |(s, scenario): (usize, &Arc<Scenario>)| {
        let drawn: Vec<_> =
            (0..replicates).map(|r| priors::draw(scenario, design.seed, r as u64)).collect();
        let said = say(s, &priors::free_columns(scenario, &drawn))?;
        Some(format!("{}: {said}", scenario.title))
    };
    design.scenarios.iter().enumerate().skip(1).filter_map(line).collect()
}
