//! `explain`: what a word of the project means.

use std::path::Path;

use sim_lab::explain::{self, Entry, Kind};
use sim_lab::library;

use crate::args::Global;
use crate::event_list::EVENTS;
use crate::failure::Failure;
use crate::out::outln;
use crate::tool_args::Explain;
use crate::wrap::wrapped;

/// Explains each word, or says what can be explained.
pub(crate) fn explain(args: &Explain, global: &Global) -> Result<(), Failure> {
    // Values of parameters are a courtesy: without a baseline at hand the meaning is told all the same.
    let baseline = library::load(Path::new("baseline"), &[]).ok();
    let mut all = explain::all(baseline.as_ref().map(|l| &l.scenario));
    all.extend(EVENTS.iter().map(|event| Entry {
        kind: Kind::Event,
        name: event.name.to_owned(),
        meaning: event.doc.to_owned(),
        facts: vec![("verbs", event.verbs.to_owned()), ("keys", event.keys_in_words())],
    }));
    if args.words.is_empty() {
        overview(&all, global);
        return Ok(());
    }
    let mut unknown = Vec::new();
    for word in &args.words {
        let found = explain::find(&all, word);
        if found.is_empty() {
            unknown.push(match explain::near(&all, word) {
                Some(near) => format!("nothing is called `{word}`; a similar name is `{near}`"),
                None => format!(
                    "nothing is called `{word}`; `chokepoint explain` without a word lists all names"
                ),
            });
        }
        for entry in found {
            print(entry, global);
        }
    }
    if unknown.is_empty() { Ok(()) } else { Err(Failure::Usage(unknown.join("\n"))) }
}

fn print(entry: &Entry, global: &Global) {
    if global.json {
        let facts: serde_json::Map<_, _> =
            entry.facts.iter().map(|(k, v)| ((*k).to_owned(), v.clone().into())).collect();
        crate::events::print(
            "explanation",
            &serde_json::json!({
                "kind": entry.kind.as_str(), "name": entry.name, "meaning": entry.meaning, "facts": facts,
            }),
        );
        return;
    }
    outln!("{} ({})", entry.name, entry.kind.as_str());
    outln!("{}", wrapped("  ", &entry.meaning));
    for (label, text) in &entry.facts {
        outln!("{}", wrapped(&format!("  {label:<10}"), text));
    }
    outln!();
}

/// All names by kind.
fn overview(all: &[Entry], global: &Global) {
    const KINDS: [Kind; 10] = [
        Kind::ScenarioKey,
        Kind::ExperimentKey,
        Kind::Parameter,
        Kind::Mechanism,
        Kind::Metric,
        Kind::Headline,
        Kind::Figure,
        Kind::ErrorCode,
        Kind::ExitCode,
        Kind::Event,
    ];
    for kind in KINDS {
        let names: Vec<&str> =
            all.iter().filter(|e| e.kind == kind).map(|e| e.name.as_str()).collect();
        if global.json {
            crate::events::print(
                "names",
                &serde_json::json!({ "kind": kind.as_str(), "names": names }),
            );
        } else {
            outln!("{} ({})", kind.as_str(), names.len());
            outln!("{}\n", wrapped("  ", &names.join("  ")));
        }
    }
}
