//! A comparison of branches of one trunk tells of the quarters from the branch on: in its sums, its percentages, its
//! sentences and its charts; one without a trunk tells of all.

use std::sync::Arc;

use crate::chart_boxes::{assert_clean, boxes};
use sim_charts::{Figure, Size};
use sim_core::calendar::Quarter;
use sim_core::metric::{Id, NAMED_FIRMS};
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::Bloc;
use sim_lab::experiment::Design;
use sim_lab::finding::{self, LEAD, Subject, TOOLS};
use sim_lab::outcome::Dollars;
use sim_lab::results::Results;
use sim_lab::study::{Study, StudyError};
use sim_lab::{figures, library};
use sim_stats::summary::Summary;

const END: &str = "time.end=2030Q4";

fn load(id: &str) -> Arc<Scenario> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let path = path.join(format!("{id}.toml"));
    Arc::new(library::load(&path, &[END.to_owned()]).expect("the scenario is valid").scenario)
}

fn run(ids: &[&str], trunk: Option<(&str, Quarter)>) -> (Study, Results) {
    let scenarios = ids.iter().map(|id| load(id)).collect();
    let design = Design::new(scenarios, 4, 1, |firm| NAMED_FIRMS.contains(&firm));
    let design = match trunk {
        Some((id, at)) => design.branched(&load(id), at).expect("it goes on from it"),
        None => design,
    };
    let mut results = Results::new(&design, Dollars::Of2019).expect("a base year");
    for r in 0..4 {
        results.add(vec![design.replicate(r).expect("runs")]);
    }
    let study = Study::new(&design, &results.reader, results.dollars, "0123456789abcdef");
    (study, results)
}

const OPTIONS: [&str; 4] = ["current-law", "sliding-scale", "hard-cap-allied", "truce-ends"];

fn branch(at: Quarter) -> (Study, Results) {
    run(&OPTIONS, Some(("current-law", at)))
}

/// US sales of a run from a quarter on, counted from the first, USD bn; summed here and not by the reader's window.
fn sales(results: &Results, scenario: usize, replicate: usize, first: usize) -> f64 {
    let record = &results.records[scenario][replicate];
    let quarters = results.reader.revenue(record, Bloc::Us, &Bloc::ALL);
    quarters[first..].iter().sum::<f64>() / 1e3
}

fn words(figure: &Figure) -> String {
    let all: Vec<String> = boxes(figure).into_iter().map(|b| b.text).collect();
    all.join(" ").replace('\u{a0}', " ")
}

#[test]
fn sums_and_percentages_run_from_the_branch_on() {
    for (at, first, span) in [
        (Quarter::new(2027, 1), 32, "2027\u{2013}2030"),
        (Quarter::new(2026, 3), 30, "2026Q3\u{2013}2030Q4"),
    ] {
        let (study, results) = branch(at);
        assert_eq!((study.span().as_str(), study.before()), (span, first));
        for s in 0..OPTIONS.len() {
            for r in 0..4 {
                let told = results.values(s, "us-revenue-world")[r];
                let wanted = sales(&results, s, r, first);
                assert!((told - wanted).abs() < 1e-9 * wanted, "{span}: {told} is not {wanted}");
                let change =
                    100.0 * (wanted - sales(&results, 0, r, first)) / sales(&results, 0, r, first);
                let told = results.relative(s, "us-revenue-world")[r];
                assert!((told - change).abs() < 1e-6, "{span}: {told} % is not {change} %");
                // Nothing differs before the branch, so the loss is that of all years.
                let all = sales(&results, s, r, 0) - sales(&results, 0, r, 0);
                let loss = results.difference(s, "us-revenue-world")[r];
                assert!((all - loss).abs() < 1e-6, "{span}: {loss} is not {all}");
            }
        }
        // What stands at the end does not know of the branch.
        let lead = results.reader.column(Id::Lead, None, None);
        let last = results.reader.series(&results.records[0][0], lead);
        let mean = last[last.len() - 4..].iter().sum::<f64>() / 4.0;
        assert_eq!(results.values(0, "lead-logic")[0].to_bits(), mean.to_bits());
    }
}

#[test]
fn a_named_firm_counts_from_the_year_of_the_branch() {
    let (study, results) = branch(Quarter::new(2026, 3));
    let place = 2 * study.firms.iter().position(|firm| firm == "amat").expect("it is watched");
    let rows = results.records[0][0].firms.chunks_exact(study.firms.len() * 2);
    let wanted: f64 = rows.skip(7).map(|row| row[place] / 1e3).sum();
    assert!((results.values(0, "firm-amat")[0] - wanted).abs() < 1e-9 * wanted);
}

#[test]
fn the_share_is_halved_against_the_year_before_the_branch_and_times_count_from_it() {
    let (study, results) = branch(Quarter::new(2027, 1));
    assert_eq!(study.halved_against(), " against 2026");
    assert!((results.reader.told_years() - 4.0).abs() < 1e-12);
    let record = &results.records[1][0];
    let owned = |bloc, quarters: std::ops::Range<usize>| -> f64 {
        let column = results.reader.column(Id::Owned, Some(bloc), None);
        results.reader.series(record, column)[quarters].iter().sum()
    };
    let share = owned(Bloc::Us, 28..32)
        / Bloc::ALL.into_iter().map(|bloc| owned(bloc, 28..32)).sum::<f64>();
    assert!((results.reader.first_us_share(record) - share).abs() < 1e-12);
    assert!(share < 0.9 * record.base_us_share, "most of the fall lies before the branch");
    // Any share at all is below twice what it was, at once.
    assert_eq!(results.reader.design_out(record, 2.0), Some(0.0));
}

#[test]
fn without_a_trunk_all_quarters_are_told_and_nothing_new_is_stored() {
    let (study, results) = run(&OPTIONS, None);
    assert_eq!(
        (study.span().as_str(), study.halved_against()),
        ("2019\u{2013}2030", String::new())
    );
    for r in 0..4 {
        let told = results.values(1, "us-revenue-world")[r];
        assert_eq!(told.to_bits(), sales(&results, 1, r, 0).to_bits());
        let record = &results.records[1][r];
        let share = results.reader.first_us_share(record);
        assert_eq!(share.to_bits(), record.base_us_share.to_bits());
    }
    let json = study.to_json().expect("written");
    assert!(json.contains("\"schema\": 1,") && !json.contains("trunk"), "{json}");
    assert_eq!(study.named(0), "\u{201c}Current law\u{201d}");
    let fan = figures::figure("loss-fan", &study, &results, Size::PAGE).expect("drawn");
    let first = fan.csv.lines().nth(1).expect("a row");
    assert!(first.contains(",2019.125,"), "{first}");
}

#[test]
fn the_directory_alone_tells_of_the_same_quarters() {
    let (study, results) = branch(Quarter::new(2027, 1));
    let json = study.to_json().expect("written");
    let again = Study::from_json(&json).expect("read");
    assert_eq!(again, study);
    let reader = again.reader().expect("the columns are known");
    let record = &results.records[1][0];
    let firm = |place: &usize| !sim_lab::outcome::HEADLINES[*place].id.starts_with("firm-");
    for place in (0..sim_lab::outcome::HEADLINES.len()).filter(firm) {
        let (told, stored) = (reader.headlines(record)[place], results.headlines[1][place][0]);
        assert_eq!(told.to_bits(), stored.to_bits());
    }
    // An older program, which would call the sums by all years, must not read it; nor is half of it believed.
    assert!(json.contains("\"schema\": 2,"));
    for (what, other) in [
        ("\"schema\": 2,", "\"schema\": 1,"),
        ("\"schema\": 2,", "\"schema\": 3,"),
        ("\"at\": \"2027Q1\"", "\"at\": \"2017Q1\""),
        ("\"at\": \"2027Q1\"", "\"at\": \"2031Q1\""),
    ] {
        let refused = Study::from_json(&json.replace(what, other));
        assert!(matches!(refused, Err(StudyError::Schema { .. } | StudyError::Json(_))), "{other}");
    }
}

#[test]
fn sentences_say_both_sides_and_call_the_baseline_by_its_title() {
    let (study, results) = branch(Quarter::new(2027, 1));
    let told = finding::sentence(&study, &results);
    let head = "Against \u{201c}Current law\u{201d} from 2027Q1 on (sums over 2027\u{2013}2030, 2019 dollars;";
    assert!(told.starts_with(head), "{told}");
    assert!(told.contains("US makers of tools, materials, software and IP "), "{told}");
    assert!(!told.contains("2019\u{2013}"), "{told}");
    assert!(!told.contains("no control"), "{told}");
    // Whatever is clear is told, and nothing else is.
    let clear = |subject: &Subject, sign: f64, least: f64| {
        let sizes = (1..OPTIONS.len())
            .map(|s| Summary::told(&results.difference(s, subject.id)).scaled(sign));
        sizes.filter(|d| d.p5 > 0.0 && d.p95 >= least).count() > 0
    };
    assert!(clear(&TOOLS, 1.0, 0.5), "a scale that ends the rules on tools is more sales");
    for (subject, least, verbs) in [
        (TOOLS, 0.5, ["lose most under", "gain most under"]),
        (LEAD, 0.05, ["shrinks most under", "grows most under"]),
    ] {
        let told = finding::overall(&study, &results, &subject);
        for (verb, sign) in verbs.into_iter().zip([-1.0, 1.0]) {
            assert_eq!(told.contains(verb), clear(&subject, sign, least), "{verb}: {told}");
        }
    }
}

#[test]
fn a_regime_that_changes_nothing_is_told_as_none() {
    let at = Quarter::new(2027, 1);
    let (study, results) = run(&["current-law", "current-law"], Some(("current-law", at)));
    let told = finding::sentence(&study, &results);
    let none = "nothing changes in the revenue of US makers of tools, materials, software and IP in any run";
    assert!(told.contains(none), "{told}");
    assert!(told.contains("nothing changes in the lead over China in logic in any run"), "{told}");
}

#[test]
fn charts_carry_the_branch_and_what_is_announced_after_it_by_name() {
    let options = ["current-law", "return-to-scale", "hard-cap"];
    let (mut study, results) = run(&options, Some(("current-law", Quarter::new(2027, 1))));
    let (mut faults, mut lines) = (Vec::new(), 0);
    for _ in 0..2 {
        for (id, size) in figures::list().flat_map(|(id, _)| Size::ALL.map(|size| (id, size))) {
            let figure = match figures::figure(id, &study, &results, size) {
                Ok(figure) => figure,
                Err(error) => {
                    faults.push(format!("{id}, {}: {error}", size.name));
                    continue;
                }
            };
            assert_clean(&figure);
            let said = words(&figure);
            assert!(!said.to_lowercase().contains("no control"), "{id}: {said}");
            assert!(!said.contains("2019\u{2013}20"), "{id} sums all years: {said}");
            let events = figure.csv.lines().filter(|line| line.contains("event"));
            for event in events {
                lines += 1;
                let named = event.contains("branch 2027Q1") || event.contains("Long rule");
                assert!(named, "{id}: {event}");
            }
            if id == "loss-fan" {
                assert!(said.contains("branch 2027Q1"), "{id}: {said}");
                let zero = |line: &&str| line.contains(",p50,2026.") && !line.ends_with(",0");
                assert_eq!(figure.csv.lines().find(zero), None, "nothing is lost before it");
                assert!(figure.csv.lines().any(|line| line.contains(",p50,2025.125,")));
                assert!(!figure.csv.contains(",2024.875,"));
            }
        }
        // Long names have room as well.
        let news = |quarter, title: &str| sim_lab::study::News {
            at: quarter,
            title: format!("{title} on tools, materials, software and services for everybody"),
        };
        let trunk = study.trunk.as_mut().expect("it has one");
        trunk.news = vec![
            news(Quarter::new(2027, 3), "Long rule"),
            news(Quarter::new(2027, 3), "Long rule again"),
            news(Quarter::new(2029, 1), "Long rule at last"),
        ];
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(lines > 20, "{lines} lines");
}
