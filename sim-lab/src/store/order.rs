//! The order of the values of a record in `outcomes.parquet`: each column over time, first those of quarters, then those
//! of years.
//!
//! A series has something in common with its neighbours and with the same series of another scenario: what is outside
//! the model, what did not happen, and all that precedes a law. In this order such stretches are long.
//!
//! Invariant: a file says in which order it is; one that does not say is in that of records, quarter by quarter.

use parquet::file::metadata::KeyValue;
use sim_core::record::Record;

use crate::outcome::Reader;

/// What a file says.
const KEY: &str = "order";
const BY_COLUMN: &str = "scenario, column, time";

/// How values stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Quarters, and columns of a quarter.
    quarterly: (usize, usize),
    /// Years, and columns of a year.
    yearly: (usize, usize),
    by_column: bool,
}

/// What a file that is written in [`Order`] says.
pub(super) fn mark() -> KeyValue {
    KeyValue::new(KEY.to_owned(), Some(BY_COLUMN.to_owned()))
}

impl Order {
    /// The order in which records are written.
    pub fn new(reader: &Reader) -> Self {
        let (quarters, years) = (reader.quarters(), reader.years());
        let (quarterly, yearly) = (reader.columns.len(), reader.yearly.len());
        Self { quarterly: (quarters, quarterly), yearly: (years, yearly), by_column: true }
    }

    /// The order of a file, by what it says.
    pub(crate) fn of_file(reader: &Reader, metadata: Option<&Vec<KeyValue>>) -> Self {
        let said = metadata.into_iter().flatten().find(|entry| entry.key == KEY);
        let by_column = said.and_then(|entry| entry.value.as_deref()) == Some(BY_COLUMN);
        Self { by_column, ..Self::new(reader) }
    }

    /// Number of values of a record.
    pub const fn values(&self) -> usize {
        self.quarterly.0 * self.quarterly.1 + self.yearly.0 * self.yearly.1
    }

    /// Adds the values of a record.
    pub fn write(&self, record: &Record, out: &mut Vec<f64>) {
        for (table, columns) in
            [(&record.quarterly, self.quarterly.1), (&record.yearly, self.yearly.1)]
        {
            if self.by_column {
                for c in 0..columns {
                    out.extend(table.chunks_exact(columns).map(|row| row[c]));
                }
            } else {
                out.extend_from_slice(table);
            }
        }
    }

    /// The values of quarters and of years of a record.
    pub(super) fn read(&self, values: &[f64]) -> [Vec<f64>; 2] {
        let (quarterly, yearly) = values.split_at(self.quarterly.0 * self.quarterly.1);
        [(quarterly, self.quarterly.0), (yearly, self.yearly.0)].map(|(values, times)| {
            if self.by_column {
                (0..times).flat_map(|t| values.iter().skip(t).step_by(times)).copied().collect()
            } else {
                values.to_vec()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        let values = |count: usize| (0..count).map(|i| i as f64).collect::<Vec<f64>>();
        let record = Record {
            quarterly: values(6),
            yearly: values(4),
            firms: Vec::new(),
            detail: Vec::new(),
            base_us_share: 0.5,
        };
        let order = Order { quarterly: (3, 2), yearly: (2, 2), by_column: true };
        let mut out = Vec::new();
        order.write(&record, &mut out);
        assert_eq!(out, [0.0, 2.0, 4.0, 1.0, 3.0, 5.0, 0.0, 2.0, 1.0, 3.0]);
        assert_eq!(order.read(&out), [record.quarterly.clone(), record.yearly.clone()]);
        let old = Order { by_column: false, ..order };
        let flat = [record.quarterly.clone(), record.yearly.clone()].concat();
        assert_eq!(old.read(&flat), [record.quarterly, record.yearly]);
    }
}
