//! Berry (1994) inversion: the mean utilities at which the model's base-year shares equal the data.
//!
//! With `a_bk = exp(utility without ξ)`, buyer `b` spends the share `a_bk e^{δ_k} / Σ_l a_bl e^{δ_l}` of
//! what it spends in the segment on product `k`. The `δ` (up to a constant) at which the
//! demand-weighted shares equal the data are those of a biproportional scaling, which exists and is
//! unique for positive shares. The constant is then set so that the buyers defer a given share of their
//! demand, the utility of deferring being zero.
//!
//! Berry's contraction needs some `1 / (share of the outside option)` rounds, hundreds here; a few rounds of
//! scaling followed by Newton's method need about ten.
//!
//! Reference: Berry, S. (1994), Estimating discrete-choice models of product differentiation, RAND
//! Journal of Economics 25(2).

/// Why a segment's shares could not be inverted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BerryError {
    /// A product's target is not a positive share.
    #[error("product {product} has the base share {share}: only positive shares can be inverted")]
    Share {
        /// Index within the segment.
        product: usize,
        /// The share.
        share: f64,
    },
    /// Newton's method did not arrive.
    #[error("largest relative error of a share is {error:e} after {rounds} Newton steps")]
    NotConverged {
        /// Largest relative error of a share.
        error: f64,
        /// Steps done.
        rounds: usize,
    },
}

/// One segment's problem. Shapes: `weights` is cells × products, row-major.
#[derive(Debug)]
pub struct Inversion<'a> {
    /// `exp(utility without ξ)`, positive.
    pub weights: &'a [f64],
    /// Demand of each cell, not negative; a cell without demand weighs nothing.
    pub demand: &'a [f64],
    /// Wanted shares of the products, positive, summing to one.
    pub shares: &'a [f64],
    /// Share of demand that is deferred on average, in (0, 1).
    pub deferred: f64,
}

const SCALING_ROUNDS: usize = 30;
const NEWTON_STEPS: usize = 60;
const TOLERANCE: f64 = 1e-12;

impl Inversion<'_> {
    /// The mean utilities ξ, one for each product.
    ///
    /// # Errors
    /// See [`BerryError`].
    pub fn solve(&self) -> Result<Vec<f64>, BerryError> {
        if let Some(product) = self.shares.iter().position(|s| !(*s > 0.0 && *s <= 1.0)) {
            return Err(BerryError::Share { product, share: self.shares[product] });
        }
        let mut delta: Vec<f64> = self.shares.iter().map(|s| libm::log(*s)).collect();
        for _ in 0..SCALING_ROUNDS {
            let spent = self.spending(&delta).0;
            let total: f64 = self.demand.iter().sum();
            for ((d, got), want) in delta.iter_mut().zip(&spent).zip(self.shares) {
                *d += libm::log(want * total / got);
            }
        }
        self.newton(&mut delta)?;
        let level = self.level(&delta);
        Ok(delta.into_iter().map(|d| d + level).collect())
    }

    /// Spending on each product, and its derivative with respect to `delta` (products × products).
    fn spending(&self, delta: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = delta.len();
        let factor: Vec<f64> = delta.iter().map(|d| libm::exp(*d)).collect();
        let mut spent = vec![0.0; n];
        let mut slope = vec![0.0; n * n];
        let mut part = vec![0.0; n];
        for (row, demand) in self.weights.chunks_exact(n).zip(self.demand) {
            let total: f64 = row.iter().zip(&factor).map(|(a, f)| a * f).sum();
            for ((p, a), f) in part.iter_mut().zip(row).zip(&factor) {
                *p = a * f / total;
            }
            for i in 0..n {
                spent[i] += demand * part[i];
                slope[i * n + i] += demand * part[i];
                for j in 0..n {
                    slope[i * n + j] -= demand * part[i] * part[j];
                }
            }
        }
        (spent, slope)
    }

    fn newton(&self, delta: &mut [f64]) -> Result<(), BerryError> {
        let n = delta.len();
        let total: f64 = self.demand.iter().sum();
        let mut error = f64::INFINITY;
        for _ in 0..NEWTON_STEPS {
            let (spent, mut slope) = self.spending(delta);
            let mut gap: Vec<f64> =
                self.shares.iter().zip(&spent).map(|(s, got)| s * total - got).collect();
            error = gap
                .iter()
                .zip(self.shares)
                .map(|(g, s)| (g / (s * total)).abs())
                .fold(0.0, f64::max);
            if error < TOLERANCE {
                return Ok(());
            }
            // The constant is free: hold the first product's.
            for j in 0..n {
                slope[j] = 0.0;
                slope[j * n] = 0.0;
            }
            slope[0] = 1.0;
            gap[0] = 0.0;
            if !solve_in_place(&mut slope, &mut gap) {
                break;
            }
            let longest = gap.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
            let step = if longest > 3.0 { 3.0 / longest } else { 1.0 };
            for (d, g) in delta.iter_mut().zip(&gap) {
                *d += step * g;
            }
        }
        Err(BerryError::NotConverged { error, rounds: NEWTON_STEPS })
    }

    /// The constant at which the demand-weighted share of deferral is met, by bisection.
    fn level(&self, delta: &[f64]) -> f64 {
        let n = delta.len();
        let inside: Vec<f64> = self
            .weights
            .chunks_exact(n)
            .map(|row| row.iter().zip(delta).map(|(a, d)| a * libm::exp(*d)).sum())
            .collect();
        let total: f64 = self.demand.iter().sum();
        let deferred = |c: f64| -> f64 {
            let scale = libm::exp(c);
            self.demand.iter().zip(&inside).map(|(d, z)| d / (1.0 + scale * z)).sum::<f64>() / total
        };
        let (mut low, mut high) = (-300.0_f64, 300.0_f64);
        while high - low > 1e-13 * high.abs().max(1.0) {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if deferred(middle) > self.deferred {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

/// Gaussian elimination with partial pivoting; `false` if the matrix is singular.
fn solve_in_place(matrix: &mut [f64], rhs: &mut [f64]) -> bool {
    let n = rhs.len();
    for column in 0..n {
        let pivot = (column..n)
            .max_by(|a, b| matrix[a * n + column].abs().total_cmp(&matrix[b * n + column].abs()))
            .unwrap_or(column);
        if matrix[pivot * n + column].abs() < 1e-300 {
            return false;
        }
        if pivot != column {
            for j in 0..n {
                matrix.swap(pivot * n + j, column * n + j);
            }
            rhs.swap(pivot, column);
        }
        for row in column + 1..n {
            let factor = matrix[row * n + column] / matrix[column * n + column];
            if factor != 0.0 {
                for j in column..n {
                    matrix[row * n + j] -= factor * matrix[column * n + j];
                }
                rhs[row] -= factor * rhs[column];
            }
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|j| matrix[row * n + j] * rhs[j]).sum();
        rhs[row] = (rhs[row] - known) / matrix[row * n + row];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_deferral_are_met_under_strong_home_preference() {
        // Two blocs of buyers, each far more fond of its own suppliers.
        let weights = [400.0, 1.0, 1.0, 300.0, 1.0, 0.5, 1.0, 0.2, 1.5];
        let demand = [3.0, 5.0, 2.0];
        let shares = [0.012, 0.9, 0.088];
        let problem =
            Inversion { weights: &weights, demand: &demand, shares: &shares, deferred: 0.03 };
        let xi = problem.solve().unwrap();
        let total: f64 = demand.iter().sum();
        let mut spent = [0.0; 3];
        let mut deferred = 0.0;
        for (row, d) in weights.chunks_exact(3).zip(demand) {
            let inside: Vec<f64> = row.iter().zip(&xi).map(|(a, x)| a * libm::exp(*x)).collect();
            let sum: f64 = inside.iter().sum();
            deferred += d / (1.0 + sum);
            for (s, z) in spent.iter_mut().zip(&inside) {
                *s += d * z / sum;
            }
        }
        for (got, want) in spent.iter().zip(shares) {
            assert!((got / total - want).abs() < 1e-12);
        }
        assert!((deferred / total - 0.03).abs() < 1e-12);
    }

    #[test]
    fn a_zero_share_is_refused() {
        let problem =
            Inversion { weights: &[1.0, 1.0], demand: &[1.0], shares: &[1.0, 0.0], deferred: 0.03 };
        assert_eq!(problem.solve(), Err(BerryError::Share { product: 1, share: 0.0 }));
    }
}
