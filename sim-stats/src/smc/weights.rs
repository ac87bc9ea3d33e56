//! Weights: how far the next step goes, and who goes on.

use crate::random::{Stream, Use};

/// Halvings of the interval that holds the next temperature.
const HALVINGS: usize = 60;

/// Effective sample size of weights: `(Σw)² / Σw²` (Kong, Liu & Wong 1994).
pub fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// The weights `L^rise`, and the logarithm of their mean. Each stratum that holds anybody has the same sum, in all 1.
pub(super) fn normalised(values: &[f64], strata: &[usize], rise: f64) -> (Vec<f64>, f64) {
    // What is impossible stays so at any power.
    let power = |x: f64| if x.is_finite() { rise * x } else { f64::NEG_INFINITY };
    let top = values.iter().map(|x| power(*x)).fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = values.iter().map(|x| libm::exp(power(*x) - top)).collect();
    let count = strata.iter().max().map_or(0, |most| most + 1);
    let mut best = vec![f64::NEG_INFINITY; count];
    for (x, stratum) in values.iter().zip(strata) {
        best[*stratum] = best[*stratum].max(power(*x));
    }
    // Within a stratum, relative to its own best: a stratum that the data speak against still has all of its weight.
    let mut weights: Vec<f64> = values
        .iter()
        .zip(strata)
        .map(|(x, s)| if best[*s].is_finite() { libm::exp(power(*x) - best[*s]) } else { 0.0 })
        .collect();
    let mut sums = vec![0.0; count];
    for (w, stratum) in weights.iter().zip(strata) {
        sums[*stratum] += w;
    }
    let living = sums.iter().filter(|sum| **sum > 0.0).count() as f64;
    for (w, stratum) in weights.iter_mut().zip(strata) {
        if sums[*stratum] > 0.0 {
            *w /= sums[*stratum] * living;
        }
    }
    let mean = raw.iter().sum::<f64>() / raw.len() as f64;
    (weights, top + libm::log(mean))
}

/// How far the power of the likelihood may rise, at most `most`, for an effective sample size of `wanted`.
pub(super) fn rise(values: &[f64], strata: &[usize], wanted: f64, most: f64) -> f64 {
    let enough = |rise| effective(&normalised(values, strata, rise).0) >= wanted;
    if enough(most) {
        return most;
    }
    let (mut low, mut high) = (0.0, most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if enough(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    // Particles that are all impossible but for a few never have the wanted size: go on all the same.
    low.max(1e-6 * most)
}

/// Places of the particles that go on: systematic resampling (Carpenter, Clifford & Fearnhead 1999), stratum by stratum.
pub(super) fn resample(
    weights: &[f64],
    strata: &[usize],
    count: usize,
    (seed, step): (u64, u64),
) -> Vec<usize> {
    let most = strata.iter().max().map_or(0, |most| most + 1);
    let members = |stratum: usize| -> Vec<usize> {
        (0..weights.len()).filter(|i| strata[*i] == stratum && weights[*i] > 0.0).collect()
    };
    let living: Vec<Vec<usize>> = (0..most).map(members).filter(|m| !m.is_empty()).collect();
    let mut kept = Vec::with_capacity(count);
    for (place, members) in living.iter().enumerate() {
        // Whole numbers that add up to the count, whatever the number of strata.
        let until = |place: usize| place * count / living.len();
        let share = until(place + 1) - until(place);
        let sum: f64 = members.iter().map(|i| weights[*i]).sum();
        let start = Stream::new(seed, Use::Resampling, step, place as u64).unit();
        let (mut at, mut below) = (0, weights[members[0]]);
        for j in 0..share {
            let wanted = (j as f64 + start) / share as f64 * sum;
            while below < wanted && at + 1 < members.len() {
                at += 1;
                below += weights[members[at]];
            }
            kept.push(members[at]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_sizes_of_known_weights() {
        assert!((effective(&[0.25; 4]) - 4.0).abs() < 1e-12);
        assert!((effective(&[1.0, 0.0, 0.0]) - 1.0).abs() < 1e-12);
        assert_eq!(effective(&[]), 0.0);
    }

    #[test]
    fn a_rise_gives_the_wanted_size_or_all_of_the_way() {
        let values: Vec<f64> = (0..100).map(|i| -0.5 * f64::from(i)).collect();
        let strata = vec![0; 100];
        let found = rise(&values, &strata, 50.0, 1.0);
        let (weights, _) = normalised(&values, &strata, found);
        assert!((effective(&weights) - 50.0).abs() < 1e-6 && found < 1.0);
        assert_eq!(rise(&[0.0; 9], &[0; 9], 5.0, 0.7), 0.7);
    }

    #[test]
    fn what_is_impossible_never_goes_on() {
        let values = [f64::NEG_INFINITY, 0.0, -1.0];
        let (weights, _) = normalised(&values, &[0; 3], 0.5);
        assert_eq!(weights[0], 0.0);
        let kept = resample(&weights, &[0; 3], 100, (1, 0));
        assert!(kept.len() == 100 && !kept.contains(&0));
        // Systematic: each as often as its weight says, to within one.
        let first = kept.iter().filter(|i| **i == 1).count() as f64;
        assert!((first - 100.0 * weights[1]).abs() <= 1.0, "{first} {weights:?}");
    }

    #[test]
    fn each_stratum_keeps_its_part_whatever_its_weight() {
        let values = [0.0, -1.0, -500.0, -501.0];
        let strata = [0, 0, 1, 1];
        let (weights, _) = normalised(&values, &strata, 1.0);
        assert!((weights[0] + weights[1] - 0.5).abs() < 1e-12);
        let kept = resample(&weights, &strata, 11, (1, 0));
        assert_eq!((kept.len(), kept.iter().filter(|i| **i < 2).count()), (11, 5));
    }
}
