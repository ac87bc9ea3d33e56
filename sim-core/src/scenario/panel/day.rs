//! Days of the calendar, for windows that cut quarters.

use std::fmt;
use std::str::FromStr;

use crate::calendar::{NoQuarter, Quarter};

/// A day, counted from the first of March of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    /// A day of the Gregorian calendar. The month and the day are taken as they are.
    pub const fn new(year: i32, month: i32, day: i32) -> Self {
        // The year begins in March, so that the leap day is its last.
        let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        Self(365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1)
    }

    /// First day of a quarter.
    pub const fn first_of(quarter: Quarter) -> Self {
        Self::new(quarter.year(), 3 * quarter.of_year() - 2, 1)
    }

    /// Days from `earlier` to `self`.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.date().0
    }

    /// Year, month and day.
    fn date(self) -> (i32, i32, i32) {
        // A year has at least 365 days, so the guess is never too early.
        let mut year = self.0 / 365;
        while Self::new(year, 3, 1) > self {
            year -= 1;
        }
        let rest = self.0 - Self::new(year, 3, 1).0;
        let m = (5 * rest + 2) / 153;
        let day = rest - (153 * m + 2) / 5 + 1;
        if m < 10 { (year, m + 3, day) } else { (year + 1, m - 9, day) }
    }

    /// Part of a quarter's days that lies between two days, both included.
    pub fn part_of(quarter: Quarter, start: Self, end: Self) -> f64 {
        let (first, next) = (Self::first_of(quarter).0, Self::first_of(quarter.plus(1)).0);
        let days = (end.0 + 1).min(next) - start.0.max(first);
        f64::from(days.max(0)) / f64::from(next - first)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = NoQuarter;

    /// Reads `2022-10-07`.
    fn from_str(text: &str) -> Result<Self, NoQuarter> {
        // Whatever is no date is refused in the words of the calendar; a quarter is no day.
        text.parse::<Quarter>()?;
        let parts: Vec<i32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
        match parts[..] {
            [year, month, day] => Ok(Self::new(year, month, day)),
            _ => Err(NoQuarter::of(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_print_and_count() {
        let day = |text: &str| text.parse::<Day>().expect("a date");
        let mut before = day("2018-12-31");
        for text in ["2019-01-01", "2019-01-02"] {
            assert_eq!(day(text).since(before), 1);
            before = day(text);
        }
        for text in ["2000-02-29", "2019-03-01", "2020-02-29", "2023-12-31", "2024-12-31"] {
            assert_eq!(day(text).to_string(), text);
        }
        assert_eq!(day("2024-12-31").since(day("2019-12-31")), 5 * 365 + 2);
        for bad in ["2023Q4", "2023-02-29", "2023", ""] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_window_takes_its_part_of_the_days_of_a_quarter() {
        let (start, end) = (Day::new(2023, 10, 30), Day::new(2024, 10, 27));
        let part = |year, quarter| Day::part_of(Quarter::new(year, quarter), start, end);
        assert_eq!(part(2023, 3), 0.0);
        assert_eq!(part(2023, 4), 63.0 / 92.0);
        assert_eq!((part(2024, 1), part(2024, 2), part(2024, 3)), (1.0, 1.0, 1.0));
        assert_eq!(part(2024, 4), 27.0 / 92.0);
        let year = (1..=4).map(|q| {
            Day::part_of(Quarter::new(2024, q), Day::new(2024, 1, 1), Day::new(2024, 12, 31))
        });
        assert_eq!(year.sum::<f64>(), 4.0);
    }
}
