//! Texts that can be shown, and ids that can be a cell of a table and part of a file's name.
//!
//! Invariant: no text of an accepted scenario holds a character that a terminal obeys or that turns the direction of
//! what follows.

use std::borrow::Cow;

use super::problem::{Code, Log};
use super::source::Origin;
use super::tree::{Node, Value};

/// The first character of a text that must not be shown as it is: a control character but for line breaks and tabs, or
/// one that changes the direction of writing.
pub fn unprintable(text: &str) -> Option<char> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let breaks = c == '\r' && chars.peek() == Some(&'\n');
        if (c.is_control() && !breaks && !matches!(c, '\n' | '\t')) || turns(c) {
            return Some(c);
        }
    }
    None
}

/// What stands for a character that must not be shown.
pub const UNSHOWN: char = '\u{fffd}';

/// A text with [`UNSHOWN`] for every character that a terminal obeys or that turns the direction of writing.
pub fn printable(text: &str) -> Cow<'_, str> {
    if unprintable(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        // A carriage return is judged with what follows it.
        let here = &text[at..at + c.len_utf8()];
        let breaks = c == '\r' && text[at + 1..].starts_with('\n');
        shown.push(if breaks || unprintable(here).is_none() { c } else { UNSHOWN });
    }
    Cow::Owned(shown)
}

/// Whether a text can stand in one line: it can be shown, and has neither a line break nor a tab.
pub fn is_line(text: &str) -> bool {
    unprintable(text).is_none() && !text.contains(['\n', '\r', '\t'])
}

/// Whether a spreadsheet would take a cell for a formula: it begins as one, and is no number.
pub fn is_formula(cell: &str) -> bool {
    // Spreadsheets of East Asian locales take the full-width forms, too.
    const BEGINS: [char; 11] =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    cell.starts_with(BEGINS) && cell.parse::<f64>().is_err()
}

/// A text as a cell of a table: one that would be a formula has an apostrophe before it, so that it stays a text, and
/// what cannot be shown is [`UNSHOWN`]. [`unguarded`] gives the text back.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    // An apostrophe that was there keeps its meaning when the cell is read back.
    if is_formula(text.trim_start_matches('\'')) { Cow::Owned(format!("'{text}")) } else { text }
}

/// The text of a cell that [`guarded`] wrote.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

/// Whether a text can be an id: letters, digits, spaces and `-_.+`, a letter or digit first. It is written into cells of
/// CSV without quotes, and names files.
pub fn is_id(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ' '))
}

/// Notes every key and text of a tree that cannot be shown.
pub(crate) fn check(node: &Node, log: &mut Log) {
    match &node.value {
        Value::Text(text) => note(text, "text", node.origin, log),
        Value::Array(items) => items.iter().for_each(|item| check(item, log)),
        Value::Table(table) => {
            for (key, entry) in table {
                note(key, "key", entry.key, log);
                check(&entry.node, log);
            }
        }
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) | Value::Date(_) => {}
    }
}

/// Notes a text that cannot be shown.
pub(crate) fn note(text: &str, what: &str, origin: Origin, log: &mut Log) {
    if let Some(c) = unprintable(text) {
        let message = format!("the {what} holds the control character U+{:04X}", u32::from(c));
        log.error(Code::BadText, origin, message).help("write it without");
    }
}

/// Notes an id that is none. `help` says what to do.
pub(crate) fn note_id(id: &str, origin: Origin, help: &str, log: &mut Log) {
    if !is_id(id) && unprintable(id).is_none() {
        let message = format!(
            "`{id}` cannot be an id: only letters, digits, spaces and `-_.+`, a letter or digit first"
        );
        log.error(Code::BadText, origin, message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_found() {
        for (text, found) in [
            ("plain \u{e9} \u{2013} text\nwith\ttabs", None),
            ("\u{1b}[31mred", Some('\u{1b}')),
            ("a\rb", Some('\r')),
            ("x\u{202e}y", Some('\u{202e}')),
            ("x\u{2069}", Some('\u{2069}')),
            ("\u{0}", Some('\u{0}')),
            ("\u{9b}2J", Some('\u{9b}')),
        ] {
            assert_eq!(unprintable(text), found, "{text:?}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_not_shown() {
        for text in ["plain \u{e9}\r\n\ttabs", ""] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(
            printable("a\u{1b}[2J\rb\r\nc\u{9b}d\u{202e}"),
            "a\u{fffd}[2J\u{fffd}b\r\nc\u{fffd}d\u{fffd}"
        );
        assert!(
            is_line("one line") && !is_line("two\nlines") && !is_line("a\tb") && !is_line("\u{7f}")
        );
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        for text in
            ["=1+1", "+1+1", "-cmd|x", "@SUM(A1)", "\t=1", "\n=1", "-", "\u{ff1d}1", "'=1", "''@x"]
        {
            let cell = guarded(text);
            assert!(cell.starts_with('\'') && !is_formula(&cell), "{text:?}: {cell}");
            assert_eq!(unguarded(&cell), printable(text));
        }
        for text in
            ["=1+1", "'=1", "''@x", "-", "it's", "'", "", "-1.5e3", "+2", "-inf", "N8", "'quoted'"]
        {
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for number in ["-1.5e3", "+2", "0", "-inf"] {
            assert_eq!(guarded(number), number);
        }
    }

    #[test]
    fn ids_name_no_other_directory_and_break_no_table() {
        for id in ["hard-cap", "a.b", "Fall 2", "r+x", "\u{e4}rger", "2025_plan"] {
            assert!(is_id(id), "{id}");
        }
        for id in
            ["", "..", "../x", "a/b", "a\\b", "a,b", "a\"b", "=1+1", "-x", "+x", "<b>", "a\nb"]
        {
            assert!(!is_id(id), "{id:?}");
        }
    }
}
