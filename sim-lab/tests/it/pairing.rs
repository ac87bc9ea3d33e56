//! The pairing report and the survival table of a comparison.

use std::sync::atomic::AtomicBool;

use sim_lab::experiment::{Design, RunError};
use sim_lab::outcome::{Dollars, HEADLINES};
use sim_lab::results::Results;
use sim_lab::reversal;
use sim_lab::store::{pairing_csv, survival_csv, unpaired};

use crate::library::{scenario, until};

#[test]
fn the_report_says_when_regimes_part_and_what_pairing_buys() {
    let scenarios = ["baseline", "hard-cap"].map(|stem| until(stem, "2026Q4")).into();
    let design = Design::new(scenarios, 8, 1, |_| false);
    let mut results = Results::new(&design, Dollars::Of2019).unwrap();
    let done = design.run::<RunError>(&AtomicBool::new(false), &|| {}, |_, batch| {
        results.add(batch);
        Ok(())
    });
    assert_eq!(done, Ok(8));
    let text = pairing_csv(&design, &results);
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), HEADLINES.len());
    for row in &rows {
        assert_eq!((row[0], row[2], row[6], row[8]), ("hard-cap", "8", "2022Q4", "8"), "{row:?}");
    }
    let revenue = rows.iter().find(|row| row[1] == "us-revenue-world").unwrap();
    let (correlation, factor): (f64, f64) =
        (revenue[3].parse().unwrap(), revenue[4].parse().unwrap());
    assert!(correlation > 0.5 && factor > 2.0, "{revenue:?}");
    // Nothing goes through the grey channel without law: there is nothing to pair.
    assert!(!unpaired(&results, 1).contains(&"grey-sales"));
}

#[test]
fn survival_falls_and_its_censored_are_those_without_the_event() {
    let scenarios = ["baseline", "hard-cap"].map(|stem| until(stem, "2032Q4")).into();
    let design = Design::new(scenarios, 10, 1, |_| false);
    let mut results = Results::new(&design, Dollars::Of2019).unwrap();
    let done = design.run::<RunError>(&AtomicBool::new(false), &|| {}, |_, batch| {
        results.add(batch);
        Ok(())
    });
    assert_eq!(done, Ok(10));
    let text = survival_csv(&design, &results);
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    for scenario in ["baseline", "hard-cap"] {
        for event in ["design-out-50", "design-out-25", "design-out-10", "design-around-logic"] {
            let of: Vec<&Vec<&str>> =
                rows.iter().filter(|row| row[0] == scenario && row[1] == event).collect();
            let number = |row: &Vec<&str>, i: usize| -> f64 { row[i].parse().unwrap() };
            assert!(
                of.windows(2).all(|w| number(w[1], 5) <= number(w[0], 5)),
                "{scenario} {event}"
            );
            let events: f64 = of.iter().map(|row| number(row, 4)).sum();
            let censored = number(of.last().unwrap(), 3);
            assert_eq!(events + censored, 10.0, "{scenario} {event}");
        }
    }
    // A tighter limit is reached later, if at all.
    let left = |event: &str| -> f64 {
        let last = rows.iter().rfind(|row| row[0] == "hard-cap" && row[1] == event).unwrap();
        last[5].parse().unwrap()
    };
    assert!(left("design-out-50") <= left("design-out-25"));
    assert!(left("design-out-25") <= left("design-out-10"));
}

#[test]
fn a_return_to_the_scale_undoes_part_of_what_the_cap_did() {
    let scenarios: Vec<_> =
        ["baseline", "hard-cap", "return-to-scale", "sliding-scale"].map(scenario).into();
    assert_eq!(reversal::pairs(&scenarios), [(1, 2)]);
    let design = Design::new(scenarios, 8, 1, |_| false);
    let mut results = Results::new(&design, Dollars::Of2019).unwrap();
    let done = design.run::<RunError>(&AtomicBool::new(false), &|| {}, |_, batch| {
        results.add(batch);
        Ok(())
    });
    assert_eq!(done, Ok(8));
    let undone = |id: &str| {
        let all = reversal::of(&results, 1, 2);
        all.iter().find(|r| r.headline.id == id).map(|r| r.undone)
    };
    let share = undone("us-share").unwrap();
    assert!(share > 0.1 && share < 1.0, "{share}");
    // Trust does not come back with the sales.
    assert!(undone("us-belief").unwrap() < 0.5 * share, "{:?}", undone("us-belief"));
}
