//! `compare` and `run`: paired replicates of several scenarios, and the run directory.

use std::path::PathBuf;

use sim_lab::comparison::{Command, ComparisonError, DEFAULT, Request, Watcher};

use crate::args::{Compare, Global, Keep, Options, Run};
use crate::chart::warn_left_out;
use crate::compare_report::{announce, estimate, print, warn_unpaired};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::regimes::{load_all, trunk};
use crate::sweep::pool;
use crate::{interrupt, out};

/// Compares scenarios with the baseline.
pub(crate) fn compare(args: &Compare, global: &Global) -> Result<(), Failure> {
    let named = if args.scenarios.is_empty() {
        DEFAULT.iter().map(PathBuf::from).collect()
    } else {
        args.scenarios.clone()
    };
    execute(&named, &args.options, "compare", global)
}

/// Compares one scenario with its baseline.
pub(crate) fn run(args: &Run, global: &Global) -> Result<(), Failure> {
    let slug =
        args.scenario.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    execute(std::slice::from_ref(&args.scenario), &args.options, &slug, global)
}

fn execute(
    named: &[PathBuf],
    options: &Options,
    slug: &str,
    global: &Global,
) -> Result<(), Failure> {
    let loaded = load_all(named, options, global)?;
    let request = Request {
        loaded,
        trunk: trunk(options)?,
        replicates: options.replicates as usize,
        seed: options.seed,
        threads: threads(options.threads),
        dollars: options.dollars.into(),
        all_firms: options.keep == Keep::Firms,
        slug: slug.to_owned(),
        out: options.out.clone(),
        command: Command::Words(out::command_words()),
    };
    let design = request.design()?;
    announce(&design, options, global);
    if options.dry_run {
        return estimate(&design, options, global);
    }
    let pool = pool(request.threads)?;
    let stop = interrupt::catch("the replicates in flight");
    let progress = Progress::new(design.replicates as u64, global.quiet);
    let say = |answer: String| progress.say(&answer);
    let watcher = Watcher { stop: &stop, tick: &|| progress.tick(), say: &say };
    let finished = request.run(&design, &pool, &watcher);
    progress.finish();
    let finished = match finished {
        Err(ComparisonError::Nothing) => {
            return Err(Failure::Interrupted { done: 0, wanted: design.replicates });
        }
        other => other?,
    };
    warn_unpaired(&design, &finished.results, global);
    warn_left_out(&finished.left_out, global);
    print(&design, &finished, global);
    if finished.complete {
        Ok(())
    } else {
        let done = finished.results.replicates();
        Err(Failure::Interrupted { done, wanted: design.replicates })
    }
}

/// Threads asked for, or all there are.
pub(crate) fn threads(wanted: Option<u16>) -> usize {
    wanted.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        usize::from,
    )
}
