//! Checks of the data of a chart, before anything is drawn.
//!
//! Invariant: data that pass are finite, complete and in order, so that drawing cannot fail on them.

use super::error::ChartError;

/// Most times of a figure.
const MAX_TIMES: usize = 1000;

/// At least two finite, rising times.
pub(crate) fn times(times: &[f64]) -> Result<(), ChartError> {
    count("times", times.len(), 2, MAX_TIMES)?;
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
        if let Some(index) = pair[0].iter().zip(pair[1]).position(|(low, high)| low > high) {
            return Err(ChartError::Crossing { series: name.to_owned(), index });
        }
    }
    Ok(())
}

/// A height that is left, and the least that is needed [logical px].
pub(crate) fn room(height: f64, min: f64) -> Result<(), ChartError> {
    if height < min { Err(ChartError::NoRoom { height, min }) } else { Ok(()) }
}

/// Values from 0 to 100 %.
pub(crate) fn shares(name: &str, values: &[f64]) -> Result<(), ChartError> {
    match values.iter().position(|v| !(0.0..=100.0).contains(v)) {
        Some(index) => {
            Err(ChartError::Share { series: name.to_owned(), index, value: values[index] })
        }
        None => Ok(()),
    }
}
