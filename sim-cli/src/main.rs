//! The command `chokepoint`: compares regimes of semiconductor export controls.
//!
//! stdout is data, stderr is talk. Exit codes: 0 ok, 1 failed, 2 usage, 3 invalid scenario, 130
//! interrupted.

mod args;
mod check;
mod compare;
mod failure;
mod list;
mod progress;
mod report;
mod table;

use std::process::ExitCode;

use args::{Cli, Verb};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.verb {
        Verb::Compare(args) => compare::compare(args, &cli.global),
        Verb::Run(args) => compare::run(args, &cli.global),
        Verb::Check(args) => check::check(args, &cli.global),
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
