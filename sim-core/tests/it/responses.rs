//! What buyers, suppliers and allied governments make of controls (C1–C8, T1–T4).

use sim_core::metric::Id;
use sim_core::policy::alignment;
use sim_core::policy::enforcement;
use sim_core::policy::lawbook::LawBook;
use sim_core::scenario::measure::{Accession, Addition, Alignment, EndUse, Measure, Salience};
use sim_core::scenario::tables::Bloc;

use crate::cases::{draws, owned_share, plain_with, series, sum, with};
use crate::measures::{ally, at, cap, embargo, flat};
use crate::runs::{Run, pairs, play, product};
use crate::worlds::{plain, set, switch};

// C1, C2, C7, T1, U1: who takes the place of US suppliers.

#[test]
fn design_out_goes_home_and_to_third_countries() {
    let sector = Measure { salience: Salience::Sector, ..cap(4, 0.5) };
    let (free, bound) = (plain_with(Vec::new()), plain_with(vec![sector]));
    for bloc in [Bloc::China, Bloc::Third] {
        assert!(owned_share(&bound, bloc, 12) > owned_share(&free, bloc, 12), "{bloc:?}");
    }
    assert!(owned_share(&bound, Bloc::Us, 12) < owned_share(&free, Bloc::Us, 12));
    let third = |run: &Run| sum(run, Id::Owned, Some(Bloc::Third), 4);
    assert!(third(&bound) > third(&free), "no backfill");
    let us = |run: &Run| sum(run, Id::Revenue, Some(Bloc::Us), 4);
    assert!(us(&bound) < us(&free));
}

#[test]
fn distrust_orders_suppliers_home_first_then_third_countries_then_the_united_states() {
    // Equal products of three homes: only preference and distrust tell them apart.
    let mut scenario = plain();
    for product in &mut scenario.tables.products {
        (product.level, product.level_spread) = (2.0, 0.0);
    }
    for share in &mut scenario.tables.shares {
        share.share_pct = 25.0;
    }
    set(&mut scenario, "home-preference", 1.0);
    scenario.measures = vec![Measure { salience: Salience::Value(0.8), ..cap(4, 50.0) }];
    let run = play(&scenario, &draws());
    let structure = &run.worlds[0].setup.structure;
    let line = crate::runs::buyer(structure, "cn-mature");
    let weight = |supplier: &str| {
        let k = product(structure, "S1", supplier);
        let at = |(c, _, other): &(usize, usize, usize)| {
            structure.cells[*c].buyer == line && *other == k
        };
        let pair = pairs(structure).into_iter().find(at).unwrap().1;
        run.outcomes[4].orders.weight[pair] / run.outcomes[3].orders.weight[pair]
    };
    let (home, third, us) = (weight("cn-a"), weight("jp-a"), weight("us-a"));
    assert!(home > third && third > us, "{home} {third} {us}");
}

// C4: the grey channel.

fn use_rule(quarter: i32) -> Measure {
    Measure { end_use: Some(EndUse::MinLevel(flat(-5.0))), ..embargo(quarter) }
}

#[test]
fn each_grey_form_needs_its_opening() {
    let run = plain_with(Vec::new());
    let world = &run.worlds[5];
    let now = at(5);
    let forms = |measure: &Measure| enforcement::forms(world, measure, now);
    let by_place = forms(&embargo(2));
    assert!(by_place.shells > 0.0);
    assert_eq!((by_place.networks, by_place.false_use), (0.0, 0.0));
    let by_name = forms(&Measure { end_users: vec!["cn-advanced".into()], ..embargo(2) });
    assert!(by_name.networks > 0.0 && by_name.false_use == 0.0);
    let by_use = forms(&use_rule(2));
    assert!(by_use.networks > 0.0 && by_use.false_use > 0.0);
    let addition = Addition {
        id: "diversion".into(),
        announced: at(3),
        in_force: at(3),
        end_users: Vec::new(),
        destinations: vec!["TWN".into()],
        salience: Salience::None,
        reference: "test".into(),
    };
    let closed = forms(&Measure { additions: vec![addition], ..embargo(2) });
    assert_eq!(closed.shells, 0.0, "the only country of diversion is covered");
}

#[test]
fn strict_enforcement_leaves_less_leak_and_perfect_enforcement_none() {
    let leak = |enforcement: f64| {
        let run = plain_with(vec![Measure { enforcement: enforcement.into(), ..use_rule(2) }]);
        series(&run, Id::Grey, None)[2..8].iter().sum::<f64>()
    };
    let (weak, strong, perfect) = (leak(0.1), leak(0.8), leak(1.0));
    assert!(weak > strong && strong > 0.0, "{weak} {strong}");
    assert_eq!(perfect, 0.0);
}

#[test]
fn grey_goods_come_at_full_level_and_at_a_premium() {
    let run = plain_with(vec![use_rule(2)]);
    let structure = &run.worlds[0].setup.structure;
    let outcome = &run.outcomes[2];
    let premium = run.worlds[0].setup.parameters.grey_premium;
    let mut grey = 0;
    for (_, pair, k) in pairs(structure) {
        let trades = &outcome.trades;
        if trades.grey[pair] > 0.0 {
            grey += 1;
            assert!(outcome.rules.ceiling[pair] < run.worlds[2].products.level[k]);
            assert_eq!(trades.purchases[pair], 0.0, "an embargo leaves the grey channel only");
        }
    }
    assert!(grey > 0);
    let paid: f64 = outcome.trades.grey.iter().sum();
    let kept: f64 = outcome.trades.premiums.iter().sum();
    assert!((kept - paid * premium / (1.0 + premium)).abs() < 1e-9 * paid);
}

#[test]
fn the_forms_add_up_to_what_is_diverted() {
    let run = plain_with(vec![use_rule(2)]);
    let forms = [Id::GreyShells, Id::GreyNetworks, Id::GreyFalseUse];
    for (t, outcome) in run.outcomes.iter().enumerate() {
        let all: f64 = outcome.trades.grey.iter().sum();
        let parts: f64 = forms.iter().map(|id| series(&run, *id, None)[t]).sum();
        assert!((parts - all).abs() <= 1e-9 * all, "{parts} {all}");
    }
}

/// An announcement two quarters ahead moves purchases forward; over the window they differ by what the
/// stock carries.
#[test]
fn stockpiling_moves_purchases_ahead_of_a_rule_and_pays_them_back() {
    let ahead = Measure { announced: at(4), ..cap(6, 50.0) };
    let mut scenario = with(vec![Measure { announced: at(4), ..embargo(6) }]);
    *switch(&mut scenario, "grey-channel") = false;
    set(&mut scenario, "belief-gain", 0.0);
    let (run, free) = (play(&scenario, &draws()), plain_with(vec![ahead]));
    let wanted = |run: &Run, t: usize| -> f64 {
        let structure = &run.worlds[0].setup.structure;
        let cells = structure.cells.iter().enumerate();
        cells
            .filter(|(_, cell)| structure.chinese_owned(cell.buyer))
            .map(|(c, _)| run.outcomes[t].wants.advance[c])
            .sum()
    };
    assert!((4..6).all(|t| wanted(&run, t) > wanted(&free, t)));
    let stock: Vec<f64> = series(&run, Id::Stock, None);
    assert!(stock[5] > stock[3], "nothing was stocked");
    // Every dollar bought ahead is in the stock or was used later instead of a purchase.
    let advances: f64 = (0..20).map(|t| wanted(&run, t)).sum();
    let begun = run.worlds[0].cells.stock.iter().sum::<f64>();
    assert!(advances + begun >= -1e-6 * begun.max(1.0), "{advances}");
    assert!(stock[19] < stock[5], "the stock is never paid back: {stock:?}");
}

// T2 to T4.

#[test]
fn us_free_marketing_wins_orders_for_those_out_of_reach_only() {
    let rule = Measure { de_minimis: Some(0.25), ..cap(4, 0.5) };
    let run = |on: bool| {
        let mut scenario = with(vec![rule.clone()]);
        for product in &mut scenario.tables.products {
            product.us_content = if product.supplier == "nl-a" { 0.4 } else { 0.1 };
        }
        set(&mut scenario, "us-free-appeal", 0.5);
        set(&mut scenario, "redesign-speed", 0.0);
        *switch(&mut scenario, "us-free-marketing") = on;
        play(&scenario, &draws())
    };
    let (on, off) = (run(true), run(false));
    let structure = &on.worlds[0].setup.structure;
    let orders = |run: &Run, t: usize, supplier: &str| -> f64 {
        let k = product(structure, "S1", supplier);
        let placed = run.outcomes[t].orders.placed(structure);
        pairs(structure)
            .into_iter()
            .filter(|(c, _, other)| {
                *other == k && structure.chinese_owned(structure.cells[*c].buyer)
            })
            .map(|(_, pair, _)| placed[pair])
            .sum()
    };
    assert_eq!(orders(&on, 3, "jp-a"), orders(&off, 3, "jp-a"));
    assert!(orders(&on, 4, "jp-a") > orders(&off, 4, "jp-a"));
    assert!(orders(&on, 4, "nl-a") < orders(&off, 4, "nl-a"), "a reached maker cannot say so");
}

#[test]
fn redesign_costs_the_united_states_what_it_sold_upstream() {
    let run = |on: bool| {
        let mut scenario = with(vec![Measure { de_minimis: Some(0.1), ..embargo(2) }]);
        set(&mut scenario, "redesign-speed", 1.0);
        *switch(&mut scenario, "redesign") = on;
        play(&scenario, &draws())
    };
    let (on, off) = (run(true), run(false));
    let content = |run: &Run, t: usize| series(run, Id::UsContent, None)[t];
    assert_eq!(content(&on, 1), content(&off, 1));
    assert!(content(&on, 19) < content(&off, 19) - 0.01);
    let [with, without] = [&on, &off].map(|run| sum(run, Id::Upstream, Some(Bloc::Third), 2));
    let sold = |run: &Run| sum(run, Id::Revenue, Some(Bloc::Third), 2);
    assert!(with / sold(&on) < without / sold(&off));
    // A rule without reach to foreign goods gives no reason to redesign.
    let plain = plain_with(vec![embargo(2)]);
    assert_eq!(content(&plain, 1), content(&on, 1));
    let third = |run: &Run| -> Vec<f64> {
        let structure = &run.worlds[0].setup.structure;
        let kept = &run.worlds[20].products.content_kept;
        let far = |k: &usize| structure.supplier_bloc(*k) == Bloc::Third;
        (0..kept.len()).filter(far).map(|k| kept[k]).collect()
    };
    assert!(third(&plain).iter().all(|kept| *kept == 1.0));
    assert!(third(&on).iter().any(|kept| *kept < 0.9));
}

#[test]
fn an_ally_joins_when_pressure_outweighs_its_sales_at_stake() {
    let run = |pressure: f64, reluctance: f64| {
        let weighing =
            Alignment { accession: Accession::Weighed { pressure }, ..ally("JPN", 0, 1.0) };
        let sunset = Some(at(16));
        let mut scenario = with(vec![Measure { allies: vec![weighing], sunset, ..cap(4, 0.5) }]);
        set(&mut scenario, "alignment-reluctance", reluctance);
        play(&scenario, &draws())
    };
    let joined = |run: &Run| run.outcomes.iter().position(|o| !o.joined.is_empty());
    assert_eq!(joined(&run(0.0, 1.0)), None, "without pressure nobody joins");
    let willing = run(0.9, 0.0);
    assert_eq!(joined(&willing), Some(4));
    let structure = &willing.worlds[0].setup.structure;
    let bound = |t: usize| {
        let rules = &willing.outcomes[t].rules;
        pairs(structure).into_iter().any(|(_, pair, k)| {
            structure.products[k].row.supplier == "jp-a" && rules.ceiling[pair] < f64::INFINITY
        })
    };
    let lag = alignment::lag(&willing.worlds[0]) as usize;
    assert!(!bound(4 + lag) && bound(5 + lag));
    // The stake decides: just below and just above the ratio at which pressure balances it.
    let (book, world) =
        (LawBook::new(structure, &willing.worlds[4].scenario, &draws()), &willing.worlds[4]);
    let home = structure.jurisdictions.iter().position(|j| j == "JPN").unwrap();
    let stake = alignment::stake(world, &book, (0, 0), home, &[f64::NAN; 4], at(4));
    // All that its suppliers sold to lines in China above the cap, of all that they sold.
    let (mut above, mut all) = (0.0, 0.0);
    for (c, pair, k) in pairs(structure) {
        if structure.products[k].legal == home {
            let b = structure.cells[c].buyer;
            let in_china = structure.buyers[b].location == structure.china;
            let need = world.setup.need(c, world.buyers.level[b]);
            all += world.bought[pair];
            if in_china && need > 0.5 && world.products.level[k] > 0.5 {
                above += world.bought[pair];
            }
        }
    }
    assert!(above > 0.01 * all && (stake - above / all).abs() < 1e-12, "{stake} {above} {all}");
    let balance = 0.5 * structure.relation[home] / stake;
    assert_eq!(joined(&run(0.5, balance * 0.99)), Some(4));
    assert_ne!(joined(&run(0.5, balance * 1.01)), Some(4));
}
