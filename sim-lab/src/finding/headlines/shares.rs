//! Headlines on the US share of Chinese purchases: where it falls, and when it halves.

use crate::finding::claims::ROOM;
use crate::finding::effect::{Furthest, POINTS, Side, band, percent};
use crate::finding::{fitted, inside, quoted_in};
use crate::study::Study;
use sim_stats::survival::Curve;

/// The change of the US share in a segment under a regime by the last whole year, percentage points.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Place of the regime.
    pub regime: usize,
    /// Place of the segment.
    pub segment: usize,
    /// Paired differences from the baseline.
    pub differences: Vec<f64>,
}

/// Where the US share falls most, or, where it clearly falls nowhere, rises most: the place of the change, if there is one, and
/// the sentence.
pub fn share_change(study: &Study, changes: &[Change]) -> (Option<usize>, String) {
    let all: Vec<Vec<f64>> = changes.iter().map(|c| c.differences.clone()).collect();
    let year = study.whole_years().end - 1;
    let side = |side| Furthest::of(&all, POINTS, side);
    let Some(furthest) = side(Side::Down).or_else(|| side(Side::Up)) else {
        return (
            None,
            format!(
                "No regime makes a clear difference that can be seen to the US share of any of these segments by {year}"
            ),
        );
    };
    let (size, range) = POINTS.told(&furthest.effect.summary.scaled(furthest.side.sign()));
    let range = format!("{}: {range}", band(furthest.effect.runs));
    let verb = if furthest.side == Side::Down { "falls" } else { "rises" };
    let first = &changes[furthest.first];
    let segment = inside(&study.segments[first.segment].name);
    // What is not drawn is not named; among many that are alike none is called the largest.
    let (most_of_all, doubt) = match furthest.ties.len() {
        0 => (" most", String::new()),
        1 => (" most", ", though not clearly more than in one other case".to_owned()),
        2 => (" most", ", though not clearly more than in two other cases".to_owned()),
        more => ("", format!(", as in {more} other cases")),
    };
    let said = fitted(ROOM, |most| {
        let [base, title] = [0, first.regime].map(|s| quoted_in(&study.regimes[s].title, most));
        format!(
            "The US share {verb}{most_of_all} in {segment} under {title}{doubt}: by {size} in {year} against {base} ({range})"
        )
    });
    (Some(furthest.first), said)
}

/// When the US share of Chinese purchases halves in the runs of a scenario.
#[derive(Debug)]
pub struct Halved<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// Over runs.
    pub curve: &'a Curve,
    /// Part of the runs that halve it in which it is above half again at the end.
    pub back: f64,
}

/// The scenario that halves it first against the baseline, or, where none does so for certain, last.
pub fn halved(study: &Study, base: &Halved<'_>, regimes: &[Halved<'_>]) -> String {
    let quarter = |years: f64| study.from().plus((4.0 * years).round() as i32).to_string();
    let end = study.end_words();
    let median = |of: &Halved<'_>| of.curve.quantile(0.5);
    let share = |of: &Halved<'_>| percent(of.curve.reached());
    let time = |of: &Halved<'_>| median(of).time.unwrap_or(f64::INFINITY);
    let when = |of: &Halved<'_>| {
        median(of).time.map_or_else(
            || format!("not by {end} in {} % of runs", percent(1.0 - of.curve.reached())),
            |time| format!("by {}", quarter(time)),
        )
    };
    let Some(first) = regimes.iter().min_by(|a, b| time(a).total_cmp(&time(b))) else {
        return "There is no regime to compare".to_owned();
    };
    if let Some(last) = later(base, regimes) {
        let limits = median(base);
        let at = [limits.time, limits.low, limits.high].map(|t| quarter(t.unwrap_or_default()));
        return fitted(ROOM, |most| {
            format!(
                "Under {} the US share of Chinese purchases halves by {} (95 % confidence: {} to {}) in the median run; \
                 under {}: {}",
                quoted_in(base.title, most),
                at[0],
                at[1],
                at[2],
                quoted_in(last.title, most),
                when(last)
            )
        });
    }
    let limits = median(first);
    let (Some(at), Some(latest)) = (limits.time, limits.high) else {
        let most_reached = regimes
            .iter()
            .rev()
            .max_by(|a, b| a.curve.reached().total_cmp(&b.curve.reached()))
            .unwrap_or(first);
        return fitted(ROOM, |most| {
            format!(
                "Under no regime is the US share of Chinese purchases clearly halved in most runs by {end}; under {} it is \
                 in {} % of them, under {} in {} %",
                quoted_in(most_reached.title, most),
                share(most_reached),
                quoted_in(base.title, most),
                share(base)
            )
        });
    };
    let range = format!(
        "{} (95 % confidence: {} to {})",
        quarter(at),
        quarter(limits.low.unwrap_or(at)),
        quarter(latest)
    );
    // The baseline's median is later for certain if even its early limit is, or lies beyond the horizon.
    let open = median(base).low.is_some_and(|low| low <= latest);
    let back = match first.back {
        0.0 => "It does not come back".to_owned(),
        part => format!("Of the runs that halve it, {} % end above half", percent(part)),
    };
    fitted(ROOM, |most| {
        let [title, baseline] = [first.title, base.title].map(|title| quoted_in(title, most));
        if open {
            return format!(
                "No clear difference in when the US share of Chinese purchases halves: by {range} in the median run under \
                 {title}; under {baseline}: {}",
                when(base)
            );
        }
        format!(
            "Under {title} the US share of Chinese purchases halves by {range} in the median run; under {baseline}: {}. \
             {back}",
            when(base)
        )
    })
}

/// Where no regime halves it earlier than the baseline for certain: the one that does so latest, if that is later for
/// certain.
fn later<'a, 'b>(base: &Halved<'_>, regimes: &'a [Halved<'b>]) -> Option<&'a Halved<'b>> {
    let limits = base.curve.quantile(0.5);
    let (early, late) = (limits.low?, limits.high?);
    limits.time?;
    let median = |of: &Halved<'_>| of.curve.quantile(0.5);
    if regimes.iter().any(|of| median(of).high.is_some_and(|high| high < early)) {
        return None;
    }
    // Without a lower limit the median lies beyond the horizon.
    let times = |of: &Halved<'_>| {
        let median = median(of);
        (median.low.unwrap_or(f64::INFINITY), median.time.unwrap_or(f64::INFINITY))
    };
    let latest = regimes.iter().rev().max_by(|a, b| {
        let [a, b] = [times(a), times(b)];
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    latest.filter(|of| times(of).0 > late)
}
