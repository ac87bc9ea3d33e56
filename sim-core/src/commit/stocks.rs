//! What stands at buyers, and what they remember of their purchases: it moves in place when a quarter is entered.

use fearless_simd::prelude::*;

use crate::decisions::{Books, Trades};
use crate::market::net::Net;
use crate::structure::tiles::Tile;
use crate::vector::{self, Simd, Vector, load, splat};
use crate::with_vectors;
use crate::world::State;

impl State {
    /// Moves installed shares, trailing purchases and fleets by what was bought.
    ///
    /// `h' = h + speed · renewal · (purchases / Σ purchases − h)`; trailing purchases close a fourth of the way to this
    /// quarter's; `fleet' = (1 − δ_f) fleet + purchases` at the supplier's price, where tools need service.
    pub(super) fn move_stocks(&mut self, net: &Net<'_>, trades: &Trades, books: &Books) {
        with_vectors!(vector::level(), simd => self.move_tiles(simd, net, trades, books));
    }

    #[inline(always)]
    fn move_tiles<S: Simd>(&mut self, simd: S, net: &Net<'_>, trades: &Trades, books: &Books) {
        let setup = std::sync::Arc::clone(&self.setup);
        let p = &setup.parameters;
        let (none, one) = (splat(simd, 0.0), splat(simd, 1.0));
        for (t, tile) in setup.structure.tiles.iter().enumerate() {
            let of = |table: &[f64]| load(simd, &tile.by_cell(0.0, table));
            // Where nothing was bought, nothing moves.
            let spent = of(&books.spent);
            let some = spent.simd_gt(none);
            let all = simd.select_f64x8(some, spent, one);
            let renewal = simd.select_f64x8(some, of(&books.renewal), none);
            let speed = splat(simd, p.installed_speed) * renewal;
            let trailing = self.move_tile(simd, (t, tile), trades, (all, speed));
            tile.enter(&trailing.into(), &mut self.cells.trailing);
            if setup.service_share[tile.segment] > 0.0 {
                let paid = net.paid(t, tile, [&trades.purchases, &trades.grey]);
                let retirement = splat(simd, p.fleet_retirement / 4.0);
                for (row, fleet) in tile.of_mut(&mut self.fleet).iter_mut().enumerate() {
                    let before = load(simd, fleet);
                    let bought = net.of(simd, &paid, row);
                    *fleet = (before + (bought - retirement * before)).into();
                }
            }
        }
    }

    /// Moves trailing purchases and installed shares of a tile; returns the sum of the former by cell.
    #[inline(always)]
    fn move_tile<S: Simd>(
        &mut self,
        simd: S,
        (t, tile): (usize, &Tile),
        trades: &Trades,
        (all, speed): (Vector<S>, Vector<S>),
    ) -> Vector<S> {
        let (old, new) = (splat(simd, 0.75), splat(simd, 0.25));
        let grey = trades.diverted_in(t, tile);
        let stocks = tile.of_mut(&mut self.bought).iter_mut().zip(tile.of_mut(&mut self.installed));
        let rows = tile.of(&trades.purchases).iter().zip(stocks).enumerate();
        let mut trailing = splat(simd, 0.0);
        for (row, (open, (bought, installed))) in rows {
            let open = load(simd, open);
            let paid = grey.get(row).map_or(open, |grey| open + load(simd, grey));
            let now = old * load(simd, bought) + new * paid;
            trailing += now;
            *bought = now.into();
            let stood = load(simd, installed);
            *installed = (stood + speed * (paid / all - stood)).into();
        }
        trailing
    }
}
