//! The finding in words, from the numbers and never against their intervals.

use crate::experiment::Design;
use crate::results::Results;
use crate::stats::Summary;

/// A number with a true minus sign and a fixed number of decimals; never a negative zero.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

/// `median (5 % to 95 %)`.
pub fn interval(summary: &Summary, decimals: usize) -> String {
    format!(
        "{} ({} to {})",
        number(summary.p50, decimals),
        number(summary.p5, decimals),
        number(summary.p95, decimals)
    )
}

/// One sentence on cost and one on lead, over all scenarios of a comparison.
pub fn sentence(design: &Design, results: &Results) -> String {
    if design.scenarios.len() < 2 {
        return String::new();
    }
    let baseline = design.scenarios[0].title.to_lowercase();
    format!("Against {baseline}, {}; {}.", cost(design, results), lead(design, results))
}

/// Who loses US firms most.
pub fn cost(design: &Design, results: &Results) -> String {
    let years =
        format!("{}\u{2013}{}", design.scenarios[0].start.year(), design.scenarios[0].end.year());
    let loss = |s: usize| Summary::of(&results.difference(s, "us-revenue-world"));
    let Some(worst) =
        (1..design.scenarios.len()).min_by(|a, b| loss(*a).p50.total_cmp(&loss(*b).p50))
    else {
        return "nothing was compared".to_owned();
    };
    let title = design.scenarios[worst].title.to_lowercase();
    let summary = loss(worst);
    let share = Summary::of(&results.relative(worst, "us-revenue-world"));
    let only = design.scenarios.len() == 2;
    let range = format!("5\u{2013}95 %: {} to {}", number(summary.p5, 0), number(summary.p95, 0));
    if !summary.clear() {
        let subject = if only { title } else { "no regime".to_owned() };
        let verb = if only { "makes no clear difference" } else { "makes a clear difference" };
        return format!(
            "{subject} {verb} to US suppliers\u{2019} revenue in {years} (median {} bn {}, {range})",
            number(summary.p50, 0),
            results.dollars.label()
        );
    }
    let verb = if summary.p50 < 0.0 { "costs US suppliers" } else { "earns US suppliers" };
    let most = if only { "" } else { " most" };
    format!(
        "{title} {verb}{most}: {} bn {} over {years} ({range}), {} % of their revenue",
        number(summary.p50.abs(), 0),
        results.dollars.label(),
        number(share.p50.abs(), 1)
    )
}

/// Which regime buys the most lead.
pub fn lead(design: &Design, results: &Results) -> String {
    let gain = |s: usize| Summary::of(&results.difference(s, "lead-logic"));
    let Some(best) =
        (1..design.scenarios.len()).max_by(|a, b| gain(*a).p50.total_cmp(&gain(*b).p50))
    else {
        return String::new();
    };
    let summary = gain(best);
    let title = design.scenarios[best].title.to_lowercase();
    let range = format!("5\u{2013}95 %: {} to {}", number(summary.p5, 1), number(summary.p95, 1));
    if summary.clear() {
        let verb = if summary.p50 > 0.0 { "adds" } else { "takes" };
        let most = if design.scenarios.len() > 2 { " most lead" } else { "" };
        format!(
            "{title} {verb}{most} in logic by {}: {} generations ({range})",
            design.scenarios[0].end.year(),
            number(summary.p50.abs(), 1)
        )
    } else {
        format!(
            "no clear difference in the lead in logic by {} (largest median {} generations, {range})",
            design.scenarios[0].end.year(),
            number(summary.p50, 1)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(-12.345, 1), "\u{2212}12.3");
        assert_eq!(number(7.0, 0), "7");
    }
}
