//! Text within 80 columns.

use console::Term;

/// Columns of a line.
pub(crate) const WIDTH: usize = 80;
/// Stands for a space at which no line ends.
const GLUE: char = '\u{a0}';
/// Columns below which nothing can be laid out.
const NARROWEST: usize = 40;

/// Columns of a table: those of the terminal; elsewhere those that `COLUMNS` says, or [`WIDTH`].
pub(crate) fn columns() -> usize {
    let said = || std::env::var("COLUMNS").ok()?.trim().parse().ok();
    let terminal = Term::stdout();
    let seen = if terminal.is_term() { terminal.size_checked() } else { None };
    seen.map(|(_, columns)| usize::from(columns)).or_else(said).unwrap_or(WIDTH).max(NARROWEST)
}

/// Breaks a text at spaces into lines of some characters; a word that is longer has a line of its own. A number and its
/// `%` stay together.
pub(crate) fn broken(text: &str, width: usize) -> String {
    let text = text.replace(" %", &format!("{GLUE}%"));
    let mut out = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out.replace(GLUE, " ")
}

/// Words of a text on lines of [`WIDTH`] columns; the first line has what stands left of it, the others are indented
/// as far.
pub(crate) fn wrapped(left: &str, text: &str) -> String {
    let indent = left.chars().count();
    let words: Vec<&str> = text.split_whitespace().collect();
    let lines = broken(&words.join(" "), WIDTH.saturating_sub(indent));
    left.to_owned() + &lines.replace('\n', &format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_hang() {
        let text = wrapped("key   ", &"word ".repeat(40));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.lines().skip(1).all(|line| line.starts_with("      word")));
        assert_eq!(text.split_whitespace().count(), 41);
        assert_eq!(broken("one 5 % two", 7), "one 5 %\ntwo");
        assert_eq!(broken("one 5 % two", 6), "one\n5 %\ntwo");
    }
}
