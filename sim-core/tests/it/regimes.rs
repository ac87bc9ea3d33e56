//! Regimes (P9–P14, C6): allies, widening, a return, money and markets.

use sim_core::scenario::measure::{Measure, PurchaseSubsidy, Salience, Subsidy, Threshold};
use sim_core::scenario::tables::Bloc;

use crate::cases::{
    distrust, draws, plain_with, revenue_by_pair, sales_in_china, us_sales_in_china, with,
};
use crate::measures::{ally, at, cap, deal, embargo};
use crate::runs::{Run, buyer, pairs, play};
use crate::worlds::{plain, set};

// P9 to P12.

#[test]
fn a_servicing_ban_cuts_service_revenue_while_sales_elsewhere_go_on() {
    let ban = Measure { servicing_barred: true, ..embargo(4) };
    let run = plain_with(vec![ban]);
    let structure = &run.worlds[0].setup.structure;
    let serviced = |t: usize| revenue_by_pair(&run.worlds[t], &run.outcomes[t].rules);
    let service = |t: usize, china: bool| -> f64 {
        let serviced = serviced(t);
        pairs(structure)
            .into_iter()
            .filter(|(c, _, k)| {
                let place = structure.buyers[structure.cells[*c].buyer].location;
                structure.products[*k].legal == structure.us && (place == structure.china) == china
            })
            .map(|(_, pair, _)| serviced[pair])
            .sum()
    };
    assert!(service(3, true) > 0.0);
    assert_eq!(service(4, true), 0.0);
    assert!(service(4, false) > 0.9 * service(3, false));
    // A quarter of a toolmaker's sales.
    let sales: f64 = run.outcomes[0].trades.revenue.iter().sum();
    let tools: f64 = serviced(0).iter().sum();
    assert!((0.15..0.3).contains(&(tools / (tools + sales))), "{}", tools / (tools + sales));
}

#[test]
fn a_multilateral_embargo_leaves_no_backfill_and_nothing_beyond_its_segments() {
    let everybody = ["JPN", "NLD", "KOR"].map(|home| ally(home, 4, 1.0)).into();
    let narrow = Measure { segments: vec!["handling".into()], allies: everybody, ..embargo(4) };
    let (run, alone) = (
        plain_with(vec![narrow.clone()]),
        plain_with(vec![Measure { allies: Vec::new(), ..narrow }]),
    );
    let third = |run: &Run, class: &str| sales_in_china(run, 6, Bloc::Third, class);
    let free = plain_with(Vec::new());
    assert_eq!(third(&run, "handling"), 0.0);
    assert!(third(&alone, "handling") > 1.2 * third(&free, "handling"), "no backfill to prevent");
    assert!(third(&run, "etch") > 0.0);
}

#[test]
fn widening_to_mature_lines_bars_more_and_costs_more() {
    let (narrow, wide) = (plain_with(vec![cap(4, 1.0)]), plain_with(vec![cap(4, -3.0)]));
    let structure = &narrow.worlds[0].setup.structure;
    for (pair, (loose, tight)) in
        narrow.outcomes[4].rules.ceiling.iter().zip(&wide.outcomes[4].rules.ceiling).enumerate()
    {
        assert!(tight <= loose, "pair {pair}");
    }
    let barred = |run: &Run| run.outcomes[4].rules.barred.iter().sum::<f64>();
    assert!(barred(&wide) > barred(&narrow));
    assert!(us_sales_in_china(&wide, 4) < us_sales_in_china(&narrow, 4));
    let _ = structure;
}

#[test]
fn a_return_to_the_sliding_scale_leaves_distrust_for_years_unless_it_fades_fast() {
    let hard = Measure { sunset: Some(at(8)), salience: Salience::Sector, ..embargo(2) };
    let scale = Measure {
        id: "scale".into(),
        threshold: Threshold::SlidingScale { lag: 0.0, review_every: Some(4) },
        ..cap(8, 0.0)
    };
    let after = |decay: f64| {
        let mut scenario = with(vec![hard.clone(), scale.clone()]);
        set(&mut scenario, "belief-decay", decay);
        set(&mut scenario, "salience-sector", 0.5);
        let run = play(&scenario, &draws());
        (run.worlds[0].setup.parameters.belief_floor, distrust(&run.worlds[20]))
    };
    let ((floor, slow), (_, fast)) = (after(0.01), after(0.5));
    assert!(slow > floor + 0.15, "{slow} is near {floor}");
    assert!(fast < floor + 0.01, "{fast} is far from {floor}");
}

// P13, P14 and C6: money and markets.

#[test]
fn crowding_out_takes_its_part_of_a_subsidy() {
    let funded = |crowding_out: f64| {
        let mut scenario = plain();
        scenario.subsidies.push(Subsidy {
            id: "chips".into(),
            home: "USA".into(),
            from: at(2),
            to: at(10),
            usd_m_per_year: 400.0,
            crowding_out,
            segments: vec!["etch".into()],
            source: "test".into(),
        });
        let run = play(&scenario, &draws());
        run.outcomes[2].rules.subsidy.iter().sum::<f64>()
    };
    assert!((funded(0.0) - 100.0).abs() < 1e-9);
    assert!((funded(0.4) - 60.0).abs() < 1e-9);
}

#[test]
fn a_purchase_subsidy_moves_purchases_home_at_the_states_cost() {
    let mut scenario = plain();
    scenario.purchase_subsidies.push(PurchaseSubsidy {
        id: "fund".into(),
        owner: "CHN".into(),
        home: "CHN".into(),
        from: at(4),
        to: Some(at(8)),
        rate: 0.2,
        segments: Vec::new(),
        source: "test".into(),
    });
    let (run, free) = (play(&scenario, &draws()), play(&plain(), &draws()));
    let home = |run: &Run| -> f64 {
        let structure = &run.worlds[0].setup.structure;
        let revenue = run.outcomes[4].trades.revenue.iter().enumerate();
        revenue.filter(|(k, _)| structure.chinese_product(*k)).map(|(_, money)| money).sum()
    };
    assert!(home(&run) > home(&free));
    let trades = &run.outcomes[4].trades;
    let structure = &run.worlds[0].setup.structure;
    for (k, levy) in trades.levies.iter().enumerate() {
        assert!(*levy <= 0.0 && (*levy == 0.0 || structure.chinese_product(k)));
    }
    assert!(trades.levies.iter().sum::<f64>() < 0.0);
    assert!(run.outcomes[8].trades.levies.iter().all(|levy| *levy == 0.0));
}

#[test]
fn market_access_adds_demand_and_preference_abroad_and_nothing_in_china() {
    let mut scenario = plain();
    scenario.market_access.push(deal(None, 0.1));
    let (open, shut) = (play(&scenario, &draws()), play(&plain(), &draws()));
    let structure = &open.worlds[0].setup.structure;
    let fab = buyer(structure, "tw-fab");
    let at_fab = |run: &Run, us: bool| -> f64 {
        pairs(structure)
            .into_iter()
            .filter(|(c, _, k)| {
                structure.cells[*c].buyer == fab
                    && (!us || structure.products[*k].legal == structure.us)
            })
            .map(|(_, pair, _)| run.outcomes[4].trades.purchases[pair])
            .sum()
    };
    // A tenth of what it buys from US suppliers, which is nearly half.
    assert!(at_fab(&open, false) > 1.03 * at_fab(&shut, false));
    let share = |run: &Run| at_fab(run, true) / at_fab(run, false);
    assert!(share(&open) > share(&shut));
    let wants = |run: &Run, b: usize| -> f64 {
        structure.buyers[b].cells.iter().map(|c| run.outcomes[4].wants.budget[*c]).sum()
    };
    let mature = buyer(structure, "cn-mature");
    assert_eq!(wants(&open, mature), wants(&shut, mature));
}
