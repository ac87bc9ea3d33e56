//! Rules of the buyers' state: import bans, refusals at customs and local-content quotas (C5).
//!
//! The law of the sellers is one number for each product, buyer and quarter, the ceiling. What the buyers' state asks of
//! its own lines stands apart from it: a least share of new purchases that must be of domestic products. Here is whom
//! a rule is about; what buyers make of it is [`home_share`](crate::behaviour::home_share).
//!
//! A rule bars no supplier, so it is no news: nobody loses trust by it, stocks up before it or evades a seller's law by it.

use std::sync::Arc;

use super::threshold;
use crate::calendar::Quarter;
use crate::scenario::measure::Levels;
use crate::scenario::purchase_rule::{Counted, Missing, PurchaseRule};
use crate::structure::Structure;
use crate::world::World;

use super::lawbook::LawBook;

/// Cells over which a share is counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their line.
    pub buyer: usize,
    /// The cells, rising.
    pub cells: Vec<usize>,
}

/// Whom a rule is about, whatever the quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Place of the rule in the scenario.
    pub rule: usize,
    /// The lines that it can bind.
    pub groups: Vec<Group>,
    /// Whether it limits each product.
    pub limited: Vec<bool>,
    /// Tiles with a cell of some group, rising.
    pub tiles: Vec<usize>,
}

/// What a rule asks of a quarter.
#[derive(Debug, Clone)]
pub struct Limit {
    /// Whom it is about.
    pub scope: Arc<Scope>,
    /// The groups whose line is of its class now.
    pub groups: Vec<usize>,
    /// Least share of new purchases that must not be of limited products.
    pub share: f64,
    /// Part of the purchases in scope that obey it: coverage times compliance.
    pub obeyed: f64,
    /// Whether purchases that other products cannot serve are let through.
    pub waived: bool,
}

impl Scope {
    /// Resolves a rule.
    pub fn new(structure: &Structure, rule: usize, law: &PurchaseRule) -> Self {
        let covers = |cell: &usize| {
            let segment = &structure.segments[structure.cells[*cell].segment].row;
            segment.within(&law.segments)
        };
        let mut groups = Vec::new();
        for (buyer, node) in structure.buyers.iter().enumerate() {
            if !binds(structure, law, buyer) {
                continue;
            }
            let cells: Vec<usize> = node.cells.iter().copied().filter(covers).collect();
            match law.counted {
                Counted::Line if cells.is_empty() => {}
                Counted::Line => groups.push(Group { buyer, cells }),
                Counted::Segment => {
                    groups.extend(cells.into_iter().map(|c| Group { buyer, cells: vec![c] }));
                }
            }
        }
        let cells = groups.iter().flat_map(|group| &group.cells);
        let mut tiles: Vec<usize> = cells.map(|c| structure.tile_of[*c]).collect();
        tiles.sort_unstable();
        tiles.dedup();
        let limited = (0..structure.products.len()).map(|k| limits(structure, law, k)).collect();
        Self { rule, groups, limited, tiles }
    }

    /// Whether it can limit something that one of its lines buys.
    pub fn limits_something(&self, structure: &Structure) -> bool {
        let mut cells = self.groups.iter().flat_map(|group| &group.cells);
        cells.any(|c| structure.pairs_of(&structure.cells[*c]).any(|(_, k)| self.limited[k]))
    }
}

/// Whether a rule can bind a line, leaving its level aside.
fn binds(structure: &Structure, law: &PurchaseRule, buyer: usize) -> bool {
    let node = &structure.buyers[buyer];
    let home = |place: usize| &structure.jurisdictions[place];
    law.locations.contains(home(node.location))
        && (law.owners.is_empty() || law.owners.contains(home(node.owner)))
        && (law.end_users.is_empty() || law.end_users.contains(&node.row.id))
        && (law.families.is_empty() || law.families.contains(&node.row.family))
}

/// Whether a rule limits a product: foreign, and of the makers that it names.
fn limits(structure: &Structure, law: &PurchaseRule, product: usize) -> bool {
    let side = &structure.sides[product];
    let home = |place: usize| &structure.jurisdictions[place];
    *home(side.behaviour) != law.state
        && (law.makers.is_empty() || law.makers.contains(home(side.legal)))
}

/// The rules of a scenario, resolved, in an order of what they say: names and places in a list do not matter.
pub(super) fn scopes(structure: &Structure, rules: &[PurchaseRule]) -> Vec<Arc<Scope>> {
    let terms = |rule: &PurchaseRule| {
        let [id, title, reference, source] = [const { String::new() }; 4];
        format!("{:?}", PurchaseRule { id, title, reference, source, ..rule.clone() })
    };
    let mut places: Vec<usize> = (0..rules.len()).collect();
    places.sort_by_cached_key(|place| terms(&rules[*place]));
    places.iter().map(|place| Arc::new(Scope::new(structure, *place, &rules[*place]))).collect()
}

/// What the rules ask of a quarter, the strictest first.
///
/// A rule that asks for nothing, or that nobody obeys, is none.
pub(super) fn in_force(world: &World, book: &LawBook, now: Quarter) -> Vec<Limit> {
    if !world.scenario.mechanisms.purchase_rules {
        return Vec::new();
    }
    let p = &world.setup.parameters;
    let limit = |scope: &Arc<Scope>| {
        let law = &world.scenario.purchase_rules[scope.rule];
        let share = law.home_share.at(now, p);
        let obeyed = law.coverage.at(now, p) * law.compliance.at(now, p);
        if !now.lies_in(law.from, law.to) || share <= 0.0 || obeyed <= 0.0 {
            return None;
        }
        let of_class = |(_, group): &(usize, &Group)| of_class(world, law, group.buyer);
        let groups = scope.groups.iter().enumerate().filter(of_class).map(|(g, _)| g).collect();
        let waived = law.missing == Missing::Waived;
        Some(Limit { scope: Arc::clone(scope), groups, share, obeyed, waived })
    };
    let mut limits: Vec<Limit> = book.purchases().iter().filter_map(limit).collect();
    limits.sort_by(|one, other| other.share.total_cmp(&one.share));
    limits
}

/// Whether a line is of the levels that a rule is about.
fn of_class(world: &World, law: &PurchaseRule, buyer: usize) -> bool {
    let family = world.setup.structure.buyers[buyer].row.family;
    let level = world.buyers.level[buyer];
    let bound = |levels: &Levels| threshold::of_family(levels, family);
    law.lines_from.as_ref().is_none_or(|from| level >= bound(from))
        && law.lines_below.as_ref().is_none_or(|below| level < bound(below))
}
