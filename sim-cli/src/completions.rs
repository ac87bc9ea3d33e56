//! `completions`: what a shell needs to complete the command.

use clap::CommandFactory;

use crate::args::Cli;
use crate::tool_args::Completions;

/// Prints the script of a shell.
pub(crate) fn completions(args: &Completions) {
    clap_complete::generate(args.shell, &mut Cli::command(), "chokepoint", &mut std::io::stdout());
}
