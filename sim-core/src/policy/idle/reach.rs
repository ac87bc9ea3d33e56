//! The widest reach of one measure: what its page of the law book says, less what can never hold.

use super::life::Life;
use crate::policy::lawbook::{Bound, Grip, LawBook, Target, tagged};
use crate::scenario::measure::Measure;
use crate::structure::Structure;

/// Whom and what a measure can bar.
#[derive(Debug, PartialEq)]
pub(super) struct Reach {
    /// Buyers in its scope, whatever they buy, with dates.
    pub(super) scope: Vec<Target>,
    /// Those of them that buy a segment of which it binds a product.
    pub(super) targets: Vec<Target>,
    /// Buyers that it hits once they are caught with diverted goods.
    pub(super) listable: Vec<usize>,
    /// Products that it binds, in segments that a buyer in scope buys.
    pub(super) bound: Vec<Bound>,
}

impl Reach {
    pub(super) fn of(structure: &Structure, measure: &Measure, life: &Life) -> Self {
        let book = LawBook::widest(structure, measure);
        let meant = |b: usize| tagged(measure, &structure.buyers[b].row);
        let scope: Vec<Target> = book
            .targets(0)
            .iter()
            .copied()
            .filter(|target| meant(target.buyer) && life.admits(target.in_force))
            .collect();
        let listable: Vec<usize> = book.listable(0).iter().copied().filter(|b| meant(*b)).collect();
        let mut bound = Vec::new();
        let mut binds = vec![false; structure.segments.len()];
        let mut buys = vec![false; structure.segments.len()];
        for b in scope.iter().map(|target| target.buyer).chain(listable.iter().copied()) {
            for c in &structure.buyers[b].cells {
                buys[structure.cells[*c].segment] = true;
            }
        }
        for s in (0..structure.segments.len()).filter(|s| buys[*s]) {
            let held = book.bound(0, s).iter().filter(|bound| can_hold(structure, bound, life));
            bound.extend(held.cloned());
            binds[s] = book.bound(0, s).iter().any(|bound| can_hold(structure, bound, life));
        }
        let met =
            |b: usize| structure.buyers[b].cells.iter().any(|c| binds[structure.cells[*c].segment]);
        let targets = scope.iter().copied().filter(|target| met(target.buyer)).collect();
        let listable = listable.into_iter().filter(|b| met(*b)).collect();
        Self { scope, targets, listable, bound }
    }

    /// Whether there is nobody that it can bar from anything.
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.listable.is_empty()
    }

    /// When a buyer is in scope.
    pub(super) fn scope_of(&self, buyer: usize) -> Option<&Target> {
        self.scope.iter().find(|target| target.buyer == buyer)
    }

    /// When a buyer is in scope and buys something that is bound.
    pub(super) fn target(&self, buyer: usize) -> Option<&Target> {
        self.targets.iter().find(|target| target.buyer == buyer)
    }
}

/// Whether a product can be bound for the reason given: content and dependence only fall in a run.
fn can_hold(structure: &Structure, bound: &Bound, life: &Life) -> bool {
    let side = &structure.sides[bound.product];
    let joins = match bound.grip {
        Grip::Ally(_, from) => life.admits(from),
        _ => true,
    };
    joins && bound.grip.holds(side.us_content, side.us_dependence)
}
