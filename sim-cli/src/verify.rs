//! `verify`: a run checked against its files and against the model.

use std::path::Path;

use sim_core::scenario::plain::unprintable;
use sim_lab::figures;
use sim_lab::receipt::{figure, receipt};
use sim_lab::store::{Run, RunFacts, StoreError, strangers};
use sim_lab::verify::{
    VerifyError, changed_files, contradictions, design, replay, sample, unvouched_of,
};

use crate::args::Global;
use crate::compare::threads;
use crate::failure::Failure;
use crate::out::outln;
use crate::places::existing;
use crate::progress::Progress;
use crate::sweep::pool;
use crate::tool_args::Verify;
use crate::wrap::wrapped;
use crate::{events, interrupt};

/// Verifies a run.
pub(crate) fn verify(args: &Verify, global: &Global) -> Result<(), Failure> {
    let path = existing(&args.run)?;
    let facts = RunFacts::read(&path).map_err(|error| match error {
        StoreError::Broken { .. } => Failure::Check(error.to_string()),
        other => Failure::Store(other),
    })?;
    let changed = changed_files(&path, &facts)?;
    if !changed.is_empty() {
        let list = changed.join(", ");
        let void = void(&path, &changed);
        return Err(Failure::Check(format!("not as the run wrote them: {list}{void}")));
    }
    let run = Run::open(&path)?;
    let strangers = strangers(&path, &facts.files)?;
    let figure = args.receipt.as_deref().map(|id| figure_of(id, &run)).transpose()?;
    if let Some(figure) = figure {
        vouched(figure, &facts, &strangers)?;
    }
    let design = design(&run).map_err(failed)?;
    let wanted = if figure.is_some() { design.replicates } else { args.sample as usize };
    let replicates = sample(design.replicates, wanted, run.study.seed);
    let stop = interrupt::catch("the replicates in flight");
    let pool = pool(threads(args.threads))?;
    let found = pool.install(|| contradictions(&run, &design)).map_err(failed)?;
    if !found.is_empty() {
        return Err(Failure::Check(format!(
            "what is in the directory does not fit together: {}",
            found.join("; ")
        )));
    }
    let progress = Progress::new(replicates.len() as u64, global.quiet);
    let verdict = pool.install(|| replay(&run, &design, &replicates, &stop, &|| progress.tick()));
    progress.finish();
    let verdict = verdict.map_err(failed)?;
    if verdict.replicates < replicates.len() {
        return Err(Failure::Stopped(format!(
            "{} of {} replicates were played: nothing is verified; --sample makes it shorter",
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
                "unknown": strangers,
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
            Some(figure) => format!("{figure} rests on all of them{}", files_of(figure, &facts)),
            None => format!("of {}", design.replicates),
        };
        let text = format!(
            "ok: {} files have their hashes; {} replicates ({what}) played again give the same {} values to the last bit",
            facts.files.len(),
            verdict.replicates,
            verdict.values
        );
        outln!("{}", wrapped("", &text));
        outln!("{}", wrapped("receipts of its figures: ", &receipts(&run).join(" ")));
        if !strangers.is_empty() {
            let text = format!(
                "{}: the run did not write that, or not through `chart` and `brief`",
                few(&strangers)
            );
            outln!("{}", wrapped("not vouched for: ", &text));
        }
    }
    Ok(())
}

fn failed(error: VerifyError) -> Failure {
    match error {
        VerifyError::Run(error) => Failure::Run(error),
        VerifyError::Store(error) => Failure::Store(error),
        other => Failure::Check(other.to_string()),
    }
}

/// The receipts that figures with changed files no longer bear out, in words; nothing if the run cannot be read.
fn void(path: &Path, changed: &[String]) -> String {
    let Ok(run) = Run::open(path) else { return String::new() };
    let all = receipts(&run);
    let mine = |receipt: &&String| {
        figure(receipt).is_some_and(|figure| !unvouched_of(figure, changed).is_empty())
    };
    let void: Vec<&str> = all.iter().filter(mine).map(String::as_str).collect();
    if void.is_empty() {
        return String::new();
    }
    format!("; what they show is not what the receipt stands for: {}", void.join(", "))
}

/// Refuses a figure with files that the run does not vouch for: nobody knows who drew them.
fn vouched(figure: &str, facts: &RunFacts, strangers: &[String]) -> Result<(), Failure> {
    let unknown = unvouched_of(figure, strangers);
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "{}: {} does not vouch for it; `chokepoint chart` draws it anew",
        unknown.join(", "),
        facts.run
    )))
}

/// What can be said of the files of a figure.
fn files_of(figure: &str, facts: &RunFacts) -> &'static str {
    let stem = format!("figures/{figure}.");
    if facts.files.keys().any(|name| name.starts_with(&stem)) {
        ", and its files are as they were drawn"
    } else {
        "; the directory has no file of it"
    }
}

/// The first of many names.
fn few(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| printable(name)).collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A name from a directory that may come from anywhere, without what a terminal obeys.
fn printable(name: &str) -> String {
    if unprintable(name).is_none() && !name.contains(['\n', '\t']) {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
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
