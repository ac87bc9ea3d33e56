//! Calibration: which parameter sets history does not rule out.
//!
//! A sample of the prior is run once, to the year of the observed table and without luck, and kept. Every question is
//! then asked of the same runs: which draws come nearest to what was observed, in all segments or without those of
//! one fold, and what errors remain. So a cross-validation refits everything and runs nothing anew.
//!
//! Invariant: a row of the sample is a pure function of the scenario, the seed and its number; what is selected is
//! a pure function of the sample, the targets and the settings.

pub mod ensemble;
pub mod report;
pub mod sample;
pub mod select;
