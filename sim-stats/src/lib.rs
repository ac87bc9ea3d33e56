//! Statistics: distributions, designs of experiments, and estimators over their outcomes.
//!
//! Everything here is a pure function of slices and seeds: no files, threads or clocks, and nothing of the model. A
//! missing outcome is NaN; each estimator says what it leaves out for it.
//!
//! Invariant: the same outcomes give the same estimate, bit for bit; resampling takes its numbers from an
//! explicit seed.

pub mod bootstrap;
pub mod cart;
pub mod design;
pub mod distribution;
pub mod drivers;
pub mod gauss;
pub mod moments;
pub mod morris;
pub mod normal;
pub mod pairing;
pub mod prim;
pub mod random;
pub mod ranks;
pub mod robust;
pub mod shapley;
pub mod smc;
pub mod sobol;
pub mod stopping;
pub mod summary;
pub mod survival;
pub mod variance;

use serde::Serialize;

/// An estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower limit of the interval.
    pub low: f64,
    /// Upper limit of the interval.
    pub high: f64,
}
