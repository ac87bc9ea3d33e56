//! Cells of CSV: the one place where a text becomes a cell of a table.
//!
//! Invariant: no cell is a formula, whatever the titles, ids and labels of a scenario from elsewhere say: a text that a
//! spreadsheet would calculate has an apostrophe before it. Numbers stay as they are.

use sim_core::scenario::plain::{guarded, is_formula};

/// A text as a cell: guarded, and quoted if it has to be (RFC 4180).
pub(crate) fn cell(text: &str) -> String {
    let text = guarded(text);
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

/// Texts as cells of a row, without the end of the line.
pub(crate) fn row(texts: &[&str]) -> String {
    texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",")
}

/// A table that was written elsewhere, with its formulas guarded.
///
/// # Errors
/// If it is no CSV.
pub(crate) fn guard(table: &[u8]) -> csv::Result<Vec<u8>> {
    let reader = || csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table);
    let mut harmless = true;
    for record in reader().records() {
        harmless &= record?.iter().all(|cell| !is_formula(cell));
    }
    if harmless {
        return Ok(table.to_vec());
    }
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in reader().records() {
        writer.write_record(record?.iter().map(|cell| guarded(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sim_core::scenario::plain::{printable, unguarded};

    use super::*;

    #[test]
    fn cells_are_quoted_and_guarded() {
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("=a,b"), "\"'=a,b\"");
        assert_eq!(row(&["-1.5", "-", "x"]), "-1.5,'-,x");
    }

    #[test]
    fn a_table_without_formulas_keeps_its_bytes() {
        let plain = b"id,\"name\"\na,-1.5\n";
        assert_eq!(guard(plain).expect("CSV"), plain);
        assert_eq!(guard(b"id,name\na,=1\n").expect("CSV"), b"id,name\na,'=1\n");
    }

    proptest! {
        #[test]
        fn no_row_of_any_texts_has_a_formula_and_all_read_back(
            texts in prop::collection::vec("[=+@'\"\\-,\t\r\n\u{1b}\u{9b}a-c0-9.| ]{0,12}", 1..6),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let line = row(&texts) + ",end\n";
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(rows[0].len(), texts.len() + 1);
            for (cell, text) in rows[0].iter().zip(&texts) {
                prop_assert!(!is_formula(cell), "{:?}", cell);
                prop_assert_eq!(printable(cell), cell);
                let shown = printable(text);
                prop_assert_eq!(unguarded(cell), shown.as_ref());
            }
        }
    }
}
