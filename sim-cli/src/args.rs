//! Words of the command line.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sim_lab::outcome::Dollars;

use crate::figure_args::{Brief, Chart};
use crate::sweep_args::{
    Attribute, Discover, Merge, Plan, Resume, Robust, RunShard, Sensitivity, Status, Sweep, Trace,
};
use crate::tool_args::{Completions, Diff, Explain, Init, Schema, Verify};

/// Compare export-control regimes: what each costs US firms, how fast China designs US technology out, and
/// how much lead it buys.
#[derive(Debug, Parser)]
#[command(
    name = "chokepoint",
    version,
    max_term_width = 80,
    after_help = "Exit codes: 0 ok, 1 failed, 2 usage, 3 invalid scenario, 4 a check failed, 130 interrupted.\n\
                  Begin with `chokepoint init DIR`, or `chokepoint compare` in a checkout."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Print nothing but results.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more: every file read, with its fingerprint.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Results as NDJSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to colour messages; NO_COLOR is obeyed.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

impl Global {
    /// Whether standard error is coloured.
    pub(crate) fn colour(&self) -> bool {
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
                    && std::io::stderr().is_terminal()
            }
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// A study, or several regimes side by side, each paired with the baseline
    Compare(Compare),
    /// One scenario against its baseline, paired
    Run(Run),
    /// Figures of a finished run
    Chart(Chart),
    /// A printable page from finished runs
    Brief(Brief),
    /// A design over levers and uncertainties, from an experiment file
    Sweep(Sweep),
    /// Go on with an unfinished sweep
    Resume(Resume),
    /// Which assumptions move an answer, from a Morris or Saltelli sweep
    Sensitivity(Sensitivity),
    /// In which futures a regime does badly: the box of assumptions, from a sweep
    Discover(Discover),
    /// Regret of regimes over all futures and responses, from a sweep
    Robust(Robust),
    /// What each measure of a regime does: Shapley values over paired runs
    Attribute(Attribute),
    /// Where two paired runs part, and the chain from there to the headline
    Trace(Trace),
    /// Supplier countries' shares forecast from the base year and scored against what came
    Hindcast(Hindcast),
    /// Which parameter sets history does not rule out: the ensemble behind the other commands
    Calibrate(Calibrate),
    /// For clusters: cut a sweep into shards
    Plan(Plan),
    /// For clusters: run one shard of a plan
    RunShard(RunShard),
    /// For clusters: how far a plan is, from its files
    Status(Status),
    /// For clusters: put the parts of a plan together
    Merge(Merge),
    /// All problems of scenarios, studies and experiments, with line and column
    Check(Check),
    /// A world of another size, made from the calibrated tables
    Synth(Synth),
    /// A published dataset as a table of market shares
    Import(Import),
    /// The scenarios of a directory, the studies, or the mechanisms of the model
    List(List),
    /// What a key, parameter, metric, figure or error code means
    Explain(Explain),
    /// What differs between two scenarios, or between two runs
    Diff(Diff),
    /// Check a run: its files, and replicates played again
    Verify(Verify),
    /// A scenario project to begin with: a regime, an experiment, the library
    Init(Init),
    /// JSON Schema of scenarios, studies or experiments, for editors, or of --json
    Schema(Schema),
    /// Completions of the command for a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// A study, and scenarios in place of its regimes; or scenarios alone: files, or names in scenarios/ and
    /// scenarios/studies/ [default: from-today]
    pub(crate) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Scenario file, or name in scenarios/
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// How a comparison runs.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What differences are taken from: any scenario [default: the study's, or baseline]
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Let every scenario, the baseline too, begin as this one; see --branch-at
    #[arg(long, value_name = "FILE")]
    pub(crate) trunk: Option<PathBuf>,
    /// First quarter under each scenario's own law, e.g. 2025Q1
    #[arg(long, value_name = "QUARTER")]
    pub(crate) branch_at: Option<String>,
    /// Paired replicates, each with its own draw of parameters and events [default: the study's, or 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub(crate) replicates: Option<u32>,
    /// Seed of all random numbers [default: the study's, or 1]
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Run directory [default: a new one in outputs/]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Set a key in every scenario that can have it, the baseline too, e.g. parameters.stickiness=0 or
    /// measures.hard-cap.enforcement=strong
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
    /// Draws of parameters: an ensemble file, or `prior` for all [default: the scenario's]
    #[arg(long, value_name = "FILE")]
    pub(crate) ensemble: Option<String>,
    /// Say how many runs, how long and how much disk, and run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Price level of money in tables, summary and charts
    #[arg(long, value_enum, default_value_t = Money::Of2019)]
    pub(crate) dollars: Money,
    /// Suppliers kept by name in firms.parquet
    #[arg(long, value_enum, default_value_t = Keep::Named)]
    pub(crate) keep: Keep,
}

impl Options {
    /// Overrides of every scenario.
    pub(crate) fn sets(&self) -> Vec<String> {
        overrides(&self.sets, self.ensemble.as_deref())
    }
}

/// Overrides with the choice of an ensemble, which is one, too.
pub(crate) fn overrides(sets: &[String], ensemble: Option<&str>) -> Vec<String> {
    let chosen = ensemble.map(|name| format!("data.ensemble={}", toml_text(name)));
    sets.iter().cloned().chain(chosen).collect()
}

/// A basic string of TOML, which is a string of JSON.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Money {
    /// Dollars of 2019
    #[value(name = "2019")]
    Of2019,
    /// Dollars of the day
    Nominal,
}

impl From<Money> for Dollars {
    fn from(money: Money) -> Self {
        match money {
            Money::Of2019 => Self::Of2019,
            Money::Nominal => Self::Nominal,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keep {
    /// The large toolmakers
    Named,
    /// Every supplier
    Firms,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Copies of a line share its budget, copies of a segment its size, copies of a supplier \
its country's share: what is added are actors, not demand. First copies keep their ids, so the library's regimes \
are written beside baseline.toml as far as they name nothing that is gone. With fewer segments than the \
calibrated world, each kind of buyer loses in proportion, its smallest segments first, and a kind without \
segments loses its buyers."
)]
pub(crate) struct Synth {
    /// New directory for baseline.toml, the regimes that fit, and data/
    pub(crate) directory: PathBuf,
    /// Lines, all kinds together, at least the calibrated ones of the kinds that are left [default: as calibrated]
    #[arg(long, value_name = "N")]
    pub(crate) buyers: Option<usize>,
    /// Suppliers in each segment [default: as calibrated]
    #[arg(long, value_name = "M")]
    pub(crate) suppliers: Option<usize>,
    /// Segments [default: as calibrated]
    #[arg(long, value_name = "S")]
    pub(crate) segments: Option<usize>,
    /// Seed of the jitter of copies
    #[arg(long, default_value_t = 1, value_name = "K")]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(subcommand)]
    pub(crate) dataset: Dataset,
}

/// Datasets that can be imported.
#[derive(Debug, Subcommand)]
pub(crate) enum Dataset {
    /// The ETO Advanced Semiconductor Supply Chain Dataset, any vintage
    Eto(Eto),
}

#[derive(Debug, Args)]
#[command(
    after_help = "DIR holds inputs.csv, providers.csv, provision.csv and sequence.csv. The table of countries is \
what hindcast --observed reads; firms go to a second file beside it. Without --out the table of countries goes to \
standard output. The dataset is CC BY-NC 4.0: credit the Emerging Technology Observatory, CSET, and keep the use \
non-commercial."
)]
pub(crate) struct Eto {
    /// Directory of the published files
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// New file for the shares of countries; the firms go to FILE-firms
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Scenarios, studies or experiments: files, or names in scenarios/
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Set a key before checking
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}

/// Where the parameters of a hindcast come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Source {
    /// The prior: nothing is fitted
    Prior,
    /// Cross-validation: each fold of segments by parameters that were fitted without it
    Folds,
    /// The ensemble, which was fitted to all of 2024
    Ensemble,
}

impl From<Source> for sim_lab::hindcast::asked::Source {
    fn from(source: Source) -> Self {
        match source {
            Source::Prior => Self::Prior,
            Source::Folds => Self::Folds,
            Source::Ensemble => Self::Ensemble,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Hindcast {
    /// Year whose shares are known: that of the data tables, or a later one with an observed table beside them, through
    /// which every run is led
    #[arg(long, default_value_t = 2019, value_name = "YEAR")]
    pub(crate) from: i32,
    /// Year that is forecast
    #[arg(long, default_value_t = 2024, value_name = "YEAR")]
    pub(crate) to: i32,
    /// Observed shares: segment_id, country (ISO-3), share_pct, year, world_size_usd_m [default: the table of that
    /// year in scenarios/data, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) observed: Option<PathBuf>,
    /// Replicates, each with its own draw of parameters and events; in each fold
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(crate) replicates: u32,
    /// Where parameters come from [default: folds for 2024, ensemble for later years, prior without an ensemble]
    #[arg(long, value_enum, value_name = "FROM")]
    pub(crate) parameters: Option<Source>,
    /// Hindsight: suppliers of countries that the observed table lists anew are there from the start
    #[arg(long)]
    pub(crate) roster_known: bool,
    /// Facts of firms and markets up to 2024, observed and simulated, too
    #[arg(long)]
    pub(crate) facts: bool,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Calibrate {
    /// Draws of the prior from which every fit begins, each run once to 2024
    #[arg(long, default_value_t = 4000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub(crate) draws: u32,
    /// Particles of the fit; folds and fits without a class have half as many
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000))]
    pub(crate) particles: u32,
    /// Members of the ensemble, taken from the particles; folds have half as many
    #[arg(long, default_value_t = 300, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(crate) keep: u32,
    /// Also fit without each class of targets: which class moves which parameter
    #[arg(long)]
    pub(crate) by_class: bool,
    /// Also fit worlds of our own, to see whether the calibration works
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) worlds: u32,
    /// Particles of each of these worlds
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000))]
    pub(crate) world_particles: u32,
    /// Ensemble file that is written
    #[arg(long, default_value = "ensemble.toml", value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// What the data say of the parameters and of the losses, in JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Directory of the sample and the fits; those that are there go on
    #[arg(long, default_value = "outputs/calibration", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Directory of scenario files, or one of the words `studies` and `mechanisms`
    #[arg(default_value = "scenarios", value_name = "WHAT")]
    pub(crate) what: PathBuf,
}
