//! Support: scheduled mandates to buy at home, and dated money for research.

use crate::calendar::Quarter;
use crate::scenario::tables::ProductState;
use crate::world::World;

/// Scheduled mandate of each buyer, logits at full state exposure.
pub fn mandates(world: &World, now: Quarter) -> Vec<f64> {
    let structure = &world.setup.structure;
    structure
        .buyers
        .iter()
        .map(|buyer| {
            world
                .scenario
                .mandates
                .iter()
                .filter(|m| {
                    m.owner == structure.jurisdictions[buyer.owner]
                        && now >= m.from
                        && m.to.is_none_or(|end| now < end)
                })
                .map(|m| m.logits)
                .sum()
        })
        .collect()
}

/// Research subsidy of each product, USD million a quarter: a programme's money is spread over the
/// home's suppliers that are on the market, by base-year segment size.
pub fn subsidies(world: &World, now: Quarter) -> Vec<f64> {
    let structure = &world.setup.structure;
    let mut money = vec![0.0; structure.products.len()];
    for programme in &world.scenario.subsidies {
        if now < programme.from || now >= programme.to {
            continue;
        }
        let weight = |k: usize| {
            let node = &structure.products[k];
            let segment = &structure.segments[node.segment].row;
            let meant = programme.segments.is_empty() || segment.among(&programme.segments);
            let home = structure.jurisdictions[node.behaviour] == programme.home;
            let present = world.products.active[k] || node.row.state != ProductState::Entrant;
            if meant && home && present { segment.size_2019_usd_m } else { 0.0 }
        };
        let total: f64 = (0..money.len()).map(weight).sum();
        if total > 0.0 {
            for (k, m) in money.iter_mut().enumerate() {
                *m += programme.usd_m_per_year / 4.0 * weight(k) / total;
            }
        }
    }
    money
}
