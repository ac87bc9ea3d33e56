//! `import eto`: made-up files in both layouts, and the published ones where they stand beside the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{chokepoint, root};

fn fixture(layout: &str) -> PathBuf {
    root().join("sim-cli/tests/eto").join(layout)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Imports into a file of a new directory; gives the tables of countries and firms.
fn imported(from: &Path) -> (tempfile::TempDir, String, String) {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("market.csv");
    chokepoint().args(["import", "eto"]).arg(from).arg("--out").arg(&out).assert().code(0);
    let countries = fs::read_to_string(&out).unwrap();
    let firms = fs::read_to_string(directory.path().join("market-firms.csv")).unwrap();
    (directory, countries, firms)
}

#[test]
fn the_layout_without_years_is_read() {
    let (_kept, countries, firms) = imported(&fixture("without-years"));
    let expected = "segment_id,segment,country,share_pct,year,world_size_usd_m,source,note\n\
                    N901,Glowing tools,USA,70,2015,40,Made up,contains N902 N903\n\
                    N901,Glowing tools,MYS,25,2015,40,Made up,contains N902 N903\n\
                    N901,Glowing tools,VAR,5,2015,40,Made up,contains N902 N903\n\
                    N902,Dry glowing tools,USA,100,2015,1500,Made up,size of all glow\n";
    assert_eq!(countries, expected);
    let expected = "segment_id,segment,firm,country,share_pct,year,world_size_usd_m,source,note\n\
                    N901,Glowing tools,Alpha,USA,,2015,40,Made up,contains N902 N903\n\
                    N901,Glowing tools,Beta,MYS,,2015,40,Made up,negligible; contains N902 N903\n\
                    N903,Wet glowing tools,Alpha,USA,,2015,,Made up,\n";
    assert_eq!(firms, expected);
}

#[test]
fn the_layout_with_years_is_read() {
    let (_kept, countries, firms) = imported(&fixture("with-years"));
    let expected = "segment_id,segment,country,share_pct,year,world_size_usd_m,source,note\n\
                    N901,Glowing tools,USA,60,2016,55.5,Made up,contains N902 N903\n\
                    N901,Glowing tools,MYS,30.25,2016,55.5,Made up,contains N902 N903\n\
                    N901,Glowing tools,EUR,9,2016,55.5,Made up,contains N902 N903\n\
                    N902,Dry glowing tools,USA,100,2016,1250,Made up,size of 2015\n";
    assert_eq!(countries, expected);
    assert!(firms.contains("N901,Glowing tools,Alpha,USA,59.5,2016,55.5,Made up"), "{firms}");
    assert!(!firms.contains("Various"), "{firms}");
}

#[test]
fn every_row_is_in_a_table_or_in_the_notes() {
    for layout in ["with-years", "without-years"] {
        let done =
            chokepoint().args(["import", "eto", "--json"]).arg(fixture(layout)).assert().code(0);
        let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
        let events: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let shares = events.iter().filter(|e| e["event"] == "share").count();
        let dropped: BTreeSet<u64> = events
            .iter()
            .filter(|e| e["effect"] == "dropped")
            .filter(|e| e["file"].as_str().unwrap().ends_with("provision.csv"))
            .map(|e| e["line"].as_u64().unwrap())
            .collect();
        let rows = fs::read_to_string(fixture(layout).join("provision.csv")).unwrap();
        assert_eq!(shares + dropped.len(), rows.lines().count() - 1, "{layout}: {text}");
    }
}

#[test]
fn all_problems_are_told_at_once_and_nothing_is_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("eto");
    copy(&fixture("with-years"), &from);
    let edit = |name: &str, old: &str, new: &str| {
        let text = fs::read_to_string(from.join(name)).unwrap();
        assert!(text.contains(old), "{old}");
        fs::write(from.join(name), text.replacen(old, new, 1)).unwrap();
    };
    edit("provision.csv", "N901,60.0,2016", "N901,<1,2016");
    edit("provision.csv", "N901,30.25,2016", "N901,130.25,2016");
    edit("provision.csv", "N901,9.0,2016", "N901,9.0,twenty");
    edit("provision.csv", "N902,10.0,2015,Made up\n", "N902,10.0,2015,Made up,and more\n");
    edit("providers.csv", "organization,USA", "organization,Utopia");
    edit("inputs.csv", "input_name,", "name,");
    edit("sequence.csv", "is_type_of_id", "is_type_of_ident");
    let out = directory.path().join("market.csv");
    let done =
        chokepoint().args(["import", "eto"]).arg(&from).arg("--out").arg(&out).assert().code(3);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    for (place, words) in [
        ("provision.csv:2:29", "write percent, such as 61% or 61.0, or leave the cell empty"),
        ("provision.csv:3:29", "130.25 is outside 0–100"),
        ("provision.csv:4:33", "`twenty` in column `year` is not a number"),
        ("provision.csv:9:1", "8 cells, but the header has 7"),
        ("providers.csv:5:26", "`Utopia` is no ISO-3 code"),
        ("inputs.csv:1:1", "missing: input_name"),
        ("sequence.csv:1:1", "missing: is_type_of_id"),
    ] {
        assert!(report.contains(place) && report.contains(words), "{place} {words}:\n{report}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn missing_files_and_links_that_lead_out_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("eto");
    copy(&fixture("with-years"), &from);
    fs::remove_file(from.join("inputs.csv")).unwrap();
    fs::remove_file(from.join("sequence.csv")).unwrap();
    let done = chokepoint().args(["import", "eto"]).arg(&from).assert().code(3);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(report.contains("eto/inputs.csv") && report.contains("eto/sequence.csv"), "{report}");
    #[cfg(unix)]
    {
        let elsewhere = directory.path().join("secret.csv");
        fs::write(&elsewhere, "secret words").unwrap();
        std::os::unix::fs::symlink(&elsewhere, from.join("inputs.csv")).unwrap();
        let done = chokepoint().args(["import", "eto"]).arg(&from).assert().code(3);
        let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        assert!(report.contains("leads out of the directory"), "{report}");
        assert!(!report.contains("secret words"), "{report}");
    }
}

#[test]
fn existing_files_are_never_replaced() {
    for taken in ["market.csv", "market-firms.csv", "market.csv.part", "market-firms.csv.part"] {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(taken), "mine").unwrap();
        let out = directory.path().join("market.csv");
        chokepoint()
            .args(["import", "eto"])
            .arg(fixture("with-years"))
            .arg("--out")
            .arg(&out)
            .assert()
            .code(1);
        assert_eq!(fs::read_to_string(directory.path().join(taken)).unwrap(), "mine");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "{taken}");
    }
}

/// The published vintages, where somebody put them beside the checkout: the table that comes with the project
/// was made from the later one by hand, so what both hold must be equal.
#[test]
fn the_published_vintages_agree_with_the_shipped_table() {
    let beside = root().join("../shared/data");
    let place = std::env::var_os("CHOKEPOINT_ETO").map_or(beside, PathBuf::from);
    for (vintage, countries, firms) in [("eto-2022-12", 175, 365), ("eto-2025-07", 488, 648)] {
        let from = place.join(vintage);
        if !from.is_dir() {
            eprintln!("{} is not there: not tested", from.display());
            continue;
        }
        let (_kept, shares, named) = imported(&from);
        assert_eq!(shares.lines().count() - 1, countries, "{vintage}");
        assert_eq!(named.lines().count() - 1, firms, "{vintage}");
        if vintage == "eto-2025-07" {
            agrees(&shares);
        }
    }
}

/// Every row of the shipped table that was taken as printed is among the imported ones. A row with a note was
/// changed by judgement, such as the home of a firm.
fn agrees(imported: &str) {
    let row = |cells: &[&str]| -> (String, String, f64, String, f64) {
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        (cells[0].to_owned(), cells[1].to_owned(), number(2), cells[3].to_owned(), number(4))
    };
    let mut all = Vec::new();
    // Names of segments may hold commas in quotes; what is compared stands after them.
    for line in imported.lines().skip(1) {
        let (id, rest) = line.split_once(',').unwrap();
        let rest = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\",").unwrap().1,
            None => rest.split_once(',').unwrap().1,
        };
        let cells: Vec<&str> = std::iter::once(id).chain(rest.split(',')).collect();
        all.push(row(&cells[..5]));
    }
    let shipped = fs::read_to_string(root().join("scenarios/data/observed_2024.csv")).unwrap();
    let as_printed = |line: &&str| line.ends_with(",measured,");
    for line in shipped.lines().skip(1).filter(as_printed) {
        let cells: Vec<&str> = line.split(',').collect();
        let wanted = row(&cells[..5]);
        assert!(all.contains(&wanted), "{wanted:?} was not imported");
    }
    assert!(shipped.lines().filter(as_printed).count() > 100);
}
