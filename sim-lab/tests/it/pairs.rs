//! Paired runs: with the same draws, two regimes are one world until the law differs.

use std::sync::Arc;

use sim_core::calendar::Quarter;
use sim_core::draws::Draws;
use sim_core::record::Record;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{Accession, Alignment};

use crate::library::{play, scenario, stems};

/// Quarters until the first announcement of a scenario's measures.
fn first_announcement(scenario: &Scenario) -> Option<usize> {
    let first = scenario.measures.iter().map(|measure| measure.announced).min()?;
    Some(first.since(scenario.start) as usize)
}

/// When an ally with a date announces.
fn announced(ally: &Alignment) -> Option<Quarter> {
    match ally.accession {
        Accession::Dated { announced, .. } => Some(announced),
        Accession::Weighed { .. } => None,
    }
}

/// Whether two scenarios differ by their measures alone.
fn same_but_for_measures(one: &Scenario, other: &Scenario) -> bool {
    let titled = |scenario: &Scenario| Scenario {
        id: String::new(),
        title: String::new(),
        summary: String::new(),
        measures: Vec::new(),
        ..scenario.clone()
    };
    titled(one) == titled(other)
}

fn rows<'a>(scenario: &Scenario, record: &'a Record) -> Vec<&'a [f64]> {
    record.quarterly.chunks_exact(record.quarterly.len() / scenario.quarters()).collect()
}

/// The first quarter in which two records differ.
fn parting(one: (&Arc<Scenario>, &Record), other: (&Arc<Scenario>, &Record)) -> Option<usize> {
    rows(one.0, one.1)
        .iter()
        .zip(rows(other.0, other.1))
        .position(|(a, b)| a.iter().zip(b).any(|(x, y)| x.to_bits() != y.to_bits()))
}

#[test]
fn a_regime_is_the_baseline_until_it_is_announced() {
    let baseline = scenario("baseline");
    for draws in [Draws::central(), Draws::new(1, 3)] {
        let free = play(&baseline, &draws);
        let mut compared = 0;
        for stem in stems() {
            let ruled = scenario(&stem);
            let Some(announced) = first_announcement(&ruled) else { continue };
            if same_but_for_measures(&baseline, &ruled) {
                let record = play(&ruled, &draws);
                let at = parting((&baseline, &free), (&ruled, &record)).expect("an effect");
                assert!(at >= announced, "{stem} differs from quarter {at} on");
                compared += 1;
            }
        }
        assert!(compared >= 4, "{compared} regimes");
    }
}

#[test]
fn the_known_regimes_begin_to_act_when_they_are_announced() {
    let baseline = scenario("baseline");
    let free = play(&baseline, &Draws::central());
    for (stem, quarter) in
        [("history", "2019Q2"), ("hard-cap", "2022Q4"), ("sliding-scale", "2022Q4")]
    {
        let ruled = scenario(stem);
        let at = parting((&baseline, &free), (&ruled, &play(&ruled, &Draws::central()))).unwrap();
        assert_eq!(baseline.start.plus(at as i32).to_string(), quarter, "{stem}");
    }
}

#[test]
fn allies_make_no_difference_before_they_are_announced() {
    let (alone, allied) = (scenario("hard-cap"), scenario("hard-cap-allied"));
    let first = allied.measures.iter().flat_map(|m| &m.allies).filter_map(announced).min().unwrap();
    let draws = Draws::new(5, 1);
    let at = parting((&alone, &play(&alone, &draws)), (&allied, &play(&allied, &draws)));
    assert_eq!(at, Some(first.since(alone.start) as usize));
}

#[test]
fn current_law_is_history_until_its_own_rules_and_the_truce_parts_when_it_ends() {
    let [history, law, ended] = ["history", "current-law", "truce-ends"].map(scenario);
    for draws in [Draws::central(), Draws::new(2, 1)] {
        let [past, today, other] = [&history, &law, &ended].map(|s| play(s, &draws));
        // The Dutch rule of January 2025 is the first that history leaves out.
        let own = Quarter::new(2025, 1).since(history.start) as usize;
        let at = parting((&history, &past), (&law, &today)).expect("a rule of its own");
        assert_eq!(at, own);
        let end = Quarter::new(2026, 4).since(history.start) as usize;
        assert_eq!(parting((&law, &today), (&ended, &other)), Some(end));
    }
}
