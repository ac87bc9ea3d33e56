//! Parameter draws stay inside their priors, fill them, and are the same in every scenario.

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::{Ensemble, Members, PARTS};
use sim_core::scenario::param::{Prior, SPECS};
use sim_lab::priors;

use crate::library::scenario;

const POINTS: u64 = 1024;

#[test]
fn draws_stay_inside_their_priors_and_fill_them() {
    let scenario = Scenario { ensemble: None, ..(*scenario("baseline")).clone() };
    let draws: Vec<Vec<f64>> =
        (0..POINTS).map(|r| priors::draw(&scenario, 1, r).to_vec()).collect();
    for (i, (param, spec)) in scenario.parameters.iter().zip(SPECS).enumerate() {
        let values: Vec<f64> = draws.iter().map(|draw| draw[i]).collect();
        let (low, high) =
            values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
        assert!(spec.low <= low && high <= spec.high, "{}: {low} to {high}", spec.key);
        // A scrambled Sobol sequence has one point in each of as many equal strips.
        let below = |limit: f64| values.iter().filter(|v| **v < limit).count() as u64;
        match param.prior {
            Prior::Fixed => assert_eq!((low, high), (param.value, param.value), "{}", spec.key),
            Prior::Uniform { low: from, high: to } => {
                assert!(from < low && high < to, "{}: {low} to {high}", spec.key);
                for quarter in 1..4 {
                    let limit = from + (to - from) * f64::from(quarter as u32) / 4.0;
                    assert!(below(limit).abs_diff(quarter * POINTS / 4) <= 1, "{}", spec.key);
                }
            }
            Prior::LogNormal { median, .. } => {
                assert!(low > 0.0 && below(median).abs_diff(POINTS / 2) <= 1, "{}", spec.key);
            }
            Prior::Normal { min, .. } => assert!(low >= min && high > low, "{}", spec.key),
        }
    }
}

#[test]
fn a_replicate_has_the_same_parameters_in_every_scenario() {
    let (one, other) = (scenario("baseline"), scenario("history"));
    for replicate in 0..50 {
        assert_eq!(priors::draw(&one, 7, replicate), priors::draw(&other, 7, replicate));
    }
    assert_ne!(priors::draw(&one, 7, 0), priors::draw(&one, 7, 1));
    assert_ne!(priors::draw(&one, 7, 0), priors::draw(&one, 8, 0));
}

#[test]
fn pinning_a_parameter_moves_no_other() {
    let free = scenario("baseline");
    let mut pinned = (*free).clone();
    pinned.parameters[0].prior = Prior::Fixed;
    for replicate in 0..20 {
        let (a, b) = (priors::draw(&free, 3, replicate), priors::draw(&pinned, 3, replicate));
        assert_ne!(a.to_vec()[0], b.to_vec()[0]);
        assert_eq!(a.to_vec()[1..], b.to_vec()[1..]);
    }
}

#[test]
fn an_ensemble_gives_its_members_and_what_it_does_not_know_is_drawn_anew() {
    let all = Scenario { ensemble: None, ..(*scenario("baseline")).clone() };
    let priors = Ensemble::priors_of(&all);
    let numbers: Vec<u64> = (0..40).map(|n| 7 * n).collect();
    let (sown, count) = (9, numbers.len() as u64);
    let points: Vec<_> = numbers.iter().map(|m| priors::draw(&all, sown, *m)).collect();
    let members = Members::Points { seed: sown, numbers };
    let ensemble = Ensemble { members, priors, ..Ensemble::default() };
    let with = Scenario { ensemble: Some(ensemble), ..all.clone() };
    // Each member once, in another order for another seed, and from the front again.
    for seed in [1, 2] {
        let mut met: Vec<usize> = (0..count)
            .map(|r| {
                points.iter().position(|p| *p == priors::draw(&with, seed, r)).expect("member")
            })
            .collect();
        met.sort_unstable();
        assert_eq!(met, (0..points.len()).collect::<Vec<_>>());
        assert_eq!(priors::draw(&with, seed, 0), priors::draw(&with, seed, count));
    }
    assert_ne!(priors::draw(&with, 1, 0), priors::draw(&with, 2, 0));
    // A prior that the ensemble was not drawn from.
    let mut changed = with.clone();
    changed.parameters[0].prior = Prior::Uniform { low: 1.0, high: 2.0 };
    let mut plain = all.clone();
    plain.parameters[0].prior = changed.parameters[0].prior;
    let (a, b) = (priors::draw(&changed, 5, 3).to_vec(), priors::draw(&plain, 5, 3).to_vec());
    assert_eq!(a[0], b[0]);
    assert_eq!(a[1..], priors::draw(&with, 5, 3).to_vec()[1..]);
}

#[test]
fn coordinates_are_read_off_whatever_prior_a_scenario_has() {
    let plain = Scenario { ensemble: None, ..(*scenario("baseline")).clone() };
    let free: Vec<usize> =
        (0..SPECS.len()).filter(|place| plain.parameters[*place].prior != Prior::Fixed).collect();
    let (first, last) = (free[0], free[free.len() - 1]);
    let row = |k: u16| vec![2000 + k, 9000 - k];
    let members =
        Members::Coordinates { columns: vec![first, last], rows: (0..5).map(row).collect() };
    let ensemble = Ensemble { members, ..Ensemble::default() };
    let with = Scenario { ensemble: Some(ensemble), ..plain.clone() };
    let values = |scenario: &Scenario, replicate| priors::draw(scenario, 3, replicate).to_vec();
    let at = |scenario: &Scenario, place: usize, cell: u16| {
        priors::quantile(&scenario.parameters[place], f64::from(cell) / f64::from(PARTS))
    };
    let mut met = Vec::new();
    for replicate in 0..5 {
        let drawn = values(&with, replicate);
        let member = (0..5).find(|k| drawn[first] == at(&with, first, 2000 + k)).expect("member");
        assert_eq!(drawn[last], at(&with, last, 9000 - member), "columns of one member");
        met.push(member);
        // What it has no coordinate of is drawn as without it.
        assert_eq!(drawn[free[1]], values(&plain, replicate)[free[1]]);
    }
    met.sort_unstable();
    assert_eq!(met, [0, 1, 2, 3, 4]);
    // Pinned stays pinned; another prior is read at the same coordinate.
    let mut changed = with.clone();
    changed.parameters[first].prior = Prior::Fixed;
    changed.parameters[last].prior = Prior::Uniform { low: 1.0, high: 2.0 };
    let drawn = values(&changed, 0);
    assert_eq!(drawn[first], changed.parameters[first].value);
    let clamped = |x: f64| x.clamp(SPECS[last].low, SPECS[last].high);
    let cells: Vec<f64> = (0..5).map(|k| clamped(at(&changed, last, 9000 - k))).collect();
    assert!(cells.contains(&drawn[last]), "{} {cells:?}", drawn[last]);
}
