//! What buyers and suppliers decide: beliefs, routes, demand, sourcing, evasion, research, redesign, fabs.

pub mod appeal;
pub mod beliefs;
pub mod demand;
pub mod evasion;
pub mod fabs;
pub mod home_share;
pub mod making;
pub mod redesign;
pub mod research;
pub mod routes;
pub mod sourcing;
