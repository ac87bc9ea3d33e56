//! Patient rule induction: the box of factors in which a case of interest is most common.
//!
//! Peeling cuts a small share `α` of the box's points from one side of one factor, again and again, always the
//! cut that raises the share of cases most per point lost; pasting then widens the last box as long as that
//! raises its share. A cut lies halfway between neighbouring values, so a factor with few levels loses whole
//! levels. Every box on the way is kept, because the analyst trades coverage against density.
//!
//! Factors are ordered numbers; an unordered choice of more than two has to be given as one column of zeros
//! and ones per alternative.
//!
//! Limiting cases: without cases, or with nothing but cases, no cut helps and the trajectory is the first box.
//!
//! Invariant: ties go to the box with fewer restricted factors, then to the first factor, its upper side.
//!
//! References: Friedman & Fisher (1999), Statistics and Computing 9; Bryant & Lempert (2010), Technological
//! Forecasting and Social Change 77; criterion and quantiles as in the EMA Workbench (Kwakkel 2017,
//! Environmental Modelling & Software 96).

mod sample;
mod stability;

use serde::Serialize;

use self::sample::Sample;
pub use self::stability::{Recurrence, stability};
use super::distribution::binomial_tail;

/// How patient to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// Share of a box's points that a cut takes, such as 0.05.
    pub peel: f64,
    /// Share of the outside points that a paste takes in, such as 0.05.
    pub paste: f64,
    /// Smallest share of all points in a box, such as 0.05.
    pub mass: f64,
}

/// Limits of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// Lower limit, inclusive.
    pub low: f64,
    /// Upper limit, inclusive.
    pub high: f64,
}

/// A side of a factor that a box restricts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Restriction {
    /// The factor.
    pub factor: usize,
    /// Whether the lower side is cut, not the upper.
    pub lower: bool,
    /// The limit.
    pub limit: f64,
    /// Probability that at least as many of the box's points were cases if this restriction did nothing:
    /// one-sided binomial test against the share of cases in the box without it. "Quasi", because the box was
    /// sought in the same data.
    pub quasi_p: f64,
}

/// A box of the trajectory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Region {
    /// Limits of each factor.
    pub limits: Vec<Limits>,
    /// Points inside.
    pub points: usize,
    /// Cases inside.
    pub cases: usize,
    /// Share of all cases that are inside.
    pub coverage: f64,
    /// Share of the inside points that are cases.
    pub density: f64,
    /// Share of all points that are inside.
    pub mass: f64,
    /// Restricted sides.
    pub restrictions: Vec<Restriction>,
}

/// Peels and pastes; the first box holds all points.
///
/// `columns` has one slice per factor, `cases` says which points are of interest. Points with a missing factor
/// have to be left out before.
///
/// # Panics
/// If columns and cases differ in length, or a share is not inside (0, ½).
pub fn trajectory(columns: &[Vec<f64>], cases: &[bool], patience: &Patience) -> Vec<Region> {
    let sample = Sample::new(columns, cases);
    path(&sample, patience).into_iter().map(|limits| region(&sample, limits)).collect()
}

/// Limits of all boxes on the way.
fn path(sample: &Sample, patience: &Patience) -> Vec<Vec<Limits>> {
    for share in [patience.peel, patience.paste, patience.mass] {
        assert!(share > 0.0 && share < 0.5, "share {share} is not inside (0, 1/2)");
    }
    let mut boxes = vec![sample.bounds().to_vec()];
    if sample.len() == 0 {
        return boxes;
    }
    let least = patience.mass * sample.len() as f64;
    let mut current = boxes[0].clone();
    let mut interior = sample.interior();
    loop {
        let peels = sample.peels(&interior, &current, patience.peel);
        let Some(next) = sample.best(&current, peels, least) else { break };
        sample.narrow(&mut interior, &next);
        current.clone_from(&next);
        boxes.push(next);
    }
    loop {
        let pastes = sample.pastes(&current, patience.paste);
        let Some(next) = sample.best(&current, pastes, least) else { break };
        current.clone_from(&next);
        boxes.push(next);
    }
    boxes
}

fn region(sample: &Sample, limits: Vec<Limits>) -> Region {
    let (points, cases) = sample.count(&limits);
    let all = sample.len().max(1) as f64;
    Region {
        points,
        cases,
        coverage: cases as f64 / sample.cases() as f64,
        density: cases as f64 / points as f64,
        mass: points as f64 / all,
        restrictions: restrictions(sample, &limits, points, cases),
        limits,
    }
}

fn restrictions(
    sample: &Sample,
    limits: &[Limits],
    points: usize,
    cases: usize,
) -> Vec<Restriction> {
    let mut found = Vec::new();
    for (factor, (own, all)) in limits.iter().zip(sample.bounds()).enumerate() {
        for lower in [true, false] {
            let (limit, free) = if lower { (own.low, all.low) } else { (own.high, all.high) };
            if limit == free {
                continue;
            }
            let mut without = limits.to_vec();
            *(if lower { &mut without[factor].low } else { &mut without[factor].high }) = free;
            let (n, k) = sample.count(&without);
            let quasi_p = binomial_tail(cases as u64, points as u64, k as f64 / n as f64);
            found.push(Restriction { factor, lower, limit, quasi_p });
        }
    }
    found
}

/// The box to report: among those of at least `density` the one with the largest coverage; without any, the
/// densest. Ties go to fewer restrictions, then to the earlier box.
pub fn choose(trajectory: &[Region], density: f64) -> usize {
    let dense = |r: &Region| r.density >= density;
    let any = trajectory.iter().any(dense);
    let rank = |r: &Region| if any { r.coverage } else { r.density };
    let mut best: Option<usize> = None;
    for (i, region) in trajectory.iter().enumerate().filter(|(_, r)| !any || dense(r)) {
        let better = best.is_none_or(|b| {
            let other = &trajectory[b];
            let (own, held) = (rank(region), rank(other));
            own > held || (own == held && region.restrictions.len() < other.restrictions.len())
        });
        if better {
            best = Some(i);
        }
    }
    best.unwrap_or(0)
}

#[cfg(test)]
mod tests;
