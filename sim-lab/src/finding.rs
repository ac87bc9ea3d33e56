//! The finding in words, from the numbers and never against their intervals.

use std::fmt::Write as _;

use crate::results::Results;
use crate::study::Study;
use sim_stats::summary::Summary;

/// Stands for a number that there is none of.
const UNKNOWN: &str = "?";

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

/// `median (5 % to 95 %)`.
pub fn interval(summary: &Summary, decimals: usize) -> String {
    if summary.p50.is_nan() {
        return "not known".to_owned();
    }
    format!(
        "{} ({} to {})",
        number(summary.p50, decimals),
        number(summary.p5, decimals),
        number(summary.p95, decimals)
    )
}

/// Most letters of a title inside a sentence: a headline with two of them and their numbers has room on each figure.
const MOST_IN_SENTENCE: usize = 64;

/// A title inside a sentence: its first letter small, unless it is an abbreviation, and cut with an ellipsis where it is
/// long.
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
    format!("\u{201c}{}\u{201d}", shortened(title, MOST_IN_SENTENCE))
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

/// One sentence on cost and one on lead, over all scenarios of a comparison.
pub fn sentence(study: &Study, results: &Results) -> String {
    if study.regimes.len() < 2 {
        return String::new();
    }
    let lead = lead(study, results);
    format!("{}. {}.", cost(study, results), lead)
}

/// Under which regime US firms lose most revenue against the baseline, and under which they gain most, as far as either
/// is clear.
pub fn cost(study: &Study, results: &Results) -> String {
    let (baseline, years) = (study.named(0), study.span());
    let dollars = results.dollars.label();
    let sides = Sides::of(study, 0, |s| results.difference(s, "us-revenue-world"));
    let (word, first, other) = match (sides.down, sides.up) {
        (Some(down), up) => ("lose", down, up),
        (None, Some(up)) => ("gain", up, None),
        (None, None) => {
            let (s, summary) = sides.largest;
            return format!(
                "{} to US suppliers\u{2019} revenue in {years} from {baseline} (largest median: \
                 USD {} bn under {}; 5\u{2013}95 %: {} to {}, {dollars})",
                none(&summary),
                number(summary.p50, 0),
                study.named(s),
                number(summary.p5, 0),
                number(summary.p95, 0)
            );
        }
    };
    let percent =
        |s: usize| number(Summary::of(&results.relative(s, "us-revenue-world")).p50.abs(), 1);
    let (s, size) = first;
    let mut words = format!(
        "Against {baseline}, US suppliers {word}{} under {}: USD {} bn over {years} \
         (5\u{2013}95 %: {} to {}; {dollars}), {} % of their revenue",
        superlative(study, " most"),
        study.named(s),
        number(size.p50, 0),
        number(size.p5, 0),
        number(size.p95, 0),
        percent(s)
    );
    if let Some((s, size)) = other {
        let _ = write!(
            words,
            "; they gain most under {}: USD {} bn (5\u{2013}95 %: {} to {}), {} %",
            study.named(s),
            number(size.p50, 0),
            number(size.p5, 0),
            number(size.p95, 0),
            percent(s)
        );
    }
    words
}

/// The same in the room of a headline: where both a loss and a gain are told, without the baseline, which stands below it.
pub(crate) fn cost_short(study: &Study, results: &Results) -> String {
    let sides = Sides::of(study, 0, |s| results.difference(s, "us-revenue-world"));
    let (Some((low, loss)), Some((high, gain))) = (sides.down, sides.up) else {
        return cost(study, results);
    };
    let range = |size: &Summary| format!("{} to {}", number(size.p5, 0), number(size.p95, 0));
    format!(
        "US suppliers lose most under {}: USD {} bn over {} (5\u{2013}95 %: {}); they gain most under {}: USD {} bn ({})",
        study.named(low),
        number(loss.p50, 0),
        study.span(),
        range(&loss),
        study.named(high),
        number(gain.p50, 0),
        range(&gain)
    )
}

/// The regime under which US firms clearly gain most.
pub(crate) fn gains_most(study: &Study, results: &Results) -> Option<usize> {
    Sides::of(study, 0, |s| results.difference(s, "us-revenue-world")).up.map(|(s, _)| s)
}

/// Which regime buys the most lead, and which gives most of it up, as far as either is clear.
pub fn lead(study: &Study, results: &Results) -> String {
    let year = study.end_words();
    let sides = Sides::of(study, 1, |s| results.difference(s, "lead-logic"));
    let range = |summary: &Summary| {
        format!(
            "{} generations, 5\u{2013}95 %: {} to {}",
            number(summary.p50, 1),
            number(summary.p5, 1),
            number(summary.p95, 1)
        )
    };
    let most = superlative(study, " most");
    let told = |verb: &str, (s, size): (usize, Summary)| {
        format!("{verb}{most} under {} ({})", study.named(s), range(&size))
    };
    let mut parts = Vec::new();
    parts.extend(sides.up.map(|up| told("grows", up)));
    parts.extend(sides.down.map(|down| told("shrinks", down)));
    if parts.is_empty() {
        let (s, summary) = sides.largest;
        let title = study.named(s);
        return format!(
            "{} to the lead in logic in {year} (largest median under {title}: {})",
            none(&summary),
            range(&summary)
        );
    }
    format!("The lead in logic in {year} {}", parts.join(" and "))
}

/// What there is where no regime has a clear difference that can be seen; `largest` is that with the largest median.
fn none(largest: &Summary) -> &'static str {
    match largest {
        Summary { p5: 0.0, p95: 0.0, .. } => "No difference",
        _ if largest.clear() => "Hardly any difference",
        _ => "No clear difference",
    }
}

/// The regimes whose difference from the baseline is clearly below zero, above it, and the largest of all.
struct Sides {
    /// The one that is furthest below, with its size as a positive number.
    down: Option<(usize, Summary)>,
    /// The one that is furthest above.
    up: Option<(usize, Summary)>,
    /// The one whose median is furthest from zero.
    largest: (usize, Summary),
}

impl Sides {
    /// Of differences that are told with some decimals: what would be told as nothing is on neither side.
    fn of(study: &Study, decimals: i32, difference: impl Fn(usize) -> Vec<f64>) -> Self {
        let least = 0.5 * 0.1_f64.powi(decimals);
        let all: Vec<(usize, Summary)> =
            regimes(study).map(|s| (s, Summary::of(&difference(s)))).collect();
        let clear = |sign: f64| {
            let side = all.iter().filter(|(_, d)| d.clear() && sign * d.p50 >= least);
            // Of several that are alike the first is named.
            let most = side.rev().max_by(|a, b| (sign * a.1.p50).total_cmp(&(sign * b.1.p50)));
            most.map(|(s, d)| (*s, d.scaled(sign)))
        };
        let size = |d: &Summary| d.p50.abs();
        let largest = all.iter().rev().max_by(|a, b| size(&a.1).total_cmp(&size(&b.1)));
        let (s, d) = largest.expect("a comparison has a regime");
        Self { down: clear(-1.0), up: clear(1.0), largest: (*s, *d) }
    }
}

fn regimes(study: &Study) -> std::ops::Range<usize> {
    1..study.regimes.len()
}

/// `word` where several regimes are compared, nothing where there is one.
fn superlative<'a>(study: &Study, word: &'a str) -> &'a str {
    if study.regimes.len() > 2 { word } else { "" }
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
    fn what_is_not_known_is_said_in_words() {
        assert_eq!(number(f64::NAN, 1), "?");
        assert_eq!(interval(&Summary::of(&[]), 1), "not known");
    }
}
