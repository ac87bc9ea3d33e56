//! `list`: the scenarios of a directory.

use crate::args::{Global, List};
use crate::failure::Failure;

/// Prints name, title and summary of each scenario.
pub(crate) fn list(args: &List, global: &Global) -> Result<(), Failure> {
    for scenario in sim_lab::library::list(&args.directory)? {
        if global.json {
            let line = serde_json::json!({
                "schema": 1, "event": "scenario", "id": scenario.id, "title": scenario.title,
                "summary": scenario.summary, "extends": scenario.extends,
                "path": scenario.path.display().to_string(),
            });
            println!("{line}");
        } else {
            println!("{:<18} {}", scenario.id, scenario.title);
            println!("{:<18} {}", "", scenario.summary);
            if let Some(parent) = scenario.extends {
                println!("{:<18} extends {parent}", "");
            }
        }
    }
    Ok(())
}
