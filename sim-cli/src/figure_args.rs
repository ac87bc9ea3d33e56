//! Words of the command line of the verbs that draw.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(
    after_help = "The figures are drawn from the run directory alone: nothing is simulated. The same run gives the \
same bytes."
)]
pub(crate) struct Chart {
    /// Run directory, merged sweep, or file that `hindcast --json` printed; or `latest`
    #[arg(default_value = "latest")]
    pub(crate) run: PathBuf,
    /// Figures to draw [default: all that the run has data for]
    #[arg(long = "figure", value_name = "ID", num_args = 1..)]
    pub(crate) figures: Vec<String>,
    /// For a page 17 cm wide, a column 8 cm wide (`ID-column`), a slide of 16 to 9 (`ID-slide`), or all three
    #[arg(long, value_name = "SIZE", default_value = "page", value_parser = ["page", "column", "slide", "all"])]
    pub(crate) size: String,
    /// Where they go [default: figures/ in the run directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A template is a text with placeholders (Jinja); it gets title, finding, findings, stamp, scope, runs, figures, \
certain, decides, mind, leaves_out and licences. Texts are escaped; a template reads no file."
)]
pub(crate) struct Brief {
    /// Comparisons: two pages for the first, one for each other; a study is its newest run in outputs/; a merged sweep and a
    /// hindcast's JSON are taken up, too
    #[arg(default_value = "latest")]
    pub(crate) runs: Vec<PathBuf>,
    /// A template of your own
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// The page [default: brief.html in the first run's directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
