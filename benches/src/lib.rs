//! Bench-only: the reference market REF-1 on the market kernel of `sim-core`, and runs of the model to measure.
//!
//! Invariant: nothing of the program depends on this crate.

pub mod market;

use std::path::Path;
use std::sync::Arc;

use sim_core::metric::NAMED_FIRMS;
use sim_core::vector;
use sim_lab::experiment::Design;
use sim_lab::library;

/// The regimes that `chokepoint compare` runs unless it is told others, the baseline first.
pub const REGIMES: [&str; 5] =
    ["baseline", "sliding-scale", "hard-cap", "hard-cap-allied", "history"];

/// Uses the set of instructions that `CHOKEPOINT_SIMD` names, if it names one.
///
/// # Errors
/// A message, if the processor does not have it.
pub fn restrict_instructions() -> Result<(), String> {
    match std::env::var("CHOKEPOINT_SIMD") {
        Ok(name) if !vector::restrict(&name) => {
            Err(format!("this processor has no instructions called `{name}`"))
        }
        _ => Ok(()),
    }
}

/// Paired replicates of scenarios of the library, by stem, until a quarter.
///
/// # Panics
/// If a scenario cannot be read.
pub fn design(stems: &[&str], end: &str, replicates: usize) -> Design {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let files: Vec<_> = stems.iter().map(|stem| home.join(format!("{stem}.toml"))).collect();
    design_of(&files, end, replicates)
}

/// The same of scenario files.
///
/// # Panics
/// If a scenario cannot be read.
pub fn design_of(files: &[impl AsRef<Path>], end: &str, replicates: usize) -> Design {
    let until = [format!("time.end=\"{end}\"")];
    let scenarios = files
        .iter()
        .map(|file| match library::load(file.as_ref(), &until) {
            Ok(loaded) => Arc::new(loaded.scenario),
            Err(problems) => panic!("{problems}"),
        })
        .collect();
    Design::new(scenarios, replicates, 1, |firm| NAMED_FIRMS.contains(&firm))
}
