//! Binding: what one measure does to one buyer's alternatives.

use super::Rules;
use super::lawbook::{Grip, LawBook, Target, span};
use super::licence::{Desk, Pass};
use super::threshold;
use crate::calendar::Quarter;
use crate::world::World;

/// What the measures of a quarter do to each pair beside its ceiling; the strongest measure counts once.
pub(super) struct Reach {
    /// How strongly the pair is announced to be barred, 0–1.
    coming: Vec<f64>,
    /// Licensed sales: pair, product, measure and the threshold that the licence lifts.
    passes: Vec<Pass>,
}

impl Reach {
    pub(super) fn new(pairs: usize) -> Self {
        Self { coming: vec![0.0; pairs], passes: Vec::new() }
    }

    /// Applies one measure to one buyer. A licence is one decision for a product, buyer and quarter: a draw
    /// that passes the strictest rate passes every measure's. `leak` is the measure's openness to evasion.
    pub(super) fn bind(
        &mut self,
        world: &World,
        book: &LawBook,
        (m, target, leak): (usize, Target, f64),
        now: Quarter,
        desk: &mut Desk<'_>,
        rules: &mut Rules,
    ) {
        let structure = &world.setup.structure;
        let measure = &world.scenario.measures[m];
        let b = target.buyer;
        rules.touched[b] = true;
        let state = world.law.get(&measure.id);
        let reference = rules.reviewed[m];
        let level = threshold::level(measure, &reference, structure.buyers[b].row.family);
        for c in structure.buyers[b].cells.clone() {
            let cell = &structure.cells[c];
            let need = world.setup.need(c, world.buyers.level[b]);
            for bound in book.bound(m, cell.segment) {
                let Some((announced, in_force)) = span(world, measure, bound) else { continue };
                if now < announced.max(target.announced) {
                    continue;
                }
                let k = bound.product;
                let pair = structure.pair(cell, k);
                let bites = level < need && level < world.products.level[k];
                let strength = if bites { 1.0 - measure.licence.approval_rate } else { 0.0 };
                rules.barred[pair] = rules.barred[pair].max(strength);
                rules.reached[k] |= strength > 0.0;
                rules.reach_abroad[cell.segment] |= strength > 0.0 && foreign_made(bound.grip);
                // A bar that a review lifts and the next brings back is no fresh news: a measure is known
                // by the most that it ever did.
                let known = state.map_or(0.0, |state| state.known[pair]);
                if strength > known {
                    rules.surprise[pair] = rules.surprise[pair].max(strength - known);
                    rules.learned.push((m, pair, strength));
                }
                let from = in_force.max(target.in_force);
                if now < from {
                    self.coming[pair] = self.coming[pair].max(strength);
                    continue;
                }
                rules.unserviced[pair] |= bound.servicing_barred && bites;
                if desk.grants(world, measure, (b, k), from) {
                    self.passes.push(Pass { pair, product: k, measure: m, level });
                    continue;
                }
                rules.ceiling[pair] = rules.ceiling[pair].min(level);
                let us = structure.products[k].legal == structure.us;
                rules.us_bound[cell.segment] |= bites && us && structure.chinese_owned(b);
                if bites && (rules.barred_by[pair].is_none() || leak < rules.leak[pair]) {
                    rules.leak[pair] = leak;
                    rules.barred_by[pair] = Some(m);
                }
            }
        }
    }

    /// Sums pairs to cells, and enters what licences cost. What another measure barred already is no
    /// surprise.
    pub(super) fn settle(&self, world: &World, rules: &mut Rules) {
        let structure = &world.setup.structure;
        let touched = |c: &usize| rules.touched[structure.cells[*c].buyer];
        for c in (0..structure.cells.len()).filter(touched).collect::<Vec<_>>() {
            for pair in structure.pairs_in(&structure.cells[c]) {
                rules.closing[c] += self.coming[pair] * world.installed[pair];
                let more = (rules.barred[pair] - world.barred[pair]).max(0.0);
                rules.surprise[pair] = rules.surprise[pair].min(more);
            }
        }
        super::licence::enter(world, &self.passes, rules);
    }
}

/// Whether a grip is one on foreign-made goods.
fn foreign_made(grip: Grip) -> bool {
    matches!(grip, Grip::Content(_) | Grip::Technology(_))
}
