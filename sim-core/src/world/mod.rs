//! The world: what a quarter starts from and what `commit` changes.
//!
//! Invariant: only [`World::commit`] changes the state of a world; every decision of a quarter reads the state in
//! which the quarter began.

pub mod berry;
pub mod budgets;
pub mod first_beliefs;
pub mod law_memory;
pub mod menu;
pub mod ras;
pub mod route_map;
pub mod setup;
pub mod shares;
mod stocks;
pub mod structure;
pub mod tiles;
pub mod traits;
pub mod weights;

use std::sync::Arc;

use crate::behaviour::demand::first_stock;
use crate::behaviour::evasion::Caught;
use crate::behaviour::routes::{self, RouteSpend};
use crate::calendar::Quarter;
use crate::lent::{Lent, Numbers};
use crate::market::net::Net;
use crate::market::service;
use crate::policy::Rules;
use crate::policy::blank;
use crate::quarter::Outcome;
use crate::scenario::Scenario;
use law_memory::{LawMemory, MeasureState};
use setup::{REFERENCE_SHARE, Setup};
use structure::{SegmentNode, sells};

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
    /// Money that came over from an advanced twin, USD million.
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

/// The world at the start of a quarter.
#[derive(Debug, Clone)]
pub struct World {
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
    hit: Lent<bool>,
    /// Memory of the law.
    pub law: LawMemory,
}

impl World {
    /// The world at the first quarter.
    pub fn new(setup: Arc<Setup>, scenario: Arc<Scenario>) -> Self {
        let structure = Arc::clone(&setup.structure);
        let p = setup.parameters;
        let base_flow = |c: usize, pair: usize| setup.base_demand[c] * setup.base_installed[pair];
        let mut bought = Numbers::zeros(structure.pairs);
        for (c, cell) in structure.cells.iter().enumerate() {
            for pair in structure.pairs_in(cell) {
                bought[pair] = base_flow(c, pair);
            }
        }
        let products = Products::new(&setup);
        let deferred_flow = |c: usize| {
            let s0 = setup.base_deferred[c];
            setup.base_demand[c] * s0 / (1.0 - s0)
        };
        let cells = Cells {
            backlog: (0..structure.cells.len())
                .map(|c| deferred_flow(c) / p.backlog_release)
                .collect(),
            stock: Numbers::zeros(structure.cells.len()),
            installed_level: structure
                .tiles
                .iter()
                .flat_map(|tile| {
                    tile.buyers.iter().zip(&tile.traits.unneeded).take(tile.cells.len())
                })
                .map(|(b, unneeded)| structure.buyers[*b].row.level.max(*unneeded))
                .collect(),
            trailing: structure
                .cells
                .iter()
                .map(|cell| structure.pairs_in(cell).map(|pair| bought[pair]).sum())
                .collect(),
        };
        let level: Numbers = structure.buyers.iter().map(|b| b.row.level).collect();
        let yardstick = structure
            .segments
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let flow = REFERENCE_SHARE * p.rd_intensity_third * s.row.size_2019_usd_m / 4.0;
                // Service pays for research as sales do.
                flow * (1.0 + setup.service_share[i]) / (p.rd_depreciation / 4.0)
            })
            .collect();
        let mut world = Self {
            t: 0,
            products,
            buyers: Buyers {
                legal_class: level.clone(),
                level,
                belief: setup.belief.iter().copied().collect(),
                shifted: Numbers::zeros(structure.buyers.len()),
                listed: Lent::filled(None, structure.buyers.len()),
            },
            cells,
            installed: setup.base_installed.iter().copied().collect(),
            fleet: service::base_fleet(&setup, &bought),
            route_spend: RouteSpend::default(),
            bought,
            yardstick,
            barred: Numbers::zeros(structure.pairs),
            hit: Lent::filled(false, structure.tiles.len()),
            law: LawMemory::default(),
            setup,
            scenario,
        };
        world.stock_up();
        if world.scenario.mechanisms.routes {
            world.route_spend = routes::before(&world);
        }
        world
    }

    /// Buyers begin with the stock that their first beliefs call for, so that none is built in the base year.
    fn stock_up(&mut self) {
        if self.scenario.mechanisms.stockpiling {
            self.cells.stock = first_stock(self);
        }
    }

    /// Best level on the market of each segment, generations.
    pub fn frontiers(&self) -> Numbers {
        let best = |segment: &SegmentNode| {
            let active = segment.products.clone().filter(|k| self.products.active[*k]);
            active.map(|k| self.products.level[k]).fold(f64::NEG_INFINITY, f64::max)
        };
        self.setup.structure.segments.iter().map(best).collect()
    }

    /// Puts the world under another scenario. What the law remembers of an ally goes with the measure and its home.
    pub(crate) fn go_on_under(&mut self, scenario: Arc<Scenario>) {
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

    /// Enters the outcome of a quarter; the only place where a world changes.
    pub fn commit(&mut self, outcome: Outcome) {
        let Outcome { rules, beliefs, routes, output, books, progress, climb, .. } = outcome;
        let net = Net::new(self, &rules);
        self.move_stocks(&net, &outcome.trades, &books);
        self.remember_law(&rules, &outcome.joined, &outcome.caught);
        self.buyers.belief = beliefs.risk;
        self.products.cost = output.cost;
        self.products.price = output.price;
        self.products.capacity = output.capacity;
        self.products.experience = output.experience;
        self.products.shipped = output.shipped;
        self.products.trailing = output.trailing;
        self.route_spend = routes.spend;
        self.cells.backlog = books.backlog;
        self.cells.stock = books.stock;
        self.buyers.shifted = books.shifted;
        self.products.active = progress.active;
        self.products.level = progress.level;
        self.products.design = progress.design;
        self.products.content_kept = outcome.redesign.content_kept;
        self.products.reach_risk = outcome.redesign.reach_risk;
        self.products.xi = progress.xi;
        self.products.knowledge = progress.knowledge;
        self.yardstick = progress.yardstick;
        self.cells.installed_level = climb.installed_level;
        for (class, level) in self.buyers.legal_class.iter_mut().zip(&climb.line_level) {
            *class = class.max(*level);
        }
        self.buyers.level = climb.line_level;
        self.t += 1;
        let structure = Arc::clone(&self.setup.structure);
        for grey in [outcome.orders.grey, outcome.trades.grey] {
            blank::give_back_zeros(&structure, grey, rules.hit.clone());
        }
        let (barred, hit) = rules.give_back(&structure);
        let before = std::mem::replace(&mut self.barred, barred);
        blank::give_back_zeros(&structure, before, std::mem::replace(&mut self.hit, hit));
    }
}

impl World {
    /// What the law remembers: reviews, surprises, allies that joined, buyers that were caught.
    fn remember_law(&mut self, rules: &Rules, joined: &[(usize, usize, Quarter)], caught: &Caught) {
        let pairs = self.installed.len();
        for (measure, reviewed) in self.scenario.measures.iter().zip(&rules.reviewed) {
            let blank = || MeasureState {
                reviewed: *reviewed,
                known: vec![0.0; pairs],
                aligned: vec![None; measure.allies.len()],
                vigilance: 0.0,
            };
            self.law.entry(&measure.id, blank).reviewed = *reviewed;
        }
        let measures = &self.scenario.measures;
        for (measure, pair, strength) in &rules.learned {
            if let Some(state) = self.law.get_mut(&measures[*measure].id) {
                state.known[*pair] = *strength;
            }
        }
        for (measure, ally, announced) in joined {
            if let Some(state) = self.law.get_mut(&measures[*measure].id) {
                state.aligned[*ally] = Some(*announced);
            }
        }
        for (measure, vigilance) in &caught.vigilance {
            if let Some(state) = self.law.get_mut(&measures[*measure].id) {
                state.vigilance = *vigilance;
            }
        }
        for (buyer, from) in &caught.buyers {
            self.buyers.listed[*buyer].get_or_insert(*from);
        }
    }
}

impl Products {
    fn new(setup: &Setup) -> Self {
        let p = &setup.parameters;
        let nodes = &setup.structure.products;
        let sales: Numbers = (0..nodes.len()).map(|k| setup.base_sales(k)).collect();
        let selling: Lent<bool> = nodes.iter().map(|n| sells(n.row.state)).collect();
        let shipped: Numbers =
            sales.iter().zip(&selling).map(|(s, on)| if *on { *s } else { 0.0 }).collect();
        // Service comes on top of sales, and is part of what pays for research.
        let with_service = |k: usize, s: f64| s * (1.0 + setup.service_share[nodes[k].segment]);
        Self {
            level: setup.level.iter().copied().collect(),
            design: setup.level.iter().copied().collect(),
            content_kept: Numbers::filled(1.0, nodes.len()),
            reach_risk: Numbers::zeros(nodes.len()),
            xi: setup.xi.iter().copied().collect(),
            cost: Numbers::filled(1.0 / p.markup, nodes.len()),
            price: Numbers::filled(1.0, nodes.len()),
            capacity: sales.iter().map(|s| s / p.utilisation).collect(),
            experience: sales
                .iter()
                .zip(&selling)
                .map(|(s, on)| s * 4.0 * if *on { p.experience_years } else { 1.0 })
                .collect(),
            knowledge: sales
                .iter()
                .enumerate()
                .map(|(k, s)| {
                    setup.research_intensity(k) * with_service(k, *s) / (p.rd_depreciation / 4.0)
                })
                .collect(),
            trailing: shipped.iter().enumerate().map(|(k, s)| with_service(k, *s)).collect(),
            shipped: shipped.iter().flat_map(|s| [*s; SHIPMENT_MEMORY]).collect(),
            active: selling,
        }
    }
}
