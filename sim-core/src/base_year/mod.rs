//! The base year: shares, prices, weights, money and beliefs of one draw of the assumptions, solved once so that the
//! first quarter stands where the tables do.
//!
//! [`setup::Setup`] is the result; the other files each solve one part of it.

pub mod berry;
pub mod budgets;
pub mod drift;
pub mod first_beliefs;
pub mod ras;
pub mod setup;
pub mod shares;
pub mod weights;
