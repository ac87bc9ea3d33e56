//! What paired differences say, before it is put in words: which way they go, how surely, and in which unit they are told.
//!
//! Invariant: a direction is called clear only if the interval that is printed with it lies on one side of zero.

use sim_stats::summary::{FEWEST_FOR_TAILS, Summary, paired};

use super::{UNKNOWN, digits, number};

/// Part of the runs that differ at all which must go one way for an effect without a clear direction to be called lopsided.
const LOPSIDED: f64 = 0.8;
/// Smaller differences, in the unit of the table, are rounding of the books: a thousand dollars where money is in billions.
const ROUNDING: f64 = 1e-6;

/// How a quantity is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Before the number: `USD `.
    before: &'static str,
    /// After the number, and how many of it make one unit of the values; the first is that of the table.
    after: &'static [(&'static str, f64)],
    /// Decimals in the first of these units.
    pub decimals: usize,
}

/// Money, USD billion.
pub const MONEY: Measure =
    Measure { before: "USD ", after: &[("bn", 1.0), ("mn", 1e3), ("thousand", 1e6)], decimals: 0 };
/// Generations of process technology.
pub const GENERATIONS: Measure =
    Measure { before: "", after: &[("generations", 1.0)], decimals: 1 };
/// Differences of shares.
pub const POINTS: Measure =
    Measure { before: "", after: &[("percentage points", 1.0)], decimals: 0 };

impl Measure {
    /// Below it a number is told as "hardly anything": what the table would print as zero.
    fn least(self) -> f64 {
        0.5 * 0.1_f64.powi(self.decimals as i32)
    }

    /// The unit in which a largest size is more than nothing.
    fn unit(self, largest: f64) -> (&'static str, f64) {
        let enough =
            |(_, factor): &&(&str, f64)| largest < ROUNDING || largest * factor >= self.least();
        *self.after.iter().find(enough).or(self.after.last()).unwrap_or(&("", 1.0))
    }

    /// The median with its unit, and the interval in the same unit, as [`digits`] prints them.
    pub fn told(self, summary: &Summary) -> (String, String) {
        let largest = [summary.p5, summary.p50, summary.p95].map(f64::abs);
        let (unit, factor) = self.unit(largest.into_iter().fold(0.0, f64::max));
        let [low, middle, high] =
            [summary.p5, summary.p50, summary.p95].map(|v| digits(v * factor, self.decimals));
        (format!("{}{middle} {unit}", self.before), format!("{low} to {high}"))
    }
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Less than under the baseline.
    Down,
    /// More.
    Up,
}

impl Side {
    /// −1 or 1.
    pub const fn sign(self) -> f64 {
        match self {
            Self::Down => -1.0,
            Self::Up => 1.0,
        }
    }
}

/// What can be said of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There is no number.
    Unknown,
    /// No run differs.
    Same,
    /// The interval lies on one side of zero.
    Clear(Side),
    /// It does not, but of the runs that differ nearly all go one way.
    Mostly(Side),
    /// Neither.
    Open,
}

/// Paired differences of a quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Their distribution: of few runs with the range in place of the 5–95 % interval.
    pub summary: Summary,
    /// Number of runs.
    pub runs: usize,
    /// Part of the runs below zero.
    pub down: f64,
    /// Part of the runs above zero.
    pub up: f64,
    /// What can be said.
    pub verdict: Verdict,
    /// Whether the table would print all of it as zero.
    pub tiny: bool,
}

impl Effect {
    /// Of differences in the first unit of a measure.
    pub fn of(differences: &[f64], measure: Measure) -> Self {
        let snap = |d: f64| if d.abs() < ROUNDING { 0.0 } else { d };
        let snapped: Vec<f64> = differences.iter().copied().map(snap).collect();
        let told = Summary::told(&snapped);
        let [p5, p50, p95] = [told.p5, told.p50, told.p95].map(snap);
        let summary = Summary { p5, p50, p95, ..told };
        let runs = snapped.len();
        let part = |sign: f64| {
            snapped.iter().filter(|d| sign * **d > 0.0).count() as f64 / runs.max(1) as f64
        };
        let (down, up) = (part(-1.0), part(1.0));
        let side = if down > up { Side::Down } else { Side::Up };
        let verdict = match () {
            () if !(summary.p5.is_finite() && summary.p95.is_finite()) => Verdict::Unknown,
            () if down + up == 0.0 => Verdict::Same,
            () if summary.clear() => Verdict::Clear(side),
            () if down.max(up) >= LOPSIDED * (down + up) => Verdict::Mostly(side),
            () => Verdict::Open,
        };
        let tiny = summary.p5.abs().max(summary.p95.abs()) < measure.least();
        Self { summary, runs, down, up, verdict, tiny }
    }

    /// The side on which it clearly is, if the table would show it.
    pub fn clear(&self) -> Option<Side> {
        match self.verdict {
            Verdict::Clear(side) if !self.tiny => Some(side),
            _ => None,
        }
    }

    /// Part of the runs on a side.
    pub fn part(&self, side: Side) -> f64 {
        match side {
            Side::Down => self.down,
            Side::Up => self.up,
        }
    }
}

/// The one of several effects that is furthest on a side, and those that are not clearly behind it, run by run.
#[derive(Debug, Clone, PartialEq)]
pub struct Furthest {
    /// Its place.
    pub first: usize,
    /// The side.
    pub side: Side,
    /// What it is.
    pub effect: Effect,
    /// Places of the others that are not clearly behind, the nearest first.
    pub ties: Vec<usize>,
}

impl Furthest {
    /// Of differences from the same runs, if any is clearly on the side.
    pub fn of(all: &[Vec<f64>], measure: Measure, side: Side) -> Option<Self> {
        let effects: Vec<Effect> = all.iter().map(|one| Effect::of(one, measure)).collect();
        let size = |place: usize| side.sign() * effects[place].summary.p50;
        let on_side = (0..all.len()).filter(|place| effects[*place].clear() == Some(side));
        // Of several that are alike the first is named.
        let first = on_side.rev().max_by(|a, b| size(*a).total_cmp(&size(*b)))?;
        let behind = |other: usize| {
            let gap = Effect::of(&paired(&all[first], &all[other]), measure);
            gap.verdict == Verdict::Clear(side)
        };
        let mut ties: Vec<usize> =
            (0..all.len()).filter(|other| *other != first && !behind(*other)).collect();
        ties.sort_by(|a, b| size(*b).total_cmp(&size(*a)));
        Some(Self { first, side, effect: effects[first], ties })
    }
}

/// What an interval of so many runs is: `5–95 %`, or the number of runs of which it is the range.
pub fn band(runs: usize) -> String {
    match runs {
        1 => "one run".to_owned(),
        few if few < FEWEST_FOR_TAILS => format!("range of {few} runs"),
        _ => "5\u{2013}95 %".to_owned(),
    }
}

/// What the cells of a table are: `median (5 % to 95 %)`, of few runs with their range.
pub fn cells(runs: usize) -> String {
    if runs < FEWEST_FOR_TAILS {
        format!("median (lowest to highest of {runs})")
    } else {
        "median (5 % to 95 %)".to_owned()
    }
}

/// A part of the runs in percent: neither none nor all where it is some.
pub fn percent(part: f64) -> String {
    let whole = 100.0 * part;
    if whole.is_nan() {
        return UNKNOWN.to_owned();
    }
    // What is short of all by less than a half is told with the decimals of what is missing.
    let missing = 100.0 - whole;
    if missing > 0.0 && missing <= 0.5 {
        let decimals = (1..6).find(|d| missing >= 0.5 * 0.1_f64.powi(*d)).unwrap_or(6);
        return number(whole, decimals as usize);
    }
    digits(whole, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_is_told_in_a_unit_in_which_it_is_not_zero() {
        let told = |values: &[f64]| MONEY.told(&Summary::told(values));
        assert_eq!(
            told(&[-26.0]),
            ("USD \u{2212}26 bn".to_owned(), "\u{2212}26 to \u{2212}26".to_owned())
        );
        assert_eq!(told(&[0.121]).0, "USD 121 mn");
        assert_eq!(told(&[0.000_05]).0, "USD 50 thousand");
        assert_eq!(told(&[0.02, 12.0, 40.0]), ("USD 12 bn".to_owned(), "0.02 to 40".to_owned()));
        assert_eq!(GENERATIONS.told(&Summary::told(&[0.004])).0, "0.004 generations");
        assert_eq!(MONEY.told(&Summary::told(&[0.0])).0, "USD 0 bn");
    }

    #[test]
    fn verdicts_go_by_the_interval_and_then_by_the_runs() {
        let of = |down: usize, none: usize, up: usize| {
            let values = std::iter::repeat_n(-2.0, down)
                .chain(std::iter::repeat_n(0.0, none))
                .chain(std::iter::repeat_n(2.0, up));
            Effect::of(&values.collect::<Vec<_>>(), MONEY)
        };
        assert_eq!(of(0, 40, 0).verdict, Verdict::Same);
        assert_eq!(of(0, 0, 40).verdict, Verdict::Clear(Side::Up));
        assert_eq!(of(1, 4, 35).verdict, Verdict::Mostly(Side::Up));
        assert_eq!(of(20, 0, 20).verdict, Verdict::Open);
        assert_eq!(Effect::of(&[], MONEY).verdict, Verdict::Unknown);
        // Of eight runs one that goes the other way is enough for no clear direction.
        assert_eq!(of(0, 0, 8).verdict, Verdict::Clear(Side::Up));
        assert_eq!(of(1, 0, 7).verdict, Verdict::Mostly(Side::Up));
        let tiny = Effect::of(&[0.01; 40], MONEY);
        assert!(tiny.tiny && tiny.verdict == Verdict::Clear(Side::Up) && tiny.clear().is_none());
        assert_eq!(Effect::of(&[1e-9; 40], MONEY).verdict, Verdict::Same);
    }

    #[test]
    fn some_runs_are_neither_none_nor_all() {
        assert_eq!(percent(0.0), "0");
        assert_eq!(percent(0.002), "0.2");
        assert_eq!(percent(0.995), "99.5");
        assert_eq!(percent(0.999), "99.9");
        assert_eq!(percent(1.0), "100");
    }
}
