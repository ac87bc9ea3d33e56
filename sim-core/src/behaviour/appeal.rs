//! What moves a product's appeal beside level, price and trust: standards (U7), freedom from US control (T2)
//! and opened markets (P14).

use crate::lent::{Lent, Numbers};
use crate::policy::{Rules, support};
use crate::world::World;

/// What moves utilities.
#[derive(Debug)]
pub struct Lift {
    /// Utility that is added to each pair, logits.
    pub pairs: Numbers,
    /// Segments in which some utility moves.
    pub segments: Lent<bool>,
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
pub fn lifts(world: &World, rules: &Rules) -> Option<Lift> {
    let structure = &world.setup.structure;
    let mechanisms = &world.scenario.mechanisms;
    let now = world.scenario.start.plus(world.t as i32);
    let networks = mechanisms.standards && structure.segments.iter().any(|s| s.row.network > 0.0);
    let marketing = mechanisms.us_free_marketing && rules.us_bound.contains(&true);
    if !networks && !marketing && world.scenario.market_access.is_empty() {
        return None;
    }
    let mut lift = Lift {
        pairs: Numbers::zeros(structure.pairs),
        segments: Lent::filled(false, structure.segments.len()),
    };
    if networks {
        standards(world, &mut lift);
    }
    if marketing {
        us_free(world, rules, &mut lift);
    }
    support::open_markets(world, now, &mut lift);
    Some(lift)
}

/// Adds the pull of the installed standard.
fn standards(world: &World, lift: &mut Lift) {
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
    for cell in &structure.cells {
        let strength = structure.segments[cell.segment].row.network;
        let side = usize::from(structure.chinese_owned(cell.buyer));
        let money = weight[cell.segment][side];
        if strength > 0.0 && money > 0.0 {
            let pull = strength * gain[cell.segment][side] / money;
            lift.segments[cell.segment] = true;
            for (pair, k) in structure.pairs_of(cell) {
                lift.pairs[pair] += if structure.chinese_product(k) { pull } else { -pull };
            }
        }
    }
}

/// Adds the advantage of being out of reach.
fn us_free(world: &World, rules: &Rules, lift: &mut Lift) {
    let structure = &world.setup.structure;
    let advantage = world.setup.parameters.us_free_appeal;
    for cell in &structure.cells {
        if !structure.chinese_owned(cell.buyer) || !rules.us_bound[cell.segment] {
            continue;
        }
        for (pair, k) in structure.pairs_of(cell) {
            let home = structure.products[k].legal;
            let third = home != structure.us && home != structure.china;
            if third && !rules.reached[k] {
                lift.segments[cell.segment] = true;
                lift.pairs[pair] += advantage;
            }
        }
    }
}
