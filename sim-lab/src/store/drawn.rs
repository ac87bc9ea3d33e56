//! What the replicates of a finished run drew, read from `experiments.parquet`.
//!
//! Invariant: columns keep the order of the registry of parameters.

use sim_core::scenario::param::SPECS;

use super::run::{Run, checked};
use super::table::Reading;
use super::{EXPERIMENTS, StoreError};

impl Run {
    /// Values of the parameters that a scenario draws: key, and a value by replicate. What does not vary is left out.
    ///
    /// # Errors
    /// [`StoreError`] if the file is gone or not what the run wrote.
    pub fn drawn(&self, scenario: usize) -> Result<Vec<(&'static str, Vec<f64>)>, StoreError> {
        let bytes = checked(&self.path, EXPERIMENTS, &self.facts)?;
        let table = Reading::of(&self.path.join(EXPERIMENTS), bytes)?;
        let names = table.columns();
        let scenarios = self.study.regimes.len();
        let mut drawn = Vec::new();
        for spec in SPECS {
            let Some(place) = names.iter().position(|name| name == spec.key) else { continue };
            let mut values = Vec::new();
            for group in 0..table.groups() {
                values.extend(table.numbers(group, place)?);
            }
            let mine: Vec<f64> = values.into_iter().skip(scenario).step_by(scenarios).collect();
            if mine.windows(2).any(|pair| pair[0].to_bits() != pair[1].to_bits()) {
                drawn.push((spec.key, mine));
            }
        }
        Ok(drawn)
    }
}
