//! Synthetic worlds: the calibrated tables with more, or fewer, buyers, suppliers and segments.
//!
//! They are for measuring time and memory, and for asking whether an answer hangs on how finely the market is
//! cut. They are no data: every row that was copied and moved says so.
//!
//! Invariant: a world is a pure function of the calibrated tables, the size and the seed; each market keeps its
//! size, each country its share and each spending path its money, so that what is added are actors, not demand.

mod files;
mod lines;
mod regimes;
mod roster;
mod segments;

use std::collections::BTreeSet;

use sim_core::draws::{BUYER_SLOTS, PRODUCT_SLOTS};
use sim_core::scenario::tables::Tables;

pub use files::{Written, write};

/// Largest change of a copy's level, generations.
pub const LEVEL_JITTER: f64 = 0.2;
/// Largest change of a copy's weight in the split of a line's budget.
pub const BUDGET_JITTER: f64 = 0.5;
/// Largest change of a copy's weight in the split of a segment's size.
pub const SIZE_JITTER: f64 = 0.2;
/// Source and grade of rows that are no data.
const SOURCE: &str = "synthetic";

/// How large a world is; what is absent is as in the calibrated one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Lines, all kinds together.
    pub buyers: Option<usize>,
    /// Suppliers in each segment.
    pub suppliers: Option<usize>,
    /// Segments.
    pub segments: Option<usize>,
    /// Seed of the jitter.
    pub seed: u64,
}

/// Why a world cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Every calibrated line stays, so that every path and every kind of buyer has one.
    #[error(
        "{wanted} buyers are fewer than the {least} calibrated ones that buy these segments: ask for {least} or more"
    )]
    FewBuyers {
        /// Wanted.
        wanted: usize,
        /// Least.
        least: usize,
    },
    /// The layout of random numbers has a place for so many.
    #[error("{wanted} {what} are more than the {most} that random numbers have places for")]
    TooMany {
        /// Buyers or products.
        what: &'static str,
        /// Wanted.
        wanted: usize,
        /// Most.
        most: usize,
    },
    /// The place is taken.
    #[error("`{0}` exists already: name a new directory")]
    Exists(String),
    /// The calibrated scenario has not the form that is copied.
    #[error("`{0}` is not as expected: {1}")]
    Base(String, &'static str),
    /// A file cannot be written or read.
    #[error("`{path}`: {source}")]
    File {
        /// Path.
        path: String,
        /// Reason.
        source: std::io::Error,
    },
}

/// The tables of a synthetic world.
///
/// # Errors
/// If the size cannot be had.
pub fn tables(base: &Tables, size: Size) -> Result<Tables, SynthError> {
    let mut tables = base.clone();
    let copies = segments::choose(base, size.segments.unwrap_or(base.segments.len()));
    segments::copy(base, &mut tables, &copies, size.seed);
    roster::fill(base, &mut tables, &copies, size);
    within("products", tables.products.len(), PRODUCT_SLOTS)?;
    let wanted = size.buyers.unwrap_or(base.lines.len());
    within("buyers", wanted, BUYER_SLOTS)?;
    lines::copy(base, &mut tables, size)?;
    let known: BTreeSet<&str> = tables.lines.iter().map(|line| line.id.as_str()).collect();
    for product in &mut tables.products {
        // Who is not in the world makes nothing: the product stands for itself.
        product.made_by.take_if(|line| !known.contains(line.as_str()));
    }
    Ok(tables)
}

fn within(what: &'static str, wanted: usize, most: u32) -> Result<(), SynthError> {
    let most = most as usize;
    if wanted > most { Err(SynthError::TooMany { what, wanted, most }) } else { Ok(()) }
}

/// The id of a copy; the first keeps the original's, so that regimes find it.
fn copied(id: &str, copy: usize) -> String {
    if copy == 0 { id.to_owned() } else { format!("{id}~{}", copy + 1) }
}

/// Slots that are free, from the lowest on.
struct FreeSlots {
    taken: BTreeSet<u32>,
    next: u32,
}

impl FreeSlots {
    fn new(taken: impl Iterator<Item = u32>) -> Self {
        Self { taken: taken.collect(), next: 0 }
    }

    fn take(&mut self) -> u32 {
        while self.taken.contains(&self.next) {
            self.next += 1;
        }
        self.next += 1;
        self.next - 1
    }
}

/// Parts of a whole, equal but for the jitter; they add up to one.
fn parts(count: usize, jitter: f64, mut unit: impl FnMut() -> f64) -> Vec<f64> {
    if count == 1 {
        return vec![1.0];
    }
    let weights: Vec<f64> = (0..count).map(|_| 1.0 + jitter * (2.0 * unit() - 1.0)).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}
