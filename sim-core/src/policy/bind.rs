//! Binding: what one measure does to one buyer's alternatives.

use fearless_simd::prelude::*;

use super::Rules;
use super::lawbook::{Grip, LawBook, Target, span};
use super::licence::{Desk, Pass};
use super::threshold;
use crate::calendar::Quarter;
use crate::lent::Lent;
use crate::vector::{self, LANES, Row, Simd, load, splat};
use crate::with_vectors;
use crate::world::{MeasureState, World};

/// What the measures of a quarter do to each pair beside its ceiling; the strongest measure counts once.
#[derive(Default)]
pub(super) struct Reach {
    /// Licensed sales: pair, product, measure and the threshold that the licence lifts.
    passes: Lent<Pass>,
}

impl Reach {
    /// Applies one measure to one buyer. A licence is one decision for a product, buyer and quarter: a draw
    /// that passes the strictest rate passes every measure's. `leak` is the measure's openness to evasion, `state` what is remembered of it.
    pub(super) fn bind(
        &mut self,
        world: &World,
        book: &LawBook,
        (m, target, leak, state): (usize, Target, f64, Option<&MeasureState>),
        now: Quarter,
        desk: &mut Desk<'_>,
        rules: &mut Rules,
    ) {
        let structure = &world.setup.structure;
        let measure = &world.scenario.measures[m];
        let b = target.buyer;
        rules.touched[b] = true;
        let reference = rules.reviewed[m];
        let level = threshold::level(measure, &reference, structure.buyers[b].row.family);
        for &c in &structure.buyers[b].cells {
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
                    if rules.learned.is_empty() {
                        rules.learned = Lent::with_room(structure.pairs);
                    }
                    rules.learned.push((m, pair, strength));
                }
                let from = in_force.max(target.in_force);
                if now < from {
                    rules.coming[pair] = rules.coming[pair].max(strength);
                    continue;
                }
                rules.unserviced[pair] |= bound.servicing_barred && bites;
                if desk.grants(world, measure, (b, k), from) {
                    if self.passes.is_empty() {
                        self.passes = Lent::with_room(structure.pairs);
                    }
                    self.passes.push(Pass { pair, product: k, measure: m, level });
                    continue;
                }
                rules.ceiling[pair] = rules.ceiling[pair].min(level);
                let us = structure.sides[k].legal == structure.us;
                rules.us_bound[cell.segment] |= bites && us && structure.chinese_owned(b);
                if bites && (rules.barred_by[pair].is_none() || leak < rules.leak[pair]) {
                    rules.leak[pair] = leak;
                    rules.barred_by[pair] = Some(m);
                    rules.barred_rows[pair / LANES] = true;
                }
            }
        }
    }

    /// Sums pairs to cells, and enters what licences cost. What another measure barred already is no
    /// surprise.
    pub(super) fn settle(&self, world: &World, rules: &mut Rules) {
        with_vectors!(vector::level(), simd => close(simd, world, rules));
        super::licence::enter(world, &self.passes, rules);
    }
}

/// Sums pairs to cells, and takes what was barred before off the surprise.
#[inline(always)]
fn close<S: Simd>(simd: S, world: &World, rules: &mut Rules) {
    let structure = &world.setup.structure;
    let none = splat(simd, 0.0);
    for (tile, _) in structure.tiles.iter().zip(&rules.hit).filter(|(_, hit)| **hit) {
        let mut closing = none;
        let coming = tile.of(&rules.coming).iter().zip(tile.of(&world.installed));
        let barred = tile.of(&rules.barred).iter().zip(tile.of(&world.barred));
        let surprises = tile.of_mut(&mut rules.surprise);
        for (((coming, installed), (now, before)), surprise) in coming.zip(barred).zip(surprises) {
            closing += load(simd, coming) * load(simd, installed);
            let more = (load(simd, now) - load(simd, before)).max(none);
            *surprise = load(simd, surprise).min(more).into();
        }
        let closing: Row = closing.into();
        tile.enter(&closing, &mut rules.closing);
    }
}

/// Whether a grip is one on foreign-made goods.
fn foreign_made(grip: Grip) -> bool {
    matches!(grip, Grip::Content(_) | Grip::Technology(_))
}
