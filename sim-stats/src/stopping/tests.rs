//! Known ranks and widths, and the coverage that sequential looks leave.

use super::*;
use crate::normal::normal_quantile;
use crate::random::{Stream, Use};

fn rule(centre: Centre, width: f64, minimum: usize) -> Rule {
    Rule { centre, width: Width::Absolute(width), level: 0.95, minimum }
}

#[test]
fn ranks_are_those_of_the_tables() {
    // David & Nagaraja, and any table of the sign test: n = 6 → 1, 10 → 2, 20 → 6, 50 → 18, 100 → 40.
    for (n, k) in [(0, 0), (1, 0), (5, 0), (6, 1), (10, 2), (20, 6), (50, 18), (100, 40)] {
        assert_eq!(median_rank(n, 0.95), k, "{n}");
    }
}

#[test]
fn widths_by_hand() {
    let values: Vec<f64> = (1..=10).map(f64::from).collect();
    let median = rule(Centre::Median, 3.5, 1).look(&values);
    // x₍₂₎ = 2 and x₍₉₎ = 9.
    assert_eq!(median.estimate, Estimate { value: 5.5, low: 2.0, high: 9.0 });
    assert_eq!((median.half_width, median.enough), (3.5, true));
    let mean = rule(Centre::Mean, 2.0, 1).look(&values);
    // t(0.975, 9) = 2.262157; sd = 3.027650.
    assert!((mean.half_width - 2.262_157 * 3.027_650 / 10.0_f64.sqrt()).abs() < 1e-5);
    assert!(!mean.enough);
    let moments: Moments = values.iter().copied().collect();
    assert_eq!(rule(Centre::Mean, 2.0, 1).look_at(&moments), mean);
}

#[test]
fn few_or_equal_differences() {
    for centre in [Centre::Mean, Centre::Median] {
        let equal = rule(centre, 0.0, 6).look(&[2.5; 6]);
        assert_eq!((equal.half_width, equal.enough), (0.0, true));
        let one = rule(centre, 1.0, 1).look(&[2.5, f64::NAN]);
        assert_eq!((one.replicates, one.half_width, one.enough), (1, f64::INFINITY, false));
        assert!(!rule(centre, 1.0, 1).look(&[]).enough);
    }
    assert!(!rule(Centre::Mean, 1.0, 50).look(&[2.5; 49]).enough);
}

#[test]
fn a_share_is_of_the_estimate() {
    let values: Vec<f64> = (0..100).map(|i| -100.0 + f64::from(i % 10)).collect();
    let at = |share| Rule { width: Width::OfEstimate(share), ..rule(Centre::Mean, 0.0, 20) };
    assert!(at(0.01).look(&values).enough && !at(0.001).look(&values).enough);
}

/// Share of 1000 sequential experiments whose interval at the stop holds the truth, and their mean length.
fn coverage(centre: Centre, minimum: usize, width: f64) -> (f64, f64) {
    let rule = rule(centre, width, minimum);
    let (mut held, mut length) = (0, 0);
    for trial in 0..1000 {
        let mut random = Stream::new(11, Use::Resample, trial, 5);
        let mut values = Vec::new();
        let look = loop {
            // Skewed: the exponential of a normal less its mean or median.
            values.extend((0..20).map(|_| libm::exp(0.5 * normal_quantile(random.unit()))));
            let look = rule.look(&values);
            if look.enough {
                break look;
            }
        };
        let truth = if centre == Centre::Mean { libm::exp(0.125) } else { 1.0 };
        held += i32::from(look.estimate.low <= truth && truth <= look.estimate.high);
        length += look.replicates;
    }
    (f64::from(held) / 1000.0, length as f64 / 1000.0)
}

#[test]
fn sequential_looks_keep_most_of_the_coverage() {
    // Standard error of a share near 0.95 over 1000 experiments: 0.007. Looks at every 20 replicates.
    for centre in [Centre::Mean, Centre::Median] {
        let (share, length) = coverage(centre, 100, 0.08);
        assert!(share > 0.92, "{centre:?}: {share} after {length}");
        assert!(length > 120.0, "{centre:?} stops by its width, not by the minimum: {length}");
    }
}
