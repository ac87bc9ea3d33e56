//! What the tables say of themselves: where suppliers are at home, and which shares may be scored.

use std::collections::BTreeSet;
use std::fs;

use sim_core::scenario::observed;

use crate::library::{home, scenario};

fn read(name: &str) -> String {
    fs::read_to_string(home().join("data").join(name)).unwrap()
}

/// Rows of the page's table of homes: supplier and the three countries.
fn listed() -> Vec<(String, String)> {
    let page = read("README.md");
    let homes = page.split("\n## Homes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = homes.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    cells.filter(|row| row.len() > 2).map(|row| (row[1].to_owned(), row[2].to_owned())).collect()
}

#[test]
fn the_page_lists_every_supplier_whose_tag_law_and_side_differ() {
    let listed = listed();
    let mut found = 0;
    for row in &scenario("baseline").tables.suppliers {
        let homes = format!("{}, {}, {}", row.tag, row.legal, row.behaviour);
        let on_page = listed.iter().find(|(supplier, _)| *supplier == row.name);
        if row.tag != row.legal || row.tag != row.behaviour {
            found += 1;
            assert!(on_page.is_some(), "{} ({homes}) is not on the page", row.name);
        }
        assert!(on_page.is_none_or(|(_, said)| *said == homes), "{}: {homes}", row.name);
    }
    assert!(found > 5, "{found}");
}

#[test]
fn what_was_judged_with_the_answer_known_is_shown_and_not_scored() {
    let scenario = scenario("baseline");
    let shares = read("shares.csv");
    let known = shares.lines().filter(|row| row.contains("Judged with the shares of 2024 known"));
    let judged: BTreeSet<&str> = known.filter_map(|row| row.split(',').next()).collect();
    assert_eq!(judged, BTreeSet::from(["N65", "N79", "N105", "N106"]));
    let table = observed::read("observed", &read("observed_2024.csv"), &scenario, 2024).unwrap();
    assert!(table.warnings.is_empty(), "{:?}", table.warnings);
    for id in judged.into_iter().chain(["N17", "N21", "N66", "N67", "N86"]) {
        let segment = scenario.tables.segments.iter().find(|row| row.id == id).unwrap();
        assert!(!segment.scored, "{id}");
        assert!(table.rows.iter().any(|row| row.segment == id), "{id} is not shown");
    }
}
