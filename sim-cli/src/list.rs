//! `list`: the scenarios of a directory, the studies, or the mechanisms of the model.

use std::path::Path;

use sim_core::scenario::mechanism::MECHANISMS;
use sim_lab::question;

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
    if args.what.as_os_str() == "studies" {
        return studies(&question::home(), global);
    }
    scenarios(&args.what, global)
}

/// Prints name, question and summary of each study.
fn studies(directory: &Path, global: &Global) -> Result<(), Failure> {
    for study in question::list(directory)? {
        let trunk = study.trunk.as_ref().map(|(trunk, (at, _))| (&trunk.text, at.to_string()));
        if global.json {
            let regimes: Vec<&str> = study.regimes.iter().map(|r| r.text.as_str()).collect();
            let line = serde_json::json!({
                "id": study.id, "question": study.question, "summary": study.summary,
                "baseline": study.baseline.text, "regimes": regimes,
                "trunk": trunk.as_ref().map(|(trunk, _)| trunk),
                "branch_at": trunk.as_ref().map(|(_, at)| at),
                "path": study.file,
            });
            events::print("study", &line);
            continue;
        }
        outln!("{}", wrapped(&format!("{:<20} ", study.id), &study.question));
        outln!("{}", wrapped(&format!("{:<20} ", ""), &study.summary));
        if let Some((trunk, at)) = trunk {
            outln!("{:<20} from {at} on, with {trunk} until then", "");
        }
    }
    Ok(())
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
