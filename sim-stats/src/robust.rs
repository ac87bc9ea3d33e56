//! Which regime does well enough in all futures: regret and satisficing.
//!
//! The regret of a regime in a future is how much worse it does than the best regime there. A future is a point
//! of the uncertainties with a response of adversary and allies; it counts only if every regime has an outcome
//! in it.
//!
//! Limiting cases: a regime that is best in every future has no regret; of a single regime nothing is regretted.
//!
//! Invariant: regimes that tie are all named; nothing is decided by their order.
//!
//! References: Savage (1951), JASA 46 (regret); Starr (1963) and Lempert, Popper & Bankes (2003) (satisficing).

use serde::Serialize;

/// Which way an outcome is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More is better.
    More,
    /// Less is better.
    Less,
}

impl Better {
    /// The value with a sign that makes more better.
    fn signed(self, value: f64) -> f64 {
        match self {
            Self::More => value,
            Self::Less => -value,
        }
    }
}

/// Regret of a regime over futures, in the outcome's unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regret {
    /// In each future; NaN in a future that does not count.
    pub futures: Vec<f64>,
    /// Largest.
    pub max: f64,
    /// Mean.
    pub mean: f64,
    /// Share of futures in which the regime is best, alone or tied.
    pub best: f64,
}

/// The regret table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regrets {
    /// By regime.
    pub regimes: Vec<Regret>,
    /// Futures that count.
    pub futures: usize,
    /// Regimes with the smallest largest regret.
    pub least_max: Vec<usize>,
    /// Regimes with the smallest mean regret.
    pub least_mean: Vec<usize>,
}

/// Regret of each regime. `outcomes` is regime × future; `tie` is the difference, in the outcome's unit, below
/// which two regimes count as equally good. No regime is named if no future counts.
///
/// # Panics
/// If regimes have different numbers of futures.
pub fn regrets(outcomes: &[Vec<f64>], better: Better, tie: f64) -> Regrets {
    let futures = outcomes.first().map_or(0, Vec::len);
    assert!(outcomes.iter().all(|r| r.len() == futures), "every regime has every future");
    let best: Vec<f64> = (0..futures)
        .map(|f| {
            let values = outcomes.iter().map(|regime| better.signed(regime[f]));
            // `f64::max` would pass over a missing outcome.
            values.reduce(|a, b| if a.is_nan() || a > b { a } else { b }).unwrap_or(f64::NAN)
        })
        .collect();
    let whole = |f: &usize| outcomes.iter().all(|regime| !regime[*f].is_nan());
    let counted: Vec<usize> = (0..futures).filter(whole).collect();
    let regimes: Vec<Regret> = outcomes
        .iter()
        .map(|regime| {
            let mut regrets = vec![f64::NAN; futures];
            for f in &counted {
                regrets[*f] = best[*f] - better.signed(regime[*f]);
            }
            sum_up(regrets, &counted, tie)
        })
        .collect();
    Regrets {
        futures: counted.len(),
        least_max: least(&regimes.iter().map(|r| r.max).collect::<Vec<_>>(), tie),
        least_mean: least(&regimes.iter().map(|r| r.mean).collect::<Vec<_>>(), tie),
        regimes,
    }
}

fn sum_up(futures: Vec<f64>, counted: &[usize], tie: f64) -> Regret {
    let n = counted.len() as f64;
    let over = || counted.iter().map(|f| futures[*f]);
    Regret {
        max: over().reduce(f64::max).unwrap_or(f64::NAN),
        mean: over().sum::<f64>() / n,
        best: over().filter(|r| *r <= tie).count() as f64 / n,
        futures,
    }
}

fn least(values: &[f64], tie: f64) -> Vec<usize> {
    let Some(low) = values.iter().copied().filter(|v| !v.is_nan()).reduce(f64::min) else {
        return Vec::new();
    };
    (0..values.len()).filter(|i| values[*i] <= low + tie).collect()
}

/// What counts as good enough in an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Threshold {
    /// Value that is just good enough.
    pub limit: f64,
    /// Which way is better.
    pub better: Better,
}

/// How often a regime is good enough.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Satisficing {
    /// Share of futures in which each threshold is met.
    pub each: Vec<f64>,
    /// Share of futures in which all are met at once.
    pub all: f64,
    /// Futures with every outcome.
    pub futures: usize,
}

/// Satisficing of a regime: `outcomes` is outcome × future, with one threshold per outcome. Futures with a
/// missing outcome do not count; shares are NaN if none does.
///
/// # Panics
/// If there is not one threshold per outcome, or outcomes have different numbers of futures.
pub fn satisficing(outcomes: &[Vec<f64>], thresholds: &[Threshold]) -> Satisficing {
    assert_eq!(outcomes.len(), thresholds.len(), "a threshold for each outcome");
    let futures = outcomes.first().map_or(0, Vec::len);
    assert!(outcomes.iter().all(|o| o.len() == futures), "every outcome has every future");
    let counted: Vec<usize> =
        (0..futures).filter(|f| outcomes.iter().all(|o| !o[*f].is_nan())).collect();
    let n = counted.len() as f64;
    let met = |o: usize, f: usize| {
        let Threshold { limit, better } = thresholds[o];
        better.signed(outcomes[o][f]) >= better.signed(limit)
    };
    let share =
        |good: &dyn Fn(usize) -> bool| counted.iter().filter(|f| good(**f)).count() as f64 / n;
    Satisficing {
        each: (0..outcomes.len()).map(|o| share(&|f| met(o, f))).collect(),
        all: share(&|f| (0..outcomes.len()).all(|o| met(o, f))),
        futures: counted.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        // Regret where more is better: [0 4 1], [2 0 0], [5 1 1].
        let outcomes = vec![vec![9.0, 3.0, 5.0], vec![7.0, 7.0, 6.0], vec![4.0, 6.0, 5.0]];
        let more = regrets(&outcomes, Better::More, 0.0);
        assert_eq!(more.regimes[0].futures, [0.0, 4.0, 1.0]);
        assert_eq!(more.regimes.iter().map(|r| r.max).collect::<Vec<_>>(), [4.0, 2.0, 5.0]);
        assert_eq!((more.least_max, more.least_mean, more.futures), (vec![1], vec![1], 3));
        assert_eq!(more.regimes[1].best, 2.0 / 3.0);
        // Less is better: [5 0 0], [3 4 1], [0 3 0].
        let less = regrets(&outcomes, Better::Less, 0.0);
        assert_eq!(less.regimes.iter().map(|r| r.max).collect::<Vec<_>>(), [5.0, 4.0, 3.0]);
        assert_eq!((less.least_max, less.least_mean), (vec![2], vec![2]));
    }

    #[test]
    fn ties_are_all_named() {
        let equal = vec![vec![1.0, 2.0]; 3];
        let table = regrets(&equal, Better::More, 0.0);
        assert_eq!((table.least_max, table.least_mean), (vec![0, 1, 2], vec![0, 1, 2]));
        assert!(table.regimes.iter().all(|r| r.max == 0.0 && r.best == 1.0));
        let near = regrets(&[vec![1.0], vec![1.04], vec![0.8]], Better::More, 0.05);
        assert_eq!(near.least_max, [0, 1]);
    }

    #[test]
    fn a_future_without_every_regime_does_not_count() {
        for missing in 0..2 {
            let mut outcomes = vec![vec![1.0, 5.0], vec![2.0, 1.0]];
            outcomes[missing][1] = f64::NAN;
            let table = regrets(&outcomes, Better::More, 0.0);
            assert_eq!((table.futures, table.least_max), (1, vec![1]));
            assert!(table.regimes.iter().all(|r| r.futures[1].is_nan()));
        }
        let none = regrets(&[vec![f64::NAN], vec![1.0]], Better::More, 0.0);
        assert!(none.least_max.is_empty() && none.regimes[0].mean.is_nan());
    }

    #[test]
    fn good_enough_counts_the_limit_itself() {
        let outcomes = vec![vec![10.0, 20.0, 30.0, f64::NAN], vec![5.0, 4.0, 9.0, 1.0]];
        let thresholds = [
            Threshold { limit: 20.0, better: Better::More },
            Threshold { limit: 5.0, better: Better::Less },
        ];
        let found = satisficing(&outcomes, &thresholds);
        assert_eq!(found, Satisficing { each: vec![2.0 / 3.0; 2], all: 1.0 / 3.0, futures: 3 });
    }
}
