//! What a law does to a run: nothing if it binds nobody, and what it says if it does.

use proptest::prelude::*;
use sim_core::draws::Draws;
use sim_core::metric::Id;
use sim_core::scenario::measure::{Levels, Licence, Measure, Salience, Threshold};
use sim_core::scenario::tables::Family;
use sim_core::world::World;

use crate::measures::{ally, at, cap, embargo, flat, licence, measure};
use crate::runs::{Run, buyer, pairs, parting, play, quarterly, setup};
use crate::worlds::{Case, any_case, plain, uncontrolled, with};

/// The run of a case, and of the case with a measure more.
fn both(case: &Case, more: Measure) -> (Run, Run) {
    let mut other = case.scenario.clone();
    other.measures.push(Measure { id: "more".into(), ..more });
    (play(&case.scenario, &case.draws()), play(&other, &case.draws()))
}

/// Highest level of a family's lines outside China; of the logic lines if it has none there.
fn frontier(world: &World, family: Family) -> f64 {
    let structure = &world.setup.structure;
    let highest = |wanted: Family| {
        (0..structure.buyers.len())
            .filter(|b| {
                structure.buyers[*b].row.family == wanted
                    && structure.buyers[*b].location != structure.china
            })
            .map(|b| world.buyers.level[b])
            .max_by(f64::total_cmp)
    };
    highest(family).or_else(|| highest(Family::Logic)).unwrap()
}

/// A measure with its ceiling only: no news, no ban on servicing, no allies.
fn bare(mut more: Measure) -> Measure {
    more.additions.iter_mut().for_each(|addition| addition.salience = Salience::None);
    Measure { salience: Salience::None, servicing_barred: false, allies: Vec::new(), ..more }
}

/// A measure whose ceiling stands above every level.
fn high(more: Measure) -> Measure {
    Measure { threshold: Threshold::HardCap(flat(1000.0)), ..bare(more) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_ceiling_above_every_level_changes_no_bit(case in uncontrolled(), more in measure()) {
        let (free, high) = both(&case, high(more));
        prop_assert_eq!(parting(&free.history(), &high.history()), None);
    }

    #[test]
    fn without_salience_a_ceiling_above_every_level_is_no_news(case in uncontrolled(), more in measure()) {
        let mut case = case;
        case.scenario.mechanisms.salience = false;
        let loud = Measure { salience: Salience::Value(0.7), ..high(more) };
        let (free, high) = both(&case, loud);
        prop_assert_eq!(parting(&free.history(), &high.history()), None);
    }

    #[test]
    fn a_ceiling_above_every_level_changes_no_other_law(case in any_case(), more in measure()) {
        let (free, high) = both(&case, high(more));
        prop_assert_eq!(parting(&free.history(), &high.history()), None);
    }

    #[test]
    fn a_licence_for_all_changes_no_bit(case in uncontrolled(), more in measure()) {
        let licensed = Measure { licence: licence(1.0), ..bare(more) };
        let (free, lenient) = both(&case, licensed);
        // What is sold under licence has a metric of its own; nothing else may differ.
        let [free, lenient] = [free, lenient].map(|run| run.history_without(Id::Licensed));
        prop_assert_eq!(parting(&free, &lenient), None);
    }

    #[test]
    fn a_scale_that_is_never_reviewed_is_a_cap(case in any_case(), lag in -1.0..4.0_f64, more in measure()) {
        let dated = with(case.clone(), vec![more]).scenario.measures.remove(0);
        let threshold = Threshold::SlidingScale { lag, review_every: None };
        let scale = Measure { threshold, end_use: None, ..dated };
        let (free, sliding) = both(&case, scale.clone());
        // A law that was announced before the start is reviewed at the start.
        let t = scale.announced.since(case.scenario.start).max(0) as usize;
        prop_assume!(t < case.scenario.quarters());
        let [logic, dram, nand, packaging] =
            [Family::Logic, Family::Dram, Family::Nand, Family::Packaging]
                .map(|family| frontier(&free.worlds[t], family) - lag);
        let levels = Levels { logic, dram, nand, packaging };
        let (_, capped) = both(&case, Measure { threshold: Threshold::HardCap(levels), ..scale });
        prop_assert_eq!(parting(&sliding.history(), &capped.history()), None);
    }

    #[test]
    fn an_embargo_sells_nothing(case in any_case(), more in measure()) {
        let dated = with(case.clone(), vec![more]).scenario.measures.remove(0);
        let strict = Measure { threshold: Threshold::Embargo, licence: licence(0.0), ..dated };
        let (_, run) = both(&case, strict);
        for outcome in &run.outcomes {
            for (pair, z) in outcome.rules.ceiling.iter().enumerate() {
                prop_assert!(*z > f64::NEG_INFINITY || outcome.trades.purchases[pair] == 0.0);
            }
        }
    }

    #[test]
    fn an_ally_without_coverage_is_none(case in uncontrolled(), more in measure()) {
        let more = Measure { allies: Vec::new(), ..more };
        let (_, alone) = both(&case, more.clone());
        let (_, joined) = both(&case, Measure { allies: vec![ally("JPN", 4, 0.0)], ..more });
        // What China buys from a home that has a rule at all counts as visible: leave that out.
        let states = |run: &Run| run.worlds.iter().map(crate::runs::state).collect::<Vec<_>>();
        prop_assert_eq!(parting(&states(&alone), &states(&joined)), None);
    }
}

fn plain_with(measure: Measure) -> Run {
    let mut scenario = plain();
    scenario.measures = vec![measure];
    play(&scenario, &Draws::central())
}

/// US sales to the lines in China, by quarter.
fn us_sales(run: &Run) -> Vec<f64> {
    let structure = &run.worlds[0].setup.structure;
    let barred = |c: usize, k: usize| {
        structure.products[k].legal == structure.us
            && structure.buyers[structure.cells[c].buyer].location == structure.china
    };
    run.outcomes
        .iter()
        .map(|o| {
            let sold = pairs(structure).into_iter().filter(|(c, _, k)| barred(*c, *k));
            sold.map(|(_, pair, _)| o.trades.purchases[pair]).sum()
        })
        .collect()
}

#[test]
fn a_sunset_restores_the_ceilings_and_the_trade() {
    let run = plain_with(Measure { sunset: Some(at(8)), servicing_barred: true, ..embargo(4) });
    let sales = us_sales(&run);
    assert!(sales[3] > 0.0 && sales[4..8].iter().all(|s| *s == 0.0) && sales[8] > 0.0, "{sales:?}");
    for (t, outcome) in run.outcomes.iter().enumerate() {
        let free = outcome.rules.ceiling.iter().all(|z| *z == f64::INFINITY);
        let serviced = outcome.rules.unserviced_lanes.iter().all(|lanes| *lanes == 0);
        assert_eq!(
            (free, serviced),
            if (4..8).contains(&t) { (false, false) } else { (true, true) }
        );
    }
}

#[test]
fn what_is_announced_is_news_before_it_binds() {
    let run = plain_with(Measure { in_force: at(7), salience: Salience::Sector, ..embargo(4) });
    let free = play(&plain(), &Draws::central());
    let sales = us_sales(&run);
    let structure = &run.worlds[0].setup.structure;
    let b = buyer(structure, "cn-advanced");
    let belief =
        |run: &Run, t: usize| run.outcomes[t].beliefs.risk[structure.opinion(b, structure.us)];
    for (outcome, sold) in run.outcomes.iter().zip(&sales).take(7).skip(4) {
        assert!(outcome.rules.ceiling.iter().all(|z| *z == f64::INFINITY));
        assert!(outcome.rules.closing.iter().any(|part| *part > 0.0));
        assert!(*sold > 0.0);
    }
    assert!(belief(&run, 3) == belief(&free, 3) && belief(&run, 4) > belief(&free, 4) + 0.3);
    assert!(belief(&run, 7) <= belief(&run, 6), "coming into force is no news");
    assert!(
        run.outcomes[4].wants.advance.iter().sum::<f64>() > 0.0,
        "purchases are pulled forward"
    );
    assert_eq!(sales[7..].iter().sum::<f64>(), 0.0);
}

#[test]
fn barred_servicing_wears_what_is_installed() {
    let quiet = plain_with(embargo(4));
    let barred = plain_with(Measure { servicing_barred: true, ..embargo(4) });
    let (before, world) = (&quiet.worlds[4], &barred.worlds[4]);
    assert_eq!(crate::runs::state(before), crate::runs::state(world));
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let level = |run: &Run, c: usize| run.worlds[5].cells.installed_level[c];
    let mut hit = 0;
    for (c, cell) in structure.cells.iter().enumerate() {
        let row = &structure.segments[cell.segment].row;
        let us: f64 = structure
            .pairs_of(cell)
            .filter(|(_, k)| structure.products[*k].legal == structure.us)
            .map(|(pair, _)| world.installed[pair])
            .sum();
        // Scanners that a line does not need yet cannot fall below the level at which it needs none.
        if row.class == "litho_euv" {
            continue;
        }
        let in_china = structure.buyers[cell.buyer].location == structure.china;
        let part = if in_china { us } else { 0.0 };
        let wanted = p.wear_unserviced / 4.0 * part * row.service_dependence;
        let worn = level(&quiet, c) - level(&barred, c);
        assert!((worn - wanted).abs() < 1e-12, "{} {}: {worn} {wanted}", cell.buyer, row.id);
        hit += usize::from(wanted > 1e-4);
    }
    assert!(hit >= 6, "{hit} cells wore");
    let harmless = plain_with(Measure { servicing_barred: true, ..cap(4, 50.0) });
    assert!(
        harmless.outcomes.iter().all(|o| o.rules.unserviced_lanes.iter().all(|lanes| *lanes == 0))
    );
    // Where every licence is granted, servicing is; a quota refuses some.
    let licensed = |quantity_cap| {
        let licence = Licence { approval_rate: 1.0.into(), quantity_cap, ..Licence::NONE };
        let run = plain_with(Measure { servicing_barred: true, licence, ..embargo(4) });
        run.outcomes.iter().any(|o| o.rules.unserviced_lanes.iter().any(|lanes| *lanes != 0))
    };
    assert!(!licensed(None) && licensed(Some(0.5)));
}

#[test]
fn a_cap_lets_a_lower_variant_through() {
    let run = plain_with(cap(4, 0.0));
    let sales = us_sales(&run);
    assert!(sales[4] > 0.0 && sales[4] < us_sales(&play(&plain(), &Draws::central()))[4]);
}

#[test]
fn the_base_year_is_the_same_in_every_regime() {
    let mut scenario = plain();
    let free = setup(&scenario, &Draws::new(2, 0));
    scenario.measures = vec![embargo(0), cap(3, 1.0)];
    let bound = setup(&scenario, &Draws::new(2, 0));
    assert_eq!(format!("{free:?}"), format!("{bound:?}"));
    assert!(quarterly(&play(&scenario, &Draws::central())).len() > 40);
}
