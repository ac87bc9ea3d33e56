//! The law's instruments (P3–P8): what each of them does that no other does.

use sim_core::policy::Rules;
use sim_core::scenario::measure::{
    Addition, EndUse, Licence, Measure, Salience, Suspension, Validation,
};
use sim_core::structure::Structure;

use crate::cases::{distrust, draws, plain_with, us_sales_in_china, with};
use crate::measures::{at, embargo, flat, licence};
use crate::runs::{Run, pairs, play};
use crate::worlds::set;

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
    let vigilance = |t: usize| run.worlds[t].law.get("cap").unwrap().vigilance;
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
    let (free, dear) = (plain_with(vec![fee(0.0_f64.into())]), plain_with(vec![fee(0.25.into())]));
    let sales = |run: &Run| us_sales_in_china(run, 4);
    assert!(sales(&dear) < sales(&free));
    let trades = &dear.outcomes[4].trades;
    let paid: f64 = trades.levies.iter().sum();
    assert!((paid - 0.25 * sales(&dear)).abs() < 1e-6 * paid, "{paid} {}", sales(&dear));
    assert!(free.outcomes[4].trades.levies.iter().all(|levy| *levy == 0.0));
}

#[test]
fn a_quantity_cap_holds_sales_to_a_share_of_those_at_home() {
    for fee in [0.0, 0.25] {
        quantity_cap_holds(fee);
    }
}

/// What suppliers get under a quota is within it; fees come on top.
fn quantity_cap_holds(fee: f64) {
    let terms = Licence { quantity_cap: Some(0.1), fee: fee.into(), ..licence(1.0) };
    let run = plain_with(vec![Measure { licence: terms, ..embargo(4) }]);
    let structure = &run.worlds[0].setup.structure;
    let (mut capped, mut at_cap) = (0, 0);
    for (world, outcome, _) in run.quarters().skip(4) {
        for quota in &outcome.rules.quotas {
            let paid: f64 = quota.pairs.iter().map(|pair| outcome.trades.purchases[*pair]).sum();
            let sold = paid / (1.0 + fee);
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
