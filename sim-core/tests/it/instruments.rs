//! The instruments of policy (P3–P14): what each of them does that no other does.

use sim_core::draws::Draws;
use sim_core::policy::Rules;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{
    Addition, EndUse, Licence, MarketAccess, Measure, PurchaseSubsidy, Salience, Subsidy,
    Suspension, Threshold, Validation,
};
use sim_core::scenario::tables::Bloc;
use sim_core::world::World;
use sim_core::world::structure::Structure;

use crate::measures::{ally, at, cap, embargo, flat, licence};
use crate::runs::{Run, buyer, pairs, play};
use crate::worlds::{plain, set};

fn draws() -> Draws {
    Draws::new(11, 0)
}

fn plain_with(measures: Vec<Measure>) -> Run {
    play(&with(measures), &draws())
}

fn with(measures: Vec<Measure>) -> Scenario {
    let mut scenario = plain();
    scenario.measures = measures;
    scenario
}

/// Buyers for whom a supplier's products are barred.
fn barred_buyers(run: &Run, t: usize, supplier: &str) -> Vec<String> {
    let structure = &run.worlds[0].setup.structure;
    let mut ids: Vec<String> = bound_pairs(structure, &run.outcomes[t].rules)
        .into_iter()
        .filter(|(_, _, k)| structure.products[*k].row.supplier == supplier)
        .map(|(c, _, _)| structure.buyers[structure.cells[c].buyer].row.id.clone())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn bound_pairs(structure: &Structure, rules: &Rules) -> Vec<(usize, usize, usize)> {
    pairs(structure)
        .into_iter()
        .filter(|(_, pair, _)| rules.ceiling[*pair] < f64::INFINITY)
        .collect()
}

fn addition(quarter: i32, end_users: &[&str], destinations: &[&str]) -> Addition {
    Addition {
        id: "later".into(),
        announced: at(quarter),
        in_force: at(quarter),
        end_users: end_users.iter().map(|id| (*id).into()).collect(),
        destinations: destinations.iter().map(|id| (*id).into()).collect(),
        salience: Salience::None,
        reference: "test".into(),
    }
}

/// Mean belief of Chinese-owned buyers in the United States at the start of a quarter.
fn distrust(world: &World) -> f64 {
    let structure = &world.setup.structure;
    let places = structure.jurisdictions.len();
    let owned: Vec<usize> =
        (0..structure.buyers.len()).filter(|b| structure.chinese_owned(*b)).collect();
    let sum: f64 = owned.iter().map(|b| world.buyers.belief[b * places + structure.us]).sum();
    sum / owned.len() as f64
}

// P3: the Entity List.

#[test]
fn an_entity_list_grows_by_dated_additions() {
    let list = Measure {
        end_users: vec!["cn-advanced".into()],
        additions: vec![addition(6, &["cn-nand"], &[])],
        ..embargo(2)
    };
    let run = plain_with(vec![list]);
    assert_eq!(barred_buyers(&run, 1, "us-a"), Vec::<String>::new());
    assert_eq!(barred_buyers(&run, 5, "us-a"), ["cn-advanced"]);
    assert_eq!(barred_buyers(&run, 6, "us-a"), ["cn-advanced", "cn-nand"]);
}

#[test]
fn an_addition_is_news_of_its_own() {
    let list = |salience| Measure {
        end_users: vec!["cn-advanced".into()],
        additions: vec![Addition { salience, ..addition(6, &["cn-nand"], &[]) }],
        ..embargo(2)
    };
    let (quiet, loud) =
        (plain_with(vec![list(Salience::None)]), plain_with(vec![list(Salience::Value(0.5))]));
    assert_eq!(distrust(&quiet.worlds[6]), distrust(&loud.worlds[6]));
    assert!(distrust(&loud.worlds[7]) > distrust(&quiet.worlds[7]) + 0.05);
}

#[test]
fn a_list_names_whoever_is_caught() {
    let sector = Measure { end_use: Some(EndUse::MinLevel(flat(0.0))), ..embargo(2) };
    let list = Measure { id: "list".into(), lists_detected: true, ..embargo(2) };
    let mut scenario = with(vec![sector, list]);
    set(&mut scenario, "detection", 0.5);
    set(&mut scenario, "grey-availability", 1.0);
    let run = play(&scenario, &draws());
    let structure = &run.worlds[0].setup.structure;
    let caught: Vec<(usize, usize)> = run
        .outcomes
        .iter()
        .enumerate()
        .flat_map(|(t, o)| o.caught.buyers.iter().map(move |(b, _)| (t, *b)))
        .collect();
    assert!(!caught.is_empty(), "nobody was caught, so the test says nothing");
    for (t, b) in caught {
        let id = &structure.buyers[b].row.id;
        let list_hits = |t: usize| {
            let world = &run.worlds[t];
            let book = sim_core::policy::lawbook::LawBook::new(structure, &scenario, &draws());
            let now = world.scenario.start.plus(t as i32);
            let reference = [f64::NAN; 4];
            book.hits(world, 1, &reference, now).any(|target| target.buyer == b)
        };
        assert!(list_hits(t + 1), "{id} is not listed in quarter {}", t + 1);
    }
    let first = run.outcomes.iter().position(|o| !o.caught.buyers.is_empty()).unwrap();
    let vigilance = |t: usize| run.worlds[t].law["cap"].vigilance;
    assert!(vigilance(first) < vigilance(first + 1));
}

// P4 to P7: reach to foreign-made goods.

#[test]
fn the_foreign_direct_product_rule_reaches_by_technology_and_end_user() {
    let rule = Measure {
        fdpr: Some(0.6),
        exempt_homes: vec!["NLD".into()],
        end_users: vec!["cn-advanced".into()],
        ..embargo(2)
    };
    let run = plain_with(vec![rule.clone()]);
    assert_eq!(barred_buyers(&run, 2, "jp-a"), ["cn-advanced"]);
    assert_eq!(barred_buyers(&run, 2, "nl-a"), Vec::<String>::new(), "an exempt home");
    assert_eq!(barred_buyers(&run, 2, "cn-a"), Vec::<String>::new(), "out of reach in China");
    let mild = plain_with(vec![Measure { fdpr: Some(0.8), ..rule }]);
    assert_eq!(barred_buyers(&mild, 2, "jp-a"), Vec::<String>::new());
    assert_eq!(barred_buyers(&mild, 2, "us-a"), ["cn-advanced"]);
}

#[test]
fn a_destination_list_can_grow() {
    let rule = Measure {
        destinations: vec!["CHN".into()],
        additions: vec![addition(5, &[], &["TWN"])],
        ..embargo(2)
    };
    let run = plain_with(vec![rule]);
    assert!(!barred_buyers(&run, 4, "us-a").contains(&"tw-fab".to_owned()));
    assert!(barred_buyers(&run, 5, "us-a").contains(&"tw-fab".to_owned()));
}

#[test]
fn an_end_use_by_tag_hits_tagged_lines_only() {
    let mut scenario = with(vec![Measure {
        end_use: Some(EndUse::Tag("supercomputer".into())),
        fdpr: Some(0.5),
        ..embargo(2)
    }]);
    let place = scenario.tables.lines.iter().position(|line| line.id == "cn-designers").unwrap();
    scenario.tables.lines[place].tag = Some("supercomputer".into());
    let run = play(&scenario, &draws());
    assert_eq!(barred_buyers(&run, 2, "us-a"), ["cn-designers"]);
    assert_eq!(barred_buyers(&run, 2, "jp-a"), ["cn-designers"], "any item, foreign-made too");
}

/// Number of pairs that a de minimis rule binds, by quarter, in a world in which homes differ in US content.
fn reached(share: f64, redesign: f64) -> Vec<usize> {
    let mut scenario = with(vec![Measure { de_minimis: Some(share), ..embargo(2) }]);
    set(&mut scenario, "redesign-speed", redesign);
    for product in &mut scenario.tables.products {
        product.us_content = match product.supplier.as_str() {
            "jp-a" => 0.12,
            "nl-a" => 0.3,
            "kr-a" => 0.02,
            _ => product.us_content,
        };
    }
    let run = play(&scenario, &draws());
    let structure = &run.worlds[0].setup.structure;
    run.outcomes.iter().map(|o| bound_pairs(structure, &o.rules).len()).collect()
}

#[test]
fn a_lower_de_minimis_reaches_strictly_more() {
    let [quarter, tenth, none] = [0.25, 0.1, 0.0].map(|share| reached(share, 0.0)[4]);
    let own = reached(1.0, 0.0)[4];
    assert!(own < quarter && quarter < tenth && tenth < none, "{own} {quarter} {tenth} {none}");
}

#[test]
fn redesign_lowers_the_reach_over_time() {
    let (kept, cut) = (reached(0.1, 0.0), reached(0.1, 2.0));
    assert_eq!(kept[2..4], cut[2..4]);
    assert!(cut[19] < kept[19], "{} {}", cut[19], kept[19]);
    assert!(cut[2..].windows(2).all(|w| w[1] <= w[0]), "content came back: {cut:?}");
}

// P8: licences, their queue, and their terms.

#[test]
fn a_licence_is_decided_after_its_delay() {
    let late = Licence { delay: 3, ..licence(1.0) };
    let run = plain_with(vec![Measure { licence: late, ..embargo(4) }]);
    for (t, outcome) in run.outcomes.iter().enumerate() {
        let bound = !bound_pairs(&run.worlds[0].setup.structure, &outcome.rules).is_empty();
        assert_eq!(bound, (4..7).contains(&t), "quarter {t}");
    }
}

#[test]
fn approvals_come_at_their_rate() {
    let share = |rate: f64| {
        let run = plain_with(vec![Measure { licence: licence(rate), ..embargo(0) }]);
        let structure = &run.worlds[0].setup.structure;
        let bound: usize =
            run.outcomes.iter().map(|o| bound_pairs(structure, &o.rules).len()).sum();
        let strict = plain_with(vec![embargo(0)]);
        let all: usize =
            strict.outcomes.iter().map(|o| bound_pairs(structure, &o.rules).len()).sum();
        1.0 - bound as f64 / all as f64
    };
    for rate in [0.1, 0.5, 0.9] {
        assert!((share(rate) - rate).abs() < 0.08, "{rate}: {}", share(rate));
    }
}

#[test]
fn a_fee_is_paid_on_licensed_sales_and_lowers_them() {
    let fee = |fee| Measure { licence: Licence { fee, ..licence(1.0) }, ..embargo(4) };
    let (free, dear) = (plain_with(vec![fee(0.0)]), plain_with(vec![fee(0.25)]));
    let sales = |run: &Run| us_sales_in_china(run, 4);
    assert!(sales(&dear) < sales(&free));
    let trades = &dear.outcomes[4].trades;
    let paid: f64 = trades.levies.iter().sum();
    assert!((paid - 0.25 * sales(&dear)).abs() < 1e-6 * paid, "{paid} {}", sales(&dear));
    assert!(free.outcomes[4].trades.levies.iter().all(|levy| *levy == 0.0));
}

/// What US suppliers get from buyers located in China in a quarter.
fn us_sales_in_china(run: &Run, t: usize) -> f64 {
    let structure = &run.worlds[0].setup.structure;
    let outcome = &run.outcomes[t];
    pairs(structure)
        .into_iter()
        .filter(|(c, _, k)| {
            let buyer = structure.cells[*c].buyer;
            structure.products[*k].legal == structure.us
                && structure.buyers[buyer].location == structure.china
        })
        .map(|(_, pair, _)| outcome.trades.purchases[pair] / outcome.rules.price_factor[pair])
        .sum()
}

#[test]
fn a_quantity_cap_holds_sales_to_a_share_of_those_at_home() {
    let terms = Licence { quantity_cap: Some(0.1), ..licence(1.0) };
    let run = plain_with(vec![Measure { licence: terms, ..embargo(4) }]);
    let structure = &run.worlds[0].setup.structure;
    let (mut capped, mut at_cap) = (0, 0);
    for (world, outcome, _) in run.quarters().skip(4) {
        for quota in &outcome.rules.quotas {
            let sold: f64 = quota.pairs.iter().map(|pair| outcome.trades.purchases[*pair]).sum();
            assert!(sold <= quota.limit * (1.0 + 1e-12), "{sold} beyond {}", quota.limit);
            capped += 1;
            at_cap += usize::from(sold > 0.99 * quota.limit);
            let home: f64 = pairs(structure)
                .into_iter()
                .filter(|(c, _, k)| {
                    let place = structure.buyers[structure.cells[*c].buyer].location;
                    *k == quota.product && place == structure.us
                })
                .map(|(_, pair, _)| world.bought[pair])
                .sum();
            assert!((quota.limit - 0.1 * home).abs() <= 1e-9 * home);
        }
    }
    assert!(capped > 0 && at_cap > 0, "{capped} quotas, {at_cap} reached");
}

#[test]
fn validated_end_users_are_left_alone_while_they_are_trusted() {
    let permission = Validation {
        id: "veu".into(),
        end_users: vec!["kr-in-china".into()],
        from: at(0),
        to: Some(at(7)),
        reference: "test".into(),
    };
    let run = plain_with(vec![Measure { validated: vec![permission], ..embargo(3) }]);
    let korean = "kr-in-china".to_owned();
    assert!(!barred_buyers(&run, 6, "us-a").contains(&korean));
    assert!(barred_buyers(&run, 6, "us-a").contains(&"cn-mature".to_owned()));
    assert!(barred_buyers(&run, 7, "us-a").contains(&korean));
}

#[test]
fn a_suspended_measure_does_nothing_and_its_return_is_no_news() {
    let truce =
        Suspension { id: "truce".into(), from: at(6), to: Some(at(10)), reference: "test".into() };
    let rule = Measure { suspensions: vec![truce], ..embargo(3) };
    let run = plain_with(vec![rule]);
    for (t, outcome) in run.outcomes.iter().enumerate() {
        let bound = !bound_pairs(&run.worlds[0].setup.structure, &outcome.rules).is_empty();
        assert_eq!(bound, t >= 3 && !(6..10).contains(&t), "quarter {t}");
    }
    assert!(run.outcomes[3].rules.surprise.iter().any(|news| *news > 0.0));
    assert!(run.outcomes[10].rules.surprise.iter().all(|news| *news == 0.0));
}

// P9 to P12.

#[test]
fn a_servicing_ban_cuts_service_revenue_while_sales_elsewhere_go_on() {
    let ban = Measure { servicing_barred: true, ..embargo(4) };
    let run = plain_with(vec![ban]);
    let structure = &run.worlds[0].setup.structure;
    let service = |t: usize, china: bool| -> f64 {
        pairs(structure)
            .into_iter()
            .filter(|(c, _, k)| {
                let place = structure.buyers[structure.cells[*c].buyer].location;
                structure.products[*k].legal == structure.us && (place == structure.china) == china
            })
            .map(|(_, pair, _)| run.outcomes[t].output.serviced[pair])
            .sum()
    };
    assert!(service(3, true) > 0.0);
    assert_eq!(service(4, true), 0.0);
    assert!(service(4, false) > 0.9 * service(3, false));
    // A quarter of a toolmaker's sales.
    let sales: f64 = run.outcomes[0].trades.revenue.iter().sum();
    let tools: f64 = run.outcomes[0].output.serviced.iter().sum();
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

fn sales_in_china(run: &Run, t: usize, bloc: Bloc, class: &str) -> f64 {
    let structure = &run.worlds[0].setup.structure;
    pairs(structure)
        .into_iter()
        .filter(|(c, _, k)| {
            let cell = &structure.cells[*c];
            structure.buyers[cell.buyer].location == structure.china
                && structure.supplier_bloc(*k) == bloc
                && structure.segments[cell.segment].row.class == class
        })
        .map(|(_, pair, _)| run.outcomes[t].trades.purchases[pair])
        .sum()
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
    scenario.market_access.push(MarketAccess {
        id: "deal".into(),
        home: "USA".into(),
        locations: vec!["TWN".into()],
        from: at(4),
        to: None,
        logits: 0.5,
        extra_demand: 0.1,
        segments: Vec::new(),
        source: "test".into(),
    });
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
    assert!(at_fab(&open, false) > 1.05 * at_fab(&shut, false));
    let share = |run: &Run| at_fab(run, true) / at_fab(run, false);
    assert!(share(&open) > share(&shut));
    let wants = |run: &Run, b: usize| -> f64 {
        structure.buyers[b].cells.clone().map(|c| run.outcomes[4].wants.budget[c]).sum()
    };
    let mature = buyer(structure, "cn-mature");
    assert_eq!(wants(&open, mature), wants(&shut, mature));
}
