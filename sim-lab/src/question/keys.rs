//! The keys of a study, as [`sim_core::scenario::keys`] has those of a scenario.
//!
//! Invariant: a key that is not in these tables is reported as unknown.

use sim_core::scenario::keys::{Form, Key, may, need, words};

use crate::outcome::Take;

/// Fewest and most replicates.
pub(super) const REPLICATES: (u64, u64) = (2, 1_000_000);
/// Most decimals of a row.
pub(super) const DECIMALS: u64 = 3;
/// Years that a row may name.
pub(super) const YEARS: (u64, u64) = (1950, 2100);

const BLOCS: &[&str] = &["us", "china", "third"];

/// A row of `[outcomes.rows]`.
pub const ROW: &[Key] = &[
    need("name", Form::Text, "Name for people."),
    need("take", Form::Words(&words(&Take::WORDS)), "How the number is taken."),
    may("metric", Form::Text, "A metric of docs/metrics.md. Without it: segment-sales."),
    may("segments", Form::Texts, "Ids or classes of data/segments.csv, added up."),
    may("supplier", Form::Words(BLOCS), "Bloc of the supplier. Without it: all."),
    may("buyer", Form::Words(BLOCS), "Bloc of the buyer. Without it: all."),
    may("firm", Form::Text, "A firm that is reported by name, in place of a bloc: its sales."),
    may(
        "from",
        Form::Count(YEARS.0 as i64, YEARS.1 as i64, "year"),
        "First year of a sum. Without it: that of the branch, or the first.",
    ),
    may(
        "to",
        Form::Count(YEARS.0 as i64, YEARS.1 as i64, "year"),
        "Last year of a sum, and the year of all else. Without it: the last whole year.",
    ),
    may(
        "decimals",
        Form::Count(0, DECIMALS as i64, "decimals"),
        "Decimals to print. Without it: as usual.",
    ),
];
/// `[outcomes]`.
pub const OUTCOMES: &[Key] = &[
    may("headlines", Form::Texts, "Rows of the table, or design-out. Without it: all."),
    may("rows", Form::Named(ROW), "Rows beyond these: a bloc, segment, firm or metric."),
];
/// A study.
pub const STUDY: &[Key] = &[
    need("schema", Form::Count(1, 1, "version"), "Version of the file format: 1."),
    need("question", Form::Text, "What is asked, in a line."),
    need("summary", Form::Text, "What is compared with what, in a sentence or two."),
    may("trunk", Form::Text, "The scenario as which all begin. Needs branch_at."),
    may("branch_at", Form::Quarter, "First quarter under each scenario's own law."),
    may("baseline", Form::Text, "What differences are taken from. Without it: the trunk."),
    need("regimes", Form::Texts, "The scenarios that are compared with it."),
    may("end", Form::Quarter, "Last quarter. Without it: that of the scenarios."),
    may(
        "replicates",
        Form::Count(REPLICATES.0 as i64, REPLICATES.1 as i64, "replicates"),
        "Paired replicates. Without it: 200.",
    ),
    may("seed", Form::Count(0, i64::MAX, "seed"), "Seed of everything. Without it: 1."),
    may("set", Form::Texts, "Overrides of every scenario that can have them: \"KEY=VALUE\"."),
    may("brief", Form::Text, "Words for the brief, below its finding."),
    may("outcomes", Form::Table(OUTCOMES), "What one looks at."),
];
