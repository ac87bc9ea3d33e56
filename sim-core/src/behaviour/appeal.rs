//! What moves a product's appeal beside level, price and trust: standards (U7), freedom from US control (T2)
//! and opened markets (P14).

use fearless_simd::prelude::*;

use crate::lent::{Lent, Numbers};
use crate::policy::{Rules, support};
use crate::structure::tiles::Tile;
use crate::vector::{Row, Simd, load, splat};
use crate::world::World;

/// What moves utilities.
#[derive(Debug)]
pub struct Lift<'a> {
    world: &'a World,
    /// Utility that is added to each product, logits: with Chinese-owned buyers second, with others first.
    logits: [Numbers; 2],
    /// Its exponential.
    factor: [Numbers; 2],
    /// Segments in which some utility moves.
    segments: Lent<bool>,
}

/// What moves utilities; `None` if nothing does.
///
/// *Standards*: products belong to one of two families, China's and the open one. A buyer gains
/// `ν_s (std − std⁰)`, where `std` is the share of the product's family in what is installed at buyers on its
/// side of the market (Chinese-owned, others), and `std⁰` the same in the base year.
/// *US-free marketing*: where US suppliers are bound, a third-country product that no measure reaches gains
/// `us-free-appeal` with Chinese-owned buyers.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | ν_s | strength of the network, logits | `network` in `segments.csv` |
///
/// Limits: in the base year, and in a segment without network, standards change no bit.
pub fn lifts<'a>(world: &'a World, rules: &Rules) -> Option<Lift<'a>> {
    let structure = &world.setup.structure;
    let mechanisms = &world.scenario.mechanisms;
    let networks = mechanisms.standards && structure.segments.iter().any(|s| s.row.network > 0.0);
    let marketing = mechanisms.us_free_marketing && rules.us_bound.contains(&true);
    if !networks && !marketing && world.scenario.market_access.is_empty() {
        return None;
    }
    let by_product = || Numbers::zeros(structure.products.len());
    let mut lift = Lift {
        world,
        logits: [by_product(), by_product()],
        factor: [by_product(), by_product()],
        segments: Lent::filled(false, structure.segments.len()),
    };
    if networks {
        standards(world, &mut lift);
    }
    if marketing {
        us_free(world, rules, &mut lift);
    }
    for (factor, logits) in lift.factor.iter_mut().zip(&lift.logits) {
        *factor = logits.iter().map(|logits| exponential(*logits)).collect();
    }
    Some(lift)
}

/// The exponential, which most products need not.
fn exponential(logits: f64) -> f64 {
    if logits == 0.0 { 1.0 } else { libm::exp(logits) }
}

impl Lift<'_> {
    /// Multiplies the rows of a tile by `exp` of what moves their utility.
    #[inline(always)]
    pub fn raise<S: Simd>(&self, simd: S, tile: &Tile, rows: &mut [Row]) {
        let segment = &self.world.setup.structure.segments[tile.segment];
        if support::opened_markets(self.world, &segment.row).next().is_some() {
            return self.raise_opened(tile, rows);
        }
        if !self.segments[tile.segment] {
            return;
        }
        let [others, chinese] = self.factor.each_ref().map(|f| &f[segment.products.clone()]);
        let owned = load(simd, &tile.traits.chinese).simd_gt(splat(simd, 0.0));
        for (row, (others, chinese)) in rows.iter_mut().zip(others.iter().zip(chinese)) {
            let factor = simd.select_f64x8(owned, splat(simd, *chinese), splat(simd, *others));
            *row = (load(simd, row) * factor).into();
        }
    }

    /// The same where markets are opened, by the places of buyers and the homes of products.
    #[inline(never)]
    fn raise_opened(&self, tile: &Tile, rows: &mut [Row]) {
        let structure = &self.world.setup.structure;
        let segment = &structure.segments[tile.segment];
        for (row, k) in rows.iter_mut().zip(segment.products.clone()) {
            let home = &structure.jurisdictions[structure.sides[k].legal];
            let buyers = tile.buyers.iter().zip(tile.traits.chinese);
            for (value, (b, chinese)) in row.iter_mut().zip(buyers) {
                let place = &structure.jurisdictions[structure.buyers[*b].location];
                let others = self.logits[usize::from(chinese > 0.0)][k];
                let parties = (home.as_str(), place.as_str());
                let logits = support::preference(self.world, &segment.row, parties, others);
                *value *= exponential(logits);
            }
        }
    }
}

/// Adds the pull of the installed standard.
fn standards(world: &World, lift: &mut Lift<'_>) {
    let structure = &world.setup.structure;
    let mut gain = Lent::filled([0.0; 2], structure.segments.len());
    let mut weight = gain.clone();
    for (c, cell) in structure.cells.iter().enumerate() {
        if structure.segments[cell.segment].row.network > 0.0 {
            let side = usize::from(structure.chinese_owned(cell.buyer));
            let money = world.setup.base_demand[c];
            weight[cell.segment][side] += money;
            for (pair, k) in structure.pairs_of(cell) {
                if structure.chinese_product(k) {
                    let more = world.installed[pair] - world.setup.base_installed[pair];
                    gain[cell.segment][side] += money * more;
                }
            }
        }
    }
    for (segment, node) in
        structure.segments.iter().enumerate().filter(|(_, s)| s.row.network > 0.0)
    {
        for side in 0..2 {
            let money = weight[segment][side];
            if money <= 0.0 {
                continue;
            }
            let pull = node.row.network * gain[segment][side] / money;
            lift.segments[segment] = true;
            for k in node.products.clone() {
                lift.logits[side][k] += if structure.chinese_product(k) { pull } else { -pull };
            }
        }
    }
}

/// Adds the advantage of being out of reach.
fn us_free(world: &World, rules: &Rules, lift: &mut Lift<'_>) {
    let structure = &world.setup.structure;
    let advantage = world.setup.parameters.us_free_appeal;
    for (k, side) in structure.sides.iter().enumerate() {
        let third = side.legal != structure.us && side.legal != structure.china;
        if rules.us_bound[side.segment] && third && !rules.reached[k] {
            lift.segments[side.segment] = true;
            lift.logits[1][k] += advantage;
        }
    }
}
