//! Where two paired runs part: the first quarter and stage, and the chain from there to the headline.
//!
//! Both runs have the same parameters and the same draws of events, so whatever differs first is what the regimes
//! differ in, and everything after follows from it.
//!
//! Invariant: stages are looked at in the order of the page `quarter.rs`; the first that differs is the cause
//! of the later ones in the same quarter.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use sim_core::base_year::setup::Setup;
use sim_core::calendar::Quarter;
use sim_core::decisions::Outcome;
use sim_core::draws::Draws;
use sim_core::ledger::Imbalance;
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::scenario::Scenario;
use sim_core::structure::Structure;
use sim_core::world::World;

/// How the entries of a stage are addressed.
#[derive(Debug, Clone, Copy)]
enum Axis {
    /// Buyer × product.
    Pair,
    /// Jurisdiction × buyer.
    Risk,
    /// Buyer × segment.
    Cell,
    Product,
    Buyer,
}

/// A stage of the quarter that can part.
struct Stage {
    name: &'static str,
    unit: &'static str,
    axis: Axis,
    read: Read,
}

/// Reads the entries of a stage.
type Read = for<'a> fn(&'a Outcome, &Structure) -> Cow<'a, [f64]>;

const STAGES: [Stage; 8] = [
    stage("law: ceilings", "generations", Axis::Pair, |o, _| Cow::Borrowed(&o.rules.ceiling)),
    stage("law: barred or announced", "share", Axis::Pair, |o, _| Cow::Borrowed(&o.rules.barred)),
    stage("beliefs: risk of a cut-off", "probability a year", Axis::Risk, |o, _| {
        Cow::Borrowed(&o.beliefs.risk)
    }),
    stage("demand: budgets", "USD million", Axis::Cell, |o, _| Cow::Borrowed(&o.wants.budget)),
    stage("sourcing: orders", "USD million", Axis::Pair, |o, structure| {
        Cow::Owned(o.orders.placed(structure).to_vec())
    }),
    stage("market: purchases", "USD million", Axis::Pair, |o, _| {
        Cow::Borrowed(&o.trades.purchases)
    }),
    stage("research: spending", "USD million", Axis::Product, |o, _| {
        Cow::Borrowed(&o.progress.spending)
    }),
    stage("lines: process levels", "generations", Axis::Buyer, |o, _| {
        Cow::Borrowed(&o.climb.line_level)
    }),
];

const fn stage(name: &'static str, unit: &'static str, axis: Axis, read: Read) -> Stage {
    Stage { name, unit, axis, read }
}

/// When a stage parts, and its largest difference then.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parting {
    /// The stage.
    pub stage: &'static str,
    /// The quarter, such as `2022Q4`.
    pub quarter: String,
    /// Whose entry differs most.
    pub who: String,
    /// Its value in the first run.
    pub a: f64,
    /// In the second.
    pub b: f64,
    /// Unit.
    pub unit: &'static str,
    /// Entries that differ then.
    pub entries: usize,
}

/// When each stage parts, in the order of time and of the page. Stages that never part are left out.
///
/// # Errors
/// [`Imbalance`] of either run.
pub fn partings(
    setup: [&Arc<Setup>; 2],
    scenarios: [&Arc<Scenario>; 2],
    draws: &Draws,
) -> Result<Vec<Parting>, Imbalance> {
    let structure = Arc::clone(&setup[0].structure);
    let book = |i: usize| LawBook::new(&setup[i].structure, scenarios[i], draws);
    let books = [book(0), book(1)];
    let mut worlds = [0, 1].map(|i| World::new(Arc::clone(setup[i]), Arc::clone(scenarios[i])));
    let mut found: Vec<Option<Parting>> = STAGES.iter().map(|_| None).collect();
    for t in 0..scenarios[0].quarters().min(scenarios[1].quarters()) {
        let a = quarter(&worlds[0], &books[0], draws)?;
        let b = quarter(&worlds[1], &books[1], draws)?;
        let now = scenarios[0].start.plus(t as i32);
        for (stage, parting) in STAGES.iter().zip(&mut found).filter(|(_, p)| p.is_none()) {
            *parting = part(stage, &structure, now, &a, &b);
        }
        if found.iter().all(Option::is_some) {
            break;
        }
        worlds[0].commit(a);
        worlds[1].commit(b);
    }
    let mut chain: Vec<Parting> = found.into_iter().flatten().collect();
    // Stable: within a quarter the order of the page stays.
    chain.sort_by(|x, y| x.quarter.cmp(&y.quarter));
    Ok(chain)
}

fn part(
    stage: &Stage,
    structure: &Structure,
    now: Quarter,
    a: &Outcome,
    b: &Outcome,
) -> Option<Parting> {
    let (a, b) = ((stage.read)(a, structure), (stage.read)(b, structure));
    let differs = |(x, y): (&f64, &f64)| x != y && !(x.is_nan() && y.is_nan());
    let places: Vec<usize> = (0..a.len()).filter(|i| differs((&a[*i], &b[*i]))).collect();
    let size = |i: &usize| (a[*i] - b[*i]).abs();
    // Of equal differences the first entry is named.
    let most = places.iter().copied().reduce(|x, y| if size(&y) > size(&x) { y } else { x })?;
    Some(Parting {
        stage: stage.name,
        quarter: now.to_string(),
        who: who(stage.axis, structure, most),
        a: a[most],
        b: b[most],
        unit: stage.unit,
        entries: places.len(),
    })
}

fn who(axis: Axis, structure: &Structure, place: usize) -> String {
    let buyer = |b: usize| structure.buyers[b].row.name.as_str();
    let product = |k: usize| {
        let row = &structure.products[k].row;
        format!("{} ({})", row.supplier, row.segment)
    };
    match axis {
        Axis::Pair => {
            let cell = &structure.cells[structure.cell_of(place)];
            let found = structure.pairs_of(cell).find(|(pair, _)| *pair == place);
            let seller = found.map_or_else(String::new, |(_, k)| product(k));
            format!("{seller} to {}", buyer(cell.buyer))
        }
        Axis::Risk => {
            let buyers = structure.buyers.len();
            format!("{} about {}", buyer(place % buyers), structure.jurisdictions[place / buyers])
        }
        Axis::Cell => {
            let cell = &structure.cells[place];
            format!("{} in {}", buyer(cell.buyer), structure.segments[cell.segment].row.id)
        }
        Axis::Product => product(place),
        Axis::Buyer => buyer(place).to_owned(),
    }
}
