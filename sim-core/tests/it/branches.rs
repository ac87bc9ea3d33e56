//! Branches in time: a run that goes on under another regime is the uninterrupted run, bit for bit.

use std::sync::Arc;

use proptest::prelude::*;
use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Measure;
use sim_core::simulate::{Run, simulate};

use crate::measures::{at, cap, embargo};
use crate::runs::{setup, state};
use crate::worlds::{any_case, controlled, plain};

fn whole(setup: &Arc<Setup>, scenario: &Scenario, draws: &Draws) -> Record {
    let watch = Watch::new(&setup.structure, |_| true);
    simulate(setup, &Arc::new(scenario.clone()), draws, &watch).unwrap()
}

/// A run of `trunk` until a quarter that goes on under `branch`.
fn branched(
    setup: &Arc<Setup>,
    (trunk, branch): (&Scenario, &Scenario),
    quarter: usize,
    draws: &Draws,
) -> Run {
    let watch = Watch::new(&setup.structure, |_| true);
    let mut run = Run::new(setup, &Arc::new(trunk.clone()));
    run.play(quarter, draws, &watch).unwrap();
    let mut run = run.under(&Arc::new(branch.clone()));
    run.play(branch.quarters(), draws, &watch).unwrap();
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn going_on_under_the_same_law_is_going_on(case in any_case(), part in 0.0..1.0_f64) {
        let (scenario, draws) = (&case.scenario, case.draws());
        let setup = setup(scenario, &draws);
        let quarter = (part * scenario.quarters() as f64) as usize;
        let run = branched(&setup, (scenario, scenario), quarter, &draws);
        prop_assert_eq!(format!("{:?}", run.record), format!("{:?}", whole(&setup, scenario, &draws)));
    }

    #[test]
    fn until_two_scenarios_part_their_history_is_one(case in controlled(1..4)) {
        let (regime, draws) = (&case.scenario, case.draws());
        let free = Scenario { measures: Vec::new(), ..regime.clone() };
        prop_assert!(free.shares_base(regime));
        let setup = setup(regime, &draws);
        let parting = free.parts_from(regime);
        let run = branched(&setup, (&free, regime), parting, &draws);
        prop_assert_eq!(format!("{:?}", run.record), format!("{:?}", whole(&setup, regime, &draws)));
    }
}

#[test]
fn a_branch_takes_the_memory_of_the_law_along() {
    let mut trunk = plain();
    trunk.measures = vec![embargo(2)];
    let mut lifted = plain();
    lifted.measures = vec![cap(8, 50.0)];
    let draws = Draws::new(3, 0);
    let setup = setup(&trunk, &draws);
    let back = branched(&setup, (&trunk, &lifted), 8, &draws);
    let free = whole(&setup, &plain(), &draws);
    assert!(back.world.law.get("cap").is_some());
    assert_ne!(format!("{:?}", back.record), format!("{free:?}"), "the past leaves no trace");
    let again = branched(&setup, (&trunk, &lifted), 8, &draws);
    assert_eq!(state(&back.world), state(&again.world));
}

#[test]
fn scenarios_part_at_the_first_announcement_that_differs() {
    let with = |measures| Scenario { measures, ..plain() };
    let free = with(Vec::new());
    let late = cap(9, 1.0);
    assert_eq!(free.parts_from(&with(vec![late.clone()])), 9);
    assert_eq!(with(vec![late.clone()]).parts_from(&with(vec![late.clone()])), free.quarters());
    let early = Measure { announced: at(-3), ..embargo(4) };
    assert_eq!(with(vec![late.clone()]).parts_from(&with(vec![late, early])), 0);
}

/// What differs only in when it ends parts when it ends; what has another name only, never.
#[test]
fn measures_that_end_at_different_times_part_at_the_first_end() {
    let with = |measures| Scenario { measures, ..plain() };
    let open = embargo(3);
    let ended = |quarter| Measure { sunset: Some(at(quarter)), ..open.clone() };
    let renamed = Measure { title: "another".into(), ..ended(11) };
    assert_eq!(with(vec![open.clone()]).parts_from(&with(vec![ended(8)])), 8);
    assert_eq!(with(vec![ended(11)]).parts_from(&with(vec![ended(8)])), 8);
    assert_eq!(with(vec![ended(11)]).parts_from(&with(vec![renamed.clone()])), plain().quarters());
    assert_eq!(with(vec![renamed]).parts_from(&with(vec![open.clone()])), 11);
    let stricter = Measure { enforcement: 0.9.into(), ..ended(8) };
    assert_eq!(with(vec![open]).parts_from(&with(vec![stricter])), 3);

    let (long, short) =
        (with(vec![embargo(2)]), with(vec![Measure { sunset: Some(at(6)), ..embargo(2) }]));
    let draws = Draws::new(5, 0);
    let setup = setup(&long, &draws);
    let run = branched(&setup, (&long, &short), long.parts_from(&short), &draws);
    assert_eq!(format!("{:?}", run.record), format!("{:?}", whole(&setup, &short, &draws)));
}
