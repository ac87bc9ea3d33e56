//! The command `chokepoint`: compares regimes of semiconductor export controls.
//!
//! stdout is data, stderr is talk. Exit codes: 0 ok, 1 failed, 2 usage, 3 invalid scenario, 4 a
//! check failed, 130 interrupted.

mod args;
mod attribute;
mod brief;
mod calibrate;
mod chart;
mod check;
#[cfg(test)]
mod commands_page;
mod compare;
mod compare_report;
mod completions;
mod deciding;
mod diff;
mod discover;
mod event_list;
mod events;
mod explain;
mod failure;
mod figure_args;
mod hindcast;
mod hindcast_report;
mod import;
mod init;
mod instructions;
mod interrupt;
mod list;
mod out;
mod places;
mod progress;
mod regimes;
mod report;
mod resume;
mod robust;
mod schema;
mod sensitivity;
mod shards;
mod sweep;
mod sweep_args;
mod sweep_report;
mod synth;
mod table;
mod tool_args;
mod trace;
mod verify;
mod wrap;

use std::process::ExitCode;

use args::{Cli, Verb};
use clap::{Command, CommandFactory, FromArgMatches};
use sim_core::scenario::plain::unprintable;

fn main() -> ExitCode {
    let cli = match command_line() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    if let Some(code) = instructions::restrict() {
        return code;
    }
    let done = match &cli.verb {
        Verb::Compare(args) => compare::compare(args, &cli.global),
        Verb::Run(args) => compare::run(args, &cli.global),
        Verb::Chart(args) => chart::chart(args, &cli.global),
        Verb::Brief(args) => brief::brief(args, &cli.global),
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
        Verb::Explain(args) => explain::explain(args, &cli.global),
        Verb::Diff(args) => diff::diff(args, &cli.global),
        Verb::Verify(args) => verify::verify(args, &cli.global),
        Verb::Init(args) => init::init(args, &cli.global),
        Verb::Schema(args) => schema::schema(args),
        Verb::Completions(args) => {
            completions::completions(args);
            Ok(())
        }
        Verb::Import(args) => import::import(args, &cli.global),
        Verb::List(args) => list::list(args, &cli.global),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if cli.global.json {
                failure.print_events();
            }
            // Problems are coloured, and made for a terminal already.
            out::paint(&(failure.report(cli.global.colour()) + "\n"));
            ExitCode::from(failure.code())
        }
    }
}

/// The words of the command line, or the exit code of what clap says of them. It repeats words that were given: those
/// that a terminal would obey are not shown.
fn command_line() -> Result<Cli, ExitCode> {
    let read = || Cli::from_arg_matches(&negative_numbers(Cli::command()).try_get_matches()?);
    read().map_err(|error| {
        let text = error.render().to_string();
        if unprintable(&text).is_none() {
            error.exit();
        }
        out::tell(format_args!("{text}"));
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// Lets every option that takes a value take `-1`, so that what is said of it is what is wrong with it.
fn negative_numbers(command: Command) -> Command {
    let each = |arg: clap::Arg| {
        let option = !arg.is_positional() && arg.get_action().takes_values();
        if option { arg.allow_negative_numbers(true) } else { arg }
    };
    command.mut_args(each).mut_subcommands(negative_numbers)
}
