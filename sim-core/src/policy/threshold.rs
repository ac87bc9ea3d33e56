//! Thresholds: the hard cap, the sliding scale and the embargo as levels.

use crate::calendar::Quarter;
use crate::lent::Lent;
use crate::scenario::measure::{EndUse, Levels, Measure, Threshold};
use crate::scenario::tables::{BuyerKind, Family};
use crate::world::World;

/// Families that have a ladder of their own in law.
pub const FAMILIES: [Family; 4] = [Family::Logic, Family::Dram, Family::Nand, Family::Packaging];

/// Index of a family in [`FAMILIES`]; buyers without a process fall under logic.
pub const fn family_index(family: Family) -> usize {
    match family {
        Family::Logic | Family::None => 0,
        Family::Dram => 1,
        Family::Nand => 2,
        Family::Packaging => 3,
    }
}

/// The level that a rule names for a family.
pub const fn of_family(levels: &Levels, family: Family) -> f64 {
    match family {
        Family::Logic | Family::None => levels.logic,
        Family::Dram => levels.dram,
        Family::Nand => levels.nand,
        Family::Packaging => levels.packaging,
    }
}

/// The highest level that a measure lets through to a line of a family.
pub fn level(measure: &Measure, reviewed: &[f64; 4], family: Family) -> f64 {
    match measure.threshold {
        Threshold::HardCap(levels) => of_family(&levels, family),
        Threshold::SlidingScale { lag, .. } => reviewed[family_index(family)] - lag,
        Threshold::Embargo => f64::NEG_INFINITY,
    }
}

/// Brings a measure's reference frontier up to date: at the announcement, and at every review after it
/// came into force. Without a sliding scale only an end use by frontier lag looks at it, every quarter.
pub fn review(world: &World, measure: &Measure, now: Quarter, reviewed: &mut [f64; 4]) {
    let due = match measure.threshold {
        Threshold::SlidingScale { review_every, .. } => {
            let age = now.since(measure.in_force);
            reviewed[0].is_nan()
                || review_every.is_some_and(|every| age > 0 && age % every as i32 == 0)
        }
        Threshold::HardCap(_) | Threshold::Embargo => {
            matches!(measure.end_use, Some(EndUse::FrontierLag(_)))
        }
    };
    if due {
        *reviewed = std::array::from_fn(|f| frontier(world, measure, FAMILIES[f]));
    }
}

/// The process frontier of a family: the highest level of its lines outside the measure's destinations;
/// of the logic lines if the family has none there.
fn frontier(world: &World, measure: &Measure, family: Family) -> f64 {
    let structure = &world.setup.structure;
    let abroad: Lent<bool> =
        structure.jurisdictions.iter().map(|place| !measure.destinations.contains(place)).collect();
    let highest = |wanted: Family| {
        (0..structure.buyers.len())
            .filter(|b| {
                let buyer = &structure.buyers[*b];
                matches!(buyer.row.kind, BuyerKind::Fab | BuyerKind::Packaging)
                    && buyer.row.family == wanted
                    && abroad[buyer.location]
            })
            .map(|b| world.buyers.level[b])
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let own = highest(family);
    if own.is_finite() { own } else { highest(Family::Logic) }
}
