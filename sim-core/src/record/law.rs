//! What a law did to sales, supplier bloc by supplier bloc.
//!
//! Invariant: a sale is licensed or though barred, never both; without a measure everything is 0.

use crate::decisions::Outcome;
use crate::market::net::Net;
use crate::vector::{self, LANES, Row, Simd, Vector, load, splat, sum};
use crate::with_vectors;
use crate::world::World;

/// Sums of a quarter by bloc of the supplier's legal home.
#[derive(Default)]
pub(super) struct Sales {
    /// Open sales at full level that a licence lets through, USD million of 2019.
    pub(super) licensed: [f64; 3],
    /// `Σ barred usual / Σ usual` over Chinese-owned buyers of tools, materials, software and IP; usual: budgets at
    /// base-year shares.
    pub(super) barred_part: [f64; 3],
    /// What those buyers buy of barred products, openly or not, USD million of 2019.
    pub(super) sold_though_barred: [f64; 3],
}

impl Sales {
    pub(super) fn of(world: &World, outcome: &Outcome) -> Self {
        let mut sales = Self::default();
        if outcome.rules.hit.contains(&true) {
            sales.licensed(world, outcome);
            with_vectors!(vector::level(), simd => sales.barred(simd, world, outcome));
        }
        sales
    }

    fn licensed(&mut self, world: &World, outcome: &Outcome) {
        let structure = &world.setup.structure;
        for (pair, k) in &outcome.rules.licensed {
            if outcome.rules.ceiling[*pair] >= world.products.level[*k] {
                let paid = outcome.trades.purchases[*pair];
                let got = paid / outcome.rules.price_factor_of(*pair);
                self.licensed[structure.supplier_bloc(*k) as usize] += got;
            }
        }
    }

    /// Lane by lane over the tiles, and the lanes at the end.
    #[inline(always)]
    fn barred<S: Simd>(&mut self, simd: S, world: &World, outcome: &Outcome) {
        let (setup, rules, trades) = (&world.setup, &outcome.rules, &outcome.trades);
        let structure = &setup.structure;
        let none = splat(simd, 0.0);
        let net = Net::new(world, rules);
        let (mut usual, mut barred, mut sold) = ([none; 3], [none; 3], [none; 3]);
        for (t, tile) in structure.tiles.iter().enumerate() {
            let segment = &structure.segments[tile.segment];
            if !segment.row.is_goods() || !tile.traits.some_chinese {
                continue;
            }
            let owned = load(simd, &tile.traits.chinese);
            let wanted = owned * load(simd, &tile.by_cell(0.0, &outcome.wants.usual));
            let sides = &structure.sides[segment.products.clone()];
            let paid = net.paid(t, tile, [&trades.purchases, &trades.grey]);
            for (row, (side, base)) in sides.iter().zip(tile.of(&setup.base_installed)).enumerate()
            {
                let (bloc, money) = (side.bloc as usize, wanted * load(simd, base));
                usual[bloc] += money;
                if rules.hit[t] && rules.barred_rows[tile.rows().start + row] {
                    let first = tile.pairs.start + row * LANES;
                    let bars: Row = std::array::from_fn(|lane| {
                        f64::from(rules.barred_by(first + lane).is_some())
                    });
                    let bars = load(simd, &bars);
                    barred[bloc] += money * bars;
                    sold[bloc] += net.of(simd, &paid, row) * bars * owned;
                }
            }
        }
        let total = |sums: Vector<S>| sum(&sums.into());
        for bloc in 0..3 {
            self.barred_part[bloc] = super::ratio(total(barred[bloc]), total(usual[bloc]));
            self.sold_though_barred[bloc] = total(sold[bloc]);
        }
    }
}
