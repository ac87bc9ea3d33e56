//! `check`: all problems of scenario files.

use sim_core::scenario::problem::Problems;

use crate::args::{Check, Global};
use crate::failure::Failure;
use crate::report;

/// Checks every file and prints what is wrong with all of them.
pub(crate) fn check(args: &Check, global: &Global) -> Result<(), Failure> {
    let mut all = Vec::new();
    for file in &args.files {
        match sim_lab::library::load(file, &args.sets) {
            Ok(loaded) => {
                if !loaded.warnings.is_empty() {
                    eprintln!("{}", report::render(&loaded.warnings, global.colour()));
                }
                let s = &loaded.scenario;
                if global.json {
                    let line = serde_json::json!({
                        "schema": 1, "event": "checked", "scenario": s.id, "measures": s.measures.len(),
                        "warnings": loaded.warnings.len(), "hash": loaded.hash,
                    });
                    println!("{line}");
                } else {
                    println!(
                        "{}: ok ({}, {} measures, {}\u{2013}{})",
                        file.display(),
                        s.title,
                        s.measures.len(),
                        s.start,
                        s.end
                    );
                }
            }
            Err(Problems(problems)) => all.extend(problems),
        }
    }
    if all.is_empty() { Ok(()) } else { Err(Problems(all).into()) }
}
