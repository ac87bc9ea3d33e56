//! Scores over figures: how many are inside, how wide the intervals are, and whose figures they are.

use serde::Serialize;
use sim_core::scenario::panel::{Definition, Role};

use super::Fact;

/// Scores of the figures of one role.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// `fact` or `panel`.
    pub role: &'static str,
    /// Figures that are scored.
    pub scored: usize,
    /// Of these, inside.
    pub inside: usize,
    /// Mean width of the 90 % intervals with the error of measurement, over figures in percent.
    pub mean_width: Option<f64>,
    /// The same without it.
    pub mean_width_of_runs: Option<f64>,
    /// Mean absolute miss of the pooled firms' shares of China in the last year that has any, points.
    pub mean_miss_of_pooled: Option<f64>,
    /// By firm; figures of several firms or of none stand under their fact. Periods of one firm are not independent.
    pub by_firm: Vec<Group>,
}

/// Scores of one firm's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Whose.
    pub whose: String,
    /// Figures that are scored.
    pub scored: usize,
    /// Of these, inside.
    pub inside: usize,
    /// Mean absolute miss over figures in percent, points.
    pub mean_miss: Option<f64>,
}

/// Scores of facts and of the panel.
pub fn summaries(facts: &[Fact]) -> Vec<Summary> {
    [Role::Fact, Role::Panel].map(|role| summary(facts, role.as_str())).into()
}

fn summary(facts: &[Fact], role: &'static str) -> Summary {
    let of: Vec<&Fact> = facts.iter().filter(|fact| fact.scored && fact.role == role).collect();
    let mut names: Vec<&str> = of.iter().map(|fact| fact.whose.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let group = |name: &str| {
        let of: Vec<&&Fact> = of.iter().filter(|fact| fact.whose == name).collect();
        Group {
            whose: name.to_owned(),
            scored: of.len(),
            inside: inside(of.iter().copied().copied()),
            mean_miss: mean(of.iter().filter(|f| f.unit == "percent").map(|f| f.miss.abs())),
        }
    };
    let percent = || of.iter().filter(|fact| fact.unit == "percent");
    Summary {
        role,
        scored: of.len(),
        inside: inside(of.iter().copied()),
        mean_width: mean(percent().map(|fact| fact.high - fact.low)),
        mean_width_of_runs: mean(percent().map(|fact| fact.p95 - fact.p5)),
        mean_miss_of_pooled: pooled(&of),
        by_firm: names.into_iter().map(group).collect(),
    }
}

/// Mean absolute miss of the shares of China that a pooled figure adds up, in the last year.
fn pooled(of: &[&Fact]) -> Option<f64> {
    let parts = || {
        of.iter().filter(|fact| fact.pooled && fact.definition == Definition::ChinaShare.as_str())
    };
    let last = parts().map(|fact| fact.year).max()?;
    mean(parts().filter(|fact| fact.year == last).map(|fact| fact.miss.abs()))
}

fn inside<'a>(facts: impl Iterator<Item = &'a Fact>) -> usize {
    facts.filter(|fact| fact.inside == Some(true)).count()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), x| (sum + x, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}
