//! The law as ceilings: what a measure can and cannot do to them, in one and the same world.

use std::sync::Arc;

use proptest::prelude::*;
use sim_core::draws::Draws;
use sim_core::policy::lawbook::LawBook;
use sim_core::policy::{self, Rules};
use sim_core::scenario::measure::{EndUse, Levels, Measure, Threshold};
use sim_core::world::World;
use sim_core::world::law_memory::LawMemory;

use crate::measures::{ally, at, cap, embargo, flat, licence, measure};
use crate::runs::{Run, buyer, pairs, play, product};
use crate::worlds::{Case, any_case, plain};

/// The law of a quarter if `measures` were the law, all else in the world as it is. Reviews start
/// afresh, as at an announcement.
#[expect(clippy::disallowed_methods, reason = "a test looks at one quarter under other laws")]
fn law(world: &World, measures: &[Measure], draws: &Draws) -> Rules {
    let mut scenario = world.scenario.as_ref().clone();
    scenario.measures = measures.to_vec();
    let mut world = world.clone();
    let state = world.state_mut();
    state.law = LawMemory::default();
    state.scenario = Arc::new(scenario);
    let book = LawBook::new(&world.setup.structure, &world.scenario, draws);
    policy::in_force(&world, &book, draws)
}

/// The measures that the rest of the world would see as one set: those of the case and one more.
fn joined(case: &Case, more: &Measure) -> Vec<Measure> {
    case.scenario.measures.iter().chain([more]).cloned().collect()
}

/// Ceiling of every pair of a buyer and a supplier's products.
fn ceilings(run: &Run, rules: &Rules, line: &str, supplier: &str) -> Vec<f64> {
    let structure = &run.worlds[0].setup.structure;
    let b = buyer(structure, line);
    pairs(structure)
        .into_iter()
        .filter(|(c, _, k)| {
            structure.cells[*c].buyer == b && structure.products[*k].row.supplier == supplier
        })
        .map(|(_, pair, _)| rules.ceiling[pair])
        .collect()
}

fn plain_with(measures: Vec<Measure>) -> Run {
    let mut scenario = plain();
    scenario.measures = measures;
    play(&scenario, &Draws::new(11, 0))
}

fn tightened(measure: &Measure, by: f64) -> Measure {
    let lower = |l: Levels| Levels {
        logic: l.logic - by,
        dram: l.dram - by,
        nand: l.nand - by,
        packaging: l.packaging - by,
    };
    let threshold = match measure.threshold {
        Threshold::HardCap(levels) => Threshold::HardCap(lower(levels)),
        Threshold::SlidingScale { lag, review_every } => {
            Threshold::SlidingScale { lag: lag + by, review_every }
        }
        Threshold::Embargo => Threshold::Embargo,
    };
    Measure { threshold, ..measure.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_measure_more_never_lifts_a_ceiling(case in any_case(), more in measure()) {
        let (run, draws) = (play(&case.scenario, &case.draws()), case.draws());
        for world in &run.worlds {
            let without = law(world, &case.scenario.measures, &draws);
            let with = law(world, &joined(&case, &more), &draws);
            for (before, after) in without.ceiling.iter().zip(&with.ceiling) {
                prop_assert!(after <= before, "{before} rose to {after}");
            }
        }
    }

    #[test]
    fn the_ceiling_is_the_lowest_of_the_measures_alone(case in any_case(), more in measure()) {
        let (run, draws) = (play(&case.scenario, &case.draws()), case.draws());
        let all = joined(&case, &more);
        for world in &run.worlds {
            let together = law(world, &all, &draws).ceiling;
            let mut lowest = vec![f64::INFINITY; together.len()];
            for one in &all {
                let alone = law(world, std::slice::from_ref(one), &draws).ceiling;
                for (least, level) in lowest.iter_mut().zip(&alone) {
                    *least = least.min(*level);
                }
            }
            prop_assert_eq!(&*together, &lowest);
        }
    }

    #[test]
    fn a_tighter_measure_never_raises_what_may_be_delivered(
        case in any_case(), measure in measure(), by in 0.0..3.0_f64,
    ) {
        let (run, draws) = (play(&case.scenario, &case.draws()), case.draws());
        for world in &run.worlds {
            let loose = law(world, std::slice::from_ref(&measure), &draws);
            let tight = law(world, &[tightened(&measure, by)], &draws);
            for (_, pair, k) in pairs(&world.setup.structure) {
                let level = world.products.level[k];
                prop_assert!(level.min(tight.ceiling[pair]) <= level.min(loose.ceiling[pair]));
            }
        }
    }

    #[test]
    fn a_measure_twice_is_the_measure_once(case in any_case(), measure in measure()) {
        let run = play(&case.scenario, &case.draws());
        for world in &run.worlds {
            let once = law(world, std::slice::from_ref(&measure), &case.draws());
            let twice = law(world, &[measure.clone(), measure.clone()], &case.draws());
            prop_assert_eq!(&once.ceiling, &twice.ceiling);
            prop_assert_eq!(&once.barred, &twice.barred);
            prop_assert_eq!(&once.unserviced_lanes, &twice.unserviced_lanes, "unserviced");
            prop_assert_eq!(&once.closing, &twice.closing, "closing");
        }
    }

    #[test]
    fn the_legal_class_never_falls_and_is_the_highest_level_so_far(case in any_case()) {
        let run = play(&case.scenario, &case.draws());
        let mut highest = run.worlds[0].buyers.level.clone();
        for world in &run.worlds {
            for (top, level) in highest.iter_mut().zip(&world.buyers.level) {
                *top = top.max(*level);
            }
            prop_assert_eq!(&world.buyers.legal_class, &highest);
        }
    }

    #[test]
    fn the_law_binds_only_whom_it_names(case in any_case(), measure in measure()) {
        let (run, draws) = (play(&case.scenario, &case.draws()), case.draws());
        let structure = &run.worlds[0].setup.structure;
        let named = |list: &[String], id: &str| list.is_empty() || list.iter().any(|x| x == id);
        for world in &run.worlds {
            let rules = law(world, std::slice::from_ref(&measure), &draws);
            for (c, pair, k) in pairs(structure) {
                if rules.ceiling[pair] == f64::INFINITY {
                    continue;
                }
                let (cell, node) = (&structure.cells[c], &structure.products[k]);
                let line = &structure.buyers[cell.buyer].row;
                let segment = &structure.segments[cell.segment].row;
                let home = &structure.jurisdictions[node.legal];
                let added = measure.additions.iter().any(|a| {
                    a.destinations.contains(&line.location) || a.end_users.contains(&line.id)
                });
                prop_assert!(added || measure.destinations.contains(&line.location));
                let listed = measure.lists_detected || named(&measure.end_users, &line.id);
                prop_assert!(added || (named(&measure.owners, &line.owner) && listed));
                prop_assert!(
                    named(&measure.segments, &segment.id) || named(&measure.segments, &segment.class)
                );
                let aligned = measure.allies.iter().any(|a| a.home == *home && a.coverage > 0.0);
                let kept = world.products.content_kept[k];
                let foreign = measure.de_minimis.is_some_and(|x| node.row.us_content * kept > x)
                    || measure.fdpr.is_some_and(|x| node.row.us_dependence * kept >= x);
                let exempt = measure.exempt_homes.contains(home) || measure.destinations.contains(home);
                let bound = measure.authority == *home || aligned || (foreign && !exempt);
                prop_assert!(bound, "{home} is bound");
            }
        }
    }
}

#[test]
fn a_licence_for_all_is_no_ceiling() {
    let licensed = Measure { licence: licence(1.0), ..embargo(2) };
    for outcome in &plain_with(vec![licensed.clone()]).outcomes {
        assert!(outcome.rules.ceiling.iter().all(|z| *z == f64::INFINITY));
    }
    let half = Measure { licence: licence(0.5), ..embargo(2) };
    let run = plain_with(vec![half]);
    let barred = |o: &sim_core::decisions::Outcome| {
        o.rules.ceiling.iter().filter(|z| **z == f64::NEG_INFINITY).count() as f64
    };
    let reached = pairs(&run.worlds[0].setup.structure)
        .into_iter()
        .filter(|(c, _, k)| {
            let structure = &run.worlds[0].setup.structure;
            let buyer = &structure.buyers[structure.cells[*c].buyer];
            structure.products[*k].legal == structure.us && buyer.location == structure.china
        })
        .count() as f64;
    let rate = run.outcomes[2..].iter().map(barred).sum::<f64>() / reached / 18.0;
    assert!((rate - 0.5).abs() < 0.1, "{rate} of the pairs were refused");
}

#[test]
fn a_lenient_measure_beside_a_strict_one_changes_nothing() {
    let lenient = Measure { id: "lenient".into(), licence: licence(0.9), ..embargo(2) };
    let run = plain_with(vec![cap(2, 1.0), lenient]);
    for outcome in &run.outcomes[2..] {
        let z = ceilings(&run, &outcome.rules, "cn-advanced", "us-a");
        assert!(z.iter().all(|level| *level <= 1.0), "{z:?}");
    }
}

#[test]
fn allies_are_bound_by_their_coverage() {
    let at_coverage = |coverage| {
        let allies = vec![ally("JPN", 2, coverage)];
        let run = plain_with(vec![Measure { allies, ..cap(2, 1.0) }]);
        ceilings(&run, &run.outcomes[5].rules, "cn-advanced", "jp-a")
    };
    assert!(at_coverage(0.0).iter().all(|z| *z == f64::INFINITY));
    assert!(at_coverage(1.0).iter().all(|z| *z == 1.0));
    let except = sim_core::scenario::measure::Alignment {
        except_segments: vec!["handling".into()],
        ..ally("JPN", 2, 1.0)
    };
    let run = plain_with(vec![Measure { allies: vec![except], ..cap(2, 1.0) }]);
    let structure = &run.worlds[0].setup.structure;
    for (segment, wanted) in [("S1", 1.0), ("S2", f64::INFINITY)] {
        let k = product(structure, segment, "jp-a");
        let found = pairs(structure).into_iter().filter(|(c, _, at)| {
            *at == k && structure.cells[*c].buyer == buyer(structure, "cn-mature")
        });
        for (_, pair, _) in found {
            assert_eq!(run.outcomes[5].rules.ceiling[pair], wanted);
        }
    }
}

#[test]
fn an_ally_is_bound_from_its_own_date() {
    let allies = vec![ally("JPN", 6, 1.0)];
    let run = plain_with(vec![Measure { allies, ..cap(2, 1.0) }]);
    let z = |t: usize, supplier| ceilings(&run, &run.outcomes[t].rules, "cn-advanced", supplier);
    assert!(z(1, "us-a").iter().all(|level| *level == f64::INFINITY));
    assert!(z(2, "us-a").iter().all(|level| *level == 1.0));
    assert!(z(5, "jp-a").iter().all(|level| *level == f64::INFINITY));
    assert!(z(6, "jp-a").iter().all(|level| *level == 1.0));
}

#[test]
fn an_entity_list_hits_whom_it_lists() {
    let run = plain_with(vec![Measure { end_users: vec!["cn-mature".into()], ..embargo(2) }]);
    let z = |line| ceilings(&run, &run.outcomes[2].rules, line, "us-a");
    assert!(z("cn-mature").iter().all(|level| *level == f64::NEG_INFINITY));
    for line in ["cn-advanced", "kr-in-china", "cn-designers"] {
        assert!(z(line).iter().all(|level| *level == f64::INFINITY), "{line}");
    }
}

#[test]
fn an_end_use_hits_the_lines_at_or_above_it() {
    // The advanced line stands at 0.8 and climbs; the mature one stands at −1.
    let run =
        plain_with(vec![Measure { end_use: Some(EndUse::MinLevel(flat(0.8))), ..embargo(0) }]);
    let hit = |t: usize, line| {
        ceilings(&run, &run.outcomes[t].rules, line, "us-a").iter().all(|z| *z < 0.0)
    };
    assert!(hit(0, "cn-advanced") && !hit(0, "cn-mature") && hit(0, "kr-in-china"));
    // Barred, the line may fall back: the ratchet holds it in its class.
    assert!((0..run.outcomes.len()).all(|t| hit(t, "cn-advanced")));
    let above = Measure { end_use: Some(EndUse::MinLevel(flat(0.800_001))), ..embargo(0) };
    let run = plain_with(vec![above]);
    let first = |line| ceilings(&run, &run.outcomes[0].rules, line, "us-a");
    assert!(first("cn-advanced").iter().all(|z| *z == f64::INFINITY));
}

#[test]
fn a_sliding_scale_moves_at_its_reviews_only() {
    let threshold = Threshold::SlidingScale { lag: 2.0, review_every: Some(4) };
    let measure = Measure { in_force: at(3), threshold, ..cap(2, 0.0) };
    let run = plain_with(vec![measure]);
    let structure = &run.worlds[0].setup.structure;
    let frontier = |t: usize| run.worlds[t].buyers.level[buyer(structure, "tw-fab")];
    for t in 3..run.outcomes.len() {
        let reviewed = if t < 7 { 2 } else { 3 + (t - 3) / 4 * 4 };
        let z = ceilings(&run, &run.outcomes[t].rules, "cn-advanced", "us-a");
        assert!(z.iter().all(|level| *level == frontier(reviewed) - 2.0), "quarter {t}: {z:?}");
    }
    assert!(frontier(3) > frontier(2) && frontier(11) > frontier(7), "the frontier moves");
}

#[test]
fn of_two_bars_the_one_that_leaks_less_counts() {
    let strict = Measure { id: "strict".into(), enforcement: 0.9.into(), ..embargo(2) };
    let loose = Measure { id: "loose".into(), enforcement: 0.1.into(), ..embargo(2) };
    let alone = plain_with(vec![strict.clone()]);
    let wanted = alone.outcomes[4].rules.leak.to_vec();
    assert!(wanted.iter().any(|leak| *leak < 1.0));
    let lax = plain_with(vec![loose.clone()]);
    assert!(lax.outcomes[4].rules.leak.iter().zip(&wanted).any(|(l, s)| l > s));
    for both in [vec![strict.clone(), loose.clone()], vec![loose, strict]] {
        let run = plain_with(both);
        assert_eq!(run.outcomes[4].rules.leak.to_vec(), wanted);
    }
}
