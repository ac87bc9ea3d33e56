//! One run: a world, its quarters, and the record.

use std::sync::Arc;

use crate::draws::Draws;
use crate::ledger::Imbalance;
use crate::policy::lawbook::LawBook;
use crate::quarter::quarter;
use crate::record::{Record, Watch};
use crate::scenario::Scenario;
use crate::world::World;
use crate::world::setup::Setup;

/// Runs a scenario from its base year to its end.
///
/// # Errors
/// [`Imbalance`] if the books of a quarter do not balance.
pub fn simulate(
    setup: &Arc<Setup>,
    scenario: &Arc<Scenario>,
    draws: &Draws,
    watch: &Watch,
) -> Result<Record, Imbalance> {
    let book = LawBook::new(&setup.structure, scenario, draws);
    let mut world = World::new(Arc::clone(setup), Arc::clone(scenario));
    let mut record = Record::with_capacity(scenario.quarters());
    for _ in 0..scenario.quarters() {
        let outcome = quarter(&world, &book, draws)?;
        record.observe(&world, &outcome, watch);
        world.commit(outcome);
    }
    Ok(record)
}
