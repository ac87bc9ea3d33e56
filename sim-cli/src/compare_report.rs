//! What a comparison says: before, while and after.

use std::time::Instant;

use sim_lab::brief::BRIEF;
use sim_lab::comparison::Finished;
use sim_lab::deciding::{DECIDES, untested_head};
use sim_lab::experiment::Design;
use sim_lab::finding;
use sim_lab::outcome::HEADLINES;
use sim_lab::question::DEFAULT;
use sim_lab::reported;
use sim_lab::results::Results;
use sim_lab::reversal;
use sim_lab::store::unpaired;
use sim_lab::study::Study;
use sim_stats::summary::Summary;

use crate::args::{Global, Options};
use crate::compare::threads;
use crate::deciding::Drawn;
use crate::failure::Failure;
use crate::out::{errln, outln};
use crate::wrap::wrapped;
use crate::{events, sweep_report, table};

/// Bytes of a stored value in the tables: 4.8 between 6 and 40 replicates of one regime, and in the default comparison.
const BYTES_PER_VALUE: f64 = 5.0;
/// Bytes of a line of the summary: a metric in a quarter of a scenario, whatever the replicates.
const BYTES_PER_LINE: f64 = 220.0;
/// Bytes of what does not depend on the runs: figures, the brief, scenarios.
const BYTES_OF_FIGURES: f64 = 1.2e6;

/// How long it would take, by playing one replicate, and how large the results would be.
pub(crate) fn estimate(design: &Design, options: &Options, global: &Global) -> Result<(), Failure> {
    let began = Instant::now();
    let one = design.replicate(0)?;
    let threads = threads(options.threads).min(design.replicates);
    let seconds = began.elapsed().as_secs_f64() * design.replicates as f64 / threads as f64;
    let records = || one.records.iter();
    let values: usize = records().map(|r| r.quarterly.len() + r.yearly.len() + r.firms.len()).sum();
    let lines: usize = records().map(|r| r.quarterly.len() + HEADLINES.len()).sum();
    let bytes = (values * design.replicates) as f64 * BYTES_PER_VALUE
        + lines as f64 * BYTES_PER_LINE
        + BYTES_OF_FIGURES;
    let runs = design.scenarios.len() * design.replicates;
    if global.json {
        events::print(
            "estimate",
            &serde_json::json!({
                "runs": runs, "replicates": design.replicates, "seconds": seconds, "bytes": bytes, "threads": threads,
            }),
        );
    } else {
        let (time, size) = (sweep_report::time(seconds), sweep_report::size(bytes as u64));
        outln!(
            "{runs} runs: about {time} on {threads} threads, {size} of disk; nothing was written"
        );
    }
    Ok(())
}

pub(crate) fn announce(design: &Design, options: &Options, global: &Global) {
    if !global.quiet {
        let quarters = design.scenarios[0].quarters();
        let text = format!(
            "{} runs: {} scenarios \u{d7} {} paired replicates \u{d7} {quarters} quarters, seed {}, {} threads",
            design.scenarios.len() * design.replicates,
            design.scenarios.len(),
            design.replicates,
            design.seed,
            threads(options.threads)
        );
        errln!("{}", wrapped("", &text));
    }
}

/// The table, the finding and what comes next; or NDJSON.
pub(crate) fn print(design: &Design, finished: &Finished, global: &Global) {
    let Finished { directory, study, results, seconds, complete, .. } = finished;
    let path = directory.path.display();
    if global.json {
        results_as_events(design, study, results);
        events::print(
            "finished",
            &serde_json::json!({
                "run": path.to_string(), "replicates": results.replicates(), "seconds": seconds,
                "complete": complete, "study": study.question.as_ref().map(|asked| &asked.id), "finding": finding::sentence(study, results), "findings": finding::regimes(study, results),
                "brief": directory.path.join(BRIEF).display().to_string(),
            }),
        );
        return;
    }
    if let Some(asked) = &study.question {
        outln!("{}", wrapped("", &asked.question));
    }
    for sentence in study.stands().iter().chain(&study.branch).chain(&study.changes()) {
        outln!("{}", wrapped("", &format!("{sentence}.")));
    }
    outln!("{}", table::comparison(study, results));
    outln!("\n{}", wrapped("", &finding::sentence(study, results)));
    for sentence in finding::below(study, results) {
        outln!("{}", wrapped("  ", &sentence));
    }
    print_reversals(design, (study, results));
    if global.verbose {
        print_reported(finished);
    }
    let drawn = Drawn::anew(design, results.replicates());
    let deciding = drawn.sentences(results);
    if !deciding.is_empty() {
        let head = format!("{DECIDES} (more: `sweep`, then `sensitivity`):");
        outln!("{}", wrapped("", &head));
        for sentence in deciding {
            outln!("{}", wrapped("  ", &sentence));
        }
    }
    let untested = drawn.untested(results);
    if !untested.is_empty() {
        outln!("{}", wrapped("", &format!("{}:", untested_head(study))));
        for line in untested {
            outln!("{}", wrapped("  ", &line));
        }
    }
    outln!("Money in {}; {} replicates.", results.dollars.label(), results.replicates());
    if !global.quiet {
        errln!("\n{seconds:.1} s. Results are in {path}/");
        errln!("  {BRIEF:<16} two pages to read and print; open it in a browser");
        errln!("  {:<16} its charts: SVG, PNG, and the numbers as CSV", "figures/");
        errln!("  {:<16} every metric and quarter, for a spreadsheet", "summary.csv");
        errln!("Next:");
        for (command, what) in next(study) {
            errln!("  {command:<34} {what}");
        }
    }
}

/// The past of the run against what firms reported.
fn print_reported(finished: &Finished) {
    let Some(lines) = reported::table(&finished.reported) else {
        outln!("{}", wrapped("", reported::NO_PAST));
        return;
    };
    outln!("\nModel against what firms reported");
    outln!("{}", table::lines(&lines));
    if let Some(sentence) = reported::sentence(&finished.reported) {
        outln!("{}", wrapped("", &sentence));
    }
    outln!("{}\n", wrapped("", &format!("{}.", lines.note)));
}

/// What one does with a comparison: look closer, ask what its answer rests on, let others check it.
fn next(study: &Study) -> Vec<(String, &'static str)> {
    let regime = study.regimes.last().map_or("", |regime| regime.id.as_str());
    // With a trunk, what a regime does is its changes, and only a study says what the trunk is.
    let attribute = match &study.question {
        Some(asked) => format!("chokepoint attribute {} {regime}", asked.id),
        None => format!("chokepoint attribute {regime}"),
    };
    let today = study.question.as_ref().is_some_and(|asked| asked.id == DEFAULT);
    let other = ("chokepoint compare since-2019".to_owned(), "what the controls did since 2019");
    let mut next = vec![
        ("chokepoint chart".to_owned(), "all other figures of this run"),
        (attribute, "what each measure does"),
        ("chokepoint verify".to_owned(), "plays some replicates again"),
    ];
    next.extend(today.then_some(other));
    next
}

/// Each number of the table, with more quantiles.
fn results_as_events(design: &Design, study: &Study, results: &Results) {
    for (s, scenario) in design.scenarios.iter().enumerate() {
        let print = |outcome: &str, unit: &str, level: &[f64], difference: &[f64]| {
            let (level, difference) = (Summary::of(level), Summary::of(difference));
            events::print(
                "result",
                &serde_json::json!({
                    "scenario": scenario.id, "outcome": outcome, "unit": unit,
                    "level": events::summary(&level), "difference": events::summary(&difference),
                }),
            );
        };
        for h in HEADLINES {
            print(h.id, h.unit, results.values(s, h.id), &results.difference(s, h.id));
        }
        for (r, row) in study.rows().iter().enumerate() {
            print(&row.id, row.unit(), results.row(s, r), &results.row_difference(s, r));
        }
    }
}

/// Says how much of a regime's effect is undone where another scenario leaves it.
fn print_reversals(design: &Design, (study, results): (&Study, &Results)) {
    for (harsh, back) in reversal::pairs(&design.scenarios) {
        let parts: Vec<String> = reversal::of(results, harsh, back)
            .into_iter()
            .map(|r| {
                format!(
                    "{} {} % (left: {} to {} {})",
                    finding::inside(r.headline.name),
                    finding::number(100.0 * r.undone, 0),
                    finding::digits(r.left.0, r.headline.decimals),
                    finding::digits(r.left.1, r.headline.decimals),
                    r.headline.unit
                )
            })
            .collect();
        if !parts.is_empty() {
            let sentence = format!(
                "Of what {} did, {} has undone by the end: {}.",
                study.named(harsh),
                study.named(back),
                parts.join("; ")
            );
            outln!("{}", wrapped("", &sentence));
        }
    }
}

/// Says for which outcomes the common random numbers buy nothing.
pub(crate) fn warn_unpaired(design: &Design, results: &Results, global: &Global) {
    if global.quiet {
        return;
    }
    for (s, scenario) in design.scenarios.iter().enumerate().skip(1) {
        let outcomes = unpaired(results, s);
        if !outcomes.is_empty() {
            let sentence = format!(
                "Pairing buys nothing for {} under {}: these differences need as many replicates as unpaired \
                 runs (pairing.csv).",
                outcomes.join(", "),
                scenario.id
            );
            errln!("{}", wrapped("", &sentence));
        }
    }
}
