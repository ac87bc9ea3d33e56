//! Documents that can go stale are tested: commands, tables, lists and links.
//!
//! The commands of README.md run with the binary of this build; `cargo run --release --` stands for it.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::calendar::Quarter;
use sim_lab::law::{self, Law};
use sim_lab::{hindcast, library, reference};

use super::{chokepoint, root};

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The fenced blocks of a page in their order: language and text.
fn fenced(markdown: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            found.push((language.to_owned(), inside.join("\n") + "\n"));
        }
    }
    found
}

/// The texts of the fenced blocks of a language.
fn blocks(markdown: &str, language: &str) -> Vec<String> {
    fenced(markdown).into_iter().filter(|(l, _)| l == language).map(|(_, text)| text).collect()
}

/// A command of a page: its words after the name of the program, and the file that its output goes to.
struct Command {
    words: Vec<String>,
    into: Option<String>,
}

/// Reads a command. `None` is one that no test runs: what runs these tests, and what needs other programs.
fn command(line: &str) -> Option<Command> {
    let (line, into) = match line.split_once(" > ") {
        Some((line, file)) => (line, Some(file.trim().to_owned())),
        None => (line, None),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let words = match words.as_slice() {
        ["cargo", "run", "--release", "--", rest @ ..] | ["chokepoint", rest @ ..] => rest,
        // What runs this test, and what checks/python tests.
        ["cargo", "test"]
        | ["cargo", "xtask", ..]
        | ["python", "checks/python/published.py", ..]
        | ["pip", "install", ..] => return None,
        _ => panic!("no test knows how to run `{line}`"),
    };
    Some(Command { words: words.iter().map(ToString::to_string).collect(), into })
}

/// The words after the name of the program, or `None` for a command that this test does not run.
fn arguments(line: &str) -> Option<Vec<String>> {
    command(line).map(|command| command.words)
}

/// Makes a command cheap: few replicates, draws and points in place of those that it asks for.
fn few(words: &mut Vec<String>) {
    let less: &[(&str, &str)] = match words[0].as_str() {
        "compare" | "run" | "attribute" => &[("--replicates", "3")],
        "hindcast" => &[("--replicates", "4")],
        "calibrate" => &[("--draws", "100"), ("--particles", "10"), ("--keep", "4")],
        "plan" | "sweep" => &[("--size", "4")],
        _ => &[],
    };
    if words.iter().any(|word| word == "--dry-run") {
        return;
    }
    for (option, value) in less {
        without(words, option);
        words.extend([option, value].map(|word| (*word).to_owned()));
    }
}

/// Takes an option and its value out of a command line.
fn without(arguments: &mut Vec<String>, option: &str) {
    if let Some(at) = arguments.iter().position(|word| word == option) {
        arguments.drain(at..at + 2);
    }
}

#[test]
fn the_commands_of_the_readme_succeed() {
    let readme = read("README.md");
    let place = tempfile::tempdir().expect("a directory");
    // The example regime of the page, under the name that its commands use.
    let regimes = blocks(&readme, "toml");
    let [regime] = regimes.as_slice() else { panic!("README.md shows one regime") };
    let mine = place.path().join("my-regime.toml");
    fs::write(&mine, regime).expect("a file");

    let commands: Vec<String> = blocks(&readme, "console")
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| line.strip_prefix("$ ").map(str::to_owned))
        .collect();
    for needed in ["cargo run --release -- compare", "cargo test"] {
        assert!(commands.iter().any(|c| c == needed), "README.md lacks `{needed}`");
    }
    let mut latest = String::new();
    for (i, command) in commands.iter().enumerate() {
        let Some(mut words) = arguments(command) else { continue };
        for word in &mut words {
            // Nothing is written into the checkout, and the newest run is that of this page.
            match word.as_str() {
                "my-regime.toml" => *word = mine.to_string_lossy().into_owned(),
                "my-study" => *word = place.path().join("my-study").to_string_lossy().into_owned(),
                "latest" => word.clone_from(&latest),
                _ => {}
            }
        }
        if matches!(words.first().map(String::as_str), Some("compare" | "run")) {
            without(&mut words, "--out");
            let out = place.path().join(i.to_string()).to_string_lossy().into_owned();
            words.extend(["--out".to_owned(), out.clone()]);
            latest = out;
        }
        few(&mut words);
        chokepoint().args(&words).assert().success();
    }
}

#[test]
fn the_readme_lists_the_files_of_a_run_directory() {
    let place = tempfile::tempdir().expect("a directory");
    let run = place.path().join("run");
    chokepoint()
        .args(["run", "hard-cap", "--replicates", "2", "--quiet", "--out"])
        .arg(&run)
        .assert()
        .success();
    let readme = read("README.md");
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a directory");
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    for name in names(&run).into_iter().filter(|name| name != "figures") {
        let shown =
            if name.ends_with(".resolved.toml") { "<scenario>.resolved.toml" } else { &name };
        assert!(readme.contains(&format!("`{shown}`")), "README.md does not tell what `{name}` is");
    }
    for name in names(&run.join("figures")) {
        let (stem, _) = name.split_once('.').expect("a figure has an ending");
        let shown = format!("`figures/{stem}.");
        assert!(readme.contains(&shown), "README.md does not tell what `figures/{name}` is");
    }
}

/// Compares a generated page with its file; with `UPDATE_DOCS` set, writes it.
fn generated(name: &str, text: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(root().join(name), text).expect("the page can be written");
    }
    let found = fs::read_to_string(root().join(name)).unwrap_or_default();
    assert!(found == text, "{name} is out of date: run `cargo xtask pages` and commit it");
}

#[test]
fn the_page_of_parameters_is_what_the_baseline_says() {
    let baseline = root().join("scenarios/baseline.toml");
    let loaded = library::load(&baseline, &[]).expect("the baseline is valid");
    generated("docs/parameters.md", &reference::parameters(&loaded.scenario));
}

/// What the page of the law calls today. A later law is a later date here and in the scenario.
const TODAY: (&str, Quarter) = ("the end of November 2026", Quarter::new(2026, 4));

#[test]
fn the_page_of_the_law_is_what_the_files_say() {
    let load = |name: &str| {
        let path = root().join("scenarios").join(name);
        library::load(&path, &[]).expect("it is valid")
    };
    let (current, other) = (load("current-law.toml"), load("truce-ends.toml"));
    let text = read("scenarios/current-law.toml");
    let page = law::page(Law { current: (&current, &text), other: &other, today: TODAY });
    generated("docs/law.md", &page);
}

#[test]
fn the_page_of_scenarios_is_what_the_files_say() {
    let listed = library::list(&root().join("scenarios")).expect("the directory is readable");
    let all: Vec<_> =
        listed.iter().map(|s| library::load(&s.path, &[]).expect("it is valid")).collect();
    generated("docs/scenarios.md", &reference::scenarios(&all));
}

/// Follows a page in a new project, block by block: a block of TOML that begins with `# file: NAME` is written, the lines of
/// one that begins with `# append: NAME` are added to a table, and commands run. Gives their number.
fn follow(page: &str) -> usize {
    let place = tempfile::tempdir().expect("a directory");
    let at = |name: &str| place.path().join(name);
    chokepoint().current_dir(place.path()).args(["init", "--quiet"]).assert().success();
    // A few pages write into the documents of a checkout.
    fs::create_dir(at("docs")).expect("a folder");
    let mut done = 0;
    for (language, block) in fenced(&read(page)) {
        let (first, rest) = block.split_once('\n').unwrap_or_default();
        if let Some(name) = first.strip_prefix("# file: ") {
            fs::write(at(name), &block).expect("a file");
        } else if let Some(name) = first.strip_prefix("# append: ") {
            let table = fs::read_to_string(at(name)).expect("a table");
            fs::write(at(name), table + rest).expect("a table");
        }
        if language != "console" {
            continue;
        }
        for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let Some(Command { mut words, into }) = command(line) else { continue };
            // The page says how to begin; here it has been done.
            if words[0] == "init" {
                continue;
            }
            few(&mut words);
            let out = chokepoint().current_dir(place.path()).args(&words).assert().success();
            if let Some(file) = into {
                fs::create_dir_all(at(&file).parent().expect("a folder")).expect("a folder");
                fs::write(at(&file), &out.get_output().stdout).expect("a file");
            }
            done += 1;
        }
    }
    done
}

#[test]
fn the_commands_of_every_page_succeed() {
    let mut counted = 0;
    for entry in fs::read_dir(root().join("docs")).expect("a directory") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let page = format!("docs/{name}");
        let here = follow(&page);
        let least = if ["tutorial.md", "how-to.md"].contains(&name.as_str()) { 10 } else { 0 };
        assert!(here >= least, "{page} has lost its commands");
        counted += here;
    }
    assert!(counted > 45, "{counted} commands");
}

#[test]
fn commands_stand_in_blocks_that_are_run() {
    let mut wrong = Vec::new();
    for page in pages() {
        for (language, block) in fenced(&read(&page.to_string_lossy())) {
            let begins =
                |line: &str| ["chokepoint ", "cargo run "].iter().any(|c| line.starts_with(c));
            for line in block.lines().filter(|line| language != "console" && begins(line)) {
                wrong.push(format!("{}: `{line}` stands in no console block", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_of_metrics_is_what_the_registries_say() {
    generated("docs/metrics.md", &reference::metrics());
}

#[test]
fn the_gallery_shows_every_figure() {
    generated("docs/figures.md", &reference::gallery());
}

#[test]
fn the_page_of_mechanisms_is_what_the_registry_says() {
    generated("docs/mechanisms.md", &reference::mechanisms());
}

#[test]
fn the_page_of_validation_is_what_the_stored_hindcasts_say() {
    let run = |name: &str| -> serde_json::Value {
        serde_json::from_str(&read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    let (plain, roster) = (run("docs/validation.json"), run("docs/validation-roster-known.json"));
    let (prior, calibration) = (run("docs/validation-prior.json"), run("docs/calibration.json"));
    let published = run("docs/published.json");
    let (standing, worlds) =
        (run("docs/validation-standing.json"), read("docs/validation-worlds.txt"));
    let history = root().join("scenarios/history.toml");
    let loaded = library::load(&history, &["time.end=2024Q4".to_owned()]).expect("it is valid");
    for stored in [&plain, &roster, &prior] {
        assert!(
            stored["scenario_hash"] == loaded.hash.as_str(),
            "`history` is not what the stored hindcasts ran: run the commands of docs/validation.md"
        );
    }
    let stored = hindcast::page::Stored {
        plain: &plain,
        roster: &roster,
        prior: &prior,
        calibration: &calibration,
        published: &published,
        standing: &standing,
        worlds: &worlds,
    };
    generated("docs/validation.md", &hindcast::page::page(&stored));
}

#[test]
fn every_scenario_is_in_the_list() {
    let list = read("scenarios/README.md");
    for scenario in library::list(&root().join("scenarios")).expect("the directory is readable") {
        let row = format!("| `{}.toml` |", scenario.id);
        assert!(list.contains(&row), "scenarios/README.md has no row that begins `{row}`");
    }
}

#[test]
fn the_citation_names_this_version() {
    let version = format!("version: {}\n", env!("CARGO_PKG_VERSION"));
    assert!(read("CITATION.cff").contains(&version), "CITATION.cff lacks `{}`", version.trim());
}

/// Markdown files whose links are checked.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "scenarios/README.md"]
            .map(PathBuf::from)
            .into();
    for folder in ["docs", "docs/decisions"] {
        for entry in fs::read_dir(root().join(folder)).expect("a directory") {
            let name = entry.expect("an entry").file_name();
            let path = Path::new(folder).join(name);
            if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = read(&page.to_string_lossy());
        let folder = page.parent().unwrap_or(Path::new("")).to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            if !root().join(&folder).join(path).exists() {
                broken.push(format!("{} \u{2192} {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

/// The codes of the founding report's systems.
fn codes() -> Vec<String> {
    let group = |letter: char, numbers: std::ops::RangeInclusive<u32>| {
        numbers.map(move |n| format!("{letter}{n}"))
    };
    group('P', 0..=14)
        .chain(group('C', 1..=8))
        .chain(group('T', 1..=4))
        .chain(group('U', 1..=7))
        .chain(group('S', 1..=9))
        .collect()
}

/// All sources of tests, by the stem of the file.
fn test_sources() -> Vec<(String, String)> {
    ["sim-core/tests/it", "sim-lab/tests/it"]
        .iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).expect("a directory"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| {
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (stem, fs::read_to_string(&path).expect("a text"))
        })
        .collect()
}

#[test]
fn every_system_of_the_founding_report_has_a_scenario_and_a_test() {
    let page = read("docs/coverage.md");
    let sources = test_sources();
    let mut gaps = Vec::new();
    for code in codes() {
        let row = page.lines().find(|line| line.starts_with(&format!("| {code} |")));
        let Some(row) = row else {
            gaps.push(format!("{code} has no row"));
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, _, _, scenario, module, tests, ..] = cells.as_slice() else {
            panic!("{code}: a row has six cells")
        };
        if !scenario.contains("(../scenarios/") {
            gaps.push(format!("{code} has no scenario"));
        }
        if !module.contains("](../") {
            gaps.push(format!("{code} has no module"));
        }
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            gaps.push(format!("{code} has no test"));
        }
        for test in named {
            let (file, name) = test.split_once("::").expect("`file::test`");
            let there = sources
                .iter()
                .any(|(stem, text)| stem == file && text.contains(&format!("fn {name}(")));
            if !there {
                gaps.push(format!("{code}: there is no test `{test}`"));
            }
        }
    }
    assert!(gaps.is_empty(), "docs/coverage.md:\n{}", gaps.join("\n"));
}
