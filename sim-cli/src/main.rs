//! The command `chokepoint`: compares regimes of semiconductor export controls.
//!
//! stdout is data, stderr is talk. Exit codes: 0 ok, 1 failed, 2 usage, 3 invalid scenario, 4 a
//! check failed, 130 interrupted.

mod args;
mod attribute;
mod calibrate;
mod check;
mod compare;
mod discover;
mod failure;
mod hindcast;
mod hindcast_report;
mod import;
mod interrupt;
mod list;
mod progress;
mod report;
mod resume;
mod robust;
mod sensitivity;
mod shards;
mod sweep;
mod sweep_args;
mod sweep_report;
mod synth;
mod table;
mod trace;

use std::process::ExitCode;

use args::{Cli, Verb};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.verb {
        Verb::Compare(args) => compare::compare(args, &cli.global),
        Verb::Run(args) => compare::run(args, &cli.global),
        Verb::Check(args) => check::check(args, &cli.global),
        Verb::Sweep(args) => sweep::sweep(args, &cli.global),
        Verb::Resume(args) => resume::resume(args, &cli.global),
        Verb::Sensitivity(args) => sensitivity::sensitivity(args, &cli.global),
        Verb::Discover(args) => discover::discover(args, &cli.global),
        Verb::Robust(args) => robust::robust(args, &cli.global),
        Verb::Attribute(args) => attribute::attribute(args, &cli.global),
        Verb::Trace(args) => trace::trace(args, &cli.global),
        Verb::Hindcast(args) => hindcast::hindcast(args, &cli.global),
        Verb::Calibrate(args) => calibrate::calibrate(args, &cli.global),
        Verb::Plan(args) => shards::plan(args, &cli.global),
        Verb::RunShard(args) => shards::run_shard(args, &cli.global),
        Verb::Status(args) => shards::status(args, &cli.global),
        Verb::Merge(args) => shards::merge(args, &cli.global),
        Verb::Synth(args) => synth::synth(args, &cli.global),
        Verb::Import(args) => import::import(args, &cli.global),
        Verb::List(args) => list::list(args, &cli.global),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.report(cli.global.colour()));
            ExitCode::from(failure.code())
        }
    }
}
