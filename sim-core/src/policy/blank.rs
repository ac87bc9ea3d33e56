//! Tables by pair that say that nothing is barred. A quarter's law writes to few of their rows, so a table that has
//! done its work is wiped where it was written to and used again.
//!
//! Invariant: a table that is lent is blank everywhere.

use std::cell::RefCell;

use crate::lent::{Lent, Numbers};
use crate::vector::LANES;
use crate::world::structure::Structure;

thread_local! {
    static SHELF: RefCell<Vec<Blank>> = const { RefCell::new(Vec::new()) };
    static ZEROS: RefCell<Vec<Numbers>> = const { RefCell::new(Vec::new()) };
}

/// A table of zeros by pair, to be given back with [`give_back_zeros`].
pub(crate) fn zeros(pairs: usize) -> Numbers {
    let kept = ZEROS.try_with(|shelf| {
        let mut shelf = shelf.borrow_mut();
        let place = shelf.iter().rposition(|table| table.len() == pairs);
        place.map(|place| shelf.swap_remove(place))
    });
    kept.ok().flatten().unwrap_or_else(|| Numbers::zeros(pairs))
}

/// Wipes the tiles of a table that were written to and keeps it.
pub(crate) fn give_back_zeros(mut table: Numbers, structure: &Structure, written: &[bool]) {
    for (tile, _) in structure.tiles.iter().zip(written).filter(|(_, written)| **written) {
        table[tile.pairs.clone()].fill(0.0);
    }
    let _ = ZEROS.try_with(|shelf| {
        let mut shelf = shelf.borrow_mut();
        // Two for the grey channel of a quarter that is decided, two for one that is looked at beside it.
        if shelf.len() < 4 {
            shelf.push(table);
        }
    });
}

/// Blank tables.
#[derive(Debug)]
pub(crate) struct Blank {
    pub(crate) ceiling: Numbers,
    pub(crate) leak: Numbers,
    pub(crate) barred_by: Lent<Option<usize>>,
    pub(crate) barred_rows: Lent<bool>,
    pub(crate) unserviced: Lent<bool>,
    pub(crate) surprise: Numbers,
    pub(crate) coming: Numbers,
    pub(crate) barred: Numbers,
}

impl Blank {
    /// Blank tables for a number of pairs.
    pub(super) fn of(pairs: usize) -> Self {
        let kept = SHELF.try_with(|shelf| {
            let mut shelf = shelf.borrow_mut();
            let place = shelf.iter().rposition(|blank| blank.ceiling.len() == pairs);
            place.map(|place| shelf.swap_remove(place))
        });
        kept.ok().flatten().unwrap_or_else(|| Self {
            ceiling: Numbers::filled(f64::INFINITY, pairs),
            leak: Numbers::filled(1.0, pairs),
            barred_by: Lent::filled(None, pairs),
            barred_rows: Lent::filled(false, pairs / LANES),
            unserviced: Lent::filled(false, pairs),
            surprise: Numbers::zeros(pairs),
            coming: Numbers::zeros(pairs),
            barred: Numbers::zeros(pairs),
        })
    }

    /// Wipes the tiles that were written to and keeps the tables for another quarter.
    pub(crate) fn give_back(mut self, structure: &Structure, written: &[bool]) {
        for (tile, _) in structure.tiles.iter().zip(written).filter(|(_, written)| **written) {
            let pairs = tile.pairs.clone();
            self.ceiling[pairs.clone()].fill(f64::INFINITY);
            self.leak[pairs.clone()].fill(1.0);
            self.barred_by[pairs.clone()].fill(None);
            self.barred_rows[pairs.start / LANES..pairs.end / LANES].fill(false);
            self.unserviced[pairs.clone()].fill(false);
            self.surprise[pairs.clone()].fill(0.0);
            self.coming[pairs.clone()].fill(0.0);
            self.barred[pairs].fill(0.0);
        }
        let _ = SHELF.try_with(|shelf| {
            let mut shelf = shelf.borrow_mut();
            // One for a quarter that is decided, another for one that is looked at beside it.
            if shelf.len() < 2 {
                shelf.push(self);
            }
        });
    }
}
