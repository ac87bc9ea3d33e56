//! What a run's directory says more than once: tables that are made of other tables, a study beside a manifest, figures.
//! A seal is no signature; these are made again and compared.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::{STUDY, VerifyError};
use crate::comparison::texts;
use crate::experiment::Design;
use crate::figures;
use crate::library::sha256;
use crate::outcome::{HEADLINES, Headline, Row};
use crate::question::{Asked, Question};
use crate::reported::{self, REPORTED, Reported};
use crate::results::Results;
use crate::store::{MANIFEST, Run, StoreError, disk};
use crate::study::Study;
use sim_charts::Size;
use sim_stats::summary::Summary;

/// Where figures are.
const FIGURES: &str = "figures/";

/// What in a run's directory does not fit its other files, each with the file's name; empty if all fits.
///
/// # Errors
/// [`VerifyError`] if a file cannot be read, or the baseline has no base year.
pub fn contradictions(run: &Run, design: &Design) -> Result<Vec<String>, VerifyError> {
    let again = Results::new(design, run.study.dollars)?;
    let asked = asked(run, design)?;
    let mut found = manifest(run);
    found
        .extend(study(run, &Study::new(design, &again.reader, run.study.dollars, &run.study.hash)));
    found.extend(asked);
    found.extend(headlines(run));
    for (name, text) in texts(design, &run.results) {
        let path = run.path.join(name);
        let bytes =
            disk::read(&path).map_err(|source| StoreError::File { path: path.clone(), source })?;
        if bytes != text.as_bytes() {
            found.push(format!("{name} is not what outcomes.parquet and headlines.parquet give"));
        }
    }
    if run.facts.files.contains_key(REPORTED) {
        let again = reported::of(design, run.results.replicates(), &[])?;
        if run.reported()?.is_none_or(|said| !same(&said, &again)) {
            found.push(format!("{REPORTED} is not what the scenarios and tables give"));
        }
    }
    found.extend(redrawn(run));
    Ok(found)
}

/// Whether two say the same: their texts are, as zero has two signs and a number one spelling.
fn same(one: &Reported, other: &Reported) -> bool {
    one.to_json().ok() == other.to_json().ok()
}

/// What the manifest says otherwise than the study and the tables.
fn manifest(run: &Run) -> Vec<String> {
    let Run { facts, study, results, .. } = run;
    let scenarios = |what: &dyn Fn(usize) -> String, count: usize| {
        (0..count).map(what).collect::<Vec<_>>().join(", ")
    };
    let [listed, played] = [facts.scenarios.len(), study.regimes.len()];
    let said = [
        ("seed", facts.seed.map(|n| n.to_string()), study.seed.to_string()),
        ("replicates", facts.replicates.map(|n| n.to_string()), results.replicates().to_string()),
        ("start", facts.start.clone(), study.start.to_string()),
        ("end", facts.end.clone(), study.end.to_string()),
        ("dollars", facts.dollars.clone(), study.dollars.label().to_owned()),
        ("version", Some(facts.version.clone()), study.version.clone()),
        (
            "scenarios",
            Some(scenarios(&|s| facts.scenarios[s].id.clone(), listed)),
            scenarios(&|s| study.regimes[s].id.clone(), played),
        ),
        (
            "titles",
            Some(scenarios(&|s| facts.scenarios[s].title.clone(), listed)),
            scenarios(&|s| study.regimes[s].title.clone(), played),
        ),
    ];
    let mut found: Vec<String> = said
        .into_iter()
        .filter_map(|(what, said, is)| Some((what, said?, is)))
        .filter(|(_, said, is)| said != is)
        .map(|(what, said, is)| {
            format!("{what}: {MANIFEST} says {said}, study.json and the tables {is}")
        })
        .collect();
    if facts.monte_carlo_error.as_ref().is_some_and(|said| *said != errors(study, results)) {
        found.push(format!(
            "monte_carlo_error: {MANIFEST} says others than headlines.parquet gives"
        ));
    }
    found
}

/// Standard error of the mean paired difference, by scenario and headline; `None` where it is no number.
pub(super) type Errors = BTreeMap<String, BTreeMap<String, Option<f64>>>;

fn errors(study: &Study, results: &Results) -> Errors {
    let of = |s: usize| {
        let error = |h: &str| Summary::of(&results.difference(s, h)).error;
        let finite = |e: f64| e.is_finite().then_some(e);
        HEADLINES.iter().map(|h| (h.id.to_owned(), finite(error(h.id)))).collect()
    };
    (1..study.regimes.len()).map(|s| (study.regimes[s].id.clone(), of(s))).collect()
}

/// What a study says otherwise than the scenarios that were read.
fn study(run: &Run, again: &Study) -> Vec<String> {
    let value = |study: &Study| match serde_json::to_value(study) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (said, is) = (value(&run.study), value(again));
    is.iter()
        .filter(|(key, value)| key.as_str() != "version" && said.get(*key) != Some(*value))
        .map(|(key, _)| format!("study.json: `{key}` is not what the scenarios and tables give"))
        .collect()
}

/// What the run says of the study that it answers otherwise than the study's text in its directory.
fn asked(run: &Run, design: &Design) -> Result<Option<String>, VerifyError> {
    let listed = run.facts.study.as_ref().map(|s| (&s.id, &s.changed));
    let kept = run.study.question.as_ref().map(|asked| (&asked.id, &asked.changed));
    if listed != kept {
        return Ok(Some(format!("study: {MANIFEST} says another than study.json")));
    }
    let Some(said) = &run.study.question else { return Ok(None) };
    let path = run.path.join(STUDY);
    let bytes = disk::read(&path).map_err(|source| StoreError::File { path, source })?;
    let other = || format!("study.json: `question` is not what {STUDY} says");
    // Its name is not in its text, and what a command line changed is in no file.
    let named = format!("{}.toml", said.id);
    let again = Question::read(&named, &String::from_utf8_lossy(&bytes))
        .and_then(|q| q.asked_of(&design.scenarios[0], design.trunk().map(|(_, at)| at)))
        .map(|asked| Asked { changed: said.changed.clone(), ..asked });
    Ok(again.map_or(true, |again| again != *said).then(other))
}

/// Headlines that are not what the outcomes give. Those of firms are compared where replicates are played again.
fn headlines(run: &Run) -> Option<String> {
    let results = &run.results;
    let differs = |s: usize| {
        results.records[s].iter().enumerate().any(|(r, record)| {
            let again = results.reader.headlines(record);
            let stored = &results.headlines[s];
            let firms = HEADLINES.iter().map(Headline::is_of_a_firm);
            let firms = firms.chain(run.study.rows().iter().map(Row::is_of_a_firm));
            firms.enumerate().any(|(h, firm)| !firm && again[h].to_bits() != stored[h][r].to_bits())
        })
    };
    (0..results.records.len())
        .into_par_iter()
        .any(differs)
        .then(|| "headlines.parquet is not what outcomes.parquet gives".to_owned())
}

/// Figures that this build draws otherwise from the run's numbers. Another build may draw otherwise, and is not asked.
fn redrawn(run: &Run) -> Vec<String> {
    let (version, commit, _) = crate::sweep::plan::program();
    if (run.facts.version.as_str(), run.facts.commit.as_str()) != (version, commit) {
        return Vec::new();
    }
    let all: Vec<(&str, Size)> =
        figures::list().flat_map(|(id, _)| Size::ALL.map(|size| (id, size))).collect();
    let drawn = all.par_iter().filter(|(id, size)| {
        let name = format!("{FIGURES}{}.", size.stem(id));
        run.facts.files.keys().any(|file| file.starts_with(&name))
    });
    drawn
        .flat_map_iter(|(id, size)| {
            let figure = figures::figure(id, &run.study, &run.results, *size);
            let files = figure.and_then(|figure| figure.files());
            files.into_iter().flatten().filter_map(|(name, bytes)| {
                let name = format!("{FIGURES}{name}");
                let listed = run.facts.files.get(&name)?;
                (*listed != sha256(&bytes))
                    .then(|| format!("{name} is not what the run's numbers give"))
            })
        })
        .collect()
}

/// Files of a figure, in all sizes, that a directory holds and its manifest does not vouch for.
pub fn unvouched_of(figure: &str, strangers: &[String]) -> Vec<String> {
    let stems = Size::ALL.map(|size| size.stem(figure));
    let mine = |name: &&String| {
        let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        stem.is_some_and(|stem| stems.contains(&stem))
    };
    strangers.iter().filter(mine).cloned().collect()
}
