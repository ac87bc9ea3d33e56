//! What is decided in a quarter, stage by stage: the values that flow from law and expectations to the books.
//!
//! Each type is made by the stage that its comment names, read by later ones, and entered by [`World::commit`](crate::world::World::commit); none
//! is changed once it is made.

use crate::calendar::Quarter;
use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::structure::Structure;
use crate::structure::tiles::Tile;
use crate::vector::{self, Row, load};
use crate::with_vectors;
use crate::world::route_spend::{ByRoute, RouteSpend};

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

/// Expectations after the quarter's announcements, by [`beliefs`](crate::behaviour::beliefs).
#[derive(Debug, Clone)]
pub struct Beliefs {
    /// Perceived yearly chance that a jurisdiction's supply is cut off, jurisdictions × buyers.
    pub risk: Numbers,
    /// China's national belief: mean over its owners' buyers of tools, materials, software and IP, by base-year
    /// budget, of the belief in the least trusted jurisdiction.
    pub national: f64,
}

/// How buyers spread their spending over routes, by [`routes`](crate::behaviour::routes).
#[derive(Debug, Clone)]
pub struct Routes {
    /// Factor on the spend weight of each cell: 1 without law.
    pub tilt: Numbers,
    /// Share of each route in each buyer's spending: all 0 for buyers without routes.
    pub share: Lent<ByRoute>,
    /// Trailing purchases of each buyer with routes, USD million a quarter.
    pub flow: Numbers,
    /// Cumulative spending after the quarter.
    pub spend: RouteSpend,
}

/// What each cell wants to spend, USD million, by [`demand`](crate::behaviour::demand); all vectors by cell.
#[derive(Debug, Clone)]
pub struct Wants {
    /// This quarter's budget.
    pub budget: Numbers,
    /// The same before routes tilt it: what the line would spend without law.
    pub usual: Numbers,
    /// Deferred demand that returns.
    pub released: Numbers,
    /// Bought ahead for stock (negative: stock is used instead of buying).
    pub advance: Numbers,
    /// What the cell brings to the market: all of these, not below zero.
    pub total: Numbers,
}

/// Orders before rationing, by [`sourcing`](crate::behaviour::sourcing).
#[derive(Debug, Clone)]
pub struct Orders {
    /// Logit weight of each pair against deferring (weight 1).
    pub weight: Numbers,
    /// What each cell orders of an alternative by the unit of its weight, USD million: by tile, lane by lane.
    pub money: Lent<Row>,
    /// Orders of each pair through the grey channel, premium included, USD million.
    pub grey: Numbers,
    /// Domestic preference of each buyer for Chinese products, logits (0 for other owners).
    pub preference: Numbers,
    /// Part of each pair's weight that counts where unfilled orders look again; empty if all of it does.
    pub again: Numbers,
}

impl Orders {
    /// Open orders of each pair, USD million.
    pub fn placed(&self, structure: &Structure) -> Numbers {
        let mut placed = Numbers::unwritten(self.weight.len());
        with_vectors!(vector::level(), simd => {
            for (tile, money) in structure.tiles.iter().zip(&self.money) {
                for (placed, weight) in tile.of_mut(&mut placed).iter_mut().zip(tile.of(&self.weight)) {
                    *placed = (load(simd, money) * load(simd, weight)).into();
                }
            }
        });
        placed
    }
}

/// What changed hands, by [`clearing`](crate::market::clearing).
#[derive(Debug, Clone)]
pub struct Trades {
    /// Open purchases of each pair: what buyers pay, licence fees included, purchase subsidies deducted, USD
    /// million.
    pub purchases: Numbers,
    /// Purchases through the grey channel of each pair, premium included, USD million.
    pub grey: Numbers,
    /// Tiles in which something may go through it.
    pub diverted: Lent<bool>,
    /// Orders of each product before rationing, at its supplier's prices, USD million.
    pub ordered: Numbers,
    /// Revenue of each product, USD million.
    pub revenue: Numbers,
    /// Licence fees less purchase subsidies on each product, USD million.
    pub levies: Numbers,
    /// What middlemen keep of grey purchases of each product, USD million.
    pub premiums: Numbers,
}

impl Trades {
    /// What goes through the grey channel in the tile `t`; nothing where nothing can.
    #[inline(always)]
    pub fn diverted_in(&self, t: usize, tile: &Tile) -> &[Row] {
        if self.diverted[t] { tile.of(&self.grey) } else { &[] }
    }
}

/// The supply side after the quarter, by [`production`](crate::market::production).
#[derive(Debug, Clone)]
pub struct Output {
    /// Units sold over capacity, at most 1.
    pub utilisation: Numbers,
    /// Unit cost.
    pub cost: Numbers,
    /// Price, base year = 1.
    pub price: Numbers,
    /// Capacity, units a quarter.
    pub capacity: Numbers,
    /// Cumulative output, units.
    pub experience: Numbers,
    /// Shipments of the last quarters, newest first (products × [`SHIPMENT_MEMORY`](crate::world::SHIPMENT_MEMORY)), USD million.
    pub shipped: Numbers,
    /// Mean shipments of the last four quarters plus this quarter's service, USD million a quarter.
    pub trailing: Numbers,
    /// Revenue booked this quarter: shipments, `recognition-lag` quarters late at Chinese suppliers.
    pub recognised: Numbers,
    /// Revenue as a market table shows it: shipments, `table-lag` quarters late at Chinese suppliers.
    pub tabulated: Numbers,
}

/// Books of the quarter, by [`ledger`](crate::ledger); vectors by cell unless said otherwise.
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
    /// What the cell spent, openly and through the grey channel, USD million.
    pub spent: Numbers,
    /// Money that moves to the next quarter, USD million, by receiving buyer: to a mature twin, and back to a fab from
    /// orders for stock that lapsed.
    pub shifted: Numbers,
}

/// Products after the quarter's research, by [`research`](crate::behaviour::research).
#[derive(Debug, Clone)]
pub struct Progress {
    /// On the market.
    pub active: Lent<bool>,
    /// Level that is delivered, generations.
    pub level: Numbers,
    /// Level that research has reached, generations.
    pub design: Numbers,
    /// Mean utility, logits.
    pub xi: Numbers,
    /// Stock of knowledge, USD million.
    pub knowledge: Numbers,
    /// Stock of knowledge of a 5 % supplier, by segment.
    pub yardstick: Numbers,
    /// Research spending of each product, USD million.
    pub spending: Numbers,
}

/// Products after the quarter's redesign, by [`redesign`](crate::behaviour::redesign).
#[derive(Debug, Clone)]
pub struct Redesign {
    /// Part of the base year's US content and US technology that is left, 0–1.
    pub content_kept: Numbers,
    /// Perceived chance of coming under foreign reach, 0–1.
    pub reach_risk: Numbers,
}

/// Lines after the quarter, by [`fabs`](crate::behaviour::fabs).
#[derive(Debug, Clone)]
pub struct Climb {
    /// Level of each cell's installed tools, generations.
    pub installed_level: Numbers,
    /// Process level of each buyer, generations.
    pub line_level: Numbers,
}

/// Buyers caught in the quarter, by [`evasion`](crate::behaviour::evasion).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caught {
    /// Buyer and the quarter from which lists of detected buyers name it.
    pub buyers: Vec<(usize, Quarter)>,
    /// Measure and its vigilance after the quarter, 0–1.
    pub vigilance: Vec<(usize, f64)>,
}
