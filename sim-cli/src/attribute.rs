//! `attribute`: what each measure of a regime does.

use comfy_table::{Cell, CellAlignment};
use sim_lab::coalitions::{Wish, attribute as run, runs};
use sim_lab::library;
use sim_lab::outcome::{HEADLINES, Headline};

use crate::args::Global;
use crate::compare::threads;
use crate::failure::Failure;
use crate::out::{errln, outln};
use crate::progress::Progress;
use crate::sweep::pool;
use crate::sweep_args::Attribute;
use crate::wrap::wrapped;
use crate::{events, interrupt, report, table};

/// Most measures: a coalition is written in 64 bits.
const MOST: usize = 64;

/// Runs coalitions and prints Shapley values.
pub(crate) fn attribute(args: &Attribute, global: &Global) -> Result<(), Failure> {
    let loaded = library::load(&args.scenario, &args.sets)?;
    if !global.quiet && !loaded.warnings.is_empty() {
        report::print(&loaded.warnings, global.colour());
    }
    let scenario = loaded.scenario;
    let measures = scenario.measures.len();
    if !(1..=MOST).contains(&measures) {
        return Err(Failure::Other(format!(
            "`{}` has {measures} measures: there must be 1 to {MOST} to attribute to",
            scenario.id
        )));
    }
    let find = |id: &String| {
        Headline::find(id).ok_or_else(|| {
            let ids: Vec<&str> = HEADLINES.iter().map(|h| h.id).collect();
            Failure::Usage(format!("there is no outcome `{id}`; there are {}", ids.join(", ")))
        })
    };
    let headlines = args.outcome.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let wish = Wish {
        replicates: args.replicates as usize,
        seed: args.seed,
        orders: args.orders as usize,
    };
    if !global.quiet {
        errln!("{} runs: {measures} measures of {}", runs(measures, wish), scenario.id);
    }
    let stop = interrupt::catch("the replicates in flight");
    let progress = Progress::new(wish.replicates as u64, global.quiet);
    let found = pool(threads(args.threads))?
        .install(|| run(&scenario, &headlines, wish, &stop, &|| progress.tick()));
    progress.finish();
    let Some(found) = found? else {
        let message =
            "values need every replicate, so nothing was kept; --replicates makes it shorter";
        return Err(Failure::Stopped(message.to_owned()));
    };
    if global.json {
        for (values, place) in found.values.iter().zip(&headlines) {
            for (value, measure) in values.iter().zip(&found.measures) {
                let line = serde_json::json!({
                    "scenario": scenario.id,
                    "measure": measure, "outcome": HEADLINES[*place].id,
                    "unit": HEADLINES[*place].unit, "value": value.mean,
                    "order_error": value.order_error,
                });
                events::print("attribution", &line);
            }
        }
        return Ok(());
    }
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut table = table::fitting();
    let heads = headlines.iter().map(|h| format!("{}, {}", HEADLINES[*h].name, HEADLINES[*h].unit));
    table.add_row(std::iter::once(Cell::new("measure")).chain(heads.map(right)));
    for (i, measure) in found.measures.iter().enumerate() {
        let cells = found.values.iter().zip(&headlines).map(|(values, h)| {
            let (e, d) = (values[i].mean, HEADLINES[*h].decimals + 1);
            right(format!("{:.d$} ({:.d$} to {:.d$})", e.value, e.low, e.high))
        });
        table.add_row(std::iter::once(Cell::new(measure)).chain(cells));
    }
    let sums = found.values.iter().zip(&headlines).map(|(values, h)| {
        let sum: f64 = values.iter().map(|v| v.mean.value).sum();
        right(format!("{sum:.*}", HEADLINES[*h].decimals + 1))
    });
    table.add_row(std::iter::once(Cell::new("all together")).chain(sums));
    outln!("{table}");
    let note = format!(
        "What each adds, averaged over orders of introduction (95 % intervals); {} coalitions, {} \
         paired replicates each, differences from no measure.",
        found.coalitions, wish.replicates
    );
    outln!("{}", wrapped("", &note));
    Ok(())
}
