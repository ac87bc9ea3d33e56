//! `list`: the scenarios of a directory, or the mechanisms of the model.

use std::path::Path;

use sim_core::scenario::mechanism::MECHANISMS;

use crate::args::{Global, List};
use crate::events;
use crate::failure::Failure;
use crate::out::outln;
use crate::wrap::wrapped;

/// Lists what is asked for.
pub(crate) fn list(args: &List, global: &Global) -> Result<(), Failure> {
    if args.what.as_os_str() == "mechanisms" {
        mechanisms(global);
        return Ok(());
    }
    scenarios(&args.what, global)
}

/// Prints key, codes, meaning and neutral value of each mechanism.
fn mechanisms(global: &Global) {
    for spec in MECHANISMS {
        if global.json {
            let line = serde_json::json!({
                "key": spec.key, "codes": spec.codes,
                "meaning": spec.doc, "off": spec.neutral,
            });
            events::print("mechanism", &line);
        } else {
            let left = format!("{:<18} ", spec.key);
            outln!("{}", wrapped(&left, &format!("{} ({})", spec.doc, spec.codes)));
            outln!("{}", wrapped(&format!("{:<18} off: ", ""), spec.neutral));
        }
    }
}

/// Prints name, title and summary of each scenario.
fn scenarios(directory: &Path, global: &Global) -> Result<(), Failure> {
    for scenario in sim_lab::library::list(directory)? {
        if global.json {
            let line = serde_json::json!({
                "id": scenario.id, "title": scenario.title,
                "summary": scenario.summary, "extends": scenario.extends,
                "path": scenario.path.display().to_string(),
            });
            events::print("scenario", &line);
        } else {
            outln!("{}", wrapped(&format!("{:<20} ", scenario.id), &scenario.title));
            outln!("{}", wrapped(&format!("{:<20} ", ""), &scenario.summary));
            if let Some(parent) = scenario.extends {
                outln!("{:<20} extends {parent}", "");
            }
        }
    }
    Ok(())
}
