//! Words of the command line of sweeps.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) what: What,
    /// Say how many runs, how long and how much disk, and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) session: Session,
    /// Directory of the sweep [default: a new one in outputs/]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What a sweep is.
#[derive(Debug, Args)]
pub(crate) struct What {
    /// Experiment, or a study over all its assumptions: file, or name in scenarios/experiments/ or scenarios/studies/
    pub(crate) file: PathBuf,
    /// Size of the design, in place of the file's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) size: Option<u32>,
    /// Seed of all random numbers, in place of the file's
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// What differences are taken from, in place of the file's
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Set a key in every arm, the baseline too, e.g. time.end=2030Q4
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
    /// Draws of parameters: an ensemble file, or `prior` for all [default: the scenario's]
    #[arg(long, value_name = "FILE")]
    pub(crate) ensemble: Option<String>,
    /// Stop when every arm's paired contrast is known to X % of itself (95 % interval, half-width)
    #[arg(long, value_name = "X%", value_parser = percent)]
    pub(crate) until_half_width: Option<f64>,
    /// Replicates a shard [default: from a measured probe]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) shard_size: Option<u32>,
}

/// One session of a sweep.
#[derive(Debug, Args)]
pub(crate) struct Session {
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Stop after this time, e.g. 90s, 20m or 8h; `resume` goes on
    #[arg(long, value_name = "T", value_parser = duration)]
    pub(crate) max_time: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// Directory of a sweep [default: the latest unfinished one in outputs/]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) session: Session,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) what: What,
    /// Directory of the sweep, where every worker sees it [default: a new one in outputs/]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RunShard {
    /// plan.json of a sweep
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: PathBuf,
    /// Number of the shard, from 0 [default: HQ_TASK_ID, SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX]
    #[arg(long, value_name = "I")]
    pub(crate) index: Option<usize>,
    /// Threads
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: u16,
    /// Directory of parts [default: shards/ beside the manifest]
    #[arg(long, value_name = "DIR")]
    pub(crate) parts: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Directory of a sweep, or its plan.json
    pub(crate) sweep: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// Directory of a sweep, or its plan.json
    pub(crate) sweep: PathBuf,
    /// One more directory of parts
    #[arg(long, value_name = "DIR")]
    pub(crate) parts: Vec<PathBuf>,
    /// Merge what stands before the first missing shard
    #[arg(long)]
    pub(crate) partial: bool,
}

/// Which contrast of a sweep is asked about.
#[derive(Debug, Args)]
pub(crate) struct Contrast {
    /// Directory of a merged sweep
    pub(crate) sweep: PathBuf,
    /// Arm, as summary.csv names it [default: the first regime]
    #[arg(long, value_name = "ID")]
    pub(crate) arm: Option<String>,
    /// Outcome, as summary.csv names it [default: the watched one]
    #[arg(long, value_name = "ID")]
    pub(crate) outcome: Option<String>,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Sensitivity {
    #[command(flatten)]
    pub(crate) contrast: Contrast,
}

#[derive(Debug, Args)]
pub(crate) struct Discover {
    #[command(flatten)]
    pub(crate) contrast: Contrast,
    /// Futures of interest: the difference is below X [default: its lowest quarter]
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "above")]
    pub(crate) below: Option<f64>,
    /// Futures of interest: the difference is above X
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(crate) above: Option<f64>,
    /// Share of futures of interest that the box should have
    #[arg(long, default_value_t = 0.8, value_name = "SHARE")]
    pub(crate) density: f64,
}

#[derive(Debug, Args)]
pub(crate) struct Robust {
    /// Directory of a merged sweep
    pub(crate) sweep: PathBuf,
    /// Outcome, as summary.csv names it [default: the watched one]
    #[arg(long, value_name = "ID")]
    pub(crate) outcome: Option<String>,
    /// Less of the outcome is better
    #[arg(long)]
    pub(crate) less: bool,
    /// Good enough: the difference from the baseline reaches X
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(crate) enough: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct Attribute {
    /// A scenario, or a study: what each measure that a regime adds, ends or alters does; file, or name in scenarios/
    pub(crate) scenario: PathBuf,
    /// Of a study: these scenarios in place of its regimes
    pub(crate) regimes: Vec<PathBuf>,
    /// What the whole scenario is compared with: any scenario [default: the study's, or baseline]
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Outcomes, as summary.csv names them
    #[arg(long, value_name = "ID", default_values = ["us-revenue-world", "us-share", "lead-logic"])]
    pub(crate) outcome: Vec<String>,
    /// Paired replicates of every coalition of measures
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(crate) replicates: u32,
    /// Pairs of orders that are drawn when there are more than 6 measures
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) orders: u32,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// Threads [default: all cores]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Set a key first, e.g. time.end=2030Q4
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// Scenario file, or name in scenarios/
    pub(crate) a: PathBuf,
    /// Another one
    pub(crate) b: PathBuf,
    /// Outcome at the end of the chain, as summary.csv names it
    #[arg(long, default_value = "us-revenue-world", value_name = "ID")]
    pub(crate) outcome: String,
    /// Number of the replicate, from 0
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..1_000_000))]
    pub(crate) replicate: u32,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// Set a key in both, e.g. time.end=2030Q4
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}

/// `5`, `5%`: a percentage above 0.
fn percent(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim().trim_end_matches('%').trim().parse().ok();
    number
        .filter(|x| *x > 0.0 && x.is_finite())
        .ok_or_else(|| "write a percentage, such as 5%".to_owned())
}

/// `90`, `90s`, `20m`, `8h`.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, "s"),
    };
    let scale = match unit {
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("write a time, such as 90s, 20m or 8h".to_owned()),
    };
    let seconds: Option<f64> = number.trim().parse().ok();
    let seconds = seconds.filter(|x| *x > 0.0 && *x < 1e9);
    seconds
        .map(|x| Duration::from_secs_f64(x * scale))
        .ok_or_else(|| "write a time, such as 90s, 20m or 8h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_percentages_are_read() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5h"), Ok(Duration::from_mins(90)));
        assert!(duration("2d").is_err() && duration("-1s").is_err() && duration("m").is_err());
        assert_eq!(percent("5%"), Ok(5.0));
        assert!(percent("0").is_err() && percent("x").is_err());
    }
}
