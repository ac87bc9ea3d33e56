//! Reading what governments add to a market: mandates, money and opened markets.

use super::dated::{self, Dated};
use super::ids::{Ids, Kind};
use super::keys;
use super::measure::{Mandate, MarketAccess, PurchaseSubsidy, Subsidy};
use super::problem::Log;
use super::read_measure::{id_list, in_order, jurisdiction, limit};
use super::walk::{Bounds, Section};
use crate::calendar::Quarter;

pub(super) fn source(section: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<String> {
    let id = section.text("source", log)?;
    let origin = section.origin_of("source");
    Some(ids.check(Kind::Source, &id, origin, log))
}

/// `from` and an optional `to` after it.
#[expect(clippy::option_option, reason = "absent and wrong are different")]
pub(super) fn open_span(
    section: &Section<'_>,
    log: &mut Log,
) -> (Option<Quarter>, Option<Option<Quarter>>) {
    let from = section.quarter("from", log);
    let to = section.quarter_if_given("to", log);
    in_order(section, ("from", from), ("to", to.flatten()), true, log);
    (from, to)
}

/// A number that may be absent.
fn number_or(
    section: &Section<'_>,
    key: &str,
    default: f64,
    bounds: Bounds,
    log: &mut Log,
) -> Option<f64> {
    if section.get(key).is_none() { Some(default) } else { section.number(key, bounds, log) }
}

/// Reads a scheduled mandate.
pub(crate) fn mandate(
    id: &str,
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<Mandate> {
    section.only(&keys::names(keys::MANDATE), log);
    let owner = jurisdiction(section, "owner", ids, log);
    let (from, to) = open_span(section, log);
    let logits = section.need("logits", log).and_then(|entry| {
        let bounds = Bounds::new(-20.0, 20.0).of("logits");
        dated::read(&entry.node, bounds, &[], &["listings-push"], log)
    });
    let part = |key: &str, bounds: Bounds, named: &str, log: &mut Log| match section.get(key) {
        None => Some(Dated::always(0.0)),
        Some(entry) => dated::read(&entry.node, bounds, &[], &[named], log),
    };
    let dependence = part("dependence", Bounds::SHARE, "push-dependence", log);
    let third = part("third", Bounds::new(0.0, 2.0), "push-third", log);
    let segments = limit(section, "segments", Kind::SegmentOrClass, ids, log);
    let source = source(section, ids, log);
    Some(Mandate {
        id: id.to_owned(),
        owner: owner?,
        from: from?,
        to: to?,
        logits: logits?,
        dependence: dependence?,
        third: third?,
        segments,
        source: source?,
    })
}

/// Reads dated money for research.
pub(crate) fn subsidy(
    id: &str,
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<Subsidy> {
    section.only(&keys::names(keys::SUBSIDY), log);
    let home = jurisdiction(section, "home", ids, log);
    let from = section.quarter("from", log);
    let to = section.quarter("to", log);
    in_order(section, ("from", from), ("to", to), true, log);
    let money =
        section.number("usd_m_per_year", Bounds::new(0.0, 1e7).of("USD million a year"), log);
    let crowding_out = number_or(section, "crowding_out", 0.0, Bounds::SHARE, log);
    let segments = limit(section, "segments", Kind::SegmentOrClass, ids, log);
    let source = source(section, ids, log);
    Some(Subsidy {
        id: id.to_owned(),
        home: home?,
        from: from?,
        to: to?,
        usd_m_per_year: money?,
        crowding_out: crowding_out?,
        segments,
        source: source?,
    })
}

/// Reads dated money for purchases.
pub(crate) fn purchase_subsidy(
    id: &str,
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<PurchaseSubsidy> {
    section.only(&keys::names(keys::PURCHASE_SUBSIDY), log);
    let owner = jurisdiction(section, "owner", ids, log);
    let home = jurisdiction(section, "home", ids, log);
    let (from, to) = open_span(section, log);
    let rate = section.number("rate", Bounds::new(0.0, 0.95).of("of the price"), log);
    let segments = limit(section, "segments", Kind::SegmentOrClass, ids, log);
    let source = source(section, ids, log);
    Some(PurchaseSubsidy {
        id: id.to_owned(),
        owner: owner?,
        home: home?,
        from: from?,
        to: to?,
        rate: rate?,
        segments,
        source: source?,
    })
}

/// Reads an opened market.
pub(crate) fn market_access(
    id: &str,
    section: &Section<'_>,
    ids: &Ids,
    log: &mut Log,
) -> Option<MarketAccess> {
    section.only(&keys::names(keys::MARKET_ACCESS), log);
    let home = jurisdiction(section, "home", ids, log);
    section.need("locations", log);
    let help = "name the places where the buyers stand";
    section.not_empty("locations", "an opened market needs at least one location", help, log);
    let locations = id_list(section, "locations", Kind::Jurisdiction, ids, log);
    let (from, to) = open_span(section, log);
    let logits = number_or(section, "logits", 0.0, Bounds::new(-20.0, 20.0).of("logits"), log);
    let extra_demand = number_or(section, "extra_demand", 0.0, Bounds::new(0.0, 10.0), log);
    let segments = limit(section, "segments", Kind::SegmentOrClass, ids, log);
    let source = source(section, ids, log);
    Some(MarketAccess {
        id: id.to_owned(),
        home: home?,
        locations,
        from: from?,
        to: to?,
        logits: logits?,
        extra_demand: extra_demand?,
        segments,
        source: source?,
    })
}
