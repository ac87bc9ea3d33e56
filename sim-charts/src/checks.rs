//! Checks of the data of a chart, before anything is drawn.
//!
//! Invariant: data that pass are finite, complete and in order, so that drawing cannot fail on them.

use super::error::ChartError;

/// What rounding may add to a share, and to one quantile over the next, as part of it.
const NOISE: f64 = 1e-9;
/// Most times of a figure.
const MAX_TIMES: usize = 1000;

/// At least two finite, rising times.
pub(crate) fn times(times: &[f64]) -> Result<(), ChartError> {
    count("points in time", times.len(), 2, MAX_TIMES)?;
    finite("times", times)?;
    match times.windows(2).position(|pair| pair[0] >= pair[1]) {
        Some(index) => Err(ChartError::Times { index: index + 1 }),
        None => Ok(()),
    }
}

/// A number of things between two bounds.
pub(crate) fn count(what: &str, count: usize, min: usize, max: usize) -> Result<(), ChartError> {
    if (min..=max).contains(&count) {
        Ok(())
    } else {
        Err(ChartError::Count { what: what.to_owned(), count, min, max })
    }
}

/// One finite value per time.
pub(crate) fn series(name: &str, values: &[f64], expected: usize) -> Result<(), ChartError> {
    if values.len() != expected {
        let (series, found) = (name.to_owned(), values.len());
        return Err(ChartError::Length { series, found, expected });
    }
    finite(name, values)
}

/// Only finite values.
pub(crate) fn finite(name: &str, values: &[f64]) -> Result<(), ChartError> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(ChartError::NotFinite { series: name.to_owned(), index }),
        None => Ok(()),
    }
}

/// Quantiles from low to high that do not cross.
pub(crate) fn order(name: &str, quantiles: &[&[f64]]) -> Result<(), ChartError> {
    for pair in quantiles.windows(2) {
        let crossing = |(low, high): (&f64, &f64)| low - high > NOISE * low.abs().max(high.abs());
        if let Some(index) = pair[0].iter().zip(pair[1]).position(crossing) {
            return Err(ChartError::Crossing { series: name.to_owned(), index });
        }
    }
    Ok(())
}

/// A height that is left, and the least that is needed [logical px].
pub(crate) fn room(height: f64, min: f64) -> Result<(), ChartError> {
    if height < min { Err(ChartError::NoRoom { height, min }) } else { Ok(()) }
}

/// Values from 0 to 100 %, but for rounding.
pub(crate) fn shares(name: &str, values: &[f64]) -> Result<(), ChartError> {
    match values.iter().position(|v| !(-100.0 * NOISE..=100.0 * (1.0 + NOISE)).contains(v)) {
        Some(index) => {
            Err(ChartError::Share { series: name.to_owned(), index, value: values[index] })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_fault_and_more_than_rounding_is() {
        assert_eq!(shares("s", &[0.0, -1e-14, 100.000_000_000_000_01, 100.0]), Ok(()));
        for value in [100.001, -0.001, f64::NAN, f64::INFINITY] {
            assert!(shares("s", &[value]).is_err(), "{value}");
        }
        let (low, high) = ([0.1 + 0.2, 1e9], [0.3, 1e9]);
        assert!(low[0] > high[0]);
        assert_eq!(order("s", &[&low, &high]), Ok(()));
        assert!(order("s", &[&[1.001], &[1.0]]).is_err());
    }
}
