//! Texts that can be shown, and ids that can be a cell of a table and part of a file's name.
//!
//! Invariant: no text of an accepted scenario holds a character that a terminal obeys or that turns the direction of
//! what follows.

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
