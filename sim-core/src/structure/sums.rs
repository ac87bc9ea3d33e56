//! Sums by product over the tiles of its segment.

use std::ops::Range;

use crate::lent::{Lent, Numbers};
use crate::vector::{LANES, Row, sum};

/// Sums by product of many rows, lane by lane until the products of the next segment come.
pub struct Sums {
    /// The first product of those that are summed, and their rows.
    first: usize,
    rows: Lent<Row>,
    totals: Numbers,
}

impl Sums {
    /// As many sums, all zero, of which at most `widest` come in one go.
    pub fn new(count: usize, widest: usize) -> Self {
        Self { first: 0, rows: Lent::with_room(widest), totals: Numbers::zeros(count) }
    }

    /// Turns to some products, the rows of which are added to next, and gives these rows. All that is added to a
    /// product comes in one go.
    #[inline(always)]
    pub fn turn_to(&mut self, products: &Range<usize>) -> &mut [Row] {
        if self.rows.is_empty() || products.start != self.first {
            self.enter();
            self.first = products.start;
            self.rows.resize(products.len(), [0.0; LANES]);
        }
        &mut self.rows
    }

    /// Sums the rows over all lanes.
    #[inline(always)]
    fn enter(&mut self) {
        for (total, row) in self.totals[self.first..].iter_mut().zip(&self.rows) {
            *total = sum(row);
        }
        self.rows.clear();
    }

    /// The sums over all lanes.
    #[inline(always)]
    pub fn total(mut self) -> Numbers {
        self.enter();
        self.totals
    }
}
