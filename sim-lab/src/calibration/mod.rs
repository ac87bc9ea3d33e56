//! Calibration: which parameter sets history does not rule out.
//!
//! A sample of the prior is run once, to the year of the observed table and without luck, and kept. From it every fit
//! sets out: to all targets, to those of all but one fold, to all but one class, or to the data of a world of our own.
//!
//! Invariant: a row of the sample is a pure function of the scenario, the seed and its number; a fit is a pure function
//! of the sample, the targets and the settings, whatever the number of threads.

pub mod class;
pub mod ensemble;
pub mod errors;
pub mod fit;
pub mod likelihood;
pub mod profile;
pub mod report;
pub mod sample;
pub mod select;
pub mod session;
pub mod space;
pub mod worlds;
