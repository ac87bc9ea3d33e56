//! What the lines of a tile are, lane by lane. Tiles of alike lines share it, so that it stays in the nearest cache.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::BuyerNode;
use super::menu::unneeded_below;
use crate::scenario::tables::Bloc;
use crate::vector::{LANES, Row};

/// What the lines of a tile are. An empty lane repeats the last one where nothing else is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Traits {
    /// Owners; the jurisdiction 0 in empty lanes.
    pub owners: [usize; LANES],
    /// Blocs in which the lines are located, as numbers.
    pub blocs: [usize; LANES],
    /// Shares of the class in each line's spending at [`WEIGHT_LEVELS`](super::menu::WEIGHT_LEVELS).
    pub class_weight: [Row; 4],
    /// The level below which each line needs none of the class, generations.
    pub unneeded: Row,
    /// 1 for a buyer that stands in the jurisdiction of China, 0 for others and in empty lanes.
    pub at_china: Row,
    /// 1 for a Chinese-owned buyer, 0 for others and in empty lanes.
    pub chinese: Row,
    /// 1 for a buyer located in the bloc of China, 0 for others and in empty lanes.
    pub in_china: Row,
    /// 1 for a buyer with a twin that takes part of its money, 0 for others and in empty lanes.
    pub has_twin: Row,
    /// Whether some buyer is Chinese-owned.
    pub some_chinese: bool,
}

/// Whose traits they are.
pub(super) struct Lines<'a> {
    /// The line of each lane, and the shares of the class in its spending.
    pub(super) lanes: &'a [(&'a BuyerNode, [f64; 4])],
    /// Bloc of each jurisdiction.
    pub(super) bloc: &'a [Bloc],
    /// The jurisdiction of China.
    pub(super) china: usize,
}

impl Traits {
    fn of(lines: &Lines<'_>) -> Self {
        let last = lines.lanes.len() - 1;
        let lane = |lane: usize| &lines.lanes[lane.min(last)];
        let flag = |is: &dyn Fn(&BuyerNode) -> bool| -> Row {
            std::array::from_fn(|i| f64::from(i <= last && is(lane(i).0)))
        };
        let bloc = |buyer: &BuyerNode| lines.bloc[buyer.location];
        let chinese = flag(&|buyer| buyer.owner == lines.china);
        Self {
            owners: std::array::from_fn(|i| if i <= last { lane(i).0.owner } else { 0 }),
            blocs: std::array::from_fn(|i| bloc(lane(i).0) as usize),
            class_weight: std::array::from_fn(|level| std::array::from_fn(|i| lane(i).1[level])),
            unneeded: std::array::from_fn(|i| unneeded_below(&lane(i).1)),
            at_china: flag(&|buyer| buyer.location == lines.china),
            chinese,
            in_china: flag(&|buyer| bloc(buyer) == Bloc::China),
            has_twin: flag(&|buyer| buyer.twin.is_some()),
            some_chinese: chinese.contains(&1.0),
        }
    }

    /// All that can differ, as bits.
    fn key(&self) -> Vec<u64> {
        let rows = [&self.unneeded, &self.at_china, &self.chinese, &self.in_china, &self.has_twin];
        let rows = self.class_weight.iter().chain(rows).flatten().map(|value| value.to_bits());
        rows.chain(self.owners.iter().chain(&self.blocs).map(|place| *place as u64)).collect()
    }
}

/// The traits that some tile has.
#[derive(Default)]
pub(super) struct Known(BTreeMap<Vec<u64>, Arc<Traits>>);

impl Known {
    /// The traits of some lines, shared with all lines that are alike.
    pub(super) fn traits(&mut self, lines: &Lines<'_>) -> Arc<Traits> {
        let traits = Traits::of(lines);
        Arc::clone(self.0.entry(traits.key()).or_insert_with(|| Arc::new(traits)))
    }
}
