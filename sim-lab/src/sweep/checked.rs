//! From an experiment file to an experiment that can run: its scenarios are loaded, its design is sound.
//!
//! Invariant: nothing is played and nothing is written here.

use std::path::{Path, PathBuf};

use sim_core::scenario::ensemble::PRIOR;
use sim_core::scenario::param::Prior;
use sim_core::scenario::plain;
use sim_core::scenario::problem::{Code, Problem, Problems};

use super::arms::{Draft, arms};
use super::error::SweepError;
use super::file::Experiment;
use super::parse;
use super::points::Points;
use crate::library::{self, Loaded};
use crate::notes::{Notes, Placed};
use crate::question::{self, Question};

/// What the command line changes in an experiment.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Overrides of every arm.
    pub set: Vec<String>,
    /// Size of the design.
    pub size: Option<usize>,
    /// Seed.
    pub seed: Option<u64>,
    /// What differences are taken from.
    pub baseline: Option<String>,
    /// Stopping rule, percent.
    pub until_half_width: Option<f64>,
    /// Words of the command line.
    pub command: Vec<String>,
}

/// An experiment whose scenarios and design are sound.
#[derive(Debug)]
pub struct Checked {
    /// Its name, as problems show it.
    pub name: String,
    pub(super) text: String,
    /// What it says.
    pub experiment: Experiment,
    pub(super) drafts: Vec<Draft>,
    pub(super) loaded: Vec<Loaded>,
    pub(super) points: Points,
    /// Warnings of the scenarios.
    pub warnings: Vec<Problem>,
}

impl Checked {
    /// Arms and replicates that it would run.
    pub fn size(&self) -> (usize, usize) {
        (self.drafts.len(), self.points.replicates())
    }
}

/// Reads an experiment and loads its scenarios.
///
/// # Errors
/// All problems of the experiment and its scenarios.
pub fn check(path: &Path, changes: &Changes) -> Result<Checked, SweepError> {
    let asked = question::open(path)?;
    let (name, text, mut experiment) = match &asked {
        Some(question) => (question.file.clone(), question.text.clone(), question.experiment()),
        None => read(path)?,
    };
    place_sets(&mut experiment, Path::new(&name).parent().unwrap_or(Path::new("")));
    if let Some(baseline) = &changes.baseline {
        experiment.baseline.text.clone_from(baseline);
    }
    if let Some(size) = changes.size {
        experiment.design.size = size;
    }
    if let Some(seed) = changes.seed {
        experiment.design.seed = seed;
    }
    let drafts = arms(&experiment);
    let loaded = load(&name, &text, &drafts, changes)?;
    if let Some(question) = &asked {
        begins_as_its_trunk(question, &loaded, changes)?;
    }
    keep_what_varies(&mut experiment, &loaded);
    let points = points(&name, &text, &experiment, changes)?;
    let mut warnings: Vec<Problem> = Vec::new();
    for warning in loaded.iter().flat_map(|l| &l.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    Ok(Checked { name, text, experiment, drafts, loaded, points, warnings })
}

/// The name, the text and what it says of an experiment file.
fn read(path: &Path) -> Result<(String, String, Experiment), SweepError> {
    let (name, text) = library::read_experiment(path)?;
    let experiment = parse::read(&name, &text).map_err(|problems| {
        if library::is_scenario(&text) && !library::is_experiment(&text) {
            let help = format!("`chokepoint run {}` plays it", path.display());
            return Problems::unreadable(&name, "it is a scenario, no experiment", Some(help));
        }
        Problems(problems)
    })?;
    Ok((name, text, experiment))
}

/// A sweep has no trunk: it can vary a study whose scenarios are all the trunk until the branch by what they say themselves.
fn begins_as_its_trunk(
    question: &Question,
    loaded: &[Loaded],
    changes: &Changes,
) -> Result<(), SweepError> {
    let Some((named, (at, _))) = &question.trunk else { return Ok(()) };
    let sets = question.set.iter().map(|p| p.text.clone()).chain(changes.set.iter().cloned());
    let path = library::named_by(&question.file, &named.text);
    let trunk = library::load(&path, &sets.collect::<Vec<_>>())?.scenario;
    let together = at.since(trunk.start).max(0) as usize;
    let mut notes = Notes::new(&question.file, &question.text);
    for l in loaded.iter().filter(|l| trunk.parts_from(&l.scenario) < together) {
        let message = format!(
            "a sweep has no trunk, and `{}` differs from `{}` before {at}",
            l.scenario.id, named.text
        );
        let help = "let it extend the trunk, with changes dated from branch_at on".to_owned();
        notes.error(Code::ExclusiveKeys, named.span.clone(), message, Some(help));
    }
    let problems = notes.finish();
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems).into()) }
}

/// Paths in the overrides of an experiment go by its file, as all its paths do: those of the command line go by where the
/// program runs.
fn place_sets(experiment: &mut Experiment, home: &Path) {
    const PATHS: [&str; 3] = ["data.directory", "data.sources", "data.ensemble"];
    let levers = experiment.levers.iter_mut().flat_map(|lever| &mut lever.values);
    let choices = levers.chain(&mut experiment.responses).flat_map(|choice| &mut choice.set);
    for set in experiment.set.iter_mut().chain(choices) {
        let Some((key, value)) = set.text.split_once('=') else { continue };
        // Quotes may be left away; the word for no ensemble is no path.
        let bare = value.trim().trim_matches(['"', '\'']);
        // What is neither here nor there is looked for in `scenarios/`.
        let known = home.join(bare).exists() || Path::new(bare).exists();
        if PATHS.contains(&key.trim()) && bare != PRIOR && known {
            let path = serde_json::Value::from(home.join(bare).to_string_lossy().into_owned());
            set.text = format!("{}={path}", key.trim());
        }
    }
}

/// The points of the design, or what is wrong with it.
fn points(
    name: &str,
    text: &str,
    experiment: &Experiment,
    changes: &Changes,
) -> Result<Points, SweepError> {
    let mut notes = Notes::new(name, text);
    let design = &experiment.design;
    let at = experiment.design_at.clone();
    if changes.until_half_width.is_some() && !design.kind.is_sample() {
        let message = format!("a {} is no sample: there is no interval", design.kind.as_str());
        let help = "leave --until-half-width away, or write kind = \"sobol\"".to_owned();
        notes.error(Code::ExclusiveKeys, at.clone(), message, Some(help));
    }
    let fixed = |p: &&Placed| experiment.uncertain.iter().all(|u| u.key != p.text);
    for parameter in experiment.named.iter().filter(fixed).filter(|_| design.cases.is_empty()) {
        let message = format!("`{}` has no prior in any arm, so it would not vary", parameter.text);
        let help =
            format!("give it a range: [uncertainties.ranges] {} = [low, high]", parameter.text);
        notes.error(Code::BadPrior, parameter.span.clone(), message, Some(help));
    }
    let points = Points::new(design, &experiment.uncertain);
    if let Err(reason) = &points {
        notes.error(Code::OutOfRange, at, reason.clone(), None);
    }
    match points {
        Ok(points) if notes.problems.is_empty() => Ok(points),
        _ => Err(Problems(notes.finish()).into()),
    }
}

/// The scenarios of all arms, or all their problems, each placed in the experiment where it says so.
fn load(
    name: &str,
    text: &str,
    drafts: &[Draft],
    changes: &Changes,
) -> Result<Vec<Loaded>, SweepError> {
    let mut loaded: Vec<Loaded> = Vec::new();
    let mut notes = Notes::new(name, text);
    let mut elsewhere: Vec<Problem> = Vec::new();
    for (i, draft) in drafts.iter().enumerate() {
        let (id, regime) = (&draft.arm.id, &draft.regime);
        if !id.split('/').all(plain::is_id) || !plain::is_line(&regime.text) {
            let message = format!(
                "`{id}` becomes an id: only letters, digits, spaces and `-_.+`, a letter or digit first"
            );
            let help = Some("give the file another name".to_owned());
            notes.error(Code::BadText, regime.span.clone(), message, help);
            continue;
        }
        let set: Vec<String> =
            draft.set.iter().map(|p| p.text.clone()).chain(changes.set.iter().cloned()).collect();
        // What the command line names goes by where the program runs, what the file names by the file.
        let path = if i == 0 && changes.baseline.is_some() {
            PathBuf::from(&regime.text)
        } else {
            library::named_by(name, &regime.text)
        };
        if !path.is_file()
            && let Some(near) = by_working_directory(name, &regime.text)
        {
            let message = format!("there is no `{}` as seen from this file", regime.text);
            notes.error(Code::UnreadableFile, regime.span.clone(), message, Some(near));
            continue;
        }
        match library::load(&path, &set) {
            Ok(l) => loaded.push(l),
            Err(Problems(problems)) => {
                for problem in problems {
                    place(problem, draft, &mut notes, &mut elsewhere);
                }
            }
        }
    }
    if notes.problems.is_empty() && elsewhere.is_empty() {
        let time = |l: &Loaded| (l.scenario.start, l.scenario.end);
        for (draft, l) in drafts.iter().zip(&loaded).filter(|(_, l)| time(l) != time(&loaded[0])) {
            let (start, end) = time(&loaded[0]);
            let message = format!(
                "`{}` runs {}\u{2013}{} and the baseline {start}\u{2013}{end}: pairs need the same quarters",
                draft.arm.id, l.scenario.start, l.scenario.end
            );
            notes.error(Code::OutsideTime, draft.regime.span.clone(), message, None);
        }
    }
    elsewhere.extend(notes.finish());
    if elsewhere.is_empty() { Ok(loaded) } else { Err(Problems(elsewhere).into()) }
}

/// What to write for a scenario that stands there as seen from where the program runs, but not as seen from the file
/// that names it.
fn by_working_directory(experiment: &str, named: &str) -> Option<String> {
    let ending = format!("{named}.toml");
    let there = [named, &ending].into_iter().find(|path| Path::new(path).is_file())?;
    Some(match library::path_from(experiment, Path::new(there)) {
        Some(path) => format!("write `{path}`"),
        None => "write the path from the directory of this file".to_owned(),
    })
}

/// A problem with an override or with the name of a regime stands in the experiment; others keep their place.
fn place(problem: Problem, draft: &Draft, notes: &mut Notes<'_>, elsewhere: &mut Vec<Problem>) {
    let mine = |p: &&Placed| p.text.contains(problem.excerpt.as_str());
    if problem.file == "--set"
        && let Some(set) = draft.set.iter().find(mine)
    {
        notes.error(problem.code, set.span.clone(), problem.message, problem.help);
    } else if problem.line == 0 && problem.code == Code::UnreadableFile {
        let message = format!("cannot read `{}`: {}", draft.regime.text, problem.message);
        notes.error(problem.code, draft.regime.span.clone(), message, problem.help);
    } else if !elsewhere.contains(&problem) {
        elsewhere.push(problem);
    }
}

/// Parameters without a range and without a prior in any arm do not vary.
fn keep_what_varies(experiment: &mut Experiment, loaded: &[Loaded]) {
    let cases = &experiment.design.cases;
    experiment.uncertain.retain(|u| {
        let varies = |l: &Loaded| {
            l.scenario.parameter(&u.key).is_some_and(|p| !matches!(p.prior, Prior::Fixed))
        };
        if cases.is_empty() {
            u.range.is_some() || loaded.iter().any(varies)
        } else {
            cases.iter().any(|(_, values)| values.iter().any(|(key, _)| *key == u.key))
        }
    });
}
