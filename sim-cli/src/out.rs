//! Standard output, which a reader such as `head` or `less` may close at any moment, and standard error.
//!
//! Invariant: nothing else of the command writes to either, but for scripts of `completions`, the progress bar and what
//! clap says of the command line. What a terminal would obey is shown as `U+FFFD`, wherever it came from: a file, an
//! id, a title, a path, an option or the environment.

use std::fmt::{Arguments, Write as _};
use std::io::{ErrorKind, Write as _};

use sim_core::scenario::plain::{UNSHOWN, printable, unprintable};

/// Writes to standard output. Ends the command when nobody reads it any more: files are whole by then.
pub(crate) fn write(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match out.write_all(printable(&text.to_string()).as_bytes()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            tell(format_args!("error: failed to write to standard output: {error}\n"));
            std::process::exit(1);
        }
    }
}

/// Writes to standard error. That nobody reads it is no failure.
pub(crate) fn tell(text: Arguments<'_>) {
    paint(&printable(&text.to_string()));
}

/// Writes a text to standard error that may be coloured: whoever made it has taken care of what is not to be shown.
pub(crate) fn paint(text: &str) {
    let _nobody_reads = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Words of the command line, as a run notes them.
pub(crate) fn command_words() -> Vec<String> {
    std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect()
}

/// A text of JSON in which every character that cannot be shown is an escape: it says the same.
pub(crate) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if unprintable(c.encode_utf8(&mut [0; 4])).is_some() {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _infallible = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// A line of source and the bytes of it that are marked, without what a terminal would obey.
pub(crate) fn shown(line: &str, mark: &std::ops::Range<usize>) -> (String, std::ops::Range<usize>) {
    let mut text = String::with_capacity(line.len());
    let (mut start, mut end) = (None, None);
    for (at, c) in line.char_indices() {
        if at >= mark.start {
            start.get_or_insert(text.len());
        }
        if at >= mark.end {
            end.get_or_insert(text.len());
        }
        let hidden = c == '\r' || c == '\n' || unprintable(c.encode_utf8(&mut [0; 4])).is_some();
        text.push(if hidden { UNSHOWN } else { c });
    }
    let (start, end) = (start.unwrap_or(text.len()), end.unwrap_or(text.len()));
    (text, start..end)
}

/// A line on standard output.
macro_rules! outln {
    () => { $crate::out::write(format_args!("\n")) };
    ($($words:tt)*) => {{
        $crate::out::write(format_args!($($words)*));
        $crate::out::write(format_args!("\n"));
    }};
}
pub(crate) use outln;

/// A line on standard error.
macro_rules! errln {
    ($($words:tt)*) => {
        $crate::out::tell(format_args!("{}\n", format_args!($($words)*)))
    };
}
pub(crate) use errln;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_in_characters_that_can_be_shown() {
        let value = serde_json::json!({ "k\u{9b}": "a\u{7f}b\u{202e}c\u{1b}\n\u{e9}" });
        let text = escaped(&value.to_string());
        assert_eq!(unprintable(&text), None, "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
    }

    #[test]
    fn a_mark_stays_where_it_was() {
        let line = "x\u{1b}[31m = 1";
        assert_eq!(shown(line, &(9..10)), ("x\u{fffd}[31m = 1".to_owned(), 11..12));
        assert_eq!(shown("abc", &(0..3)), ("abc".to_owned(), 0..3));
        assert_eq!(shown("abc", &(3..3)), ("abc".to_owned(), 3..3));
    }
}
