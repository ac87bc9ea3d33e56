//! Markets: the shares of alternatives, clearing under capacity, production and prices.

pub mod clearing;
pub mod net;
pub mod production;
pub mod service;
