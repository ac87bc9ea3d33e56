//! Small worlds under given laws, and what is read off their runs.

use sim_core::draws::Draws;
use sim_core::lent::Numbers;
use sim_core::market::service::Upkeep;
use sim_core::metric::Id;
use sim_core::policy::Rules;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Measure;
use sim_core::scenario::tables::Bloc;
use sim_core::vector;
use sim_core::with_vectors;
use sim_core::world::World;

use crate::runs::{Run, pairs, play, quarterly};
use crate::worlds::plain;

pub(crate) fn draws() -> Draws {
    Draws::new(11, 0)
}

pub(crate) fn plain_with(measures: Vec<Measure>) -> Run {
    play(&with(measures), &draws())
}

pub(crate) fn with(measures: Vec<Measure>) -> Scenario {
    let mut scenario = plain();
    scenario.measures = measures;
    scenario
}

/// Mean belief of Chinese-owned buyers in the United States at the start of a quarter.
pub(crate) fn distrust(world: &World) -> f64 {
    let structure = &world.setup.structure;
    let owned: Vec<usize> =
        (0..structure.buyers.len()).filter(|b| structure.chinese_owned(*b)).collect();
    let sum: f64 =
        owned.iter().map(|b| world.buyers.belief[structure.opinion(*b, structure.us)]).sum();
    sum / owned.len() as f64
}

/// What US suppliers get from buyers located in China in a quarter.
pub(crate) fn us_sales_in_china(run: &Run, t: usize) -> f64 {
    let structure = &run.worlds[0].setup.structure;
    let outcome = &run.outcomes[t];
    pairs(structure)
        .into_iter()
        .filter(|(c, _, k)| {
            let buyer = structure.cells[*c].buyer;
            structure.products[*k].legal == structure.us
                && structure.buyers[buyer].location == structure.china
        })
        .map(|(_, pair, _)| outcome.trades.purchases[pair] / outcome.rules.price_factor_of(pair))
        .sum()
}

pub(crate) fn sales_in_china(run: &Run, t: usize, bloc: Bloc, class: &str) -> f64 {
    let structure = &run.worlds[0].setup.structure;
    pairs(structure)
        .into_iter()
        .filter(|(c, _, k)| {
            let cell = &structure.cells[*c];
            structure.buyers[cell.buyer].location == structure.china
                && structure.supplier_bloc(*k) == bloc
                && structure.segments[cell.segment].row.class == class
        })
        .map(|(_, pair, _)| run.outcomes[t].trades.purchases[pair])
        .sum()
}

/// A quarterly metric summed over its breakdown, by quarter.
pub(crate) fn series(run: &Run, metric: Id, supplier: Option<Bloc>) -> Vec<f64> {
    let columns = quarterly(run);
    let places: Vec<usize> = (0..columns.len())
        .filter(|i| {
            columns[*i].metric == metric && (supplier.is_none() || columns[*i].supplier == supplier)
        })
        .collect();
    let rows = run.record.quarterly.chunks_exact(columns.len());
    rows.map(|row| places.iter().map(|i| row[*i]).sum()).collect()
}

pub(crate) fn sum(run: &Run, metric: Id, supplier: Option<Bloc>, from: usize) -> f64 {
    series(run, metric, supplier)[from..].iter().sum()
}

/// Share of a bloc's suppliers in the quarter's purchases of Chinese-owned buyers.
pub(crate) fn owned_share(run: &Run, bloc: Bloc, t: usize) -> f64 {
    let [one, all] = [Some(bloc), None].map(|supplier| series(run, Id::Owned, supplier)[t]);
    one / all
}

/// Revenue from service and spares of each pair, USD million.
pub(crate) fn revenue_by_pair(world: &World, rules: &Rules) -> Numbers {
    let structure = &world.setup.structure;
    let mut revenue = Numbers::zeros(structure.pairs);
    with_vectors!(vector::level(), simd => {
        for (t, tile) in structure.tiles.iter().enumerate() {
            if let Some(upkeep) = Upkeep::of(world, rules, t) {
                for (row, revenue) in tile.of_mut(&mut revenue).iter_mut().enumerate() {
                    *revenue = upkeep.revenue(simd, row).into();
                }
            }
        }
    });
    revenue
}
