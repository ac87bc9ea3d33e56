//! Sweeps: an experiment file becomes a plan, shards, and merged tables, on one machine or many.
//!
//! A sweep crosses *arms* (a baseline, and regimes × levers × responses) with the *points* of a design over the
//! uncertainties and with seeds of events. A replicate is one point and one seed; all arms of a replicate run in
//! the same shard, so every difference is paired there and an interrupted sweep is balanced.
//!
//! Invariant: what a shard writes depends on the plan and its number only; what a merge writes depends on the
//! plan only, whatever the shards, machines and interruptions.

mod alone;
mod arms;
mod checked;
mod error;
mod file;
mod here;
mod inputs;
pub mod keys;
mod merge;
mod parse;
mod part;
pub(crate) mod plan;
mod points;
mod reading;
mod session;
mod sound;
mod status;
mod stopping;
mod tally;

#[cfg(test)]
mod faults;
#[cfg(test)]
mod nothing;

pub use alone::{Shard, run_shard};
pub use arms::Arm;
pub use checked::{Changes, Checked, check};
pub use error::SweepError;
pub use file::{DESIGN_OUT, DesignFile, Experiment, Kind, Uncertain};
pub use here::{End, Onlooker, run_here};
pub use inputs::{Prepared, prepare};
pub use merge::{Finished, Merging, merge};
pub(crate) use parse::{default_design, every_outcome, every_parameter};
pub use part::{Part, SHARDS, Sidecar};
pub use plan::{PLAN, Plan, PlannedArm, Wish};
pub use points::{Place, Points};
pub use reading::Merged;
pub use session::{Column, Rows, Sweep};
pub use status::{State, Status, finished, latest_unfinished, status};
pub use stopping::{Stopping, look};
pub use tally::Tally;
