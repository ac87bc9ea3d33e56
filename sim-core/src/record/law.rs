//! What a law did to sales, supplier bloc by supplier bloc.
//!
//! Invariant: a sale is licensed or though barred, never both; without a measure everything is 0.

use crate::quarter::Outcome;
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
            sales.barred(world, outcome);
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

    fn barred(&mut self, world: &World, outcome: &Outcome) {
        let (setup, rules, trades) = (&world.setup, &outcome.rules, &outcome.trades);
        let structure = &setup.structure;
        let premium = 1.0 + setup.parameters.grey_premium;
        let (mut usual, mut barred) = ([0.0; 3], [0.0; 3]);
        for c in structure.buyers.iter().flat_map(|buyer| buyer.cells.iter().copied()) {
            let cell = &structure.cells[c];
            if !structure.chinese_owned(cell.buyer)
                || !structure.segments[cell.segment].row.is_goods()
            {
                continue;
            }
            for (pair, k) in structure.pairs_of(cell) {
                let bloc = structure.supplier_bloc(k) as usize;
                let money = outcome.wants.usual[c] * setup.base_installed[pair];
                usual[bloc] += money;
                if rules.barred_by(pair).is_some() {
                    barred[bloc] += money;
                    let open = trades.purchases[pair] / rules.price_factor_of(pair);
                    self.sold_though_barred[bloc] += open + trades.grey[pair] / premium;
                }
            }
        }
        for bloc in 0..3 {
            self.barred_part[bloc] = super::ratio(barred[bloc], usual[bloc]);
        }
    }
}
