//! Routes (C3): where a barred technology's money goes, what it builds there, and what stays as it was.

use proptest::prelude::*;
use sim_core::behaviour::routes::{duv_limit, maturity, system_level};
use sim_core::draws::Draws;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Measure;
use sim_core::scenario::tables::Route;
use sim_core::world::World;

use crate::measures::{ally, cap, embargo};
use crate::runs::{Run, buyer, play, state};
use crate::worlds::{any_case, plain, set, switch, uncontrolled};

const MATURING: [Route; 3] = [Route::Multipatterning, Route::Chiplets, Route::Stacking];

/// All makers outside China join.
fn allied(measure: Measure) -> Measure {
    let from = measure.in_force.since(sim_core::calendar::Quarter::new(2019, 1));
    let allies = ["JPN", "NLD", "KOR"].map(|home| ally(home, from, 1.0)).into();
    Measure { allies, ..measure }
}

/// An advanced Chinese-owned line that plans for EUV.
fn near_euv() -> Scenario {
    let mut scenario = plain();
    let line = scenario.tables.lines.iter_mut().find(|line| line.id == "cn-advanced").unwrap();
    line.level = 2.6;
    scenario
}

fn without_euv(mut scenario: Scenario, quarter: i32) -> Scenario {
    let measure = Measure { segments: vec!["litho_euv".into()], ..embargo(quarter) };
    scenario.measures.push(allied(measure));
    scenario
}

fn played(scenario: &Scenario) -> Run {
    play(scenario, &Draws::new(4, 0))
}

fn line(world: &World, id: &str) -> usize {
    buyer(&world.setup.structure, id)
}

#[test]
fn barring_euv_raises_spend_and_maturity_on_the_other_routes() {
    let (free, barred) = (played(&near_euv()), played(&without_euv(near_euv(), 4)));
    let b = line(&free.worlds[0], "cn-advanced");
    for t in 0..20 {
        let (one, other) = (&free.outcomes[t].routes.share[b], &barred.outcomes[t].routes.share[b]);
        if t < 4 {
            assert_eq!(one, other);
        } else {
            assert!(other[Route::Euv as usize] < one[Route::Euv as usize], "quarter {t}");
        }
    }
    let (free, barred) = (&free.worlds[20], &barred.worlds[20]);
    for route in [Route::Multipatterning, Route::Chiplets] {
        let spent = |world: &World| world.route_spend.total[1][route as usize];
        assert!(spent(barred) > 1.02 * spent(free), "{route:?}");
        assert!(maturity(barred, true, route) > maturity(free, true, route), "{route:?}");
    }
    let euv = |world: &World| world.route_spend.total[1][Route::Euv as usize];
    assert!(euv(barred) < euv(free));
}

#[test]
fn money_moves_to_what_the_other_routes_buy() {
    let barred = played(&without_euv(near_euv(), 4));
    let world = &barred.worlds[8];
    let structure = &world.setup.structure;
    let cells = &structure.buyers[line(world, "cn-advanced")].cells;
    let tilt = |class: &str| {
        let of_class =
            |c: &usize| structure.segments[structure.cells[*c].segment].row.class == class;
        barred.outcomes[8].routes.tilt[cells.iter().copied().find(of_class).unwrap()]
    };
    assert!(
        tilt("litho_euv") < 0.7 && tilt("etch") > 1.0,
        "{} {}",
        tilt("litho_euv"),
        tilt("etch")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_law_nothing_is_tilted(case in uncontrolled()) {
        let run = play(&case.scenario, &case.draws());
        for (world, outcome, _) in run.quarters() {
            prop_assert!(outcome.routes.tilt.iter().all(|tilt| *tilt == 1.0));
            for (b, nodes) in world.setup.structure.routes.iter().enumerate() {
                let sum: f64 = outcome.routes.share[b].iter().sum();
                let chosen = case.scenario.mechanisms.routes && !nodes.is_empty();
                prop_assert!((sum - f64::from(u8::from(chosen))).abs() < 1e-9, "{sum}");
            }
        }
    }

    #[test]
    fn maturity_never_falls_and_stays_a_share(case in any_case()) {
        let run = play(&case.scenario, &case.draws());
        for (world, _, next) in run.quarters() {
            for route in MATURING {
                for chinese in [false, true] {
                    let (now, then) = (maturity(world, chinese, route), maturity(next, chinese, route));
                    prop_assert!(now <= then && (0.0..=1.0).contains(&then), "{now} {then}");
                }
            }
        }
    }

    #[test]
    fn a_system_is_never_below_its_node(case in any_case()) {
        let run = play(&case.scenario, &case.draws());
        for world in &run.worlds {
            for (b, level) in world.buyers.level.iter().enumerate() {
                prop_assert!(system_level(world, b) >= *level);
            }
        }
    }
}

/// Without law, lines whose EUV tools keep up climb as they would without the mechanism.
#[test]
fn without_law_nobody_climbs_otherwise() {
    let on = played(&near_euv());
    let mut scenario = near_euv();
    *switch(&mut scenario, "routes") = false;
    let off = played(&scenario);
    assert!(on.worlds[20].buyers.level.iter().any(|level| *level > 4.0), "no line came far enough");
    for (one, other) in on.worlds.iter().zip(&off.worlds) {
        assert_eq!(state(one), state(other));
    }
}

#[test]
fn chiplets_raise_the_system_level_and_not_the_legal_class() {
    let mut poor = near_euv();
    set(&mut poor, "chiplet-bonus", 0.0);
    let (with, without) = (played(&near_euv()), played(&poor));
    for (one, other) in with.worlds.iter().zip(&without.worlds) {
        let b = line(one, "cn-advanced");
        assert!(system_level(one, b) > system_level(other, b));
        assert_eq!(system_level(other, b), other.buyers.level[b]);
        assert_eq!(one.buyers.legal_class, other.buyers.legal_class);
    }
}

#[test]
fn stacking_lets_a_barred_nand_line_gain_system_level() {
    let mut scenario = plain();
    scenario.measures = vec![allied(Measure { segments: vec!["etch".into()], ..cap(4, 1.0) })];
    let on = played(&scenario);
    *switch(&mut scenario, "routes") = false;
    let off = played(&scenario);
    let b = line(&on.worlds[0], "cn-nand");
    let gain = |t: usize| system_level(&on.worlds[t], b) - on.worlds[t].buyers.level[b];
    assert!(gain(20) > gain(5) && gain(5) > gain(0), "{} {} {}", gain(0), gain(5), gain(20));
    let system = |run: &Run| system_level(&run.worlds[20], b);
    assert!(system(&on) > system(&off) + 0.05, "{} {}", system(&on), system(&off));
    let share = |t: usize| on.outcomes[t].routes.share[b][Route::Stacking as usize];
    assert!(share(19) > share(3), "{} {}", share(3), share(19));
}

#[test]
fn without_euv_a_line_ends_at_what_multiple_patterning_reaches() {
    let mut scenario = without_euv(near_euv(), 0);
    scenario.end = scenario.start.plus(39);
    let mut top: f64 = 0.0;
    for world in &played(&scenario).worlds {
        let b = line(world, "cn-advanced");
        top = top.max(world.buyers.level[b]);
        assert!(world.buyers.level[b] <= duv_limit(world, b) + 1e-9);
    }
    assert!(top > 3.2, "{top}");
    set(&mut scenario, "duv-reach", 0.0);
    let run = played(&scenario);
    let short = run.worlds.last().unwrap();
    assert!(short.buyers.level[line(short, "cn-advanced")] <= 3.0);
}

/// The law's own numbers and the wear of what nobody may service are no business of routes.
#[test]
fn the_law_itself_is_untouched() {
    let mut scenario = near_euv();
    let barred = Measure { servicing_barred: true, segments: vec!["etch".into()], ..embargo(4) };
    scenario.measures = vec![allied(barred)];
    let on = played(&scenario);
    *switch(&mut scenario, "routes") = false;
    let off = played(&scenario);
    let mut unserviced = 0;
    for (one, other) in on.outcomes.iter().zip(&off.outcomes) {
        assert_eq!(one.rules.unserviced_lanes, other.rules.unserviced_lanes);
        assert_eq!(one.rules.ceiling, other.rules.ceiling);
        unserviced +=
            one.rules.unserviced_lanes.iter().map(|lanes| lanes.count_ones()).sum::<u32>();
    }
    assert!(unserviced > 0);
}
