//! Scenario text and tables: a scenario or problems, each with a place; what is accepted reads back from its
//! resolved form.
//!
//! The input is a scenario beside the small world of the reader's tests, which stands for every parent. A line
//! `@@ PATH` begins the text of another file: a table, the list of sources, a parent.
#![no_main]

mod checks;
#[allow(dead_code, unused_imports, reason = "its tests need more of it")]
#[path = "../../sim-core/tests/reader/library.rs"]
mod library;

use std::sync::OnceLock;

use library::Library;
use libfuzzer_sys::fuzz_target;
use sim_core::policy::idle;
use sim_core::scenario::load::{self, Found, Reading, Unreadable, Wanted};
use sim_core::scenario::problem::{Problems, Severity};

const MAIN: &str = "child.toml";

fn files(input: &str) -> Library {
    static WORLD: OnceLock<Library> = OnceLock::new();
    let mut library = WORLD.get_or_init(Library::new).clone();
    let mut parts = input.split("\n@@ ");
    library.0.insert(MAIN.to_owned(), parts.next().unwrap_or_default().to_owned());
    for part in parts {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        library.0.insert(path.to_owned(), text.to_owned());
    }
    library
}

fn read(library: &Library) -> Result<Reading, Problems> {
    let mut fetch = |wanted: &Wanted| {
        let base = wanted.path.ends_with(".toml").then_some("base.toml");
        let path = if library.0.contains_key(&wanted.path) { Some(&*wanted.path) } else { base };
        let path = path.ok_or_else(|| Unreadable { message: "no such file".to_owned(), help: None })?;
        Ok(Found { path: path.to_owned(), text: library.0[path].clone() })
    };
    load::load(MAIN, &[], &mut fetch, idle::find)
}

fuzz_target!(|input: &str| {
    let mut library = files(input);
    match read(&library) {
        Ok(reading) => {
            library.0.insert(MAIN.to_owned(), reading.resolved);
            let again = read(&library);
            let again = again.unwrap_or_else(|p| panic!("the resolved scenario is refused: {p}"));
            assert_eq!(again.identity, reading.identity);
        }
        Err(Problems(problems)) => {
            assert!(problems.iter().any(|problem| problem.severity == Severity::Error));
            problems.iter().for_each(checks::is_placed);
        }
    }
});
