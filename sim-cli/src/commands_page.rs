//! `docs/commands.md`: the reference of the command, from the definitions that parse it.
//!
//! Only a test makes it: with `UPDATE_DOCS` set it writes the page, without it compares.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};
use sim_lab::explain::EXIT_CODES;

use crate::args::Cli;
use crate::event_list::EVENTS;
use crate::wrap::WIDTH;

/// The command with all its verbs, ready to print.
fn command() -> Command {
    let mut command = Cli::command().term_width(WIDTH);
    command.build();
    command
}

fn verbs(command: &Command) -> Vec<Command> {
    command.get_subcommands().filter(|c| c.get_name() != "help").cloned().collect()
}

fn page() -> String {
    let command = command();
    let mut page = String::from(
        "# The command\n\n<!-- Generated; do not edit. `cargo xtask pages` writes it anew. -->\n\n\
         Results go to standard output, talk to standard error. In a checkout, write `cargo run --release --` for \
         `chokepoint`. `chokepoint explain WORD` says what a key, parameter, metric, figure or code means.\n\n\
         | exit code | meaning |\n| --- | --- |\n",
    );
    for (code, meaning) in EXIT_CODES {
        let _ = writeln!(page, "| {code} | {meaning} |");
    }
    page.push_str("\n## Verbs\n\n| verb | what it does |\n| --- | --- |\n");
    for verb in verbs(&command) {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(page, "| [`{0}`](#{0}) | {about} |", verb.get_name());
    }
    for mut verb in verbs(&command) {
        let help = verb.render_long_help().to_string();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        let _ =
            write!(page, "\n## {}\n\n```text\n{}\n```\n", verb.get_name(), help.join("\n").trim());
    }
    page.push_str(
        "\n## Events of `--json`\n\n\
         One JSON object a line on standard output. Each has `schema` (1) and `event`. Keys keep name and meaning within a \
         schema; new keys and new events may come, so skip what you do not know. `chokepoint schema events` prints their \
         JSON Schema.\n\n\
         | event | verbs | when | keys |\n| --- | --- | --- | --- |\n",
    );
    for event in EVENTS {
        let keys = event.keys_in_words();
        let _ = writeln!(page, "| `{}` | {} | {} | {keys} |", event.name, event.verbs, event.doc);
    }
    page
}

#[test]
fn the_page_of_commands_is_what_the_program_parses() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md");
    let text = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).expect("the page is writable");
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/commands.md is stale: run `cargo xtask pages`");
}

#[test]
fn help_fits_eighty_columns() {
    let command = command();
    let mut pages = vec![command.clone()];
    pages.extend(verbs(&command));
    for mut verb in pages {
        for help in [verb.render_help().to_string(), verb.render_long_help().to_string()] {
            for line in help.lines() {
                assert!(line.chars().count() <= WIDTH, "{}: {line}", verb.get_name());
            }
        }
        assert!(verb.get_about().is_some(), "{} says nothing of itself", verb.get_name());
    }
}

/// Commands of a page: the lines `$ chokepoint …` and `$ cargo run --release -- …` of its console blocks.
fn commands(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("$ "));
    lines
        .filter_map(|line| {
            let rest = line
                .strip_prefix("chokepoint ")
                .or_else(|| line.strip_prefix("cargo run --release -- "))?;
            Some(rest.split(['>', '|', '#']).next().unwrap_or_default().trim().to_owned())
        })
        .collect()
}

#[test]
fn every_command_of_the_documents_is_understood() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut seen = 0;
    for folder in ["", "docs", "scenarios", "sim-lab/src/starter"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|ending| ending != "md") {
                continue;
            }
            for line in commands(&std::fs::read_to_string(&path).expect("a text")) {
                let words = std::iter::once("chokepoint").chain(line.split_whitespace());
                let parsed = Cli::command().try_get_matches_from(words);
                assert!(parsed.is_ok(), "{}: `{line}`: {:?}", path.display(), parsed.err());
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen} commands");
}

#[test]
fn every_option_says_what_it_does() {
    for verb in verbs(&command()) {
        for argument in verb.get_arguments().filter(|a| a.get_id() != "help") {
            assert!(argument.get_help().is_some(), "{} {}", verb.get_name(), argument.get_id());
        }
    }
}

#[test]
fn nothing_prints_json_but_the_registered_events() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(sources).expect("a directory") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let own = ["events.rs", "commands_page.rs", "schema.rs", "hindcast_report.rs"];
        let exempt = own.iter().any(|name| path.ends_with(name));
        assert!(exempt || !text.contains("\"event\""), "{}", path.display());
        for rest in text.split("events::print(\"").skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            let known = EVENTS.iter().any(|event| event.name == name);
            assert!(known, "{}: `{name}` is not in EVENTS", path.display());
        }
    }
}
