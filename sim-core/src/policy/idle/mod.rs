//! Entries of a scenario that can do nothing: found by asking the law what it would do with them.
//!
//! Invariant: whom an entry reaches is read off the law book and the rules of support, never worked out a second
//! time. What is only drawn or only comes about in a run (an entrant, a line that climbs) counts as possible, so
//! nothing that may do something is reported.

mod allies;
mod life;
mod measures;
mod reach;
mod scope;
mod support;

use crate::calendar::Quarter;
use crate::scenario::PriorNews;
use crate::scenario::measure::{Mandate, MarketAccess, Measure, PurchaseSubsidy, Subsidy};
use crate::scenario::problem::{Code, Severity};
use crate::scenario::tables::Tables;
use crate::structure::Structure;

/// The entries of a scenario that are sound in themselves.
#[derive(Debug, Default)]
pub(crate) struct Entries<'a> {
    /// `[measures]`.
    pub(crate) measures: Vec<&'a Measure>,
    /// `[mandates]`.
    pub(crate) mandates: Vec<&'a Mandate>,
    /// `[subsidies]`.
    pub(crate) subsidies: Vec<&'a Subsidy>,
    /// `[purchase_subsidies]`.
    pub(crate) purchase_subsidies: Vec<&'a PurchaseSubsidy>,
    /// `[market_access]`.
    pub(crate) market_access: Vec<&'a MarketAccess>,
    /// `[prior_news]`.
    pub(crate) prior_news: Vec<&'a PriorNews>,
}

/// An entry, or a part of one, that can do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Idle {
    /// The keys that lead to it. The table of an ally is named by the ally's home.
    pub(crate) path: Vec<String>,
    /// The text of the list at `path` that it is about, if it is not the whole.
    pub(crate) item: Option<String>,
    /// A warning; a note where it follows from transcribing a law that names more than the tables hold.
    pub(crate) severity: Severity,
    /// What kind of problem it is.
    pub(crate) code: Code,
    /// What is wrong: a lowercase fragment.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: String,
}

impl Idle {
    fn new(code: Code, path: &[&str], message: String, help: &str) -> Self {
        let path = path.iter().map(|&key| key.to_owned()).collect();
        let severity = Severity::Warning;
        Self { path, item: None, severity, code, message, help: help.to_owned() }
    }

    fn into_note(self) -> Self {
        Self { severity: Severity::Note, ..self }
    }

    fn of_item(self, item: &str) -> Self {
        Self { item: Some(item.to_owned()), ..self }
    }
}

/// All entries that can do nothing between the first and the last quarter.
pub(crate) fn find(entries: &Entries<'_>, tables: &Tables, time: (Quarter, Quarter)) -> Vec<Idle> {
    let mut found = Vec::new();
    for news in &entries.prior_news {
        support::news(news, tables, &mut found);
    }
    let others = entries.mandates.len()
        + entries.subsidies.len()
        + entries.purchase_subsidies.len()
        + entries.market_access.len();
    if entries.measures.is_empty() && others == 0 {
        return found;
    }
    let structure = Structure::new(tables);
    for measure in &entries.measures {
        measures::look(&structure, measure, time, &mut found);
    }
    let asked = support::Asked { structure: &structure, time };
    entries.mandates.iter().for_each(|entry| asked.mandate(entry, &mut found));
    entries.subsidies.iter().for_each(|entry| asked.subsidy(entry, &mut found));
    entries.purchase_subsidies.iter().for_each(|entry| asked.purchases(entry, &mut found));
    entries.market_access.iter().for_each(|entry| asked.access(entry, &mut found));
    found
}
