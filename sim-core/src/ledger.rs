//! The books: every dollar of a quarter, settled and checked.
//!
//! Invariant: money is conserved for every buyer and product in every quarter, in release builds too; an
//! [`Imbalance`] stops the run and names account, agent and quarter.

use fearless_simd::prelude::*;

use crate::calendar::Quarter;
use crate::decisions::{Books, Output, Trades, Wants};
use crate::lent::Numbers;
use crate::scenario::tables::BuyerKind;
use crate::structure::tiles::Tile;
use crate::vector::{self, Row, Simd, Vector, add_to, load, splat};
use crate::with_vectors;
use crate::world::World;

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
/// `D + R + A = T + U`. Of `U`, the unfilled part of the advance lapses (a fab, which pays for stock out of its budget,
/// has that money back in the next quarter); what exceeds the base year's normal
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
    let mut books = Books::unwritten(world);
    let entries = Entries { world, wants, trades };
    let accounts = with_vectors!(vector::level(), simd => entries.enter(simd, &mut books));
    for (b, buyer) in structure.buyers.iter().enumerate() {
        if let Some(twin) = buyer.twin {
            let moved = buyer.cells.iter().map(|c| accounts.moved[*c]);
            books.shifted[twin] = moved.fold(books.shifted[twin], |sum, moved| sum + moved);
        }
        if buyer.row.kind == BuyerKind::Fab {
            let lapsed = buyer.cells.iter().map(|c| accounts.lapsed[*c]);
            books.shifted[b] = lapsed.fold(books.shifted[b], |sum, lapsed| sum + lapsed);
        }
    }
    accounts.check_buyers(world)?;
    check_products(world, trades, output, &accounts.paid)?;
    Ok(books)
}

impl Books {
    /// Books to be written all over, but for what moves between buyers.
    fn unwritten(world: &World) -> Self {
        let structure = &world.setup.structure;
        let by_cell = || Numbers::unwritten(structure.cells.len());
        Self {
            backlog: by_cell(),
            stock: by_cell(),
            unspent: by_cell(),
            renewal: by_cell(),
            cancelled: by_cell(),
            spent: by_cell(),
            shifted: Numbers::zeros(structure.buyers.len()),
        }
    }
}

/// What the entries of a quarter rest on.
struct Entries<'a> {
    world: &'a World,
    wants: &'a Wants,
    trades: &'a Trades,
}

impl Entries<'_> {
    /// Enters every cell.
    #[inline(always)]
    fn enter<S: Simd>(&self, simd: S, books: &mut Books) -> Accounts {
        let structure = &self.world.setup.structure;
        let mut accounts = Accounts::new(self.world);
        let mut paid = structure.sums();
        for (t, tile) in structure.tiles.iter().enumerate() {
            let paid = paid.turn_to(&structure.segments[tile.segment].products);
            let spent = self.spent(simd, t, tile, paid);
            tile.enter(&spent.into(), &mut books.spent);
            let entry = Entry::new(simd, self.world, self.wants, tile, spent);
            entry.write(tile, books);
            accounts.add(simd, self.world, tile, self.wants, &entry);
        }
        accounts.paid = paid.total();
        accounts
    }

    /// What the cells of a tile spent, openly and through the grey channel, USD million; adds what was paid for each
    /// product to its sum.
    #[inline(always)]
    fn spent<S: Simd>(&self, simd: S, t: usize, tile: &Tile, paid: &mut [Row]) -> Vector<S> {
        let (mut open, mut grey) = (splat(simd, 0.0), splat(simd, 0.0));
        let diverted = self.trades.diverted_in(t, tile);
        let bought = tile.of(&self.trades.purchases).iter().zip(paid);
        for (row, (bought, paid)) in bought.enumerate() {
            let mut money = load(simd, bought);
            open += money;
            if let Some(diverted) = diverted.get(row) {
                let diverted = load(simd, diverted);
                grey += diverted;
                money += diverted;
            }
            add_to(simd, paid, money);
        }
        open + grey
    }
}

/// What becomes of the wants of a tile's cells, lane by lane.
struct Entry<S: Simd> {
    unspent: Vector<S>,
    stock: Vector<S>,
    /// Stock that was ordered and not delivered.
    lapsed: Vector<S>,
    shifted: Vector<S>,
    cancelled: Vector<S>,
    backlog: Vector<S>,
    /// What reached the line: purchases and stock used.
    installed: Vector<S>,
    renewal: Vector<S>,
}

impl<S: Simd> Entry<S> {
    #[inline(always)]
    fn new(simd: S, world: &World, wants: &Wants, tile: &Tile, spent: Vector<S>) -> Self {
        let p = &world.setup.parameters;
        let (none, one) = (splat(simd, 0.0), splat(simd, 1.0));
        let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
        let part = |part: Vector<S>, whole: Vector<S>| {
            simd.select_f64x8(whole.simd_gt(none), part / whole, none)
        };
        let (budget, released, advance) =
            (of(&wants.budget), of(&wants.released), of(&wants.advance));
        let (wanted, before) = (of(&wants.total), of(&world.cells.stock));
        let unspent = (wanted - spent).max(none);
        let lapsed = part(advance.max(none) * unspent, wanted);
        let usual_share = of(&world.setup.base_deferred);
        let excess = (unspent - lapsed - usual_share * (budget + released)).max(none);
        let on_hand = (before + advance - lapsed).max(none);
        let from_stock = excess.min(on_hand);
        // Only this quarter's money moves to the twin: what returned from the backlog was left there before.
        let fresh = part(budget, budget + released);
        let shifted = splat(simd, p.mature_shift) * fresh * (excess - from_stock);
        let has_twin = load(simd, &tile.traits.has_twin).simd_gt(none);
        let shifted = simd.select_f64x8(has_twin, shifted, none);
        let left = of(&world.cells.backlog) - released;
        let usual = budget * usual_share / (one - usual_share) / splat(simd, p.backlog_release);
        let cancelled = splat(simd, p.backlog_expiry) * (left - usual).max(none);
        let stock = before + advance - lapsed - from_stock;
        let installed = spent - (stock - before);
        Self {
            unspent,
            stock,
            lapsed,
            shifted,
            cancelled,
            backlog: left - cancelled + unspent - lapsed - from_stock - shifted,
            installed,
            renewal: part(installed, budget).max(none).min(one),
        }
    }

    #[inline(always)]
    fn write(&self, tile: &Tile, books: &mut Books) {
        tile.enter(&self.unspent.into(), &mut books.unspent);
        tile.enter(&self.stock.into(), &mut books.stock);
        tile.enter(&self.cancelled.into(), &mut books.cancelled);
        tile.enter(&self.backlog.into(), &mut books.backlog);
        tile.enter(&self.renewal.into(), &mut books.renewal);
    }
}

/// The accounts that must balance.
struct Accounts {
    /// Money that each cell moves to its buyer's twin, USD million.
    moved: Numbers,
    /// Orders for stock that each cell could not fill, USD million.
    lapsed: Numbers,
    /// By buyer: budgets, what became of them, the sums that they are compared by, and the lowest stock or backlog
    /// of a cell.
    budget: Numbers,
    used: Numbers,
    scale: Numbers,
    lowest: Numbers,
    /// What buyers paid for each product, openly and through the grey channel, USD million.
    paid: Numbers,
}

impl Accounts {
    fn new(world: &World) -> Self {
        let structure = &world.setup.structure;
        let by_buyer = || Numbers::zeros(structure.buyers.len());
        Self {
            moved: Numbers::unwritten(structure.cells.len()),
            lapsed: Numbers::unwritten(structure.cells.len()),
            budget: by_buyer(),
            used: by_buyer(),
            scale: by_buyer(),
            lowest: by_buyer(),
            paid: Numbers::default(),
        }
    }

    #[inline(always)]
    fn add<S: Simd>(
        &mut self,
        simd: S,
        world: &World,
        tile: &Tile,
        wants: &Wants,
        entry: &Entry<S>,
    ) {
        let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
        let budget = of(&wants.budget);
        let backlog = entry.backlog - of(&world.cells.backlog);
        let used = entry.installed + backlog + entry.cancelled + entry.shifted;
        let scale = budget + entry.backlog + entry.stock;
        let lowest: Row = entry.stock.min(entry.backlog).into();
        tile.enter(&entry.shifted.into(), &mut self.moved);
        tile.enter(&entry.lapsed.into(), &mut self.lapsed);
        tile.add_to_buyers(&budget.into(), &mut self.budget);
        tile.add_to_buyers(&used.into(), &mut self.used);
        tile.add_to_buyers(&scale.into(), &mut self.scale);
        for (b, lowest) in tile.buyers.iter().zip(lowest).take(tile.cells.len()) {
            self.lowest[*b] = self.lowest[*b].min(lowest);
        }
    }

    /// A quarter's budget is installed, deferred, cancelled or moved: for every buyer.
    fn check_buyers(&self, world: &World) -> Result<(), Imbalance> {
        for (b, buyer) in world.setup.structure.buyers.iter().enumerate() {
            let scale = self.scale[b];
            balance(world, "budget", &buyer.row.id, self.budget[b], self.used[b], scale)?;
            if self.lowest[b] < -TOLERANCE * scale {
                return Err(imbalance(world, "stock and backlog", &buyer.row.id, self.lowest[b]));
            }
        }
        Ok(())
    }
}

/// What buyers paid is revenue, levies and premiums, no supplier sells beyond its capacity, and what it can
/// make is worth a number.
fn check_products(
    world: &World,
    trades: &Trades,
    output: &Output,
    paid: &[f64],
) -> Result<(), Imbalance> {
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
    let quarter = world.now();
    Imbalance { account, agent: agent.to_owned(), by, quarter }
}
