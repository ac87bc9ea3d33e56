//! Service and spares: revenue from tools that are installed, which a servicing ban cuts.

use crate::market::clearing::{Net, Trades};
use crate::policy::Rules;
use crate::vector::{self, LANES, Simd, Sums, at, put, splat};
use crate::with_vectors;
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
    let mut out = Service {
        revenue: Vec::new(),
        serviced: vec![0.0; world.setup.structure.pairs],
        fleet: world.fleet.clone(),
    };
    let net = Net { world, rules };
    out.revenue = with_vectors!(vector::level(), simd => service(simd, &net, trades, &mut out));
    out
}

#[inline(always)]
fn service<S: Simd>(simd: S, net: &Net<'_>, trades: &Trades, out: &mut Service) -> Vec<f64> {
    let (world, rules) = (net.world, net.rules);
    let structure = &world.setup.structure;
    let mut revenue = Sums::new(structure.products.len());
    let retirement = world.setup.parameters.fleet_retirement / 4.0;
    for (t, tile) in structure.tiles.iter().enumerate() {
        let share = world.setup.service_share[tile.segment];
        if share <= 0.0 {
            continue;
        }
        for (pair, k) in structure.rows_of(tile) {
            let before = at(simd, &world.fleet, pair);
            let bought = net.of(simd, (t, pair), [&trades.purchases, &trades.grey]);
            put(&mut out.serviced, pair, splat(simd, share * retirement) * before);
            put(&mut out.fleet, pair, before + (bought - splat(simd, retirement) * before));
            if rules.hit[t] {
                for lane in (0..LANES).filter(|lane| rules.unserviced[pair + lane]) {
                    out.serviced[pair + lane] = 0.0;
                }
            }
            revenue.add(simd, k, at(simd, &out.serviced, pair));
        }
    }
    revenue.total()
}
