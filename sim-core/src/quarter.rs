//! The economy on one page.
//!
//! One quarter is a pure function of the world and the draws; every intermediate is a typed value, and
//! only [`World::commit`] changes anything.

use crate::behaviour::beliefs::{self, Beliefs};
use crate::behaviour::demand::{self, Wants};
use crate::behaviour::evasion::{self, Caught};
use crate::behaviour::fabs::{self, Climb};
use crate::behaviour::redesign::{self, Redesign};
use crate::behaviour::research::{self, Progress};
use crate::behaviour::routes::{self, Routes};
use crate::behaviour::sourcing::{self, Orders};
use crate::calendar::Quarter;
use crate::draws::Draws;
use crate::ledger::{self, Books, Imbalance};
use crate::market::clearing::{self, Trades};
use crate::market::production::{self, Output};
use crate::policy::lawbook::LawBook;
use crate::policy::{self, Rules, alignment};
use crate::world::World;

/// Everything that was decided in a quarter.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Law in force.
    pub rules: Rules,
    /// Expectations.
    pub beliefs: Beliefs,
    /// How buyers spread their spending over technologies.
    pub routes: Routes,
    /// What buyers want to spend.
    pub wants: Wants,
    /// What they ordered, openly and through the grey channel.
    pub orders: Orders,
    /// What they got.
    pub trades: Trades,
    /// The supply side.
    pub output: Output,
    /// The books.
    pub books: Books,
    /// Research and entry.
    pub progress: Progress,
    /// US content that suppliers remove.
    pub redesign: Redesign,
    /// Lines.
    pub climb: Climb,
    /// Buyers caught with diverted goods.
    pub caught: Caught,
    /// Allied governments that join: measure, place in its list of allies, quarter of the announcement.
    pub joined: Vec<(usize, usize, Quarter)>,
}

/// Plays one quarter.
///
/// # Errors
/// [`Imbalance`] if the books do not balance.
pub fn quarter(world: &World, book: &LawBook, draws: &Draws) -> Result<Outcome, Imbalance> {
    // Law and expectations.
    let rules = policy::in_force(world, book, draws);
    let beliefs = beliefs::revise(world, &rules);

    // Decisions: by which technology, how much, from whom and through which channel.
    let routes = routes::choose(world, &rules);
    let wants = demand::plan(world, &rules, &beliefs, &routes);
    let orders = sourcing::choose(world, &wants, &rules, &beliefs);

    // Markets and books.
    let trades = clearing::clear(world, &orders, &rules);
    let output = production::run(world, &trades, &rules);
    let books = ledger::settle(world, &wants, &trades, &output)?;

    // Revenue becomes research, research becomes capability, tools become process levels.
    let progress = research::advance(world, &rules, &wants, &beliefs, &trades, &output, draws);
    let redesign = redesign::remove(world, &rules, &wants, &beliefs, &trades);
    let climb = fabs::climb(world, &rules, &wants, &trades, &books);

    // What governments make of it.
    let caught = evasion::detect(world, &rules, &trades, draws);
    let joined = alignment::weigh(world, book, &rules);

    Ok(Outcome {
        rules,
        beliefs,
        routes,
        wants,
        orders,
        trades,
        output,
        books,
        progress,
        redesign,
        climb,
        caught,
        joined,
    })
}
