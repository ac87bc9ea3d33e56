//! The normal law in many dimensions, as particles suggest it: mean and covariance, pulled toward the standard law.
//!
//! Invariant: the sums run in the order of the rows.

/// A normal law by its mean and the lower Cholesky factor of its covariance, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauss {
    mean: Vec<f64>,
    /// Rows of the lower triangle: row `i` has `i + 1` entries.
    factor: Vec<Vec<f64>>,
}

/// Most of the standard law in a law of few rows.
const MOST: f64 = 0.8;

impl Gauss {
    /// The law of some rows whose prior is the standard law. The covariance is `(1 − λ) S + λ I` with `λ = 2 √(d / n)`, at most
    /// `MOST`: eigenvalues of `n` rows in `d` dimensions scatter by `2 √(d / n)`, and a law that is too narrow in a direction of which
    /// nothing is known would keep the particles there for good.
    pub fn of(rows: &[Vec<f64>]) -> Self {
        let n = rows.len() as f64;
        let d = rows.first().map_or(0, Vec::len);
        let mean: Vec<f64> =
            (0..d).map(|j| rows.iter().map(|row| row[j]).sum::<f64>() / n).collect();
        let pull = (2.0 * (d as f64 / n).sqrt()).min(MOST);
        let mut covariance: Vec<Vec<f64>> = (0..d).map(|i| vec![0.0; i + 1]).collect();
        for row in rows {
            for (i, line) in covariance.iter_mut().enumerate() {
                for (j, sum) in line.iter_mut().enumerate() {
                    *sum += (row[i] - mean[i]) * (row[j] - mean[j]);
                }
            }
        }
        for (i, line) in covariance.iter_mut().enumerate() {
            for (j, sum) in line.iter_mut().enumerate() {
                *sum *= (1.0 - pull) / (n - 1.0).max(1.0);
                if i == j {
                    *sum += pull;
                }
            }
        }
        Self { mean, factor: cholesky(covariance) }
    }

    /// The point at independent standard normal numbers.
    fn at(&self, standard: &[f64]) -> Vec<f64> {
        let line = |(line, mean): (&Vec<f64>, &f64)| {
            mean + line.iter().zip(standard).map(|(l, x)| l * x).sum::<f64>()
        };
        self.factor.iter().zip(&self.mean).map(line).collect()
    }

    /// A neighbour of a point: `μ + √(1 − s²) (z − μ) + s L ξ`, which leaves the law itself unchanged; `s = 1` forgets the
    /// point.
    pub fn neighbour(&self, point: &[f64], s: f64, standard: &[f64]) -> Vec<f64> {
        let stay = (1.0 - s * s).max(0.0).sqrt();
        let fresh = self.at(standard);
        let near = |((z, fresh), mean): ((&f64, &f64), &f64)| {
            mean + stay * (z - mean) + s * (fresh - mean)
        };
        point.iter().zip(&fresh).zip(&self.mean).map(near).collect()
    }

    /// Logarithm of the density, up to a constant.
    pub fn log_density(&self, point: &[f64]) -> f64 {
        let centred: Vec<f64> = point.iter().zip(&self.mean).map(|(z, mean)| z - mean).collect();
        -0.5 * solve(&self.factor, &centred).iter().map(|x| x * x).sum::<f64>()
    }
}

/// Lower Cholesky factor of a symmetric, positive definite matrix given by the rows of its lower triangle.
pub fn cholesky(mut a: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    for i in 0..a.len() {
        for j in 0..=i {
            let product: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - product;
            a[i][j] = if i == j { rest.max(f64::MIN_POSITIVE).sqrt() } else { rest / a[j][j] };
        }
    }
    a
}

/// The solution `x` of `L x = b`.
pub fn solve(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (line, b) in factor.iter().zip(b) {
        let (diagonal, before) = line.split_last().map_or((1.0, &[][..]), |(d, rest)| (*d, rest));
        let known: f64 = before.iter().zip(&x).map(|(l, x)| l * x).sum();
        x.push((b - known) / diagonal);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_times_itself_is_the_matrix() {
        let a = vec![vec![4.0], vec![2.0, 5.0], vec![-1.0, 0.5, 3.0]];
        let l = cholesky(a.clone());
        for i in 0..3 {
            for j in 0..=i {
                let product: f64 = (0..=j).map(|k| l[i][k] * l[j][k]).sum();
                assert!((product - a[i][j]).abs() < 1e-14);
            }
        }
        let x = solve(&l, &[1.0, 2.0, 3.0]);
        let back: Vec<f64> =
            l.iter().map(|line| line.iter().zip(&x).map(|(l, x)| l * x).sum()).collect();
        assert!(back.iter().zip([1.0, 2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-14), "{back:?}");
    }

    #[test]
    fn a_step_of_one_forgets_and_a_small_one_stays() {
        let rows: Vec<Vec<f64>> =
            (0..50).map(|i| vec![f64::from(i % 7), f64::from((i * i) % 11)]).collect();
        let law = Gauss::of(&rows);
        let draw = [0.3, -1.1];
        assert_eq!(law.neighbour(&[5.0, 5.0], 1.0, &draw), law.neighbour(&[0.0, 9.0], 1.0, &draw));
        let near = law.neighbour(&[5.0, 5.0], 1e-6, &draw);
        assert!(near.iter().all(|x| (x - 5.0).abs() < 1e-4));
        assert!(law.log_density(&law.mean) == 0.0 && law.log_density(&[50.0, 0.0]) < -10.0);
    }
}
