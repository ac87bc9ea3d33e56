//! `compare` and `run`: paired replicates of several scenarios, and the run directory.

use std::path::PathBuf;
use std::time::Instant;

use sim_core::calendar::Quarter;
use sim_lab::comparison::{self, Command, ComparisonError, DEFAULT, Finished, Request, Watcher};
pub(crate) use sim_lab::comparison::{OUTPUTS, branched, identity};
use sim_lab::experiment::Design;
use sim_lab::finding;
use sim_lab::library::{self, Loaded};
use sim_lab::outcome::HEADLINES;
use sim_lab::results::Results;
use sim_lab::reversal;
use sim_lab::stats::Summary;
use sim_lab::store::unpaired;

use crate::args::{Compare, Global, Keep, Options, Run};
use crate::deciding;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::sweep::pool;
use crate::{events, interrupt, report, sweep_report, table};

/// Bytes of a stored value in the tables: 13.4 MB for 1.9 million values of the default comparison with 20 replicates.
const BYTES_PER_VALUE: f64 = 7.0;
/// Bytes of a scenario's summary, whatever the replicates, in the same run.
const BYTES_PER_SUMMARY: f64 = 1.9e6;

/// Compares scenarios with the baseline.
pub(crate) fn compare(args: &Compare, global: &Global) -> Result<(), Failure> {
    let named = if args.scenarios.is_empty() {
        DEFAULT.iter().map(PathBuf::from).collect()
    } else {
        args.scenarios.clone()
    };
    execute(&named, &args.options, "compare", global)
}

/// Compares one scenario with its baseline.
pub(crate) fn run(args: &Run, global: &Global) -> Result<(), Failure> {
    let slug =
        args.scenario.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    execute(std::slice::from_ref(&args.scenario), &args.options, &slug, global)
}

fn execute(
    named: &[PathBuf],
    options: &Options,
    slug: &str,
    global: &Global,
) -> Result<(), Failure> {
    let loaded = load_all(named, options, global)?;
    let request = Request {
        loaded,
        trunk: trunk(options)?,
        replicates: options.replicates as usize,
        seed: options.seed,
        threads: threads(options.threads),
        dollars: options.dollars.into(),
        all_firms: options.keep == Keep::Firms,
        slug: slug.to_owned(),
        out: options.out.clone(),
        command: Command::Words(std::env::args().skip(1).collect()),
    };
    let design = request.design()?;
    announce(&design, options, global);
    if options.dry_run {
        return estimate(&design, options, global);
    }
    let pool = pool(request.threads)?;
    let stop = interrupt::catch("the replicates in flight");
    let progress = Progress::new(design.replicates as u64, global.quiet);
    let say = |answer| progress.say(answer);
    let watcher = Watcher { stop: &stop, tick: &|| progress.tick(), say: &say };
    let finished = request.run(&design, &pool, &watcher);
    progress.finish();
    let finished = match finished {
        Err(ComparisonError::Nothing) => {
            return Err(Failure::Interrupted { done: 0, wanted: design.replicates });
        }
        other => other?,
    };
    warn_unpaired(&design, &finished.results, global);
    print(&design, &finished, global);
    if finished.complete {
        Ok(())
    } else {
        let done = finished.results.replicates();
        Err(Failure::Interrupted { done, wanted: design.replicates })
    }
}

/// Says how much of a regime's effect is undone where another scenario leaves it.
fn print_reversals(design: &Design, results: &Results) {
    for (harsh, back) in reversal::pairs(&design.scenarios) {
        let parts: Vec<String> = reversal::of(results, harsh, back)
            .into_iter()
            .map(|r| {
                format!(
                    "{} {} % (left: {} to {} {})",
                    finding::inside(r.headline.name),
                    finding::number(100.0 * r.undone, 0),
                    finding::number(r.left.0, r.headline.decimals),
                    finding::number(r.left.1, r.headline.decimals),
                    r.headline.unit
                )
            })
            .collect();
        if !parts.is_empty() {
            println!(
                "Of what {} did, {} has undone by the end: {}.",
                finding::inside(&design.scenarios[harsh].title),
                finding::inside(&design.scenarios[back].title),
                parts.join("; ")
            );
        }
    }
}

/// Says for which outcomes the common random numbers buy nothing.
fn warn_unpaired(design: &Design, results: &Results, global: &Global) {
    if global.quiet {
        return;
    }
    for (s, scenario) in design.scenarios.iter().enumerate().skip(1) {
        let outcomes = unpaired(results, s);
        if !outcomes.is_empty() {
            eprintln!(
                "Pairing buys nothing for {} under {}: these differences need as many replicates as unpaired \
                 runs (pairing.csv).",
                outcomes.join(", "),
                scenario.id
            );
        }
    }
}

/// The scenario as which all begin, if one is named, and the quarter in which they part from it.
pub(crate) fn trunk(options: &Options) -> Result<Option<(Loaded, Quarter)>, Failure> {
    let (Some(path), Some(word)) = (&options.trunk, &options.branch_at) else { return Ok(None) };
    let at: Quarter = word
        .parse()
        .map_err(|_| Failure::Other(format!("`{word}` is no quarter: write it as 2025Q1")))?;
    Ok(Some((library::load(path, &options.sets())?, at)))
}

/// Loads the baseline and all scenarios, and says what is probably not meant.
fn load_all(named: &[PathBuf], options: &Options, global: &Global) -> Result<Vec<Loaded>, Failure> {
    let loaded = comparison::read(&options.baseline, named, &options.sets())?;
    let loaded = comparison::gather(loaded)?;
    if global.verbose {
        for (l, file) in loaded.iter().flat_map(|l| l.files.iter().map(move |file| (l, file))) {
            eprintln!("{} read {} (SHA-256 {})", l.scenario.id, file.path, &file.sha256[..12]);
        }
    }
    if !global.quiet {
        let mut warnings: Vec<_> = Vec::new();
        for warning in loaded.iter().flat_map(|l| &l.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        if !warnings.is_empty() {
            eprintln!("{}", report::render(&warnings, global.colour()));
        }
    }
    Ok(loaded)
}

/// Threads asked for, or all there are.
pub(crate) fn threads(wanted: Option<u16>) -> usize {
    wanted.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        usize::from,
    )
}

/// How long it would take, by playing one replicate, and how large the results would be.
fn estimate(design: &Design, options: &Options, global: &Global) -> Result<(), Failure> {
    let began = Instant::now();
    let one = design.replicate(0)?;
    let threads = threads(options.threads).min(design.replicates);
    let seconds = began.elapsed().as_secs_f64() * design.replicates as f64 / threads as f64;
    let values: usize = one.records.iter().map(|r| r.quarterly.len() + r.yearly.len()).sum();
    let bytes = (values * design.replicates) as f64 * BYTES_PER_VALUE
        + design.scenarios.len() as f64 * BYTES_PER_SUMMARY;
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
        println!(
            "{runs} runs: about {time} on {threads} threads, {size} of disk; nothing was written"
        );
    }
    Ok(())
}

fn announce(design: &Design, options: &Options, global: &Global) {
    if !global.quiet {
        let quarters = design.scenarios[0].quarters();
        eprintln!(
            "{} runs: {} scenarios \u{d7} {} paired replicates \u{d7} {quarters} quarters, seed {}, {} threads",
            design.scenarios.len() * design.replicates,
            design.scenarios.len(),
            design.replicates,
            design.seed,
            threads(options.threads)
        );
    }
}

fn print(design: &Design, finished: &Finished, global: &Global) {
    let Finished { directory, study, results, seconds, .. } = finished;
    if global.json {
        for (s, scenario) in design.scenarios.iter().enumerate() {
            for h in HEADLINES {
                let level = Summary::of(results.values(s, h.id));
                let difference = Summary::of(&results.difference(s, h.id));
                let [level, difference] = [level, difference].map(|s| {
                    serde_json::json!({
                        "p5": s.p5, "p25": s.p25, "p50": s.p50, "p75": s.p75, "p95": s.p95,
                        "mean": s.mean, "mc_error": s.error,
                    })
                });
                let line = serde_json::json!({
                    "schema": 1, "event": "result", "scenario": scenario.id, "outcome": h.id,
                    "unit": h.unit, "level": level, "difference": difference,
                });
                println!("{line}");
            }
        }
        let line = serde_json::json!({
            "schema": 1, "event": "finished", "run": directory.path.display().to_string(),
            "replicates": results.replicates(), "seconds": seconds,
            "finding": finding::sentence(study, results),
        });
        println!("{line}");
        return;
    }
    println!("{}", table::comparison(study, results));
    println!("\n{}", finding::sentence(study, results));
    print_reversals(design, results);
    let deciding = deciding::sentences(design, results);
    if !deciding.is_empty() {
        println!(
            "What decides, by rank correlation over replicates (more: `sweep`, then `sensitivity`):"
        );
        for sentence in deciding {
            println!("  {sentence}");
        }
    }
    println!("Money in {}; {} replicates.", results.dollars.label(), results.replicates());
    if !global.quiet {
        let path = directory.path.display();
        eprintln!(
            "\n{seconds:.1} s. Results: {path}/summary.csv, outcomes.parquet, experiments.parquet"
        );
        eprintln!("Charts:  {path}/figures/*.svg. A page to print: chokepoint brief {path}");
    }
}
