//! The economy of Chokepoint: firms, fabs and governments in the markets for chip-making tools,
//! materials and services, under configurable export controls.
//!
//! Invariant: this crate is pure and silent. No files, threads, clocks, environment or printing; the
//! same input gives the same bits on any machine.

pub mod calendar;
pub mod scenario;
