//! Support: scheduled mandates to buy at home, dated money for research and purchases, opened markets.

use crate::calendar::Quarter;
use crate::lent::Numbers;
use crate::scenario::measure::{Mandate, MarketAccess, PurchaseSubsidy, Subsidy};
use crate::scenario::tables::{ProductState, Segment};
use crate::structure::{Cell, Structure};
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

/// Whether a mandate to buy at home can move a buyer: only China's owners are pushed, as far as they are exposed
/// to the state.
pub fn pushes(structure: &Structure, mandate: &Mandate, buyer: usize) -> bool {
    let node = &structure.buyers[buyer];
    structure.jurisdictions[node.owner] == mandate.owner
        && structure.chinese_owned(buyer)
        && node.row.state_exposure > 0.0
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
            let present = world.products.active[k] || node.row.state != ProductState::Entrant;
            let size = structure.segments[node.segment].row.size_2019_usd_m;
            if present && supports(structure, programme, k) { size } else { 0.0 }
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

/// Whether research money is meant for a product.
pub fn supports(structure: &Structure, programme: &Subsidy, product: usize) -> bool {
    let node = &structure.products[product];
    let segment = &structure.segments[node.segment].row;
    let meant = programme.segments.is_empty() || segment.among(&programme.segments);
    meant && structure.jurisdictions[node.behaviour] == programme.home
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
            if !pays_at(structure, programme, cell) {
                continue;
            }
            for (pair, k) in structure.pairs_of(cell) {
                if pays_for(structure, programme, k) {
                    factor[pair] *= 1.0 - programme.rate;
                }
            }
        }
    }
    factor
}

/// Whether a programme pays for what a buyer buys of a segment.
pub fn pays_at(structure: &Structure, programme: &PurchaseSubsidy, cell: &Cell) -> bool {
    let segment = &structure.segments[cell.segment].row;
    let owner = &structure.jurisdictions[structure.buyers[cell.buyer].owner];
    let meant = programme.segments.is_empty() || segment.among(&programme.segments);
    *owner == programme.owner && meant
}

/// Whether a programme pays for a product, where it pays for its segment.
pub fn pays_for(structure: &Structure, programme: &PurchaseSubsidy, product: usize) -> bool {
    structure.jurisdictions[structure.products[product].behaviour] == programme.home
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
