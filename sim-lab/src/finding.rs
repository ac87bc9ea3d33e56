//! The finding in words, from the numbers and never against their intervals.

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
    let title = &shortened(title);
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

/// At most so many letters as a sentence has room for, to the end of a word.
fn shortened(title: &str) -> String {
    if title.chars().count() <= MOST_IN_SENTENCE {
        return title.to_owned();
    }
    let kept: String = title.chars().take(MOST_IN_SENTENCE - 1).collect();
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

/// Under which regime US firms lose most revenue against the baseline.
pub fn cost(study: &Study, results: &Results) -> String {
    let loss = |s: usize| Summary::of(&results.difference(s, "us-revenue-world"));
    let worst = regimes(study)
        .min_by(|a, b| loss(*a).p50.total_cmp(&loss(*b).p50))
        .expect("a comparison has a regime");
    let summary = loss(worst);
    let baseline = inside(&study.regimes[0].title);
    let years = study.span();
    let dollars = results.dollars.label();
    if !summary.clear() {
        return format!(
            "No clear difference to US suppliers\u{2019} revenue in {years} from {baseline} (largest median: \
             USD {} bn under {}; 5\u{2013}95 %: {} to {}, {dollars})",
            number(summary.p50, 0),
            inside(&study.regimes[worst].title),
            number(summary.p5, 0),
            number(summary.p95, 0)
        );
    }
    let share = Summary::of(&results.relative(worst, "us-revenue-world"));
    let lost = summary.scaled(if summary.p50 < 0.0 { -1.0 } else { 1.0 });
    format!(
        "Against {baseline}, US suppliers {}{} under {}: USD {} bn over {years} \
         (5\u{2013}95 %: {} to {}; {dollars}), {} % of their revenue",
        if summary.p50 < 0.0 { "lose" } else { "gain" },
        superlative(study, if summary.p50 < 0.0 { " most" } else { " least" }),
        inside(&study.regimes[worst].title),
        number(lost.p50, 0),
        number(lost.p5, 0),
        number(lost.p95, 0),
        number(share.p50.abs(), 1)
    )
}

/// Which regime buys the most lead.
pub fn lead(study: &Study, results: &Results) -> String {
    let gain = |s: usize| Summary::of(&results.difference(s, "lead-logic"));
    let best = regimes(study)
        .max_by(|a, b| gain(*a).p50.total_cmp(&gain(*b).p50))
        .expect("a comparison has a regime");
    let summary = gain(best);
    let year = study.end_words();
    let title = inside(&study.regimes[best].title);
    let range = format!(
        "{} generations, 5\u{2013}95 %: {} to {}",
        number(summary.p50, 1),
        number(summary.p5, 1),
        number(summary.p95, 1)
    );
    if summary.clear() && summary.p50 > 0.0 {
        let most = superlative(study, " most");
        format!("The lead in logic in {year} grows{most} under {title} ({range})")
    } else if summary.clear() {
        let least = superlative(study, " least");
        format!("The lead in logic in {year} shrinks{least} under {title} ({range})")
    } else {
        format!(
            "No clear difference to the lead in logic in {year} (largest median under {title}: {range})"
        )
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
