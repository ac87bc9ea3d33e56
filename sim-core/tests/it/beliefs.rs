//! Beliefs move on news only, and fade without it.

use proptest::prelude::*;
use sim_core::draws::Draws;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{Measure, Salience};
use sim_core::scenario::tables::BuyerKind;

use crate::measures::{at, cap, embargo};
use crate::runs::{Run, buyer, play};
use crate::worlds::{controlled, listing, plain, uncontrolled};

/// Belief of a buyer in a jurisdiction, at the start of each quarter.
fn belief(run: &Run, id: &str, home: &str) -> Vec<f64> {
    let structure = &run.worlds[0].setup.structure;
    let places = &structure.jurisdictions;
    let j = places.iter().position(|place| place == home).unwrap();
    let at = structure.opinion(buyer(structure, id), j);
    run.worlds.iter().map(|world| world.buyers.belief[at]).collect()
}

fn with_measure(measure: Measure) -> Run {
    let mut scenario = plain();
    scenario.measures = vec![measure];
    play(&scenario, &Draws::central())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_controls_beliefs_never_rise(case in uncontrolled()) {
        let run = play(&case.scenario, &case.draws());
        let floor = run.worlds[0].setup.parameters.belief_floor;
        for (world, outcome, next) in run.quarters() {
            for (before, after) in world.buyers.belief.iter().zip(&next.buyers.belief) {
                prop_assert!(after <= before, "{before} rose to {after}");
                prop_assert!(*after >= before.min(floor), "{before} fell below the floor to {after}");
            }
            prop_assert!(outcome.rules.salience.iter().all(|news| *news == 0.0));
        }
    }

    #[test]
    fn nobody_distrusts_its_own_country(case in controlled(1..4)) {
        let run = play(&case.scenario, &case.draws());
        let structure = &run.worlds[0].setup.structure;
        for world in &run.worlds {
            for (b, buyer) in structure.buyers.iter().enumerate() {
                prop_assert_eq!(world.buyers.belief[structure.opinion(b, buyer.owner)], 0.0);
            }
        }
    }

    #[test]
    fn the_national_belief_lies_between_its_buyers(case in controlled(1..4)) {
        let run = play(&case.scenario, &case.draws());
        let structure = &run.worlds[0].setup.structure;
        let places = structure.jurisdictions.len();
        for outcome in &run.outcomes {
            let worst = (0..structure.buyers.len()).filter(|b| structure.chinese_owned(*b)).map(|b| {
                let risk = (0..places).map(|j| outcome.beliefs.risk[structure.opinion(b, j)]);
                risk.fold(0.0, f64::max)
            });
            let (low, high) = worst.fold((1.0, 0.0), |(l, h): (f64, f64), x| (l.min(x), h.max(x)));
            let national = outcome.beliefs.national;
            prop_assert!(low - 1e-12 <= national && national <= high + 1e-12);
        }
    }
}

#[test]
fn a_barred_purchase_is_news_about_its_country_only() {
    let run = with_measure(embargo(4));
    let (us, japan) = (belief(&run, "cn-advanced", "USA"), belief(&run, "cn-advanced", "JPN"));
    assert!(us[4] <= us[3] && us[5] > us[4] + 0.1, "{us:?}");
    assert!(japan.windows(2).all(|w| w[1] <= w[0]), "{japan:?}");
    let abroad = belief(&run, "tw-fab", "USA");
    assert!(abroad.windows(2).all(|w| w[1] <= w[0]), "{abroad:?}");
}

#[test]
fn salience_is_news_even_if_nothing_is_barred() {
    let quiet = with_measure(cap(4, 50.0));
    let loud = with_measure(Measure { salience: Salience::Sector, ..cap(4, 50.0) });
    let (quiet, loud) = (belief(&quiet, "cn-mature", "USA"), belief(&loud, "cn-mature", "USA"));
    assert_eq!(quiet[..5], loud[..5]);
    let gain = loud[5] - quiet[5];
    let p = plain().central();
    let wanted = p.belief_gain * p.salience_sector * (1.0 - quiet[4]);
    assert!((gain - wanted).abs() < 1e-12, "{gain} {wanted}");
}

#[test]
fn a_peer_hears_of_a_listing() {
    let listed = Measure { end_users: vec!["cn-advanced".into()], ..embargo(4) };
    let run = with_measure(listed);
    let (hit, peer) = (belief(&run, "cn-advanced", "USA"), belief(&run, "cn-mature", "USA"));
    assert!(peer[5] > peer[4] && hit[5] - hit[4] > peer[5] - peer[4]);
    let foreign = belief(&run, "kr-in-china", "USA");
    assert!(foreign[5] <= foreign[4]);
}

/// Buyers of chips hear of chips, buyers of tools of tools.
#[test]
fn a_peer_that_buys_another_ware_does_not_hear() {
    let mut scenario = plain();
    scenario.measures = vec![Measure { end_users: vec!["cn-advanced".into()], ..embargo(4) }];
    let heard = |scenario: &Scenario| {
        let run = play(scenario, &Draws::new(2, 0));
        let news = belief(&run, "cn-designers", "USA");
        news[5] - news[4]
    };
    assert!(heard(&scenario) > 0.0);
    for line in scenario.tables.lines.iter_mut().filter(|line| line.kind == BuyerKind::Designer) {
        line.kind = BuyerKind::Cloud;
    }
    for segment in scenario.tables.segments.iter_mut().filter(|row| row.id == "S4") {
        segment.buyers = BuyerKind::Cloud;
    }
    for weight in scenario.tables.weights.iter_mut().filter(|row| row.family == "designer") {
        weight.family = "cloud".into();
    }
    assert!(heard(&scenario) <= 0.0);
}

#[test]
fn news_before_the_start_is_known_in_every_scenario() {
    let mut scenario = plain();
    scenario.prior_news = vec![listing(at(-3), Salience::Value(0.4))];
    let p = scenario.central();
    let mut wanted = p.belief_floor + p.belief_gain * 0.4 * (1.0 - p.belief_floor);
    for _ in 0..3 {
        wanted -= p.belief_decay * (wanted - p.belief_floor);
    }
    let run = play(&scenario, &Draws::central());
    assert!((belief(&run, "cn-nand", "USA")[0] - wanted).abs() < 1e-12);
    assert_eq!(belief(&run, "kr-in-china", "USA")[0], p.belief_floor);
    assert_eq!(belief(&run, "cn-nand", "JPN")[0], p.belief_floor);
}

#[test]
fn what_another_measure_barred_already_is_no_news() {
    let mut scenario = plain();
    scenario.measures = vec![embargo(4)];
    let once = play(&scenario, &Draws::new(1, 0));
    scenario.measures.push(Measure { id: "again".into(), ..embargo(8) });
    let twice = play(&scenario, &Draws::new(1, 0));
    assert_eq!(belief(&once, "cn-advanced", "USA"), belief(&twice, "cn-advanced", "USA"));
}
