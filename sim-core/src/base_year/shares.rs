//! Base-year shares of products, from the printed shares of countries and firms.
//!
//! Published shares are whole percents, so they are sampled within their rounding; firms' shares of
//! 2019 do not exist, so a country's share is split over its 2019 roster by tiers. A supplier that is
//! listed without a share gets a small one within the rounding. Nothing here knows a later year.

use std::collections::BTreeMap;

use crate::draws::{Draws, Purpose};
use crate::scenario::Scenario;
use crate::scenario::param::Parameters;
use crate::scenario::tables::{CountryShare, ProductState};
use crate::structure::Structure;

/// The share of each product of its segment: positive for incumbents and roster-zero suppliers, zero for
/// entrants; they sum to one in each segment.
pub fn base(structure: &Structure, scenario: &Scenario, p: &Parameters, draws: &Draws) -> Vec<f64> {
    let rounding = draws.slots(Purpose::ShareRounding, 0, structure.product_slots);
    let roster_zero = draws.slots(Purpose::RosterZero, 0, structure.product_slots);
    let mut shares = vec![0.0; structure.products.len()];
    let mut printed_of: BTreeMap<&str, Vec<&CountryShare>> = BTreeMap::new();
    for row in &scenario.tables.shares {
        printed_of.entry(&row.segment).or_default().push(row);
    }
    for segment in &structure.segments {
        for row in printed_of.get(segment.row.id.as_str()).into_iter().flatten() {
            let incumbents: Vec<usize> = segment
                .products
                .clone()
                .filter(|k| {
                    let node = &structure.products[*k];
                    node.row.state == ProductState::Incumbent
                        && structure.jurisdictions[node.tag] == row.country
                })
                .collect();
            let Some(first) = incumbents.first() else { continue };
            // A country's draw is addressed by the slot of its first incumbent.
            let slot = structure.products[*first].row.slot as usize;
            let within = row.rounding_pct * (2.0 * rounding[slot] - 1.0);
            let printed = (row.share_pct + within).max(0.1 * row.rounding_pct);
            let weight = |k: usize| {
                if structure.products[k].row.tier == 1 { 1.0 } else { p.tier_two_weight }
            };
            let total: f64 = incumbents.iter().map(|k| weight(*k)).sum();
            for k in &incumbents {
                shares[*k] = printed / 100.0 * weight(*k) / total;
            }
        }
        for k in segment.products.clone() {
            let row = &structure.products[k].row;
            if row.state == ProductState::RosterZero {
                shares[k] = p.roster_zero_share * roster_zero[row.slot as usize];
            }
        }
        let total: f64 = segment.products.clone().map(|k| shares[k]).sum();
        for k in segment.products.clone() {
            shares[k] /= total;
        }
    }
    shares
}
