//! `resume`: goes on with a sweep that was interrupted.

use std::path::Path;

use sim_lab::store::Lock;
use sim_lab::sweep::{Sweep, finished, latest_unfinished};

use crate::args::Global;
use crate::failure::Failure;
use crate::out::errln;
use crate::places::{OUTPUTS, existing};
use crate::sweep::{manifest, own, run};
use crate::sweep_args::Resume;

/// Runs the shards that are missing and merges.
pub(crate) fn resume(args: &Resume, global: &Global) -> Result<(), Failure> {
    let directory = match &args.directory {
        Some(named) => {
            let manifest = manifest(&existing(named)?);
            manifest.parent().map(Path::to_owned).unwrap_or_default()
        }
        None => latest_unfinished(Path::new(OUTPUTS)).ok_or_else(|| {
            Failure::Other(format!("no sweep in {OUTPUTS}/ is unfinished: name its directory"))
        })?,
    };
    let nothing = || {
        Lock::clear(&directory);
        if !global.quiet {
            errln!("{} is finished: there is nothing to do", directory.display());
        }
        Ok(())
    };
    if manifest(&directory).is_file() && finished(&directory) {
        return nothing();
    }
    let mut sweep = Sweep::open(&manifest(&directory))?;
    own(&mut sweep, global)?;
    // Somebody may have finished it since the first look.
    if finished(&sweep.directory) {
        return nothing();
    }
    if !global.quiet {
        errln!("Going on with {}", sweep.directory.display());
    }
    run(&sweep, &args.session, global)
}
