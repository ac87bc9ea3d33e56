//! Verifying a run: its files against their hashes, and its numbers against the model, played again.
//!
//! Invariant: a value is the same only if all its bits are. What a run does not vouch for is named.

mod derived;
mod replay;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sim_core::scenario::problem::{Code, Problems};

use crate::comparison::identity;
use crate::experiment::{Design, RunError};
use crate::library::{Loaded, load_sealed, sha256, sha256_of_file};
use crate::store::{Run, RunFacts, StoreError, foreign};
use sim_stats::random::{Stream, Use};

pub use derived::{contradictions, unvouched_of};
pub use replay::{Verdict, replay};

/// The scenario as which all began, in a run directory; the regimes end in `.resolved.toml`.
pub const TRUNK: &str = "trunk.toml";
/// The study that a run answers, in its directory.
pub const STUDY: &str = "study.toml";
/// The run itself and directories above it in which paths are tried.
const ABOVE: usize = 4;

/// Files of a run that are gone or not what its manifest says.
///
/// # Errors
/// If a file cannot be read.
pub fn changed_files(run: &Path, facts: &RunFacts) -> Result<Vec<String>, StoreError> {
    let mut changed = Vec::new();
    for (name, wanted) in &facts.files {
        let path = run.join(name);
        match sha256_of_file(&path) {
            Ok(hash) if hash == *wanted => {}
            Ok(_) => changed.push(name.clone()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => changed.push(name.clone()),
            Err(source) => return Err(StoreError::File { path, source }),
        }
    }
    Ok(changed)
}

/// A sample of replicates without repetition, ascending: all of them if `wanted` is no less. The seed makes it the same
/// sample each time.
pub fn sample(replicates: usize, wanted: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..replicates).collect();
    if wanted < replicates {
        let mut stream = Stream::new(seed, Use::Sample, 0, 0);
        for i in 0..wanted {
            let j = i + stream.below(replicates - i);
            all.swap(i, j);
        }
        all.truncate(wanted);
        all.sort_unstable();
    }
    all
}

/// The design that a run played, from its directory; its tables by their fingerprints, from wherever they are.
///
/// # Errors
/// If a scenario or a table is not what the run read.
pub fn design(run: &Run) -> Result<Design, VerifyError> {
    let roots = roots(&run.path);
    let load = |file: &str, files| {
        let path = foreign::within(&run.path, file).map_err(|reason| StoreError::Broken {
            path: run.path.join(file),
            reason: format!("it {reason}"),
        })?;
        load_sealed(&path, files, &roots).map_err(VerifyError::Inputs)
    };
    let mut loaded: Vec<Loaded> = Vec::new();
    for regime in &run.study.regimes {
        let from = run.facts.scenarios.iter().find(|s| s.id == regime.id);
        let from = from.ok_or_else(|| VerifyError::Unknown(regime.id.clone()))?;
        let mut one = load(&format!("{}.resolved.toml", regime.id), &from.files)?;
        one.scenario.id.clone_from(&regime.id);
        loaded.push(one);
    }
    let trunk = match &run.facts.trunk {
        Some(from) => {
            let at =
                from.branch_at.parse().map_err(|_| VerifyError::Unknown(from.branch_at.clone()))?;
            Some((load(TRUNK, &from.scenario.files)?, at))
        }
        None => None,
    };
    let found = sha256(identity(&loaded, trunk.as_ref()).as_bytes());
    if found != run.study.hash {
        let cut = |hash: &str| hash.get(..8).unwrap_or_default().to_owned();
        return Err(VerifyError::Identity { found: cut(&found), said: cut(&run.study.hash) });
    }
    let scenarios = loaded.into_iter().map(|l| Arc::new(l.scenario)).collect();
    let design = Design::new(scenarios, run.results.replicates(), run.study.seed, |firm| {
        run.study.firms.iter().any(|kept| kept == firm)
    });
    match trunk {
        Some((trunk, at)) => {
            design.branched(&Arc::new(trunk.scenario), at).map_err(VerifyError::Unknown)
        }
        None => Ok(design),
    }
}

/// Where paths of a run are tried: here, in the run, and in the directories above it (`outputs/RUN` stands in its project).
fn roots(run: &Path) -> Vec<PathBuf> {
    let whole = run.canonicalize().unwrap_or_else(|_| run.to_owned());
    let above = whole.ancestors().take(ABOVE).map(Path::to_owned);
    std::iter::once(PathBuf::new()).chain(above).collect()
}

/// Why a run cannot be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A replicate failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A scenario or a table is not what the run read, or not there.
    #[error("what the run read cannot be had: {}", first(.0))]
    Inputs(Problems),
    /// The scenarios and tables are not those of the run, though their files are.
    #[error(
        "the scenarios or the data tables are not those of the run: their hash is {found}, the run says {said}"
    )]
    Identity {
        /// Hash of what is there.
        found: String,
        /// Hash that the run says.
        said: String,
    },
    /// A word of the manifest that means nothing to this program.
    #[error("the manifest says `{0}`, which this program does not understand")]
    Unknown(String),
}

/// The first problem in one line, with how many there are.
fn first(problems: &Problems) -> String {
    let text = problems.0.first().map_or_else(String::new, |p| {
        let help = p.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        // Problems other than those of whole files may repeat lines of a file that is none of the run's.
        match p.code {
            Code::UnreadableFile => format!("{}{help}", p.message),
            code => format!("{}:{}: {}", p.file, p.line, code.meaning()),
        }
    });
    match problems.0.len() {
        0 | 1 => text,
        n => format!("{text}; and {} more", n - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_no_repetition_and_stay_the_same() {
        let some = sample(200, 5, 1);
        assert_eq!(some.len(), 5);
        assert!(some.windows(2).all(|pair| pair[0] < pair[1]) && some[4] < 200);
        assert_eq!(some, sample(200, 5, 1));
        assert_ne!(some, sample(200, 5, 2));
        assert_eq!(sample(3, 5, 1), [0, 1, 2]);
    }
}
