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

    /// The uniforms of the first products for one buyer.
    pub fn pairs_of(&self, purpose: Purpose, quarter: usize, buyer_slot: u32, out: &mut [f64]) {
        self.fill(purpose, quarter, u64::from(buyer_slot) * u64::from(PRODUCT_SLOTS), out);
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

/// Standard normal quantile (Wichura 1988, algorithm AS 241, PPND16; relative error about 1e-16).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 8] = [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ];
    const B: [f64; 8] = [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ];
    const C: [f64; 8] = [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ];
    const D: [f64; 8] = [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ];
    const E: [f64; 8] = [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ];
    const F: [f64; 8] = [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ];
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&A, r) / polynomial(&B, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let value = if r <= 5.0 {
        polynomial(&C, r - 1.6) / polynomial(&D, r - 1.6)
    } else {
        polynomial(&E, r - 5.0) / polynomial(&F, r - 5.0)
    };
    if q < 0.0 { -value } else { value }
}

/// Standard normal distribution function, by the complementary error function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Horner's rule, coefficients in rising order of the power.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
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
    fn normal_quantile_matches_published_values_and_inverts_the_cdf() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((normal_quantile(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
        assert!((normal_quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-13);
        for i in 1..1000 {
            let p = f64::from(i) / 1000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-14, "{p}");
        }
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
