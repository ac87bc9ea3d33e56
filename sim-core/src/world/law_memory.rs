//! What the law remembers, measure by measure.
//!
//! Invariant: entries stand by the measure's id, so what is remembered survives a change of regime in mid-run.

use crate::calendar::Quarter;

/// What is remembered of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureState {
    /// Frontier of the last review, by family (logic, DRAM, NAND, packaging).
    pub reviewed: [f64; 4],
    /// The most that the measure ever barred each pair, 0–1.
    pub known: Vec<f64>,
    /// Announcement of each ally that weighed alignment and joined.
    pub aligned: Vec<Option<Quarter>>,
    /// What detections have added to its enforcement, 0–1.
    pub vigilance: f64,
}

/// The memory of the law.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LawMemory(Vec<(String, MeasureState)>);

impl LawMemory {
    /// Where a measure stands; if it is not known, where it would.
    fn search(&self, id: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(id))
    }

    /// Where a measure stands, until another one is remembered.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.search(id).ok()
    }

    /// What is remembered at a place.
    ///
    /// # Panics
    /// If nothing stands there.
    pub fn at(&self, place: usize) -> &MeasureState {
        &self.0[place].1
    }

    /// What is remembered of a measure.
    pub fn get(&self, id: &str) -> Option<&MeasureState> {
        Some(self.at(self.place(id)?))
    }

    /// The same to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut MeasureState> {
        let place = self.place(id)?;
        Some(&mut self.0[place].1)
    }

    /// The same; a measure that is not known yet is remembered from now on.
    pub fn entry(&mut self, id: &str, blank: impl FnOnce() -> MeasureState) -> &mut MeasureState {
        let place = self.search(id).unwrap_or_else(|place| {
            self.0.insert(place, (id.to_owned(), blank()));
            place
        });
        &mut self.0[place].1
    }

    /// All that is remembered.
    pub fn values(&self) -> impl Iterator<Item = &MeasureState> {
        self.0.iter().map(|(_, state)| state)
    }
}
