//! Components against known truths, by simulation from a fixed seed, and in the limits.

use super::*;
use crate::normal::normal_quantile;
use crate::random::{Stream, Use};

const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 200, level: 0.95, seed: 2 };

fn normal(random: &mut Stream, sd: f64) -> f64 {
    sd * normal_quantile(random.unit())
}

fn simulate(seed: u64, n: usize, m: usize, sds: [f64; 3]) -> Vec<Vec<f64>> {
    let mut random = Stream::new(seed, Use::Resample, 9, 9);
    let common: Vec<f64> = (0..m).map(|_| normal(&mut random, sds[1])).collect();
    (0..n)
        .map(|_| {
            let draw = normal(&mut random, sds[0]);
            common.iter().map(|c| 50.0 + draw + c + normal(&mut random, sds[2])).collect()
        })
        .collect()
}

#[test]
fn nested_components_are_found() {
    let light = Bootstrap { resamples: 2, level: 0.95, seed: 1 }; // only estimates are looked at
    let (mut parameter, mut chance) = (Moments::default(), Moments::default());
    for seed in 0..60 {
        let c = nested(&simulate(seed, 100, 4, [2.0, 0.0, 1.0]), &light).expect("enough");
        assert_eq!(c.draws, 100);
        parameter.push(c.parameter.value * c.parameter.value);
        chance.push(c.chance.value * c.chance.value);
    }
    // Variances 4 and 1, unbiased; within four of their own standard errors (0.08 and 0.011).
    for (found, want) in [(parameter, 4.0), (chance, 1.0)] {
        assert!((found.mean() - want).abs() < 4.0 * found.error(), "{found:?}");
    }
    assert!(parameter.error() < 0.1 && chance.error() < 0.015);
}

#[test]
fn common_seeds_need_the_crossed_reading() {
    // σ_P = 1, main effect of seeds 3, interaction 1, 60 seeds: share 1 / 11.
    let outcomes = simulate(2, 200, 60, [1.0, 3.0, 1.0]);
    let c = crossed(&outcomes, &BOOTSTRAP).expect("enough");
    assert!((c.parameter.value - 1.0).abs() < 0.15, "{c:?}");
    assert!((c.chance.value - 10.0_f64.sqrt()).abs() < 0.7, "{c:?}");
    let wrong = nested(&outcomes, &BOOTSTRAP).expect("enough");
    assert!(wrong.parameter.value < 0.95 * c.parameter.value);
}

#[test]
fn limits() {
    let draws_only: Vec<Vec<f64>> = (0..9).map(|i| vec![f64::from(i * i); 3]).collect();
    for c in [nested(&draws_only, &BOOTSTRAP), crossed(&draws_only, &BOOTSTRAP)] {
        let c = c.expect("enough");
        assert_eq!((c.chance.value, c.share.value, c.share.low), (0.0, 1.0, 1.0));
    }
    let seeds_only = vec![vec![1.0, 5.0, 9.0]; 8];
    let c = crossed(&seeds_only, &BOOTSTRAP).expect("enough");
    assert_eq!((c.parameter.value, c.share.value, c.chance.value), (0.0, 0.0, 4.0));
    assert_eq!(nested(&[vec![1.0, 2.0]], &BOOTSTRAP), None);
    assert_eq!(nested(&[vec![1.0], vec![2.0]], &BOOTSTRAP), None);
    assert_eq!(crossed(&[], &BOOTSTRAP), None);
}

#[test]
fn missing_outcomes_are_left_out() {
    let mut outcomes = simulate(3, 300, 4, [2.0, 0.0, 1.0]);
    for (i, draw) in outcomes.iter_mut().enumerate().filter(|(i, _)| i % 5 == 0) {
        draw[i % 4] = f64::NAN;
    }
    let c = nested(&outcomes, &BOOTSTRAP).expect("enough");
    assert!((c.parameter.value - 2.0).abs() < 0.25 && (c.chance.value - 1.0).abs() < 0.08);
    assert_eq!((c.draws, crossed(&outcomes, &BOOTSTRAP).expect("enough").draws), (300, 240));
}

#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let resampling = Bootstrap { resamples: 500, level: 0.95, seed: 1 };
    let designs: [(usize, usize, [f64; 3]); 4] = [
        (30, 3, [2.0, 0.0, 1.0]),
        (50, 4, [2.0, 1.0, 1.0]),
        (50, 10, [2.0, 2.0, 0.5]),
        (200, 10, [0.5, 1.0, 1.0]),
    ];
    for (n, m, sds) in designs {
        let own = sds[1] == 0.0;
        let read = if own { nested } else { crossed };
        let (parameter, chance) = (sds[0] * sds[0], sds[1] * sds[1] + sds[2] * sds[2]);
        let truth = [parameter.sqrt(), chance.sqrt(), parameter / (parameter + chance)];
        let mut held = [0; 3];
        for seed in 0..400 {
            let c = read(&simulate(9000 + seed, n, m, sds), &resampling).expect("enough");
            for ((count, e), t) in held.iter_mut().zip([c.parameter, c.chance, c.share]).zip(truth)
            {
                *count += i32::from(e.low <= t && t <= e.high);
            }
        }
        // 380 of 400 expected, standard deviation 4.4; generalised intervals err on the cautious side.
        assert!(held.iter().all(|h| *h >= 362), "{n} x {m}, {sds:?}: {held:?}");
    }
}

#[test]
fn mean_squares_of_unequal_draws_are_those_worked_out_by_hand() {
    let draws: Vec<Moments> =
        [vec![1.0, 2.0, 3.0], vec![2.0, 4.0]].map(|d| d.into_iter().collect()).into();
    let analysis = Analysis::one_way(&draws).unwrap();
    // Means 2 and 3 around 12/5; squares within 2 and 2 with 5 − 2 degrees of freedom.
    assert!((analysis.draws.mean - 1.2).abs() < 1e-12 && analysis.draws.df == 1.0);
    assert!((analysis.rest.mean - 4.0 / 3.0).abs() < 1e-12 && analysis.rest.df == 3.0);
    assert!((analysis.m - (5.0 - 13.0 / 5.0)).abs() < 1e-12);
}
