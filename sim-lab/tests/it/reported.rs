//! The past of a comparison against what firms reported.

use std::sync::Arc;

use sim_core::calendar::Quarter;
use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::Scenario;
use sim_lab::experiment::Design;
use sim_lab::reported::{self, Reported};

use crate::library::until;

fn design(ids: &[&str], end: &str) -> Design {
    let scenarios: Vec<Arc<Scenario>> = ids.iter().map(|id| until(id, end)).collect();
    Design::new(scenarios, 3, 7, |firm| NAMED_FIRMS.contains(&firm))
}

fn ids(reported: &Reported) -> Vec<&str> {
    reported.pasts.iter().map(|past| past.id.as_str()).collect()
}

#[test]
fn the_past_is_that_of_the_trunk_or_of_who_knows_the_controls() {
    let default =
        reported::of(&design(&["baseline", "hard-cap", "history"], "2025Q4"), 3, &[]).unwrap();
    assert_eq!(ids(&default), ["history", "baseline"]);
    assert_eq!((default.replicates, default.sales.len()), (3, 24 + 4));
    // The trunk's past is everybody's, whatever they do afterwards.
    let branched = design(&["baseline", "hard-cap"], "2028Q4")
        .branched(&until("history", "2028Q4"), Quarter::new(2027, 1))
        .unwrap();
    let branched = reported::of(&branched, 3, &[]).unwrap();
    assert_eq!(ids(&branched), ["history"]);
    for (one, other) in branched.sales.iter().zip(&default.sales) {
        assert_eq!((&one.firm, one.year), (&other.firm, other.year));
        assert_eq!(one.model[0].map(f64::to_bits), other.model[0].map(f64::to_bits));
    }
    // How runs were led need not be found again.
    let standing = design(&["baseline", "hard-cap"], "2027Q4")
        .branched(&until("current-law", "2027Q4"), Quarter::new(2027, 1))
        .unwrap();
    let led = [standing.replicate(0).unwrap().led.unwrap()];
    let known = reported::of(&standing, 2, &led).unwrap();
    assert_eq!(known, reported::of(&standing, 2, &[]).unwrap());
    // Where runs stand, so do both pasts, led on one path.
    let today = reported::of(&design(&["baseline", "current-law"], "2025Q4"), 1, &[]).unwrap();
    assert_eq!(ids(&today), ["current-law", "baseline"]);
    let free = reported::of(&design(&["baseline", "history"], "2025Q4"), 1, &[]).unwrap();
    let last = |reported: &Reported, past: usize| reported.sales.last().unwrap().model[past][1];
    assert!(last(&today, 1) != last(&free, 1));
    let none = reported::of(&design(&["baseline", "hard-cap"], "2025Q4"), 3, &[]).unwrap();
    assert!(none.pasts.is_empty() && none.sales.is_empty());
    assert_eq!(reported::table(&none), None);
}

/// All five together are the sum of the five in each run: the medians of a single run add up.
#[test]
fn one_run_adds_up_and_sells_within_the_years_that_it_has() {
    let whole = reported::of(&design(&["history"], "2024Q4"), 1, &[]).unwrap();
    for all in whole.sales.iter().filter(|sale| sale.firm.is_empty()) {
        let of = |sale: &&reported::Sale| !sale.firm.is_empty() && sale.year == all.year;
        let parts: Vec<&reported::Sale> = whole.sales.iter().filter(of).collect();
        let sum = |value: &dyn Fn(&reported::Sale) -> f64| -> f64 {
            parts.iter().map(|sale| value(sale)).sum()
        };
        assert_eq!(parts.len(), 5);
        assert!((sum(&|sale| sale.model[0][1]) - all.model[0][1]).abs() < 1e-9);
        assert!((sum(&|sale| sale.low) - all.low).abs() < 1e-9);
        assert!((sum(&|sale| sale.high) - all.high).abs() < 1e-9);
        // Nominal money of a toolmaker: what is far off is a wrong unit or window.
        assert!((0.4..2.5).contains(&(all.model[0][1] / all.low)), "{all:?}");
    }
    // Fiscal years that end after the run have no value.
    let short = reported::of(&design(&["history"], "2023Q2"), 1, &[]).unwrap();
    assert!(
        short
            .sales
            .iter()
            .all(|sale| sale.year <= 2023 && sale.firm != "asml" || sale.year <= 2022)
    );
    assert!(short.sales.iter().any(|sale| sale.firm == "lam" && sale.year == 2023));
    for (one, other) in short.sales.iter().filter(|sale| !sale.firm.is_empty()).map(|sale| {
        let same = |s: &&reported::Sale| (&s.firm, s.year) == (&sale.firm, sale.year);
        (sale, whole.sales.iter().find(same).unwrap())
    }) {
        assert_eq!(one.model[0].map(f64::to_bits), other.model[0].map(f64::to_bits), "{one:?}");
    }
}

#[test]
fn what_is_written_is_read_back_and_tables_say_no_other_number() {
    let reported = reported::of(&design(&["baseline", "history"], "2024Q4"), 3, &[]).unwrap();
    let json = reported.to_json().unwrap();
    assert_eq!(Reported::from_json(&json).unwrap(), reported);
    assert!(
        Reported::from_json(&json.replacen(
            "\"pasts\": [",
            "\"pasts\": [{\"id\":\"x\",\"title\":\"x\"},",
            1
        ))
        .is_err()
    );
    let (long, short) =
        (reported::table(&reported).unwrap(), reported::compact(&reported).unwrap());
    assert_eq!(long.columns, ["2020", "2021", "2022", "2023", "2024"]);
    assert_eq!((long.rows.len(), short.rows.len()), (6 * 3, 6 + 1));
    let last = reported.sales.last().unwrap();
    let said = reported::sentence(&reported).unwrap();
    let shown = |value: f64| sim_lab::finding::number(value, 1);
    for number in [last.low, last.high, last.model[0][1], last.model[1][1]] {
        assert!(said.contains(&shown(number)), "{number} in {said}");
    }
    let cell = &long.rows.iter().find(|(name, _)| name == "KLA, reported").unwrap().1;
    assert!(cell[..4].iter().all(|c| c.ends_with('*')) && cell[4] == "4.2", "{cell:?}");
    assert!(said.contains("under \u{201c}Controls as enacted\u{201d}"), "{said}");
}
