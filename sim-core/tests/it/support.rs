//! Support: what a scheduled mandate and a subsidy change, and whom they leave alone.

use sim_core::draws::Draws;
use sim_core::metric::Id;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{Mandate, Subsidy};
use sim_core::scenario::tables::Bloc;

use crate::measures::at;
use crate::runs::{Run, pairs, play, quarterly};
use crate::worlds::plain;

/// A mandate of two logits for quarters 4 to 7.
fn mandated() -> Scenario {
    let mut scenario = plain();
    scenario.mandates.push(Mandate {
        id: "push".into(),
        owner: "CHN".into(),
        from: at(4),
        to: Some(at(8)),
        logits: 2.0.into(),
        dependence: 0.0.into(),
        third: 0.0.into(),
        segments: Vec::new(),
        source: "test".into(),
    });
    scenario
}

fn domestic_share(run: &Run) -> Vec<f64> {
    let columns = quarterly(run);
    let place = columns.iter().position(|c| c.metric == Id::DomesticShare).unwrap();
    run.record.quarterly.chunks_exact(columns.len()).map(|row| row[place]).collect()
}

#[test]
fn a_mandate_moves_purchases_home_while_it_lasts() {
    let draws = Draws::new(1, 0);
    let (free, pushed) = (play(&plain(), &draws), play(&mandated(), &draws));
    let (before, after) = (domestic_share(&free), domestic_share(&pushed));
    assert_eq!(before[..4], after[..4]);
    let lift = |t: usize| after[t] - before[t];
    assert!((4..8).all(|t| lift(t) > 0.01), "{before:?} {after:?}");
    // What was installed meanwhile still binds a little, but the push itself is over.
    assert!(lift(8) < 0.5 * lift(7), "{} {}", lift(7), lift(8));
}

#[test]
fn a_mandate_binds_its_owners_by_their_exposure() {
    let run = play(&mandated(), &Draws::new(1, 0));
    for (world, outcome, _) in run.quarters() {
        let inside = (4..8).contains(&world.t);
        for (b, buyer) in world.setup.structure.buyers.iter().enumerate() {
            let bound = inside && buyer.owner == world.setup.structure.china;
            assert_eq!(outcome.rules.mandate[b], if bound { 2.0 } else { 0.0 });
        }
    }
}

#[test]
fn a_subsidy_is_spent_on_its_home_and_raises_knowledge() {
    let mut scenario = plain();
    scenario.subsidies.push(Subsidy {
        id: "fund".into(),
        home: "CHN".into(),
        from: at(2),
        to: at(6),
        usd_m_per_year: 400.0,
        crowding_out: 0.0,
        segments: Vec::new(),
        source: "test".into(),
    });
    let draws = Draws::new(1, 0);
    let (free, funded) = (play(&plain(), &draws), play(&scenario, &draws));
    for (t, outcome) in funded.outcomes.iter().enumerate() {
        let structure = &funded.worlds[t].setup.structure;
        let total: f64 = outcome.rules.subsidy.iter().sum();
        let wanted = if (2..6).contains(&t) { 100.0 } else { 0.0 };
        assert!((total - wanted).abs() < 1e-9, "{total} in quarter {t}");
        for (k, money) in outcome.rules.subsidy.iter().enumerate() {
            let home = structure.bloc[structure.products[k].behaviour];
            assert!(*money == 0.0 || home == Bloc::China);
        }
    }
    let knowledge = |run: &Run| -> f64 {
        let world = &run.worlds[6];
        let chinese = |k: &usize| world.setup.structure.chinese_product(*k);
        (0..world.products.knowledge.len())
            .filter(chinese)
            .map(|k| world.products.knowledge[k])
            .sum()
    };
    assert!(knowledge(&funded) > knowledge(&free) + 100.0);
}

/// The mandate, by some segments at a time.
fn mandated_in(parts: &[&[&str]]) -> Scenario {
    let mut scenario = mandated();
    let whole = scenario.mandates.remove(0);
    scenario.mandates.extend(parts.iter().enumerate().map(|(n, segments)| Mandate {
        id: format!("push-{n}"),
        segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
        dependence: 0.4.into(),
        third: 0.3.into(),
        ..whole.clone()
    }));
    scenario
}

/// Part of domestic makers in what Chinese-owned buyers buy of a class in a quarter.
fn domestic_part(run: &Run, class: &str, t: usize) -> f64 {
    let structure = &run.worlds[t].setup.structure;
    let mut sums = [0.0; 2];
    for (c, pair, k) in pairs(structure) {
        let cell = &structure.cells[c];
        if structure.chinese_owned(cell.buyer)
            && structure.segments[cell.segment].row.class == class
        {
            let money = run.outcomes[t].trades.purchases[pair];
            sums[1] += money;
            sums[0] += if structure.chinese_product(k) { money } else { 0.0 };
        }
    }
    sums[0] / sums[1]
}

#[test]
fn a_mandate_for_some_segments_pushes_there_and_in_parts_it_is_the_whole() {
    let draws = Draws::new(1, 0);
    let free = play(&plain(), &draws);
    let etch = play(&mandated_in(&[&["etch"]]), &draws);
    let part = |run: &Run, class: &str| domestic_part(run, class, 4);
    assert!(part(&etch, "etch") > part(&free, "etch") + 0.01);
    assert!((part(&etch, "handling") - part(&free, "handling")).abs() < 1e-12);
    let whole = play(&mandated_in(&[&[]]), &draws);
    let parts = play(&mandated_in(&[&["etch", "S3"], &["handling"], &["eda"]]), &draws);
    for (one, other) in domestic_share(&whole).iter().zip(domestic_share(&parts)) {
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }
}
