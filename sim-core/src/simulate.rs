//! One run: a world, its quarters, and the record; and branches of a run under other regimes.

use std::sync::Arc;

use crate::base_year::setup::Setup;
use crate::draws::Draws;
use crate::ledger::Imbalance;
use crate::policy::lawbook::LawBook;
use crate::quarter::quarter;
use crate::record::{Record, Watch};
use crate::scenario::Scenario;
use crate::world::{State, World};

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
    let mut run = Run::new(setup, scenario);
    run.play(scenario.quarters(), draws, watch)?;
    Ok(run.record)
}

/// What a market table shows of the last year of a run's first `quarters`: revenue by product, USD million. Nothing
/// else of the run is taken down. `book` is that of the scenario.
///
/// # Errors
/// [`Imbalance`] if the books of a quarter do not balance.
pub fn tabulated(
    setup: &Arc<Setup>,
    (scenario, book): (&Arc<Scenario>, &LawBook),
    draws: &Draws,
    quarters: usize,
) -> Result<Vec<f64>, Imbalance> {
    let mut world = World::new(Arc::clone(setup), Arc::clone(scenario));
    let mut year = vec![0.0; setup.structure.products.len()];
    while world.t < quarters {
        let outcome = quarter(&world, book, draws)?;
        if world.t + 4 >= quarters {
            for (sum, sold) in year.iter_mut().zip(&outcome.output.tabulated) {
                *sum += sold;
            }
        }
        world.commit(outcome);
    }
    Ok(year)
}

/// A run that has come to some quarter: all that its future depends on, and what it has recorded.
#[derive(Debug, Clone)]
pub struct Run {
    /// The world at the start of the next quarter.
    pub world: World,
    /// The record so far.
    pub record: Record,
}

impl Run {
    /// A run that has not begun.
    pub fn new(setup: &Arc<Setup>, scenario: &Arc<Scenario>) -> Self {
        Self { world: World::new(Arc::clone(setup), Arc::clone(scenario)), record: Record::empty() }
    }

    /// Plays until the world has seen `quarters` quarters, or to the end of the scenario.
    ///
    /// # Errors
    /// [`Imbalance`] if the books of a quarter do not balance.
    pub fn play(&mut self, quarters: usize, draws: &Draws, watch: &Watch) -> Result<(), Imbalance> {
        let structure = Arc::clone(&self.world.setup.structure);
        let scenario = Arc::clone(&self.world.scenario);
        let book = LawBook::new(&structure, &scenario, draws);
        self.record.make_room(&self.world, watch);
        while self.world.t < quarters.min(scenario.quarters()) {
            let outcome = quarter(&self.world, &book, draws)?;
            self.record.observe(&self.world, &outcome, watch);
            self.world.commit(outcome);
        }
        Ok(())
    }

    /// The same run from here on under another scenario: another law, other mandates, money and markets. What
    /// the law remembers goes with the measure's id.
    ///
    /// The scenario must share the base year, which the caller sees to: tables, parameters, mechanisms, news
    /// before the start, and time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a branch is a world under another law")]
    pub fn under(&self, scenario: &Arc<Scenario>) -> Self {
        let mut branch = self.clone();
        branch.world.state_mut().go_on_under(Arc::clone(scenario));
        branch
    }
}

impl State {
    /// Puts the world under another scenario. What the law remembers of an ally goes with the measure and its home.
    fn go_on_under(&mut self, scenario: Arc<Scenario>) {
        for measure in &scenario.measures {
            let Some(state) = self.law.get_mut(&measure.id) else { continue };
            let before = self.scenario.measures.iter().find(|other| other.id == measure.id);
            let allies = before.map_or(&[][..], |before| &before.allies);
            let announced = |home: &str| {
                let place = allies.iter().position(|ally| ally.home == home)?;
                state.aligned.get(place).copied().flatten()
            };
            state.aligned = measure.allies.iter().map(|ally| announced(&ally.home)).collect();
        }
        self.scenario = scenario;
    }
}
