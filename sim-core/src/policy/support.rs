//! Support: scheduled mandates to buy at home, dated money for research and purchases, opened markets.
//!
//! Invariant: programmes that meet add up to the same bits in whatever order they stand.

use crate::calendar::Quarter;
use crate::lent::{Lent, Numbers};
use crate::scenario::measure::{Mandate, MarketAccess, PurchaseSubsidy, Subsidy};
use crate::scenario::tables::{ProductState, Segment};
use crate::structure::{Cell, SegmentNode, Structure};
use crate::world::World;

/// Scheduled mandate of each buyer on all that it buys, logits at full state exposure: the part that does not go by
/// dependence.
pub fn mandates(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let of_owner = |owner: &String| -> f64 {
        let general = running(world, owner, now).filter(|m| m.segments.is_empty());
        sum_in_any_order(general.map(|m| evenly(world, m, now)), 0.0)
    };
    let mandate: Numbers = structure.jurisdictions.iter().map(of_owner).collect();
    structure.buyers.iter().map(|buyer| mandate[buyer.owner]).collect()
}

/// Mandates of an owner's state that run.
fn running<'a>(
    world: &'a World,
    owner: &'a String,
    now: Quarter,
) -> impl Iterator<Item = &'a Mandate> {
    let mandates = world.scenario.mandates.iter();
    mandates.filter(move |m| m.owner == *owner && now.lies_in(m.from, m.to))
}

/// The part of a mandate that does not go by dependence, logits at full state exposure.
fn evenly(world: &World, mandate: &Mandate, now: Quarter) -> f64 {
    let p = &world.setup.parameters;
    mandate.logits.at(now, p) * (1.0 - mandate.dependence.at(now, p))
}

/// What mandates do to the utility of domestic products and of third makers' in each cell, logits, beside
/// [`mandates`]: those by dependence, and those for some segments only. Empty if there are none.
///
/// A mandate of `m` logits pushes a Chinese-owned buyer that is exposed to the state by `e`, and bought the part `u` of
/// the cell from US makers in the base year, by `2 d u m e` toward domestic products, and by `−τ` times that away from
/// products of third countries; `d` is its `dependence`, `τ` its `third`. One for some segments pushes there by
/// `(1 − d) m e`, too.
pub fn pushes(world: &World, now: Quarter) -> Option<[Numbers; 2]> {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let china = &structure.jurisdictions[structure.china];
    let by_dependence = |m: &Mandate| 2.0 * m.dependence.at(now, p) * m.logits.at(now, p);
    let narrow = running(world, china, now).any(|m| !m.segments.is_empty());
    if !narrow && running(world, china, now).all(|m| by_dependence(m) == 0.0) {
        return None;
    }
    // Toward domestic products and third makers' by dependence, and toward domestic ones evenly.
    let push = |covers: &dyn Fn(&Mandate) -> bool| {
        let sum = |of: &dyn Fn(&Mandate) -> f64| {
            sum_in_any_order(running(world, china, now).filter(|m| covers(m)).map(of), 0.0)
        };
        let even = |m: &Mandate| if m.segments.is_empty() { 0.0 } else { evenly(world, m, now) };
        [sum(&by_dependence), sum(&|m| -m.third.at(now, p) * by_dependence(m)), sum(&even)]
    };
    let everywhere = push(&|m| m.segments.is_empty());
    let in_segment = |segment: &SegmentNode| {
        if narrow { push(&|m| segment.row.within(&m.segments)) } else { everywhere }
    };
    let pushes: Lent<[f64; 3]> = structure.segments.iter().map(in_segment).collect();
    let exposed = |cell: &Cell| {
        let exposure = structure.buyers[cell.buyer].row.state_exposure;
        if structure.chinese_owned(cell.buyer) { exposure } else { 0.0 }
    };
    let reach = || structure.cells.iter().zip(&world.setup.dependence);
    let home = reach().map(|(cell, reach)| {
        let [by_dependence, _, evenly] = pushes[cell.segment];
        let evenly = if evenly == 0.0 { 0.0 } else { evenly * exposed(cell) };
        by_dependence * reach + evenly
    });
    let third = reach().map(|(cell, reach)| pushes[cell.segment][1] * reach);
    Some([home.collect(), third.collect()])
}

/// Whether a mandate to buy at home can move a buyer: only China's owners are pushed, as far as they are exposed
/// to the state.
pub fn can_push(structure: &Structure, mandate: &Mandate, buyer: usize) -> bool {
    let node = &structure.buyers[buyer];
    structure.jurisdictions[node.owner] == mandate.owner
        && structure.chinese_owned(buyer)
        && node.row.state_exposure > 0.0
        && node.cells.iter().any(|c| {
            let segment = &structure.segments[structure.cells[*c].segment].row;
            segment.within(&mandate.segments)
        })
}

/// Research subsidy of each product, USD million a quarter: a programme's money is spread over the
/// home's suppliers that are on the market, by base-year segment size, less the part that crowds out
/// research which they would have paid for themselves.
pub fn subsidies(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let mut money = Numbers::zeros(structure.products.len());
    let mut parts = Lent::with_room(world.scenario.subsidies.len() * money.len());
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
            parts.extend((0..money.len()).map(|k| (k, net * weight(k) / total)));
        }
    }
    sort(&mut parts);
    for (k, part) in &parts {
        money[*k] += part;
    }
    money
}

/// Whether research money is meant for a product.
pub fn supports(structure: &Structure, programme: &Subsidy, product: usize) -> bool {
    let node = &structure.products[product];
    let segment = &structure.segments[node.segment].row;
    let meant = segment.within(&programme.segments);
    meant && structure.jurisdictions[node.behaviour] == programme.home
}

/// Whether some programme pays for purchases.
pub fn pays_for_purchases(world: &World, now: Quarter) -> bool {
    world.scenario.purchase_subsidies.iter().any(|p| now.lies_in(p.from, p.to))
}

/// What a buyer pays over what the supplier gets, by pair: 1 less the share of the price that the state pays.
/// Programmes that meet on one pair multiply.
pub fn price_factors(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let mut factor = Numbers::filled(1.0, structure.pairs);
    let mut parts: Lent<(usize, f64)> = Lent::with_room(structure.pairs);
    for programme in &world.scenario.purchase_subsidies {
        if !now.lies_in(programme.from, programme.to) {
            continue;
        }
        for cell in &structure.cells {
            if !pays_at(structure, programme, cell) {
                continue;
            }
            for (pair, k) in structure.pairs_of(cell) {
                if pays_for(structure, programme, k) {
                    parts.push((pair, 1.0 - programme.rate));
                }
            }
        }
    }
    sort(&mut parts);
    for (pair, part) in &parts {
        factor[*pair] *= part;
    }
    factor
}

/// Whether a programme pays for what a buyer buys of a segment.
pub fn pays_at(structure: &Structure, programme: &PurchaseSubsidy, cell: &Cell) -> bool {
    let segment = &structure.segments[cell.segment].row;
    let owner = &structure.jurisdictions[structure.buyers[cell.buyer].owner];
    let meant = segment.within(&programme.segments);
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
        let meant = segment.within(&access.segments);
        now.lies_in(access.from, access.to) && access.logits != 0.0 && meant
    })
}

/// Preference that products of a home gain with buyers at a place by the opened markets of a segment, on top of others,
/// logits.
pub fn preference(
    world: &World,
    segment: &Segment,
    (home, place): (&str, &str),
    others: f64,
) -> f64 {
    let open = opened_markets(world, segment)
        .filter(|open| open.home == home && open.locations.iter().any(|there| there == place));
    sum_in_any_order(open.map(|open| open.logits), others)
}

/// Demand that opened markets add to each cell, ratio to its budget that does not react; empty if they add none.
///
/// `extra = Σ extra_demand · h`, over the agreements that name the place and the segment, where `h` is the share of the
/// home's products in what the cell bought in the base year: an agreement adds demand where its suppliers sell, as much as
/// they sell there. The money is spent as all money is; `logits` says what the home gains beside.
pub fn extra_demand(world: &World, now: Quarter) -> Numbers {
    let structure = &world.setup.structure;
    let adding = || {
        let all = world.scenario.market_access.iter();
        all.filter(|access| now.lies_in(access.from, access.to) && access.extra_demand != 0.0)
    };
    if adding().next().is_none() {
        return Numbers::default();
    }
    let extra = structure.cells.iter().map(|cell| {
        let segment = &structure.segments[cell.segment].row;
        let place = &structure.jurisdictions[structure.buyers[cell.buyer].location];
        let meant = adding().filter(|access| {
            let covers = segment.within(&access.segments);
            covers && access.locations.contains(place)
        });
        let added = meant.map(|access| {
            let sold = structure
                .pairs_of(cell)
                .filter(|(_, k)| structure.jurisdictions[structure.sides[*k].legal] == access.home);
            access.extra_demand
                * sold.map(|(pair, _)| world.setup.base_installed[pair]).sum::<f64>()
        });
        sum_in_any_order(added, 0.0)
    });
    extra.collect()
}

/// Adds numbers to a first one, the smallest before the others: the same bits in whatever order they come.
fn sum_in_any_order(numbers: impl Iterator<Item = f64>, first: f64) -> f64 {
    let mut sorted: Numbers = numbers.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.iter().fold(first, |sum, number| sum + number)
}

/// Sorts what is added to places by the place, and there the smallest first.
fn sort(parts: &mut [(usize, f64)]) {
    parts.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
}
