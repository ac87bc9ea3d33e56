//! Service and spares: revenue from tools that are installed, which a servicing ban cuts.

use crate::base_year::setup::Setup;
use crate::lent::Numbers;
use crate::policy::Rules;
use crate::vector::{self, Row, Simd, Vector, add_to, load, splat};
use crate::with_vectors;
use crate::world::World;

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

/// Services the installed tools: `revenue = σ_s · δ_f · fleet` where the maker may come, by product, USD million.
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
pub fn revenue(world: &World, rules: &Rules) -> Numbers {
    with_vectors!(vector::level(), simd => revenue_of_tiles(simd, world, rules))
}

#[inline(always)]
fn revenue_of_tiles<S: Simd>(simd: S, world: &World, rules: &Rules) -> Numbers {
    let structure = &world.setup.structure;
    let mut revenue = structure.sums();
    for (t, tile) in structure.tiles.iter().enumerate() {
        if let Some(upkeep) = Upkeep::of(world, rules, t) {
            let sums = revenue.turn_to(&structure.segments[tile.segment].products);
            for (row, sum) in sums.iter_mut().enumerate() {
                add_to(simd, sum, upkeep.revenue(simd, row));
            }
        }
    }
    revenue.total()
}

/// Service of the tools of a tile.
pub struct Upkeep<'a> {
    fleet: &'a [Row],
    /// What a tool brings a quarter, share of its value.
    rate: f64,
    /// A bit for each lane that may not be serviced, row by row; `None` where all may.
    unserviced: Option<&'a [u8]>,
}

impl<'a> Upkeep<'a> {
    /// `None` in segments without service.
    #[inline(always)]
    pub fn of(world: &'a World, rules: &'a Rules, t: usize) -> Option<Self> {
        let tile = &world.setup.structure.tiles[t];
        let share = world.setup.service_share[tile.segment];
        (share > 0.0).then(|| Self {
            fleet: tile.of(&world.fleet),
            rate: share * (world.setup.parameters.fleet_retirement / 4.0),
            unserviced: rules.hit[t].then(|| &rules.unserviced_lanes[tile.rows()]),
        })
    }

    /// Revenue from service and spares in a row, USD million.
    #[inline(always)]
    pub fn revenue<S: Simd>(&self, simd: S, row: usize) -> Vector<S> {
        let revenue = splat(simd, self.rate) * load(simd, &self.fleet[row]);
        match self.unserviced.map(|lanes| lanes[row]) {
            None | Some(0) => revenue,
            Some(lanes) => {
                let mut row: Row = revenue.into();
                for (lane, value) in row.iter_mut().enumerate() {
                    *value = if lanes >> lane & 1 == 1 { 0.0 } else { *value };
                }
                load(simd, &row)
            }
        }
    }
}
