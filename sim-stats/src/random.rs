//! Random numbers of designs and resampling, by address as in the model.
//!
//! Invariant: the address is seed, use, block and column; the same address gives the same numbers on any
//! machine, in any order. The use stands in a part of the key that the model's draws leave zero, so that no
//! design shares numbers with the economy.

use crate::normal::normal_quantile;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// What numbers are for. Append only: the number is the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Use {
    /// Order of the strata of a Latin hypercube's column.
    Strata = 1,
    /// Place within a stratum.
    Place = 2,
    /// Start and order of a Morris trajectory.
    Trajectory = 3,
    /// Bootstrap resamples.
    Resample = 4,
    /// Orders of measures.
    Order = 5,
    /// Mean squares of generalised intervals.
    Pivot = 6,
    /// Jitter of a synthetic world.
    World = 7,
    /// Order of the members of an ensemble.
    Members = 8,
    /// Replicates that are played again.
    Sample = 9,
    /// Which particles go on.
    Resampling = 10,
    /// Proposals to particles.
    Moves = 11,
    /// Proposals in the columns of which the model knows nothing.
    SilentMoves = 12,
    /// Where particles begin in these columns.
    Silent = 13,
    /// Worlds of a simulation-based calibration, and the errors of their data.
    Truth = 14,
}

/// The numbers of an address.
#[derive(Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The numbers of `column` of `block`, from the first on.
    pub fn new(seed: u64, purpose: Use, block: u64, column: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&block.to_le_bytes());
        key[16..24].copy_from_slice(&(purpose as u64).to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(column);
        Self(rng)
    }

    /// Goes to the number at a place.
    pub fn skip_to(&mut self, place: u64) {
        // A number uses two 32-bit words of the generator.
        self.0.set_word_pos(u128::from(place) * 2);
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A uniform in the open interval (0, 1).
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A whole number below `n` (Lemire's multiplication; its bias is below n / 2⁶⁴).
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A chi-square number with `df` degrees of freedom: twice a gamma of shape `df / 2` (Marsaglia & Tsang
    /// 2000, ACM TOMS 26).
    pub fn chi_square(&mut self, df: f64) -> f64 {
        let shape = 0.5 * df;
        // A shape below 1 comes from the next higher one.
        let (shape, boost) = if shape < 1.0 {
            (shape + 1.0, libm::pow(self.unit(), 1.0 / shape))
        } else {
            (shape, 1.0)
        };
        let d = shape - 1.0 / 3.0;
        loop {
            let normal = normal_quantile(self.unit());
            let root = 1.0 + normal / (9.0 * d).sqrt();
            let v = root * root * root;
            let accept = 0.5 * normal * normal + d - d * v + d * libm::log(v);
            if root > 0.0 && libm::log(self.unit()) < accept {
                return 2.0 * d * v * boost;
            }
        }
    }

    /// A random order of `0..n` (Fisher & Yates).
    pub fn order(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_holds_every_place_once_and_all_orders_are_alike() {
        let mut counts = std::collections::BTreeMap::new();
        for block in 0..6000 {
            let order = Stream::new(1, Use::Order, block, 0).order(3);
            *counts.entry(order).or_insert(0_i32) += 1;
        }
        assert_eq!(counts.len(), 6);
        // Six orders of 1000 each; their standard deviation is 29.
        assert!(counts.values().all(|c| (c - 1000).abs() < 120), "{counts:?}");
    }

    #[test]
    fn chi_square_has_its_moments() {
        for df in [1.0, 2.0, 9.0, 400.0] {
            let n = 20_000;
            let mut random = Stream::new(3, Use::Pivot, 0, 0);
            let values: Vec<f64> = (0..n).map(|_| random.chi_square(df)).collect();
            let mean = values.iter().sum::<f64>() / f64::from(n);
            let variance =
                values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n);
            // Mean df, variance 2 df, fourth central moment 12 df² + 48 df: four standard errors.
            assert!((mean - df).abs() < 4.0 * (2.0 * df / f64::from(n)).sqrt(), "{df}: {mean}");
            let error = ((8.0 * df * df + 48.0 * df) / f64::from(n)).sqrt();
            assert!((variance - 2.0 * df).abs() < 4.0 * error, "{df}: {variance}");
        }
    }

    #[test]
    fn skipping_is_reading_on() {
        let mut read = Stream::new(5, Use::Place, 2, 3);
        for _ in 0..7 {
            read.bits();
        }
        let mut skipped = Stream::new(5, Use::Place, 2, 3);
        skipped.skip_to(7);
        assert_eq!(read.bits(), skipped.bits());
    }
}
