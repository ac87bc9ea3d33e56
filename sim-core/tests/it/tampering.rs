//! The books catch a mechanism that makes or loses money, and say whose account it is.

use sim_core::decisions::{Outcome, Output, Trades};
use sim_core::draws::Draws;
use sim_core::ledger::{self, Imbalance};
use sim_core::world::World;

use crate::runs::{buyer, play, product};
use crate::worlds::plain;

/// The books of the sixth quarter of the plain world, after `tamper` has been at its trades.
fn settled(tamper: impl Fn(&World, &mut Trades)) -> Result<(), Imbalance> {
    settled_with(|world, trades, _| tamper(world, trades))
}

/// The same, after `tamper` has been at its trades and its supply side.
fn settled_with(tamper: impl Fn(&World, &mut Trades, &mut Output)) -> Result<(), Imbalance> {
    let run = play(&plain(), &Draws::new(5, 0));
    let (world, Outcome { wants, mut trades, mut output, .. }) =
        (&run.worlds[5], run.outcomes[5].clone());
    tamper(world, &mut trades, &mut output);
    ledger::settle(world, &wants, &trades, &output).map(|_| ())
}

/// The pair of a buyer and a product of segment S1.
fn pair(world: &World, line: &str, supplier: &str) -> (usize, usize) {
    let structure = &world.setup.structure;
    let (b, k) = (buyer(structure, line), product(structure, "S1", supplier));
    let at =
        |(c, _, product): &&(usize, usize, usize)| structure.cells[*c].buyer == b && *product == k;
    (crate::runs::pairs(structure).iter().find(at).unwrap().1, k)
}

fn caught(error: &Imbalance, account: &str, agent: &str) {
    assert_eq!((error.account, error.agent.as_str()), (account, agent));
    assert_eq!(error.quarter.to_string(), "2020Q2");
    let text = error.to_string();
    assert!(text.contains(account) && text.contains(agent) && text.contains("2020Q2"), "{text}");
}

#[test]
fn untouched_trades_settle() {
    assert_eq!(settled(|_, _| {}), Ok(()));
}

#[test]
fn a_purchase_without_revenue_is_caught() {
    let error = settled(|world, trades| {
        let (pair, _) = pair(world, "tw-fab", "jp-a");
        trades.purchases[pair] *= 1.0 + 1e-6;
    });
    caught(&error.unwrap_err(), "revenue", "jp-a");
}

#[test]
fn revenue_without_a_purchase_is_caught() {
    let error = settled(|world, trades| {
        let (_, k) = pair(world, "tw-fab", "us-a");
        trades.revenue[k] += 1.0;
    });
    caught(&error.unwrap_err(), "revenue", "us-a");
}

#[test]
fn a_purchase_that_the_buyer_cannot_pay_is_caught() {
    let error = settled(|world, trades| {
        let (pair, k) = pair(world, "cn-advanced", "us-a");
        let all = 10.0 * trades.purchases.iter().sum::<f64>();
        trades.purchases[pair] += all;
        trades.revenue[k] += all;
    });
    caught(&error.unwrap_err(), "budget", "cn-advanced");
}

#[test]
fn a_sale_beyond_capacity_is_caught() {
    let error = settled(|world, trades| {
        let (from, k) = pair(world, "tw-fab", "us-a");
        let (to, cn) = pair(world, "tw-fab", "cn-a");
        let money = trades.purchases[from];
        trades.purchases[from] -= money;
        trades.revenue[k] -= money;
        trades.purchases[to] += money;
        trades.revenue[cn] += money;
    });
    caught(&error.unwrap_err(), "capacity", "cn-a");
}

#[test]
fn an_infinite_price_is_caught_before_it_sells_nothing() {
    for price in [f64::INFINITY, f64::NAN, -1.0] {
        let error = settled_with(|world, _, output| {
            output.price[product(&world.setup.structure, "S1", "us-a")] = price;
        });
        caught(&error.unwrap_err(), "capacity at its new price", "us-a");
    }
}

#[test]
fn a_number_that_is_none_is_caught() {
    let error = settled(|world, trades| {
        let (pair, _) = pair(world, "us-fab", "jp-a");
        trades.purchases[pair] = f64::NAN;
    });
    assert_eq!(error.unwrap_err().agent, "us-fab");
}
