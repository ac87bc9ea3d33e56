//! The world: the state that a quarter starts from.
//!
//! Invariant: everybody reads a [`World`] and nobody writes to it but those who enter what has been decided
//! (`commit.rs`), who begin it (`opening.rs`) and who branch it ([`crate::simulate`]): for all others
//! [`World::state_mut`] is disallowed by the lints. Every decision of a quarter reads the state in which the quarter
//! began.

pub mod law_memory;
pub mod route_spend;

use std::ops::Deref;
use std::sync::Arc;

use crate::base_year::setup::Setup;
use crate::calendar::Quarter;
use crate::lent::{Lent, Numbers};
use crate::scenario::Scenario;
use crate::structure::SegmentNode;
use law_memory::LawMemory;
use route_spend::RouteSpend;

/// Quarters of shipments that are kept for recognition on acceptance.
pub const SHIPMENT_MEMORY: usize = 10;

/// State of every product.
#[derive(Debug, Clone)]
pub struct Products {
    /// On the market.
    pub active: Lent<bool>,
    /// Level that is delivered, generations.
    pub level: Numbers,
    /// Level that research has reached, generations: above the delivered one where the line that makes the
    /// product, or access to foundries, holds it back.
    pub design: Numbers,
    /// Part of the base year's US content and US technology that redesign has left, 0–1.
    pub content_kept: Numbers,
    /// Perceived chance of coming under foreign reach, 0–1.
    pub reach_risk: Numbers,
    /// Mean utility, logits.
    pub xi: Numbers,
    /// Unit cost, base year = 1 / mark-up.
    pub cost: Numbers,
    /// Price, base year = 1.
    pub price: Numbers,
    /// Capacity, units a quarter (base-year dollars).
    pub capacity: Numbers,
    /// Cumulative output, units.
    pub experience: Numbers,
    /// Stock of knowledge, USD million.
    pub knowledge: Numbers,
    /// Mean revenue of the last four quarters, USD million a quarter.
    pub trailing: Numbers,
    /// Shipments of the last quarters, newest first, USD million (products × [`SHIPMENT_MEMORY`]).
    pub shipped: Numbers,
}

/// State of every buyer.
#[derive(Debug, Clone)]
pub struct Buyers {
    /// Process level.
    pub level: Numbers,
    /// Highest level ever reached: the line's class in law.
    pub legal_class: Numbers,
    /// Beliefs, jurisdictions × buyers.
    pub belief: Numbers,
    /// Money that came over: from a barred advanced twin, and from a fab's own orders for stock that lapsed, USD million.
    pub shifted: Numbers,
    /// Quarter from which a buyer is listed because it was caught with diverted goods.
    pub listed: Lent<Option<Quarter>>,
}

/// State of every cell.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Deferred demand, USD million.
    pub backlog: Numbers,
    /// Stock bought ahead, USD million.
    pub stock: Numbers,
    /// Level of the installed tools, generations.
    pub installed_level: Numbers,
    /// Trailing purchases, the sum over what the cell can buy, USD million a quarter.
    pub trailing: Numbers,
}

/// All that a world is at the start of a quarter.
#[derive(Debug, Clone)]
pub struct State {
    /// The base year.
    pub setup: Arc<Setup>,
    /// The regime.
    pub scenario: Arc<Scenario>,
    /// Index of the quarter.
    pub t: usize,
    /// Products.
    pub products: Products,
    /// Buyers.
    pub buyers: Buyers,
    /// Cells.
    pub cells: Cells,
    /// Installed share of each pair in its cell.
    pub installed: Numbers,
    /// Trailing purchases of each pair, USD million a quarter: an exponential mean over about a year.
    pub bought: Numbers,
    /// Installed tools of each pair at purchase value, USD million, where they need service.
    pub fleet: Numbers,
    /// Cumulative spending on each route by Chinese-owned and by other buyers, USD million.
    pub route_spend: RouteSpend,
    /// Stock of knowledge of a 5 % supplier of each segment, USD million.
    pub yardstick: Numbers,
    /// How strongly each pair was barred or announced to be in the last quarter, 0–1.
    pub barred: Numbers,
    /// Tiles in which some pair may have been.
    pub(crate) hit: Lent<bool>,
    /// Memory of the law.
    pub law: LawMemory,
}

/// The world at the start of a quarter: a [`State`] that is read.
#[derive(Debug, Clone)]
pub struct World(State);

impl Deref for World {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl World {
    /// A world in a state.
    pub(crate) const fn of(state: State) -> Self {
        Self(state)
    }

    /// The state to be changed.
    pub fn state_mut(&mut self) -> &mut State {
        &mut self.0
    }

    /// The quarter that is about to be played.
    pub fn now(&self) -> Quarter {
        self.scenario.start.plus(self.t as i32)
    }

    /// Best level on the market of each segment, generations.
    pub fn frontiers(&self) -> Numbers {
        let best = |segment: &SegmentNode| {
            let active = segment.products.clone().filter(|k| self.products.active[*k]);
            active.map(|k| self.products.level[k]).fold(f64::NEG_INFINITY, f64::max)
        };
        self.setup.structure.segments.iter().map(best).collect()
    }
}
