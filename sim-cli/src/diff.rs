//! `diff`: what differs between two scenarios, or between two runs.

use std::path::Path;

use sim_core::scenario::problem::Problems;
use sim_lab::diff::{self, Change, OriginChange};
use sim_lab::library::{self, Loaded};
use sim_lab::store::{Kind, Run};
use sim_lab::{explain, finding};
use sim_stats::summary::Summary;

use crate::args::Global;
use crate::events;
use crate::failure::Failure;
use crate::out::outln;
use crate::places::named;
use crate::tool_args::Diff;
use crate::wrap::wrapped;

/// Compares two scenarios or two runs.
pub(crate) fn diff(args: &Diff, global: &Global) -> Result<(), Failure> {
    let (a, b) = (named(&args.a)?, named(&args.b)?);
    match (a.is_dir(), b.is_dir()) {
        (true, true) => runs(&Run::open(&a)?, &Run::open(&b)?, global),
        (false, false) => scenarios(args, global)?,
        _ => {
            let what = |path: &Path| format!("`{}` is {}", path.display(), Kind::of(path).words());
            let message = format!("{} and {}: name two of a kind", what(&a), what(&b));
            return Err(Failure::Usage(message));
        }
    }
    Ok(())
}

fn scenarios(args: &Diff, global: &Global) -> Result<(), Failure> {
    let (a, b) = both(args)?;
    let changes = diff::scenarios(&a, &b, &explain::all(None));
    let tables = diff::tables(&a, &b);
    if global.json {
        for change in &changes {
            let [at_a, at_b] = &change.places;
            events::print(
                "change",
                &serde_json::json!({
                    "path": change.path, "a": change.a, "b": change.b, "at_a": at_a, "at_b": at_b,
                    "words": change.words,
                }),
            );
        }
        let same = a.hash == b.hash;
        let end = serde_json::json!({
            "a": a.scenario.id, "b": b.scenario.id, "changes": changes.len(), "tables": tables,
            "same": same, "chain_a": a.chain, "chain_b": b.chain,
        });
        events::print("compared", &end);
        return Ok(());
    }
    if args.resolved {
        for side in [&a, &b] {
            outln!("{}", wrapped("", &side.chain.join(" extends ")));
        }
        outln!();
    }
    for change in &changes {
        print(change, args.resolved, [&a, &b]);
    }
    if !tables.is_empty() {
        outln!("{}", wrapped("- ", &format!("data tables differ: {}", tables.join(", "))));
    }
    let (from, to) = (&a.scenario.id, &b.scenario.id);
    match changes.len() {
        0 if tables.is_empty() => outln!("{from} and {to} are the same but for names."),
        1 => outln!("1 difference from {from} to {to}."),
        n => outln!("{n} differences from {from} to {to}."),
    }
    Ok(())
}

fn print(change: &Change, resolved: bool, sides: [&Loaded; 2]) {
    outln!("{}", wrapped("- ", &change.words));
    if resolved {
        for (place, side) in change.places.iter().zip(sides) {
            if let Some(place) = place {
                outln!("{}", wrapped(&format!("    {:<16} ", side.scenario.id), place));
            }
        }
    }
}

/// Both scenarios, or the problems of both.
fn both(args: &Diff) -> Result<(Loaded, Loaded), Failure> {
    match (library::load(&args.a, &args.sets), library::load(&args.b, &args.sets)) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => {
            let mut problems: Vec<_> =
                [a.err(), b.err()].into_iter().flatten().flat_map(|p| p.0).collect();
            problems.dedup();
            Err(Problems(problems).into())
        }
    }
}

fn runs(a: &Run, b: &Run, global: &Global) {
    let compared = diff::runs(a, b);
    let pairs = diff::comparable(a, b);
    let origins = diff::origins(a, b);
    if global.json {
        for o in &origins {
            events::print("origin", &serde_json::json!({ "what": o.what, "a": o.a, "b": o.b }));
        }
        let show = events::summary;
        for c in &compared {
            events::print(
                "difference",
                &serde_json::json!({
                    "scenario": c.scenario, "outcome": c.headline.id, "unit": c.headline.unit, "a": show(&c.a),
                    "b": show(&c.b), "difference": c.difference.as_ref().map(show), "paired": pairs,
                }),
            );
        }
        let end = serde_json::json!({ "a": a.facts.run, "b": b.facts.run, "differences": compared.len(), "paired": pairs, "origins": origins.len() });
        events::print("compared", &end);
        return;
    }
    print_origins(&origins, [a, b]);
    if compared.is_empty() {
        outln!("The runs have no scenario in common.");
        return;
    }
    let mut last = "";
    for c in &compared {
        if c.scenario != last {
            outln!("{}", c.scenario);
            last = &c.scenario;
        }
        let interval = |s: &Summary| finding::interval(s, c.headline.decimals);
        let tail = match &c.difference {
            Some(d) if d.p5 == 0.0 && d.p95 == 0.0 && d.mean == 0.0 => "the same".to_owned(),
            Some(d) => interval(d),
            None => format!("{} | {}", interval(&c.a), interval(&c.b)),
        };
        let left = format!("  {:<38} ", c.headline.name);
        outln!("{}", wrapped(&left, &format!("{tail} {}", c.headline.unit)));
    }
    let (first, second) = (&a.facts.run, &b.facts.run);
    let text = if pairs {
        format!("{second} less {first}, replicate by replicate: median (5 % to 95 %).")
    } else {
        format!(
            "{first} | {second}: median (5 % to 95 %). Seeds, dollars or assumptions are not the same, so there are no paired \
             differences."
        )
    };
    outln!("\n{}", wrapped("", &text));
}

/// What the runs rest on, where it differs.
fn print_origins(origins: &[OriginChange], runs: [&Run; 2]) {
    if origins.is_empty() {
        outln!("Both rest on the same program, seed, tables and scenarios.\n");
        return;
    }
    outln!("They rest on different things:");
    for o in origins {
        let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        let text = format!("{} \u{2192} {}", show(&o.a), show(&o.b));
        outln!("{}", wrapped(&format!("  {:<20} ", o.what), &text));
    }
    let scenario = origins.iter().find_map(|o| o.what.strip_prefix("scenario "));
    if let Some(id) = scenario.filter(|_| origins.iter().all(|o| o.a.is_some() && o.b.is_some())) {
        let file = |run: &Run| run.path.join(format!("{id}.resolved.toml")).display().to_string();
        outln!("What it changes in {id}:");
        outln!("  chokepoint diff {} {}", file(runs[0]), file(runs[1]));
    }
    outln!();
}
