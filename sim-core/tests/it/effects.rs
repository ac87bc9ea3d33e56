//! What controls do to the United States (U2–U7), and chips that are made on lines (P4, S9).

use sim_core::decisions::Outcome;
use sim_core::metric::{Column, Id};
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{Mandate, Measure, Salience};
use sim_core::scenario::tables::{Bloc, BuyerKind};

use crate::cases::{draws, owned_share, plain_with, series, with};
use crate::measures::{ally, at, cap, embargo};
use crate::runs::{Run, play, product, quarterly};
use crate::worlds::{plain, set, switch};

// U2 to U7.

/// Rivals that take over in China gain experience and research, with which they win elsewhere. Two things
/// work against it and are left out here: idle US capacity gets cheaper, and rivals' gets scarce.
#[test]
fn scale_won_in_china_wins_abroad() {
    let run = |measures: Vec<Measure>| {
        let mut scenario = with(measures);
        set(&mut scenario, "price-utilisation", 0.0);
        *switch(&mut scenario, "rationing") = false;
        play(&scenario, &draws())
    };
    let (bound, free) = (run(vec![embargo(1)]), run(Vec::new()));
    let structure = &free.worlds[0].setup.structure;
    let mean_cost = |run: &Run, bloc: Bloc| -> f64 {
        let cost = &run.worlds[20].products.cost;
        let mine: Vec<usize> =
            (0..cost.len()).filter(|k| structure.supplier_bloc(*k) == bloc).collect();
        mine.iter().map(|k| cost[*k]).sum::<f64>() / mine.len() as f64
    };
    assert!(mean_cost(&bound, Bloc::Third) < mean_cost(&free, Bloc::Third));
    assert!(mean_cost(&bound, Bloc::Us) > mean_cost(&free, Bloc::Us));
    let us_share =
        |run: &Run| abroad(run, Bloc::Us) / (abroad(run, Bloc::Us) + abroad(run, Bloc::Third));
    assert!(us_share(&bound) < us_share(&free), "{} {}", us_share(&bound), us_share(&free));
}

/// Sales of a bloc outside China in the last year.
fn abroad(run: &Run, suppliers: Bloc) -> f64 {
    let columns = quarterly(run);
    let place = |c: &Column| {
        c.metric == Id::Revenue && c.supplier == Some(suppliers) && c.buyer != Some(Bloc::China)
    };
    let rows = run.record.quarterly.chunks_exact(columns.len()).skip(16);
    rows.flat_map(|row| columns.iter().zip(row).filter(|(c, _)| place(c)).map(|(_, v)| *v)).sum()
}

#[test]
fn lost_revenue_costs_research_only_through_the_feedback() {
    let run = |on: bool, measures: Vec<Measure>| {
        let mut scenario = with(measures);
        *switch(&mut scenario, "research-feedback") = on;
        play(&scenario, &draws())
    };
    // A supplier that takes China's side also reacts to its opportunity at home.
    let research = |run: &Run| -> f64 {
        let structure = &run.worlds[0].setup.structure;
        let american = |k: &usize| structure.products[*k].behaviour == structure.us;
        let quarter = |o: &Outcome| -> f64 {
            let spending = &o.progress.spending;
            (0..spending.len()).filter(american).map(|k| spending[k]).sum()
        };
        run.outcomes[4..].iter().map(quarter).sum()
    };
    let rule = || vec![embargo(4)];
    let (with, without) = (run(true, rule()), run(true, Vec::new()));
    assert!(research(&with) < research(&without));
    let (cut, uncut) = (run(false, rule()), run(false, Vec::new()));
    assert_eq!(research(&cut).to_bits(), research(&uncut).to_bits());
}

#[test]
fn leverage_shrinks_as_china_stops_buying_and_visibility_with_it() {
    let sector = Measure { salience: Salience::Sector, ..cap(4, 0.5) };
    let (free, bound) = (plain_with(Vec::new()), plain_with(vec![sector]));
    for id in [Id::Leverage, Id::Visibility] {
        assert!(series(&bound, id, None)[16] < series(&free, id, None)[16], "{id:?}");
    }
    let (narrow, wide) =
        (series(&free, Id::Leverage, None), series(&free, Id::LeverageTechnology, None));
    assert!(narrow.iter().zip(&wide).all(|(narrow, wide)| narrow <= wide));
}

/// China's own controls show the United States nothing.
#[test]
fn what_china_bars_gives_the_united_states_no_sight() {
    let rule = Measure { authority: "CHN".into(), ..cap(4, -5.0) };
    let (free, barred) = (plain_with(Vec::new()), plain_with(vec![rule.clone()]));
    let seen = |run: &Run| series(run, Id::Visibility, None)[5];
    assert!(barred.outcomes[5].rules.barred_rows.contains(&true));
    assert!(seen(&barred) < seen(&free) + 0.2, "{} {}", seen(&barred), seen(&free));
    let alone = Measure { authority: "USA".into(), ..rule };
    let aligned = Measure { allies: vec![ally("JPN", 4, 1.0)], ..cap(4, 0.5) };
    let unaligned = Measure { allies: Vec::new(), ..aligned.clone() };
    assert!(seen(&plain_with(vec![aligned])) > seen(&plain_with(vec![unaligned])));
    assert!(seen(&plain_with(vec![alone])) < seen(&free));
}

#[test]
fn an_installed_standard_draws_more_of_its_kind() {
    // A push that has ended leaves the more behind, the stronger the network: lock-in.
    let run = |network: f64, pushed: bool| {
        let mut scenario = plain();
        for segment in &mut scenario.tables.segments {
            segment.network = network;
        }
        scenario.mandates.extend(pushed.then(|| Mandate {
            id: "push".into(),
            owner: "CHN".into(),
            from: at(1),
            to: Some(at(10)),
            logits: 3.0.into(),
            dependence: 0.0.into(),
            third: 0.0.into(),
            segments: Vec::new(),
            source: "test".into(),
        }));
        play(&scenario, &draws())
    };
    let lift = |network| {
        let (pushed, free) = (run(network, true), run(network, false));
        assert_eq!(owned_share(&pushed, Bloc::China, 0), owned_share(&free, Bloc::China, 0));
        owned_share(&pushed, Bloc::China, 15) - owned_share(&free, Bloc::China, 15)
    };
    let (without, with) = (lift(0.0), lift(2.0));
    assert!(with > 1.2 * without && without > 0.0, "{with} {without}");
}

// S9 and P4: chips are made on lines, and designers depend on foundries.

/// Chips of a Chinese and a US designer; the Chinese one buys foundry services from Taiwan or at home.
fn with_chips() -> Scenario {
    let mut scenario = plain();
    let tables = &mut scenario.tables;
    for segment in &mut tables.segments {
        if segment.id == "S4" {
            segment.buyers = BuyerKind::Foundry;
        }
    }
    for line in &mut tables.lines {
        if line.kind == BuyerKind::Designer {
            line.kind = BuyerKind::Foundry;
        }
    }
    for weight in &mut tables.weights {
        if weight.family == "designer" {
            weight.family = "foundry".into();
        }
    }
    for product in tables.products.iter_mut().filter(|p| p.segment == "S1") {
        product.made_by = match product.supplier.as_str() {
            "cn-a" => Some("cn-designers".into()),
            "us-a" => Some("tw-fab".into()),
            _ => None,
        };
    }
    scenario
}

#[test]
fn a_designer_without_foundries_falls_back_to_what_is_made_at_home() {
    let mut scenario = with_chips();
    let free = play(&scenario, &draws());
    scenario.measures = vec![Measure {
        segments: vec!["S4".into()],
        end_users: vec!["cn-designers".into()],
        fdpr: Some(0.5),
        ..embargo(4)
    }];
    let bound = play(&scenario, &draws());
    let structure = &free.worlds[0].setup.structure;
    let level =
        |run: &Run, t: usize| run.worlds[t].products.level[product(structure, "S1", "cn-a")];
    assert_eq!(level(&bound, 4), level(&free, 4));
    assert!(level(&bound, 6) < level(&free, 6) - 0.5, "{} {}", level(&bound, 6), level(&free, 6));
    let design = |run: &Run| run.worlds[5].products.design[product(structure, "S1", "cn-a")];
    assert_eq!(design(&bound).to_bits(), design(&free).to_bits(), "the design itself is not lost");
}

#[test]
fn what_a_line_makes_is_as_good_as_the_line() {
    let run = play(&with_chips(), &draws());
    let structure = &run.worlds[0].setup.structure;
    let (k, b) = (product(structure, "S1", "us-a"), crate::runs::buyer(structure, "tw-fab"));
    let margin = run.worlds[0].products.level[k] - run.worlds[0].buyers.level[b];
    for (world, _, next) in run.quarters() {
        assert!((next.products.level[k] - world.buyers.level[b] - margin).abs() < 1e-12);
        let fabless = product(structure, "S1", "cn-a");
        assert!(next.products.level[fabless] <= next.products.design[fabless]);
    }
}
