//! Tables by pair that say that nothing is barred. A quarter's law writes to few of their tiles, so a table that has
//! done its work remembers where it was written to and is used again.
//!
//! Invariant: a table that is lent is blank outside the tiles that the quarter's law hits; in these it holds what an
//! earlier quarter left there, and whoever takes it writes all of them.

use std::cell::RefCell;
use std::sync::Arc;
use std::thread::LocalKey;

use crate::lent::{Lent, Numbers};
use crate::structure::Structure;
use crate::structure::tiles::Tile;
use crate::vector::LANES;

/// What was given back, the tiles in which it was written to, and whose tiles they are.
type Shelf<T> = RefCell<Vec<(T, Lent<bool>, Arc<Structure>)>>;

thread_local! {
    static SHELF: Shelf<Blank> = const { RefCell::new(Vec::new()) };
    static ZEROS: Shelf<Numbers> = const { RefCell::new(Vec::new()) };
}

/// Most tables of a kind that are kept: for a quarter that is decided, and for one that is looked at beside it.
const MOST: usize = 6;
/// Nothing bars a pair.
pub(super) const NO_BAR: u16 = u16::MAX;

/// Takes what was given back last, and wipes it where it was written to.
fn take<T>(
    shelf: &'static LocalKey<Shelf<T>>,
    structure: &Arc<Structure>,
    hit: &[bool],
    wipe: impl Fn(&mut T, &Tile),
) -> Option<T> {
    let kept = shelf.try_with(|shelf| {
        let mut shelf = shelf.borrow_mut();
        let place = shelf.iter().rposition(|(_, _, owner)| Arc::ptr_eq(owner, structure));
        place.map(|place| shelf.swap_remove(place))
    });
    let (mut thing, written, _) = kept.ok().flatten()?;
    for (tile, (written, hit)) in structure.tiles.iter().zip(written.iter().zip(hit)) {
        if *written && !hit {
            wipe(&mut thing, tile);
        }
    }
    Some(thing)
}

/// Keeps a thing for another quarter.
fn keep<T>(
    shelf: &'static LocalKey<Shelf<T>>,
    structure: &Arc<Structure>,
    thing: T,
    written: Lent<bool>,
) {
    let _ = shelf.try_with(|shelf| {
        let mut shelf = shelf.borrow_mut();
        // The oldest belong to a world that is gone.
        if shelf.len() >= MOST {
            shelf.remove(0);
        }
        shelf.push((thing, written, Arc::clone(structure)));
    });
}

/// A table of zeros by pair but for the tiles that are hit, which the caller writes.
pub(crate) fn zeros(structure: &Arc<Structure>, hit: &[bool]) -> Numbers {
    let wipe = |table: &mut Numbers, tile: &Tile| table[tile.pairs.clone()].fill(0.0);
    take(&ZEROS, structure, hit, wipe).unwrap_or_else(|| Numbers::zeros(structure.pairs))
}

/// Keeps a table of zeros that was written to in some tiles.
pub(crate) fn give_back_zeros(structure: &Arc<Structure>, table: Numbers, written: Lent<bool>) {
    keep(&ZEROS, structure, table, written);
}

/// Says of the pairs of a tile that nothing bars them: in ceilings and leaks, bars, and tables by row.
pub(super) fn wipe(
    tile: &Tile,
    [ceiling, leak]: [&mut Numbers; 2],
    bars: &mut [u16],
    barred_rows: &mut [bool],
    unserviced_lanes: &mut [u8],
) {
    ceiling[tile.pairs.clone()].fill(f64::INFINITY);
    leak[tile.pairs.clone()].fill(1.0);
    bars[tile.pairs.clone()].fill(NO_BAR);
    barred_rows[tile.rows()].fill(false);
    unserviced_lanes[tile.rows()].fill(0);
}

/// Blank tables.
#[derive(Debug)]
pub(crate) struct Blank {
    pub(crate) ceiling: Numbers,
    pub(crate) leak: Numbers,
    pub(crate) bars: Lent<u16>,
    pub(crate) barred_rows: Lent<bool>,
    pub(crate) unserviced_lanes: Lent<u8>,
}

impl Blank {
    /// Tables that are blank but for the tiles that are hit, which the caller writes.
    pub(super) fn of(structure: &Arc<Structure>, hit: &[bool]) -> Self {
        take(&SHELF, structure, hit, Self::wipe).unwrap_or_else(|| Self {
            ceiling: Numbers::filled(f64::INFINITY, structure.pairs),
            leak: Numbers::filled(1.0, structure.pairs),
            bars: Lent::filled(NO_BAR, structure.pairs),
            barred_rows: Lent::filled(false, structure.pairs / LANES),
            unserviced_lanes: Lent::filled(0, structure.pairs / LANES),
        })
    }

    fn wipe(&mut self, tile: &Tile) {
        let numbers = [&mut self.ceiling, &mut self.leak];
        wipe(tile, numbers, &mut self.bars, &mut self.barred_rows, &mut self.unserviced_lanes);
    }

    /// Keeps tables that were written to in some tiles.
    pub(crate) fn give_back(self, structure: &Arc<Structure>, written: Lent<bool>) {
        keep(&SHELF, structure, self, written);
    }
}
