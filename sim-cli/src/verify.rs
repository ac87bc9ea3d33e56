//! `verify`: a run checked against its files and against the model.

use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use sim_core::calendar::Quarter;
use sim_lab::experiment::Design;
use sim_lab::figures;
use sim_lab::library::{self, Loaded};
use sim_lab::receipt::{figure, receipt};
use sim_lab::store::{Run, RunFacts, StoreError};
use sim_lab::verify::{VerifyError, changed_files, replay, sample};

use crate::args::{Cli, Global, Verb};
use crate::compare::{branched, identity, threads, trunk};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::sweep::pool;
use crate::tool_args::Verify;
use crate::wrap::wrapped;
use crate::{chart, events, interrupt};

/// Verifies a run.
pub(crate) fn verify(args: &Verify, global: &Global) -> Result<(), Failure> {
    let path = chart::named(&args.run)?;
    let facts = RunFacts::read(&path).map_err(|error| match error {
        StoreError::Broken { .. } => Failure::Check(error.to_string()),
        other => Failure::Store(other),
    })?;
    let changed = changed_files(&path, &facts)?;
    if !changed.is_empty() {
        let list = changed.join(", ");
        return Err(Failure::Check(format!("not as the run wrote them: {list}")));
    }
    let run = Run::open(&path)?;
    let figure = args.receipt.as_deref().map(|id| figure_of(id, &run)).transpose()?;
    let design = design(&path, &run)?;
    let wanted = if figure.is_some() { design.replicates } else { args.sample as usize };
    let replicates = sample(design.replicates, wanted, run.study.seed);
    let stop = interrupt::catch("the replicates in flight");
    let pool = pool(threads(args.threads))?;
    let progress = Progress::new(replicates.len() as u64, global.quiet);
    let verdict = pool.install(|| replay(&path, &design, &replicates, &stop, &|| progress.tick()));
    progress.finish();
    let verdict = verdict.map_err(|e| match e {
        VerifyError::Run(e) => Failure::Run(e),
        VerifyError::Store(e) => Failure::Store(e),
    })?;
    if verdict.replicates < replicates.len() {
        return Err(Failure::Other(format!(
            "interrupted after {} of {} replicates: nothing is verified",
            verdict.replicates,
            replicates.len()
        )));
    }
    let same = verdict.differ.is_empty();
    if global.json {
        events::print(
            "verified",
            &serde_json::json!({
                "run": facts.run, "files": facts.files.len(), "replicates": verdict.replicates,
                "values": verdict.values, "same": same, "figure": figure, "receipts": receipts(&run),
            }),
        );
    }
    if let Some((replicate, values)) = verdict.differ.first() {
        return Err(Failure::Check(format!(
            "{} of {} replicates come out differently; the first is {replicate}, with {values} values of another kind. The \
             run was written by version {} ({}), this is {}",
            verdict.differ.len(),
            verdict.replicates,
            facts.version,
            facts.commit,
            env!("CARGO_PKG_VERSION"),
        )));
    }
    if !global.json {
        let what = match figure {
            Some(figure) => {
                format!("{figure} rests on all of them, and its files are as they were written")
            }
            None => format!("of {}", design.replicates),
        };
        let text = format!(
            "ok: {} files have their hashes; {} replicates ({what}) played again give the same {} values to the last bit",
            facts.files.len(),
            verdict.replicates,
            verdict.values
        );
        println!("{}", wrapped("", &text));
        println!("{}", wrapped("receipts of its figures: ", &receipts(&run).join(" ")));
    }
    Ok(())
}

/// The figure that a receipt of this run names.
fn figure_of<'r>(id: &'r str, run: &Run) -> Result<&'r str, Failure> {
    let name = figure(id).unwrap_or_default();
    let receipts = receipts(run);
    if receipts.iter().any(|known| known == id) {
        return Ok(name);
    }
    let message = format!("no figure of {} has the receipt `{id}`", run.facts.run);
    Err(Failure::Check(format!("{message}; it has {}", receipts.join(", "))))
}

/// The receipts of all figures that a run has the data for.
fn receipts(run: &Run) -> Vec<String> {
    let (hash, seed) = (&run.study.hash, run.study.seed);
    figures::list().map(|(id, _)| receipt(id, hash, seed, run.results.replicates())).collect()
}

/// The design that the run played, from its directory and its command line.
fn design(path: &Path, run: &Run) -> Result<Design, Failure> {
    let mut loaded: Vec<Loaded> = Vec::new();
    for regime in &run.study.regimes {
        let file = path.join(format!("{}.resolved.toml", regime.id));
        let mut one = library::load(&file, &its_data(&file, &regime.id, run))?;
        one.scenario.id.clone_from(&regime.id);
        loaded.push(one);
    }
    let trunk = its_trunk(run)?;
    let found = library::sha256(identity(&loaded, trunk.as_ref()).as_bytes());
    if found != run.study.hash {
        return Err(Failure::Check(format!(
            "the scenarios or the data tables are not those of the run: their hash is {}, the run says {}",
            &found[..8],
            run.study.hash.get(..8).unwrap_or_default()
        )));
    }
    let scenarios = loaded.into_iter().map(|l| Arc::new(l.scenario)).collect();
    let design = Design::new(scenarios, run.results.replicates(), run.study.seed, |_| false);
    match &trunk {
        Some((loaded, at)) => Ok(branched(design, loaded, *at)?),
        None => Ok(design),
    }
}

/// Where the data of a scenario stand, as overrides: the scenario in the run directory names them as they were seen from
/// its first home.
fn its_data(resolved: &Path, id: &str, run: &Run) -> Vec<String> {
    let Some(from) = run.facts.scenarios.iter().find(|s| s.id == id) else { return Vec::new() };
    let text = std::fs::read_to_string(resolved).unwrap_or_default();
    let named = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        line.split('"').next()?.rsplit('/').next()
    };
    let found = |name: &str| {
        from.files.keys().map(Path::new).find(|path| path.file_name().is_some_and(|n| n == name))
    };
    let table = found("jurisdictions.csv").and_then(Path::parent);
    let places = [
        ("directory", table),
        ("sources", named("sources").and_then(found)),
        ("ensemble", named("ensemble").and_then(found)),
    ];
    places
        .into_iter()
        .filter_map(|(key, place)| Some(format!("data.{key}=\"{}\"", place?.display())))
        .collect()
}

/// The scenario as which all began, as the run's command line names it.
fn its_trunk(run: &Run) -> Result<Option<(Loaded, Quarter)>, Failure> {
    let words = std::iter::once("chokepoint").chain(run.facts.command.iter().map(String::as_str));
    let cli = Cli::try_parse_from(words).map_err(|_| {
        Failure::Check("this program does not understand the command line of the run".to_owned())
    })?;
    match &cli.verb {
        Verb::Compare(args) => trunk(&args.options),
        Verb::Run(args) => trunk(&args.options),
        _ => Ok(None),
    }
}
