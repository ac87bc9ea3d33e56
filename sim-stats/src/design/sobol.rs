//! Scrambled Sobol sequence: the default design, because it has prefixes.
//!
//! Invariant: a coordinate depends on seed, point and column alone; adding a column moves no other.
//!
//! Reference: Burley (2020), Practical hash-based Owen scrambling, JCGT 9.

use serde::Serialize;

/// Columns that the sequence has.
pub const COLUMNS: usize = sobol_burley::NUM_DIMENSIONS as usize;
/// Points of one scrambled sequence; longer designs begin a new, independent scrambling.
const SEQUENCE: u64 = 1 << 16;

/// Turns a seed into that of designs: at the same seed a factor never shares its numbers with a parameter
/// that the replicate draws from its prior.
const OF_DESIGNS: u64 = 0xD1B5_4A32_D192_ED03;

/// A scrambled Sobol sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sobol {
    /// Number of factors, at most [`COLUMNS`].
    pub factors: usize,
    /// Number of points; powers of two are best balanced.
    pub points: usize,
    /// Seed of the scrambling.
    pub seed: u64,
}

impl Sobol {
    pub(super) fn row(&self, row: usize) -> Vec<f64> {
        (0..self.factors).map(|column| of_design(self.seed, row as u64, column)).collect()
    }
}

/// A coordinate of a design's point.
pub(super) fn of_design(seed: u64, point: u64, column: usize) -> f64 {
    coordinate(seed ^ OF_DESIGNS, point, column)
}

/// A coordinate of a point, in the open interval (0, 1).
///
/// # Panics
/// If `column` is not below [`COLUMNS`].
pub fn coordinate(seed: u64, point: u64, column: usize) -> f64 {
    let scrambling = scramble(seed, point / SEQUENCE);
    let sample = sobol_burley::sample((point % SEQUENCE) as u32, column as u32, scrambling);
    // Samples have 24 bits; the middle of their interval lies inside (0, 1).
    f64::from(sample) + 0.5 / f64::from(1_u32 << 24)
}

/// The scrambling of a block of points, by the finaliser of SplitMix64.
fn scramble(seed: u64, block: u64) -> u32 {
    let mut z = seed.wrapping_add(block.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 32) as u32
}
