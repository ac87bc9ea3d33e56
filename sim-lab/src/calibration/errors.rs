//! Errors: how far an observation may be from what a run shows.
//!
//! Invariant: data are drawn by the same law by which they are judged.

use super::class::{CLASSES, Class};
use super::likelihood::{PERSISTENCE, percent};
use crate::hindcast::scores::HALF_UNIT;
use crate::hindcast::statistic::{density, distribution, log_odds, t_quantile};
use sim_stats::gauss::{cholesky, solve};
use sim_stats::normal::normal_quantile;
use sim_stats::random::Stream;

/// Degrees of freedom of all errors.
const FREEDOM: f64 = 4.0;
/// Intervals narrower than this many scales count by their density: the difference of two distribution functions has no
/// digits there.
const NARROW: f64 = 0.02;
/// Least probability of a printed share: rounding may not rule a run out.
const LEAST: f64 = 1e-12;

/// Scales of errors, in log odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Errors {
    /// Of a printed share.
    pub statistic: f64,
    /// Discrepancy by class.
    pub discrepancy: [f64; CLASSES],
}

impl Errors {
    /// Scale of the error of a printed share of a country.
    pub fn of_share(&self, country: usize) -> f64 {
        libm::hypot(self.statistic, self.discrepancy[country])
    }
}

/// Shares of a segment, percent: of China and of the United States.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrintedShares {
    /// Shares of all.
    pub share: [f64; 2],
}

impl PrintedShares {
    /// Log odds of China's share, and of the United States' part of the rest.
    pub fn scaled(&self) -> [f64; 2] {
        [log_odds(self.share[0]), log_odds(self.part(self.share[1]))]
    }

    /// Shares from [`PrintedShares::scaled`].
    pub fn of_scaled(scaled: [f64; 2]) -> Self {
        let china = percent(scaled[0]);
        Self { share: [china, (100.0 - china) * percent(scaled[1]) / 100.0] }
    }

    /// A share as part of what China leaves, percent.
    fn part(&self, share: f64) -> f64 {
        (100.0 * share / (100.0 - self.share[0]).max(HALF_UNIT)).clamp(0.0, 100.0)
    }

    /// Logarithm of the probability that one of the two prints as it does; `run` is on the scale of log odds.
    pub fn log(&self, which: usize, run: f64, scale: f64) -> f64 {
        let share = self.share[which];
        let (low, high) = (share - HALF_UNIT, share + HALF_UNIT);
        let (low, high) =
            if which == 0 { (low, high) } else { (self.part(low.max(0.0)), self.part(high)) };
        let apart = |x: f64| (log_odds(x) - run) / scale;
        let below = if low <= 0.0 { 0.0 } else { distribution(apart(low)) };
        let above = if high >= 100.0 { 0.0 } else { distribution(-apart(high)) };
        let (near, far) = (apart(low), apart(high));
        let narrow = low > 0.0 && high < 100.0 && far - near < NARROW;
        let middle = f64::midpoint(near, far);
        let chance = if narrow { density(middle) * (far - near) } else { 1.0 - below - above };
        libm::log(chance.max(LEAST))
    }

    /// Shares as they may print where a run shows these.
    pub fn drawn(run: [f64; 2], errors: &Errors, stream: &mut Stream) -> Self {
        let mut error = |country: usize| errors.of_share(country) * t_quantile(stream.unit());
        let (china, rest) = (run[0] + error(0), run[1] + error(1));
        let unit = 2.0 * HALF_UNIT;
        let printed = |share: f64| (share / unit).round() * unit;
        Self { share: Self::of_scaled([china, rest]).share.map(printed) }
    }
}

/// Figures of one firm and class: one observation in as many dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Class.
    pub class: Class,
    /// Numbers of the figures among those that are targets.
    numbers: Vec<usize>,
    /// What was observed, on the scale on which it is compared.
    observed: Vec<f64>,
    /// Standard deviations of measurement.
    error: Vec<f64>,
    /// End of each period, years.
    years: Vec<f64>,
}

impl Group {
    /// A group without figures.
    pub const fn new(class: Class) -> Self {
        Self {
            class,
            numbers: Vec::new(),
            observed: Vec::new(),
            error: Vec::new(),
            years: Vec::new(),
        }
    }

    /// Adds a figure.
    pub fn push(&mut self, number: usize, observed: f64, error: f64, years: f64) {
        self.numbers.push(number);
        self.observed.push(observed);
        self.error.push(error);
        self.years.push(years);
    }

    /// Number of figures.
    pub const fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Cholesky factor of the scale matrix: `δ² ρ^|years apart|`, with the squares of measurement on the diagonal.
    fn factor(&self, errors: &Errors) -> Vec<Vec<f64>> {
        let discrepancy = errors.discrepancy[self.class as usize];
        let cell = |i: usize, j: usize| {
            let apart = (self.years[i] - self.years[j]).abs();
            let common = discrepancy * discrepancy * libm::pow(PERSISTENCE, apart);
            if i == j { common + self.error[i] * self.error[i] } else { common }
        };
        cholesky((0..self.len()).map(|i| (0..=i).map(|j| cell(i, j)).collect()).collect())
    }

    /// Logarithm of the density of Student's t in as many dimensions, without the constants:
    /// `−½ ln|Σ| − ½ (ν + n) ln(1 + Q / ν)`.
    pub fn log(&self, figures: &[f64], errors: &Errors) -> f64 {
        let factor = self.factor(errors);
        let apart: Vec<f64> =
            self.numbers.iter().zip(&self.observed).map(|(i, y)| y - figures[*i]).collect();
        let square: f64 = solve(&factor, &apart).iter().map(|x| x * x).sum();
        let volume: f64 = factor.iter().filter_map(|line| line.last()).map(|d| libm::log(*d)).sum();
        -volume - 0.5 * (FREEDOM + self.len() as f64) * libm::log1p(square / FREEDOM)
    }

    /// The same figures as they may be observed where a run shows these.
    #[must_use]
    pub fn drawn(&self, figures: &[f64], errors: &Errors, stream: &mut Stream) -> Self {
        let standard: Vec<f64> =
            self.numbers.iter().map(|_| normal_quantile(stream.unit())).collect();
        let stretch = (FREEDOM / stream.chi_square(FREEDOM)).sqrt();
        let line = |line: &Vec<f64>| line.iter().zip(&standard).map(|(l, z)| l * z).sum::<f64>();
        let error = self.factor(errors).iter().map(line).collect::<Vec<_>>();
        let observed =
            self.numbers.iter().zip(error).map(|(i, e)| figures[*i] + stretch * e).collect();
        Self { observed, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_stats::random::Use;

    fn errors(scale: f64) -> Errors {
        Errors { statistic: scale, discrepancy: [0.0, 0.0, scale, scale, scale] }
    }

    #[test]
    fn printed_shares_have_probabilities_that_add_up() {
        for run in [[-3.0, 0.4], [1.2, -2.0], [-9.0, 5.0]] {
            let of = |share: f64| PrintedShares { share: [share, 0.0] }.log(0, run[0], 0.3);
            let sum: f64 = (0..=1000).map(|i| libm::exp(of(f64::from(i) * 0.1))).sum();
            assert!((sum - 1.0).abs() < 1e-3, "{run:?} {sum}");
        }
        // The United States' part of what a share of 40 leaves.
        let of = |share: f64| PrintedShares { share: [40.0, share] }.log(1, 0.4, 0.3);
        let sum: f64 = (0..=600).map(|i| libm::exp(of(f64::from(i) * 0.1))).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn shares_go_to_the_scale_and_back() {
        let share = [12.0, 35.0];
        let back = PrintedShares::of_scaled(PrintedShares { share }.scaled()).share;
        assert!(back.iter().zip(share).all(|(a, b)| (a - b).abs() < 1e-9), "{back:?}");
    }

    #[test]
    fn a_group_of_one_is_student_with_four_degrees_of_freedom() {
        let mut group = Group::new(Class::Firms);
        group.push(0, 0.7, 0.0, 0.0);
        let log = |run: f64| group.log(&[run], &errors(0.5));
        let of = |run: f64| libm::log(density((0.7 - run) / 0.5) / 0.5);
        assert!((log(0.1) - log(2.0) - (of(0.1) - of(2.0))).abs() < 1e-12);
    }

    #[test]
    fn years_of_one_firm_count_for_less_than_as_many_firms() {
        let loss = |years: f64| {
            let mut group = Group::new(Class::Firms);
            for i in 0..6 {
                group.push(i, 0.5, 0.01, years * i as f64);
            }
            let log = |run: f64| group.log(&[run; 6], &errors(0.25));
            log(0.5) - log(0.0)
        };
        // Six years together speak less against the same miss than six figures that have nothing in common.
        assert!(loss(1.0) < 0.75 * loss(100.0), "{} {}", loss(1.0), loss(100.0));
    }

    #[test]
    fn data_are_drawn_by_the_law_that_judges_them() {
        let mut group = Group::new(Class::Firms);
        (0..3).for_each(|i| group.push(i, 0.0, 0.1, i as f64));
        let (mut inside, n) = (0, 4000);
        let mut stream = Stream::new(1, Use::Truth, 0, 0);
        for _ in 0..n {
            let drawn = group.drawn(&[1.0, 2.0, 3.0], &errors(0.3), &mut stream);
            // The first alone: scale √(0.3² + 0.1²); 90 % of Student's t are within 2.1318.
            let scale = libm::hypot(0.3, 0.1);
            inside += i32::from(((drawn.observed[0] - 1.0) / scale).abs() < 2.131_847);
        }
        let part = f64::from(inside) / f64::from(n);
        assert!((part - 0.9).abs() < 0.02, "{part}");
        let mut low = 0;
        for _ in 0..n {
            let drawn = PrintedShares::drawn([log_odds(20.0), 0.0], &errors(0.4), &mut stream);
            low += i32::from(drawn.share[0] < 20.0);
        }
        assert!((f64::from(low) / f64::from(n) - 0.5).abs() < 0.04, "{low}");
    }
}
