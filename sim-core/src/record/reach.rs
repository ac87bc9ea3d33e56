//! What the law reaches, sees and could still deny.

use crate::calendar::Quarter;
use crate::policy::{self, Rules, alignment};
use crate::quarter::Outcome;
use crate::scenario::measure::{Accession, Measure};
use crate::world::World;
use crate::world::structure::Cell;

/// Share of US content above which the most common de minimis rule reaches a good.
const DE_MINIMIS: f64 = 0.25;
/// Dependence on US technology at which a good counts as its direct product.
const DIRECT_PRODUCT: f64 = 0.5;

/// Whether the United States could deny a product: its own or by US content, and the same with direct
/// products of US technology.
pub(super) fn deniable(world: &World, k: usize) -> (bool, bool) {
    let node = &world.setup.structure.products[k];
    let kept = world.products.content_kept[k];
    let own = node.legal == world.setup.structure.us;
    let out_of_reach = node.behaviour == world.setup.structure.china && !own;
    let content = own || (!out_of_reach && node.row.us_content * kept > DE_MINIMIS);
    let technology = content || (!out_of_reach && node.row.us_dependence * kept >= DIRECT_PRODUCT);
    (content, technology)
}

/// Sales that the law bars, by bloc of the supplier: the quarter's budgets at base-year shares, where a measure
/// in force keeps the product from the buyer, less what is bought openly all the same.
pub(super) fn barred_sales(world: &World, outcome: &Outcome) -> [f64; 3] {
    let structure = &world.setup.structure;
    let mut sum = [0.0; 3];
    let touched = |(_, cell): &(usize, &Cell)| outcome.rules.touched[cell.buyer];
    for (c, cell) in structure.cells.iter().enumerate().filter(touched) {
        for (pair, k) in structure.pairs_of(cell) {
            if outcome.rules.barred_by[pair].is_some() {
                let usual = outcome.wants.usual[c] * world.setup.base_installed[pair];
                let open = outcome.trades.purchases[pair];
                sum[structure.supplier_bloc(k) as usize] += (usual - open).max(0.0);
            }
        }
    }
    sum
}

/// Since when an ally's suppliers are bound.
fn since(world: &World, measure: &Measure, place: usize) -> Option<Quarter> {
    match measure.allies[place].accession {
        Accession::Dated { from, .. } => Some(from),
        Accession::Weighed { .. } => {
            let announced = (*world.law.get(&measure.id)?.aligned.get(place)?)?;
            Some(announced.plus(alignment::lag(world)))
        }
    }
}

/// What part of its sales to China each home reports: all of it in the United States; where a law lowers some
/// sale of the home, the coverage of that law (1 for the home's own).
pub(super) fn seeing_homes(world: &World, rules: &Rules) -> Vec<f64> {
    let structure = &world.setup.structure;
    let now = world.scenario.start.plus(world.t as i32);
    let mut binding = vec![false; structure.jurisdictions.len()];
    for cell in structure.cells.iter().filter(|cell| rules.touched[cell.buyer]) {
        for (pair, k) in structure.pairs_of(cell) {
            binding[structure.sides[k].legal] |= rules.ceiling[pair] < world.products.level[k];
        }
    }
    let coverage = |home: &String| {
        let running = world.scenario.measures.iter().filter(|m| policy::running(m, now));
        let allies = running.flat_map(|m| m.allies.iter().enumerate().map(move |a| (m, a)));
        let bound = allies.filter(|(m, (place, ally))| {
            ally.home == *home && since(world, m, *place).is_some_and(|from| now >= from)
        });
        bound.map(|(_, (_, ally))| ally.coverage).reduce(f64::max).unwrap_or(1.0)
    };
    let mut seen: Vec<f64> = structure
        .jurisdictions
        .iter()
        .zip(binding)
        .map(|(home, binds)| if binds { coverage(home) } else { 0.0 })
        .collect();
    seen[structure.us] = 1.0;
    seen
}
