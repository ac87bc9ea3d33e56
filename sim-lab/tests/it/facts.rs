//! Figures of firms and markets are read from a run in their own window, by their own definition.

use std::path::Path;
use std::sync::Arc;

use sim_core::record::Record;
use sim_core::record::detail::OfProduct;
use sim_core::scenario::Scenario;
use sim_core::scenario::panel::{Definition, Panel, Role, Seen, Texts, read};
use sim_lab::experiment::Design;
use sim_lab::hindcast::facts::{FactReader, summaries, summarise, targets};
use sim_lab::hindcast::{self, table::own_panel};
use sim_lab::library;

use crate::library::{home, until};

const HEADER: &str = "id,fact,what,firms,segments,of,since,start,end,low,high,error,why,unit,definition,role,seen,shown,source,note\n";

/// A panel of rows `id,firms,segments,of,since,start,end,unit,definition`.
fn panel(scenario: &Scenario, rows: &[&str]) -> Arc<Panel> {
    let row = |row: &&str| {
        let c: Vec<&str> = row.split(',').collect();
        let head =
            format!("{},V8,what,{},{},{},{},{},{}", c[0], c[1], c[2], c[3], c[4], c[5], c[6]);
        format!("{head},30,40,2,why,{},{},fact,found,30–40,s,\n", c[7], c[8])
    };
    let text = HEADER.to_owned() + &rows.iter().map(row).collect::<String>();
    let sources = "id,title,publisher,year,url,accessed_as\ns,A source,A firm,2024,,page\n";
    let texts = Texts { figures: ("p.csv", &text), sources: ("s.csv", sources) };
    match read(texts, scenario) {
        Ok(panel) => Arc::new(panel),
        Err(problems) => panic!("{problems}"),
    }
}

/// The whole panel beside the tables.
fn shipped() -> Arc<Panel> {
    let path = home().join("history.toml");
    let loaded = library::load(Path::new(&path), &[]).expect("history is valid");
    Arc::new(own_panel(&loaded).expect("the panel is valid"))
}

fn played(scenario: &Arc<Scenario>, panel: &Arc<Panel>) -> (Design, FactReader, Arc<Record>) {
    let design = hindcast::design(vec![Arc::clone(scenario)], 1, 1, panel);
    let reader = FactReader::new(panel, &design, &design.setup(0, 0).expect("a base year"));
    let record = Arc::clone(&design.replicate(0).expect("a run").records[0]);
    (design, reader, record)
}

#[test]
fn a_window_is_the_sum_of_its_parts_and_one_outside_the_run_has_no_value() {
    let scenario = until("history", "2020Q4");
    let rows = [
        "year,amat,,,,2019-01-01,2019-12-31,percent,china-share",
        "cut,amat,,,,2019-11-16,2020-02-14,percent,china-share",
        "early,amat,,,,2018-12-31,2019-12-30,percent,china-share",
        "late,amat,,,,2020-01-02,2021-01-01,percent,china-share",
        "other,lam,,,,2019-07-01,2020-06-30,percent,china-share",
        "both,,,year other,,2019-01-01,2019-12-31,percent,china-share",
        "next,amat,,,,2020-01-01,2020-12-31,percent,china-share",
        "growth,,,next,year,2020-01-01,2020-12-31,percent,sales-growth",
        "ratio,,,next,year,2020-01-01,2020-12-31,percent,value-growth",
    ];
    let panel = panel(&scenario, &rows);
    let (design, reader, record) = played(&scenario, &panel);
    let values = reader.read(&record);
    let value = |id: &str| values[panel.figures.iter().position(|f| f.id == id).expect("a row")];
    assert_eq!((value("early"), value("late")), (None, None));

    // By hand, from the same record.
    let layout = design.watch.detail.as_ref().expect("in detail");
    let structure = design.structure();
    let price = &design.setup(0, 0).expect("a base year").budgets.deflator;
    let money = |firm: &str, what: [OfProduct; 2], weights: &[(usize, f64)]| -> f64 {
        let mine = |k: &usize| structure.products[*k].row.supplier == firm;
        let columns = layout.products.iter().enumerate().filter(|(_, k)| mine(k));
        let one = |(i, _): (usize, &usize)| -> f64 {
            let at = |q: usize, what| record.detail[q * layout.width() + layout.product(i, what)];
            weights.iter().map(|(q, w)| w * price[*q] * (at(*q, what[0]) + at(*q, what[1]))).sum()
        };
        columns.map(one).sum()
    };
    let china = [OfProduct::ShippedToChina, OfProduct::SparesInChina];
    let all = [OfProduct::Shipped, OfProduct::Spares];
    let share =
        |firm: &str, w: &[(usize, f64)]| 100.0 * money(firm, china, w) / money(firm, all, w);
    let whole = |quarters: std::ops::Range<usize>| -> Vec<(usize, f64)> {
        quarters.map(|q| (q, 1.0)).collect()
    };
    let close =
        |x: Option<f64>, y: f64| assert!((x.expect("a value") - y).abs() < 1e-9, "{x:?} {y}");
    close(value("year"), share("amat", &whole(0..4)));
    // 46 of 92 days of the last quarter of 2019, 45 of 91 of the first of 2020.
    close(value("cut"), share("amat", &[(3, 0.5), (4, 45.0 / 91.0)]));
    let pooled = (money("amat", china, &whole(0..4)) + money("lam", china, &whole(2..6)))
        / (money("amat", all, &whole(0..4)) + money("lam", all, &whole(2..6)));
    close(value("both"), 100.0 * pooled);
    let grown = money("amat", china, &whole(4..8)) / money("amat", china, &whole(0..4)) - 1.0;
    close(value("growth"), 100.0 * grown);
    let (next, year) = (share("amat", &whole(4..8)), share("amat", &whole(0..4)));
    close(value("ratio"), 100.0 * (next / year - 1.0));
}

#[test]
fn shares_of_markets_lie_in_order() {
    let scenario = until("history", "2020Q4");
    let six = "acm amec hwatsing kingsemi naura piotech";
    let at = "2020-01-01,2020-12-31";
    let row = |id: &str, firms: &str, segments: &str, definition: &str| {
        format!("{id},{firms},{segments},,,{at},percent,{definition}")
    };
    let rows = [
        row("law", "", "", "domestic-by-law"),
        row("side", "", "", "domestic-by-side"),
        row("us", "", "", "us-imports"),
        row("booked", six, "", "makers-booked"),
        row("shipped", six, "", "makers-shipped"),
        row("imports", six, "", "makers-imports"),
        row("euv", "asml", "N20", "mix"),
        row("rest", "asml", "N21 N22 N66 N67 N105 N106", "mix"),
        row("all", "asml", "", "china-systems"),
        row("immersion", "asml", "N22", "china-systems"),
        row("service", "asml", "", "service-share"),
        row("state", "asml", "", "state-share"),
        row("sic", "wolfspeed", "SIC", "world-share"),
        row("barred", "amat", "", "restricted"),
    ];
    let panel = panel(&scenario, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let (_, reader, record) = played(&scenario, &panel);
    let values = reader.read(&record);
    let value = |id: &str| {
        values[panel.figures.iter().position(|f| f.id == id).expect("a row")].expect("a value")
    };
    assert!(values.iter().flatten().all(|x| (0.0..=100.0).contains(x)), "{values:?}");
    assert!(0.0 < value("law") && value("law") < value("side"), "ACM Research and Mattson");
    // Chinese makers grow, so what is booked later is less.
    assert!(value("booked") < value("shipped"));
    assert!((value("euv") + value("rest") - 100.0).abs() < 1e-9, "all that ASML sells");
    // No EUV scanner goes to China, so immersion scanners do more than all tools.
    assert!(value("immersion") > value("all") && value("us") > 20.0 && value("sic") > 40.0);
}

#[test]
fn every_figure_that_is_shipped_is_read_and_nothing_unseen_is_scored() {
    let panel = shipped();
    let scenario = until("history", "2024Q4");
    let (_, reader, record) = played(&scenario, &panel);
    let values = reader.read(&record);
    for (figure, value) in panel.figures.iter().zip(&values) {
        let pair = figure.definition == Definition::AnnouncedLoss;
        assert_eq!(value.is_none(), pair, "{}", figure.id);
        assert!(!figure.scored() || figure.seen != Seen::Memory, "{}", figure.id);
    }
    assert!(reader.needs_pairs());
    let none = reader.read_pair(&record, &record);
    assert!(none.iter().flatten().all(|x| *x == 0.0) && none.iter().flatten().count() >= 3);

    let facts = summarise(&panel, &[values]);
    let memory = facts.iter().filter(|fact| fact.grade == "memory");
    assert!(memory.clone().count() > 0, "some are shown");
    assert!(memory.clone().all(|fact| !fact.scored && fact.inside.is_none()));
    let scored = |role: Role| facts.iter().filter(|f| f.scored && f.role == role.as_str()).count();
    for (summary, role) in summaries(&facts).iter().zip([Role::Fact, Role::Panel]) {
        assert_eq!(summary.scored, scored(role));
        assert_eq!(summary.by_firm.iter().map(|g| g.scored).sum::<usize>(), summary.scored);
        assert_eq!(summary.by_firm.iter().map(|g| g.inside).sum::<usize>(), summary.inside);
        assert!(summary.mean_width > summary.mean_width_of_runs, "one run has no width of its own");
    }
    for (figure, target) in panel.figures.iter().zip(targets(&panel)) {
        let fitted = figure.scored() && figure.role == Role::Fact;
        assert!(target.is_none() || fitted, "{}", figure.id);
    }
}
