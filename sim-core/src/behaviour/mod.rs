//! What buyers and suppliers decide: beliefs, demand, sourcing, research, fabs.

pub mod beliefs;
pub mod demand;
pub mod fabs;
pub mod research;
pub mod sourcing;
