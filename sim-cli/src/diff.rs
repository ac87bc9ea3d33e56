//! `diff`: what differs between two scenarios, or between two runs.

use sim_core::scenario::problem::Problems;
use sim_lab::diff::{self, Change};
use sim_lab::library::{self, Loaded};
use sim_lab::stats::Summary;
use sim_lab::store::Run;
use sim_lab::{explain, finding};

use crate::args::Global;
use crate::failure::Failure;
use crate::tool_args::Diff;
use crate::wrap::wrapped;
use crate::{chart, events};

/// Compares two scenarios or two runs.
pub(crate) fn diff(args: &Diff, global: &Global) -> Result<(), Failure> {
    let (a, b) = (chart::named(&args.a)?, chart::named(&args.b)?);
    match (a.is_dir(), b.is_dir()) {
        (true, true) => runs(&Run::open(&a)?, &Run::open(&b)?, global),
        (false, false) => scenarios(args, global)?,
        _ => {
            let message = "a scenario cannot be compared with a run: name two of a kind";
            return Err(Failure::Usage(message.to_owned()));
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
            println!("{}", wrapped("", &side.chain.join(" extends ")));
        }
        println!();
    }
    for change in &changes {
        print(change, args.resolved, [&a, &b]);
    }
    if !tables.is_empty() {
        println!("{}", wrapped("- ", &format!("data tables differ: {}", tables.join(", "))));
    }
    let (from, to) = (&a.scenario.id, &b.scenario.id);
    match changes.len() {
        0 if tables.is_empty() => println!("{from} and {to} are the same but for names."),
        1 => println!("1 difference from {from} to {to}."),
        n => println!("{n} differences from {from} to {to}."),
    }
    Ok(())
}

fn print(change: &Change, resolved: bool, sides: [&Loaded; 2]) {
    println!("{}", wrapped("- ", &change.words));
    if resolved {
        for (place, side) in change.places.iter().zip(sides) {
            if let Some(place) = place {
                println!("{}", wrapped(&format!("    {:<16} ", side.scenario.id), place));
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
    if global.json {
        let show = |s: &Summary| serde_json::json!({ "p5": s.p5, "p50": s.p50, "p95": s.p95, "mean": s.mean });
        for c in &compared {
            events::print(
                "difference",
                &serde_json::json!({
                    "scenario": c.scenario, "outcome": c.headline.id, "unit": c.headline.unit, "a": show(&c.a),
                    "b": show(&c.b), "difference": c.difference.as_ref().map(show), "paired": pairs,
                }),
            );
        }
        let end = serde_json::json!({ "a": a.facts.run, "b": b.facts.run, "differences": compared.len() });
        events::print("compared", &end);
        return;
    }
    if compared.is_empty() {
        println!("The runs have no scenario in common.");
        return;
    }
    let mut last = "";
    for c in &compared {
        if c.scenario != last {
            println!("{}", c.scenario);
            last = &c.scenario;
        }
        let interval = |s: &Summary| finding::interval(s, c.headline.decimals);
        let tail = match &c.difference {
            Some(d) if d.p5 == 0.0 && d.p95 == 0.0 && d.mean == 0.0 => "the same".to_owned(),
            Some(d) => interval(d),
            None => format!("{} | {}", interval(&c.a), interval(&c.b)),
        };
        println!("  {:<38} {tail} {}", c.headline.name, c.headline.unit);
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
    println!("\n{}", wrapped("", &text));
}
