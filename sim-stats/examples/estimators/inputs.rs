//! Fixed inputs of the cross-checks.

use std::f64::consts::PI;

use sim_stats::design::{Design, Sobol, sobol};
use sim_stats::normal::normal_quantile;

/// All rows of a design.
pub(crate) fn rows(design: &Design) -> Vec<Vec<f64>> {
    (0..design.rows()).map(|i| design.row(i)).collect()
}

/// Standard normal numbers without end.
pub(crate) fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut place = 0;
    move || {
        place += 1;
        // A new scrambling for each number makes them independent.
        normal_quantile(sobol::coordinate(seed << 32 | place, 5, 11))
    }
}

/// Ishigami's function of a point of the unit cube, a = 7, b = 0.1.
pub(crate) fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u.iter().map(|v| PI * (2.0 * v - 1.0)).collect();
    x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
}

/// Points of five factors, and cases in a corner of two of them with a share flipped.
pub(crate) fn futures(points: usize, flipped: f64) -> (Vec<Vec<f64>>, Vec<bool>) {
    let rows = rows(&Design::Sobol(Sobol { factors: 6, points, seed: 5 }));
    let columns: Vec<Vec<f64>> = (0..5).map(|f| rows.iter().map(|row| row[f]).collect()).collect();
    let cases =
        rows.iter().map(|row| (row[0] > 0.65 && row[1] < 0.45) != (row[5] < flipped)).collect();
    (columns, cases)
}
