//! The economy on one page.
//!
//! One quarter is a pure function of the world and the draws; every intermediate is a typed value, and
//! only [`World::commit`] changes anything.

use crate::behaviour::{beliefs, demand, evasion, fabs, redesign, research, routes, sourcing};
use crate::decisions::Outcome;
use crate::draws::Draws;
use crate::ledger::{self, Imbalance};
use crate::market::{clearing, production};
use crate::policy::lawbook::LawBook;
use crate::policy::{self, alignment};
use crate::world::World;

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
