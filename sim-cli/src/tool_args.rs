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
    /// Which kind of file
    #[arg(value_enum, default_value_t = SchemaOf::Scenario)]
    pub(crate) of: SchemaOf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// Scenario files
    Scenario,
    /// Experiment files of `sweep`
    Experiment,
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
