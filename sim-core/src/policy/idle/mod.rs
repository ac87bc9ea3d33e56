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
use crate::scenario::idle::{Entries, Idle};
use crate::scenario::tables::Tables;
use crate::structure::Structure;

/// All entries that can do nothing between the first and the last quarter: a [`Finder`](crate::scenario::idle::Finder).
pub fn find(entries: &Entries<'_>, tables: &Tables, time: (Quarter, Quarter)) -> Vec<Idle> {
    let mut found = Vec::new();
    for news in &entries.prior_news {
        support::news(news, tables, &mut found);
    }
    let others = entries.mandates.len()
        + entries.subsidies.len()
        + entries.purchase_subsidies.len()
        + entries.purchase_rules.len()
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
    entries.purchase_rules.iter().for_each(|entry| asked.rule(entry, &mut found));
    entries.market_access.iter().for_each(|entry| asked.access(entry, &mut found));
    found
}
