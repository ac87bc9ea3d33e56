//! Scenarios: the typed mirror of the TOML and CSV files, and the checks they must pass.
//!
//! Invariant: text in, a [`Scenario`] or *all* its [problems](problem::Problem) out. Files are
//! opened elsewhere.

mod check;
mod check_complete;
mod check_tables;
pub mod dated;
pub mod ensemble;
pub mod eto;
pub mod idle;
mod ids;
pub mod keys;
pub mod leaves;
pub mod load;
pub mod measure;
pub mod mechanism;
mod merge;
pub mod observed;
pub mod panel;
pub mod param;
pub mod plain;
pub mod problem;
pub mod purchase_rule;
mod read_measure;
mod read_param;
mod read_purchase_rule;
mod read_scope;
mod read_support;
mod read_tables;
mod reader;
mod resolved;
mod sheet;
mod source;
pub mod tables;
mod tree;
mod walk;

use crate::calendar::Quarter;
use measure::{Mandate, MarketAccess, Measure, PurchaseSubsidy, Subsidy};
pub use mechanism::Mechanisms;
use param::{Param, Parameters, SPECS};
use purchase_rule::PurchaseRule;
pub use read_tables::needed_columns;
use tables::Tables;
pub use walk::nearest;

/// First quarter of every run: the tables describe 2019, and the base year is solved for it.
pub const BASE_QUARTER: Quarter = Quarter::new(2019, 1);
/// ISO-3 code of the state whose content and technology the tables know.
pub(crate) const CONTENT_OF: &str = "USA";

/// A scenario, complete: after `extends`, defaults and `--set`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Stem of its file.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it stands for, one or two sentences.
    pub summary: String,
    /// First quarter.
    pub start: Quarter,
    /// Last quarter.
    pub end: Quarter,
    /// Switches.
    pub mechanisms: Mechanisms,
    /// One entry for each of [`SPECS`], in that order.
    pub parameters: Vec<Param>,
    /// Measures in the order of their ids.
    pub measures: Vec<Measure>,
    /// Scheduled mandates in the order of their ids.
    pub mandates: Vec<Mandate>,
    /// Subsidies in the order of their ids.
    pub subsidies: Vec<Subsidy>,
    /// Subsidies on purchases in the order of their ids.
    pub purchase_subsidies: Vec<PurchaseSubsidy>,
    /// Rules of buyers' states in the order of their ids.
    pub purchase_rules: Vec<PurchaseRule>,
    /// Opened markets in the order of their ids.
    pub market_access: Vec<MarketAccess>,
    /// News before the start: the listings that set beliefs in every scenario.
    pub prior_news: Vec<PriorNews>,
    /// Data tables.
    pub tables: Tables,
    /// Points of the prior that replicates take; all of them without.
    pub ensemble: Option<ensemble::Ensemble>,
    /// The observed year through which runs are led; none for runs that the model alone explains.
    pub standing: Option<observed::Standing>,
}

/// An event before the start that moved beliefs in every scenario, the baseline too.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorNews {
    /// Key in the scenario.
    pub id: String,
    /// ISO-3 code of the authority.
    pub authority: String,
    /// ISO-3 code of the owners that took notice.
    pub owners: String,
    /// Quarter.
    pub at: Quarter,
    /// News value.
    pub salience: measure::Salience,
    /// Legal reference.
    pub reference: String,
}

impl Scenario {
    /// Number of quarters.
    pub fn quarters(&self) -> usize {
        (self.end.since(self.start) + 1).max(0) as usize
    }

    /// The central values.
    pub fn central(&self) -> Parameters {
        Parameters::from_slice(&self.parameters.iter().map(|p| p.value).collect::<Vec<_>>())
    }

    /// Whether a run of one scenario can go on under the other: the same base year but for the parameters,
    /// which a caller compares as drawn.
    pub fn shares_base(&self, other: &Self) -> bool {
        self.tables == other.tables
            && self.mechanisms == other.mechanisms
            && self.prior_news == other.prior_news
            && (self.start, self.end) == (other.start, other.end)
    }

    /// The first quarter, counted from the start, in which two scenarios with a common base year can differ:
    /// the earliest announcement of a measure, or beginning of a programme, that is not the same in both; of a
    /// measure that differs only in when it ends, that end, since nobody foresees it.
    /// The number of quarters if they never do.
    ///
    /// For three scenarios the two earliest of the three partings are one quarter, so histories form a tree.
    pub fn parts_from(&self, other: &Self) -> usize {
        let mut first = self.end.plus(1);
        let mut note = |at: Quarter| first = first.min(at);
        apart(&self.measures, &other.measures, measures_part, |m| m.announced, &mut note);
        apart(&self.mandates, &other.mandates, |_, _| None, |m| m.from, &mut note);
        apart(&self.subsidies, &other.subsidies, |_, _| None, |m| m.from, &mut note);
        let paid = (&self.purchase_subsidies, &other.purchase_subsidies);
        apart(paid.0, paid.1, |_, _| None, |m| m.from, &mut note);
        let bought = (&self.purchase_rules, &other.purchase_rules);
        apart(bought.0, bought.1, |_, _| None, |m| m.from, &mut note);
        apart(&self.market_access, &other.market_access, |_, _| None, |m| m.from, &mut note);
        first.since(self.start).max(0) as usize
    }

    /// The parameter of a key.
    pub fn parameter(&self, key: &str) -> Option<&Param> {
        SPECS.iter().position(|spec| spec.key == key).and_then(|i| self.parameters.get(i))
    }
}

/// Notes when two lists part: the date of every item that one has and the other has not, or the quarter in which it
/// parts from an item of the other.
fn apart<T: PartialEq>(
    one: &[T],
    other: &[T],
    parts: impl Fn(&T, &T) -> Option<Parting>,
    date: impl Fn(&T) -> Quarter,
    note: &mut impl FnMut(Quarter),
) {
    for (list, others) in [(one, other), (other, one)] {
        for item in list.iter().filter(|item| !others.contains(item)) {
            match others.iter().find_map(|other| parts(item, other)) {
                Some(Parting::Never) => {}
                Some(Parting::At(quarter)) => note(quarter),
                None => note(date(item)),
            }
        }
    }
}

/// When two versions of one thing part.
enum Parting {
    At(Quarter),
    Never,
}

/// When two versions of a measure part that differ in their sunset only, or in what they are called.
fn measures_part(one: &Measure, other: &Measure) -> Option<Parting> {
    if one.id != other.id {
        return None;
    }
    let Measure { title, reference, sunset, .. } = other.clone();
    let renamed = Measure { title, reference, sunset, ..one.clone() };
    let ends = one.sunset.into_iter().chain(other.sunset);
    let same = one.sunset == other.sunset;
    let parting = ends.min().filter(|_| !same).map_or(Parting::Never, Parting::At);
    (renamed == *other).then_some(parting)
}
