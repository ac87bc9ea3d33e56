//! Synthetic worlds: what is added are actors, not demand, and what is written is read as it was meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sim_core::draws::Draws;
use sim_core::scenario::param::Grade;
use sim_core::scenario::tables::{CountryShare, Tables};
use sim_core::structure::Structure;
use sim_lab::library;
use sim_lab::synth::{self, Size, SynthError};

use crate::library::{home, play, scenario};

const LARGE: Size = Size { buyers: Some(200), suppliers: Some(12), segments: Some(75), seed: 7 };

/// The id of the row that a copy was made from.
fn original(id: &str) -> &str {
    id.split('~').next().unwrap_or(id)
}

/// Sums of a table's rows by key.
fn sums<'a, T>(rows: &'a [T], of: impl Fn(&'a T) -> (String, f64)) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for (key, value) in rows.iter().map(of) {
        *sums.entry(key).or_insert(0.0) += value;
    }
    sums
}

fn assert_alike(base: &BTreeMap<String, f64>, world: &BTreeMap<String, f64>) {
    assert_eq!(base.keys().collect::<Vec<_>>(), world.keys().collect::<Vec<_>>());
    for (key, value) in base {
        assert!((value - world[key]).abs() <= 1e-9 * value.abs().max(1.0), "{key}: {value}");
    }
}

fn money(tables: &Tables) -> [BTreeMap<String, f64>; 3] {
    [
        sums(&tables.segments, |s| (original(&s.id).to_owned(), s.size_2019_usd_m)),
        sums(&tables.lines, |l| (format!("2019 {}", l.path), l.share_2019)),
        sums(&tables.lines, |l| (format!("2024 {}", l.path), l.share_2024)),
    ]
}

#[test]
fn without_a_wish_it_is_the_calibrated_world() {
    let base = &scenario("baseline").tables;
    let world = synth::tables(base, Size { seed: 3, ..Size::default() }).unwrap();
    let ids = |tables: &Tables| -> BTreeSet<(String, String, u32)> {
        tables.products.iter().map(|p| (p.segment.clone(), p.supplier.clone(), p.slot)).collect()
    };
    assert_eq!(ids(base), ids(&world));
    let lines = |tables: &Tables| {
        let mut lines = tables.lines.clone();
        lines.sort_by_key(|line| line.slot);
        lines
    };
    assert_eq!(lines(base), lines(&world));
}

#[test]
fn markets_paths_and_countries_keep_their_parts() {
    let base = &scenario("baseline").tables;
    let world = synth::tables(base, LARGE).unwrap();
    assert_eq!((world.lines.len(), world.segments.len()), (200, 75));
    for segment in &world.segments {
        assert_eq!(world.products.iter().filter(|p| p.segment == segment.id).count(), 12);
    }
    for (base, world) in money(base).iter().zip(&money(&world)) {
        assert_alike(base, world);
    }
    // A country keeps its share in every copy of a segment, but where none of its suppliers is left.
    for row in &world.shares {
        let of =
            |r: &&CountryShare| r.segment == original(&row.segment) && r.country == row.country;
        let printed = base.shares.iter().find(of).map(|r| r.share_pct);
        assert!(printed.is_some_and(|p| row.share_pct >= p - 1e-9), "{row:?} {printed:?}");
    }
    let total = |tables: &Tables| sums(&tables.shares, |r| (r.segment.clone(), r.share_pct));
    let printed = total(base);
    for (segment, sum) in total(&world) {
        assert!((sum - printed[original(&segment)]).abs() < 1e-9, "{segment}: {sum}");
    }
}

#[test]
fn slots_stay_with_the_first_and_no_two_rows_share_one() {
    let base = &scenario("baseline").tables;
    let world = synth::tables(base, LARGE).unwrap();
    let slots: BTreeSet<u32> = world.lines.iter().map(|line| line.slot).collect();
    assert_eq!(slots.len(), world.lines.len());
    let slots: BTreeSet<u32> = world.products.iter().map(|product| product.slot).collect();
    assert_eq!(slots.len(), world.products.len());
    for line in &base.lines {
        let first = world.lines.iter().find(|l| l.id == line.id).unwrap();
        assert_eq!((first.slot, first.level), (line.slot, line.level));
    }
}

#[test]
fn a_size_that_cannot_be_had_is_refused() {
    let base = &scenario("baseline").tables;
    let of = |size| synth::tables(base, size).unwrap_err();
    let few = of(Size { buyers: Some(3), ..Size::default() });
    assert!(matches!(few, SynthError::FewBuyers { wanted: 3, .. }), "{few}");
    let many = of(Size { suppliers: Some(4000), ..Size::default() });
    assert!(matches!(many, SynthError::TooMany { what: "products", .. }), "{many}");
}

/// Every file of a directory, by path within it.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for place in [directory.to_path_buf(), directory.join("data")] {
        for entry in fs::read_dir(place).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                let name = entry.path().strip_prefix(directory).unwrap().display().to_string();
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

#[test]
fn what_is_written_is_read_back_and_plays_balanced_books() {
    let base = library::load(&home().join("baseline.toml"), &[]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| directory.path().join(name));
    for size in [LARGE, Size { segments: Some(9), seed: 2, ..Size::default() }] {
        for place in [&one, &two] {
            synth::write(place, &base, size).unwrap();
        }
        assert_eq!(files(&one), files(&two), "a world is a pure function of its size and seed");

        let sets = ["time.end=\"2020Q4\"".to_owned()];
        let read = library::load(&one.join("baseline.toml"), &sets).unwrap().scenario;
        let meant = synth::tables(&base.scenario.tables, size).unwrap();
        assert_eq!(money(&read.tables), money(&meant));
        assert!(read.tables.lines.iter().all(|line| line.grade == Grade::Placeholder));
        let structure = Structure::new(&read.tables);
        assert_eq!(structure.products.len(), meant.products.len());
        // A quarter whose books do not balance would stop the run.
        play(&std::sync::Arc::new(read), &Draws::central());
        for place in [&one, &two] {
            fs::remove_dir_all(place).unwrap();
        }
    }
}

#[test]
fn a_world_is_not_written_over_another() {
    let base = library::load(&home().join("baseline.toml"), &[]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("data")).unwrap();
    let refused = synth::write(directory.path(), &base, Size::default()).unwrap_err();
    assert!(matches!(refused, SynthError::Exists(_)), "{refused}");
    assert!(!directory.path().join("baseline.toml").exists());
}
