//! Every sentence that claims something of a result: for the screen, the brief, the headlines of figures and the package.
//!
//! `effect.rs` says what differences allow to be said, `claims.rs` says it of each regime and of all of them, `headlines/`
//! says it of what a figure draws, `assumptions.rs` what it moves with, `tested.rs` what a test of the model showed.
//!
//! Invariant: a sentence contradicts neither its interval nor the table nor another sentence of the run, and is the same
//! whatever the size of the paper.

pub mod assumptions;
mod claims;
pub mod effect;
pub mod headlines;
#[cfg(test)]
mod properties;
pub mod tested;

pub(crate) use claims::capital;
pub use claims::{
    CHIPS, LEAD, Subject, TOOLS, below, clause, named, overall, regime, regimes, sentence, subjects,
};
use sim_stats::summary::Summary;

/// Stands for a number that there is none of.
const UNKNOWN: &str = "?";
/// Decimals with which a number that still reads as zero is told as zero.
const MOST_DECIMALS: usize = 6;

/// A number with a true minus sign and a fixed number of decimals; never a negative zero.
pub fn number(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        return UNKNOWN.to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

/// A number with so many decimals, or, where that would read as zero and it is not, with one digit.
pub fn digits(value: f64, decimals: usize) -> String {
    number(value, telling(value, decimals))
}

/// So many decimals, or, where a number would read as zero and is not, those that show its first digit.
fn telling(value: f64, decimals: usize) -> usize {
    let zero = number(value, decimals).chars().all(|c| matches!(c, '0' | '.'));
    let shows = |d: &usize| value.abs() >= 1.0 / 10.0_f64.powi(*d as i32);
    (decimals..=MOST_DECIMALS).find(shows).filter(|_| zero).unwrap_or(decimals)
}

/// `median (5 % to 95 %)`.
pub fn interval(summary: &Summary, decimals: usize) -> String {
    if summary.p50.is_nan() {
        return "not known".to_owned();
    }
    format!(
        "{} ({} to {})",
        digits(summary.p50, decimals),
        digits(summary.p5, decimals),
        digits(summary.p95, decimals)
    )
}

/// The same in a cell of a table, where all three have as many decimals: those that show the median, or, where that is little
/// beside the interval, the interval.
pub fn cell(summary: &Summary, decimals: usize) -> String {
    let Summary { p5, p50, p95, .. } = *summary;
    if p50.is_nan() {
        return interval(summary, decimals);
    }
    let widest = p5.abs().max(p95.abs()).max(p50.abs());
    let shown = if p50.abs() < widest / 20.0 { widest } else { p50 };
    let decimals = telling(shown, decimals);
    let [p50, p5, p95] = [p50, p5, p95].map(|value| number(value, decimals));
    format!("{p50} ({p5} to {p95})")
}

/// Most letters of a title inside a sentence: a headline with two of them and their numbers has room on each figure.
const MOST_IN_SENTENCE: usize = 64;
/// Letters of a title that are left where there is little room.
const LEAST_OF_TITLE: usize = 16;

/// The name of an outcome, a segment or a part inside a sentence: its first letter small, unless it is an abbreviation, and
/// cut with an ellipsis where it is long. Titles of scenarios are the words of their author: see [`quoted`].
pub fn inside(title: &str) -> String {
    let title = &shortened(title, MOST_IN_SENTENCE);
    let mut letters = title.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else { return String::new() };
    let proper = ["Chin", "Americ", "Japan", "Dutch", "Europ", "Huawei", "Document"];
    if proper.iter().any(|name| title.starts_with(name)) {
        return title.to_owned();
    }
    if rest.starts_with(char::is_lowercase) {
        first.to_lowercase().chain(rest.chars()).collect()
    } else {
        title.to_owned()
    }
}

/// A title inside a sentence as its author wrote it, in quotation marks, and cut with an ellipsis where it is long.
pub fn quoted(title: &str) -> String {
    quoted_in(title, MOST_IN_SENTENCE)
}

/// The same in at most so many letters.
pub(crate) fn quoted_in(title: &str, most: usize) -> String {
    format!("\u{201c}{}\u{201d}", shortened(title, most))
}

/// A sentence that names titles, with no more of them than there is room for: the one with the longest titles of those that
/// fit, else the shortest.
pub(crate) fn fitted(room: usize, say: impl Fn(usize) -> String) -> String {
    let mut said = say(MOST_IN_SENTENCE);
    for most in [48, 36, 28, 22, LEAST_OF_TITLE] {
        if said.chars().count() <= room {
            break;
        }
        said = say(most);
    }
    said
}

/// At most so many letters as a sentence has room for, to the end of a word.
pub(crate) fn shortened(title: &str, most: usize) -> String {
    if title.chars().count() <= most {
        return title.to_owned();
    }
    let kept: String = title.chars().take(most - 1).collect();
    let end = kept.rfind(' ').filter(|end| *end > kept.len() / 2).unwrap_or(kept.len());
    format!("{}\u{2026}", kept[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_keep_abbreviations() {
        assert_eq!(inside("Hard cap"), "hard cap");
        assert_eq!(inside("EDA software"), "EDA software");
        assert_eq!(inside("Chinese firms, world"), "Chinese firms, world");
        assert_eq!(inside(""), "");
        let long = inside(&"Word ".repeat(30));
        assert!(long.starts_with("word Word") && long.ends_with("Word\u{2026}"), "{long}");
        assert!(long.chars().count() <= MOST_IN_SENTENCE);
        assert_eq!(inside(&"\u{e4}".repeat(100)).chars().count(), MOST_IN_SENTENCE);
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(-12.345, 1), "\u{2212}12.3");
        assert_eq!(number(7.0, 0), "7");
    }

    #[test]
    fn what_is_not_zero_does_not_read_as_zero() {
        assert_eq!(digits(0.3, 0), "0.3");
        assert_eq!(digits(-0.0056, 1), "\u{2212}0.006");
        assert_eq!(digits(0.7, 0), "1");
        assert_eq!(digits(0.0, 1), "0.0");
        assert_eq!(digits(1e-9, 1), "0.0");
        assert_eq!(digits(f64::NAN, 1), "?");
    }

    #[test]
    fn a_cell_has_one_precision() {
        let of = |p5, p50, p95| Summary { p5, p50, p95, ..Summary::of(&[]) };
        assert_eq!(cell(&of(-1.17, -0.08, 0.04), 0), "\u{2212}0.08 (\u{2212}1.17 to 0.04)");
        assert_eq!(cell(&of(-0.3, -0.0002, 0.0003), 0), "0.0 (\u{2212}0.3 to 0.0)");
        assert_eq!(cell(&of(15.2, 26.4, 45.0), 0), "26 (15 to 45)");
        assert_eq!(cell(&of(-64.0, -0.4, 3.0), 0), "0 (\u{2212}64 to 3)");
        assert_eq!(cell(&of(0.0, 0.0, 0.0), 1), "0.0 (0.0 to 0.0)");
        assert_eq!(cell(&Summary::of(&[]), 1), "not known");
    }

    #[test]
    fn what_is_not_known_is_said_in_words() {
        assert_eq!(number(f64::NAN, 1), "?");
        assert_eq!(interval(&Summary::of(&[]), 1), "not known");
    }
}
