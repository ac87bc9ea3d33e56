//! Scarcity: tools that nobody can replace who is free of an announced rule.
//!
//! What an announced rule does not bar may be barred by the next one. A buyer that has another maker to turn to need not
//! care; where the last door is about to close, it stocks up.

use crate::calendar::Quarter;
use crate::lent::{Lent, Numbers};
use crate::scenario::tables::BuyerKind;
use crate::world::World;

use super::lawbook::{LawBook, span};
use super::{suspended, threshold};

/// How much of what each cell has installed is scarce, 0–1; empty if nothing is.
///
/// `scarce = installed · [1 − min(1, 2 σ(κ (q − r)))]`, where `installed` is the share of makers that an announced rule
/// on the segment and the buyer's nation reaches, `q` the best level among makers that none reaches, and `r` what the
/// line needs: a free tool at need replaces them. A rule counts if it keeps something from somebody: it hits a line, its
/// threshold is below the maker's best, and some application may fail. Whom else it does not hit, by end use or
/// threshold, does not matter: the next one may go further. Fabs only: others' paths hold no stock.
pub fn scarce(world: &World, book: &LawBook, reviewed: &[[f64; 4]], now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let rules = Announced::read(world, book, reviewed, now);
    if rules.eyes.iter().all(|eye| *eye == 0) {
        return Numbers::default();
    }
    let p = &world.setup.parameters;
    let mut any = false;
    let of_cell = |cell: &crate::structure::Cell| {
        let eye = rules.eyes[cell.buyer];
        let products = structure.segments[cell.segment].products.clone();
        if eye == 0 || products.clone().all(|k| rules.reach[k] & eye == 0) {
            return 0.0;
        }
        let need = world.setup.need_in(cell.segment, world.buyers.level[cell.buyer]);
        let (mut reached, mut free) = (0.0, f64::NEG_INFINITY);
        for (pair, k) in structure.pairs_of(cell) {
            if rules.reach[k] & eye != 0 {
                reached += world.installed[pair];
            } else if world.products.active[k] {
                free = free.max(world.products.level[k]);
            }
        }
        let serves = 1.0 / (1.0 + libm::exp(-p.level_sharpness * (free - need)));
        let scarce = reached * (1.0 - (2.0 * serves).min(1.0));
        any |= scarce > 0.0;
        scarce
    };
    let scarce: Numbers = structure.cells.iter().map(of_cell).collect();
    if any { scarce } else { Numbers::default() }
}

/// Announced rules that are more than lists: a bit each, by product that they reach and by fab whose nation they name.
struct Announced {
    reach: Lent<u64>,
    eyes: Lent<u64>,
}

impl Announced {
    fn read(world: &World, book: &LawBook, reviewed: &[[f64; 4]], now: Quarter) -> Self {
        let structure = &world.setup.structure;
        let mut all = Self {
            reach: Lent::filled(0, structure.products.len()),
            eyes: Lent::filled(0, structure.buyers.len()),
        };
        for (m, measure) in world.scenario.measures.iter().enumerate() {
            let over = measure.sunset.is_some_and(|end| now >= end);
            if now < measure.announced || over || measure.is_list() || suspended(measure, now) {
                continue;
            }
            let Some(least) = least(world, book, (m, &reviewed[m]), now) else { continue };
            let (bit, fabs) = book.nation(m);
            for segment in 0..structure.segments.len() {
                let for_fabs = structure.segments[segment].row.buyers == BuyerKind::Fab;
                for bound in book.bound(m, segment).iter().filter(|_| for_fabs) {
                    let known = span(world, measure, bound);
                    let kept = world.products.level[bound.product] > least;
                    if kept && known.is_some_and(|(announced, _)| now >= announced) {
                        all.reach[bound.product] |= bit;
                    }
                }
            }
            for b in fabs {
                all.eyes[*b] |= bit;
            }
        }
        all
    }
}

/// The lowest level that a measure lets through to a line that it hits; `None` if it hits none, or licenses all.
fn least(
    world: &World,
    book: &LawBook,
    (m, reviewed): (usize, &[f64; 4]),
    now: Quarter,
) -> Option<f64> {
    let measure = &world.scenario.measures[m];
    if !measure.licence.refuses() {
        return None;
    }
    let buyers = &world.setup.structure.buyers;
    book.hits(world, m, reviewed, now)
        .map(|target| threshold::level(measure, reviewed, buyers[target.buyer].row.family))
        .min_by(f64::total_cmp)
}
