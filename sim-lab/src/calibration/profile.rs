//! The profile of fit and counterfactual along three curves that history cannot tell apart, and the segments that no
//! control had reached.
//!
//! Invariant: everything is computed from the sample, the members and their paired runs.

use serde::Serialize;
use sim_core::scenario::param::SPECS;

use super::report::{Counterfactual, Spread};
use super::sample::Sample;
use super::select::{Distances, Targets};
use crate::hindcast::Observation;
use sim_stats::summary::quantile;

/// The three curves that one history cannot tell apart: localisation anyway, reaction, research.
pub const PROFILE: [&str; 3] = ["secular-trend", "reactive-mandate", "follower-speed"];
/// Bins of a profile: fifths of the prior.
const BINS: usize = 5;
/// Share of the nearest draws whose loss a profile shows: the best fit in a bin, without its luckiest draw.
const BEST: f64 = 0.05;
/// Draws within a range of one parameter, or of three.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Ranges of parameters, such as `secular-trend 0.2 to 0.5`.
    pub range: String,
    /// Draws of the sample in it.
    pub draws: usize,
    /// Members of the ensemble in it.
    pub members: usize,
    /// Loss that 5 % of its draws do not exceed: 1 is the median draw of the prior.
    pub best_loss: f64,
    /// US revenue against no control over the members, USD bn of 2019; NaN without members.
    pub us_revenue: Spread,
    /// Lead in logic at the horizon against no control, generations.
    pub lead: Spread,
}

/// A segment that no control had reached: how China's share changed there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// Segment id.
    pub segment: String,
    /// China's share of the base year, percent.
    pub base: f64,
    /// Observed, percent.
    pub observed: f64,
    /// Over the ensemble.
    pub ensemble: Spread,
}

/// The profile of fit and counterfactual over the three curves: fifths of each, then halves of all three.
pub fn profile(
    sample: &Sample,
    targets: &Targets,
    drawn: &[Vec<f64>],
    kept: &[Vec<f64>],
    runs: &Counterfactual,
) -> Vec<Cell> {
    let losses = targets.losses(sample, Distances::SharesAndFacts, &[]);
    let places: Vec<usize> =
        PROFILE.iter().filter_map(|key| SPECS.iter().position(|spec| spec.key == *key)).collect();
    let cuts = |place: usize, parts: usize| -> Vec<f64> {
        let mut values: Vec<f64> = drawn.iter().map(|row| row[place]).collect();
        values.sort_by(f64::total_cmp);
        (0..=parts).map(|i| quantile(&values, i as f64 / parts as f64)).collect()
    };
    let mut boxes: Vec<Vec<(usize, f64, f64)>> = Vec::new();
    for place in &places {
        let cuts = cuts(*place, BINS);
        boxes.extend(cuts.windows(2).map(|pair| vec![(*place, pair[0], pair[1])]));
    }
    let halves: Vec<Vec<f64>> = places.iter().map(|place| cuts(*place, 2)).collect();
    for corner in 0..1_usize << places.len() {
        let side = |(i, place): (usize, &usize)| {
            let high = corner >> i & 1;
            (*place, halves[i][high], halves[i][high + 1])
        };
        boxes.push(places.iter().enumerate().map(side).collect());
    }
    let cell = |limits: Vec<(usize, f64, f64)>| {
        let holds =
            |row: &[f64]| limits.iter().all(|(i, low, high)| (*low..=*high).contains(&row[*i]));
        let mut inside: Vec<f64> =
            losses.iter().zip(drawn).filter(|(_, row)| holds(row)).map(|(loss, _)| *loss).collect();
        inside.sort_by(f64::total_cmp);
        let with = |values: &[f64]| -> Spread {
            let mine = values.iter().zip(&runs.parameters).filter(|(_, p)| holds(&p.to_vec()));
            Spread::of(&mine.map(|(value, _)| *value).collect::<Vec<_>>())
        };
        let range =
            |(i, low, high): &(usize, f64, f64)| format!("{} {low:.2} to {high:.2}", SPECS[*i].key);
        Cell {
            range: limits.iter().map(range).collect::<Vec<_>>().join(", "),
            draws: inside.len(),
            members: kept.iter().filter(|row| holds(row)).count(),
            best_loss: quantile(&inside, BEST),
            us_revenue: with(&runs.us_revenue),
            lead: with(&runs.lead),
        }
    };
    boxes.into_iter().map(cell).collect()
}

/// How China's share changed in the segments of classes that no control had reached.
pub fn controls(
    segments: &[String],
    targets: &Targets,
    base: &[f64],
    kept: &[Observation],
    classes: &[&str],
) -> Vec<Control> {
    let mut found = Vec::new();
    for (place, target) in targets.segments.iter().enumerate() {
        let Some(target) = target.as_ref().filter(|t| classes.contains(&t.class.as_str())) else {
            continue;
        };
        let shares: Vec<f64> = kept.iter().map(|one| one.shares[place][0]).collect();
        found.push(Control {
            segment: segments[place].clone(),
            base: base[place],
            observed: target.share[0],
            ensemble: Spread::of(&shares),
        });
    }
    found
}
