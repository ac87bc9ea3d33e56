//! Forecasts of supplier countries' shares from the base year, scored against what came.
//!
//! Invariant: nothing here feeds back: observed shares are read after the runs, except that `--roster-known` takes
//! from them who is on the later roster, and says so.

pub mod facts;
pub mod page;
pub mod report;
pub mod scores;

use std::sync::atomic::AtomicBool;

use sim_core::metric::{Id, NAMED_FIRMS};
use sim_core::record::Record;
use sim_core::scenario::Scenario;
use sim_core::scenario::observed::ObservedShare;
use sim_core::scenario::tables::{Bloc, ProductState, Tables};

use crate::experiment::{Design, RunError};
use crate::outcome::{Dollars, Reader};
use facts::FactReader;

/// The countries that are scored, with the bloc that holds the country alone.
pub const COUNTRIES: [(&str, Bloc); 2] = [("CHN", Bloc::China), ("USA", Bloc::Us)];

/// What is known of a scored segment in the base year, and what the replicates forecast. Arrays go by
/// [`COUNTRIES`], shares are in percent.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Segment id.
    pub segment: String,
    /// Name for people.
    pub name: String,
    /// Base-year share: as printed, over the segment's printed sum.
    pub base: [f64; 2],
    /// Whether the base year's roster lists a supplier of the country.
    pub roster: [bool; 2],
    /// Whether the statistic counts every supplier at its legal home: where it does not, a later table may count
    /// the same supplier elsewhere.
    pub homes_agree: bool,
    /// Share of each replicate in the scored year, as the statistic shows it.
    pub ensemble: [Vec<f64>; 2],
}

/// Whether a supplier must be recorded by name.
pub fn watched(firm: &str) -> bool {
    NAMED_FIRMS.contains(&firm) || facts::needed(firm)
}

/// Puts entrants on the base year's roster whose country a later table lists in a segment in which the base
/// year's roster has no supplier of it. Gives them as `supplier (segment)`. This is hindsight.
pub fn know_the_roster(tables: &mut Tables, later: &[ObservedShare]) -> Vec<String> {
    let tag = |supplier: &str, tables: &Tables| {
        tables.suppliers.iter().find(|s| s.id == supplier).map(|s| s.tag.clone())
    };
    let tags: Vec<Option<String>> =
        tables.products.iter().map(|p| tag(&p.supplier, tables)).collect();
    let listed: Vec<(String, Option<String>)> = tables
        .products
        .iter()
        .zip(&tags)
        .filter(|(p, _)| p.state != ProductState::Entrant)
        .map(|(p, tag)| (p.segment.clone(), tag.clone()))
        .collect();
    let mut known = Vec::new();
    for (product, tag) in tables.products.iter_mut().zip(tags) {
        let place = (product.segment.clone(), tag);
        let later = later
            .iter()
            .any(|row| row.segment == product.segment && Some(&row.country) == place.1.as_ref());
        if product.state == ProductState::Entrant && later && !listed.contains(&place) {
            product.state = ProductState::RosterZero;
            known.push(format!("{} ({})", product.supplier, product.segment));
        }
    }
    known
}

/// What is known of the scored segments in the base year, in the order of the structure's segments.
fn base_year(scenario: &Scenario, ids: &[&str]) -> Vec<Forecast> {
    let tables = &scenario.tables;
    let supplier = |id: &str| tables.suppliers.iter().find(|s| s.id == id);
    ids.iter()
        .filter_map(|id| tables.segments.iter().find(|s| s.id == *id && s.scored))
        .map(|segment| {
            let printed = |country: Option<&str>| -> f64 {
                let rows = tables.shares.iter().filter(|s| s.segment == segment.id);
                // From 0: the empty sum of floats is −0.
                rows.filter(|s| country.is_none_or(|c| c == s.country))
                    .fold(0.0, |sum, s| sum + s.share_pct)
            };
            let roster: Vec<_> = tables
                .products
                .iter()
                .filter(|p| p.segment == segment.id)
                .filter_map(|p| Some((p.state, supplier(&p.supplier)?)))
                .collect();
            let known = |country: &str| {
                roster.iter().any(|(state, s)| *state != ProductState::Entrant && s.tag == country)
            };
            Forecast {
                segment: segment.id.clone(),
                name: segment.name.clone(),
                base: COUNTRIES.map(|(c, _)| 100.0 * printed(Some(c)) / printed(None)),
                roster: COUNTRIES.map(|(c, _)| known(c)),
                homes_agree: roster.iter().all(|(_, s)| s.tag == s.legal),
                ensemble: [Vec::new(), Vec::new()],
            }
        })
        .collect()
}

/// Forecasts of all scored segments, and what replicates say of the stylised facts.
#[derive(Debug)]
pub struct Forecasts {
    /// Scored segments in the order of the structure.
    pub segments: Vec<Forecast>,
    /// Facts by replicate.
    pub facts: Vec<Vec<Option<f64>>>,
}

/// Runs the first scenario of a design to its end and takes down the shares of its last year.
///
/// # Errors
/// [`RunError`].
pub fn run(
    design: &Design,
    roster_of: &Scenario,
    stop: &AtomicBool,
    tick: &(dyn Fn() + Sync),
) -> Result<Forecasts, RunError> {
    let scenario = &design.scenarios[0];
    let setup = design.setup(0, 0)?;
    let structure = design.structure();
    let reader =
        Reader::new(structure, scenario, &design.watch, &setup.budgets.deflator, Dollars::Of2019);
    let years = scenario.quarters() / 4;
    let facts = FactReader::new(&setup, &design.watch, scenario.start.year(), years);
    let ids: Vec<&str> = structure.segments.iter().map(|s| s.row.id.as_str()).collect();
    let mut out = Forecasts { segments: base_year(roster_of, &ids), facts: Vec::new() };
    let places: Vec<usize> = out
        .segments
        .iter()
        .filter_map(|forecast| ids.iter().position(|id| *id == forecast.segment))
        .collect();
    design.run(stop, tick, |_, batch| {
        for replicate in batch {
            let record = &replicate.records[0];
            for (forecast, s) in out.segments.iter_mut().zip(&places) {
                for (values, share) in forecast.ensemble.iter_mut().zip(shares(&reader, record, *s))
                {
                    values.push(share);
                }
            }
            out.facts.push(facts.read(&reader, record));
        }
        Ok::<(), RunError>(())
    })?;
    Ok(out)
}

/// Shares of the countries in a segment in the last year of a record, percent.
fn shares(reader: &Reader, record: &Record, segment: usize) -> [f64; 2] {
    let last = |bloc| {
        let series = reader.yearly(record, Id::Observed, bloc, segment);
        series.last().copied().unwrap_or(f64::NAN)
    };
    let all: f64 = Bloc::ALL.into_iter().map(last).sum();
    COUNTRIES.map(|(_, bloc)| 100.0 * last(bloc) / all)
}
