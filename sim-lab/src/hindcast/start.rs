//! What is known when forecasts begin: the tables of the base year, or what was observed of a later one.

use sim_core::scenario::Scenario;
use sim_core::scenario::observed::Standing;
use sim_core::scenario::tables::{ProductState, Segment};

use super::{COUNTRIES, Forecast};

/// The year from which forecasts begin.
#[derive(Debug, Clone)]
pub struct Start {
    /// The scenario whose tables are known.
    scenario: Scenario,
    /// A later year whose shares were observed, and the year that is forecast.
    later: Option<(Standing, i32)>,
}

impl Start {
    /// Forecasts from the base year of a scenario's tables, or from a later year.
    pub const fn new(scenario: Scenario, later: Option<(Standing, i32)>) -> Self {
        Self { scenario, later }
    }

    /// Whether a segment is scored: its scope is the same in the table that is known and in later ones.
    pub fn scores(&self, segment: &Segment) -> bool {
        match &self.later {
            None => segment.scored,
            Some((later, _)) => later.share(&segment.id, COUNTRIES[0].0).is_some(),
        }
    }

    /// Why a segment is not scored.
    pub const fn reason(&self) -> &'static str {
        match self.later {
            None => "no printed share of the base year, or its scope changed since",
            Some(_) => "not in the table of the year that forecasts start from",
        }
    }

    /// What is known of the scored segments, in the order of `ids`.
    pub(super) fn segments(&self, ids: &[&str]) -> Vec<Forecast> {
        let segments = &self.scenario.tables.segments;
        let scored = |id: &&str| segments.iter().find(|s| s.id == **id && self.scores(s));
        ids.iter().filter_map(scored).map(|segment| self.known(segment)).collect()
    }

    fn known(&self, segment: &Segment) -> Forecast {
        let tables = &self.scenario.tables;
        let supplier = |id: &str| tables.suppliers.iter().find(|s| s.id == id);
        let printed = |country: Option<&str>| -> f64 {
            let rows = tables.shares.iter().filter(|s| s.segment == segment.id);
            // From 0: the empty sum of floats is −0.
            rows.filter(|s| country.is_none_or(|c| c == s.country))
                .fold(0.0, |sum, s| sum + s.share_pct)
        };
        let products = || tables.products.iter().filter(|p| p.segment == segment.id);
        let roster: Vec<_> =
            products().filter_map(|p| Some((p.state, supplier(&p.supplier)?))).collect();
        let listed = |country: &str| {
            roster.iter().any(|(state, s)| *state != ProductState::Entrant && s.tag == country)
        };
        let first = COUNTRIES.map(|(c, _)| 100.0 * printed(Some(c)) / printed(None));
        let later = self.later.as_ref();
        let observed =
            |country: &str| later.and_then(|(later, _)| later.share(&segment.id, country));
        let base: [f64; 2] = std::array::from_fn(|c| observed(COUNTRIES[c].0).unwrap_or(first[c]));
        let line = later.map(|(later, to)| {
            let steps =
                f64::from(to - later.year) / f64::from(later.year - self.scenario.start.year());
            // Without an earlier share, the line is level.
            let was = |c: usize| if segment.scored { first[c] } else { base[c] };
            std::array::from_fn(|c| (base[c] + steps * (base[c] - was(c))).clamp(0.0, 100.0))
        });
        Forecast {
            segment: segment.id.clone(),
            name: segment.name.clone(),
            base,
            line,
            roster: COUNTRIES.map(|(c, _)| listed(c) || observed(c).is_some_and(|s| s > 0.0)),
            homes_agree: roster.iter().all(|(_, s)| s.tag == s.legal),
            slot: products().map(|p| p.slot).min().unwrap_or(0),
            fold: None,
            ensemble: [Vec::new(), Vec::new()],
        }
    }
}
