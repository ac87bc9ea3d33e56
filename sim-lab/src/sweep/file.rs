//! What an experiment file says: levers, responses, uncertainties, outcomes and a design.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::notes::Placed;

/// The outcome that is a time, not a headline: until the US share of Chinese purchases has halved.
pub const DESIGN_OUT: &str = "design-out";

/// An experiment as its file says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Name for people.
    pub title: String,
    /// What it asks.
    pub summary: String,
    /// What differences are taken from.
    pub baseline: Placed,
    /// Scenario files: one regime each.
    pub regimes: Vec<Placed>,
    /// Overrides of every arm, the baseline too.
    pub set: Vec<Placed>,
    /// Levers, each with its values.
    pub levers: Vec<Lever>,
    /// Responses of adversary and allies; one of them answers each regime.
    pub responses: Vec<Choice>,
    /// Parameters that vary; the others stand at their central values.
    pub uncertain: Vec<Uncertain>,
    /// Those that the file names one by one, with their places.
    pub named: Vec<Placed>,
    /// Ids of the outcomes that are kept.
    pub outcomes: Vec<String>,
    /// The outcome whose paired contrast is watched.
    pub contrast: String,
    /// Points and seeds.
    pub design: DesignFile,
    /// Where the file says so.
    pub design_at: Range<usize>,
}

/// A lever: one of its values in each arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<Choice>,
}

/// A named set of overrides.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Overrides of the form KEY=VALUE.
    pub set: Vec<Placed>,
    /// The regimes that it applies to; all when absent.
    pub regimes: Option<Vec<String>>,
}

/// A parameter that varies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncertain {
    /// Key under `[parameters]` of a scenario.
    pub key: String,
    /// Drawn uniformly from here; from its prior when absent.
    pub range: Option<(f64, f64)>,
}

/// Kinds of design over the uncertainties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Every combination of levels.
    Grid,
    /// Points that the file lists.
    Cases,
    /// Scrambled Sobol points: any first part is a design.
    Sobol,
    /// Latin hypercubes, block by block.
    LatinHypercube,
    /// Morris trajectories.
    Morris,
    /// Saltelli's blocks for Sobol indices.
    Saltelli,
}

impl Kind {
    /// Words of the file.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("sobol", Self::Sobol),
        ("latin-hypercube", Self::LatinHypercube),
        ("grid", Self::Grid),
        ("cases", Self::Cases),
        ("morris", Self::Morris),
        ("saltelli", Self::Saltelli),
    ];

    /// The word of the file.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Whether points are a sample of the uncertainties, so that means over them mean something.
    pub const fn is_sample(self) -> bool {
        matches!(self, Self::Sobol | Self::LatinHypercube)
    }
}

/// The design of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignFile {
    /// Kind.
    pub kind: Kind,
    /// Points; trajectories of Morris; base rows of Saltelli; levels a parameter of a grid; without meaning for
    /// cases.
    pub size: usize,
    /// Seeds of events a point.
    pub seeds_per_draw: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Points that the file lists: name, and parameters with their values.
    pub cases: Vec<(String, Vec<(String, f64)>)>,
}
