//! When a sweep knows enough: the relative half-width of the paired contrast.
//!
//! Invariant: the rule looks at fixed numbers of replicates in their order, so it stops at the same one whatever
//! the shards.

use super::session::Sweep;
use super::tally::Tally;

/// Points before the first look.
const FIRST: usize = 100;
/// Growth from one look to the next.
const GROWTH: f64 = 1.25;
/// Looks in a row that must agree: a single narrow one may be luck.
const AGREE: usize = 2;

/// The rule and what it has seen.
#[derive(Debug, Clone)]
pub struct Stopping {
    percent: Option<f64>,
    arms: usize,
    seeds: usize,
    next: usize,
    agreed: usize,
    stopped: Option<usize>,
}

impl Stopping {
    /// The rule of a plan; without one it never stops.
    pub fn new(sweep: &Sweep) -> Self {
        Self {
            percent: sweep.plan.until_half_width,
            arms: sweep.arms(),
            seeds: sweep.plan.design.seeds_per_draw,
            next: FIRST,
            agreed: 0,
            stopped: None,
        }
    }

    /// Looks at the tally after a replicate; true once the contrast of every arm is known well enough.
    pub fn look(&mut self, tally: &Tally) -> bool {
        let Some(percent) = self.percent else { return false };
        if tally.replicates() == self.next * self.seeds {
            self.next = (self.next as f64 * GROWTH).ceil() as usize;
            self.agreed = if self.width(tally) <= percent { self.agreed + 1 } else { 0 };
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

    /// Widest half-width of the contrasts, percent of their means.
    pub fn width(&self, tally: &Tally) -> f64 {
        let relative = |(mean, half): (f64, f64)| {
            if half == 0.0 { 0.0 } else { 100.0 * half / mean.abs() }
        };
        (1..self.arms).map(|arm| relative(tally.contrast(arm))).fold(0.0, f64::max)
    }
}
