//! `compare` and `run`: paired replicates of several scenarios, and the run directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use sim_core::calendar::Quarter;
use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::problem::Problems;
use sim_core::scenario::{Scenario, nearest};
use sim_lab::experiment::{Design, Replicate};
use sim_lab::figures;
use sim_lab::finding;
use sim_lab::library::{self, Loaded};
use sim_lab::limits;
use sim_lab::outcome::HEADLINES;
use sim_lab::results::Results;
use sim_lab::reversal;
use sim_lab::stats::Summary;
use sim_lab::store::{
    Facts, Manifest, RunDirectory, Tables, pairing_csv, summary_csv, survival_csv, unpaired,
    write_study,
};
use sim_lab::study::Study;

use crate::args::{Compare, Global, Keep, Options, Run};
use crate::deciding;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::sweep::pool;
use crate::{chart, events, interrupt, report, sweep_report, table};

/// Scenarios of `compare` without names.
const DEFAULT: [&str; 4] = ["sliding-scale", "hard-cap", "hard-cap-allied", "history"];
/// Bytes of a stored value in the tables: 13.4 MB for 1.9 million values of the default comparison with 20 replicates.
const BYTES_PER_VALUE: f64 = 7.0;
/// Bytes of a scenario's summary, whatever the replicates, in the same run.
const BYTES_PER_SUMMARY: f64 = 1.9e6;
/// Where run directories go.
pub(crate) const OUTPUTS: &str = "outputs";

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
    let design = Design::new(
        loaded.iter().map(|l| Arc::new(l.scenario.clone())).collect(),
        options.replicates as usize,
        options.seed,
        |firm| options.keep == Keep::Firms || NAMED_FIRMS.contains(&firm),
    );
    let trunk = trunk(options)?;
    let design = match &trunk {
        Some((loaded, at)) => branched(design, loaded, *at)?,
        None => design,
    };
    let scenarios: Vec<&Scenario> = loaded.iter().map(|l| &l.scenario).collect();
    limits::check(&scenarios, design.replicates, threads(options.threads))
        .map_err(|reason| Failure::Other(reason.to_string()))?;
    announce(&design, options, global);
    if options.dry_run {
        return estimate(&design, options, global);
    }
    let mut results = Results::new(&design, options.dollars.into())?;
    let hash = library::sha256(identity(&loaded, trunk.as_ref()).as_bytes());
    let study = Study::new(&design, &results.reader, results.dollars, &hash);
    let mut directory =
        RunDirectory::create(Path::new(OUTPUTS), options.out.as_deref(), slug, &hash)?;
    let began = Instant::now();
    let done = replicate(&design, options, global, &directory, &mut results)?;
    let seconds = began.elapsed().as_secs_f64();
    let Some(tables) = done else {
        // Nothing half-written is left behind.
        let _ = std::fs::remove_dir_all(&directory.path);
        return Err(Failure::Interrupted { done: 0, wanted: design.replicates });
    };
    tables.close(&mut directory)?;
    directory.write("summary.csv", summary_csv(&design, &results).as_bytes())?;
    directory.write("survival.csv", survival_csv(&design, &results).as_bytes())?;
    directory.write("pairing.csv", pairing_csv(&design, &results).as_bytes())?;
    write_scenarios(&mut directory, &loaded)?;
    write_study(&mut directory, &study, &results)?;
    for figure in figures::draw(&study, &results)? {
        for (name, bytes) in chart::files(&figure)? {
            directory.write(&format!("figures/{name}"), &bytes)?;
        }
    }
    let complete = results.replicates() == design.replicates;
    let facts = Facts {
        command: std::env::args().skip(1).collect(),
        threads: threads(options.threads),
        seconds,
        complete,
        trunk,
    };
    let manifest = Manifest::new(&directory, &design, &loaded, &results, facts);
    directory.write("manifest.json", manifest.to_json()?.as_bytes())?;
    if options.out.is_none() {
        directory.point_latest()?;
    }
    warn_unpaired(&design, &results, global);
    print((&design, &study), &results, &directory, seconds, global);
    if complete {
        Ok(())
    } else {
        Err(Failure::Interrupted { done: results.replicates(), wanted: design.replicates })
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

/// What makes two comparisons the same: the hashes of all scenarios, and of the trunk with its quarter.
pub(crate) fn identity(loaded: &[Loaded], trunk: Option<&(Loaded, Quarter)>) -> String {
    let scenarios: String = loaded.iter().map(|l| l.hash.as_str()).collect();
    scenarios + &trunk.map_or_else(String::new, |(l, at)| format!("{}{at}", l.hash))
}

/// The scenario as which all begin, if one is named, and the quarter in which they part from it.
pub(crate) fn trunk(options: &Options) -> Result<Option<(Loaded, Quarter)>, Failure> {
    let (Some(path), Some(word)) = (&options.trunk, &options.branch_at) else { return Ok(None) };
    let at: Quarter = word
        .parse()
        .map_err(|_| Failure::Other(format!("`{word}` is no quarter: write it as 2025Q1")))?;
    Ok(Some((library::load(path, &options.sets())?, at)))
}

/// The design as branches of the trunk.
pub(crate) fn branched(design: Design, trunk: &Loaded, at: Quarter) -> Result<Design, Failure> {
    let trunk = Arc::new(trunk.scenario.clone());
    design.branched(&trunk, at).map_err(|id| {
        Failure::Other(format!(
            "`{id}` cannot go on from `{}` at {at}: both need the same tables, assumptions and time, and the \
             quarter must lie within it",
            trunk.id
        ))
    })
}

/// Loads the baseline and all scenarios; every file's problems are reported together.
fn load_all(named: &[PathBuf], options: &Options, global: &Global) -> Result<Vec<Loaded>, Failure> {
    let mut loaded: Vec<Loaded> = Vec::new();
    let mut problems = Vec::new();
    let sets = options.sets();
    let mut unused = sets.clone();
    for path in std::iter::once(&options.baseline).chain(named) {
        match library::load_fitting(path, &sets) {
            Ok((l, used)) => {
                unused.retain(|set| !sets.iter().zip(&used).any(|(s, used)| s == set && *used));
                loaded.push(l);
            }
            Err(Problems(found)) => {
                problems.extend(
                    found.into_iter().filter(|p| !problems.contains(p)).collect::<Vec<_>>(),
                );
            }
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    if let Some(set) = unused.first() {
        let mut paths: Vec<&str> =
            loaded.iter().flat_map(|l| &l.leaves).map(|l| l.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        let path = set.split('=').next().unwrap_or_default();
        let near = nearest(path, paths.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("; a similar key is `{near}`"));
        return Err(Failure::Usage(format!("--set {set}: no scenario has this{near}")));
    }
    for (i, l) in loaded.iter().enumerate().skip(1) {
        let same = |other: &Loaded| other.scenario.id == l.scenario.id;
        if i > 1 && loaded[1..i].iter().any(same) {
            return Err(Failure::Other(format!("scenario `{}` is named twice", l.scenario.id)));
        }
        if (l.scenario.start, l.scenario.end) != (loaded[0].scenario.start, loaded[0].scenario.end)
        {
            return Err(Failure::Other(format!(
                "`{}` runs {}\u{2013}{} and the baseline {}\u{2013}{}: pairs need the same quarters",
                l.scenario.id,
                l.scenario.start,
                l.scenario.end,
                loaded[0].scenario.start,
                loaded[0].scenario.end
            )));
        }
    }
    if global.verbose {
        for (l, file) in loaded.iter().flat_map(|l| l.files.iter().map(move |file| (l, file))) {
            eprintln!("{} read {} (SHA-256 {})", l.scenario.id, file.path, &file.sha256[..12]);
        }
    }
    // A scenario against itself: its rows get a name of their own.
    let base = loaded[0].scenario.id.clone();
    for l in loaded.iter_mut().skip(1).filter(|l| l.scenario.id == base) {
        l.scenario.id = format!("{base}-again");
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

/// Runs all replicates into `results` and the tables. `None` if interrupted before the first batch.
fn replicate(
    design: &Design,
    options: &Options,
    global: &Global,
    directory: &RunDirectory,
    results: &mut Results,
) -> Result<Option<Tables>, Failure> {
    let stop = interrupt::catch("the replicates in flight");
    let pool = pool(threads(options.threads))?;
    let tables = Tables::create(directory, design, &results.reader)?;
    let progress = Progress::new(design.replicates as u64, global.quiet);
    let finished = std::thread::scope(|scope| {
        // Writing a batch takes a third of the time of running it: it goes on beside the next one.
        let (sender, batches) = std::sync::mpsc::sync_channel::<(usize, Vec<Replicate>)>(1);
        let writer = scope.spawn(move || write_batches(tables, batches));
        let done = pool.install(|| {
            design.run(&stop, &|| progress.tick(), |first, batch| -> Result<(), Failure> {
                // A writer that has gone away has failed: stop, and report its own error below.
                let gone = |_| Failure::Other("the writer stopped".to_owned());
                sender.send((first, batch.clone())).map_err(gone)?;
                results.add(batch);
                progress.say(answer(design, results));
                Ok(())
            })
        });
        drop(sender);
        let tables = writer.join().expect("the writer does not panic")?;
        Ok((done?, tables))
    });
    progress.finish();
    match finished {
        Ok((done, tables)) => Ok((done > 0).then_some(tables)),
        Err(failure) => {
            // Nothing half-written is left behind.
            let _ = std::fs::remove_dir_all(&directory.path);
            Err(failure)
        }
    }
}

/// Writes batches in the order of their arrival, which is that of replicates.
fn write_batches(
    mut tables: Tables,
    batches: Receiver<(usize, Vec<Replicate>)>,
) -> Result<Tables, Failure> {
    for (first, batch) in batches {
        tables.write(first, &batch)?;
    }
    Ok(tables)
}

/// The answer so far: loss of each regime.
fn answer(design: &Design, results: &Results) -> String {
    let parts: Vec<String> = (1..design.scenarios.len())
        .map(|s| {
            let loss = Summary::of(&results.difference(s, "us-revenue-world"));
            format!("{} {}", design.scenarios[s].id, finding::interval(&loss, 0))
        })
        .collect();
    format!("US revenue, USD bn: {}", parts.join(" \u{b7} "))
}

fn write_scenarios(directory: &mut RunDirectory, loaded: &[Loaded]) -> Result<(), Failure> {
    for l in loaded {
        let name = format!("{}.resolved.toml", l.scenario.id);
        directory.write(&name, l.resolved.as_bytes())?;
    }
    Ok(())
}

fn print(
    (design, study): (&Design, &Study),
    results: &Results,
    directory: &RunDirectory,
    seconds: f64,
    global: &Global,
) {
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
