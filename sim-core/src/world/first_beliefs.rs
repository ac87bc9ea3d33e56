//! Beliefs at the start: what the listings before the first quarter left behind, in every scenario.

use super::structure::Structure;
use crate::scenario::Scenario;
use crate::scenario::measure::Salience;
use crate::scenario::param::Parameters;
use crate::scenario::tables::Ware;

/// Beliefs at the start: the floor, raised by the news before the start in every scenario.
pub(super) fn starting_beliefs(
    structure: &Structure,
    scenario: &Scenario,
    p: &Parameters,
) -> Vec<f64> {
    let places = structure.jurisdictions.len();
    let mut by_owner: Vec<Option<Vec<f64>>> = vec![None; places];
    let mut belief = Vec::with_capacity(structure.buyers.len() * places);
    for buyer in &structure.buyers {
        let first = || of_owner(structure, scenario, p, buyer.owner);
        belief.extend_from_slice(by_owner[buyer.owner].get_or_insert_with(first));
    }
    belief
}

/// The beliefs of an owner's buyers at the start, by jurisdiction.
fn of_owner(structure: &Structure, scenario: &Scenario, p: &Parameters, owner: usize) -> Vec<f64> {
    let belief_in = |j: usize| {
        if j == owner {
            return 0.0;
        }
        let mut news: Vec<_> = scenario
            .prior_news
            .iter()
            .filter(|n| {
                n.authority == structure.jurisdictions[j]
                    && n.owners == structure.jurisdictions[owner]
            })
            .collect();
        news.sort_by_key(|n| n.at);
        let mut rho = p.belief_floor;
        let mut now = news.first().map_or(scenario.start, |n| n.at);
        for event in &news {
            rho = fade(rho, event.at.since(now), p);
            now = event.at;
            if scenario.mechanisms.beliefs && scenario.mechanisms.salience {
                rho += p.belief_gain * salience(event.salience, p) * (1.0 - rho);
            }
        }
        fade(rho, scenario.start.since(now), p)
    };
    (0..structure.jurisdictions.len()).map(belief_in).collect()
}

fn fade(mut rho: f64, quarters: i32, p: &Parameters) -> f64 {
    for _ in 0..quarters {
        rho -= p.belief_decay * (rho - p.belief_floor).max(0.0);
    }
    rho
}

/// The news value of a salience at a parameter draw.
pub fn salience(kind: Salience, p: &Parameters) -> f64 {
    match kind {
        Salience::None => 0.0,
        Salience::Champion => p.salience_champion,
        Salience::Sector => p.salience_sector,
        Salience::Value(value) => value,
    }
}

/// A nation's belief: mean over China's owners' buyers of tools, materials, software and IP, by base-year budget,
/// of the belief in the least trusted jurisdiction. Buyers of chips spend ten times as much and would drown them. `risk` is buyers × jurisdictions.
pub fn national(structure: &Structure, budget: &[f64], risk: &[f64]) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (b, beliefs) in risk.chunks_exact(structure.jurisdictions.len()).enumerate() {
        if structure.chinese_owned(b) && structure.buyers[b].row.kind.ware() == Ware::Goods {
            let worst = beliefs.iter().copied().fold(0.0, f64::max);
            sum += budget[b] * worst;
            weight += budget[b];
        }
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}
