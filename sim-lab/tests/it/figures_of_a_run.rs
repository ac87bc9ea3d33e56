//! The figures of a small comparison: no text overlaps or leaves the canvas, every finding fits its numbers, and
//! what was written is read back to the same bytes.

use std::sync::Arc;

use crate::chart_boxes::{assert_clean, boxes};
use sim_charts::{Figure, Size};
use sim_core::metric::NAMED_FIRMS;
use sim_lab::brief::{Brief, Past, TEMPLATE};
use sim_lab::experiment::Design;
use sim_lab::figures;
use sim_lab::library;
use sim_lab::outcome::Dollars;
use sim_lab::results::Results;
use sim_lab::store::summary_csv;
use sim_lab::study::Study;

fn run(ids: &[&str]) -> (Design, Study, Results) {
    run_to("2024Q4", ids)
}

fn run_to(end: &str, ids: &[&str]) -> (Design, Study, Results) {
    run_of(6, end, ids)
}

/// As many as it takes for 5 % and 95 % quantiles, which `summary.csv` always holds.
const ENOUGH: usize = 30;

fn run_of(replicates: usize, end: &str, ids: &[&str]) -> (Design, Study, Results) {
    let sets = [format!("time.end={end}")];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let load = |id: &&str| {
        let path = root.join(format!("{id}.toml"));
        Arc::new(library::load(&path, &sets).expect("the scenario is valid").scenario)
    };
    let scenarios: Vec<_> = ids.iter().map(load).collect();
    let design = Design::new(scenarios, replicates, 1, |firm| NAMED_FIRMS.contains(&firm));
    let mut results = Results::new(&design, Dollars::Of2019).expect("a base year");
    for r in 0..replicates {
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
            let title = sim_lab::finding::quoted(&regime.title);
            let named = figure.headline.contains(&title);
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

/// `summary.csv` read back: the numbers of a row by scenario and metric.
struct Table(Vec<(Vec<String>, Vec<f64>)>);

impl Table {
    fn read(text: &str) -> Self {
        let row = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            let numbers = fields[6..].iter().map(|field| field.parse().expect("a number"));
            (fields[..6].iter().map(|f| (*f).to_owned()).collect(), numbers.collect())
        };
        Self(text.lines().skip(1).map(row).collect())
    }

    /// Columns of the headline of a scenario.
    fn row(&self, scenario: &str, metric: &str) -> &[f64] {
        let found = |row: &&(Vec<String>, Vec<f64>)| {
            row.0[0] == scenario && row.0[1] == metric && row.0[5] == "all"
        };
        &self.0.iter().find(found).expect("a headline").1
    }

    /// Level and difference: 5 %, 50 %, 95 %, mean.
    fn level(&self, scenario: &str, metric: &str) -> [f64; 4] {
        let row = self.row(scenario, metric);
        [row[0], row[2], row[4], row[5]]
    }

    fn difference(&self, scenario: &str, metric: &str) -> [f64; 4] {
        let row = self.row(scenario, metric);
        [row[7], row[9], row[11], row[12]]
    }
}

/// `median (low to high)` as charts write it.
fn range([low, middle, high, _]: [f64; 4], decimals: usize) -> String {
    let number = |v| sim_lab::finding::digits(v, decimals);
    format!("{} ({} to {})", number(middle), number(low), number(high))
}

/// All texts of a figure as one, with spaces of one kind.
fn words(figure: &Figure) -> String {
    let all: Vec<String> = boxes(figure).into_iter().map(|b| b.text).collect();
    all.join(" ").replace('\u{a0}', " ")
}

/// Whether a row of the figure's CSV that begins like this holds all of these numbers.
fn holds(figure: &Figure, start: &str, wanted: &[f64]) {
    let rows: Vec<&str> = figure.csv.lines().filter(|l| l.starts_with(start)).collect();
    let in_row = |row: &&str| {
        let numbers: Vec<f64> = row.split(',').filter_map(|field| field.parse().ok()).collect();
        let near = |v: &f64| numbers.iter().any(|n| (n - v).abs() <= 1e-9 * v.abs().max(1.0));
        wanted.iter().all(near)
    };
    assert!(
        rows.iter().any(in_row),
        "{}: no row {start} with {wanted:?} in {rows:?}",
        figure.stem()
    );
}

#[test]
fn numbers_on_charts_are_those_of_the_summary() {
    let (design, study, results) = run_of(ENOUGH, "2024Q4", &["baseline", "history"]);
    let table = Table::read(&summary_csv(&design, &results));
    let title = &study.regimes[1].title;
    let revenue = table.difference("history", "us-revenue-world");
    for size in Size::ALL {
        let draw = |id| figures::figure(id, &study, &results, size).expect("drawn");
        let says = |figure: &Figure, text: &str| {
            assert!(words(figure).contains(text), "{}: {text} in {}", figure.stem(), words(figure));
        };

        let fan = draw("loss-fan");
        // A loss is told by its size, what has no direction with its sign.
        let size = sim_lab::finding::digits(revenue[1].abs(), 0);
        says(&fan, &format!("{size} bn"));
        let end =
            fan.csv.lines().rfind(|l| l.starts_with(&format!("{title},p50,"))).expect("an end");
        let end: f64 = end.rsplit(',').next().expect("a value").parse().expect("a number");
        assert!((end - revenue[1]).abs() < 1e-9 * revenue[1].abs(), "{end} is not {}", revenue[1]);

        let lead = table.difference("history", "lead-logic");
        let across = [-revenue[2], -revenue[1], -revenue[0]];
        holds(&draw("frontier"), &format!("{title},summary"), &[&across[..], &lead[..3]].concat());

        let bill = draw("bill");
        for (kind, metric) in [
            ("total", "us-revenue-world"),
            ("beside,US parts", "us-upstream"),
            ("beside,US firms\u{2019} service", "us-service"),
            ("beside,US firms\u{2019} research", "us-research"),
        ] {
            let [low, _, high, mean] = table.difference("history", metric);
            holds(&bill, kind, &[mean, low, high]);
        }

        let heat = draw("regime-heat");
        says(&heat, &sim_lab::finding::number(revenue[1], 0));
        holds(&heat, &format!("{title},\"US firms, world"), &revenue[..3]);
        holds(&heat, &format!("{title},\"Lead over China in logic"), &lead[..3]);

        let gains = draw("who-gains");
        for metric in ["us-revenue-china", "third-revenue-china"] {
            says(&gains, &range(table.difference("history", metric), 0));
        }

        let dumbbell = draw("dumbbell");
        let share = table.difference("history", "us-share");
        holds(&dumbbell, "\"At the end of 2024, percentage points\",US share", &share[..3]);
        says(&draw("lead"), &format!("lead {}", range(table.level("history", "lead-logic"), 1)));

        // Means add up: an area's year is the sum of its quarters and blocs.
        let leakage = draw("leakage");
        for (area, metric) in [
            ("Blocked", "barred-sales"),
            ("Licensed", "licensed-sales"),
            ("Diverted", "grey-sales"),
        ] {
            let rows = table.0.iter().filter(|r| {
                r.0[0] == "history"
                    && r.0[1] == metric
                    && r.0[5].starts_with("2024")
                    && !r.0[3].is_empty()
            });
            let sum: f64 = rows.map(|r| r.1[5]).sum::<f64>() / 1e3;
            holds(&leakage, &format!("{area},mean,2024.5"), &[sum]);
        }

        // Kaplan–Meier: what is left at the end is what survival statistics say.
        let reached = results.design_out(1, 0.5).reached;
        says(&draw("design-out"), &format!("{:.0} %", 100.0 - 100.0 * reached));
    }
}

#[test]
fn the_parts_of_the_bill_add_up_to_the_loss() {
    for ids in [["baseline", "hard-cap"], ["hard-cap", "history"], ["history", "baseline"]] {
        let (design, study, results) = run(&ids);
        let table = Table::read(&summary_csv(&design, &results));
        let whole = table.difference(&study.regimes[1].id, "us-revenue-world")[3];
        let figure = figures::figure("bill", &study, &results, Size::PAGE).expect("drawn");
        let means = figure.csv.lines().filter(|l| l.starts_with("part,"));
        let sum: f64 = means
            .map(|l| l.split(',').rev().nth(2).expect("a mean").parse::<f64>().expect("a number"))
            .sum();
        assert!((sum - whole).abs() < 1e-9 * whole.abs().max(1.0), "{ids:?}: {sum} is not {whole}");
    }
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
fn what_the_model_does_not_explain_gives_a_clean_figure() {
    let text = include_str!("../../../docs/validation-standing.json");
    let hindcast = figures::Hindcast::read(text).expect("a hindcast");
    // Nothing later was observed: there is no backcast.
    assert_eq!(hindcast.figures().map(|(id, _)| id).collect::<Vec<_>>(), ["drifts"]);
    for size in Size::ALL {
        assert_clean(&hindcast.figure("drifts", size).expect("drawn"));
    }
}

#[test]
fn a_stored_hindcast_gives_a_clean_figure() {
    let text = include_str!("../../../docs/validation.json");
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
        findings: vec![evil.to_owned()],
        stamp: String::new(),
        scope: evil.to_owned(),
        runs: Vec::new(),
        figures: all(&study, &results).iter().map(|f| sim_lab::brief::Picture::of(f, 0)).collect(),
        certain: vec![evil.to_owned()],
        decides: vec![evil.to_owned()],
        mind: vec![evil.to_owned()],
        reported: Past::default(),
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

#[test]
fn the_gallery_was_drawn_by_this_program_from_one_run() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/img/figures");
    let read =
        |id: &str| std::fs::read_to_string(folder.join(format!("{id}.svg"))).expect("a picture");
    // What a comparison is, as every source line says it.
    let run = |svg: &str| -> String {
        let at = svg.find("scenarios ").expect("a hash");
        svg[at..].chars().take("scenarios 01234567".len()).collect()
    };
    let one = run(&read("loss-fan"));
    for (id, _) in figures::list() {
        let svg = read(id);
        assert!(
            svg.contains(&format!("{id}-title")) && svg.contains("mm\""),
            "{id} is of an older program"
        );
        assert!(svg.contains(&format!("{id}-")) && svg.contains("Receipt"), "{id} has no receipt");
        assert_eq!(
            run(&svg),
            one,
            "{id} is of another run: docs/figures.md says how to draw it again"
        );
    }
    for id in ["tornado", "backcast", "levers/regime-heat", "loss-fan-column", "loss-fan-slide"] {
        assert!(read(id).contains("mm\""), "{id} is of an older program");
    }
}

#[test]
fn a_picture_in_a_brief_is_told_from_the_same_of_another_run() {
    let (_, study, results) = run(&["baseline", "history"]);
    let figure = figures::figure("loss-fan", &study, &results, Size::COLUMN).expect("drawn");
    for place in 0..2 {
        let picture = sim_lab::brief::Picture::of(&figure, place);
        let id = format!("run-{}-loss-fan", place + 1);
        assert!(picture.svg.contains(&format!("aria-labelledby=\"{id}-title {id}-desc\"")));
        assert!(picture.svg.contains(&format!("<title id=\"{id}-title\">")));
        assert!(picture.svg.contains(&format!("<desc id=\"{id}-desc\">")));
        assert_eq!(picture.slot, "column");
    }
}

/// The words of a figure, one line after the other.
fn said(figure: &Figure) -> String {
    let parts = figure.svg.split('<').filter_map(|part| part.split_once('>'));
    let words: Vec<&str> = parts.map(|(_, text)| text.trim()).filter(|t| !t.is_empty()).collect();
    words.join(" ")
}

/// A part of a year looks like a fall of the whole: whatever quarter a horizon ends in, a yearly figure has the values,
/// the years and the headline of the horizon that ends with the last whole year.
#[test]
fn a_part_year_is_on_no_yearly_figure_and_the_figure_says_so() {
    let ids = ["baseline", "hard-cap"];
    for id in ["share-panels", "leakage"] {
        for size in Size::ALL {
            let draw = |end: &str| {
                let (_, study, results) = run_to(end, &ids);
                let figure = figures::figure(id, &study, &results, size);
                (study, figure.unwrap_or_else(|e| panic!("{id} to {end}: {e}")))
            };
            let (_, whole) = draw("2023Q4");
            assert!(!said(&whole).contains("part year"), "{}", said(&whole));
            for (end, left_out) in [
                ("2024Q1", "without the part year 2024Q1"),
                ("2024Q2", "without the part year 2024Q1\u{2013}2024Q2"),
                ("2024Q3", "without the part year 2024Q1\u{2013}2024Q3"),
            ] {
                let (study, part) = draw(end);
                assert_eq!(part.csv, whole.csv, "{id} to {end}");
                assert_eq!(part.headline, whole.headline, "{id} to {end}");
                assert!(said(&part).contains(left_out), "{id} to {end}: {}", said(&part));
                assert_eq!(study.whole_years(), 2019..2024);
                assert_clean(&part);
            }
            let (_, later) = draw("2024Q4");
            assert_ne!(later.csv, whole.csv, "a whole year more is drawn");
        }
    }
}

#[test]
fn a_yearly_figure_of_too_few_whole_years_says_how_many_it_needs() {
    for (end, found) in [("2019Q3", "0 whole years"), ("2020Q3", "1 whole year")] {
        let (_, study, results) = run_to(end, &["baseline", "hard-cap"]);
        for id in ["share-panels", "leakage"] {
            let refused = figures::figure(id, &study, &results, Size::PAGE).expect_err("no line");
            assert_eq!(refused.to_string(), format!("{found}, expected 2 or more"));
        }
    }
}

/// A claim does not depend on the paper: what a column leaves out of the drawing it leaves out of no sentence.
#[test]
fn a_figure_says_the_same_in_every_size() {
    let ids = ["baseline", "hard-cap", "history", "sliding-scale", "hard-cap-allied", "promotion"];
    let (_, study, results) = run(&ids);
    for (id, _) in figures::list() {
        let [page, column, slide] = Size::ALL
            .map(|size| figures::figure(id, &study, &results, size).expect("drawn").headline);
        assert_eq!(page, column, "{id}");
        assert_eq!(page, slide, "{id}");
    }
}

#[test]
fn what_is_changed_by_hand_and_how_few_the_runs_are_stands_on_every_figure() {
    let (_, mut study, results) = run(&["baseline", "hard-cap"]);
    study.changed = vec![
        "parameters.stickiness.value=0".to_owned(),
        "\u{201c}Hard cap\u{201d}: other parameters".to_owned(),
    ];
    for figure in all(&study, &results) {
        let said = words(&figure);
        for wanted in [
            "Changed by hand: parameters.stickiness.value=0. Not the model that was tested",
            "Of 6 runs no 90 % interval",
        ] {
            assert!(said.contains(wanted), "{} lacks {wanted}: {said}", figure.id);
        }
        assert!(!said.contains("5\u{2013}95 %"), "{}: {said}", figure.id);
    }
}
