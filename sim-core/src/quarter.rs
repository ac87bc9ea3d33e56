//! The economy on one page.
//!
//! One quarter is a pure function of the world and the draws; every intermediate is a typed value, and
//! only [`World::commit`] changes anything.

use crate::behaviour::beliefs::{self, Beliefs};
use crate::behaviour::demand::{self, Wants};
use crate::behaviour::fabs::{self, Climb};
use crate::behaviour::research::{self, Progress};
use crate::behaviour::sourcing::{self, Orders};
use crate::draws::Draws;
use crate::ledger::{self, Books, Imbalance};
use crate::market::clearing::{self, Trades};
use crate::market::production::{self, Output};
use crate::policy::lawbook::LawBook;
use crate::policy::{self, Rules};
use crate::world::World;

/// Everything that was decided in a quarter.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Law in force.
    pub rules: Rules,
    /// Expectations.
    pub beliefs: Beliefs,
    /// What buyers want to spend.
    pub wants: Wants,
    /// What they ordered.
    pub orders: Orders,
    /// What they got.
    pub trades: Trades,
    /// The supply side.
    pub output: Output,
    /// The books.
    pub books: Books,
    /// Research and entry.
    pub progress: Progress,
    /// Lines.
    pub climb: Climb,
}

/// Plays one quarter.
///
/// # Errors
/// [`Imbalance`] if the books do not balance.
pub fn quarter(world: &World, book: &LawBook, draws: &Draws) -> Result<Outcome, Imbalance> {
    // Law and expectations.
    let rules = policy::in_force(world, book, draws);
    let beliefs = beliefs::revise(world, &rules);

    // Decisions: how much, and from whom.
    let wants = demand::plan(world, &rules, &beliefs);
    let orders = sourcing::choose(world, &wants, &rules, &beliefs);

    // Markets and books.
    let trades = clearing::clear(world, &orders);
    let output = production::run(world, &trades);
    let books = ledger::settle(world, &wants, &trades)?;

    // Revenue becomes research, research becomes capability, tools become process levels.
    let progress = research::advance(world, &rules, &wants, &beliefs, &trades, &output, draws);
    let climb = fabs::climb(world, &rules, &wants, &trades, &books);

    Ok(Outcome { rules, beliefs, wants, orders, trades, output, books, progress, climb })
}
