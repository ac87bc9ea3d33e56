//! Distances from what was observed, folds, and rejection: what a fit is compared with.
//!
//! Approximate Bayesian computation by rejection (Pritchard et al. 1999) keeps the draws of the prior that come nearest. The loss of
//! a draw is the mean of up to three distances, each over its median in the sample, so that none drowns another:
//!
//! - China's shares and the United States' shares of the observed year: mean absolute error weighted by world sizes, points;
//! - facts: mean distance from the range that agrees with the source, over the middle of that range.
//!
//! Invariant: a distance without a fold reads nothing of the fold's segments.

use sim_core::scenario::Scenario;
use sim_core::scenario::observed::ObservedShare;
use sim_core::scenario::panel::Panel;

use super::sample::Sample;
use crate::hindcast::{COUNTRIES, Observation, facts};
use sim_stats::summary::quantile;

/// What a draw is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// By scored segment, in the order of the sample: `None` if the table does not have it.
    pub segments: Vec<Option<Target>>,
    /// Ranges of facts with their error, in the order of the panel: `None` if the figure is no target.
    pub facts: Vec<Option<(f64, f64)>>,
}

/// Observed shares of a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its class: kin are never split between folds.
    pub class: String,
    /// Shares of [`COUNTRIES`], percent.
    pub share: [f64; 2],
    /// World market of the observed year.
    pub size: f64,
}

/// Which distances enter a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distances {
    /// Shares only.
    Shares,
    /// Shares and facts.
    SharesAndFacts,
}

/// A fold: the places of segments that its selection does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Classes.
    pub classes: Vec<String>,
    /// Places in the sample's segments.
    pub places: Vec<usize>,
}

impl Targets {
    /// Targets of a sample's segments.
    pub fn new(
        segments: &[String],
        observed: &[ObservedShare],
        scenario: &Scenario,
        panel: &Panel,
    ) -> Self {
        let target = |id: &String| {
            let rows: Vec<&ObservedShare> = observed.iter().filter(|o| o.segment == *id).collect();
            let class = scenario.tables.segments.iter().find(|s| s.id == *id)?.class.clone();
            let share = COUNTRIES.map(|(country, _)| {
                rows.iter().filter(|o| o.country == country).fold(0.0, |sum, o| sum + o.share_pct)
            });
            Some(Target { class, share, size: rows.first()?.world_size_usd_m })
        };
        Self { segments: segments.iter().map(target).collect(), facts: facts::targets(panel) }
    }

    /// Folds by class: classes by falling size, each to the fold that is lightest so far.
    pub fn folds(&self, count: usize) -> Vec<Group> {
        let mut classes: Vec<(&str, f64)> = Vec::new();
        for target in self.segments.iter().flatten() {
            match classes.iter_mut().find(|(class, _)| *class == target.class) {
                Some((_, size)) => *size += target.size,
                None => classes.push((&target.class, target.size)),
            }
        }
        classes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let mut folds = vec![(Group { classes: Vec::new(), places: Vec::new() }, 0.0_f64); count];
        for (class, size) in classes {
            let lightest = folds.iter_mut().min_by(|a, b| a.1.total_cmp(&b.1));
            let Some((fold, weight)) = lightest else { break };
            fold.classes.push(class.to_owned());
            *weight += size;
        }
        let mut folds: Vec<Group> = folds.into_iter().map(|(fold, _)| fold).collect();
        for (place, target) in self.segments.iter().enumerate() {
            let Some(target) = target else { continue };
            if let Some(mine) = folds.iter_mut().find(|f| f.classes.contains(&target.class)) {
                mine.places.push(place);
            }
        }
        folds.retain(|fold| !fold.places.is_empty());
        folds
    }

    /// Distances of a draw: China's shares, the United States' shares, facts. NaN if there is no such target.
    pub fn distances(&self, draw: &Observation, unseen: &[usize]) -> [f64; 3] {
        let share = |c: usize| {
            let (mut sum, mut size) = (0.0, 0.0);
            for (place, target) in self.segments.iter().enumerate() {
                let Some(target) = target.as_ref().filter(|_| !unseen.contains(&place)) else {
                    continue;
                };
                sum += target.size * (draw.shares[place][c] - target.share[c]).abs();
                size += target.size;
            }
            sum / size
        };
        let (mut sum, mut count) = (0.0, 0.0);
        for (value, range) in draw.facts.iter().zip(&self.facts) {
            let (Some(value), Some((low, high))) = (value, range) else { continue };
            let beyond = (low - value).max(value - high).max(0.0);
            sum += beyond / f64::midpoint(*low, *high);
            count += 1.0;
        }
        [share(0), share(1), sum / count]
    }

    /// Distances of every draw of a sample.
    pub fn all_distances(&self, sample: &Sample, unseen: &[usize]) -> Vec<[f64; 3]> {
        sample.draws.iter().map(|draw| self.distances(draw, unseen)).collect()
    }

    /// Loss of every draw of a sample without the segments that are unseen.
    pub fn losses(&self, sample: &Sample, use_of: Distances, unseen: &[usize]) -> Vec<f64> {
        let all = self.all_distances(sample, unseen);
        let count = match use_of {
            Distances::Shares => 2,
            Distances::SharesAndFacts => 3,
        };
        let medians: Vec<f64> = (0..count)
            .map(|d| {
                let mut values: Vec<f64> = all.iter().map(|distances| distances[d]).collect();
                values.sort_by(f64::total_cmp);
                quantile(&values, 0.5)
            })
            .collect();
        let loss = |distances: &[f64; 3]| {
            distances.iter().zip(&medians).map(|(d, median)| d / median).sum::<f64>() / count as f64
        };
        all.iter().map(loss).collect()
    }
}

/// The draws with the least losses, ascending by number; ties go to the lower number.
pub fn nearest(losses: &[f64], keep: usize) -> Vec<u64> {
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|a, b| losses[*a].total_cmp(&losses[*b]).then(a.cmp(b)));
    let mut kept: Vec<u64> = order.into_iter().take(keep).map(|draw| draw as u64).collect();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(class: &str, china: f64, size: f64) -> Target {
        Target { class: class.into(), share: [china, 100.0 - china], size }
    }

    fn targets() -> Targets {
        Targets {
            segments: vec![
                Some(target("etch", 10.0, 5.0)),
                Some(target("test", 20.0, 1.0)),
                None,
                Some(target("etch", 0.0, 3.0)),
                Some(target("track", 0.0, 2.0)),
            ],
            facts: vec![None, Some((10.0, 30.0)), Some((4.0, 4.0))],
        }
    }

    fn draw(china: [f64; 5], facts: [f64; 3]) -> Observation {
        Observation {
            shares: china.iter().map(|c| [*c, 100.0 - c]).collect(),
            facts: facts.iter().map(|x| Some(*x)).collect(),
        }
    }

    #[test]
    fn distances_weigh_by_size_and_leave_out_what_is_unseen() {
        let one = draw([12.0, 20.0, 50.0, 1.0, 0.0], [99.0, 32.0, 3.0]);
        let distances = targets().distances(&one, &[]);
        // (5 · 2 + 3 · 1) / 11; facts: 2 / 20 and 1 / 4.
        assert_eq!(distances, [13.0 / 11.0, 13.0 / 11.0, f64::midpoint(0.1, 0.25)]);
        assert_eq!(targets().distances(&one, &[0])[0], 0.5);
    }

    #[test]
    fn folds_keep_kin_together_and_hold_every_segment_once() {
        let folds = targets().folds(2);
        assert_eq!(folds[0].classes, ["etch"]);
        assert_eq!(folds[0].places, [0, 3]);
        assert_eq!(folds[1].classes, ["track", "test"]);
        assert_eq!(folds[1].places, [1, 4]);
        assert_eq!(targets().folds(7).len(), 3);
    }

    #[test]
    fn a_selection_without_a_fold_does_not_depend_on_its_shares() {
        let draws: Vec<Observation> = (0..40)
            .map(|i| {
                let x = f64::from(i);
                draw([x, 40.0 - x, 0.0, 0.3 * x, 1.0], [0.0, x, 0.5 * x])
            })
            .collect();
        let sample = Sample { segments: Vec::new(), draws };
        let fold = targets().folds(2).remove(0);
        let kept = |targets: &Targets| {
            nearest(&targets.losses(&sample, Distances::Shares, &fold.places), 5)
        };
        let mut moved = targets();
        for place in &fold.places {
            moved.segments[*place].as_mut().expect("observed").share = [77.0, 3.0];
        }
        assert_eq!(kept(&targets()), kept(&moved));
        assert_eq!(kept(&targets()), [18, 19, 20, 21, 22]);
        let all = |t: &Targets| nearest(&t.losses(&sample, Distances::Shares, &[]), 5);
        assert_ne!(all(&targets()), all(&moved));
    }
}
