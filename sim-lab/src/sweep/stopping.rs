//! When a sweep knows enough: the relative half-width of every arm's paired contrast.
//!
//! Invariant: the rule looks at fixed numbers of replicates in their order, so it stops at the same one whatever
//! the shards.

use super::session::Sweep;
use super::tally::Tally;
use sim_stats::stopping::{Centre, Look, Rule, Width};

/// Points before the first look.
const FIRST: usize = 100;
/// Growth from one look to the next.
const GROWTH: f64 = 1.25;
/// Looks in a row that must agree: a single narrow one may be luck.
const AGREE: usize = 2;

/// The rule and what it has seen.
#[derive(Debug, Clone)]
pub struct Stopping {
    rule: Option<Rule>,
    arms: usize,
    seeds: usize,
    next: usize,
    agreed: usize,
    stopped: Option<usize>,
}

/// Half-widths of 95 % intervals, at most `share` of the mean.
fn rule(share: f64) -> Rule {
    Rule { centre: Centre::Mean, width: Width::OfEstimate(share), level: 0.95, minimum: FIRST }
}

impl Stopping {
    /// The rule of a plan; without one it never stops.
    pub fn new(sweep: &Sweep) -> Self {
        Self {
            rule: sweep.plan.until_half_width.map(|percent| rule(percent / 100.0)),
            arms: sweep.arms(),
            seeds: sweep.plan.design.seeds_per_draw,
            next: FIRST,
            agreed: 0,
            stopped: None,
        }
    }

    /// Looks at the tally after a replicate; true once the contrast of every arm is known well enough.
    pub fn look(&mut self, tally: &Tally) -> bool {
        let Some(rule) = self.rule else { return false };
        if tally.replicates() == self.next * self.seeds {
            self.next = (self.next as f64 * GROWTH).ceil() as usize;
            let enough = (1..self.arms).all(|arm| rule.look_at(tally.contrast(arm)).enough);
            self.agreed = if enough { self.agreed + 1 } else { 0 };
            if self.agreed >= AGREE {
                self.stopped.get_or_insert(tally.replicates());
            }
        }
        self.stopped.is_some()
    }

    /// Replicates at which the rule stopped.
    pub const fn stopped(&self) -> Option<usize> {
        self.stopped
    }
}

/// Mean and half-width of the watched contrast of an arm.
pub fn look(tally: &Tally, arm: usize) -> Look {
    rule(f64::INFINITY).look_at(tally.contrast(arm))
}
