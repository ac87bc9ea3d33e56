//! Suppliers of each segment: the calibrated ones, copied or cut to the wanted number.

use std::collections::{BTreeMap, BTreeSet};

use sim_core::scenario::tables::{CountryShare, Product, ProductState, Supplier, Tables};

use super::{FreeSlots, LEVEL_JITTER, Size, copied};
use sim_stats::random::{Stream, Use};

/// The level that Chinese suppliers go by in the table.
const CHINA: &str = "CHN";

/// Fills each segment with its suppliers, and shares the market among their countries.
pub(super) fn fill(base: &Tables, tables: &mut Tables, copies: &[usize], size: Size) {
    let suppliers: BTreeMap<&str, &Supplier> =
        base.suppliers.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut slots = FreeSlots::new(base.products.iter().map(|product| product.slot));
    let mut stream = Stream::new(size.seed, Use::World, 1, 0);
    tables.products.clear();
    tables.shares.clear();
    let mut firms: BTreeSet<(&str, usize)> = BTreeSet::new();
    for (segment, &count) in base.segments.iter().zip(copies) {
        let ranked = ranked(base, &suppliers, &segment.id);
        let wanted = size.suppliers.unwrap_or(ranked.len()).max(1);
        for copy in 0..count {
            let id = copied(&segment.id, copy);
            for place in 0..wanted {
                let (product, again) = (ranked[place % ranked.len()], place / ranked.len());
                let original = copy == 0 && again == 0;
                let moved = if original { 0.0 } else { LEVEL_JITTER * (2.0 * stream.unit() - 1.0) };
                firms.insert((&product.supplier, again));
                tables.products.push(Product {
                    segment: id.clone(),
                    supplier: copied(&product.supplier, again),
                    level: product.level + moved,
                    slot: if original { product.slot } else { slots.take() },
                    ..product.clone()
                });
            }
            let kept = &ranked[..wanted.min(ranked.len())];
            tables.shares.extend(shares(base, &suppliers, &segment.id, &id, kept));
        }
    }
    tables.suppliers = firms
        .into_iter()
        .map(|(id, again)| {
            let supplier = suppliers[id];
            Supplier {
                id: copied(id, again),
                name: copied(&supplier.name, again),
                ..supplier.clone()
            }
        })
        .collect();
}

/// A segment's products in the order in which they enter: by what they sell in the base year, then those without
/// a printed share; China's best stands second at the latest.
fn ranked<'a>(
    base: &'a Tables,
    suppliers: &BTreeMap<&str, &Supplier>,
    segment: &str,
) -> Vec<&'a Product> {
    let mut own: Vec<&Product> = base.products.iter().filter(|p| p.segment == segment).collect();
    let weight = |p: &Product| if p.tier == 1 { 1.0 } else { 0.25 };
    let country = |p: &Product| suppliers[p.supplier.as_str()].tag.as_str();
    let sold = |p: &Product| {
        let incumbents = own.iter().filter(|o| o.state == p.state && country(o) == country(p));
        let all: f64 = incumbents.map(|o| weight(o)).sum();
        let printed = base.shares.iter().find(|s| s.segment == segment && s.country == country(p));
        printed.map_or(0.0, |share| share.share_pct) * weight(p) / all
    };
    let rank = |p: &Product| match p.state {
        ProductState::Incumbent => (0, -sold(p)),
        ProductState::RosterZero => (1, 0.0),
        ProductState::Entrant => (2, 0.0),
    };
    let mut keyed: Vec<((u8, f64), &Product)> = own.iter().map(|p| (rank(p), *p)).collect();
    keyed.sort_by(|(a, p), (b, q)| {
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(p.slot.cmp(&q.slot))
    });
    own = keyed.into_iter().map(|(_, product)| product).collect();
    let chinese = |p: &&Product| suppliers[p.supplier.as_str()].behaviour == CHINA;
    if let Some(at) = own.iter().position(chinese).filter(|at| *at > 1) {
        let best = own.remove(at);
        own.insert(1, best);
    }
    own
}

/// The shares of the countries that still have an incumbent, scaled to the sum that was printed.
fn shares(
    base: &Tables,
    suppliers: &BTreeMap<&str, &Supplier>,
    segment: &str,
    id: &str,
    kept: &[&Product],
) -> Vec<CountryShare> {
    let printed: Vec<&CountryShare> =
        base.shares.iter().filter(|row| row.segment == segment).collect();
    let held = |row: &&&CountryShare| {
        let mut incumbents = kept.iter().filter(|p| p.state == ProductState::Incumbent);
        row.share_pct <= 0.0
            || incumbents.any(|p| suppliers[p.supplier.as_str()].tag == row.country)
    };
    let left: Vec<&CountryShare> = printed.iter().filter(held).copied().collect();
    let sum = |rows: &[&CountryShare]| rows.iter().map(|row| row.share_pct).sum::<f64>();
    let scale = if left.len() == printed.len() { 1.0 } else { sum(&printed) / sum(&left) };
    left.into_iter()
        .map(|row| CountryShare {
            segment: id.to_owned(),
            share_pct: (row.share_pct * scale).min(100.0),
            ..row.clone()
        })
        .collect()
}
