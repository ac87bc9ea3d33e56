//! Time of each stage of a quarter by alternative, in the world of a scenario file: which of them a world of many
//! buyers makes dearer.

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use chokepoint_benches::{design_of, restrict_instructions};
use sim_core::behaviour::{beliefs, demand, evasion, fabs, redesign, research, routes, sourcing};
use sim_core::draws::Draws;
use sim_core::ledger;
use sim_core::market::{clearing, production};
use sim_core::policy;
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::simulate::Run;

/// Times of a stage of which the median counts.
const TIMES: usize = 15;
/// Quarters of a short and of a longer run from the quarter that is timed on.
const LESS: usize = 4;
const MORE: usize = 20;

/// Medians of the times of stages.
struct Clock {
    alternatives: f64,
    total: f64,
}

impl Clock {
    /// Times a stage and returns what it made.
    fn time<T>(&mut self, stage: &str, work: impl Fn() -> T) -> T {
        let ns = median(&work);
        println!("{stage:<12} {:8.2} ns an alternative", ns / self.alternatives);
        self.total += ns;
        work()
    }
}

/// The median time of some work, ns.
fn median<T>(work: &impl Fn() -> T) -> f64 {
    let mut times: Vec<f64> = (0..TIMES)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1e9
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[TIMES / 2]
}

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: stages SCENARIO [QUARTERS]");
        return ExitCode::from(2);
    };
    let quarters = std::env::args().nth(2).and_then(|word| word.parse().ok()).unwrap_or(28);
    if let Err(message) = restrict_instructions() {
        eprintln!("{message}");
        return ExitCode::from(2);
    }
    let design = design_of(&[Path::new(&file)], "2032Q4", 1);
    let scenario = Arc::clone(&design.scenarios[0]);
    let setup = Arc::new(design.setup(0, 0).expect("the world has a base year"));
    let draws = Draws::new(1, 0);
    let mut run = Run::new(&setup, &scenario);
    run.play(quarters, &draws, &design.watch).expect("the books balance");
    let world = &run.world;
    let book = LawBook::new(&setup.structure, &scenario, &draws);
    let alternatives: usize = setup
        .structure
        .cells
        .iter()
        .map(|cell| setup.structure.segments[cell.segment].products.len())
        .sum();
    println!("{} buyers, {alternatives} alternatives", setup.structure.buyers.len());
    let played = |more: usize| {
        median(&|| {
            let mut next = run.clone();
            next.play(quarters + more, &draws, &design.watch).expect("the books balance");
        })
    };
    // The longer run less the shorter one, so that what is paid once a run drops out.
    let each = (played(MORE) - played(LESS)) / (MORE - LESS) as f64;
    println!("{:<12} {:8.2}", "as played", each / alternatives as f64);
    let mut clock = Clock { alternatives: alternatives as f64, total: 0.0 };
    let rules = clock.time("law", || policy::in_force(world, &book, &draws));
    let expected = clock.time("beliefs", || beliefs::revise(world, &rules));
    let ways = clock.time("routes", || routes::choose(world, &rules));
    let wants = clock.time("demand", || demand::plan(world, &rules, &expected, &ways));
    let orders = clock.time("sourcing", || sourcing::choose(world, &wants, &rules, &expected));
    let trades = clock.time("clearing", || clearing::clear(world, &orders, &rules));
    let output = clock.time("production", || production::run(world, &trades, &rules));
    let books = clock.time("books", || ledger::settle(world, &wants, &trades, &output));
    let books = books.expect("the books balance");
    clock.time("research", || {
        research::advance(world, &rules, &wants, &expected, &trades, &output, &draws)
    });
    clock.time("redesign", || redesign::remove(world, &rules, &wants, &expected, &trades));
    clock.time("lines", || fabs::climb(world, &rules, &wants, &trades, &books));
    clock.time("evasion", || evasion::detect(world, &rules, &trades, &draws));
    let outcome = quarter(world, &book, &draws).expect("the books balance");
    clock.time("record", || {
        let mut record = run.record.clone();
        record.observe(world, &outcome, &design.watch);
        record
    });
    println!("{:<12} {:8.2}", "sum", clock.total / clock.alternatives);
    ExitCode::SUCCESS
}
