//! Golden files: two runs of every scenario at central parameters, small enough to review in a diff.
//!
//! In the `central` run every number is drawn at its median, so rare events (a step of research, an
//! entrant) never happen; the run `1-0` has the numbers of seed 1, replicate 0, and so shows these too.
//!
//! A change that moves one is a change of the model: its own commit and a line of the changelog.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sim_core::draws::Draws;
use sim_core::metric::{Column, Every, Id, columns};
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::Bloc::{self, China, Third, Us};
use sim_core::structure::Structure;

use crate::library::{play, scenario, stems};

/// What is printed: name, metric, blocs of supplier and buyer. Money is summed over the year, everything
/// else is the year's last quarter.
type Entry = (&'static str, Id, Option<Bloc>, Option<Bloc>);

const ENTRIES: [Entry; 14] = [
    ("us_in_china", Id::Revenue, Some(Us), Some(China)),
    ("us_at_home", Id::Revenue, Some(Us), Some(Us)),
    ("third_in_china", Id::Revenue, Some(Third), Some(China)),
    ("china_in_china", Id::Revenue, Some(China), Some(China)),
    ("china_in_third", Id::Revenue, Some(China), Some(Third)),
    ("deferred_in_china", Id::Unspent, None, Some(China)),
    ("stock_ahead", Id::Stock, None, None),
    ("us_research", Id::Research, Some(Us), None),
    ("us_share", Id::UsShare, None, None),
    ("domestic_share", Id::DomesticShare, None, None),
    ("national_belief", Id::NationalBelief, None, None),
    ("china_tool_level", Id::ToolLevel, Some(China), None),
    ("china_logic", Id::ChinaLogic, None, None),
    ("lead_logic", Id::Lead, None, None),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim-core/tests/golden")
}

/// Six significant digits.
fn rounded(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent: i32 = format!("{value:.5e}").split_once('e').unwrap().1.parse().unwrap();
    format!("{value:.*}", (5 - exponent).clamp(0, 12) as usize)
}

/// The golden file of a scenario.
fn golden(scenario: &Arc<Scenario>) -> String {
    let mut text = String::from("run,year");
    for (name, ..) in ENTRIES {
        let _ = write!(text, ",{name}");
    }
    text.push('\n');
    for (run, draws) in [("central", Draws::central()), ("1-0", Draws::new(1, 0))] {
        text.push_str(&table(run, scenario, &play(scenario, &draws).quarterly));
    }
    text
}

/// The rows of a run.
fn table(run: &str, scenario: &Scenario, quarterly: &[f64]) -> String {
    let structure = Structure::new(&scenario.tables);
    let columns = columns(&structure, Every::Quarter);
    let mut text = String::new();
    let place = |(_, metric, supplier, buyer, ..): &Entry| {
        let wanted = Column { metric: *metric, supplier: *supplier, buyer: *buyer, segment: None };
        columns.iter().position(|column| *column == wanted).unwrap()
    };
    let rows: Vec<&[f64]> = quarterly.chunks_exact(columns.len()).collect();
    for (year, quarters) in (scenario.start.year()..).zip(rows.chunks(4)) {
        let _ = write!(text, "{run},{year}");
        for entry in &ENTRIES {
            let column = place(entry);
            let flow = entry.1 != Id::Stock && entry.1.spec().unit.starts_with("USD");
            let value = if flow {
                quarters.iter().map(|row| row[column]).sum()
            } else {
                quarters[quarters.len() - 1][column]
            };
            let _ = write!(text, ",{}", rounded(value));
        }
        text.push('\n');
    }
    text
}

/// The first lines that differ, with how to accept them.
fn difference(stem: &str, stored: &str, now: &str) -> Option<String> {
    if stored == now {
        return None;
    }
    let mut text = format!("{stem}.csv\n");
    let lines = stored.lines().zip(now.lines()).filter(|(a, b)| a != b).take(3);
    for (stored, now) in lines {
        let _ = writeln!(text, "  stored {stored}\n  now    {now}");
    }
    if stored.lines().count() != now.lines().count() {
        let _ =
            writeln!(text, "  {} against {} lines", stored.lines().count(), now.lines().count());
    }
    Some(text)
}

#[test]
fn every_scenario_gives_its_golden_file() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut moved = String::new();
    for stem in stems() {
        let now = golden(&scenario(&stem));
        let path = folder().join(format!("{stem}.csv"));
        if update {
            std::fs::write(&path, now).unwrap();
            continue;
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        moved.extend(difference(&stem, &stored, &now));
    }
    assert!(
        moved.is_empty(),
        "the model gives other numbers than the golden files:\n{moved}\
         If that is meant: cargo xtask goldens"
    );
}

#[test]
fn every_golden_file_has_a_scenario() {
    let stems = stems();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(stems.contains(&stem), "{stem} is no scenario");
    }
}

#[test]
fn numbers_have_six_digits() {
    let cases =
        [(0.0, "0"), (12_345.678, "12345.7"), (1_234_567.8, "1234568"), (-0.5, "-0.500000")];
    for (value, text) in cases {
        assert_eq!(rounded(value), text);
    }
    assert_eq!(rounded(9.999_999_6), "10.0000");
    assert!(difference("x", "a\nb\n", "a\nc\n").unwrap().contains("stored b\n  now    c"));
}
