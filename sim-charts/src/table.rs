//! The data table of a figure as CSV (RFC 4180, line feeds).
//!
//! Invariant: values are written with the fewest digits that read back to the same number. No name is a formula: one
//! that a spreadsheet would calculate has an apostrophe before it.

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

/// A field: guarded if a spreadsheet would calculate it, quoted if it has to be.
fn quoted(field: &str) -> String {
    let field = if is_formula(field) { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

/// Whether a name begins as a formula does, behind apostrophes or not, and is no number. The full-width forms count, too.
/// It is the rule of the reader of tables (`plain::is_formula`), which charts do not know.
fn is_formula(name: &str) -> bool {
    const BEGINS: [char; 11] =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let bare = name.trim_start_matches('\'');
    bare.starts_with(BEGINS) && bare.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_formula() {
        for name in ["=1+1", "+1+1", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1", "-", "\u{ff1d}1", "'=1"]
        {
            let mut table = Table::new("name,time,value");
            table.row(&[name], &[2020.0, -1.5]);
            table.row(&[name, "-2"], &[-0.5]);
            let text = table.finish();
            let mut rows = text.split_inclusive('\n').skip(1);
            let first = rows.next().unwrap_or_default().trim_start_matches('"').to_owned();
            assert!(first.starts_with('\''), "{name:?}: {text}");
            assert!(text.ends_with(",-2,-0.5\n"), "{text}");
        }
        assert_eq!(quoted("N8, \"x\""), "\"N8, \"\"x\"\"\"");
    }
}
