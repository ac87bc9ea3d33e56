//! Plays replicates of the five regimes of the default comparison, for profilers and for counting instructions.

use std::process::ExitCode;

use chokepoint_benches::{REGIMES, design, restrict_instructions};

fn main() -> ExitCode {
    let Some(replicates) = std::env::args().nth(1).map_or(Some(1), |word| word.parse().ok()) else {
        eprintln!("usage: replicate [REPLICATES]");
        return ExitCode::from(2);
    };
    if let Err(message) = restrict_instructions() {
        eprintln!("{message}");
        return ExitCode::from(2);
    }
    let design = design(&REGIMES, "2035Q4", replicates);
    for number in 0..replicates {
        match design.replicate(number) {
            Ok(done) => {
                let sum: f64 = done.records.iter().flat_map(|r| &r.quarterly).sum();
                println!("replicate {number}: {sum:e}");
            }
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
