//! `hindcast`: shares forecast from the base year, scored against what came.

use sim_lab::hindcast::asked::{HindcastError, Question};

use crate::args::{Global, Hindcast};
use crate::compare::threads;
use crate::failure::Failure;
use crate::hindcast_report::print;
use crate::progress::Progress;
use crate::sweep::pool;
use crate::{interrupt, report};

/// Runs history from the base year and scores the shares of the last year.
pub(crate) fn hindcast(args: &Hindcast, global: &Global) -> Result<(), Failure> {
    let question = Question {
        from: args.from,
        to: args.to,
        observed: args.observed.clone(),
        replicates: args.replicates as usize,
        parameters: args.parameters.map(Into::into),
        roster_known: args.roster_known,
        seed: args.seed,
    };
    let asked = question.read()?;
    if !global.quiet && !asked.warnings.is_empty() {
        report::print(&asked.warnings, global.colour());
    }
    let stop = interrupt::catch("the replicates in flight");
    let pool = pool(threads(args.threads))?;
    let progress = Progress::new(asked.replicates() as u64, global.quiet);
    let outcome = pool.install(|| asked.play(&stop, &|| progress.tick()));
    progress.finish();
    match outcome {
        Err(HindcastError::Stopped) => {
            let message =
                "scores need every replicate, so nothing was kept; --replicates makes it shorter";
            Err(Failure::Stopped(message.to_owned()))
        }
        outcome => {
            print(&outcome?, args.facts, global);
            Ok(())
        }
    }
}
