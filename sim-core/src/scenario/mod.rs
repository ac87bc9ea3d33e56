//! Scenarios: the typed mirror of the TOML and CSV files, and the checks they must pass.
//!
//! Invariant: text in, a [`Scenario`] or *all* its [problems](problem::Problem) out. Files are
//! opened elsewhere.

mod check;
mod check_tables;
mod ids;
pub mod load;
pub mod measure;
pub mod mechanism;
mod merge;
pub mod param;
pub mod problem;
mod read_measure;
mod read_param;
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
use tables::Tables;

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
    /// Opened markets in the order of their ids.
    pub market_access: Vec<MarketAccess>,
    /// News before the start: the listings that set beliefs in every scenario.
    pub prior_news: Vec<PriorNews>,
    /// Data tables.
    pub tables: Tables,
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

    /// The parameter of a key.
    pub fn parameter(&self, key: &str) -> Option<&Param> {
        SPECS.iter().position(|spec| spec.key == key).and_then(|i| self.parameters.get(i))
    }
}
