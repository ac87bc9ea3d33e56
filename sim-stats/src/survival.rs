//! Time to an event with right-censoring: Kaplan–Meier.
//!
//! Symbols: `d_i` events and `n_i` subjects at risk at the time `t_i`; `Ŝ(t) = Π_{t_i ≤ t} (1 − d_i / n_i)`;
//! Greenwood's variance `Ŝ² Σ d_i / (n_i (n_i − d_i))`. The interval is symmetric in `log(−log Ŝ)`, so it stays
//! inside [0, 1]. A subject censored at the time of an event counts as at risk there.
//!
//! Limiting cases: without censoring the estimate is one minus the empirical distribution; without events it
//! is 1 and no quantile exists.
//!
//! Invariant: the order of subjects changes nothing.
//!
//! References: Kaplan & Meier (1958), JASA 53; Kalbfleisch & Prentice (2002), §1.4; Brookmeyer & Crowley
//! (1982), Biometrics 38.

use serde::Serialize;

use crate::normal::normal_quantile;

/// How long a subject was watched, and whether the event ended it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Observation {
    /// Time of the event or of censoring.
    pub time: f64,
    /// Whether it is an event.
    pub event: bool,
}

impl Observation {
    /// An event, or its absence until `horizon`.
    pub const fn within(event: Option<f64>, horizon: f64) -> Self {
        match event {
            Some(time) => Self { time, event: true },
            None => Self { time: horizon, event: false },
        }
    }
}

/// The curve at a time of events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// Time, `t_i`.
    pub time: f64,
    /// At risk just before, `n_i`.
    pub at_risk: usize,
    /// Events, `d_i`.
    pub events: usize,
    /// `Ŝ` just after.
    pub survival: f64,
    /// Greenwood's standard error of it.
    pub error: f64,
    /// Lower limit of the pointwise interval.
    pub low: f64,
    /// Upper limit. When the last subject at risk has its event, `Ŝ = 0` has no log-log interval: the limit
    /// before it stands on, which is cautious.
    pub high: f64,
}

/// A quantile of the time to the event; limits that the curve does not reach are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeQuantile {
    /// First time at which survival is at most `1 − p`.
    pub time: Option<f64>,
    /// First time at which the lower limit is.
    pub low: Option<f64>,
    /// First time at which the upper limit is.
    pub high: Option<f64>,
}

/// A Kaplan–Meier curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Times of events, rising.
    pub steps: Vec<Step>,
    /// Times of censoring, rising, one per subject: the ticks of a chart.
    pub censored: Vec<f64>,
    /// Number of subjects.
    pub subjects: usize,
    /// All times, rising.
    times: Vec<f64>,
}

impl Curve {
    /// The curve of some subjects with pointwise intervals at a level, such as 0.95. Times that are NaN are
    /// left out.
    pub fn new(observations: &[Observation], level: f64) -> Self {
        let mut sorted: Vec<Observation> =
            observations.iter().copied().filter(|o| !o.time.is_nan()).collect();
        sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
        Self {
            steps: steps(&sorted, normal_quantile(0.5 + 0.5 * level)),
            censored: sorted.iter().filter(|o| !o.event).map(|o| o.time).collect(),
            subjects: sorted.len(),
            times: sorted.iter().map(|o| o.time).collect(),
        }
    }

    /// Survival just after a time.
    pub fn survival(&self, time: f64) -> f64 {
        self.steps.iter().take_while(|s| s.time <= time).last().map_or(1.0, |s| s.survival)
    }

    /// Time by which the share `p` of subjects has had the event; `p = ½` is the median.
    pub fn quantile(&self, p: f64) -> TimeQuantile {
        // Products of fractions miss round numbers by rounding.
        let level = 1.0 - p + 1e-12;
        let first =
            |read: fn(&Step) -> f64| self.steps.iter().find(|s| read(s) <= level).map(|s| s.time);
        TimeQuantile { time: first(|s| s.survival), low: first(|s| s.low), high: first(|s| s.high) }
    }

    /// Subjects at risk just before each of some times: the table under a chart.
    pub fn at_risk(&self, times: &[f64]) -> Vec<usize> {
        times.iter().map(|t| self.subjects - self.times.partition_point(|x| x < t)).collect()
    }

    /// Share of subjects that had the event, censored or not: `1 − Ŝ` only without early censoring.
    pub fn reached(&self) -> f64 {
        self.steps.iter().map(|s| s.events).sum::<usize>() as f64 / self.subjects.max(1) as f64
    }
}

fn steps(sorted: &[Observation], z: f64) -> Vec<Step> {
    let mut at_risk = sorted.len();
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut high = 1.0;
    let mut steps = Vec::new();
    for group in sorted.chunk_by(|a, b| a.time == b.time) {
        let events = group.iter().filter(|o| o.event).count();
        if events > 0 {
            let (n, d) = (at_risk as f64, events as f64);
            survival *= 1.0 - d / n;
            greenwood += d / (n * (n - d));
            let low;
            (low, high) = if events == at_risk {
                (0.0, high)
            } else {
                let log = libm::log(survival);
                let spread = libm::exp(z * greenwood.sqrt() / log.abs());
                (libm::exp(log * spread), libm::exp(log / spread))
            };
            let error = if events == at_risk { 0.0 } else { survival * greenwood.sqrt() };
            steps.push(Step { time: group[0].time, at_risk, events, survival, error, low, high });
        }
        at_risk -= group.len();
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(times: &[(f64, bool)]) -> Vec<Observation> {
        times.iter().map(|(time, event)| Observation { time: *time, event: *event }).collect()
    }

    #[test]
    fn without_censoring_it_is_the_empirical_distribution() {
        let all = seen(&[(2.0, true), (1.0, true), (4.0, true), (3.0, true)]);
        let curve = Curve::new(&all, 0.95);
        for (t, want) in [(0.5, 1.0), (1.0, 0.75), (2.5, 0.5), (3.0, 0.25), (9.0, 0.0)] {
            assert!((curve.survival(t) - want).abs() < 1e-15);
        }
        // Greenwood without censoring is the binomial standard error.
        assert!((curve.steps[0].error - (0.75_f64 * 0.25 / 4.0).sqrt()).abs() < 1e-15);
        assert_eq!(curve.quantile(0.5).time, Some(2.0));
        let last = curve.steps[3];
        assert_eq!((last.survival, last.low, last.high), (0.0, 0.0, curve.steps[2].high));
    }

    #[test]
    fn the_freireich_trial() {
        // 6-mercaptopurine arm, Freireich et al. (1963); survival and standard errors as in Kalbfleisch &
        // Prentice (2002): Ŝ(6) = 0.857, Ŝ(10) = 0.753, Ŝ(23) = 0.448, s.e. (23) = 0.135; median 23 weeks.
        let events = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
        let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let all: Vec<Observation> = events
            .map(|time| Observation { time, event: true })
            .into_iter()
            .chain(censored.map(|time| Observation { time, event: false }))
            .collect();
        let curve = Curve::new(&all, 0.95);
        for (t, want) in [(6.0, 0.857), (7.0, 0.807), (10.0, 0.753), (16.0, 0.627), (23.0, 0.448)] {
            assert!((curve.survival(t) - want).abs() < 5e-4, "{t}");
        }
        assert!((curve.steps[6].error - 0.135).abs() < 5e-4);
        let median = curve.quantile(0.5);
        assert_eq!((median.time, median.low, median.high), (Some(23.0), Some(13.0), None));
        assert_eq!(curve.at_risk(&[0.0, 6.0, 10.0, 10.5, 35.0, 36.0]), [21, 21, 15, 13, 1, 0]);
        assert_eq!(curve.censored.len(), 12);
    }

    #[test]
    fn without_events_nothing_falls() {
        let curve = Curve::new(&seen(&[(1.0, false), (2.0, false)]), 0.95);
        assert_eq!((curve.survival(5.0), curve.reached()), (1.0, 0.0));
        assert_eq!(curve.quantile(0.5), TimeQuantile { time: None, low: None, high: None });
        assert_eq!(Curve::new(&[], 0.95).subjects, 0);
    }

    #[test]
    fn censoring_at_the_horizon_keeps_its_subjects_at_risk() {
        let all: Vec<Observation> = [Some(3.0), Some(5.0), Some(5.0), None, None]
            .map(|event| Observation::within(event, 10.0))
            .to_vec();
        let curve = Curve::new(&all, 0.95);
        assert!((curve.survival(3.0) - 0.8).abs() < 1e-15);
        assert!((curve.survival(5.0) - 0.4).abs() < 1e-15);
        assert_eq!(curve.quantile(0.5).time, Some(5.0));
        assert_eq!(curve.quantile(0.75).time, None);
        assert!((curve.reached() - 0.6).abs() < 1e-15);
    }
}
