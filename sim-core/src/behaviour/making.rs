//! Making: what the line that makes a product, or its designer's access to foundries, lets it deliver.

use crate::policy::Rules;
use crate::scenario::tables::BuyerKind;
use crate::world::World;

/// The highest level that each product can be delivered at, generations; `+∞` for a product without a maker.
///
/// `cap_k = q_k(0) + a_k(t) − a_k(0)`, where `a` is the process level of the line that makes the product; or,
/// for a designer without a line of its own, the best level of the foundry services that it may buy.
///
/// Limits: without law and without progress of the makers, every product is delivered at its base level.
pub fn caps(world: &World, rules: &Rules) -> Vec<f64> {
    let structure = &world.setup.structure;
    structure
        .products
        .iter()
        .enumerate()
        .map(|(k, node)| match node.made_by {
            None => f64::INFINITY,
            Some(b) => {
                let first =
                    access(world, b, |_, i| world.setup.level[i], structure.buyers[b].row.level);
                let now = access(
                    world,
                    b,
                    |pair, i| world.products.level[i].min(rules.ceiling[pair]),
                    world.buyers.level[b],
                );
                world.setup.level[k] + now - first
            }
        })
        .collect()
}

/// The process level that a maker works at: its line's, or the best on offer to it.
fn access(
    world: &World,
    buyer: usize,
    offered: impl Fn(usize, usize) -> f64,
    line_level: f64,
) -> f64 {
    let structure = &world.setup.structure;
    let node = &structure.buyers[buyer];
    if node.row.kind != BuyerKind::Foundry {
        return line_level;
    }
    structure.cells[node.cells.clone()]
        .iter()
        .flat_map(|cell| structure.pairs_of(cell))
        .filter(|(_, k)| world.products.active[*k])
        .map(|(pair, k)| offered(pair, k))
        .fold(f64::NEG_INFINITY, f64::max)
}
