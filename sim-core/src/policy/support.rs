//! Support: scheduled mandates to buy at home, dated money for research and purchases, opened markets.

use crate::calendar::Quarter;
use crate::lent::Numbers;
use crate::scenario::measure::MarketAccess;
use crate::scenario::tables::{ProductState, Segment};
use crate::world::World;

/// Scheduled mandate of each buyer, logits at full state exposure.
pub fn mandates(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let of_owner = |owner: &String| -> f64 {
        let mandates = world.scenario.mandates.iter();
        mandates.filter(|m| m.owner == *owner && runs(m.from, m.to, now)).map(|m| m.logits).sum()
    };
    let mandate: Numbers = structure.jurisdictions.iter().map(of_owner).collect();
    structure.buyers.iter().map(|buyer| mandate[buyer.owner]).collect()
}

/// Research subsidy of each product, USD million a quarter: a programme's money is spread over the
/// home's suppliers that are on the market, by base-year segment size, less the part that crowds out
/// research which they would have paid for themselves.
pub fn subsidies(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let mut money = Numbers::zeros(structure.products.len());
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
            let net = programme.usd_m_per_year / 4.0 * (1.0 - programme.crowding_out);
            for (k, m) in money.iter_mut().enumerate() {
                *m += net * weight(k) / total;
            }
        }
    }
    money
}

/// Whether a dated programme runs.
fn runs(from: Quarter, to: Option<Quarter>, now: Quarter) -> bool {
    now >= from && to.is_none_or(|end| now < end)
}

/// Whether some programme pays for purchases.
pub fn pays_for_purchases(world: &World, now: Quarter) -> bool {
    world.scenario.purchase_subsidies.iter().any(|p| runs(p.from, p.to, now))
}

/// What a buyer pays over what the supplier gets, by pair: 1 less the share of the price that the state pays.
/// Programmes that meet on one pair multiply.
pub fn price_factors(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let mut factor = Numbers::filled(1.0, structure.pairs);
    for programme in &world.scenario.purchase_subsidies {
        if !runs(programme.from, programme.to, now) {
            continue;
        }
        for cell in &structure.cells {
            let segment = &structure.segments[cell.segment].row;
            let owner = &structure.jurisdictions[structure.buyers[cell.buyer].owner];
            let meant = programme.segments.is_empty() || segment.among(&programme.segments);
            if *owner != programme.owner || !meant {
                continue;
            }
            for (pair, k) in structure.pairs_of(cell) {
                if structure.jurisdictions[structure.products[k].behaviour] == programme.home {
                    factor[pair] *= 1.0 - programme.rate;
                }
            }
        }
    }
    factor
}

/// Agreements that open markets of a segment in the quarter, and move utilities there.
pub fn opened_markets<'a>(
    world: &'a World,
    segment: &Segment,
) -> impl Iterator<Item = &'a MarketAccess> {
    let now = world.now();
    world.scenario.market_access.iter().filter(move |access| {
        let meant = access.segments.is_empty() || segment.among(&access.segments);
        runs(access.from, access.to, now) && access.logits != 0.0 && meant
    })
}

/// Demand of each buyer over its path, ratio: what opened markets add.
pub fn extra_demand(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let at = |place: &String| {
        let open =
            world.scenario.market_access.iter().filter(|access| {
                runs(access.from, access.to, now) && access.locations.contains(place)
            });
        1.0 + open.map(|access| access.extra_demand).sum::<f64>()
    };
    let ratio: Numbers = structure.jurisdictions.iter().map(at).collect();
    structure.buyers.iter().map(|buyer| ratio[buyer.location]).collect()
}
