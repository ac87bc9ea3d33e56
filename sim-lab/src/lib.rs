//! Experiments.

pub mod chart;
pub mod library;
