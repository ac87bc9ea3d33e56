//! Indices against their analytic values, with and without noise and missing rows.

use std::f64::consts::PI;

use super::*;
use crate::design::{Design, Part};
use crate::random::{Stream, Use};

const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 200, level: 0.95, seed: 1 };

fn run(design: &Saltelli, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let rows = Design::Saltelli(design.clone());
    (0..rows.rows()).map(|i| f(&rows.row(i))).collect()
}

/// Ishigami & Homma (1990) with a = 7, b = 0.1 on [−π, π]³.
fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u.iter().map(|v| PI * (2.0 * v - 1.0)).collect();
    let (s1, s2) = (libm::sin(x[0]), libm::sin(x[1]));
    s1 + 7.0 * s2 * s2 + 0.1 * x[2].powi(4) * s1
}

/// First and total order: variances of the terms of its ANOVA decomposition.
fn ishigami_truth() -> ([f64; 3], [f64; 3], f64) {
    let v1 = 0.5 * (1.0 + 0.1 * PI.powi(4) / 5.0).powi(2);
    let v2 = 49.0 / 8.0;
    let v13 = 0.01 * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let v = v1 + v2 + v13;
    ([v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v], v)
}

fn close(estimates: &[Estimate], truth: &[f64], tolerance: f64) {
    for (e, t) in estimates.iter().zip(truth) {
        assert!((e.value - t).abs() < tolerance, "{e:?} for {t}");
    }
}

#[test]
fn ishigami_has_its_analytic_indices() {
    let design = Saltelli { factors: 3, points: 4096, seed: 3 };
    let indices = indices(&design, &run(&design, ishigami), 1, &BOOTSTRAP);
    let (first, total, variance) = ishigami_truth();
    close(&indices.first, &first, 0.02);
    close(&indices.total, &total, 0.02);
    assert!((indices.variance / variance - 1.0).abs() < 0.02);
    assert_eq!(indices.noise, None);
}

#[test]
fn the_g_function_has_its_analytic_indices() {
    // Saltelli & Sobol (1995): Π (|4u − 2| + a) / (1 + a).
    let a = [0.0, 1.0, 4.5, 9.0, 99.0];
    let design = Saltelli { factors: 5, points: 4096, seed: 4 };
    let outcomes = run(&design, |u| {
        u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    });
    let own = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let all = own.iter().map(|v| 1.0 + v).product::<f64>();
    let variance = all - 1.0;
    let indices = indices(&design, &outcomes, 1, &BOOTSTRAP);
    close(&indices.first, &own.map(|v| v / variance), 0.02);
    close(&indices.total, &own.map(|v| v * all / (1.0 + v) / variance), 0.02);
}

#[test]
fn an_additive_outcome_has_equal_orders_that_add_to_one() {
    let design = Saltelli { factors: 3, points: 2048, seed: 5 };
    let outcomes = run(&design, |u| 1e4 + 3.0 * u[0] + 2.0 * u[1]);
    let indices = indices(&design, &outcomes, 1, &BOOTSTRAP);
    close(&indices.first, &[9.0 / 13.0, 4.0 / 13.0, 0.0], 0.01);
    close(&indices.total, &[9.0 / 13.0, 4.0 / 13.0, 0.0], 0.01);
    assert_eq!(indices.total[2].value, 0.0);
}

/// Outcomes with noise of standard deviation 1 in each run, and a shift common to all runs of a seed.
fn noisy(design: &Saltelli, seeds: usize, shift: f64) -> Vec<f64> {
    let clean = run(design, |u| 3.0 * u[0] + 2.0 * u[1]);
    let mut random = Stream::new(77, Use::Resample, 0, 0);
    let normal = |random: &mut Stream| crate::normal::normal_quantile(random.unit());
    let shifts: Vec<f64> = (0..seeds).map(|_| shift * normal(&mut random)).collect();
    clean
        .iter()
        .flat_map(|y| shifts.iter().map(|s| y + s + normal(&mut random)).collect::<Vec<_>>())
        .collect()
}

#[test]
fn noise_is_kept_out_of_the_indices() {
    let design = Saltelli { factors: 3, points: 2048, seed: 6 };
    let variance = 13.0 / 12.0;
    for shift in [0.0, 5.0] {
        let indices = indices(&design, &noisy(&design, 4, shift), 4, &BOOTSTRAP);
        close(&indices.total, &[9.0 / 13.0, 4.0 / 13.0, 0.0], 0.05);
        close(&indices.first, &[9.0 / 13.0, 4.0 / 13.0, 0.0], 0.08);
        assert!((indices.variance / variance - 1.0).abs() < 0.05);
        let noise = indices.noise.expect("four seeds");
        assert!((noise - 1.0 / (1.0 + variance)).abs() < 0.02, "{noise}");
    }
    // With one seed noise is taken for influence of the idle factor: its total order is noise / all.
    let one = indices(&design, &noisy(&design, 1, 0.0), 1, &BOOTSTRAP);
    assert!((one.total[2].value - 1.0 / (1.0 + variance)).abs() < 0.05);
}

#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let (first, total, _) = ishigami_truth();
    let mut held = 0;
    for seed in 0..40 {
        let design = Saltelli { factors: 3, points: 256, seed };
        let indices = indices(&design, &run(&design, ishigami), 1, &BOOTSTRAP);
        for (e, t) in indices.first.iter().zip(first).chain(indices.total.iter().zip(total)) {
            held += i32::from(e.low <= t && t <= e.high);
        }
    }
    // 240 intervals at 95 %; cautious, for the points are a Sobol sequence.
    assert!(held >= 222, "{held} of 240");
}

#[test]
fn missing_rows_cost_points_only() {
    let design = Saltelli { factors: 3, points: 2048, seed: 3 };
    let mut outcomes = run(&design, ishigami);
    for i in (0..outcomes.len()).step_by(23) {
        outcomes[i] = f64::NAN;
    }
    let (first, total, _) = ishigami_truth();
    let complete = indices(&design, &outcomes, 1, &BOOTSTRAP);
    close(&complete.first, &first, 0.05);
    close(&complete.total, &total, 0.05);
    assert!(complete.points.iter().all(|n| *n > 1700 && *n < 2048), "{:?}", complete.points);
    let half = indices(&design, &outcomes[..outcomes.len() / 2 + 3], 1, &BOOTSTRAP);
    close(&half.total, &total, 0.08);
}

#[test]
fn variance_and_noise_are_those_of_plain_loops() {
    let (points, seeds) = (5, 3);
    let design = Saltelli { factors: 2, points, seed: 9 };
    let rows = points * design.group();
    let outcomes: Vec<f64> = (0..rows * seeds).map(|i| (i * 7919 % 101) as f64 / 10.0).collect();
    let of = |row: usize, seed: usize| outcomes[row * seeds + seed];
    let ends: Vec<usize> =
        (0..rows).filter(|row| !matches!(design.part(*row).1, Part::Mixed(_))).collect();
    // Covariance over the rows of A and B of two seeds' outcomes.
    let covariance = |s: usize, t: usize| {
        let over = |f: &dyn Fn(usize) -> f64| {
            ends.iter().map(|row| f(*row)).sum::<f64>() / ends.len() as f64
        };
        over(&|row| of(row, s) * of(row, t)) - over(&|row| of(row, s)) * over(&|row| of(row, t))
    };
    let pairs = (0..seeds).flat_map(|s| (0..seeds).map(move |t| (s, t)));
    let between: Vec<f64> = pairs.filter(|(s, t)| s != t).map(|(s, t)| covariance(s, t)).collect();
    let between = between.iter().sum::<f64>() / between.len() as f64;
    let within = (0..seeds).map(|s| covariance(s, s)).sum::<f64>() / seeds as f64;
    let indices = indices(&design, &outcomes, seeds, &BOOTSTRAP);
    assert!((indices.variance - between).abs() < 1e-12, "{} {between}", indices.variance);
    let noise = indices.noise.unwrap();
    assert!((noise - (1.0 - between / within)).abs() < 1e-12, "{noise} {between} {within}");
}
