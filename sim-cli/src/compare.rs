//! `compare` and `run`: paired replicates of several scenarios, and the run directory.

use std::path::PathBuf;

use sim_core::calendar::Quarter;
use sim_lab::comparison::{Command, ComparisonError, Request, Watcher};
use sim_lab::library::{self, Loaded};
use sim_lab::question::{self, Asked, DEFAULT, Gathered, REPLICATES, SEED};

use crate::args::{Compare, Global, Keep, Options, Run};
use crate::chart::warn_left_out;
use crate::compare_report::{announce, estimate, print, warn_unpaired};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::regimes::{answering, load_all, trunk};
use crate::sweep::pool;
use crate::{interrupt, out};

/// Compares scenarios with the baseline.
pub(crate) fn compare(args: &Compare, global: &Global) -> Result<(), Failure> {
    let Compare { scenarios, options } = args;
    let mut command = out::command_words();
    let named = scenarios.split_first();
    if named.is_none() {
        // The command says which study it was: what is asked when none is named may change.
        let verb = command.iter().position(|word| word == "compare");
        command.insert(verb.map_or(0, |at| at + 1), DEFAULT.to_owned());
    }
    let default = PathBuf::from(DEFAULT);
    let (first, others) = named.unwrap_or((&default, &[]));
    let question = question::open(first)?;
    if let Some(study) = others.iter().find(|word| library::study_file(word).is_some()) {
        let shown = study.display();
        let message = match question {
            Some(_) => format!("`{shown}` is a study, too: compare answers one at a time"),
            None => format!("`{shown}` is a study: name it first, and the scenarios after it"),
        };
        return Err(Failure::Usage(message));
    }
    let Some(question) = question else {
        // Without any name it is the study that is missing, which is said.
        let all = if scenarios.is_empty() { std::slice::from_ref(first) } else { scenarios };
        let loaded = load_all(all, options, global)?;
        let subject = Subject { loaded, trunk: trunk(options)?, question: None };
        return execute(subject, (REPLICATES, SEED), options, ("compare", command), global);
    };
    let Gathered { loaded, trunk, asked } = answering(&question, others, options, global)?;
    let usual = (question.replicates.unwrap_or(REPLICATES), question.seed.unwrap_or(SEED));
    let slug = question.id;
    let subject = Subject { loaded, trunk, question: Some((asked, question.text)) };
    execute(subject, usual, options, (&slug, command), global)
}

/// Compares one scenario with its baseline.
pub(crate) fn run(args: &Run, global: &Global) -> Result<(), Failure> {
    let slug =
        args.scenario.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let loaded = load_all(std::slice::from_ref(&args.scenario), &args.options, global)?;
    let subject = Subject { loaded, trunk: trunk(&args.options)?, question: None };
    let command = out::command_words();
    execute(subject, (REPLICATES, SEED), &args.options, (&slug, command), global)
}

/// What is compared.
struct Subject {
    /// Baseline and regimes.
    loaded: Vec<Loaded>,
    /// The scenario as which all begin, and the quarter in which they part from it.
    trunk: Option<(Loaded, Quarter)>,
    /// The study that is answered, and its text.
    question: Option<(Asked, String)>,
}

/// Runs a comparison. `usual` is how many replicates and which seed it has unless the options say so.
fn execute(
    subject: Subject,
    usual: (usize, u64),
    options: &Options,
    (slug, command): (&str, Vec<String>),
    global: &Global,
) -> Result<(), Failure> {
    let Subject { loaded, trunk, question } = subject;
    let request = Request {
        loaded,
        trunk,
        question,
        replicates: options.replicates.map_or(usual.0, |n| n as usize),
        seed: options.seed.unwrap_or(usual.1),
        threads: threads(options.threads),
        dollars: options.dollars.into(),
        all_firms: options.keep == Keep::Firms,
        slug: slug.to_owned(),
        out: options.out.clone(),
        command: Command::Words(command),
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
