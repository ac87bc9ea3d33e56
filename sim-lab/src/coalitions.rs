//! What each measure of a regime does: Shapley values over paired runs of coalitions of its measures, or of its changes to the
//! measures of another scenario.
//!
//! Invariant: a coalition is the regime without some measures or changes, and nothing else differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::calendar::Quarter;
use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Measure;

use crate::experiment::{Design, Replicate, RunError};
use crate::outcome::{Dollars, Reader};
use sim_stats::Estimate;
use sim_stats::shapley::{self, Value};
use sim_stats::summary::paired;

/// Measures up to which all coalitions are run.
pub const ALL: usize = 6;

/// Level of all intervals.
const LEVEL: f64 = 0.95;

/// Values of every measure for some headlines.
#[derive(Debug)]
pub struct Attribution {
    /// Ids of the measures that are attributed to.
    pub measures: Vec<String>,
    /// Headline × measure.
    pub values: Vec<Vec<Value>>,
    /// By headline: what the scenario does without its measures, against the baseline. Supports, opened markets, pins,
    /// parameters and mechanisms make it.
    pub rest: Vec<Estimate>,
    /// By headline: what the whole scenario does against the baseline. The values and the rest add up to it.
    pub all: Vec<Estimate>,
    /// Coalitions that were run.
    pub coalitions: usize,
}

/// A regime, and what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The regime.
    pub scenario: &'a Scenario,
    /// What it is compared with.
    pub baseline: &'a Scenario,
    /// The scenario as which both begin, and the quarter in which they part from it. With it, what is attributed to are the
    /// measures that the regime adds, ends or alters; without it, all measures of the regime.
    pub trunk: Option<(&'a Scenario, Quarter)>,
}

impl Pair<'_> {
    /// Ids of the measures that are attributed to, in the order of the regime and then of the baseline.
    pub fn measures(&self) -> Vec<String> {
        let ids = |measures: &[Measure]| measures.iter().map(|m| m.id.clone()).collect::<Vec<_>>();
        let own = ids(&self.scenario.measures);
        if self.trunk.is_none() {
            return own;
        }
        let ended = ids(&self.baseline.measures).into_iter().filter(|id| !own.contains(id));
        let find = |s: &Scenario, id: &String| s.measures.iter().find(|m| m.id == *id).cloned();
        let all = own.iter().cloned().chain(ended);
        all.filter(|id| find(self.scenario, id) != find(self.baseline, id)).collect()
    }

    /// The regime with some of its measures, or with some of its changes only.
    fn coalition(&self, measures: &[String], coalition: u64) -> Scenario {
        let has = |m: &Measure| measures.iter().position(|id| *id == m.id);
        let inside = |place: usize| coalition & (1 << place) != 0;
        let mut arm = self.scenario.clone();
        arm.measures.retain(|m| has(m).is_none_or(inside));
        if self.trunk.is_some() {
            let kept = self.baseline.measures.iter();
            let kept = kept.filter(|m| has(m).is_some_and(|place| !inside(place)));
            arm.measures.extend(kept.cloned());
        }
        arm
    }
}

/// How to attribute.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Paired replicates.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// Pairs of orders where not all coalitions are run.
    pub orders: usize,
}

/// Why an attribution failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AttributionError {
    /// A replicate failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A scenario that cannot go on from the trunk.
    #[error(
        "`{id}` cannot go on from `{trunk}` at {at}: both need the same tables, assumptions and time"
    )]
    Branch {
        /// The scenario.
        id: String,
        /// The trunk.
        trunk: String,
        /// The quarter.
        at: Quarter,
    },
}

/// The coalitions that are needed: all, or those that some orders pass through.
fn needed(measures: usize, wish: Wish) -> (Vec<Vec<usize>>, BTreeSet<u64>) {
    if measures <= ALL {
        return (Vec::new(), (0..1_u64 << measures).collect());
    }
    let orders = shapley::orders(measures, wish.orders, wish.seed);
    let coalitions = shapley::coalitions(&orders);
    (orders, coalitions)
}

/// Number of runs that an attribution takes: the coalitions', and the baseline's.
pub fn runs(measures: usize, wish: Wish) -> usize {
    (needed(measures, wish).1.len() + 1) * wish.replicates
}

/// Attributes headlines, given by their place in the registry, to the measures of a scenario, and what is left of its
/// difference from the baseline to all else that the two differ in. `None` if it was stopped: values need every replicate.
///
/// # Errors
/// A failed replicate, or [`AttributionError::Branch`].
///
/// # Panics
/// If there are no measures to attribute to, or more than 64.
pub fn attribute(
    pair: Pair<'_>,
    headlines: &[usize],
    wish: Wish,
    stop: &AtomicBool,
    tick: &(dyn Fn() + Sync),
) -> Result<Option<Attribution>, AttributionError> {
    let Pair { scenario, baseline, trunk } = pair;
    let measures = pair.measures();
    let n = measures.len();
    assert!((1..=64).contains(&n), "{n} measures");
    let (orders, coalitions) = needed(n, wish);
    let arms = coalitions.iter().map(|c| Arc::new(pair.coalition(&measures, *c)));
    let keep = |firm: &str| NAMED_FIRMS.contains(&firm);
    let arms = arms.chain([Arc::new(baseline.clone())]);
    let design = Design::new(arms.collect(), wish.replicates, wish.seed, keep);
    let design = match trunk {
        Some((trunk, at)) => design
            .branched(&Arc::new(trunk.clone()), at)
            .map_err(|id| AttributionError::Branch { id, trunk: trunk.id.clone(), at })?,
        None => design,
    };
    let deflator = design.setup(0, 0)?.budgets.deflator;
    let reader =
        Reader::new(design.structure(), scenario, &design.watch, &deflator, Dollars::Of2019);
    let mut tables: Vec<BTreeMap<u64, Vec<f64>>> = vec![BTreeMap::new(); headlines.len()];
    let mut nobody: Vec<Vec<f64>> = vec![Vec::new(); headlines.len()];
    let done = |_: usize, batch: Vec<Replicate>| -> Result<(), RunError> {
        for record in batch.iter().filter_map(|r| r.records.last()) {
            let all = reader.headlines(record);
            for (values, place) in nobody.iter_mut().zip(headlines) {
                values.push(all[*place]);
            }
        }
        for (coalition, record) in batch.iter().flat_map(|r| coalitions.iter().zip(&r.records)) {
            let all = reader.headlines(record);
            for (table, place) in tables.iter_mut().zip(headlines) {
                table.entry(*coalition).or_default().push(all[*place]);
            }
        }
        Ok(())
    };
    if design.run(stop, tick, done)? < wish.replicates {
        return Ok(None);
    }
    let value = |table: &BTreeMap<u64, Vec<f64>>| {
        if orders.is_empty() {
            let rows: Vec<Vec<f64>> = table.values().cloned().collect();
            shapley::exact(n, &rows, LEVEL)
        } else {
            shapley::sampled(&orders, table, LEVEL)
        }
    };
    let against = |coalition: u64| -> Vec<Estimate> {
        let pairs = tables.iter().zip(&nobody);
        pairs
            .map(|(table, base)| shapley::mean_of(&paired(&table[&coalition], base), 0.0, LEVEL))
            .collect()
    };
    Ok(Some(Attribution {
        rest: against(0),
        all: against(u64::MAX >> (64 - n)),
        measures,
        values: tables.iter().map(value).collect(),
        coalitions: coalitions.len(),
    }))
}
