//! The scenarios of a comparison, as its command line names them.

use std::path::PathBuf;

use sim_core::calendar::Quarter;
use sim_lab::comparison;
use sim_lab::library::{self, Loaded};

use crate::args::{Global, Options};
use crate::failure::Failure;
use crate::out::errln;
use crate::report;

/// The scenario as which all begin, if one is named, and the quarter in which they part from it.
pub(crate) fn trunk(options: &Options) -> Result<Option<(Loaded, Quarter)>, Failure> {
    let (Some(path), Some(word)) = (&options.trunk, &options.branch_at) else { return Ok(None) };
    let at: Quarter = word
        .parse()
        .map_err(|_| Failure::Usage(format!("`{word}` is no quarter: write it as 2025Q1")))?;
    Ok(Some((library::load(path, &options.sets())?, at)))
}

/// Loads the baseline and all scenarios, and says what is probably not meant.
pub(crate) fn load_all(
    named: &[PathBuf],
    options: &Options,
    global: &Global,
) -> Result<Vec<Loaded>, Failure> {
    let loaded = comparison::read(&options.baseline, named, &options.sets())?;
    let loaded = comparison::gather(loaded)?;
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
    Ok(loaded)
}
