//! Opening: the world at its first quarter, from the base year.

use std::sync::Arc;

use crate::base_year::setup::{REFERENCE_SHARE, Setup};
use crate::behaviour::demand::first_stock;
use crate::behaviour::routes;
use crate::lent::{Lent, Numbers};
use crate::market::service;
use crate::scenario::Scenario;
use crate::structure::{SegmentNode, sells};
use crate::world::law_memory::LawMemory;
use crate::world::route_spend::RouteSpend;
use crate::world::{Buyers, Cells, Products, SHIPMENT_MEMORY, State, World};

impl World {
    /// The world at the first quarter.
    #[expect(clippy::disallowed_methods, reason = "what a world begins with rests on the world")]
    pub fn new(setup: Arc<Setup>, scenario: Arc<Scenario>) -> Self {
        let structure = Arc::clone(&setup.structure);
        let bought = first_purchases(&setup);
        let mut world = Self::of(State {
            t: 0,
            products: Products::new(&setup),
            buyers: Buyers::new(&setup),
            cells: Cells::new(&setup, &bought),
            installed: setup.base_installed.iter().copied().collect(),
            fleet: service::base_fleet(&setup, &bought),
            route_spend: RouteSpend::default(),
            bought,
            yardstick: first_yardsticks(&setup),
            barred: Numbers::zeros(structure.pairs),
            hit: Lent::filled(false, structure.tiles.len()),
            law: LawMemory::default(),
            setup,
            scenario,
        });
        // Buyers begin with the stock that their first beliefs call for, so that none is built in the base year.
        if world.scenario.mechanisms.stockpiling {
            world.state_mut().cells.stock = first_stock(&world);
        }
        if world.scenario.mechanisms.routes {
            world.state_mut().route_spend = routes::before(&world);
        }
        world
    }
}

/// Purchases of each pair in a quarter of the base year, USD million.
fn first_purchases(setup: &Setup) -> Numbers {
    let mut bought = Numbers::zeros(setup.structure.pairs);
    for (c, cell) in setup.structure.cells.iter().enumerate() {
        for pair in setup.structure.pairs_in(cell) {
            bought[pair] = setup.base_demand[c] * setup.base_installed[pair];
        }
    }
    bought
}

/// Stock of knowledge of a 5 % supplier of each segment, USD million: what its research has built up.
fn first_yardsticks(setup: &Setup) -> Numbers {
    let p = &setup.parameters;
    let of_segment = |(i, segment): (usize, &SegmentNode)| {
        let flow = REFERENCE_SHARE * p.rd_intensity_third * segment.row.size_2019_usd_m / 4.0;
        // Service pays for research as sales do.
        flow * (1.0 + setup.service_share[i]) / (p.rd_depreciation / 4.0)
    };
    setup.structure.segments.iter().enumerate().map(of_segment).collect()
}

impl Buyers {
    fn new(setup: &Setup) -> Self {
        let buyers = &setup.structure.buyers;
        let level: Numbers = buyers.iter().map(|b| b.row.level).collect();
        Self {
            legal_class: level.clone(),
            level,
            belief: setup.belief.iter().copied().collect(),
            shifted: Numbers::zeros(buyers.len()),
            listed: Lent::filled(None, buyers.len()),
        }
    }
}

impl Cells {
    fn new(setup: &Setup, bought: &[f64]) -> Self {
        let structure = &setup.structure;
        let deferred_flow = |c: usize| {
            let s0 = setup.base_deferred[c];
            setup.base_demand[c] * s0 / (1.0 - s0)
        };
        Self {
            backlog: (0..structure.cells.len())
                .map(|c| deferred_flow(c) / setup.parameters.backlog_release)
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
