//! Text within 80 columns.

/// Columns of a line.
pub(crate) const WIDTH: usize = 80;

/// Words of a text on lines of [`WIDTH`] columns; the first line has what stands left of it, the others are indented
/// as far.
pub(crate) fn wrapped(left: &str, text: &str) -> String {
    let indent = left.chars().count();
    let mut out = left.to_owned();
    let mut column = indent;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > indent && column + 1 + width > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
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
