//! What the law reaches, sees and could still deny.

use crate::decisions::Outcome;
use crate::lent::Numbers;
use crate::policy::Rules;
use crate::scenario::measure::Measure;
use crate::vector::LANES;
use crate::world::World;

/// Share of US content above which the most common de minimis rule reaches a good.
const DE_MINIMIS: f64 = 0.25;
/// Dependence on US technology at which a good counts as its direct product.
const DIRECT_PRODUCT: f64 = 0.5;

/// Whether the United States could deny a product: its own or by US content, and the same with direct
/// products of US technology.
pub(super) fn deniable(world: &World, k: usize) -> (bool, bool) {
    let node = &world.setup.structure.sides[k];
    let kept = world.products.content_kept[k];
    let own = node.legal == world.setup.structure.us;
    let out_of_reach = node.behaviour == world.setup.structure.china && !own;
    let content = own || (!out_of_reach && node.us_content * kept > DE_MINIMIS);
    let technology = content || (!out_of_reach && node.us_dependence * kept >= DIRECT_PRODUCT);
    (content, technology)
}

/// Sales that the law bars, by bloc of the supplier: the quarter's budgets at base-year shares, where a measure
/// in force keeps the product from the buyer, less what is bought openly all the same.
pub(super) fn barred_sales(world: &World, outcome: &Outcome) -> [f64; 3] {
    let structure = &world.setup.structure;
    let mut sum = [0.0; 3];
    for (tile, _) in structure.tiles.iter().zip(&outcome.rules.hit).filter(|(_, hit)| **hit) {
        for (pair, k) in
            structure.rows_of(tile).filter(|(pair, _)| barred_row(&outcome.rules, *pair))
        {
            for (lane, c) in tile.cells.clone().enumerate() {
                let pair = pair + lane;
                if outcome.rules.barred_by(pair).is_some() {
                    let usual = outcome.wants.usual[c] * world.setup.base_installed[pair];
                    let open = outcome.trades.purchases[pair];
                    sum[structure.supplier_bloc(k) as usize] += (usual - open).max(0.0);
                }
            }
        }
    }
    sum
}

/// Whether some cell of a row may not have the product.
fn barred_row(rules: &Rules, pair: usize) -> bool {
    rules.barred_rows[pair / LANES]
}

/// What part of its sales in a segment each home's suppliers report to the United States or its partners
/// (segments × jurisdictions): all of it at home; where a measure bars some sale of the home in the segment, the
/// coverage of an ally's own rule, and everything where the rule is the home's own or reaches it from abroad. What
/// China's law bars, China sees.
pub(super) fn seeing(world: &World, rules: &Rules) -> Numbers {
    let structure = &world.setup.structure;
    let places = structure.jurisdictions.len();
    let mut seen = Numbers::zeros(structure.segments.len() * places);
    for (tile, _) in structure.tiles.iter().zip(&rules.hit).filter(|(_, hit)| **hit) {
        for (pair, k) in structure.rows_of(tile).filter(|(pair, _)| barred_row(rules, *pair)) {
            let home = structure.sides[k].legal;
            let mut last = None;
            for m in (pair..pair + LANES).filter_map(|pair| rules.barred_by(pair)) {
                // Most lanes of a row are barred by one measure.
                if last.replace(m) == Some(m) {
                    continue;
                }
                let measure = &world.scenario.measures[m];
                if measure.authority != structure.jurisdictions[structure.china] {
                    let at = &mut seen[tile.segment * places + home];
                    *at = at.max(coverage(measure, &structure.jurisdictions[home]));
                }
            }
        }
    }
    for row in seen.chunks_exact_mut(places) {
        row[structure.us] = 1.0;
    }
    seen
}

/// Share of a home's products that its own rule under a measure covers; 1 if it has none of its own.
fn coverage(measure: &Measure, home: &str) -> f64 {
    measure.allies.iter().find(|ally| ally.home == *home).map_or(1.0, |ally| ally.coverage)
}
