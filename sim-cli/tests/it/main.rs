//! The command as a user meets it: exit codes, files, messages, papers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_macros, reason = "what a test prints goes to its own output")]

mod analyses;
mod charts;
mod damage;
mod dependencies;
mod disk;
mod docs;
mod elsewhere;
mod events;
mod hindcast;
mod hostile;
mod import;
mod instructions;
mod interrupts;
mod malformed;
mod owners;
mod rooms;
mod runs;
mod schema;
mod sealed;
mod sentences;
mod studies;
mod sweeps;
mod tools;
mod width;
mod words;
mod wrong_input;

use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the repository is there")
}

/// A text on one line: messages are wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The command, run at the root of the repository.
fn chokepoint() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chokepoint"));
    command.current_dir(root()).env("NO_COLOR", "1");
    command
}
