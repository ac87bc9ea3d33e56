//! Entries that can do nothing: what a finder is shown of a scenario, and what it says.
//!
//! The law knows what an entry does; a reader knows no law. So whoever reads a scenario brings a [`Finder`].

use super::PriorNews;
use super::measure::{Mandate, MarketAccess, Measure, PurchaseSubsidy, Subsidy};
use super::problem::{Code, Severity};
use super::purchase_rule::PurchaseRule;
use super::tables::Tables;
use crate::calendar::Quarter;

/// Finds the entries that can do nothing between the first and the last quarter. The tables are whole.
pub type Finder = fn(&Entries<'_>, &Tables, (Quarter, Quarter)) -> Vec<Idle>;

/// The entries of a scenario that are sound in themselves.
#[derive(Debug, Default)]
pub struct Entries<'a> {
    /// `[measures]`.
    pub measures: Vec<&'a Measure>,
    /// `[mandates]`.
    pub mandates: Vec<&'a Mandate>,
    /// `[subsidies]`.
    pub subsidies: Vec<&'a Subsidy>,
    /// `[purchase_subsidies]`.
    pub purchase_subsidies: Vec<&'a PurchaseSubsidy>,
    /// `[purchase_rules]`.
    pub purchase_rules: Vec<&'a PurchaseRule>,
    /// `[market_access]`.
    pub market_access: Vec<&'a MarketAccess>,
    /// `[prior_news]`.
    pub prior_news: Vec<&'a PriorNews>,
}

/// An entry, or a part of one, that can do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// The keys that lead to it. The table of an ally is named by the ally's home.
    pub path: Vec<String>,
    /// The text of the list at `path` that it is about, if it is not the whole.
    pub item: Option<String>,
    /// A warning; a note where it follows from transcribing a law that names more than the tables hold.
    pub severity: Severity,
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Idle {
    /// A warning about the entry at a path.
    pub(crate) fn new(code: Code, path: &[&str], message: String, help: &str) -> Self {
        let path = path.iter().map(|&key| key.to_owned()).collect();
        let severity = Severity::Warning;
        Self { path, item: None, severity, code, message, help: help.to_owned() }
    }

    /// As a note.
    pub(crate) fn into_note(self) -> Self {
        Self { severity: Severity::Note, ..self }
    }

    /// About one text of the list at its path.
    pub(crate) fn of_item(self, item: &str) -> Self {
        Self { item: Some(item.to_owned()), ..self }
    }
}
