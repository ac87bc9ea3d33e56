//! Bench-only: the reference market REF-1 on the market kernel of `sim-core`.
//!
//! Invariant: nothing of the program depends on this crate.

pub mod market;
