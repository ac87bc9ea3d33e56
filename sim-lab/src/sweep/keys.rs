//! The keys of an experiment file, as [`sim_core::scenario::keys`] has those of a scenario.
//!
//! Invariant: a key that is not in these tables is reported as unknown.

use sim_core::scenario::keys::{Form, Key, may, need, words};

use super::file::Kind;

/// Most points of a design, and most seeds a point.
pub(super) const MOST: u64 = 10_000_000;
const POINTS: Form = Form::Count(1, MOST as i64, "points");

/// A value of a lever or response, written as a table.
pub const CHOICE: &[Key] = &[
    need("set", Form::Texts, "Overrides of the form \"KEY=VALUE\"."),
    may("regimes", Form::Texts, "The regimes that it fits. Without it: all."),
];
/// `[levers]`.
pub const LEVERS: &[Key] = &[
    may("baseline", Form::Text, "What differences are taken from. Without it: baseline."),
    need("regimes", Form::Texts, "Scenario files, one regime each."),
    may("set", Form::Texts, "Overrides of every arm, the baseline too: \"KEY=VALUE\"."),
    may(
        "values",
        Form::ChoiceItems(CHOICE),
        "Levers, each with named values; one of them in each arm.",
    ),
];
/// `[uncertainties]`.
pub const UNCERTAINTIES: &[Key] = &[
    may("parameters", Form::Texts, "Parameters that vary. Without it: all that have a prior."),
    may(
        "ranges",
        Form::ParameterRanges,
        "Ranges to draw from, in place of the prior: key = [low, high].",
    ),
];
/// `[outcomes]`.
pub const OUTCOMES: &[Key] = &[
    may("headlines", Form::Texts, "Headlines that are kept, or design-out. Without it: all."),
    may(
        "contrast",
        Form::Text,
        "Headline whose paired difference is watched and may stop the sweep.",
    ),
];
/// `[design]`.
pub const DESIGN: &[Key] = &[
    may("kind", Form::Words(&words(&Kind::WORDS)), "Which points are run. Without it: sobol."),
    may(
        "size",
        POINTS,
        "Points; levels a parameter of a grid; trajectories of Morris; base rows of Saltelli.",
    ),
    may("seeds_per_draw", POINTS, "Seeds of random events at each point. Without it: 1."),
    may("seed", Form::Count(0, i64::MAX, "seed"), "Seed of everything. Without it: 1."),
    may("cases", Form::Cases, "With kind = \"cases\": named parameter values."),
];
/// An experiment file.
pub const EXPERIMENT: &[Key] = &[
    need("schema", Form::Count(1, 1, "version"), "Version of the file format: 1."),
    need("title", Form::Text, "Name for people."),
    may("summary", Form::Text, "What it asks."),
    need("levers", Form::Table(LEVERS), "What one decides: regimes and their settings."),
    may(
        "responses",
        Form::Choices(CHOICE),
        "Answers of adversary and allies, each a list of overrides; crossed with every regime.",
    ),
    may("uncertainties", Form::Table(UNCERTAINTIES), "What one does not know."),
    may("outcomes", Form::Table(OUTCOMES), "What one looks at."),
    may("design", Form::Table(DESIGN), "Which points are run, and how many."),
];
