//! The economy of Chokepoint: firms, fabs and governments in the markets for chip-making tools,
//! materials and services, under configurable export controls.
//!
//! Invariant: this crate is pure and silent. No files, threads, clocks, environment or printing; the
//! same input gives the same bits on any machine.

pub mod base_year;
pub mod behaviour;
pub mod calendar;
mod commit;
pub mod decisions;
pub mod draws;
pub mod kernel;
pub mod ledger;
pub mod lent;
pub mod market;
pub mod metric;
mod opening;
pub mod policy;
pub mod quarter;
pub mod record;
pub mod scenario;
pub mod simulate;
pub mod structure;
pub mod vector;
pub mod world;
