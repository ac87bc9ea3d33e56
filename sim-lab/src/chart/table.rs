//! The data table of a figure as CSV (RFC 4180, line feeds).
//!
//! Invariant: values are written with the fewest digits that read back to the same number.

use std::fmt::Write as _;

use crate::store::cells::{cell, row};

/// Rows under one header.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// A table that holds its header.
    pub(crate) fn new(columns: &[&str]) -> Self {
        Self { text: format!("{}\n", row(columns)) }
    }

    /// Adds a row of names, a time (years) and, unless the row only marks a time, a value.
    pub(crate) fn row(&mut self, names: &[&str], time: f64, value: Option<f64>) {
        for name in names {
            self.text.push_str(&cell(name));
            self.text.push(',');
        }
        // Adding zero turns −0 into 0.
        let value = value.map(|v| (v + 0.0).to_string()).unwrap_or_default();
        let _infallible = writeln!(self.text, "{time},{value}");
    }

    /// Adds a row of names and numbers; a number that is not finite leaves its field empty.
    pub(crate) fn numbers(&mut self, names: &[&str], values: &[f64]) {
        let names = names.iter().map(|name| cell(name));
        let values = values
            .iter()
            .map(|v| if v.is_finite() { (v + 0.0).to_string() } else { String::new() });
        let fields: Vec<String> = names.chain(values).collect();
        self.text.push_str(&fields.join(","));
        self.text.push('\n');
    }

    /// The finished text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}
