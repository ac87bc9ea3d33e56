//! Making: what the line that makes a product, or its designer's access to foundries, lets it deliver.

use crate::policy::Rules;
use crate::scenario::tables::BuyerKind;
use crate::world::World;

/// What holds the level of a product, generations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cap {
    /// Nothing but its design.
    None,
    /// The foundries that its designer may use: it is no better than they allow.
    Foundry(f64),
    /// The line of its own maker: it is what the line makes, whatever was spent on research apart from it.
    Line(f64),
}

impl Cap {
    /// The level that is delivered of a design.
    pub fn delivered(self, design: f64) -> f64 {
        match self {
            Self::None => design,
            Self::Foundry(level) => design.min(level),
            Self::Line(level) => level,
        }
    }
}

/// What holds each product's level: `q_k(0) + a_k(t) − a_k(0)`, where `a` is the process level of the line that
/// makes the product; or, for a designer without a line of its own, the best level of the foundry services that
/// it may buy.
///
/// Limits: without law and without progress of the makers, every product is delivered at its base level.
pub fn caps(world: &World, rules: &Rules) -> impl Iterator<Item = Cap> {
    let structure = &world.setup.structure;
    structure.sides.iter().enumerate().map(move |(k, node)| match node.made_by {
        None => Cap::None,
        Some(b) => {
            let first =
                access(world, b, |_, i| world.setup.level[i], structure.buyers[b].row.level);
            let now = access(
                world,
                b,
                |pair, i| world.products.level[i].min(rules.ceiling[pair]),
                world.buyers.level[b],
            );
            let level = world.setup.level[k] + now - first;
            if foundry_customer(world, b) { Cap::Foundry(level) } else { Cap::Line(level) }
        }
    })
}

/// Whether a maker has no line of its own and buys foundry services.
fn foundry_customer(world: &World, buyer: usize) -> bool {
    world.setup.structure.buyers[buyer].row.kind == BuyerKind::Foundry
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
    if !foundry_customer(world, buyer) {
        return line_level;
    }
    node.cells
        .iter()
        .flat_map(|c| structure.pairs_of(&structure.cells[*c]))
        .filter(|(_, k)| world.products.active[*k])
        .map(|(pair, k)| offered(pair, k))
        .fold(f64::NEG_INFINITY, f64::max)
}
