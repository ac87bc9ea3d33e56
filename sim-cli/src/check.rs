//! `check`: all problems of scenarios, studies and experiments.

use std::path::Path;

use sim_core::scenario::problem::{Problem, Problems};
use sim_lab::library::{self, Loaded};
use sim_lab::question;
use sim_lab::sweep::{self, Changes};

use crate::args::{Check, Global};
use crate::failure::Failure;
use crate::out::outln;
use crate::wrap::wrapped;
use crate::{events, report};

/// Checks every file and prints what is wrong with all of them.
pub(crate) fn check(args: &Check, global: &Global) -> Result<(), Failure> {
    let mut all = Vec::new();
    for file in &args.files {
        let found = if let Some(study) = library::study_file(file) {
            self::study(file, &study, &args.sets, global)
        } else if is_experiment(file) {
            experiment(file, &args.sets, global)
        } else {
            library::load(file, &args.sets)
                .map(|loaded| scenario(file, &loaded, global))
                .map_err(Failure::from)
        };
        match found {
            Ok(()) => {}
            Err(Failure::Scenario(Problems(problems))) => all.extend(problems),
            Err(other) => return Err(other),
        }
    }
    if all.is_empty() { Ok(()) } else { Err(Problems(all).into()) }
}

fn study(named: &Path, file: &Path, sets: &[String], global: &Global) -> Result<(), Failure> {
    let question = question::read_file(file)?;
    let changes = question::Changes { set: sets.to_vec(), ..question::Changes::default() };
    let gathered = question.gather(&changes)?;
    let mut warnings: Vec<Problem> = Vec::new();
    for warning in gathered.loaded.iter().flat_map(|l| &l.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    warn(&warnings, global);
    let regimes = gathered.loaded.len() - 1;
    let replicates = question.replicates.unwrap_or(question::REPLICATES);
    if global.json {
        events::print(
            "checked",
            &serde_json::json!({
                "file": named.display().to_string(), "kind": "study", "arms": regimes + 1,
                "replicates": replicates, "warnings": warnings.len(),
            }),
        );
    } else {
        let at = gathered.trunk.map_or_else(String::new, |(_, at)| format!(", from {at}"));
        let plural = if regimes == 1 { "" } else { "s" };
        let text = format!(
            "{}: ok ({}, {regimes} regime{plural}{at}, {replicates} replicates)",
            named.display(),
            question.question.trim_end_matches('?'),
        );
        outln!("{}", wrapped("", &text));
    }
    Ok(())
}

/// Whether a file is an experiment. One that cannot be read is taken for a scenario, which it is more often.
fn is_experiment(file: &Path) -> bool {
    let text = library::load_text(file).or_else(|_| library::read_experiment(file).map(|e| e.1));
    text.is_ok_and(|text| library::is_experiment(&text))
}

fn experiment(file: &Path, sets: &[String], global: &Global) -> Result<(), Failure> {
    let changes = Changes { set: sets.to_vec(), ..Changes::default() };
    let checked = sweep::check(file, &changes)?;
    warn(&checked.warnings, global);
    let (arms, replicates) = checked.size();
    if global.json {
        events::print(
            "checked",
            &serde_json::json!({
                "file": file.display().to_string(), "kind": "experiment", "arms": arms,
                "replicates": replicates, "warnings": checked.warnings.len(),
            }),
        );
    } else {
        let title = &checked.experiment.title;
        outln!("{}: ok ({title}, {arms} arms, {replicates} replicates)", file.display());
    }
    Ok(())
}

fn scenario(file: &Path, loaded: &Loaded, global: &Global) {
    let mut said = loaded.warnings.clone();
    said.extend(loaded.notes.iter().cloned());
    warn(&said, global);
    let s = &loaded.scenario;
    if global.json {
        events::print(
            "checked",
            &serde_json::json!({
                "file": file.display().to_string(), "kind": "scenario", "scenario": s.id,
                "measures": s.measures.len(), "warnings": loaded.warnings.len(), "hash": loaded.hash,
            }),
        );
    } else {
        let measures = s.measures.len();
        let plural = if measures == 1 { "" } else { "s" };
        outln!(
            "{}: ok ({}, {measures} measure{plural}, {}\u{2013}{})",
            file.display(),
            s.title,
            s.start,
            s.end
        );
    }
}

/// Warnings and notes are part of the answer: `--quiet` leaves them.
fn warn(warnings: &[Problem], global: &Global) {
    if !warnings.is_empty() {
        report::print(warnings, global.colour());
    }
}
