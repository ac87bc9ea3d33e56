//! Numbers that change with time: what a rule asks for on paper is not for ever what it asks for in practice.

use std::fmt;

use super::keys::DATED_WORDS;
use super::param::Parameters;
use super::problem::{Code, Log};
use super::tree::{Node, Table, Value};
use super::walk::{self, Bounds};
use crate::calendar::Quarter;

/// Most dates of one number.
const MOST: usize = 8;

/// What a number is on a date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Level {
    /// A number.
    Value(f64),
    /// `parameters.eroded-approval`.
    Eroded,
    /// `parameters.eroded-approval-2024`.
    Eroded2024,
    /// `parameters.listings-push`.
    ListingsPush,
    /// `parameters.push-dependence`.
    PushDependence,
    /// `parameters.push-third`.
    PushThird,
    /// `parameters.rule-compliance`.
    RuleCompliance,
}

impl Level {
    fn of(self, p: &Parameters) -> f64 {
        match self {
            Self::Value(value) => value,
            Self::Eroded => p.eroded_approval,
            Self::Eroded2024 => p.eroded_approval_2024,
            Self::ListingsPush => p.listings_push,
            Self::PushDependence => p.push_dependence,
            Self::PushThird => p.push_third,
            Self::RuleCompliance => p.rule_compliance,
        }
    }
}

/// A number over time: straight lines between dates, constant before the first and after the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dated {
    /// Rising dates; the last one stands in all places that are left.
    points: [(Quarter, Level); MOST],
    dates: usize,
}

impl Dated {
    /// A number that does not change.
    pub const fn always(value: f64) -> Self {
        Self::level(Level::Value(value))
    }

    const fn level(level: Level) -> Self {
        Self { points: [(Quarter::new(2000, 1), level); MOST], dates: 1 }
    }

    /// A number by its dates, which rise; `None` if there are none or more than eight.
    pub fn new(points: &[(Quarter, Level)]) -> Option<Self> {
        let rises = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let last = *points.last()?;
        if !rises || points.len() > MOST {
            return None;
        }
        let points = std::array::from_fn(|i| points.get(i).copied().unwrap_or(last));
        let dates = points.iter().position(|point| *point == last).unwrap_or(MOST - 1) + 1;
        Some(Self { points, dates })
    }

    fn points(&self) -> &[(Quarter, Level)] {
        &self.points[..self.dates]
    }

    /// What was written for the first date: what was enacted.
    pub fn first(&self, p: &Parameters) -> f64 {
        self.points[0].1.of(p)
    }

    /// The number in a quarter.
    pub fn at(&self, now: Quarter, p: &Parameters) -> f64 {
        let points = self.points();
        let after = points.partition_point(|(date, _)| *date <= now);
        match (after.checked_sub(1).map(|i| points[i]), points.get(after).copied()) {
            (Some((from, low)), Some((to, high))) => {
                let (low, high) = (low.of(p), high.of(p));
                let part = f64::from(now.since(from)) / f64::from(to.since(from));
                low + part * (high - low)
            }
            (Some((_, level)), None) | (None, Some((_, level))) => level.of(p),
            (None, None) => f64::NAN,
        }
    }

    /// Whether it is this number on every date; a parameter is never known to be.
    pub fn is_always(&self, value: f64) -> bool {
        self.points().iter().all(|(_, level)| *level == Level::Value(value))
    }

    /// The number, if it does not change and is no parameter.
    pub fn constant(&self) -> Option<f64> {
        match self.points[0].1 {
            Level::Value(value) if self.is_always(value) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    /// As it is written in a scenario.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{value}"),
            named => {
                let word = DATED_WORDS.iter().find(|(_, level)| level == named);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

impl fmt::Display for Dated {
    /// A number, or `0.1 (2022Q4), 0.8 (2023Q4)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [(_, level)] = self.points() {
            return write!(f, "{level}");
        }
        let dates = self.points().iter().map(|(date, level)| format!("{level} ({date})"));
        f.write_str(&dates.collect::<Vec<_>>().join(", "))
    }
}

impl From<f64> for Dated {
    fn from(value: f64) -> Self {
        Self::always(value)
    }
}

/// Reads a number, one of the words, or a table of dates with such values.
pub(crate) fn read(
    node: &Node,
    bounds: Bounds,
    words: &[(&str, f64)],
    named: &[&str],
    log: &mut Log,
) -> Option<Dated> {
    match &node.value {
        Value::Table(table) => dates(table, node, (bounds, words, named), log),
        _ => level(node, bounds, words, named, log).map(Dated::level),
    }
}

fn dates(
    table: &Table,
    node: &Node,
    (bounds, words, named): (Bounds, &[(&str, f64)], &[&str]),
    log: &mut Log,
) -> Option<Dated> {
    let mut points = Vec::new();
    let mut whole = true;
    for (date, entry) in table {
        let read = date.parse::<Quarter>();
        if read.is_err() {
            let message = format!("`{date}` is no quarter");
            log.error(Code::BadDate, entry.key, message).help(
                "the keys are dates: { \"2022Q4\" = 0.1, \"2023Q4\" = 0.8 }, straight lines between them",
            );
        }
        let value = level(&entry.node, bounds, words, named, log);
        match (read, value) {
            (Ok(date), Some(value)) => points.push((date, value, entry.key)),
            _ => whole = false,
        }
    }
    points.sort_by_key(|(date, ..)| *date);
    for pair in points.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        log.error(Code::DuplicateId, pair[1].2, format!("{} stands there twice", pair[1].0))
            .help("keep one of the two");
        whole = false;
    }
    if table.is_empty() || table.len() > MOST {
        let message = format!("{} dates: one to {MOST} can be given", table.len());
        log.error(Code::OutOfRange, node.origin, message).help("write a number, or fewer dates");
        whole = false;
    }
    let points: Vec<_> = points.into_iter().map(|(date, value, _)| (date, value)).collect();
    whole.then(|| Dated::new(&points)).flatten()
}

fn level(
    node: &Node,
    bounds: Bounds,
    words: &[(&str, f64)],
    named: &[&str],
    log: &mut Log,
) -> Option<Level> {
    let Value::Text(given) = &node.value else {
        return walk::number(node, bounds, log).map(Level::Value);
    };
    let words = words.iter().map(|&(word, value)| (word, Level::Value(value)));
    let parameters = DATED_WORDS.into_iter().filter(|(word, _)| named.contains(word));
    let known: Vec<_> = words.chain(parameters).collect();
    walk::word(given, node.origin, &known, log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::param::SPECS;

    fn parameters() -> Parameters {
        let mut values = vec![0.0; SPECS.len()];
        values[crate::scenario::param::Spec::find("eroded-approval").unwrap().0] = 0.9;
        Parameters::from_slice(&values)
    }

    #[test]
    fn lines_join_the_dates_and_go_on_flat() {
        let p = parameters();
        let [from, to] = [Quarter::new(2022, 4), Quarter::new(2023, 4)];
        let rate = Dated::new(&[(from, Level::Value(0.1)), (to, Level::Eroded)]).unwrap();
        let at = |n: i32| (rate.at(from.plus(n), &p) * 10.0).round() / 10.0;
        assert_eq!([at(-9), at(0), at(1), at(2), at(4), at(40)], [0.1, 0.1, 0.3, 0.5, 0.9, 0.9]);
        assert_eq!((rate.first(&p), rate.constant()), (0.1, None));
        assert_eq!(Dated::always(0.3).constant(), Some(0.3));
        assert!(Dated::new(&[]).is_none());
        assert!(Dated::new(&[(to, Level::Value(0.1)), (from, Level::Value(0.2))]).is_none());
    }
}
