//! Times of the mechanisms, of a replicate, of a sweep, of the store and of the charts.
//!
//! Run with `cargo bench -p chokepoint-benches`.

#![allow(missing_docs, reason = "criterion's macros make functions without")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chokepoint_benches::market::Market;
use chokepoint_benches::{REGIMES, design};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sim_charts::Size;
use sim_core::behaviour::{beliefs, demand, fabs, redesign, research, routes, sourcing};
use sim_core::draws::Draws;
use sim_core::ledger;
use sim_core::market::{clearing, production};
use sim_core::policy;
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::record::Record;
use sim_core::simulate::Run;
use sim_core::vector;
use sim_lab::experiment::RunError;
use sim_lab::figures;
use sim_lab::outcome::Dollars;
use sim_lab::results::Results;
use sim_lab::store::{RunDirectory, Tables};
use sim_lab::study::Study;
use sim_lab::sweep::{Changes, PLAN, Sweep, Wish, prepare};

fn arithmetic(c: &mut Criterion) {
    let mut group = c.benchmark_group("arithmetic");
    let values: Vec<f64> = (0..1024).map(|i| f64::from(i) / 64.0 - 8.0).collect();
    group.throughput(Throughput::Elements(1024));
    let mut scratch = values.clone();
    group.bench_function("exp of 1,024 numbers", |b| {
        b.iter(|| {
            scratch.copy_from_slice(&values);
            vector::exp_all(black_box(&mut scratch));
        });
    });
    group.finish();
}

/// The stages of a quarter under the allied hard cap, in the year after it began to bind.
fn mechanisms(c: &mut Criterion) {
    let design = design(&["hard-cap-allied"], "2026Q4", 1);
    let scenario = Arc::clone(&design.scenarios[0]);
    let setup = Arc::new(design.setup(0, 0).expect("the library has a base year"));
    let draws = Draws::new(1, 0);
    let mut run = Run::new(&setup, &scenario);
    run.play(28, &draws, &design.watch).expect("the books balance");
    let world = &run.world;
    let book = LawBook::new(&setup.structure, &scenario, &draws);
    let mut group = c.benchmark_group("mechanisms");
    let rules = policy::in_force(world, &book, &draws);
    let expectations = beliefs::revise(world, &rules);
    let ways = routes::choose(world, &rules);
    let wants = demand::plan(world, &rules, &expectations, &ways);
    let orders = sourcing::choose(world, &wants, &rules, &expectations);
    let trades = clearing::clear(world, &orders, &rules);
    group.bench_function("law", |b| b.iter(|| policy::in_force(world, &book, &draws)));
    group.bench_function("beliefs", |b| b.iter(|| beliefs::revise(world, &rules)));
    group.bench_function("routes", |b| b.iter(|| routes::choose(world, &rules)));
    group.bench_function("demand", |b| {
        b.iter(|| demand::plan(world, &rules, &expectations, &ways));
    });
    group.bench_function("sourcing", |b| {
        b.iter(|| sourcing::choose(world, &wants, &rules, &expectations));
    });
    group.bench_function("clearing", |b| b.iter(|| clearing::clear(world, &orders, &rules)));
    group.bench_function("production", |b| b.iter(|| production::run(world, &trades, &rules)));
    let output = production::run(world, &trades, &rules);
    group.bench_function("books", |b| {
        b.iter(|| ledger::settle(world, &wants, &trades, &output));
    });
    group.bench_function("research", |b| {
        b.iter(|| {
            research::advance(world, &rules, &wants, &expectations, &trades, &output, &draws)
        });
    });
    group.bench_function("redesign", |b| {
        b.iter(|| redesign::remove(world, &rules, &wants, &expectations, &trades));
    });
    let outcome = quarter(world, &book, &draws).expect("the books balance");
    group.bench_function("lines", |b| {
        b.iter(|| fabs::climb(world, &rules, &wants, &trades, &outcome.books));
    });
    group.bench_function("record", |b| {
        b.iter_batched_ref(
            Record::empty,
            |record| record.observe(world, &outcome, &design.watch),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("whole quarter", |b| b.iter(|| quarter(world, &book, &draws)));
    group.finish();
}

fn replicates(c: &mut Criterion) {
    let mut group = c.benchmark_group("replicates");
    group.sample_size(10);
    let five = design(&REGIMES, "2035Q4", 1);
    group.bench_function("five regimes", |b| b.iter(|| five.replicate(0)));
    group.bench_function("base year", |b| b.iter(|| five.setup(0, 0)));
    let batch = vec![five.replicate(0).expect("the books balance")];
    let results = Results::new(&five, Dollars::Of2019).expect("the library has deflators");
    let home = tempfile::tempdir().expect("there is room for a run");
    let out = home.path().join("run");
    let directory =
        RunDirectory::create(home.path(), Some(&out), "bench", "0").expect("the directory is new");
    let mut tables =
        Tables::create(&directory, &five, &results.reader).expect("the directory is there");
    group.bench_function("store one replicate of five", |b| b.iter(|| tables.write(0, &batch)));
    group.finish();
}

/// A replicate of a screening: a regime and its baseline with one assumption moved, and what of them goes into a shard.
fn sweeps(c: &mut Criterion) {
    // Names in an experiment are those of the scenarios beside the place where the command runs.
    std::env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .expect("the library stands beside the benches");
    let file = Path::new("scenarios/experiments/screening.toml");
    let wish = Wish { shard_size: Some(2), seconds: 1.0, threads: 1 };
    let prepared = prepare(file, &Changes::default(), wish).expect("the library's experiments fit");
    let home = tempfile::tempdir().expect("there is room for a plan");
    let directory =
        prepared.create(file, Some(&home.path().join("sweep"))).expect("the directory is new");
    let sweep = Sweep::open(&directory.path.join(PLAN)).expect("the plan was written");
    let mut group = c.benchmark_group("sweeps");
    group.sample_size(10);
    group.bench_function("one replicate", |b| b.iter(|| sweep.rows(0..1, &|| {})));
    group.finish();
}

fn charts(c: &mut Criterion) {
    let five = design(&REGIMES, "2035Q4", 20);
    let mut results = Results::new(&five, Dollars::Of2019).expect("the library has deflators");
    let never = AtomicBool::new(false);
    let add = |_, batch| {
        results.add(batch);
        Ok::<_, RunError>(())
    };
    five.run(&never, &|| {}, add).expect("the books balance");
    let study = Study::new(&five, &results.reader, Dollars::Of2019, "0");
    let fan = figures::figure("loss-fan", &study, &results, Size::PAGE).expect("there is room");
    let mut group = c.benchmark_group("charts");
    group.sample_size(10);
    group.bench_function("loss-fan, laid out", |b| {
        b.iter(|| figures::figure("loss-fan", &study, &results, Size::PAGE));
    });
    group.bench_function("loss-fan, as PNG", |b| b.iter(|| fan.png(2000)));
    group.bench_function("all of a run, laid out, all threads", |b| {
        b.iter(|| figures::draw(&study, &results));
    });
    group.finish();
}

fn reference(c: &mut Criterion) {
    let mut group = c.benchmark_group("reference market");
    let mut market = Market::new(1);
    group.throughput(Throughput::Elements(market.alternatives() as u64));
    let draws = Draws::new(1, 0);
    group.bench_function("one step", |b| b.iter(|| market.play(1, Some(&draws))));
    group.finish();
}

criterion_group!(benches, arithmetic, mechanisms, replicates, sweeps, charts, reference);
criterion_main!(benches);
