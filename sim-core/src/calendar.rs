//! Quarters, the step of the model, and how dates of law map to them.
//!
//! Invariant: a quarter is a plain count, so time arithmetic is exact and free of clocks.

use std::fmt;
use std::str::FromStr;

/// One quarter of the calendar, counted from 2000Q1 = 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(i32);

impl Quarter {
    /// The quarter `quarter` (1–4) of `year`.
    pub const fn new(year: i32, quarter: i32) -> Self {
        Self((year - 2000) * 4 + quarter - 1)
    }

    /// Calendar year.
    pub const fn year(self) -> i32 {
        2000 + self.0.div_euclid(4)
    }

    /// Position within the year, 1–4.
    pub const fn of_year(self) -> i32 {
        self.0.rem_euclid(4) + 1
    }

    /// The quarter `n` steps later (earlier when negative).
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0 + n)
    }

    /// Steps from `earlier` to `self`.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Whether it is one of the quarters from `from` on, and before `to` if there is an end.
    pub fn lies_in(self, from: Self, to: Option<Self>) -> bool {
        self >= from && to.is_none_or(|end| self < end)
    }

    /// Middle of the quarter in years, for charts and interpolation: 2019Q1 is 2019.125.
    pub fn mid_year(self) -> f64 {
        f64::from(self.year()) + (f64::from(self.of_year()) - 0.5) / 4.0
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Q{}", self.year(), self.of_year())
    }
}

/// A text that is neither a quarter nor a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quarter: write a quarter like 2022Q4 or a date like 2022-10-07")]
pub struct NoQuarter(String);

impl NoQuarter {
    pub(crate) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl FromStr for Quarter {
    type Err = NoQuarter;

    /// Reads `2022Q4` or `2022-10-07`; a date maps to the quarter that contains it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || NoQuarter(text.to_owned());
        let year = |part: &str| match part.parse::<i32>() {
            Ok(y) if part.len() == 4 && (1950..=2100).contains(&y) => Ok(y),
            _ => Err(bad()),
        };
        if let Some((y, q)) = text.split_once(['Q', 'q']) {
            return match q {
                "1" | "2" | "3" | "4" => Ok(Self::new(year(y)?, q.parse().map_err(|_| bad())?)),
                _ => Err(bad()),
            };
        }
        let mut parts = text.split('-');
        let (Some(y), Some(m), Some(d), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(bad());
        };
        let number = |part: &str, top: i32| match part.parse::<i32>() {
            Ok(n) if part.len() == 2 && (1..=top).contains(&n) => Ok(n),
            _ => Err(bad()),
        };
        let (year, month) = (year(y)?, number(m, 12)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = [31, 28 + i32::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        number(d, days[month as usize - 1])?;
        Ok(Self::new(year, (month - 1) / 3 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_and_dates_read_and_print() {
        assert_eq!("2022-10-07".parse::<Quarter>().unwrap(), Quarter::new(2022, 4));
        assert_eq!("2019Q1".parse::<Quarter>().unwrap().to_string(), "2019Q1");
        assert_eq!(Quarter::new(2019, 4).plus(1), Quarter::new(2020, 1));
        assert_eq!(Quarter::new(2035, 4).since(Quarter::new(2019, 1)), 67);
        assert_eq!(Quarter::new(1999, 4).to_string(), "1999Q4");
        for bad in ["2022Q5", "2022-13-01", "2023-02-29", "22Q1", "2022", "", "2022-1-1"] {
            assert!(bad.parse::<Quarter>().is_err(), "{bad}");
        }
    }
}
