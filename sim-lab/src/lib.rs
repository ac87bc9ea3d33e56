//! Experiments with Chokepoint: the scenario library, Monte Carlo, designs, estimators, the store and charts.
//!
//! Invariant: everything that a run reports goes through the run directory; nothing here changes the
//! economy.

pub mod branching;
pub mod brief;
pub mod calibration;
pub mod coalitions;
pub mod comparison;
pub mod deciding;
pub mod diff;
pub mod experiment;
pub mod explain;
pub mod figures;
pub mod finding;
pub mod hindcast;
pub mod import;
pub mod law;
pub mod library;
pub mod limits;
mod notes;
pub mod outcome;
pub mod priors;
pub mod question;
pub mod receipt;
pub mod reference;
pub mod reported;
pub mod results;
pub mod reversal;
pub mod schema;
pub mod scored;
pub mod standing;
pub mod starter;
pub mod store;
pub mod study;
pub mod sweep;
pub mod synth;
pub mod trace;
pub mod verify;
