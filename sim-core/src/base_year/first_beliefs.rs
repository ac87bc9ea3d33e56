//! Beliefs at the start: what the listings before the first quarter left behind, in every scenario.

use crate::lent::Numbers;
use crate::scenario::Scenario;
use crate::scenario::measure::Salience;
use crate::scenario::param::Parameters;
use crate::scenario::tables::Ware;
use crate::structure::Structure;

/// Beliefs at the start: the floor, raised by the news before the start in every scenario.
pub(super) fn starting_beliefs(
    structure: &Structure,
    scenario: &Scenario,
    p: &Parameters,
) -> Vec<f64> {
    let places = 0..structure.jurisdictions.len();
    let by_owner: Vec<Vec<f64>> =
        places.clone().map(|owner| of_owner(structure, scenario, p, owner)).collect();
    let about = |j: usize| structure.buyers.iter().map(move |buyer| (buyer.owner, j));
    places.flat_map(about).map(|(owner, j)| by_owner[owner][j]).collect()
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
/// of the belief in the least trusted jurisdiction. Buyers of chips spend ten times as much and would drown them. `risk` is jurisdictions × buyers.
pub fn national(structure: &Structure, budget: &[f64], risk: &[f64]) -> f64 {
    let mut worst = Numbers::zeros(structure.buyers.len());
    for beliefs in risk.chunks_exact(worst.len()) {
        for (worst, risk) in worst.iter_mut().zip(beliefs) {
            *worst = worst.max(*risk);
        }
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for (b, worst) in worst.iter().enumerate() {
        if structure.chinese_owned(b) && structure.buyers[b].row.kind.ware() == Ware::Goods {
            sum += budget[b] * worst;
            weight += budget[b];
        }
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}
