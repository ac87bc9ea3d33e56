//! `attribute`: what each measure of a regime does.

use std::path::PathBuf;

use comfy_table::{Cell, CellAlignment};
use sim_core::scenario::Scenario;
use sim_lab::coalitions::{Pair, Wish, attribute as run, runs};
use sim_lab::comparison::{self, BASELINE};
use sim_lab::finding::{self, number};
use sim_lab::outcome::{HEADLINES, Headline};
use sim_lab::question::{self, Changes};
use sim_stats::Estimate;

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

/// Runs coalitions and prints Shapley values, of each regime where a study is named.
pub(crate) fn attribute(args: &Attribute, global: &Global) -> Result<(), Failure> {
    let Some(question) = question::open(&args.scenario)? else {
        if let Some(more) = args.regimes.first() {
            let shown = more.display();
            let message = format!("`{shown}`: a second scenario goes with a study only");
            return Err(Failure::Usage(message));
        }
        let (baseline, scenario) = pair(args, global)?;
        let pair = Pair { scenario: &scenario, baseline: &baseline, trunk: None };
        return of(pair, args, global);
    };
    let changes = Changes {
        baseline: args.baseline.clone(),
        regimes: args.regimes.clone(),
        set: args.sets.clone(),
        ..Changes::default()
    };
    let gathered = question.gather(&changes)?;
    let trunk = gathered.trunk.as_ref().map(|(trunk, at)| (&trunk.scenario, *at));
    let (baseline, regimes) = gathered.loaded.split_first().map_or_else(
        || Err(Failure::Usage("a study compares at least one regime".to_owned())),
        |(baseline, regimes)| Ok((&baseline.scenario, regimes)),
    )?;
    for regime in regimes {
        if !global.json {
            outln!("{} against {}", regime.scenario.title, finding::quoted(&baseline.title));
        }
        of(Pair { scenario: &regime.scenario, baseline, trunk }, args, global)?;
    }
    Ok(())
}

/// Attributes what one scenario does against another.
fn of(pair: Pair<'_>, args: &Attribute, global: &Global) -> Result<(), Failure> {
    let Pair { scenario, baseline, .. } = pair;
    let measures = pair.measures().len();
    if !(1..=MOST).contains(&measures) {
        let what = if pair.trunk.is_some() { "changes of measures" } else { "measures" };
        return Err(Failure::Other(format!(
            "`{}` has {measures} {what}: there must be 1 to {MOST} to attribute to",
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
        .install(|| run(pair, &headlines, wish, &stop, &|| progress.tick()));
    progress.finish();
    let Some(found) = found? else {
        let message =
            "values need every replicate, so nothing was kept; --replicates makes it shorter";
        return Err(Failure::Stopped(message.to_owned()));
    };
    if global.json {
        for (h, (values, place)) in found.values.iter().zip(&headlines).enumerate() {
            for (value, measure) in values.iter().zip(&found.measures) {
                let line = serde_json::json!({
                    "scenario": scenario.id,
                    "measure": measure, "outcome": HEADLINES[*place].id,
                    "unit": HEADLINES[*place].unit, "value": value.mean,
                    "order_error": value.order_error, "baseline": baseline.id,
                    "rest": found.rest[h], "all": found.all[h],
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
        let cells =
            found.values.iter().zip(&headlines).map(|(v, h)| right(in_words(&v[i].mean, *h)));
        table.add_row(std::iter::once(Cell::new(measure)).chain(cells));
    }
    for (name, row) in [("all else", &found.rest), ("all together", &found.all)] {
        let cells = row.iter().zip(&headlines).map(|(e, h)| right(in_words(e, *h)));
        table.add_row(std::iter::once(Cell::new(name)).chain(cells));
    }
    outln!("{table}");
    let (each, them) = match pair.trunk {
        Some(_) => ("measure that it adds, ends or alters", "these changes"),
        None => ("measure", "its measures"),
    };
    let note = format!(
        "What each {each} adds, averaged over orders of introduction (95 % intervals); {} coalitions, {} paired \
         replicates each. All else: what {} does without {them} against {}, by supports, opened markets, pins, \
         parameters. All together: {} against {}; the rows above add up to it.",
        found.coalitions, wish.replicates, scenario.id, baseline.id, scenario.id, baseline.id
    );
    outln!("{}", wrapped("", &note));
    Ok(())
}

/// The baseline and the scenario, comparable.
fn pair(args: &Attribute, global: &Global) -> Result<(Scenario, Scenario), Failure> {
    let named = std::slice::from_ref(&args.scenario);
    let baseline = args.baseline.clone().unwrap_or_else(|| PathBuf::from(BASELINE));
    let loaded = comparison::gather(comparison::read(&baseline, named, &args.sets)?)?;
    if let (false, Some(last)) = (global.quiet, loaded.last())
        && !last.warnings.is_empty()
    {
        report::print(&last.warnings, global.colour());
    }
    let mut scenarios = loaded.into_iter().map(|l| l.scenario);
    let (Some(baseline), Some(scenario)) = (scenarios.next(), scenarios.next()) else {
        let message = "the scenario is its own baseline: there is nothing to attribute";
        return Err(Failure::Usage(message.to_owned()));
    };
    Ok((baseline, scenario))
}

/// An estimate of a headline with its interval.
fn in_words(estimate: &Estimate, headline: usize) -> String {
    let decimals = HEADLINES[headline].decimals + 1;
    let Estimate { value, low, high } = estimate;
    let [value, low, high] = [value, low, high].map(|x| number(*x, decimals));
    format!("{value} ({low} to {high})")
}
