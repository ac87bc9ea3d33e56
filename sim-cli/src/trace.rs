//! `trace`: where two paired runs part, and the chain from there to the headline.

use std::sync::Arc;

use comfy_table::{Cell, CellAlignment, ColumnConstraint};
use sim_core::draws::Draws;
use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::problem::Problems;
use sim_lab::experiment::{Design, RunError};
use sim_lab::library;
use sim_lab::outcome::{Dollars, HEADLINES, Headline};
use sim_lab::results::Results;
use sim_lab::trace::{Parting, partings};

use crate::args::Global;
use crate::failure::Failure;
use crate::out::outln;
use crate::sweep_args::Trace;
use crate::wrap::wrapped;
use crate::{events, table};

/// Column of the table that holds units.
const UNIT: usize = 5;

/// Plays two scenarios side by side and prints where they part.
pub(crate) fn trace(args: &Trace, global: &Global) -> Result<(), Failure> {
    let mut scenarios = Vec::new();
    let mut problems = Vec::new();
    for path in [&args.a, &args.b] {
        match library::load(path, &args.sets) {
            Ok(loaded) => scenarios.push(Arc::new(loaded.scenario)),
            Err(Problems(found)) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let time = |i: usize| (scenarios[i].start, scenarios[i].end);
    if time(0) != time(1) || scenarios[0].tables != scenarios[1].tables {
        let message = "the scenarios differ in time or tables: their runs are not paired";
        return Err(Failure::Other(message.to_owned()));
    }
    let outcome = Headline::find(&args.outcome).ok_or_else(|| {
        let ids: Vec<&str> = HEADLINES.iter().map(|h| h.id).collect();
        Failure::Usage(format!(
            "there is no outcome `{}`; there are {}",
            args.outcome,
            ids.join(", ")
        ))
    })?;
    let replicate = args.replicate as usize;
    let keep = |firm: &str| NAMED_FIRMS.contains(&firm);
    let design = Design::new(scenarios.clone(), replicate + 1, args.seed, keep);
    let setups = [Arc::new(design.setup(0, replicate)?), Arc::new(design.setup(1, replicate)?)];
    let draws = Draws::new(args.seed, replicate as u64);
    let chain = partings([&setups[0], &setups[1]], [&scenarios[0], &scenarios[1]], &draws)
        .map_err(|source| {
            Failure::Run(RunError::Books { scenario: args.outcome.clone(), replicate, source })
        })?;
    let mut results = Results::new(&design, Dollars::Of2019)?;
    results.add(vec![design.replicate(replicate)?]);
    let difference = results.difference(1, &args.outcome)[0];
    print(&chain, outcome, difference, [&scenarios[0].id, &scenarios[1].id], global);
    Ok(())
}

fn print(chain: &[Parting], outcome: usize, difference: f64, ids: [&str; 2], global: &Global) {
    let headline = &HEADLINES[outcome];
    if global.json {
        for parting in chain {
            let line = serde_json::json!({"parting": parting});
            events::print("parting", &line);
        }
        let line = serde_json::json!({
            "a": ids[0], "b": ids[1], "outcome": headline.id,
            "unit": headline.unit, "difference": difference,
        });
        events::print("traced", &line);
        return;
    }
    if chain.is_empty() {
        outln!("The runs never part: every stage of every quarter is the same, bit for bit.");
        return;
    }
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut table = table::fitting();
    table.add_row(["parts in", "at", "most for", ids[0], ids[1], "unit", "entries"].map(Cell::new));
    for p in chain {
        table.add_row([
            Cell::new(&p.quarter),
            Cell::new(p.stage),
            Cell::new(&p.who),
            right(value(p.a)),
            right(value(p.b)),
            Cell::new(p.unit),
            right(p.entries.to_string()),
        ]);
    }
    // Words of one column are kept whole.
    for place in [UNIT, UNIT + 1] {
        if let Some(column) = table.column_mut(place) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    outln!("{table}");
    let end = format!(
        "{} in the end: {difference:+.*} {} for {} against {}.",
        headline.name,
        headline.decimals + 1,
        headline.unit,
        ids[1],
        ids[0]
    );
    outln!("{}", wrapped("", &end));
}

/// A value for people; no ceiling has none.
fn value(x: f64) -> String {
    if x.is_infinite() { "none".to_owned() } else { format!("{x:.3}") }
}
