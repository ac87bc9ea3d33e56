//! `hindcast`: shares forecast from the base year, scored against what came.
//!
//! Invariant: the observed table is read before the runs, so that its problems cost no time, and used after them,
//! but for `--roster-known`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_core::scenario::observed::{self, ObservedShare};
use sim_core::scenario::problem::{Code, Problem, Problems};
use sim_lab::experiment::Design;
use sim_lab::hindcast::rebase::Rebase;
use sim_lab::hindcast::{self, Forecast, Forecasts, facts, report as scoring, statistic};
use sim_lab::library::{self, FileUsed, Loaded};

use crate::args::{Global, Hindcast, Source};
use crate::compare::threads;
use crate::failure::Failure;
use crate::hindcast_report::{Hindsight, Outcome, print};
use crate::progress::Progress;
use crate::sweep::pool;
use crate::{interrupt, report};

/// What is run: the controls as enacted.
const SCENARIO: &str = "history";
/// The year to which the ensemble was fitted.
pub(crate) const FITTED: i32 = 2024;

/// An observed table.
pub(crate) struct Table {
    pub(crate) file: FileUsed,
    pub(crate) rows: Vec<ObservedShare>,
    /// Segments of the table that are not scored, with the reason.
    pub(crate) left_out: Vec<(String, &'static str)>,
}

/// Runs history from the base year and scores the shares of the last year.
pub(crate) fn hindcast(args: &Hindcast, global: &Global) -> Result<(), Failure> {
    let loaded = load(args)?;
    let table = table(args, &loaded, global)?;
    let mut scenario = loaded.scenario.clone();
    let activated = match &table {
        Some(table) if args.roster_known => {
            hindcast::know_the_roster(&mut scenario.tables, &table.rows)
        }
        None if args.roster_known => {
            let message = format!("--roster-known takes the roster of {} from --observed", args.to);
            return Err(Failure::Other(message));
        }
        _ => Vec::new(),
    };
    let rows = table.as_ref().map_or(&[][..], |t| t.rows.as_slice());
    let source = source(args, &scenario)?;
    let fitted = own_rows(&loaded, FITTED)?;
    let asked = Asked {
        args,
        scenario: &scenario,
        base: &loaded.scenario,
        fitted: &fitted,
        rebase: rebase(args, &loaded)?,
        global,
    };
    let found = asked.forecasts(source)?;
    let forecasts = found.forecasts;
    let segments = scoring::rows(&forecasts.segments, rows);
    let scored = scoring::score(&forecasts.segments, rows, args.seed);
    let outcome = Outcome {
        hindsight: if args.roster_known { Hindsight::Roster(activated) } else { Hindsight::None },
        source,
        scales: found.scales,
        facts: facts::summarise(&forecasts.facts),
        scenario_hash: loaded.hash,
        segments,
        scored,
        table,
    };
    print(args, &outcome, global);
    Ok(())
}

/// Where parameters come from: as asked, or what is most out of sample.
fn source(args: &Hindcast, scenario: &Scenario) -> Result<Source, Failure> {
    let folds = args.to == FITTED;
    match (args.parameters, &scenario.ensemble) {
        (None | Some(Source::Prior), None) | (Some(Source::Prior), _) => Ok(Source::Prior),
        (_, None) => {
            Err(Failure::Other("the scenario has no ensemble: write --parameters prior".to_owned()))
        }
        (Some(Source::Folds), _) if !folds => Err(Failure::Other(format!(
            "--parameters folds is for {FITTED}, the year that was fitted: write ensemble or prior"
        ))),
        (Some(asked), _) => Ok(asked),
        (None, _) => Ok(if folds { Source::Folds } else { Source::Ensemble }),
    }
}

/// Forecasts with the error of printed shares, and the scales of that error by fold (none for the prior's).
struct Found {
    forecasts: Forecasts,
    scales: Vec<f64>,
}

/// What the forecasts are made from.
struct Asked<'a> {
    args: &'a Hindcast,
    /// With the roster that is known.
    scenario: &'a Scenario,
    /// With that of the base year.
    base: &'a Scenario,
    /// What the ensemble was fitted to.
    fitted: &'a [ObservedShare],
    rebase: Option<Rebase>,
    global: &'a Global,
}

impl Asked<'_> {
    fn forecasts(&self, source: Source) -> Result<Found, Failure> {
        let stop = interrupt::catch("the replicates in flight");
        let ensemble = self.scenario.ensemble.as_ref();
        match (source, ensemble) {
            (Source::Folds, Some(ensemble)) => self.folds(ensemble, &stop),
            (Source::Ensemble, Some(ensemble)) => {
                let (then, mut forecasts) = self.run(Some(ensemble.clone()), &stop)?;
                // After a re-base the fitted year is exact, so it says nothing of errors.
                let cases = then.cases(self.fitted, |_| self.rebase.is_none());
                let scale = statistic::fit(&cases);
                forecasts.blur(self.args.seed, |_| scale);
                Ok(Found { forecasts, scales: scale.into_iter().collect() })
            }
            _ => {
                let (_, mut forecasts) = self.run(None, &stop)?;
                forecasts.blur(self.args.seed, |_| None);
                Ok(Found { forecasts, scales: Vec::new() })
            }
        }
    }

    /// Each fold's segments by the members that never saw them; so is the scale of the error.
    fn folds(&self, ensemble: &Ensemble, stop: &AtomicBool) -> Result<Found, Failure> {
        let mut all: Option<Forecasts> = None;
        let mut scales = Vec::new();
        for (i, fold) in ensemble.folds.iter().enumerate() {
            let (_, mut forecasts) = self.run(Some(ensemble.of_fold(fold)), stop)?;
            let unseen = |forecast: &Forecast| fold.segments.contains(&forecast.segment);
            let fitted = statistic::fit(&forecasts.cases(self.fitted, |f| !unseen(f)));
            forecasts.blur(self.args.seed, |_| fitted);
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
        let forecasts =
            all.ok_or_else(|| Failure::Other("the ensemble has no folds".to_owned()))?;
        Ok(Found { forecasts, scales })
    }

    /// Forecasts of the fitted year, as far as the runs go, and of the last.
    fn run(
        &self,
        ensemble: Option<Ensemble>,
        stop: &AtomicBool,
    ) -> Result<(Forecasts, Forecasts), Failure> {
        let scenario = Scenario { ensemble, ..self.scenario.clone() };
        let args = self.args;
        let design = Design::new(
            vec![Arc::new(scenario)],
            args.replicates as usize,
            args.seed,
            hindcast::watched,
        );
        let pool = pool(threads(args.threads))?;
        let progress = Progress::new(design.replicates as u64, self.global.quiet);
        let years = [FITTED.min(args.to), args.to].map(|year| (year - args.from) as usize);
        let tick = || progress.tick();
        let base = self.rebase.as_ref();
        let found = pool.install(|| hindcast::run(&design, self.base, &years, base, stop, &tick));
        progress.finish();
        let mut found = found?;
        match (found.pop(), found.pop()) {
            (Some(last), Some(then)) if last.facts.len() == design.replicates => Ok((then, last)),
            _ => Err(Failure::Interrupted { done: 0, wanted: design.replicates }),
        }
    }
}

/// The observed year to go on from.
fn rebase(args: &Hindcast, loaded: &Loaded) -> Result<Option<Rebase>, Failure> {
    let Some(year) = args.rebase else { return Ok(None) };
    if !(args.from + 1..args.to).contains(&year) {
        let (first, last) = (args.from + 1, args.to - 1);
        return Err(Failure::Other(format!(
            "--rebase {year}: write a year from {first} to {last}"
        )));
    }
    let observed = own_rows(loaded, year)?;
    if observed.is_empty() {
        return Err(Failure::Other(format!(
            "--rebase {year}: no observed_{year}.csv beside the tables"
        )));
    }
    Ok(Some(Rebase { year: (year - args.from) as usize, observed }))
}

/// The observed shares of a year beside the scenario's tables; none if there is no such table.
pub(crate) fn own_rows(loaded: &Loaded, year: i32) -> Result<Vec<ObservedShare>, Failure> {
    let Some(path) = own_table(loaded, year) else { return Ok(Vec::new()) };
    let (name, text, _) = library::read_text(&path)?;
    Ok(observed::read(&name, &text, &loaded.scenario, year)?.rows)
}

/// History up to the scored year.
fn load(args: &Hindcast) -> Result<Loaded, Failure> {
    let whole = library::load(Path::new(SCENARIO), &[])?;
    let (first, last) = (whole.scenario.start.year(), whole.scenario.end.year());
    if args.from != first {
        return Err(Failure::Other(format!(
            "--from {}: the data tables hold the base year {first} and no other",
            args.from
        )));
    }
    if !(first + 1..=last).contains(&args.to) {
        return Err(Failure::Other(format!(
            "--to {}: write a year from {} to {last}",
            args.to,
            first + 1
        )));
    }
    // Measures that come later than the scored year are left out on purpose: no warning about them.
    Ok(library::load(Path::new(SCENARIO), &[format!("time.end={}Q4", args.to)])?)
}

/// The observed table: the one that is named, or the project's own of that year.
fn table(args: &Hindcast, loaded: &Loaded, global: &Global) -> Result<Option<Table>, Failure> {
    let Some(path) = args.observed.clone().or_else(|| own_table(loaded, args.to)) else {
        return Ok(None);
    };
    let (name, text, sha256) = library::read_text(&path)?;
    let read = observed::read(&name, &text, &loaded.scenario, args.to)?;
    if !global.quiet && !read.warnings.is_empty() {
        eprintln!("{}", report::render(&read.warnings, global.colour()));
    }
    let left_out = left_out(&read.rows, &loaded.scenario);
    let scored = |row: &ObservedShare| left_out.iter().all(|(id, _)| *id != row.segment);
    if !read.rows.iter().any(scored) {
        return Err(Problems(vec![nothing_scored(&name, args)]).into());
    }
    Ok(Some(Table { file: FileUsed { path: name, sha256 }, rows: read.rows, left_out }))
}

/// The table of a year beside the scenario's own tables, if there is one.
fn own_table(loaded: &Loaded, year: i32) -> Option<PathBuf> {
    let beside = loaded.files.iter().find(|file| file.path.ends_with("shares.csv"))?;
    let path = Path::new(&beside.path).with_file_name(format!("observed_{year}.csv"));
    path.is_file().then_some(path)
}

fn left_out(rows: &[ObservedShare], scenario: &Scenario) -> Vec<(String, &'static str)> {
    let mut found: Vec<(String, &'static str)> = Vec::new();
    for row in rows {
        if found.iter().any(|(id, _)| *id == row.segment) {
            continue;
        }
        let known = scenario.tables.segments.iter().find(|s| s.id == row.segment);
        let reason = match known {
            None => "not in the model",
            Some(segment) if !segment.scored => {
                "no printed share of the base year, or its scope changed since"
            }
            Some(_) => continue,
        };
        found.push((row.segment.clone(), reason));
    }
    found
}

fn nothing_scored(name: &str, args: &Hindcast) -> Problem {
    Problem {
        code: Code::UnknownId,
        ..Problems::unreadable(
            name,
            &format!("no row of {} is about a segment that is scored", args.to),
            Some("`scored` in segments.csv says which are".to_owned()),
        )
        .0
        .remove(0)
    }
}
