//! The data table of a figure as CSV (RFC 4180, line feeds).
//!
//! Invariant: values are written with the fewest digits that read back to the same number.

/// Rows under one header.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// A table that holds its header: names of columns with commas between.
    pub(crate) fn new(header: &str) -> Self {
        Self { text: format!("{header}\n") }
    }

    /// Adds a row of names and numbers; a number that is not finite leaves its field empty.
    pub(crate) fn row(&mut self, names: &[&str], values: &[f64]) {
        let names = names.iter().map(|name| quoted(name));
        // Adding zero turns −0 into 0.
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

/// A field, quoted if it has to be.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
