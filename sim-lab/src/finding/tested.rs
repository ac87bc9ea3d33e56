//! What a test of the model against what happened showed: of both countries, and of figures of firms and markets.

use super::claims::capital;
use super::effect::percent;
use super::number;
use crate::figures::Hindcast;
use crate::figures::{Difference, Score};

/// The countries whose shares are scored, and what they are called.
const COUNTRIES: [(&str, &str); 2] = [("CHN", "China"), ("USA", "US")];
/// Below this part the intervals are called too narrow.
const ENOUGH: f64 = 0.8;

/// What the intervals hold of both countries and of the figures of firms, and the error beside that of "nothing changes".
pub fn headline(hindcast: &Hindcast) -> String {
    let score = |country: &str| {
        let same = |s: &&Score| s.country == country && s.set == "all" && s.forecast == "model";
        hindcast.scores.iter().find(same)
    };
    let held: Vec<(f64, usize, &str)> = COUNTRIES
        .iter()
        .filter_map(|(code, name)| {
            let score = score(code)?;
            Some((score.coverage_90?, score.segments, *name))
        })
        .collect();
    let Some((_, segments, _)) = held.first() else {
        return "This hindcast has no scores of shares".to_owned();
    };
    let parts: Vec<String> = held
        .iter()
        .map(|(part, _, name)| {
            let whose = if *name == "China" { "China\u{2019}s" } else { name };
            format!("{} % of {whose}", percent(*part))
        })
        .collect();
    let errors: Vec<String> =
        COUNTRIES.iter().filter_map(|(code, name)| beside(hindcast, code, name)).collect();
    let facts = hindcast.fact_scores.iter().find(|of| of.role == "fact" && of.scored > 0);
    let inside = facts.map(|of| of.inside as f64 / of.scored as f64);
    let narrow = held.iter().map(|(part, ..)| *part).chain(inside).any(|part| part < ENOUGH);
    let sure = if narrow { "too sure of itself: " } else { "" };
    let facts = facts.map_or_else(String::new, |of| {
        format!(", and {} of {} figures of firms", of.inside, of.scored)
    });
    let errors = if errors.is_empty() {
        String::new()
    } else {
        format!(
            "; error less that of \u{201c}nothing changes\u{201d}, points: {}",
            errors.join(", ")
        )
    };
    capital(&format!(
        "{sure}90 % intervals hold {} shares of {} ({segments} segments){facts}{errors}",
        parts.join(" and "),
        hindcast.to
    ))
}

/// Shares that were printed, and how many of them the model explains too little or too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// All.
    pub of: usize,
    /// Those that stood clearly higher than it explains.
    pub higher: usize,
    /// Those that stood clearly lower.
    pub lower: usize,
}

/// In how many segments China's makers and US makers stood otherwise in a year than the model explains.
pub fn unexplained(year: i32, [china, us]: [Tally; 2]) -> String {
    format!(
        "By {year} China\u{2019}s makers stood clearly higher than the model explains in {} of {} segments and clearly lower in \
         {}; US makers higher in {} of {} and lower in {}",
        china.higher, china.of, china.lower, us.higher, us.of, us.lower
    )
}

/// How much further off the model is than "nothing changes": `China −1.1 (−2.5 to 0.4)`.
fn beside(hindcast: &Hindcast, code: &str, name: &str) -> Option<String> {
    let same = |d: &&Difference| d.country == code && d.set == "all" && d.against == "persistence";
    let of = &hindcast.differences.iter().find(same)?.size_weighted_mae_pp;
    let plus = if of.value > 0.0 { "+" } else { "" };
    let verdict = match () {
        () if of.high < 0.0 => "closer: ",
        () if of.low > 0.0 => "further off: ",
        () => "",
    };
    Some(format!(
        "{name} {verdict}{plus}{} ({} to {})",
        number(of.value, 1),
        number(of.low, 1),
        number(of.high, 1)
    ))
}
