//! Random numbers by address.
//!
//! One draw = one address: seed, replicate, purpose, quarter, slot. The slot is a stable number that an
//! agent carries in the data tables, never a position in a list. Numbers are drawn whether used or not.
//!
//! Invariant: the same address gives the same number in every scenario (common random numbers), on any
//! number of threads, in any order. Changing the layout moves every golden file.

use std::cell::OnceCell;
use std::ops::Deref;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use sim_stats::normal::normal_quantile;

use crate::lent::Numbers;

/// What a number decides; the stream of the generator. Append only: the number is the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Base-year share of a country within its rounding (quarter 0; slot of the segment's products).
    ShareRounding = 1,
    /// Base-year share of a listed supplier without printed share.
    RosterZero = 2,
    /// Base-year level of a product within its spread.
    BaseLevel = 3,
    /// Whether a potential entrant appears.
    Entry = 4,
    /// Level of an entrant below the incumbents.
    EntryLevel = 5,
    /// Steps of research.
    Research = 6,
    /// Licence for a product and buyer.
    Licence = 7,
    /// Whether an ally's own rule covers a product (quarter 0).
    AllyCoverage = 8,
    /// Whether a buyer is caught with diverted goods (slot of the buyer).
    Detection = 9,
    /// Change of a product's unexplained utility.
    Luck = 10,
    /// Error of a printed share (slot: twice the segment's first product slot, plus the country's place).
    Statistic = 11,
}

/// Largest number of products; the slots of pairs are `buyer * PRODUCT_SLOTS + product`.
pub const PRODUCT_SLOTS: u32 = 1 << 12;
/// Largest number of buyers.
pub const BUYER_SLOTS: u32 = 1 << 20;
/// Addresses in one quarter of one purpose.
const QUARTER_SLOTS: u128 = 1 << 32;
/// A number uses two 32-bit words of the generator.
const WORDS: u128 = 2;

/// Where the quarters before the start stand: behind any that a run can have.
const BEFORE_START: usize = 1 << 20;

/// Quarters whose numbers are kept.
const KEPT_QUARTERS: usize = 128;
/// What is kept of a quarter as it is drawn; behind it stands the one table of normal numbers.
const KEPT: [Purpose; 3] = [Purpose::Entry, Purpose::Research, Purpose::Detection];

/// The random numbers of one replicate. What all products or buyers draw in a quarter is drawn once, for all
/// scenarios.
#[derive(Debug, Clone)]
pub struct Draws {
    key: Option<[u8; 32]>,
    kept: Vec<[OnceCell<Numbers>; KEPT.len() + 1]>,
}

/// Numbers by slot.
#[derive(Debug)]
pub enum Drawn<'a> {
    /// Kept for the next scenario.
    Kept(&'a [f64]),
    /// Drawn for this use.
    New(Numbers),
}

impl Deref for Drawn<'_> {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match self {
            Self::Kept(numbers) => numbers,
            Self::New(numbers) => numbers,
        }
    }
}

impl Draws {
    /// The numbers of a replicate: the key of ChaCha8 is seed ‖ replicate.
    pub fn new(seed: u64, replicate: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&replicate.to_le_bytes());
        let kept = vec![Default::default(); KEPT_QUARTERS];
        Self { key: Some(key), kept }
    }

    /// Every number is its median: a base year without noise. For looking at set-ups, not at runs: the median
    /// number of steps of a slow research, and of entrants, is none.
    pub const fn central() -> Self {
        Self { key: None, kept: Vec::new() }
    }

    /// Fills `out` with the uniforms of consecutive slots from `first_slot` on; one seek.
    pub fn fill(&self, purpose: Purpose, quarter: usize, first_slot: u64, out: &mut [f64]) {
        let Some(key) = self.key else {
            out.fill(0.5);
            return;
        };
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(purpose as u64);
        rng.set_word_pos((quarter as u128 * QUARTER_SLOTS + u128::from(first_slot)) * WORDS);
        for value in out {
            *value = open_unit(rng.next_u64());
        }
    }

    /// The uniforms of the first slots, of products or of buyers.
    pub fn slots(&self, purpose: Purpose, quarter: usize, count: usize) -> Drawn<'_> {
        let draw = || {
            let mut out = Numbers::zeros(count);
            self.fill(purpose, quarter, 0, &mut out);
            out
        };
        match KEPT.iter().position(|kept| *kept == purpose) {
            Some(place) => self.keep(place, quarter, count, draw),
            None => Drawn::New(draw()),
        }
    }

    /// Standard normal numbers of the first slots: quantiles of [`Draws::slots`].
    pub fn normals(&self, purpose: Purpose, quarter: usize, count: usize) -> Drawn<'_> {
        self.keep(KEPT.len(), quarter, count, || {
            self.slots(purpose, quarter, count).iter().map(|u| normal_quantile(*u)).collect()
        })
    }

    /// What is kept of a quarter at a place; drawn anew where too little is kept.
    fn keep(
        &self,
        place: usize,
        quarter: usize,
        count: usize,
        draw: impl Fn() -> Numbers,
    ) -> Drawn<'_> {
        let cell = self.kept.get(quarter).map(|quarter| &quarter[place]);
        match cell.map(|cell| cell.get_or_init(&draw)) {
            // A slot's number is the same however many are drawn.
            Some(numbers) if numbers.len() >= count => Drawn::Kept(&numbers[..count]),
            _ => Drawn::New(draw()),
        }
    }

    /// The address of a quarter, counted from the start. Quarters before the start, in which applications may have been
    /// filed, stand behind all others.
    pub const fn quarter(from_start: i64) -> usize {
        if from_start >= 0 {
            from_start as usize
        } else {
            BEFORE_START + from_start.unsigned_abs() as usize
        }
    }

    /// The uniforms of consecutive products, from a slot on, for one buyer.
    pub fn pairs_of(
        &self,
        purpose: Purpose,
        quarter: usize,
        (buyer_slot, first_product): (u32, u32),
        out: &mut [f64],
    ) {
        let first = u64::from(buyer_slot) * u64::from(PRODUCT_SLOTS) + u64::from(first_product);
        self.fill(purpose, quarter, first, out);
    }
}

/// The 53 upper bits as a number in the open interval (0, 1).
fn open_unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// Number of events of a Poisson distribution with the given mean, by inverse CDF of one uniform.
///
/// `none` is the chance of no event, `e^−mean`. The sum stops at 200 events; callers keep means far below.
pub fn poisson(mean: f64, none: f64, uniform: f64) -> u32 {
    let mut probability = none;
    let mut cumulative = probability;
    let mut count = 0;
    while uniform > cumulative && count < 200 {
        count += 1;
        probability *= mean / f64::from(count);
        cumulative += probability;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_number() {
        let draws = Draws::new(7, 3);
        let block = draws.slots(Purpose::Entry, 5, 1024);
        let mut one = [0.0];
        draws.fill(Purpose::Entry, 5, 400, &mut one);
        assert_eq!(one[0], block[400]);
        assert_eq!(*block, *draws.slots(Purpose::Entry, 5, 2000)[..1024].to_vec());
        assert_ne!(*block, *draws.slots(Purpose::Entry, 6, 1024));
        assert_ne!(*block, *draws.slots(Purpose::Research, 5, 1024));
        assert_ne!(*block, *Draws::new(7, 4).slots(Purpose::Entry, 5, 1024));
        assert_ne!(*block, *Draws::new(8, 3).slots(Purpose::Entry, 5, 1024));
    }

    #[test]
    fn the_pairs_of_the_last_buyer_stay_inside_a_quarter() {
        assert!(u128::from(BUYER_SLOTS) * u128::from(PRODUCT_SLOTS) <= QUARTER_SLOTS);
    }

    #[test]
    fn poisson_counts_have_their_mean() {
        let (mean, n) = (0.6, 100_000);
        let none = libm::exp(-mean);
        let total: u32 =
            (0..n).map(|i| poisson(mean, none, (f64::from(i) + 0.5) / f64::from(n))).sum();
        assert!((f64::from(total) / f64::from(n) - mean).abs() < 1e-3);
        assert_eq!(poisson(0.0, 1.0, 0.999), 0);
    }
}
