//! Words of the command line that concern files and words, not runs of the model.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A key, parameter, mechanism, metric, headline, figure, error code or exit code, e.g. `enforcement`
    /// [default: what there is]
    #[arg(value_name = "WORD")]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Editors with a TOML language server (Tombi, taplo) take the schema from the first line of a \
file:\n\n  #:schema scenario.schema.json\n\n`chokepoint init` writes files that have it."
)]
pub(crate) struct Schema {
    /// Of what
    #[arg(value_enum, default_value_t = SchemaOf::Scenario)]
    pub(crate) of: SchemaOf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// Scenario files
    Scenario,
    /// Studies of `compare`
    Study,
    /// Experiment files of `sweep`
    Experiment,
    /// What `--json` prints, a line each
    Events,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Directory to fill; no file of it is overwritten
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Two scenarios are told apart in plain English. Two runs are compared headline by headline for the \
scenarios that both have; with the same seed and assumptions, replicate by replicate (second less first)."
)]
pub(crate) struct Diff {
    /// Scenario file or name, or run directory
    pub(crate) a: PathBuf,
    /// The other one
    pub(crate) b: PathBuf,
    /// Show which files each scenario extends, and where each value stands
    #[arg(long)]
    pub(crate) resolved: bool,
    /// Set a key in both scenarios first
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Files are checked against the hashes of the manifest, scenarios and tables against theirs, and replicates \
are played again: each value must come out the same to the last bit. Exit code 4 if anything differs."
)]
pub(crate) struct Verify {
    /// Run directory, or `latest`
    #[arg(default_value = "latest")]
    pub(crate) run: PathBuf,
    /// Replicates to play again
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) sample: u32,
    /// Receipt from the source line of a figure: play again all that the figure rests on
    #[arg(long, value_name = "ID", conflicts_with = "sample")]
    pub(crate) receipt: Option<String>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}
