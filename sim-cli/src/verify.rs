//! `verify`: a run checked against its files and against the model.

use sim_lab::figures;
use sim_lab::receipt::{figure, receipt};
use sim_lab::store::{Run, RunFacts, StoreError};
use sim_lab::verify::{VerifyError, changed_files, design, replay, sample};

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
        return Err(Failure::Check(format!("not as the run wrote them: {list}")));
    }
    let run = Run::open(&path)?;
    let figure = args.receipt.as_deref().map(|id| figure_of(id, &run)).transpose()?;
    let design = design(&run).map_err(failed)?;
    let wanted = if figure.is_some() { design.replicates } else { args.sample as usize };
    let replicates = sample(design.replicates, wanted, run.study.seed);
    let stop = interrupt::catch("the replicates in flight");
    let pool = pool(threads(args.threads))?;
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
        outln!("{}", wrapped("", &text));
        outln!("{}", wrapped("receipts of its figures: ", &receipts(&run).join(" ")));
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
