//! Text within 80 columns.

/// Columns of a line.
pub(crate) const WIDTH: usize = 80;

/// Breaks a text at spaces into lines of some characters; a word that is longer has a line of its own.
pub(crate) fn broken(text: &str, width: usize) -> String {
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
    out
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
    }
}
