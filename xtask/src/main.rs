//! `cargo xtask`: what only somebody who changes this repository needs.
//!
//! Invariant: it computes nothing. It starts commands that anybody can type, shows each, and stops at the first that fails.

mod quick;

use std::path::Path;
use std::process::{Command, ExitCode};

/// What it can do, with one line on each.
const HELP: &str = "\
cargo xtask quick [FILE …]   check and narrow tests of what changed since the last commit, or of these files
cargo xtask ci               everything that must hold before a merge: the same as .ci/run
cargo xtask pages            generated pages of docs/, written anew
cargo xtask goldens          goldens of the scenarios and of refused files, written anew: read the difference
cargo xtask gallery          figures of docs/img/figures by the commands of docs/figures.md; takes minutes
";

/// Why a task ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is used in another way than it can be.
    Usage(String),
    /// A command failed, or could not be started.
    Command(String),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["quick", files @ ..] => quick::quick(files),
        ["ci"] => run(Command::new(".ci/run")),
        ["pages"] => pages(),
        ["goldens"] => goldens(),
        ["gallery"] => gallery(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::Usage(format!("no task `{}`; there are:\n{HELP}", other.join(" ")))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => {
            eprint!("{message}");
            ExitCode::from(2)
        }
        Err(Failure::Command(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo, as it started this program.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words);
    command
}

/// Runs a command in the repository, and shows it first.
///
/// # Errors
/// [`Failure::Command`] if it cannot be started, or fails.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let shown: Vec<String> = std::iter::once(shown_name(&command)).chain(words).collect();
    let shown = shown.join(" ");
    eprintln!("$ {shown}");
    match command.current_dir(root()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Command(format!("`{shown}` failed: {status}"))),
        Err(error) => Err(Failure::Command(format!("`{shown}` cannot be started: {error}"))),
    }
}

/// The name of a program, without the directories of a toolchain, after what is set for it.
fn shown_name(command: &Command) -> String {
    let set = command.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let set = set.map(|(key, value)| format!("{}={} ", key.display(), value.display()));
    let program = Path::new(command.get_program());
    let name = program.file_name().filter(|_| program.is_absolute()).unwrap_or(program.as_os_str());
    set.collect::<String>() + &name.to_string_lossy()
}

/// Tests compare the generated pages; with this set, they write them first.
fn pages() -> Result<(), Failure> {
    let names = ["the_page_of", "the_gallery"];
    let mut tests = cargo(&[&["test", "-p", "sim-cli", "--"][..], &names].concat());
    tests.env("UPDATE_DOCS", "1");
    run(tests)
}

fn goldens() -> Result<(), Failure> {
    let mut scenarios = cargo(&["test", "-p", "sim-lab", "--test", "it", "--", "golden"]);
    scenarios.env("UPDATE_GOLDEN", "1");
    run(scenarios)?;
    let mut refused = cargo(&["test", "-p", "sim-cli", "--test", "it", "--", "malformed"]);
    refused.env("BLESS", "1");
    run(refused)
}

/// The page of the figures lists the commands that draw them: there is no second list.
fn gallery() -> Result<(), Failure> {
    let page = root().join("docs/figures.md");
    let failed = |error| Failure::Command(format!("{}: {error}", page.display()));
    let text = std::fs::read_to_string(&page).map_err(failed)?;
    let commands: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("- `chokepoint ")?.strip_suffix('`'))
        .collect();
    if commands.is_empty() {
        return Err(Failure::Command(format!("{} lists no command", page.display())));
    }
    // What an earlier gallery left would be in the way of its commands.
    let left = root().join("outputs/gallery");
    if left.exists() {
        let failed = |error| Failure::Command(format!("{}: {error}", left.display()));
        std::fs::remove_dir_all(&left).map_err(failed)?;
    }
    for words in commands {
        let words: Vec<&str> = words.split_whitespace().collect();
        run(cargo(&[&["run", "--release", "--quiet", "--"][..], &words].concat()))?;
    }
    Ok(())
}
