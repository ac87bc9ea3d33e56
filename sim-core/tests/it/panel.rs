//! The panel of figures: what is wrong with a table is said at once and in its place, and nothing unseen is scored.

use sim_core::scenario::Scenario;
use sim_core::scenario::panel::{Definition, Figure, Panel, Role, Seen, Texts, read};

use crate::worlds::plain;

const HEADER: &str = "id,fact,what,firms,segments,of,since,start,end,low,high,error,why,unit,definition,role,seen,shown,source,note\n";
const SOURCES: &str =
    "id,title,publisher,year,url,accessed_as\nreport,A report,A firm,2024,,page\n";

fn panel(scenario: &Scenario, rows: &str) -> Result<Panel, String> {
    let text = format!("{HEADER}{rows}");
    let texts = Texts { figures: ("p.csv", &text), sources: ("s.csv", SOURCES) };
    read(texts, scenario).map_err(|problems| problems.to_string())
}

fn world() -> (Scenario, String) {
    let scenario = plain();
    let firm = scenario.tables.suppliers[0].id.clone();
    (scenario, firm)
}

/// A row that is right, but for what is put in the place of some words.
fn row(firm: &str, changes: &[(&str, &str)]) -> String {
    let row = format!(
        "a,V8,China,{firm},,,,2023-07-01,2024-06-30,40,42,2,rounding,percent,china-share,fact,found,40–42,report,\n"
    );
    changes.iter().fold(row, |row, (from, to)| row.replacen(from, to, 1))
}

#[test]
fn a_table_is_read_as_it_stands() {
    let (scenario, firm) = world();
    let growth = "b,V8,growth,,,a,a,2024-01-01,2024-12-31,5,5,1,why,percent,sales-growth,panel,derived,+5,report,note\n";
    let read = panel(&scenario, &(row(&firm, &[]) + growth)).unwrap();
    let [one, other] = &read.figures[..] else { panic!("{read:?}") };
    assert_eq!((one.low, one.high, one.error, one.middle()), (40.0, 42.0, 2.0, 41.0));
    assert_eq!(
        (one.definition, one.role, one.seen),
        (Definition::ChinaShare, Role::Fact, Seen::Found)
    );
    assert_eq!(
        (one.start.to_string(), one.end.to_string()),
        ("2023-07-01".into(), "2024-06-30".into())
    );
    assert_eq!((&other.of[..], other.since, other.whose()), (&[0][..], Some(0), "V8"));
    assert_eq!((one.whose(), read.title("report")), (&*firm, "A report"));
    assert!(read.names(&firm) && !read.names("nobody"));
}

#[test]
fn all_problems_are_said_at_once_with_their_places() {
    let (scenario, firm) = world();
    let rows = row(&firm, &[])
        + &row(&firm, &[("40,42", "42,40")])
        + &row(
            &firm,
            &[("a,V8", "c,V8"), ("2024-06-30", "2023Q4"), ("china-share", "china share")],
        )
        + &row(
            &firm,
            &[
                ("a,V8", "d,V8"),
                ("2023-07-01", "2024-07-01"),
                ("percent", "USD m"),
                ("report,", "reprot,"),
            ],
        )
        + &row("nobody", &[("a,V8", "e,V8"), (",fact,", ",facts,"), (",2,", ",two,")])
        + "f,V8,growth,,,g,,2024-01-01,2024-12-31,5,5,1,why,percent,sales-growth,panel,derived,+5,report,\n";
    let problems = panel(&scenario, &rows).unwrap_err();
    for part in [
        "p.csv:3:1: error[duplicate-id]: `a` stands twice",
        "the range ends at 40, below its begin at 42 (write the smaller number in column `low`)",
        "`2023Q4` in column `end` is no day (write a date like 2022-10-07)",
        "china-share",
        "p.csv:5:",
        "it ends on 2024-06-30, before it begins on 2024-07-01 (swap the two days)",
        "`china-share` is in percent, not in `USD m` (write percent)",
        "unknown source `reprot` (a source with a similar name exists: `report`)",
        "there is no supplier `nobody`",
        "`two` in column `error` is not a number",
        "p.csv:7:",
        "there is no row above `g`",
    ] {
        assert!(problems.contains(part), "`{part}` is not in:\n{problems}");
    }
}

#[test]
fn what_is_later_than_2024_is_refused() {
    let (scenario, firm) = world();
    let problems = panel(&scenario, &row(&firm, &[("2024-06-30", "2025-01-01")])).unwrap_err();
    assert!(problems.contains("error[outside-time]: it ends on 2025-01-01"), "{problems}");
    assert!(panel(&scenario, &row(&firm, &[("2024-06-30", "2024-12-31")])).is_ok());
}

#[test]
fn nothing_from_memory_is_scored() {
    let (scenario, firm) = world();
    for role in ["fact", "panel"] {
        let memory = row(&firm, &[(",found,", ",memory,"), (",fact,", &format!(",{role},"))]);
        let problems = panel(&scenario, &memory).unwrap_err();
        assert!(problems.contains("a figure from memory can be shown, never scored"), "{problems}");
    }
    let shown = row(&firm, &[(",found,", ",memory,"), (",fact,", ",shown,")]);
    let figure: Figure = panel(&scenario, &shown).unwrap().figures.remove(0);
    assert!(!figure.scored());
    // Nor if somebody takes the wall of the reader down.
    assert!(!Figure { role: Role::Fact, ..figure.clone() }.scored());
    assert!(Figure { role: Role::Fact, seen: Seen::Derived, ..figure }.scored());
}

#[test]
fn what_is_scored_has_an_error() {
    let (scenario, firm) = world();
    let problems = panel(&scenario, &row(&firm, &[(",2,rounding", ",0,rounding")])).unwrap_err();
    assert!(problems.contains("has an error of measurement above 0"), "{problems}");
}
