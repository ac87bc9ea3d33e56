//! The books: every dollar of a quarter, settled and checked.
//!
//! Invariant: money is conserved for every buyer and product in every quarter, in release builds too; an
//! [`Imbalance`] stops the run and names account, agent and quarter.

use fearless_simd::prelude::*;

use crate::behaviour::demand::Wants;
use crate::calendar::Quarter;
use crate::lent::Numbers;
use crate::market::clearing::{Trades, paid_by_product};
use crate::market::production::Output;
use crate::vector::{self, Row, Simd, load, splat};
use crate::with_vectors;
use crate::world::World;

/// Books of the quarter; vectors by cell unless said otherwise.
#[derive(Debug, Clone)]
pub struct Books {
    /// Deferred demand carried over, USD million.
    pub backlog: Numbers,
    /// Stock bought ahead, USD million.
    pub stock: Numbers,
    /// Wants that were not spent, USD million.
    pub unspent: Numbers,
    /// What reached the line: purchases and stock used, over the budget, 0–1.
    pub renewal: Numbers,
    /// Demand that expired, USD million.
    pub cancelled: Numbers,
    /// Money that moves to a mature twin next quarter, USD million, by receiving buyer.
    pub shifted: Numbers,
    /// Trailing purchases, USD million a quarter: an exponential mean over about a year, by pair.
    pub bought: Numbers,
    /// Installed shares, by pair.
    pub installed: Numbers,
}

/// Money that appeared or vanished.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{account} of {agent} is out of balance by {by:e} USD million in {quarter}")]
pub struct Imbalance {
    /// Which account.
    pub account: &'static str,
    /// Whose.
    pub agent: String,
    /// By how much.
    pub by: f64,
    /// When.
    pub quarter: Quarter,
}

/// Largest imbalance, relative to the sums compared.
const TOLERANCE: f64 = 1e-9;

/// Settles the quarter.
///
/// For each cell, with budget `D`, released backlog `R`, advance for stock `A`, purchases `T` and unspent `U`:
/// `D + R + A = T + U`. Of `U`, the unfilled part of the advance lapses; what exceeds the base year's normal
/// deferral is first covered from stock (`Y`), then a part moves to the mature twin, the rest is backlog. So
/// `D = installed + Δbacklog + cancelled + shifted` and `Δstock = purchases − installed`. What buyers pay for a
/// product, openly and through the grey channel, is its revenue, the licence fees less purchase subsidies,
/// and what middlemen keep.
///
/// # Errors
/// [`Imbalance`] if an identity fails.
pub fn settle(
    world: &World,
    wants: &Wants,
    trades: &Trades,
    output: &Output,
) -> Result<Books, Imbalance> {
    let structure = &world.setup.structure;
    let cells = structure.cells.len();
    let mut books = Books {
        backlog: Numbers::zeros(cells),
        stock: Numbers::zeros(cells),
        unspent: Numbers::zeros(cells),
        renewal: Numbers::zeros(cells),
        cancelled: Numbers::zeros(cells),
        shifted: Numbers::zeros(structure.buyers.len()),
        bought: Numbers::unwritten(structure.pairs),
        installed: Numbers::unwritten(structure.pairs),
    };
    let level = vector::level();
    let spent = with_vectors!(level, simd => spending(simd, world, trades));
    let mut moved = Numbers::zeros(cells);
    let mut installed = Numbers::zeros(cells);
    for buyer in &structure.buyers {
        for &c in &buyer.cells {
            let entry = Entry::new(world, wants, c, spent[c], buyer.twin.is_some());
            books.unspent[c] = entry.unspent;
            books.cancelled[c] = entry.cancelled;
            books.backlog[c] = entry.backlog;
            books.stock[c] = entry.stock;
            if let Some(twin) = buyer.twin {
                books.shifted[twin] += entry.shifted;
            }
            moved[c] = entry.shifted;
            installed[c] = spent[c] - (entry.stock - world.cells.stock[c]);
            books.renewal[c] = if wants.budget[c] > 0.0 {
                (installed[c] / wants.budget[c]).clamp(0.0, 1.0)
            } else {
                0.0
            };
        }
    }
    with_vectors!(level, simd => remember(simd, world, trades, &spent, &mut books));
    check_buyers(world, wants, &books, &installed, &moved)?;
    check_products(world, trades, output)?;
    Ok(books)
}

/// What becomes of one cell's unspent wants.
struct Entry {
    unspent: f64,
    stock: f64,
    shifted: f64,
    cancelled: f64,
    backlog: f64,
}

impl Entry {
    fn new(world: &World, wants: &Wants, c: usize, spent: f64, has_twin: bool) -> Self {
        let p = &world.setup.parameters;
        let (budget, released, advance) = (wants.budget[c], wants.released[c], wants.advance[c]);
        let wanted = wants.total[c];
        let unspent = (wanted - spent).max(0.0);
        let lapsed = if wanted > 0.0 { advance.max(0.0) * unspent / wanted } else { 0.0 };
        let usual_share = world.setup.base_deferred[c];
        let excess = (unspent - lapsed - usual_share * (budget + released)).max(0.0);
        let on_hand = (world.cells.stock[c] + advance - lapsed).max(0.0);
        let from_stock = excess.min(on_hand);
        // Only this quarter's money moves to the twin: what returned from the backlog was left there before.
        let fresh = if budget + released > 0.0 { budget / (budget + released) } else { 0.0 };
        let shifted = if has_twin { p.mature_shift * fresh * (excess - from_stock) } else { 0.0 };
        let left = world.cells.backlog[c] - released;
        let usual = budget * usual_share / (1.0 - usual_share) / p.backlog_release;
        let cancelled = p.backlog_expiry * (left - usual).max(0.0);
        Self {
            unspent,
            stock: world.cells.stock[c] + advance - lapsed - from_stock,
            shifted,
            cancelled,
            backlog: left - cancelled + unspent - lapsed - from_stock - shifted,
        }
    }
}

/// What each cell spent, openly and through the grey channel, USD million.
#[inline(always)]
fn spending<S: Simd>(simd: S, world: &World, trades: &Trades) -> Numbers {
    let structure = &world.setup.structure;
    let mut spent = Numbers::zeros(structure.cells.len());
    for (t, tile) in structure.tiles.iter().enumerate() {
        let (mut open, mut grey) = (splat(simd, 0.0), splat(simd, 0.0));
        for bought in tile.of(&trades.purchases) {
            open += load(simd, bought);
        }
        for diverted in trades.diverted_in(t, tile) {
            grey += load(simd, diverted);
        }
        let all: Row = (open + grey).into();
        tile.enter(&all, &mut spent);
    }
    spent
}

/// Moves trailing purchases and installed shares.
#[inline(always)]
fn remember<S: Simd>(simd: S, world: &World, trades: &Trades, spent: &[f64], books: &mut Books) {
    let structure = &world.setup.structure;
    let (old, new) = (splat(simd, 0.75), splat(simd, 0.25));
    let (none, one) = (splat(simd, 0.0), splat(simd, 1.0));
    let speed = splat(simd, world.setup.parameters.installed_speed);
    for (t, tile) in structure.tiles.iter().enumerate() {
        // Where nothing was bought, nothing moves.
        let all = load(simd, &tile.by_cell(0.0, spent));
        let some = all.simd_gt(none);
        let all = simd.select_f64x8(some, all, one);
        let renewal = load(simd, &tile.by_cell(0.0, &books.renewal));
        let speed = speed * simd.select_f64x8(some, renewal, none);
        let grey = trades.diverted_in(t, tile);
        let before = tile.of(&world.bought).iter().zip(tile.of(&world.installed));
        let after =
            tile.of_mut(&mut books.bought).iter_mut().zip(tile.of_mut(&mut books.installed));
        let paid = tile.of(&trades.purchases).iter().enumerate();
        for ((row, open), ((was, stood), (bought, installed))) in paid.zip(before.zip(after)) {
            let (open, stood) = (load(simd, open), load(simd, stood));
            let paid = grey.get(row).map_or(open, |grey| open + load(simd, grey));
            *bought = (old * load(simd, was) + new * paid).into();
            *installed = (stood + speed * (paid / all - stood)).into();
        }
    }
}

/// A quarter's budget is installed, deferred, cancelled or moved: for every buyer.
fn check_buyers(
    world: &World,
    wants: &Wants,
    books: &Books,
    installed: &[f64],
    moved: &[f64],
) -> Result<(), Imbalance> {
    let structure = &world.setup.structure;
    for buyer in &structure.buyers {
        let sum = |values: &[f64]| buyer.cells.iter().map(|c| values[*c]).sum::<f64>();
        let budget = sum(&wants.budget);
        let backlog = sum(&books.backlog) - sum(&world.cells.backlog);
        let used = sum(installed) + backlog + sum(&books.cancelled) + sum(moved);
        let scale = budget + sum(&books.backlog) + sum(&books.stock);
        balance(world, "budget", &buyer.row.id, budget, used, scale)?;
        for &c in &buyer.cells {
            if books.stock[c] < -TOLERANCE * scale || books.backlog[c] < -TOLERANCE * scale {
                let lowest = books.stock[c].min(books.backlog[c]);
                return Err(imbalance(world, "stock and backlog", &buyer.row.id, lowest));
            }
        }
    }
    Ok(())
}

/// What buyers paid is revenue, levies and premiums, no supplier sells beyond its capacity, and what it can
/// make is worth a number.
fn check_products(world: &World, trades: &Trades, output: &Output) -> Result<(), Imbalance> {
    let paid = paid_by_product(world, trades);
    for (k, node) in world.setup.structure.products.iter().enumerate() {
        let paid = paid[k];
        let got = trades.revenue[k] + trades.levies[k] + trades.premiums[k];
        let scale = paid + trades.revenue[k];
        balance(world, "revenue", &node.row.supplier, got, paid, scale)?;
        let limit = world.products.capacity[k] * world.products.price[k];
        if world.scenario.mechanisms.rationing && trades.revenue[k] > limit * (1.0 + TOLERANCE) {
            let over = trades.revenue[k] - limit;
            return Err(imbalance(world, "capacity", &node.row.supplier, over));
        }
        // An infinite price would drop out of the market without a trace in any sum of money.
        let worth = output.capacity[k] * output.price[k];
        if !(worth >= 0.0 && worth.is_finite()) {
            return Err(imbalance(world, "capacity at its new price", &node.row.supplier, worth));
        }
    }
    Ok(())
}

fn balance(
    world: &World,
    account: &'static str,
    agent: &str,
    left: f64,
    right: f64,
    scale: f64,
) -> Result<(), Imbalance> {
    let gap = left - right;
    // A comparison with NaN fails, so a NaN anywhere stops the run here.
    if gap.abs() <= TOLERANCE * scale.abs() {
        Ok(())
    } else {
        Err(imbalance(world, account, agent, gap))
    }
}

fn imbalance(world: &World, account: &'static str, agent: &str, by: f64) -> Imbalance {
    let quarter = world.scenario.start.plus(world.t as i32);
    Imbalance { account, agent: agent.to_owned(), by, quarter }
}
