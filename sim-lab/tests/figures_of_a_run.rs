//! The figures of a small comparison: no text overlaps or leaves the canvas, every finding fits its numbers, and
//! what was written is read back to the same bytes.

mod chart_boxes;

use std::sync::Arc;

use chart_boxes::{assert_clean, boxes};
use sim_core::metric::NAMED_FIRMS;
use sim_lab::brief::{Brief, TEMPLATE};
use sim_lab::chart::{Figure, Size};
use sim_lab::experiment::Design;
use sim_lab::figures;
use sim_lab::library;
use sim_lab::outcome::Dollars;
use sim_lab::results::Results;
use sim_lab::store::summary_csv;
use sim_lab::study::Study;

fn run(ids: &[&str]) -> (Design, Study, Results) {
    let sets = ["time.end=2024Q4".to_owned()];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let load = |id: &&str| {
        let path = root.join(format!("{id}.toml"));
        Arc::new(library::load(&path, &sets).expect("the scenario is valid").scenario)
    };
    let scenarios: Vec<_> = ids.iter().map(load).collect();
    let design = Design::new(scenarios, 6, 1, |firm| NAMED_FIRMS.contains(&firm));
    let mut results = Results::new(&design, Dollars::Of2019).expect("a base year");
    for r in 0..6 {
        results.add(vec![design.replicate(r).expect("runs")]);
    }
    let study = Study::new(&design, &results.reader, results.dollars, "0123456789abcdef");
    (design, study, results)
}

fn all(study: &Study, results: &Results) -> Vec<Figure> {
    let draw = |(id, _)| figures::figure(id, study, results, Size::PAGE);
    figures::list().map(draw).collect::<Result<_, _>>().expect("every figure can be drawn")
}

/// Everything that is wrong with the figures of a run.
fn faults(study: &Study, results: &Results, what: &str) -> Vec<String> {
    let check = |(id, size): (&str, Size)| match figures::figure(id, study, results, size) {
        Err(error) => Some(format!("{what}: {id}, {}: {error}", size.name)),
        Ok(figure) => {
            let clean = std::panic::catch_unwind(|| assert_clean(&figure));
            clean.err().map(|e| format!("{what}: {}", e.downcast_ref::<String>().map_or("", |s| s)))
        }
    };
    let sizes = |(id, _)| Size::ALL.map(|size| (id, size));
    figures::list().flat_map(sizes).filter_map(check).collect()
}

#[test]
fn figures_are_clean_whatever_the_names_and_the_number_of_regimes() {
    let mut found = Vec::new();
    for ids in [
        vec!["baseline", "history"],
        vec!["baseline", "hard-cap", "history", "sliding-scale"],
        vec![
            "baseline",
            "hard-cap",
            "history",
            "sliding-scale",
            "hard-cap-allied",
            "h200-terms",
            "market-access",
            "widened-mature",
            "document-79",
        ],
    ] {
        let (_, mut study, results) = run(&ids);
        found.extend(faults(&study, &results, &format!("{} scenarios", ids.len())));
        for (i, regime) in study.regimes.iter_mut().enumerate() {
            regime.title =
                format!("Controls number {i} on tools and materials with all allies joining");
        }
        for segment in &mut study.segments {
            segment.name =
                format!("Extraordinarily long segment {} of tools and materials", segment.id);
        }
        found.extend(faults(&study, &results, &format!("{} long names", ids.len())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn headlines_name_only_what_is_drawn() {
    let (_, study, results) = run(&[
        "baseline",
        "hard-cap",
        "market-access",
        "sliding-scale",
        "hard-cap-allied",
        "h200-terms",
        "widened-mature",
        "document-79",
        "history",
    ]);
    let sizes = |id| Size::ALL.map(|size| (id, size));
    for (id, size) in ["loss-fan", "share-panels"].into_iter().flat_map(sizes) {
        let figure = figures::figure(id, &study, &results, size).expect("drawn");
        for regime in &study.regimes[1..] {
            let title = sim_lab::finding::inside(&regime.title);
            let named = figure.headline.contains(&format!("under {title}:"));
            assert!(
                !named || figure.csv.contains(&regime.title),
                "{id} names {title} and lacks it"
            );
        }
    }
}

#[test]
fn a_study_and_its_columns_are_read_back() {
    let (_, study, results) = run(&["baseline", "history"]);
    let again = Study::from_json(&study.to_json().expect("written")).expect("read");
    assert_eq!(again, study);
    let reader = again.reader().expect("the columns are known");
    assert_eq!(reader.columns, results.reader.columns);
    assert_eq!(reader.yearly, results.reader.yearly);
    let other = study.to_json().expect("written").replace("revenue/us/us/", "revenue/us/mars/");
    assert!(Study::from_json(&other).expect("read").reader().is_err());
}

#[test]
fn numbers_on_the_heat_map_are_those_of_the_summary() {
    let (design, study, results) = run(&["baseline", "history"]);
    let summary = summary_csv(&design, &results);
    let figure = figures::figure("regime-heat", &study, &results, Size::PAGE).expect("drawn");
    let line = summary.lines().find(|l| l.starts_with("history,us-revenue-world,")).expect("there");
    let median: f64 = line.split(',').nth(15).expect("diff_p50").parse().expect("a number");
    let drawn = boxes(&figure).into_iter().any(|b| b.text == sim_lab::finding::number(median, 0));
    assert!(drawn, "{median} is not on the chart");
    let table = figure.csv.lines().find(|l| l.contains("US firms, world")).expect("there");
    assert!(table.contains(&format!(",{median},")), "{table} lacks {median}");
}

#[test]
fn two_drawings_have_the_same_bytes_and_figures_carry_their_warning() {
    let (_, study, results) = run(&["baseline", "history"]);
    for (a, b) in all(&study, &results).iter().zip(all(&study, &results)) {
        assert_eq!(*a, b);
        let marked = boxes(a).iter().any(|b| b.text.contains("placeholder assumptions"));
        assert!(marked, "{} rests on placeholders and does not say so", a.id);
    }
}

#[test]
fn a_stored_hindcast_gives_a_clean_figure() {
    let text = include_str!("../../docs/validation.json");
    let hindcast = figures::Hindcast::read(text).expect("a hindcast");
    for size in Size::ALL {
        assert_clean(&figures::backcast(&hindcast, size).expect("drawn"));
    }
    assert!(figures::Hindcast::read("{}").is_none());
}

#[test]
fn a_brief_escapes_texts_and_a_template_reads_no_file() {
    let (_, study, results) = run(&["baseline", "history"]);
    let evil = "<script>alert(1)</script>";
    let mut brief = Brief {
        title: evil.to_owned(),
        finding: evil.to_owned(),
        stamp: String::new(),
        scope: evil.to_owned(),
        runs: Vec::new(),
        figures: all(&study, &results).iter().map(sim_lab::brief::Picture::of).collect(),
        certain: vec![evil.to_owned()],
        decides: vec![evil.to_owned()],
        mind: vec![evil.to_owned()],
        leaves_out: vec![evil.to_owned()],
        licences: vec![evil.to_owned()],
    };
    let page = brief.render(TEMPLATE).expect("rendered");
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(
        !page.contains("http://")
            || page.matches("http://").count()
                == page.matches("http://www.w3.org/2000/svg").count()
    );
    assert!(!page.contains("https://") && page.len() < 2_000_000, "{} bytes", page.len());
    brief.figures.clear();
    for template in
        ["{% include '/etc/passwd' %}", "{% extends 'x' %}", "{% import 'Cargo.toml' as x %}"]
    {
        assert!(brief.render(template).is_err(), "{template}");
    }
    assert_eq!(
        brief.render("{{ finding }}").expect("rendered"),
        "&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"
    );
}

#[test]
fn every_figure_carries_the_receipt_by_which_it_can_be_played_again() {
    let (_, study, results) = run(&["baseline", "hard-cap"]);
    for figure in all(&study, &results) {
        let wanted =
            sim_lab::receipt::receipt(&figure.id, &study.hash, study.seed, results.replicates());
        // Words of the source line may stand on different lines, the receipt never breaks.
        assert!(figure.svg.contains(&wanted), "{} lacks {wanted}", figure.id);
    }
}
