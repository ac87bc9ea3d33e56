//! Which assumption decides a comparison's headlines, and how its loss goes along the one that no figure can test, in a
//! line for each regime.

use std::sync::Arc;

use sim_core::scenario::Scenario;
use sim_lab::deciding::{Columns, FEWEST, along_untested, movers};
use sim_lab::experiment::Design;
use sim_lab::finding::quoted;
use sim_lab::priors;
use sim_lab::results::Results;

/// What the replicates of each regime drew, beside its title; nothing of a few replicates.
pub(crate) struct Drawn<'a>(Vec<(&'a str, Columns)>);

impl<'a> Drawn<'a> {
    /// Draws the parameters anew: they are a pure function of seed and replicate.
    pub(crate) fn anew(design: &'a Design, replicates: usize) -> Self {
        let of_regime = |scenario: &'a Arc<Scenario>| {
            let drawn: Vec<_> =
                (0..replicates).map(|r| priors::draw(scenario, design.seed, r as u64)).collect();
            (scenario.title.as_str(), priors::free_columns(scenario, &drawn))
        };
        let enough = replicates >= FEWEST;
        Self(design.scenarios.iter().skip(1).filter(|_| enough).map(of_regime).collect())
    }

    /// For each regime, what its differences from the baseline go with most, and which way.
    pub(crate) fn sentences(&self, results: &Results) -> Vec<String> {
        self.each(|s, drawn| {
            let parts = movers(results, s, drawn);
            (!parts.is_empty()).then(|| parts.join("; "))
        })
    }

    /// For each regime, US revenue along what no figure can test.
    pub(crate) fn untested(&self, results: &Results) -> Vec<String> {
        self.each(|s, drawn| Some(along_untested(results, s, drawn)?.words()))
    }

    /// What is said of each regime, after its title.
    fn each(&self, say: impl Fn(usize, &Columns) -> Option<String>) -> Vec<String> {
        let line = |(i, (title, drawn)): (usize, &(&str, Columns))| {
            Some(format!("{}: {}", quoted(title), say(i + 1, drawn)?))
        };
        self.0.iter().enumerate().filter_map(line).collect()
    }
}
