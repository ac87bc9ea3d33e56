//! The scenarios of a comparison, as its command line names them.

use std::path::PathBuf;

use sim_core::calendar::Quarter;
use sim_lab::comparison::{self, BASELINE};
use sim_lab::library::{self, Loaded};
use sim_lab::question::{Changes, Gathered, Question};

use crate::args::{Global, Options};
use crate::failure::Failure;
use crate::out::errln;
use crate::report;

/// The scenario as which all begin, if one is named, and the quarter in which they part from it.
pub(crate) fn trunk(options: &Options) -> Result<Option<(Loaded, Quarter)>, Failure> {
    match (&options.trunk, branch_at(options)?) {
        (None, None) => Ok(None),
        (Some(path), Some(at)) => Ok(Some((library::load(path, &options.sets())?, at))),
        _ => Err(Failure::Usage("--trunk and --branch-at go together".to_owned())),
    }
}

/// The quarter of `--branch-at`.
fn branch_at(options: &Options) -> Result<Option<Quarter>, Failure> {
    let read = |word: &String| {
        word.parse()
            .map_err(|_| Failure::Usage(format!("`{word}` is no quarter: write it as 2025Q1")))
    };
    options.branch_at.as_ref().map(read).transpose()
}

/// The scenarios of a study, with those named in place of its regimes and what options say otherwise.
pub(crate) fn answering(
    question: &Question,
    regimes: &[PathBuf],
    options: &Options,
    global: &Global,
) -> Result<Gathered, Failure> {
    let changes = Changes {
        baseline: options.baseline.clone(),
        trunk: options.trunk.clone(),
        branch_at: branch_at(options)?,
        regimes: regimes.to_vec(),
        set: options.sets(),
    };
    let own = question.trunk.is_some();
    if (own || changes.trunk.is_some()) != (own || changes.branch_at.is_some()) {
        return Err(Failure::Usage("--trunk and --branch-at go together".to_owned()));
    }
    let gathered = question.gather(&changes)?;
    tell(&gathered.loaded, global);
    Ok(gathered)
}

/// Loads the baseline and all scenarios, and says what is probably not meant.
pub(crate) fn load_all(
    named: &[PathBuf],
    options: &Options,
    global: &Global,
) -> Result<Vec<Loaded>, Failure> {
    let baseline = options.baseline.clone().unwrap_or_else(|| PathBuf::from(BASELINE));
    let loaded = comparison::read(&baseline, named, &options.sets())?;
    let loaded = comparison::gather(loaded)?;
    tell(&loaded, global);
    Ok(loaded)
}

/// Says which files were read, if that is wanted, and what is probably not meant.
fn tell(loaded: &[Loaded], global: &Global) {
    if global.verbose {
        for (l, file) in loaded.iter().flat_map(|l| l.files.iter().map(move |file| (l, file))) {
            errln!("{} read {} (SHA-256 {})", l.scenario.id, file.path, &file.sha256[..12]);
        }
    }
    if !global.quiet {
        let mut warnings: Vec<_> = Vec::new();
        for warning in loaded.iter().flat_map(|l| &l.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        if !warnings.is_empty() {
            report::print(&warnings, global.colour());
        }
    }
}
