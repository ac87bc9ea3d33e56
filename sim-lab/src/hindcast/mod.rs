//! Forecasts of supplier countries' shares from the base year, scored against what came.
//!
//! Invariant: nothing here feeds back: observed shares are read after the runs, except that `--roster-known` takes
//! from them who is on the later roster, and says so.

mod announced;
mod answer;
pub mod asked;
mod calibrated;
pub mod facts;
mod facts_page;
pub mod page;
pub mod report;
pub mod scores;
pub mod start;
pub mod statistic;
pub mod table;
mod unexplained_page;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::draws::Draws;
use sim_core::metric::{Id, NAMED_FIRMS};
use sim_core::record::Record;
use sim_core::scenario::Scenario;
use sim_core::scenario::observed::ObservedShare;
use sim_core::scenario::panel::Panel;
use sim_core::scenario::tables::{Bloc, ProductState, Tables};

use crate::experiment::{Design, RunError};
use crate::outcome::{Dollars, Reader};
use crate::standing::{Led, Unexplained, unexplained};
use facts::FactReader;
use scores::Case;
use start::Start;

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
    /// Share of the year it starts from: as printed, over the segment's printed sum.
    pub base: [f64; 2],
    /// What a straight line through this and an earlier table gives for the scored year, if there are two.
    pub line: Option<[f64; 2]>,
    /// Whether the roster of the year it starts from lists a supplier of the country.
    pub roster: [bool; 2],
    /// Whether the statistic counts every supplier at its legal home: where it does not, a later table may count
    /// the same supplier elsewhere.
    pub homes_agree: bool,
    /// Lowest of its product slots: the address of the errors of its printed shares.
    pub slot: u32,
    /// Fold of the cross-validation whose members never saw the segment.
    pub fold: Option<usize>,
    /// Share of each replicate in the scored year, without the error of a statistic; see [`Forecasts::blur`].
    pub ensemble: [Vec<f64>; 2],
}

/// A design whose records hold what the figures of a panel are held against.
pub fn design(
    scenarios: Vec<Arc<Scenario>>,
    replicates: usize,
    seed: u64,
    panel: &Panel,
) -> Design {
    let watched = |firm: &str| NAMED_FIRMS.contains(&firm) || panel.names(firm);
    let mut design = Design::new(scenarios, replicates, seed, watched);
    design.watch = design.watch.clone().in_detail(design.structure());
    design
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

/// Forecasts of all scored segments, and what replicates say of the stylised facts.
#[derive(Debug)]
pub struct Forecasts {
    /// Scored segments in the order of the structure.
    pub segments: Vec<Forecast>,
    /// Figures of the panel by replicate.
    pub facts: Vec<Vec<Option<f64>>>,
    /// Scale of the error of printed shares by replicate, as the prior draws it.
    pub scale: Vec<f64>,
    /// What the model does not explain of the year from which it forecasts; nothing of the base year.
    pub unexplained: Vec<Unexplained>,
}

impl Forecasts {
    /// The cases of some segments, of both countries; segments that were not observed are no cases.
    pub fn cases(
        &self,
        observed: &[ObservedShare],
        wanted: impl Fn(&Forecast) -> bool,
    ) -> Vec<Case> {
        let mut cases = Vec::new();
        for forecast in self.segments.iter().filter(|forecast| wanted(forecast)) {
            let Some(outcome) = report::outcome(observed, &forecast.segment) else { continue };
            for (ensemble, share) in forecast.ensemble.iter().zip(outcome.share) {
                cases.push(Case {
                    ensemble: ensemble.clone(),
                    observed: share,
                    weight: outcome.size,
                });
            }
        }
        cases
    }

    /// Adds the error of printed shares to every replicate: of the scale that `scale` gives for a segment, or of the
    /// replicate's own.
    pub fn blur(&mut self, seed: u64, scale: impl Fn(&Forecast) -> Option<f64>) {
        for forecast in &mut self.segments {
            let fitted = scale(forecast);
            for replicate in 0..self.scale.len() {
                let draws = Draws::new(seed, replicate as u64);
                let luck = statistic::luck(&draws, forecast.slot);
                let scale = fitted.unwrap_or(self.scale[replicate]);
                for (values, luck) in forecast.ensemble.iter_mut().zip(luck) {
                    values[replicate] = statistic::shown(values[replicate], scale, luck);
                }
            }
        }
    }
}

/// Reads from records what a statistic would show of their last year.
#[derive(Debug)]
pub struct Observer {
    /// Scored segments, with empty ensembles.
    pub segments: Vec<Forecast>,
    /// Their places in the structure.
    places: Vec<usize>,
    reader: Reader,
    facts: FactReader,
}

/// What a statistic would show of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Shares of [`COUNTRIES`] in the scored segments, percent.
    pub shares: Vec<[f64; 2]>,
    /// The figures of the panel, in its order and in their units.
    pub facts: Vec<Option<f64>>,
}

impl Observer {
    /// An observer of the first scenario of a design; `start` says what is known when forecasts begin.
    ///
    /// # Errors
    /// [`RunError`], if replicate 0 has no base year.
    pub fn new(design: &Design, start: &Start, panel: &Arc<Panel>) -> Result<Self, RunError> {
        let scenario = &design.scenarios[0];
        let setup = design.setup(0, 0)?;
        let structure = design.structure();
        let prices = &setup.budgets.deflator;
        let reader = Reader::new(structure, scenario, &design.watch, prices, Dollars::Of2019);
        let facts = FactReader::new(panel, design, &setup);
        let ids: Vec<&str> = structure.segments.iter().map(|s| s.row.id.as_str()).collect();
        let segments = start.segments(&ids);
        let places = segments
            .iter()
            .filter_map(|forecast| ids.iter().position(|id| *id == forecast.segment))
            .collect();
        Ok(Self { segments, places, reader, facts })
    }

    /// What a statistic would show of the last year of a record, without its errors.
    pub fn observe(&self, record: &Record) -> Observation {
        let last = record.yearly.len() / self.reader.yearly.len() - 1;
        Observation { shares: self.shares(record, last), facts: self.facts.read(record) }
    }

    /// Names of the figures.
    pub fn names(&self) -> Vec<String> {
        self.facts.names()
    }

    /// Shares of [`COUNTRIES`] in the scored segments in a year, counted from the first, percent.
    pub fn shares(&self, record: &Record, year: usize) -> Vec<[f64; 2]> {
        let share = |segment: &usize| {
            let sold = |bloc| self.reader.yearly(record, Id::Observed, bloc, *segment)[year];
            let all: f64 = Bloc::ALL.into_iter().map(sold).sum();
            COUNTRIES.map(|(_, bloc)| 100.0 * sold(bloc) / all)
        };
        self.places.iter().map(share).collect()
    }
}

/// Runs the first scenario of a design to its end and takes down the shares of some years, counted from the first: one
/// set of forecasts for each year. Facts go with the last.
///
/// # Errors
/// [`RunError`].
pub fn run(
    design: &Design,
    (start, panel): (&Start, &Arc<Panel>),
    years: &[usize],
    stop: &AtomicBool,
    tick: &(dyn Fn() + Sync),
) -> Result<Vec<Forecasts>, RunError> {
    let observer = Observer::new(design, start, panel)?;
    let blank = || Forecasts {
        segments: observer.segments.clone(),
        facts: Vec::new(),
        scale: Vec::new(),
        unexplained: Vec::new(),
    };
    let mut out: Vec<Forecasts> = years.iter().map(|_| blank()).collect();
    let mut led: Vec<Led> = Vec::new();
    design.run(stop, tick, |_, batch| {
        for replicate in batch {
            let (parameters, record) = (&replicate.parameters[0], &replicate.records[0]);
            for (forecasts, year) in out.iter_mut().zip(years) {
                let shares = observer.shares(record, *year);
                for (forecast, shares) in forecasts.segments.iter_mut().zip(shares) {
                    for (values, share) in forecast.ensemble.iter_mut().zip(shares) {
                        values.push(share);
                    }
                }
                forecasts.scale.push(parameters.statistic_error);
            }
            if let Some(last) = out.last_mut() {
                last.facts.push(observer.facts.read(record));
            }
            led.extend(replicate.led);
        }
        Ok::<(), RunError>(())
    })?;
    if let (Some(last), Some(standing)) = (out.last_mut(), design.standing()) {
        last.unexplained = unexplained(&standing.segments, &led);
    }
    Ok(out)
}
