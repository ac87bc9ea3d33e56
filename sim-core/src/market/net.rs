//! From what buyers pay to what suppliers get.

use crate::policy::Rules;
use crate::structure::tiles::Tile;
use crate::vector::{LANES, Row, Simd, Vector, at, load, splat};
use crate::world::World;

/// From what buyers pay to what suppliers get.
#[derive(Debug, Clone, Copy)]
pub struct Net<'a> {
    /// The law: fees and subsidies.
    pub rules: &'a Rules,
    /// Premium of the grey channel, share.
    premium: f64,
}

impl<'a> Net<'a> {
    /// The same in a world under a law.
    pub fn new(world: &World, rules: &'a Rules) -> Self {
        Self { rules, premium: world.setup.parameters.grey_premium }
    }

    /// What the suppliers get of open purchases, for the row of a tile that begins at `pair`.
    #[inline(always)]
    pub fn open<S: Simd>(&self, simd: S, pair: usize, paid: Vector<S>) -> Vector<S> {
        if self.rules.charged { paid / at(simd, &self.rules.price_factor, pair) } else { paid }
    }

    /// What the suppliers get of purchases through the grey channel.
    #[inline(always)]
    pub fn grey<S: Simd>(&self, simd: S, paid: Vector<S>) -> Vector<S> {
        paid / splat(simd, 1.0 + self.premium)
    }

    /// What middlemen keep of them.
    #[inline(always)]
    pub fn premium<S: Simd>(&self, simd: S, paid: Vector<S>) -> Vector<S> {
        paid * splat(simd, 1.0 - 1.0 / (1.0 + self.premium))
    }

    /// Licence fees less purchase subsidies on open purchases, for the row that begins at `pair`.
    #[inline(always)]
    pub fn levy<S: Simd>(&self, simd: S, pair: usize, paid: Vector<S>) -> Vector<S> {
        let one = splat(simd, 1.0);
        paid * (one - one / at(simd, &self.rules.price_factor, pair))
    }

    /// What the cells of the tile `t` paid, to be read row by row.
    #[inline(always)]
    pub fn paid<'b>(&self, t: usize, tile: &Tile, trades: [&'b [f64]; 2]) -> Paid<'b> {
        Paid {
            open: tile.of(trades[0]),
            // Nothing is diverted where no law is.
            grey: self.rules.hit[t].then(|| tile.of(trades[1])),
            first: tile.pairs.start,
        }
    }

    /// What the suppliers get of both, of a row of a tile.
    #[inline(always)]
    pub fn of<S: Simd>(&self, simd: S, paid: &Paid<'_>, row: usize) -> Vector<S> {
        let open = self.open(simd, paid.first + row * LANES, load(simd, &paid.open[row]));
        match paid.grey {
            Some(grey) => open + self.grey(simd, load(simd, &grey[row])),
            None => open,
        }
    }
}

/// What the cells of a tile paid.
#[derive(Debug, Clone, Copy)]
pub struct Paid<'a> {
    open: &'a [Row],
    /// `None` where nothing is diverted.
    grey: Option<&'a [Row]>,
    /// First pair of the tile.
    first: usize,
}
