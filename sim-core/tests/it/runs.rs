//! Plays a scenario and keeps every world and every outcome, for independent checks.

use std::fmt::Debug;
use std::sync::Arc;

use sim_core::base_year::setup::Setup;
use sim_core::decisions::Outcome;
use sim_core::draws::Draws;
use sim_core::metric::{Column, Every, Id, columns};
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::structure::Structure;
use sim_core::world::World;

/// A run with all that happened in it.
#[derive(Debug)]
pub(crate) struct Run {
    /// The world at the start of each quarter, and after the last.
    pub(crate) worlds: Vec<World>,
    /// What was decided in each quarter.
    pub(crate) outcomes: Vec<Outcome>,
    /// What is reported.
    pub(crate) record: Record,
}

/// The base year of a scenario at its central values.
pub(crate) fn setup(scenario: &Scenario, draws: &Draws) -> Arc<Setup> {
    let structure = Arc::new(Structure::new(&scenario.tables));
    match Setup::new(&structure, scenario, scenario.central(), draws) {
        Ok(setup) => Arc::new(setup),
        Err(error) => panic!("no base year: {error}"),
    }
}

/// Plays a scenario from its first quarter to its last.
pub(crate) fn play(scenario: &Scenario, draws: &Draws) -> Run {
    play_from(&setup(scenario, draws), scenario, draws)
}

/// Plays a scenario from a base year that is already solved.
pub(crate) fn play_from(setup: &Arc<Setup>, scenario: &Scenario, draws: &Draws) -> Run {
    let book = LawBook::new(&setup.structure, scenario, draws);
    let watch = Watch::new(&setup.structure, |_| true);
    let mut world = World::new(Arc::clone(setup), Arc::new(scenario.clone()));
    let mut run = Run { worlds: Vec::new(), outcomes: Vec::new(), record: Record::empty() };
    for _ in 0..scenario.quarters() {
        let outcome = match quarter(&world, &book, draws) {
            Ok(outcome) => outcome,
            Err(imbalance) => panic!("{imbalance}"),
        };
        run.record.observe(&world, &outcome, &watch);
        run.worlds.push(world.clone());
        run.outcomes.push(outcome.clone());
        world.commit(outcome);
    }
    run.worlds.push(world);
    run
}

impl Run {
    /// Quarters with the world in which they began and what was decided.
    pub(crate) fn quarters(&self) -> impl Iterator<Item = (&World, &Outcome, &World)> {
        self.worlds.iter().zip(&self.outcomes).zip(&self.worlds[1..]).map(|((w, o), n)| (w, o, n))
    }

    /// Everything that the economy did: state by quarter and the record. Printed floats read back to
    /// the same bits, so equal texts are equal bits. The law's own memory and the ceilings are left
    /// out: a rule that binds nobody may still be remembered.
    pub(crate) fn history(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.worlds.iter().map(state).collect();
        lines.push(format!("{:?}", self.record));
        lines
    }

    /// The same without a metric of the record.
    pub(crate) fn history_without(&self, metric: Id) -> Vec<String> {
        let structure = &self.worlds[0].setup.structure;
        let kept = |values: &[f64], every| -> Vec<f64> {
            let columns = columns(structure, every);
            let row = |row: &[f64]| -> Vec<f64> {
                let pairs = row.iter().zip(&columns);
                pairs.filter(|(_, column)| column.metric != metric).map(|(v, _)| *v).collect()
            };
            values.chunks_exact(columns.len()).flat_map(row).collect()
        };
        let record = &self.record;
        let mut lines: Vec<String> = self.worlds.iter().map(state).collect();
        lines.push(format!(
            "{:?} {:?} {:?}",
            kept(&record.quarterly, Every::Quarter),
            kept(&record.yearly, Every::Year),
            (&record.firms, record.base_us_share)
        ));
        lines
    }
}

/// The state of a world, but for the law's memory.
pub(crate) fn state(world: &World) -> String {
    let parts: [&dyn Debug; 6] = [
        &world.products,
        &world.buyers,
        &world.cells,
        &world.installed,
        &world.bought,
        &world.yardstick,
    ];
    format!("t = {} {parts:?}", world.t)
}

/// The first place at which two histories part, if they do.
pub(crate) fn parting(one: &[String], other: &[String]) -> Option<String> {
    if one.len() != other.len() {
        return Some(format!("{} against {} entries", one.len(), other.len()));
    }
    one.iter().zip(other).enumerate().find(|(_, (a, b))| a != b).map(|(i, (a, b))| {
        let at = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
        let around = |text: &str| -> String {
            String::from_utf8_lossy(
                &text.as_bytes()[at.saturating_sub(60)..(at + 40).min(text.len())],
            )
            .into_owned()
        };
        format!("entry {i}: …{}… against …{}…", around(a), around(b))
    })
}

/// Whether two slices have the same bits.
pub(crate) fn same_bits(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// The columns of the quarterly record.
pub(crate) fn quarterly(run: &Run) -> Vec<Column> {
    columns(&run.worlds[0].setup.structure, Every::Quarter)
}

/// Index of a product by supplier, in a segment.
pub(crate) fn product(structure: &Structure, segment: &str, supplier: &str) -> usize {
    structure
        .products
        .iter()
        .position(|node| node.row.segment == segment && node.row.supplier == supplier)
        .unwrap()
}

/// Index of a buyer by id.
pub(crate) fn buyer(structure: &Structure, id: &str) -> usize {
    structure.buyers.iter().position(|node| node.row.id == id).unwrap()
}

/// All (cell, pair, product) of a world.
pub(crate) fn pairs(structure: &Structure) -> Vec<(usize, usize, usize)> {
    let all = structure.cells.iter().enumerate();
    all.flat_map(|(c, cell)| structure.pairs_of(cell).map(move |(pair, k)| (c, pair, k))).collect()
}
