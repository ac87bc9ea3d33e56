//! The law book: which buyers and products each measure can reach, worked out once for a run.
//!
//! Reach covers a product when its legal home is the authority's, or the home has aligned and its own
//! rule covers the product.

use crate::calendar::Quarter;
use crate::draws::{Draws, Purpose};
use crate::scenario::Scenario;
use crate::scenario::measure::{EndUse, Measure};
use crate::world::World;
use crate::world::structure::Structure;

use super::threshold;

/// A product that a measure reaches.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Product.
    pub product: usize,
    /// Quarter from which the market knows.
    pub announced: Quarter,
    /// First quarter in which it binds.
    pub in_force: Quarter,
    /// Whether its maker may not service what is installed.
    pub servicing_barred: bool,
}

/// A government behind a measure: the authority or an ally.
#[derive(Debug, Clone)]
pub struct Party {
    /// Jurisdiction.
    pub home: usize,
    /// Announcement.
    pub announced: Quarter,
    /// Share of its products that its rule covers.
    pub coverage: f64,
}

#[derive(Debug, Clone)]
struct Entry {
    /// By segment.
    bound: Vec<Vec<Bound>>,
    /// Buyers that the static filters let through.
    candidates: Vec<usize>,
    /// Buyers that take notice.
    addressees: Vec<usize>,
    parties: Vec<Party>,
}

/// The measures of a scenario, resolved against the structure.
#[derive(Debug, Clone)]
pub struct LawBook {
    entries: Vec<Entry>,
}

impl LawBook {
    /// Resolves the measures of a scenario for one replicate (an ally's partial coverage is a draw).
    pub fn new(structure: &Structure, scenario: &Scenario, draws: &Draws) -> Self {
        let covered = draws.products(Purpose::AllyCoverage, 0);
        let entries =
            scenario.measures.iter().map(|m| Entry::new(structure, m, &covered)).collect();
        Self { entries }
    }

    /// Products of a segment that a measure reaches.
    pub fn bound(&self, measure: usize, segment: usize) -> &[Bound] {
        &self.entries[measure].bound[segment]
    }

    /// Governments behind a measure.
    pub fn parties(&self, measure: usize) -> &[Party] {
        &self.entries[measure].parties
    }

    /// Buyers that take notice of a measure's announcement.
    pub fn addressees(&self, measure: usize) -> impl Iterator<Item = usize> + '_ {
        self.entries[measure].addressees.iter().copied()
    }

    /// Buyers that a measure hits now: its filters, and its end use by the line's legal class.
    pub fn hits(
        &self,
        world: &World,
        measure: usize,
        reference: &[f64; 4],
    ) -> impl Iterator<Item = usize> {
        let end_use = world.scenario.measures[measure].end_use;
        let class = &world.buyers.legal_class;
        let structure = &world.setup.structure;
        self.entries[measure].candidates.iter().copied().filter(move |b| {
            let family = structure.buyers[*b].row.family;
            match end_use {
                None => true,
                Some(EndUse::MinLevel(levels)) => {
                    class[*b] >= threshold::of_family(&levels, family)
                }
                Some(EndUse::FrontierLag(lag)) => {
                    class[*b] > reference[threshold::family_index(family)] - lag
                }
            }
        })
    }
}

impl Entry {
    fn new(structure: &Structure, measure: &Measure, covered: &[f64]) -> Self {
        let covers = |segment: usize| {
            measure.segments.is_empty() || structure.segments[segment].row.among(&measure.segments)
        };
        let bound = (0..structure.segments.len())
            .map(|s| {
                if !covers(s) {
                    return Vec::new();
                }
                structure.segments[s]
                    .products
                    .clone()
                    .filter_map(|k| bound_product(structure, measure, k, covered))
                    .collect()
            })
            .collect();
        let named = |list: &[String], place: usize| {
            list.iter().any(|id| *id == structure.jurisdictions[place])
        };
        let aimed = |b: usize| {
            let buyer = &structure.buyers[b];
            named(&measure.destinations, buyer.location)
                && (measure.owners.is_empty() || named(&measure.owners, buyer.owner))
        };
        let listed = |b: usize| {
            measure.end_users.is_empty() || measure.end_users.contains(&structure.buyers[b].row.id)
        };
        let all = 0..structure.buyers.len();
        let listed_owners: Vec<usize> = all
            .clone()
            .filter(|b| aimed(*b) && listed(*b))
            .map(|b| structure.buyers[b].owner)
            .collect();
        let parties = std::iter::once((&measure.authority, measure.announced, 1.0))
            .chain(
                measure
                    .allies
                    .iter()
                    .map(|a| (&a.home, a.announced.max(measure.announced), a.coverage)),
            )
            .filter_map(|(id, announced, coverage)| {
                let home = structure.jurisdictions.iter().position(|j| j == id)?;
                Some(Party { home, announced, coverage })
            })
            .collect();
        Self {
            bound,
            candidates: all.clone().filter(|b| aimed(*b) && listed(*b)).collect(),
            addressees: all
                .filter(|b| aimed(*b) && listed_owners.contains(&structure.buyers[*b].owner))
                .collect(),
            parties,
        }
    }
}

fn bound_product(
    structure: &Structure,
    measure: &Measure,
    product: usize,
    covered: &[f64],
) -> Option<Bound> {
    let node = &structure.products[product];
    let home = &structure.jurisdictions[node.legal];
    if *home == measure.authority {
        return Some(Bound {
            product,
            announced: measure.announced,
            in_force: measure.in_force,
            servicing_barred: measure.servicing_barred,
        });
    }
    let ally = measure.allies.iter().find(|ally| ally.home == *home)?;
    let exempt = structure.segments[node.segment].row.among(&ally.except_segments);
    (!exempt && covered[node.row.slot as usize] < ally.coverage).then(|| Bound {
        product,
        announced: ally.announced.max(measure.announced),
        in_force: ally.from.max(measure.in_force),
        servicing_barred: ally.servicing_barred,
    })
}
