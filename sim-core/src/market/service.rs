//! Service and spares: revenue from tools that are installed, which a servicing ban cuts.

use crate::lent::Numbers;
use crate::market::clearing::{Net, Trades};
use crate::policy::Rules;
use crate::vector::{self, LANES, Simd, add_to, load, splat};
use crate::with_vectors;
use crate::world::World;
use crate::world::setup::Setup;

/// Service after the quarter.
#[derive(Debug, Clone)]
pub struct Service {
    /// Revenue from service and spares of each product, USD million.
    pub revenue: Numbers,
    /// The same by pair.
    pub serviced: Numbers,
    /// Installed tools of each pair at purchase value, USD million.
    pub fleet: Numbers,
}

/// The installed tools with which the base year's purchases just replace what is retired.
pub fn base_fleet(setup: &Setup, bought: &[f64]) -> Numbers {
    let structure = &setup.structure;
    let mut fleet = Numbers::zeros(structure.pairs);
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
        revenue: Numbers::default(),
        serviced: Numbers::unwritten(world.setup.structure.pairs),
        fleet: Numbers::unwritten(world.setup.structure.pairs),
    };
    let net = Net { world, rules };
    out.revenue = with_vectors!(vector::level(), simd => service(simd, &net, trades, &mut out));
    out
}

#[inline(always)]
fn service<S: Simd>(simd: S, net: &Net<'_>, trades: &Trades, out: &mut Service) -> Numbers {
    let (world, rules) = (net.world, net.rules);
    let structure = &world.setup.structure;
    let mut revenue = structure.sums();
    let retirement = world.setup.parameters.fleet_retirement / 4.0;
    for (t, tile) in structure.tiles.iter().enumerate() {
        let share = world.setup.service_share[tile.segment];
        if share <= 0.0 {
            out.serviced[tile.pairs.clone()].fill(0.0);
            out.fleet[tile.pairs.clone()].fill(0.0);
            continue;
        }
        let paid = net.paid(t, [&trades.purchases, &trades.grey]);
        let revenue = revenue.turn_to(&structure.segments[tile.segment].products);
        let (serviced, fleet) = (tile.of_mut(&mut out.serviced), tile.of_mut(&mut out.fleet));
        let before = tile.of(&world.fleet);
        for (row, (sum, before)) in revenue.iter_mut().zip(before).enumerate() {
            let before = load(simd, before);
            let bought = net.of(simd, &paid, row);
            serviced[row] = (splat(simd, share * retirement) * before).into();
            fleet[row] = (before + (bought - splat(simd, retirement) * before)).into();
            if rules.hit[t] {
                let first = tile.pairs.start + row * LANES;
                if rules.unserviced_lanes[first / LANES] != 0 {
                    for lane in (0..LANES).filter(|lane| rules.unserviced(first + lane)) {
                        serviced[row][lane] = 0.0;
                    }
                }
            }
            add_to(simd, sum, load(simd, &serviced[row]));
        }
    }
    revenue.total()
}
