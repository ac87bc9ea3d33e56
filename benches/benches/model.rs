//! Times of the mechanisms, of a replicate and of the store. Run with `cargo bench -p chokepoint-benches`.

#![allow(missing_docs, reason = "criterion's macros make functions without")]

use std::hint::black_box;
use std::sync::Arc;

use chokepoint_benches::market::Market;
use chokepoint_benches::{REGIMES, design};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sim_core::behaviour::{beliefs, demand, routes, sourcing};
use sim_core::draws::Draws;
use sim_core::ledger;
use sim_core::market::{clearing, production};
use sim_core::policy;
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::simulate::Run;
use sim_core::vector;
use sim_lab::outcome::Dollars;
use sim_lab::results::Results;
use sim_lab::store::{RunDirectory, Tables};

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

fn reference(c: &mut Criterion) {
    let mut group = c.benchmark_group("reference market");
    let mut market = Market::new(1);
    group.throughput(Throughput::Elements(market.alternatives() as u64));
    let draws = Draws::new(1, 0);
    group.bench_function("one step", |b| b.iter(|| market.play(1, Some(&draws))));
    group.finish();
}

criterion_group!(benches, arithmetic, mechanisms, replicates, reference);
criterion_main!(benches);
