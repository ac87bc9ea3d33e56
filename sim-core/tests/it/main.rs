//! Properties of the economy, on small random worlds.
//!
//! `worlds` makes scenarios with tiny tables, `measures` makes laws, `runs` plays them and keeps every
//! intermediate. Each other module is a group of properties that must hold in every such world.

#![expect(clippy::unwrap_used, reason = "a test says so by its panic")]

mod absences;
mod accepted;
#[path = "../analyst/mod.rs"]
mod analyst;
mod announcements;
mod base_year;
mod beliefs;
mod branches;
mod cases;
mod conditions;
mod detail;
mod draws;
mod effects;
mod extremes;
mod idle;
mod instruments;
mod invariance;
mod keys;
mod law;
mod law_effects;
mod measures;
mod money;
mod panel;
mod papers;
mod practice;
mod purchase_rules;
mod regimes;
mod responses;
mod routes;
mod runs;
mod support;
mod switches;
mod tables;
mod tampering;
mod worlds;
