//! `compare` and `run`.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use sim_core::calendar::Quarter;
use sim_core::scenario::nearest;
use sim_lab::comparison::{BASELINE, Command, Request, Watcher, gather};
use sim_lab::figures::LeftOut;
use sim_lab::library::Loaded;
use sim_lab::outcome::Dollars;
use sim_lab::question::{self, Asked, Changes, DEFAULT, REPLICATES, SEED};
use sim_lab::store::{Run, RunFacts};

use crate::comparison::Comparison;
use crate::errors::{Failure, warn};
use crate::overrides::overrides;
use crate::scenario::Scenario;
use crate::watch::{Reporter, count, explained, pool, watched};

/// How a comparison runs, as the keywords say.
struct Options {
    replicates: Option<usize>,
    seed: Option<u64>,
    dollars: Dollars,
    all_firms: bool,
    threads: Option<u16>,
    out: Option<PathBuf>,
}

impl Options {
    fn new(
        replicates: Option<usize>,
        seed: Option<u64>,
        dollars: &str,
        keep: &str,
        threads: Option<u16>,
        out: Option<PathBuf>,
    ) -> PyResult<Self> {
        let wrong = |message: String| Err(PyValueError::new_err(message));
        if let Some(replicates) = replicates.filter(|n| !(2..=1_000_000).contains(n)) {
            return wrong(format!("replicates={replicates}: write a number from 2 to 1,000,000"));
        }
        let dollars = match dollars {
            "2019" => Dollars::Of2019,
            "nominal" => Dollars::Nominal,
            other => return wrong(format!("dollars=\"{other}\": write \"2019\" or \"nominal\"")),
        };
        let all_firms = match keep {
            "named" => false,
            "firms" => true,
            other => return wrong(format!("keep=\"{other}\": write \"named\" or \"firms\"")),
        };
        Ok(Self { replicates, seed, dollars, all_firms, threads, out })
    }

    /// The same as options of the command.
    fn words(&self, sets: &[String]) -> Vec<String> {
        let mut words = vec![
            "--replicates".to_owned(),
            self.replicates.unwrap_or(REPLICATES).to_string(),
            "--seed".to_owned(),
            self.seed.unwrap_or(SEED).to_string(),
        ];
        if self.dollars == Dollars::Nominal {
            words.extend(["--dollars".to_owned(), "nominal".to_owned()]);
        }
        if self.all_firms {
            words.extend(["--keep".to_owned(), "firms".to_owned()]);
        }
        words.extend(sets.iter().flat_map(|set| ["--set".to_owned(), set.clone()]));
        words
    }
}

/// Compares scenarios with a baseline: paired replicates on all cores, into a run directory of the command's form.
///
/// `scenarios` are scenarios, names or paths. Without them a `study` is answered, by name or path (default: that of the
/// command, `from-today`), which says what is compared with what; then only `set` changes scenarios. `baseline` is what differences are taken
/// from (default: the library's, with the overrides that all scenarios share). `set` changes keys in every scenario that
/// can have them, the baseline too. With `trunk` and `branch_at` (a quarter such as `2025Q1`) all begin as the trunk and
/// part there. `dollars` is "2019" or "nominal", `keep` "named" or "firms", `out` the run directory (default: a new one in
/// `outputs/`). `progress` is False, or a function of replicates done, their total and the answer so far; by default a
/// bar shows in notebooks and terminals. Results depend on scenarios, seed and replicates only, and are the command's to
/// the last bit. An interrupt finishes the replicates in flight and keeps them.
#[pyfunction]
#[pyo3(signature = (
    scenarios = None, *, study = None, baseline = None, replicates = None, seed = None, set = None, trunk = None,
    branch_at = None, dollars = "2019", keep = "named", threads = None, out = None, progress = None,
))]
#[allow(clippy::too_many_arguments)] // keywords of Python
pub(crate) fn compare(
    py: Python<'_>,
    scenarios: Option<Vec<Bound<'_, PyAny>>>,
    study: Option<PathBuf>,
    baseline: Option<&Bound<'_, PyAny>>,
    replicates: Option<usize>,
    seed: Option<u64>,
    set: Option<&Bound<'_, PyDict>>,
    trunk: Option<&Bound<'_, PyAny>>,
    branch_at: Option<&str>,
    dollars: &str,
    keep: &str,
    threads: Option<u16>,
    out: Option<PathBuf>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Comparison> {
    let options = Options::new(replicates, seed, dollars, keep, threads, out)?;
    let scenarios = scenarios.unwrap_or_default();
    if scenarios.is_empty() || study.is_some() {
        let others = [
            ("scenarios", !scenarios.is_empty()),
            ("baseline", baseline.is_some()),
            ("trunk", trunk.is_some()),
            ("branch_at", branch_at.is_some()),
        ];
        if let Some((other, _)) = others.into_iter().find(|(_, given)| *given) {
            return Err(PyValueError::new_err(format!(
                "{other}: the study says what is compared; leave it away, or name scenarios in place of a study"
            )));
        }
        let study = study.unwrap_or_else(|| PathBuf::from(DEFAULT));
        let sets = overrides(set, None)?;
        return execute(py, Subject::Study { study, sets }, "compare", options, progress);
    }
    let named = scenarios.iter().map(Scenario::of).collect::<PyResult<Vec<_>>>()?;
    let what = What {
        named,
        baseline: baseline.map(Scenario::of).transpose()?,
        set: overrides(set, None)?,
        trunk: trunk.map(Scenario::of).transpose()?,
        branch_at: branch_at.map(str::to_owned),
    };
    execute(py, Subject::Scenarios(what), "compare", options, progress)
}

/// Compares one scenario with its baseline: `compare` with a single scenario.
#[pyfunction]
#[pyo3(signature = (
    scenario, *, baseline = None, replicates = 200, seed = 1, set = None, dollars = "2019", keep = "named",
    threads = None, out = None, progress = None,
))]
#[allow(clippy::too_many_arguments)] // keywords of Python
pub(crate) fn run(
    py: Python<'_>,
    scenario: &Bound<'_, PyAny>,
    baseline: Option<&Bound<'_, PyAny>>,
    replicates: usize,
    seed: u64,
    set: Option<&Bound<'_, PyDict>>,
    dollars: &str,
    keep: &str,
    threads: Option<u16>,
    out: Option<PathBuf>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Comparison> {
    let options = Options::new(Some(replicates), Some(seed), dollars, keep, threads, out)?;
    let scenario = Scenario::of(scenario)?;
    let slug = scenario.id().to_owned();
    let what = What {
        named: vec![scenario],
        baseline: baseline.map(Scenario::of).transpose()?,
        set: overrides(set, None)?,
        trunk: None,
        branch_at: None,
    };
    execute(py, Subject::Scenarios(what), &slug, options, progress)
}

/// What is asked.
enum Subject {
    /// A study by name or path, with overrides of all its scenarios.
    Study { study: PathBuf, sets: Vec<String> },
    /// Scenarios.
    Scenarios(What),
}

/// What is compared.
struct What {
    named: Vec<Scenario>,
    baseline: Option<Scenario>,
    set: Vec<String>,
    trunk: Option<Scenario>,
    branch_at: Option<String>,
}

/// What is compared, read.
struct Gathered {
    loaded: Vec<Loaded>,
    trunk: Option<(Loaded, Quarter)>,
    question: Option<(Asked, String)>,
    /// Replicates and seed unless keywords say otherwise.
    usual: (usize, u64),
    /// Word for the name of the run directory, if a study has one.
    slug: Option<String>,
    command: Command,
}

impl Subject {
    fn gather(self, options: &Options) -> Result<Gathered, Failure> {
        let (study, sets) = match self {
            Self::Scenarios(what) => return what.gather(options),
            Self::Study { study, sets } => (study, sets),
        };
        let question = match question::open(&study)? {
            Some(question) => question,
            // It says what there is.
            None => question::read_file(&study)?,
        };
        let changes = Changes { set: sets.clone(), ..Changes::default() };
        let question::Gathered { loaded, trunk, asked } = question.gather(&changes)?;
        let usual = (question.replicates.unwrap_or(REPLICATES), question.seed.unwrap_or(SEED));
        let named = Options {
            replicates: options.replicates.or(Some(usual.0)),
            seed: options.seed.or(Some(usual.1)),
            out: None,
            ..*options
        };
        let word = study.to_string_lossy().into_owned();
        let words = ["compare".to_owned(), word].into_iter().chain(named.words(&sets));
        Ok(Gathered {
            loaded,
            trunk,
            usual,
            slug: Some(question.id),
            question: Some((asked, question.text)),
            command: Command::Words(words.collect()),
        })
    }
}

fn execute(
    py: Python<'_>,
    what: Subject,
    slug: &str,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Comparison> {
    let reporter = Reporter::new(py, progress)?;
    let usual = slug.to_owned();
    let gathered = py.detach(|| what.gather(&options)).map_err(|failure| failure.raise(py))?;
    let total = options.replicates.unwrap_or(gathered.usual.0);
    let ended = watched(py, total, &reporter, |watch| {
        let Gathered { loaded, trunk, question, usual: (_, seed), slug, command } = gathered;
        let slug = slug.unwrap_or(usual);
        let seed = options.seed.unwrap_or(seed);
        let Options { dollars, all_firms, threads, out, .. } = options;
        let pool = pool(threads)?;
        let threads = count(threads);
        let request = Request {
            loaded,
            trunk,
            question,
            replicates: total,
            seed,
            threads,
            dollars,
            all_firms,
            slug,
            out,
            command,
        };
        let design = request.design()?;
        let watcher =
            Watcher { stop: &watch.stop, tick: &|| watch.tick(), say: &|answer| watch.say(answer) };
        Ok(request.run(&design, &pool, &watcher)?)
    });
    reporter.close(py)?;
    match (ended.raised, ended.result) {
        (Some(raised), Ok(kept)) => {
            let (done, path) = (kept.results.replicates(), kept.directory.path.display());
            let message =
                format!("{done} of {total} replicates are in {path}: open_run reads them");
            Err(explained(py, raised, message))
        }
        (Some(raised), Err(_)) => Err(raised),
        (None, Err(failure)) => Err(failure.raise(py)),
        (None, Ok(done)) => {
            if let Some(words) = LeftOut::words(&done.left_out) {
                warn(py, &words)?;
            }
            let (path, study, results) = (done.directory.path, done.study, done.results);
            let facts = RunFacts::read(&path).map_err(|e| Failure::from(e).raise(py))?;
            Ok(Comparison::new(Run { path, facts, study, results }))
        }
    }
}

impl What {
    /// Reads all scenarios with the overrides of all, and says which command does the same.
    fn gather(self, options: &Options) -> Result<Gathered, Failure> {
        let Self { named, baseline, set, trunk, branch_at } = self;
        let mut shared: Vec<String> = named.first().map_or_else(Vec::new, Scenario::shareable);
        shared.retain(|one| named.iter().all(|s| s.sets.contains(one)));
        let base = match baseline {
            Some(scenario) => scenario,
            None => Scenario::base(&shared)?,
        };
        let alike = named.iter().all(|s| s.sets == shared) && base.has_what_fits(&shared)?;
        let command = alike.then(|| command(&named, &base));
        let mut fitted = Vec::new();
        let mut used = vec![false; set.len()];
        for scenario in std::iter::once(&base).chain(&named) {
            let (scenario, fits) = scenario.fitted(&set)?;
            used.iter_mut().zip(fits).for_each(|(used, fits)| *used |= fits);
            fitted.push(scenario);
        }
        let all: Vec<String> = shared.iter().chain(&set).cloned().collect();
        let trunk = branch(trunk, branch_at, &set, alike.then_some(all.as_slice()))?;
        if let Some(place) = used.iter().position(|used| !used) {
            return Err(unused(&set[place], &fitted));
        }
        let mut words = options.words(&all);
        if let Some((scenario, at)) = &trunk {
            let trunk = scenario.word();
            words.extend(["--trunk".to_owned(), trunk, "--branch-at".to_owned(), at.to_string()]);
        }
        let command = match command {
            Some(first) => Command::Words(first.into_iter().chain(words).collect()),
            None => Command::Resolved(options.words(&[])),
        };
        let loaded = gather(fitted.into_iter().map(Scenario::into_loaded).collect())?;
        Ok(Gathered {
            loaded,
            trunk: trunk.map(|(s, at)| (s.into_loaded(), at)),
            question: None,
            usual: (REPLICATES, SEED),
            slug: None,
            command,
        })
    }
}

/// The words of the command that names scenarios and baseline.
fn command(named: &[Scenario], base: &Scenario) -> Vec<String> {
    let mut words = vec!["compare".to_owned()];
    words.extend(named.iter().map(Scenario::word));
    if base.word() != BASELINE {
        words.extend(["--baseline".to_owned(), base.word()]);
    }
    words
}

/// The trunk with the overrides of all scenarios, and the quarter in which they part from it.
fn branch(
    trunk: Option<Scenario>,
    at: Option<String>,
    set: &[String],
    all: Option<&[String]>,
) -> Result<Option<(Scenario, Quarter)>, Failure> {
    let wrong = |message: &str| Err(Failure::Argument(message.to_owned()));
    match (trunk, at) {
        (None, None) => Ok(None),
        (Some(trunk), Some(at)) => {
            let quarter = at.parse().map_err(|_| {
                Failure::Argument(format!("`{at}` is no quarter: write it as 2025Q1"))
            })?;
            let (trunk, used) = trunk.fitted(set)?;
            if all != Some(&trunk.sets) || used.contains(&false) {
                return wrong(
                    "trunk: it and all scenarios need the same overrides and names of files",
                );
            }
            Ok(Some((trunk, quarter)))
        }
        _ => wrong("trunk and branch_at go together: write both or none"),
    }
}

/// An override that no scenario can have.
fn unused(set: &str, scenarios: &[Scenario]) -> Failure {
    let key = set.split('=').next().unwrap_or_default();
    let mut paths: Vec<&str> =
        scenarios.iter().flat_map(|s| &s.loaded.leaves).map(|leaf| leaf.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let near = nearest(key, paths.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("; a similar key is `{near}`"));
    Failure::Argument(format!("set: no scenario has `{key}`{near}"))
}
