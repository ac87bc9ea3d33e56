//! Forecasts from an observed year on: the run goes there by itself, and its shares are put right.
//!
//! The state is carried: beliefs, backlog, levels and installed tools are those of the run. What is corrected is what the
//! observed table can see: a product of a bloc is scaled by the bloc's observed over its simulated share of the segment
//! ([`Run::rebased`]). Suppliers under the home of the statistic; the third bloc is what China and the United States leave.
//!
//! Invariant: nothing of a year after the table's is read.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::record::Record;
use sim_core::scenario::observed::ObservedShare;
use sim_core::scenario::param::Parameters;
use sim_core::scenario::tables::Bloc;
use sim_core::simulate::Run;

use super::scores::HALF_UNIT;
use super::{Observer, report};
use crate::experiment::{Design, RunError};

/// Largest correction, as a ratio: a table that finds a hundred times what the run has speaks of something else.
const MOST: f64 = 50.0;

/// An observed year to go on from.
#[derive(Debug, Clone, PartialEq)]
pub struct Rebase {
    /// The year, counted from the first.
    pub year: usize,
    /// What was observed in it.
    pub observed: Vec<ObservedShare>,
}

impl Rebase {
    /// Runs all replicates of a design's first scenario in batches and gives each to `take`, in order.
    pub(super) fn run(
        &self,
        design: &Design,
        observer: &Observer,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
        take: &mut (dyn FnMut(&Parameters, &Record) + Send),
    ) -> Result<(), RunError> {
        let play = |replicate| self.replicate(design, observer, replicate);
        design.batches(stop, tick, play, |_, batch| {
            for (parameters, record) in &batch {
                take(parameters, record);
            }
            Ok::<(), RunError>(())
        })?;
        Ok(())
    }

    fn replicate(
        &self,
        design: &Design,
        observer: &Observer,
        replicate: usize,
    ) -> Result<(Parameters, Record), RunError> {
        let setup = Arc::new(design.setup(0, replicate)?);
        let mut run = Run::new(&setup, &design.scenarios[0]);
        design.play_on(&mut run, (0, replicate), 4 * (self.year + 1))?;
        let shares = observer.shares(&run.record, self.year);
        let mut run = run.rebased(&self.ratios(observer, &shares, &run));
        design.play_on(&mut run, (0, replicate), usize::MAX)?;
        Ok((setup.parameters, run.record))
    }

    /// Observed over simulated share of each product's bloc; 1 where nothing was observed or nobody sold.
    fn ratios(&self, observer: &Observer, shares: &[[f64; 2]], run: &Run) -> Vec<f64> {
        let structure = &run.world.setup.structure;
        let mut ratios = vec![1.0; structure.products.len()];
        for (forecast, simulated) in observer.segments.iter().zip(shares) {
            let Some(outcome) = report::outcome(&self.observed, &forecast.segment) else {
                continue;
            };
            let place = structure.segments.iter().position(|s| s.row.id == forecast.segment);
            let Some(place) = place else { continue };
            for k in structure.segments[place].products.clone() {
                let ratio = |observed: f64, simulated: f64| {
                    if simulated > 0.0 {
                        (observed.max(HALF_UNIT / 2.0) / simulated).clamp(1.0 / MOST, MOST)
                    } else {
                        1.0
                    }
                };
                ratios[k] = match structure.bloc[structure.products[k].tag] {
                    Bloc::China => ratio(outcome.share[0], simulated[0]),
                    Bloc::Us => ratio(outcome.share[1], simulated[1]),
                    Bloc::Third => {
                        let rest = |shares: [f64; 2]| (100.0 - shares[0] - shares[1]).max(0.0);
                        ratio(rest(outcome.share), rest(*simulated))
                    }
                };
            }
        }
        ratios
    }
}
