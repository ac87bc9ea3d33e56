//! A comparison from scenario files to a finished run directory: what the command and the Python package share.
//!
//! Invariant: whoever starts it, the same scenarios, seed and number of replicates give the same files; callers
//! choose only how progress is shown and what the manifest says of the command.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use sim_core::calendar::Quarter;
use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::problem::Problems;
use sim_core::scenario::{Scenario, nearest};

use crate::brief::{self, BRIEF, BriefError, Page};
use crate::experiment::{Design, Replicate, RunError};
use crate::figures::{self, LeftOut};
use crate::finding;
use crate::library::{self, Loaded};
use crate::limits;
use crate::outcome::Dollars;
use crate::question::Asked;
use crate::reported::{self, REPORTED, Reported};
use crate::results::Results;
use crate::scored;
use crate::standing::Led;
use crate::store::{
    self, Facts, MANIFEST, Manifest, OUTPUTS, Run, RunDirectory, RunFacts, StoreError, Tables,
    pairing_csv, summary_csv, survival_csv, write_study,
};
use crate::study::Study;
use crate::verify::{STUDY, TRUNK};
use sim_charts::File;
use sim_stats::summary::Summary;

/// What differences are taken from where nothing else is named.
pub const BASELINE: &str = "baseline";

/// What is compared, and how it is called.
#[derive(Debug, Clone)]
pub struct Request {
    /// Scenarios as [`gather`] gives them; the first is the baseline.
    pub loaded: Vec<Loaded>,
    /// The scenario as which all begin, and the quarter in which they part from it.
    pub trunk: Option<(Loaded, Quarter)>,
    /// The study that it answers, with the text of its file.
    pub question: Option<(Asked, String)>,
    /// Number of paired replicates.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// Threads of the pool on which it will run.
    pub threads: usize,
    /// Price level of money in summaries and figures.
    pub dollars: Dollars,
    /// Whether every supplier is reported by name.
    pub all_firms: bool,
    /// Word for the name of the run directory.
    pub slug: String,
    /// The run directory; otherwise a new one in [`OUTPUTS`], which `latest` will name.
    pub out: Option<PathBuf>,
    /// How it was called.
    pub command: Command,
}

/// The command line that the manifest gives for a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// These words.
    Words(Vec<String>),
    /// `compare` of the resolved scenarios in the run directory with these options: no `--set` says what was changed
    /// in some scenarios and not in others.
    Resolved(Vec<String>),
}

impl Command {
    /// The words of the command line, for a run in a directory.
    fn words(self, directory: &Path, loaded: &[Loaded]) -> Vec<String> {
        let options = match self {
            Self::Words(words) => return words,
            Self::Resolved(options) => options,
        };
        let file = |l: &Loaded| {
            directory.join(format!("{}.resolved.toml", l.scenario.id)).display().to_string()
        };
        let scenarios = loaded.iter().skip(1).map(file);
        let words = std::iter::once("compare".to_owned()).chain(scenarios);
        words.chain(["--baseline".to_owned(), file(&loaded[0])]).chain(options).collect()
    }
}

/// How somebody watches a comparison, and stops it.
pub struct Watcher<'a> {
    /// Looked at before each batch of replicates.
    pub stop: &'a AtomicBool,
    /// Called after each replicate.
    pub tick: &'a (dyn Fn() + Sync),
    /// Called with the answer so far after each batch.
    pub say: &'a (dyn Fn(String) + Sync),
}

/// A comparison whose files are written.
#[derive(Debug)]
pub struct Finished {
    /// The run directory.
    pub directory: RunDirectory,
    /// What it is about.
    pub study: Study,
    /// Its numbers.
    pub results: Results,
    /// Its past against what firms reported.
    pub reported: Reported,
    /// Seconds that the replicates took.
    pub seconds: f64,
    /// Whether all replicates were run.
    pub complete: bool,
    /// Figures that cannot be drawn of it.
    pub left_out: Vec<LeftOut>,
}

/// Why a comparison failed.
#[derive(Debug, thiserror::Error)]
pub enum ComparisonError {
    /// Scenario files have problems.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// An override that no scenario can have.
    #[error("--set {set}: no scenario has this{}", .near.as_ref().map_or_else(String::new, |n| format!("; a similar key is `{n}`")))]
    Unused {
        /// The override.
        set: String,
        /// A key that is there.
        near: Option<String>,
    },
    /// Scenarios that cannot be compared.
    #[error("{0}")]
    Unfit(String),
    /// More than anybody waits for, or than the machine has.
    #[error(transparent)]
    TooLarge(#[from] limits::TooLarge),
    /// A row of a study that no record has.
    #[error("a row of the study: {0}")]
    Row(String),
    /// A replicate failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run directory could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The brief could not be written.
    #[error(transparent)]
    Brief(#[from] BriefError),
    /// Stopped before a batch of replicates was finished; nothing was kept.
    #[error("stopped before any replicate was finished: nothing was kept")]
    Nothing,
}

/// Reads the baseline and scenarios with the same overrides; every file's problems are reported together. An
/// override goes to the scenarios that can have it, as [`library::load_fitting`] says.
///
/// # Errors
/// [`ComparisonError::Problems`], or [`ComparisonError::Unused`] for an override that fits none.
pub fn read(
    baseline: &Path,
    named: &[PathBuf],
    sets: &[String],
) -> Result<Vec<Loaded>, ComparisonError> {
    let mut loaded: Vec<Loaded> = Vec::new();
    let mut problems = Vec::new();
    let mut unused = sets.to_vec();
    for path in std::iter::once(baseline).chain(named.iter().map(PathBuf::as_path)) {
        match library::load_fitting(path, sets) {
            Ok((l, used)) => {
                unused.retain(|set| !sets.iter().zip(&used).any(|(s, used)| s == set && *used));
                loaded.push(l);
            }
            Err(Problems(found)) => {
                problems.extend(
                    found.into_iter().filter(|p| !problems.contains(p)).collect::<Vec<_>>(),
                );
            }
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    match unused.into_iter().next() {
        Some(set) => Err(ComparisonError::Unused { near: near_key(&set, &loaded), set }),
        None => Ok(loaded),
    }
}

/// The key that is most like that of an override which no scenario can have: in one of the things that there are, or
/// anywhere.
fn near_key(set: &str, loaded: &[Loaded]) -> Option<String> {
    let mut paths: Vec<&str> =
        loaded.iter().flat_map(|l| &l.leaves).map(|l| l.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let path = set.split('=').next().unwrap_or_default();
    let things: BTreeSet<&str> = paths.iter().filter_map(|path| library::thing(path)).collect();
    let thing = library::thing(path)
        .and_then(|mine| Some((mine, nearest(mine, things.iter().copied())?)))
        .map(|(mine, near)| path.replacen(mine, near, 1));
    thing.or_else(|| nearest(path, paths.iter().copied()).map(str::to_owned))
}

/// Makes scenarios comparable: the first is the baseline, none is there twice, all have the same quarters.
///
/// # Errors
/// [`ComparisonError::Unfit`].
pub fn gather(mut loaded: Vec<Loaded>) -> Result<Vec<Loaded>, ComparisonError> {
    for (i, l) in loaded.iter().enumerate().skip(1) {
        let (base, this) = (&loaded[0].scenario, &l.scenario);
        if i > 1 && loaded[1..i].iter().any(|other| other.scenario.id == this.id) {
            return Err(ComparisonError::Unfit(format!("scenario `{}` is named twice", this.id)));
        }
        if (this.start, this.end) != (base.start, base.end) {
            return Err(ComparisonError::Unfit(format!(
                "`{}` runs {}\u{2013}{} and the baseline {}\u{2013}{}: pairs need the same quarters",
                this.id, this.start, this.end, base.start, base.end
            )));
        }
    }
    // A scenario against itself: its rows get a name of their own.
    let base = loaded[0].scenario.id.clone();
    for l in loaded.iter_mut().skip(1).filter(|l| l.scenario.id == base) {
        l.scenario.id = format!("{base}-again");
    }
    Ok(loaded)
}

/// What makes two comparisons the same: the hashes of all scenarios, and of the trunk with its quarter.
pub fn identity(loaded: &[Loaded], trunk: Option<&(Loaded, Quarter)>) -> String {
    let scenarios: String = loaded.iter().map(|l| l.hash.as_str()).collect();
    scenarios + &trunk.map_or_else(String::new, |(l, at)| format!("{}{at}", l.hash))
}

/// The design as branches of the trunk.
///
/// # Errors
/// [`ComparisonError::Unfit`] if a scenario cannot go on from it.
pub fn branched(design: Design, trunk: &Loaded, at: Quarter) -> Result<Design, ComparisonError> {
    let trunk = Arc::new(trunk.scenario.clone());
    design.branched(&trunk, at).map_err(|id| {
        ComparisonError::Unfit(format!(
            "`{id}` cannot go on from `{}` at {at}: both need the same tables, assumptions and time, and the \
             quarter must lie within it",
            trunk.id
        ))
    })
}

impl Request {
    /// The design of the comparison, if this machine can run it.
    ///
    /// # Errors
    /// [`ComparisonError::Unfit`], [`ComparisonError::TooLarge`].
    pub fn design(&self) -> Result<Design, ComparisonError> {
        let design = Design::new(
            self.loaded.iter().map(|l| Arc::new(l.scenario.clone())).collect(),
            self.replicates,
            self.seed,
            |firm| self.all_firms || NAMED_FIRMS.contains(&firm),
        );
        let design = match &self.trunk {
            Some((trunk, at)) => branched(design, trunk, *at)?,
            None => design,
        };
        let scenarios: Vec<&Scenario> = self.loaded.iter().map(|l| &l.scenario).collect();
        limits::check(&scenarios, self.replicates, self.threads)?;
        Ok(design)
    }

    /// Runs the comparison on a pool and writes its run directory. If it is stopped, what is finished is kept. The numbers
    /// are sealed before anything is drawn of them.
    ///
    /// # Errors
    /// [`ComparisonError`]. Nothing half-written is left behind: either there is no directory, or its numbers are whole.
    pub fn run(
        self,
        design: &Design,
        pool: &rayon::ThreadPool,
        watcher: &Watcher,
    ) -> Result<Finished, ComparisonError> {
        let asked = self.question.as_ref().map(|(asked, _)| asked);
        let rows = asked.map_or(&[][..], |asked| &asked.rows);
        let mut results =
            Results::with_rows(design, self.dollars, rows).map_err(ComparisonError::Row)?;
        let hash = library::sha256(identity(&self.loaded, self.trunk.as_ref()).as_bytes());
        let study = Study::new(design, &results.reader, results.dollars, &hash);
        let trunk = self.trunk.iter().map(|(trunk, _)| trunk);
        let changed = scored::changed(self.loaded.iter().chain(trunk));
        let study = Study { question: asked.cloned(), changed, ..study };
        let parent = Path::new(OUTPUTS);
        let mut directory = RunDirectory::create(parent, self.out.as_deref(), &self.slug, &hash)?;
        let began = Instant::now();
        let numbers =
            self.numbers(design, (pool, watcher), &mut directory, (&study, &mut results), began);
        let (seconds, complete, reported) = match numbers {
            Ok(numbers) => numbers,
            Err(error) => {
                directory.discard();
                return Err(error);
            }
        };
        let facts = RunFacts::read(&directory.path)?;
        let run = Run { path: directory.path.clone(), facts, study, results };
        if self.out.is_none() {
            directory.point_latest()?;
        }
        let left_out = pool.install(|| present(&run, &directory))?;
        directory.release();
        let Run { study, results, .. } = run;
        Ok(Finished { directory, study, results, reported, seconds, complete, left_out })
    }

    /// Runs the replicates and writes tables and manifest; gives the seconds of the replicates, whether all were run, and the
    /// past against what firms reported.
    fn numbers(
        &self,
        design: &Design,
        (pool, watcher): (&rayon::ThreadPool, &Watcher),
        directory: &mut RunDirectory,
        (study, results): (&Study, &mut Results),
        began: Instant,
    ) -> Result<(f64, bool, Reported), ComparisonError> {
        let (tables, led) = replicate(design, pool, watcher, directory, results)?;
        let seconds = began.elapsed().as_secs_f64();
        let complete = results.replicates() == design.replicates;
        // Large tables are hashed as they are closed: texts are made meanwhile.
        let (closed, texts) = pool.join(|| tables.close(directory), || texts(design, results));
        closed?;
        for (name, text) in texts {
            directory.write(name, text.as_bytes())?;
        }
        let reported = pool.install(|| reported::of(design, results.replicates(), &led))?;
        directory.write(REPORTED, reported.to_json().map_err(StoreError::Json)?.as_bytes())?;
        self.write(design, directory, (study, results), (seconds, complete))?;
        Ok((seconds, complete, reported))
    }

    /// Writes all that stands beside the tables, the manifest last.
    fn write(
        &self,
        design: &Design,
        directory: &mut RunDirectory,
        (study, results): (&Study, &Results),
        (seconds, complete): (f64, bool),
    ) -> Result<(), ComparisonError> {
        for l in &self.loaded {
            let name = format!("{}.resolved.toml", l.scenario.id);
            directory.write(&name, l.resolved.as_bytes())?;
        }
        if let Some((trunk, _)) = &self.trunk {
            directory.write(TRUNK, trunk.resolved.as_bytes())?;
        }
        if let Some((_, text)) = &self.question {
            directory.write(STUDY, text.as_bytes())?;
        }
        write_study(directory, study, results)?;
        let (threads, trunk) = (self.threads, self.trunk.clone());
        let command = self.command.clone().words(&directory.path, &self.loaded);
        let study = self.question.as_ref().map(|(asked, _)| asked.clone());
        let facts = Facts { command, threads, seconds, complete, trunk, study };
        let manifest = Manifest::new(directory, design, &self.loaded, results, facts);
        directory.write(MANIFEST, manifest.to_json()?.as_bytes())?;
        Ok(())
    }
}

/// Draws what goes with the numbers of a run, and lets its manifest vouch for it; gives what cannot be drawn. The page
/// names the command line, the figures do not.
fn present(run: &Run, directory: &RunDirectory) -> Result<Vec<LeftOut>, ComparisonError> {
    let (pictures, page) =
        rayon::join(|| figures::draw(&run.study, &run.results), || brief::of_run(run));
    let Page { html, left_out } = page?;
    let figures = pictures.drawn.into_iter().flat_map(|(_, files)| files);
    let mut files: Vec<File> =
        figures.map(|(name, bytes)| (format!("figures/{name}"), bytes)).collect();
    files.push((BRIEF.to_owned(), html.into_bytes()));
    if let (Some(of), Some(lock)) = (store::numbers(&run.path), directory.lock()) {
        store::add_owned(&run.path, &of, &files, lock)?;
    }
    Ok(pictures.left_out.into_iter().chain(left_out).collect())
}

/// The tables of text by name.
pub(crate) fn texts(design: &Design, results: &Results) -> [(&'static str, String); 3] {
    [
        ("summary.csv", summary_csv(design, results)),
        ("survival.csv", survival_csv(design, results)),
        ("pairing.csv", pairing_csv(design, results)),
    ]
}

/// Runs all replicates into `results` and the tables; gives how the first ones were led.
fn replicate(
    design: &Design,
    pool: &rayon::ThreadPool,
    watcher: &Watcher,
    directory: &RunDirectory,
    results: &mut Results,
) -> Result<(Tables, Vec<Led>), ComparisonError> {
    let tables = Tables::create(directory, design, &results.reader)?;
    let mut led = Vec::new();
    std::thread::scope(|scope| {
        // Writing a batch takes a third of the time of running it: it goes on beside the next one.
        let (sender, batches) = std::sync::mpsc::sync_channel::<(usize, Vec<Replicate>)>(1);
        let writer = scope.spawn(move || write_batches(tables, batches));
        let done = pool.install(|| {
            design.run(watcher.stop, watcher.tick, |first, batch| -> Result<(), ComparisonError> {
                // A writer that has gone away has failed: stop, and report its own error below.
                sender.send((first, batch.clone())).map_err(|_| ComparisonError::Nothing)?;
                let more = batch.iter().take(reported::MOST.saturating_sub(first));
                led.extend(more.filter_map(|replicate| replicate.led.clone()));
                results.add(batch);
                (watcher.say)(answer(design, results));
                Ok(())
            })
        });
        drop(sender);
        let tables = writer.join().expect("the writer does not panic")?;
        if done? > 0 { Ok((tables, led)) } else { Err(ComparisonError::Nothing) }
    })
}

/// Writes batches in the order of their arrival, which is that of replicates.
fn write_batches(
    mut tables: Tables,
    batches: Receiver<(usize, Vec<Replicate>)>,
) -> Result<Tables, ComparisonError> {
    for (first, batch) in batches {
        tables.write(first, &batch)?;
    }
    Ok(tables)
}

/// The answer so far: loss of each regime.
fn answer(design: &Design, results: &Results) -> String {
    let parts: Vec<String> = (1..design.scenarios.len())
        .map(|s| {
            let loss = Summary::told(&results.difference(s, "us-revenue-world"));
            format!("{} {}", design.scenarios[s].id, finding::interval(&loss, 0))
        })
        .collect();
    format!("US revenue, USD bn: {}", parts.join(" \u{b7} "))
}
