//! What buyers, suppliers and allied governments make of controls (C1–C8, T1–T4), and what it does to the
//! United States (U1–U7).

use sim_core::behaviour::evasion;
use sim_core::draws::Draws;
use sim_core::metric::{Column, Id};
use sim_core::policy::alignment;
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::Outcome;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{
    Accession, Addition, Alignment, EndUse, Mandate, Measure, Salience,
};
use sim_core::scenario::tables::{Bloc, BuyerKind};

use crate::measures::{ally, at, cap, embargo, flat};
use crate::runs::{Run, pairs, play, product, quarterly};
use crate::worlds::{plain, set, switch};

fn draws() -> Draws {
    Draws::new(11, 0)
}

fn with(measures: Vec<Measure>) -> Scenario {
    let mut scenario = plain();
    scenario.measures = measures;
    scenario
}

fn played(measures: Vec<Measure>) -> Run {
    play(&with(measures), &draws())
}

/// A quarterly metric summed over its breakdown, by quarter.
fn series(run: &Run, metric: Id, supplier: Option<Bloc>) -> Vec<f64> {
    let columns = quarterly(run);
    let places: Vec<usize> = (0..columns.len())
        .filter(|i| {
            columns[*i].metric == metric && (supplier.is_none() || columns[*i].supplier == supplier)
        })
        .collect();
    let rows = run.record.quarterly.chunks_exact(columns.len());
    rows.map(|row| places.iter().map(|i| row[*i]).sum()).collect()
}

fn sum(run: &Run, metric: Id, supplier: Option<Bloc>, from: usize) -> f64 {
    series(run, metric, supplier)[from..].iter().sum()
}

/// Share of a bloc's suppliers in the quarter's purchases of Chinese-owned buyers.
fn owned_share(run: &Run, bloc: Bloc, t: usize) -> f64 {
    let [one, all] = [Some(bloc), None].map(|supplier| series(run, Id::Owned, supplier)[t]);
    one / all
}

// C1, C2, C7, T1, U1: who takes the place of US suppliers.

#[test]
fn design_out_goes_home_and_to_third_countries() {
    let sector = Measure { salience: Salience::Sector, ..cap(4, 0.5) };
    let (free, bound) = (played(Vec::new()), played(vec![sector]));
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
    let run = played(Vec::new());
    let world = &run.worlds[5];
    let now = at(5);
    let forms = |measure: &Measure| evasion::forms(world, measure, now);
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
    let leak = |enforcement| {
        let run = played(vec![Measure { enforcement, ..use_rule(2) }]);
        series(&run, Id::Grey, None)[2..8].iter().sum::<f64>()
    };
    let (weak, strong, perfect) = (leak(0.1), leak(0.8), leak(1.0));
    assert!(weak > strong && strong > 0.0, "{weak} {strong}");
    assert_eq!(perfect, 0.0);
}

#[test]
fn grey_goods_come_at_full_level_and_at_a_premium() {
    let run = played(vec![use_rule(2)]);
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
    let run = played(vec![use_rule(2)]);
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
    let (run, free) = (play(&scenario, &draws()), played(vec![ahead]));
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
        pairs(structure)
            .into_iter()
            .filter(|(c, _, other)| {
                *other == k && structure.chinese_owned(structure.cells[*c].buyer)
            })
            .map(|(_, pair, _)| run.outcomes[t].orders.placed[pair])
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
    let plain = played(vec![embargo(2)]);
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
        let mut scenario = with(vec![Measure { allies: vec![weighing], ..cap(4, 0.5) }]);
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
    assert!(stake > 0.01);
    let balance = 0.5 * structure.relation[home] / stake;
    assert_eq!(joined(&run(0.5, balance * 0.99)), Some(4));
    assert_ne!(joined(&run(0.5, balance * 1.01)), Some(4));
}

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
    let (free, bound) = (played(Vec::new()), played(vec![sector]));
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
    let (free, barred) = (played(Vec::new()), played(vec![rule.clone()]));
    let seen = |run: &Run| series(run, Id::Visibility, None)[5];
    assert!(barred.outcomes[5].rules.barred_by.iter().any(Option::is_some));
    assert!(seen(&barred) < seen(&free) + 0.2, "{} {}", seen(&barred), seen(&free));
    let alone = Measure { authority: "USA".into(), ..rule };
    let aligned = Measure { allies: vec![ally("JPN", 4, 1.0)], ..cap(4, 0.5) };
    let unaligned = Measure { allies: Vec::new(), ..aligned.clone() };
    assert!(seen(&played(vec![aligned])) > seen(&played(vec![unaligned])));
    assert!(seen(&played(vec![alone])) < seen(&free));
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
            logits: 3.0,
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
