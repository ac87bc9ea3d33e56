//! Law as practised, and what buyers make of doors that close: rules that erode, pushes by dependence, scarcity.

use sim_core::draws::Draws;
use sim_core::metric::Id;
use sim_core::scenario::Scenario;
use sim_core::scenario::dated::{Dated, Level};
use sim_core::scenario::measure::{Licence, Mandate, Measure};
use sim_core::scenario::tables::Bloc;

use crate::cases::series;
use crate::measures::{at, cap, embargo};
use crate::runs::{Run, parting, play};
use crate::worlds::{plain, set};

fn with(measures: Vec<Measure>) -> Scenario {
    Scenario { measures, ..plain() }
}

fn draws() -> Draws {
    Draws::new(3, 0)
}

/// A licence that is granted seldom at first, and nearly always two years later.
fn eroding() -> Licence {
    let rate = [(at(4), Level::Value(0.1)), (at(12), Level::Value(0.95))];
    Licence { approval_rate: Dated::new(&rate).unwrap(), ..Licence::NONE }
}

fn sold(run: &Run, quarters: std::ops::Range<usize>) -> f64 {
    series(run, Id::Owned, Some(Bloc::Us))[quarters].iter().sum()
}

#[test]
fn a_rule_that_erodes_lets_more_through_than_it_did() {
    let fixed = Licence { approval_rate: 0.1.into(), ..Licence::NONE };
    let rule = |licence| with(vec![Measure { licence, ..embargo(4) }]);
    let (worn, firm) = (play(&rule(eroding()), &draws()), play(&rule(fixed), &draws()));
    assert_eq!(parting(&worn.history()[..5], &firm.history()[..5]), None);
    assert!(sold(&worn, 12..20) > 2.0 * sold(&firm, 12..20));
}

#[test]
fn without_erosion_a_dated_rule_is_its_first_number_to_the_last_bit() {
    let fixed = Licence { approval_rate: 0.1.into(), ..Licence::NONE };
    let mut dated = with(vec![Measure { licence: eroding(), ..embargo(4) }]);
    dated.mechanisms.erosion = false;
    let mut firm = with(vec![Measure { licence: fixed, ..embargo(4) }]);
    firm.mechanisms.erosion = false;
    let (dated, firm) = (play(&dated, &draws()), play(&firm, &draws()));
    assert_eq!(parting(&dated.history(), &firm.history()), None);
}

fn pushed(dependence: f64, third: f64) -> Run {
    let mut scenario = plain();
    scenario.mandates.push(Mandate {
        id: "push".into(),
        owner: "CHN".into(),
        from: at(2),
        to: None,
        logits: Dated::new(&[(at(2), Level::Value(0.0)), (at(6), Level::Value(1.5))]).unwrap(),
        dependence: dependence.into(),
        third: third.into(),
        segments: Vec::new(),
        source: "test".into(),
    });
    play(&scenario, &draws())
}

/// Utility that the push adds to domestic products in the last quarter, with the US share of the base year, by cell of a
/// Chinese-owned buyer.
fn lifts(run: &Run) -> Vec<(f64, f64)> {
    let (world, outcome) = (&run.worlds[19], &run.outcomes[19]);
    let structure = &world.setup.structure;
    let [home, _] = outcome.rules.pushes.as_ref().unwrap();
    let owned = structure.cells.iter().enumerate();
    owned
        .filter(|(_, cell)| structure.chinese_owned(cell.buyer))
        .map(|(c, cell)| {
            let us =
                structure.pairs_of(cell).filter(|(_, k)| structure.sides[*k].legal == structure.us);
            let us = us.map(|(pair, _)| world.setup.base_installed[pair]).sum();
            (us, home[c] / structure.buyers[cell.buyer].row.state_exposure)
        })
        .collect()
}

#[test]
fn a_push_by_dependence_goes_by_the_us_share_of_the_base_year() {
    for (us, lift) in lifts(&pushed(0.6, 0.0)) {
        assert!((lift - 2.0 * 0.6 * 1.5 * us).abs() < 1e-12, "{us} {lift}");
    }
    assert!(pushed(0.0, 0.5).outcomes[19].rules.pushes.is_none());
}

#[test]
fn a_push_ramps_up_between_its_dates() {
    let run = pushed(0.0, 0.0);
    let at = |t: usize| run.outcomes[t].rules.mandate.iter().copied().fold(0.0, f64::max);
    assert_eq!([at(1), at(2), at(4), at(6), at(15)], [0.0, 0.0, 0.75, 1.5, 1.5]);
}

#[test]
fn third_makers_lose_where_the_push_turns_against_them() {
    let third = |run: &Run| -> f64 { series(run, Id::Owned, Some(Bloc::Third))[10..].iter().sum() };
    let (kept, lost) = (pushed(1.0, 0.0), pushed(1.0, 1.0));
    assert!(third(&lost) < third(&kept), "{} {}", third(&lost), third(&kept));
    assert!(sold(&lost, 10..20) > sold(&kept, 10..20), "US makers gain what third makers lose");
}

/// Rules of the United States and of all others who sell, which hit the advanced line only.
fn all_doors(level: f64) -> Vec<Measure> {
    let homes = ["USA", "NLD", "JPN", "KOR", "TWN", "DEU"];
    let rule = |home: &&str| Measure {
        id: format!("rule-{home}"),
        authority: (*home).into(),
        end_users: Vec::new(),
        ..cap(6, level)
    };
    homes.iter().map(rule).collect()
}

#[test]
fn what_nobody_free_can_replace_is_scarce_and_is_stocked() {
    let mut scenario = with(all_doors(-3.0));
    set(&mut scenario, "scarce-stock", 12.0);
    let run = play(&scenario, &draws());
    let scarce = |t: usize| &run.outcomes[t].rules.scarce;
    assert!((0..6).all(|t| scarce(t).is_empty()), "nothing is announced before");
    assert!(scarce(6).iter().any(|part| *part > 0.3) && scarce(6).iter().all(|part| *part <= 1.0));
    set(&mut scenario, "scarce-stock", 0.0);
    let calm = play(&scenario, &draws());
    let stock = |run: &Run, t: usize| series(run, Id::Stock, None)[t];
    assert!(stock(&run, 9) > stock(&calm, 9), "{} {}", stock(&run, 9), stock(&calm, 9));
}

#[test]
fn one_home_closes_no_last_door() {
    let run = play(&with(all_doors(-3.0).into_iter().take(1).collect()), &draws());
    let all = play(&with(all_doors(-3.0)), &draws());
    let sum = |run: &Run| run.outcomes[8].rules.scarce.iter().sum::<f64>();
    assert!(sum(&run) < 0.5 * sum(&all), "{} {}", sum(&run), sum(&all));
}

#[test]
fn a_rule_that_keeps_nothing_from_anybody_makes_nothing_scarce() {
    let licensed = |mut rule: Measure| {
        rule.licence = Licence { approval_rate: 1.0.into(), ..Licence::NONE };
        rule
    };
    for rules in [all_doors(1000.0), all_doors(-3.0).into_iter().map(licensed).collect()] {
        let run = play(&with(rules), &draws());
        assert!(run.outcomes.iter().all(|outcome| outcome.rules.scarce.is_empty()));
    }
}
