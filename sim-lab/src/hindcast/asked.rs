//! A hindcast from its question to its scores: what the command and the Python package share.
//!
//! Invariant: the observed table is read before the runs, so that its problems cost no time, and used after them,
//! but for a roster that is known.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_core::scenario::observed::{ObservedShare, Standing};
use sim_core::scenario::panel::Panel;
use sim_core::scenario::problem::{Problem, Problems};

use super::report::{Row, Scored};
use super::start::Start;
use super::table::{Table, own_panel, own_rows, table};
use super::{Forecast, Forecasts, announced, facts, know_the_roster, report, run, statistic};
use crate::experiment::RunError;
use crate::library::{self, Loaded};
use crate::scored::Model;
use crate::standing::Unexplained;

/// What is run: the controls as enacted.
const SCENARIO: &str = "history";
/// The year to which the ensemble was fitted.
pub const FITTED: i32 = 2024;

/// Where the parameters of a hindcast come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The prior: nothing is fitted.
    Prior,
    /// Cross-validation: each fold of segments by parameters that were fitted without it.
    Folds,
    /// The ensemble, which was fitted to all of [`FITTED`].
    Ensemble,
}

impl Source {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prior => "prior",
            Self::Folds => "folds",
            Self::Ensemble => "ensemble",
        }
    }

    /// The source of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Prior, Self::Folds, Self::Ensemble].into_iter().find(|s| s.as_str() == word)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Year whose shares are known: that of the data tables, or a later one with an observed table beside them, through
    /// which every run is led.
    pub from: i32,
    /// Year that is forecast.
    pub to: i32,
    /// Table of observed shares; otherwise the one of that year beside the data tables, if there is one.
    pub observed: Option<PathBuf>,
    /// Replicates, in each fold.
    pub replicates: usize,
    /// Where parameters come from; otherwise what is most out of sample.
    pub parameters: Option<Source>,
    /// Whether suppliers of countries that the observed table lists anew are there from the start. Hindsight.
    pub roster_known: bool,
    /// Seed.
    pub seed: u64,
}

/// Why a hindcast failed.
#[derive(Debug, thiserror::Error)]
pub enum HindcastError {
    /// Files have problems.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// A replicate failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A question that the tables cannot answer.
    #[error("{0}")]
    Unfit(String),
    /// Stopped before it was done; nothing is kept.
    #[error("stopped before all replicates were done: nothing was kept")]
    Stopped,
}

/// What a forecast knew of later years beyond the paths that it is given.
#[derive(Debug)]
pub enum Hindsight {
    /// Nothing.
    None,
    /// Suppliers of countries that the observed table lists anew.
    Roster(Vec<String>),
}

/// A question whose files are read.
#[derive(Debug)]
pub struct Asked {
    question: Question,
    /// With the roster that is known.
    scenario: Scenario,
    loaded: Loaded,
    table: Option<Table>,
    hindsight: Hindsight,
    source: Source,
    /// What the ensemble was fitted to.
    fitted: Vec<ObservedShare>,
    start: Start,
    /// Figures of firms and markets.
    panel: Arc<Panel>,
    /// What is probably not meant in the observed table.
    pub warnings: Vec<Problem>,
}

/// The answer.
#[derive(Debug)]
pub struct Outcome {
    /// What was asked.
    pub question: Question,
    /// What it knew.
    pub hindsight: Hindsight,
    /// Where parameters come from.
    pub source: Source,
    /// Scales of the error of printed shares that were fitted: one, or one for each fold; none for the prior's.
    pub scales: Vec<f64>,
    /// Hash of the scenario.
    pub scenario_hash: String,
    /// The model that is scored.
    pub model: Option<Model>,
    /// Forecasts by country and segment.
    pub segments: Vec<Row>,
    /// Scores, where something was observed.
    pub scored: Option<Scored>,
    /// Figures of firms and markets, observed and simulated.
    pub facts: Vec<facts::Fact>,
    /// Their scores.
    pub summaries: Vec<facts::Summary>,
    /// What the model does not explain of the year it starts from; nothing of the base year.
    pub unexplained: Vec<Unexplained>,
    /// Replicates of the paired runs behind announced losses.
    pub pairs: usize,
    /// What was observed.
    pub table: Option<Table>,
}

impl Question {
    /// Reads all files.
    ///
    /// # Errors
    /// [`HindcastError::Problems`], or [`HindcastError::Unfit`].
    pub fn read(self) -> Result<Asked, HindcastError> {
        let loaded = load(&self)?;
        let later = later(&self, &loaded)?;
        let known = later.clone().map(|later| (later, self.to));
        let start = Start::new(loaded.scenario.clone(), known);
        let (table, warnings) = table(&self, &loaded, &start)?.unzip();
        let mut scenario = loaded.scenario.clone();
        let hindsight = match (&table, self.roster_known) {
            (_, false) => Hindsight::None,
            (Some(Table { rows, .. }), true) => {
                Hindsight::Roster(know_the_roster(&mut scenario.tables, rows))
            }
            (None, true) => {
                return unfit(format!(
                    "--roster-known takes the roster of {} from --observed",
                    self.to
                ));
            }
        };
        scenario.standing = later;
        Ok(Asked {
            source: source(&self, &scenario)?,
            fitted: own_rows(&loaded, FITTED)?,
            start,
            panel: Arc::new(own_panel(&loaded)?),
            warnings: warnings.unwrap_or_default(),
            question: self,
            scenario,
            loaded,
            table,
            hindsight,
        })
    }
}

fn unfit<T>(message: String) -> Result<T, HindcastError> {
    Err(HindcastError::Unfit(message))
}

/// Where parameters come from: as asked, or what is most out of sample.
fn source(asked: &Question, scenario: &Scenario) -> Result<Source, HindcastError> {
    let folds = asked.to == FITTED;
    match (asked.parameters, &scenario.ensemble) {
        (None | Some(Source::Prior), None) | (Some(Source::Prior), _) => Ok(Source::Prior),
        (_, None) => unfit("the scenario has no ensemble: write --parameters prior".to_owned()),
        (Some(Source::Folds), _) if !folds => unfit(format!(
            "--parameters folds is for {FITTED}, the year that was fitted: write ensemble or prior"
        )),
        (Some(asked), _) => Ok(asked),
        (None, _) => Ok(if folds { Source::Folds } else { Source::Ensemble }),
    }
}

/// Forecasts with the error of printed shares, and the scales of that error by fold (none for the prior's).
struct Found {
    forecasts: Forecasts,
    scales: Vec<f64>,
}

impl Asked {
    /// Replicates in all, over folds, with the pairs behind announced losses.
    pub fn replicates(&self) -> usize {
        let folds = match (self.source, &self.scenario.ensemble) {
            (Source::Folds, Some(ensemble)) => ensemble.folds.len(),
            _ => 1,
        };
        folds * self.question.replicates + announced::pairs(self.question.replicates, &self.panel)
    }

    /// What runs with and without a rule say of announced losses. Facts enter no fold, so all members take part.
    fn pairs(
        &self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
    ) -> Result<Vec<Vec<Option<f64>>>, HindcastError> {
        let Question { to, replicates, seed, .. } = self.question;
        let count = announced::pairs(replicates, &self.panel);
        let ensemble = self.scenario.ensemble.clone().filter(|_| self.source != Source::Prior);
        let found = announced::run(&self.panel, to, ensemble.as_ref(), (count, seed), stop, tick)?;
        if found.len() == count { Ok(found) } else { Err(HindcastError::Stopped) }
    }

    /// Runs history from the base year on the current pool of threads and scores the shares of the last year.
    /// `stop` is looked at before each batch of replicates, `tick` called after each replicate.
    ///
    /// # Errors
    /// [`HindcastError::Run`], [`HindcastError::Stopped`].
    pub fn play(
        self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
    ) -> Result<Outcome, HindcastError> {
        let Found { forecasts, scales } = self.forecasts(stop, tick)?;
        let pairs = self.pairs(stop, tick)?;
        let rows = self.table.as_ref().map_or(&[][..], |t| t.rows.as_slice());
        let segments = report::rows(&forecasts.segments, rows);
        let scored = report::score(&forecasts.segments, rows, self.question.seed);
        let alone = forecasts.facts.iter().chain(&pairs);
        let facts = facts::summarise(&self.panel, &alone.cloned().collect::<Vec<_>>());
        Ok(Outcome {
            unexplained: forecasts.unexplained,
            scales,
            segments,
            scored,
            summaries: facts::summaries(&facts),
            facts,
            pairs: pairs.len(),
            question: self.question,
            hindsight: self.hindsight,
            source: self.source,
            model: Model::of_loaded(&self.loaded),
            scenario_hash: self.loaded.hash,
            table: self.table,
        })
    }

    fn forecasts(
        &self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
    ) -> Result<Found, HindcastError> {
        let seed = self.question.seed;
        match (self.source, &self.scenario.ensemble) {
            (Source::Folds, Some(ensemble)) => self.folds(ensemble, stop, tick),
            (Source::Ensemble, Some(ensemble)) => {
                let (then, mut forecasts) = self.run(Some(ensemble.clone()), stop, tick)?;
                // A year through which runs are led says nothing of errors.
                let cases = then.cases(&self.fitted, |_| self.scenario.standing.is_none());
                let scale = statistic::fit(&cases);
                forecasts.blur(seed, |_| scale);
                Ok(Found { forecasts, scales: scale.into_iter().collect() })
            }
            _ => {
                let (_, mut forecasts) = self.run(None, stop, tick)?;
                forecasts.blur(seed, |_| None);
                Ok(Found { forecasts, scales: Vec::new() })
            }
        }
    }

    /// Each fold's segments by the members that never saw them; so is the scale of the error.
    fn folds(
        &self,
        ensemble: &Ensemble,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
    ) -> Result<Found, HindcastError> {
        let mut all: Option<Forecasts> = None;
        let mut scales = Vec::new();
        for (i, fold) in ensemble.folds.iter().enumerate() {
            let (_, mut forecasts) = self.run(Some(ensemble.of_fold(fold)), stop, tick)?;
            let unseen = |forecast: &Forecast| fold.segments.contains(&forecast.segment);
            let fitted = statistic::fit(&forecasts.cases(&self.fitted, |f| !unseen(f)));
            forecasts.blur(self.question.seed, |_| fitted);
            forecasts.segments.retain(unseen);
            forecasts.segments.iter_mut().for_each(|forecast| forecast.fold = Some(i));
            scales.extend(fitted);
            match &mut all {
                None => all = Some(forecasts),
                Some(all) => {
                    all.segments.extend(forecasts.segments);
                    all.facts.extend(forecasts.facts);
                }
            }
        }
        let none = || HindcastError::Unfit("the ensemble has no folds".to_owned());
        Ok(Found { forecasts: all.ok_or_else(none)?, scales })
    }

    /// Forecasts of the fitted year, as far as the runs go, and of the last.
    fn run(
        &self,
        ensemble: Option<Ensemble>,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
    ) -> Result<(Forecasts, Forecasts), HindcastError> {
        let Question { from, to, replicates, seed, .. } = self.question;
        let scenario = Scenario { ensemble, ..self.scenario.clone() };
        let scenario = Arc::new(scenario);
        let first = scenario.start.year();
        let design = super::design(vec![scenario], replicates, seed, &self.panel);
        let years = [FITTED.min(to).max(from), to].map(|year| (year - first) as usize);
        let mut found = run(&design, (&self.start, &self.panel), &years, stop, tick)?;
        match (found.pop(), found.pop()) {
            (Some(last), Some(then)) if last.facts.len() == replicates => Ok((then, last)),
            _ => Err(HindcastError::Stopped),
        }
    }
}

/// What is known of the year it starts from, if that is not the base year.
fn later(asked: &Question, loaded: &Loaded) -> Result<Option<Standing>, HindcastError> {
    if asked.from == loaded.scenario.start.year() {
        return Ok(None);
    }
    let shares = own_rows(loaded, asked.from)?;
    if shares.is_empty() {
        return unfit(format!(
            "--from {0}: there is no observed_{0}.csv beside the tables, whose base year is {1}",
            asked.from,
            loaded.scenario.start.year()
        ));
    }
    Ok(Some(Standing { year: asked.from, shares }))
}

/// History up to the scored year.
fn load(asked: &Question) -> Result<Loaded, HindcastError> {
    let whole = library::load(Path::new(SCENARIO), &[])?;
    let (first, last) = (whole.scenario.start.year(), whole.scenario.end.year());
    if !(first..last).contains(&asked.from) {
        let before = last - 1;
        return unfit(format!("--from {}: write a year from {first} to {before}", asked.from));
    }
    let next = asked.from + 1;
    if !(next..=last).contains(&asked.to) {
        return unfit(format!("--to {}: write a year from {next} to {last}", asked.to));
    }
    // Measures that come later than the scored year are left out on purpose: no warning about them.
    Ok(library::load(Path::new(SCENARIO), &[format!("time.end={}Q4", asked.to)])?)
}
