//! What figures say: headlines of the numbers that they draw.
//!
//! A headline is the same in every size of a figure, and has room in the smallest.

mod contrasts;
mod flows;
mod shares;
mod swept;

pub use contrasts::{bill, cells, differ, lead_and_money};
pub use flows::{gets_through, levels, sales};
pub use shares::{Change, Halved, halved, share_change};
pub use swept::{moves_most, swings_most};
