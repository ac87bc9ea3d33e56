//! Service and spares: revenue from tools that are installed, which a servicing ban cuts.

use crate::market::clearing::{Net, Trades, by_product};
use crate::policy::Rules;
use crate::vector::{LANES, row_at, row_at_mut};
use crate::world::World;
use crate::world::setup::Setup;

/// Service after the quarter.
#[derive(Debug, Clone)]
pub struct Service {
    /// Revenue from service and spares of each product, USD million.
    pub revenue: Vec<f64>,
    /// The same by pair.
    pub serviced: Vec<f64>,
    /// Installed tools of each pair at purchase value, USD million.
    pub fleet: Vec<f64>,
}

/// The installed tools with which the base year's purchases just replace what is retired.
pub fn base_fleet(setup: &Setup, bought: &[f64]) -> Vec<f64> {
    let structure = &setup.structure;
    let mut fleet = vec![0.0; structure.pairs];
    for cell in structure.cells.iter().filter(|cell| setup.service_share[cell.segment] > 0.0) {
        for pair in structure.pairs_in(cell) {
            fleet[pair] = bought[pair] * 4.0 / setup.parameters.fleet_retirement;
        }
    }
    fleet
}

/// Services the installed tools: `revenue = σ_s · δ_f · fleet` where the maker may come, and
/// `fleet' = (1 − δ_f) fleet + purchases`.
///
/// So service is the share σ_s of sales while the fleet only renews itself, as in the base year.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | σ_s | service over sales in the base year | `service_share` in `segments.csv` |
/// | δ_f | retirement, share a year | `fleet-retirement` |
///
/// Limits: where the maker may not come, its revenue from service is zero; it does not depend on new sales
/// being allowed.
pub fn run(world: &World, trades: &Trades, rules: &Rules) -> Service {
    let structure = &world.setup.structure;
    let retired = world.setup.parameters.fleet_retirement / 4.0;
    let net = Net { world, rules };
    let mut out = Service {
        revenue: Vec::new(),
        serviced: vec![0.0; structure.pairs],
        fleet: world.fleet.clone(),
    };
    for (t, tile) in structure.tiles.iter().enumerate() {
        let share = world.setup.service_share[tile.segment];
        if share <= 0.0 {
            continue;
        }
        for (pair, _) in structure.rows_of(tile) {
            let before = row_at(&world.fleet, pair);
            let (open, grey) = (row_at(&trades.purchases, pair), row_at(&trades.grey, pair));
            let bought = net.of_row(t, pair, open, grey);
            let serviced = row_at_mut(&mut out.serviced, pair);
            let fleet = row_at_mut(&mut out.fleet, pair);
            for lane in 0..LANES {
                serviced[lane] = share * retired * before[lane];
                fleet[lane] += bought[lane] - retired * before[lane];
            }
            if rules.hit[t] {
                for (serviced, barred) in serviced.iter_mut().zip(&rules.unserviced[pair..]) {
                    if *barred {
                        *serviced = 0.0;
                    }
                }
            }
        }
    }
    out.revenue = by_product(world, &out.serviced);
    out
}
