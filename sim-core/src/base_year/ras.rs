//! Biproportional fitting (RAS, also called IPF or Sinkhorn scaling).
//!
//! Finds row factors `x` and column factors `y` such that `x_i · a_ij · y_j` has given row and column
//! sums. Fits spend weights to segment sizes. (The inversion of base-year shares in [`super::berry`] is a
//! scaling, too, but so close to block-diagonal that it needs Newton's method.)

/// Why a scaling does not exist or was not reached.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RasError {
    /// The totals of rows and columns differ.
    #[error("row sums add to {rows} and column sums to {columns}: they must agree")]
    Totals {
        /// Sum of the row sums.
        rows: f64,
        /// Sum of the column sums.
        columns: f64,
    },
    /// A positive sum stands beside a row or column of zeros.
    #[error("{axis} {index} has a positive sum but no positive seed")]
    Empty {
        /// `row` or `column`.
        axis: &'static str,
        /// Its index.
        index: usize,
    },
    /// Not converged.
    #[error("largest relative error {error:e} after {rounds} rounds")]
    NotConverged {
        /// Largest relative error of a column sum.
        error: f64,
        /// Rounds done.
        rounds: usize,
    },
}

/// Column factors `y` (shape: columns) for the seed `a` (row-major, rows × columns), normalised so that
/// the first positive one is 1; the row factors follow as `row_sum / Σ_j a_ij y_j`.
///
/// Converges to a relative error of `tolerance` in every column sum.
///
/// # Errors
/// See [`RasError`].
pub fn column_factors(
    seed: &[f64],
    row_sums: &[f64],
    column_sums: &[f64],
    tolerance: f64,
) -> Result<Vec<f64>, RasError> {
    const ROUNDS: usize = 20_000;
    let columns = column_sums.len();
    let (rows, wanted): (f64, f64) = (row_sums.iter().sum(), column_sums.iter().sum());
    if (rows - wanted).abs() > 1e-9 * rows.abs() {
        return Err(RasError::Totals { rows, columns: wanted });
    }
    let empty = |axis, index| Err(RasError::Empty { axis, index });
    for (i, sum) in row_sums.iter().enumerate() {
        if *sum > 0.0 && seed[i * columns..(i + 1) * columns].iter().all(|a| *a <= 0.0) {
            return empty("row", i);
        }
    }
    for (j, sum) in column_sums.iter().enumerate() {
        if *sum > 0.0 && (0..row_sums.len()).all(|i| seed[i * columns + j] <= 0.0) {
            return empty("column", j);
        }
    }
    let mut factors = vec![1.0; columns];
    let mut error = f64::INFINITY;
    for round in 0..ROUNDS {
        let mut fitted = vec![0.0; columns];
        for (row, sum) in seed.chunks_exact(columns).zip(row_sums) {
            let scale: f64 = row.iter().zip(&factors).map(|(a, y)| a * y).sum();
            if *sum > 0.0 && scale > 0.0 {
                for (total, (a, y)) in fitted.iter_mut().zip(row.iter().zip(&factors)) {
                    *total += sum * a * y / scale;
                }
            }
        }
        error = 0.0;
        for ((y, got), want) in factors.iter_mut().zip(&fitted).zip(column_sums) {
            if *want <= 0.0 {
                *y = 0.0;
            } else {
                error = f64::max(error, (got / want - 1.0).abs());
                *y *= want / got;
            }
        }
        if error < tolerance && round > 0 {
            let first = factors.iter().copied().find(|y| *y > 0.0).unwrap_or(1.0);
            for y in &mut factors {
                *y /= first;
            }
            return Ok(factors);
        }
    }
    Err(RasError::NotConverged { error, rounds: ROUNDS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_met() {
        let seed = [1.0, 2.0, 0.0, 3.0, 1.0, 1.0];
        let (rows, columns) = ([6.0, 4.0], [3.0, 5.0, 2.0]);
        let y = column_factors(&seed, &rows, &columns, 1e-13).unwrap();
        for (j, want) in columns.iter().enumerate() {
            let got: f64 = (0..2)
                .map(|i| {
                    let scale: f64 = (0..3).map(|l| seed[i * 3 + l] * y[l]).sum();
                    rows[i] * seed[i * 3 + j] * y[j] / scale
                })
                .sum();
            assert!((got - want).abs() < 1e-11, "{got} {want}");
        }
    }

    #[test]
    fn impossible_sums_are_named() {
        assert_eq!(
            column_factors(&[1.0, 0.0], &[1.0], &[0.5, 0.5], 1e-9),
            Err(RasError::Empty { axis: "column", index: 1 })
        );
        assert!(matches!(
            column_factors(&[1.0, 1.0], &[1.0], &[0.5, 0.6], 1e-9),
            Err(RasError::Totals { .. })
        ));
    }
}
