//! CSV as rows in which every cell knows where it stands.
//!
//! Invariant: a row that is returned has exactly the cells of the header.

use std::ops::Range;
use std::rc::Rc;

use super::param::Grade;
use super::plain;
use super::problem::{Code, Log};
use super::source::{Files, Origin};
use super::walk::{Bounds, listed, similar, word};

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    columns: Rc<[String]>,
    cells: Vec<String>,
    spans: Vec<Range<usize>>,
    file: usize,
}

impl Row {
    /// The cell of a column, empty if there is none.
    pub(crate) fn cell(&self, column: &str) -> &str {
        self.index(column).and_then(|index| self.cells.get(index)).map_or("", String::as_str)
    }

    /// Where the cell of a column stands.
    pub(crate) fn origin(&self, column: &str) -> Origin {
        let span = self.index(column).and_then(|index| self.spans.get(index));
        let span = span.or(self.spans.first()).cloned().unwrap_or(0..0);
        Origin::new(self.file, span)
    }

    fn index(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == column)
    }

    /// A cell that may not be empty.
    pub(crate) fn text(&self, column: &str, log: &mut Log) -> Option<String> {
        let cell = self.cell(column);
        if cell.is_empty() {
            let message = format!("the cell of column `{column}` is empty");
            log.error(Code::MissingKey, self.origin(column), message);
            return None;
        }
        Some(cell.to_owned())
    }

    /// A number within bounds.
    pub(crate) fn number(&self, column: &str, bounds: Bounds, log: &mut Log) -> Option<f64> {
        let cell = self.cell(column);
        if let Ok(x) = cell.parse::<f64>() {
            return bounds.check(x, self.origin(column), log);
        }
        let message = format!("`{cell}` in column `{column}` is not a number");
        let draft = log.error(Code::NotANumber, self.origin(column), message);
        if cell.contains(',') || cell.contains('%') {
            draft.help("write plain digits with a decimal point");
        }
        None
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn integer(&self, column: &str, low: i32, high: i32, log: &mut Log) -> Option<i32> {
        let bounds = Bounds::new(f64::from(low), f64::from(high));
        let x = self.number(column, bounds, log)?;
        if x.fract() != 0.0 {
            let message = format!("{x} in column `{column}` is not a whole number");
            log.error(Code::NotANumber, self.origin(column), message);
            return None;
        }
        Some(x as i32)
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &self,
        column: &str,
        words: &[(&str, T)],
        log: &mut Log,
    ) -> Option<T> {
        word(self.cell(column), self.origin(column), words, log)
    }

    /// A grade. Words that are no grade have been noted when the sheet was read.
    pub(crate) fn grade(&self, column: &str) -> Option<Grade> {
        Grade::parse(self.cell(column))
    }
}

/// The columns of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    /// Those that it must have.
    pub(crate) needed: &'static [&'static str],
    /// Those that it may have.
    pub(crate) allowed: &'static [&'static str],
    /// Whether it may have any others, too, which are not read.
    pub(crate) others: bool,
    /// Whether it may have no rows.
    pub(crate) may_be_empty: bool,
}

/// Reads a table that [`Files`] holds. Sources and grades are checked here, for every table alike.
pub(crate) fn read(
    files: &Files,
    file: usize,
    columns: Columns,
    sources: &[String],
    log: &mut Log,
) -> Vec<Row> {
    let text = files.text(file);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut header: Option<Rc<[String]>> = None;
    let mut whole = false;
    let mut rows = Vec::new();
    let mut records = 0_usize;
    for record in reader.records() {
        records += 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                log.error(Code::Syntax, Origin::whole(file), error.to_string());
                continue;
            }
        };
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let spans = cell_spans(text, start, record.len());
        let cells: Vec<String> = record.iter().map(|c| plain::unguarded(c).to_owned()).collect();
        let Some(names) = &header else {
            whole = check_header(&cells, &spans, file, columns, log);
            header = Some(cells.into());
            continue;
        };
        if cells.len() == names.len() {
            let row = Row { columns: Rc::clone(names), cells, spans, file };
            check_support(&row, sources, log);
            rows.push(row);
        } else {
            let message = format!("{} cells, but the header has {}", cells.len(), names.len());
            let span = spans.first().map_or(0, |s| s.start)..spans.last().map_or(0, |s| s.end);
            log.error(Code::RaggedRow, Origin::new(file, span), message)
                .help("put a cell that contains a comma in double quotes");
        }
    }
    if header.is_none() {
        log.error(Code::Syntax, Origin::whole(file), "the table is empty");
    } else if records < 2 && !columns.may_be_empty {
        log.error(Code::EmptyTable, Origin::whole(file), "the table has a header and no rows")
            .help("write at least one row below the header");
    }
    // Without a column every row would be wrong in the same way: one problem is enough.
    if whole { rows } else { Vec::new() }
}

/// Notes what is wrong with a header; whether no column is missing.
fn check_header(
    names: &[String],
    spans: &[Range<usize>],
    file: usize,
    columns: Columns,
    log: &mut Log,
) -> bool {
    let known: Vec<&str> = columns.needed.iter().chain(columns.allowed).copied().collect();
    for (index, name) in names.iter().enumerate() {
        let origin = Origin::new(file, spans.get(index).cloned().unwrap_or(0..0));
        if !known.contains(&name.as_str()) {
            if columns.others {
                continue;
            }
            let help = similar("column", name, &known);
            log.error(Code::UnknownColumn, origin, format!("unknown column `{name}`")).help(help);
        } else if names[..index].contains(name) {
            log.error(Code::DuplicateId, origin, format!("column `{name}` stands twice"));
        }
    }
    let missing: Vec<_> =
        columns.needed.iter().filter(|name| !names.iter().any(|n| n == *name)).copied().collect();
    if !missing.is_empty() {
        let end = spans.last().map_or(0, |span| span.end);
        let message = format!("missing: {}", listed(missing.iter().copied()));
        log.error(Code::MissingColumn, Origin::new(file, 0..end), message);
    }
    missing.is_empty()
}

fn check_support(row: &Row, sources: &[String], log: &mut Log) {
    for column in row.columns.iter() {
        let cell = row.cell(column);
        plain::note(cell, "cell", row.origin(column), log);
        if column.ends_with("source") && !sources.is_empty() {
            if !sources.iter().any(|known| known == cell) {
                let known: Vec<_> = sources.iter().map(String::as_str).collect();
                let message = format!("unknown source `{cell}`");
                log.error(Code::UnknownSource, row.origin(column), message)
                    .help(similar("source", cell, &known));
            }
        } else if column.ends_with("grade") {
            row.word(column, &Grade::ALL.map(|grade| (grade.as_str(), grade)), log);
        }
    }
}

/// Byte spans of the cells of the record that begins at `start`, quotes included.
fn cell_spans(text: &str, start: usize, cells: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = start;
    while matches!(bytes.get(at), Some(b'\n' | b'\r')) {
        at += 1;
    }
    let mut spans = Vec::with_capacity(cells);
    while spans.len() < cells {
        let first = at;
        let mut quoted = false;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => quoted = !quoted,
                b',' | b'\n' | b'\r' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        spans.push(first..at);
        at = (at + 1).min(bytes.len());
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns {
        needed: &["id", "x"],
        allowed: &["note", "source"],
        others: false,
        may_be_empty: false,
    };

    fn rows(text: &str) -> (Vec<Row>, Vec<String>) {
        let mut files = Files::default();
        let file = files.add("t.csv", text, false);
        let mut log = Log::default();
        let rows = read(&files, file, COLUMNS, &["known".to_owned()], &mut log);
        for row in &rows {
            row.number("x", Bounds::SHARE, &mut log);
        }
        (rows, log.place(&files).iter().map(ToString::to_string).collect())
    }

    #[test]
    fn cells_are_placed_even_after_quotes_and_blank_lines() {
        let (rows, problems) = rows("id,note,x\n\na,\"one, two\",0.5\r\nb,ü,oops\r\n");
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].cell("note"), "one, two");
        let expected = "t.csv:4:5: error[not-a-number]: `oops` in column `x` is not a number";
        assert_eq!(problems, [expected]);
    }

    #[test]
    fn headers_and_ragged_rows_are_checked() {
        let (_, problems) = rows("id,notes\na,b,c\n");
        let all = problems.join("\n");
        assert!(all.contains("t.csv:1:4: error[unknown-column]: unknown column `notes`"), "{all}");
        assert!(all.contains("similar name exists: `note`"), "{all}");
        assert!(all.contains("t.csv:1:1: error[missing-column]: missing: x"), "{all}");
        assert!(all.contains("t.csv:2:1: error[ragged-row]: 3 cells, but the header has 2"));
    }

    #[test]
    fn a_header_alone_is_no_table() {
        let (_, problems) = rows("id,x\n");
        let expected = "t.csv: error[empty-table]: the table has a header and no rows \
                        (write at least one row below the header)";
        assert_eq!(problems, [expected]);
    }

    #[test]
    fn texts_that_spreadsheets_calculate_are_texts_guarded_or_not() {
        let (rows, problems) = rows("id,note,x\na,'=1+1,0.5\nb,it's,+0.5\nc,+5 % a year,1\n");
        let notes: Vec<&str> = rows.iter().map(|row| row.cell("note")).collect();
        assert_eq!(notes, ["=1+1", "it's", "+5 % a year"]);
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn sources_must_be_known() {
        let (_, problems) = rows("id,x,source\na,1,knwon\n");
        assert!(problems[0].contains("a source with a similar name exists: `known`"));
    }
}
