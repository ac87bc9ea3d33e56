//! Rules of the buyers' state: bans, refusals and quotas, and what they leave alone.

use proptest::prelude::*;
use sim_core::decisions::Outcome;
use sim_core::draws::Draws;
use sim_core::policy::procurement::{Group, Limit};
use sim_core::scenario::Scenario;
use sim_core::scenario::dated::{Dated, Level};
use sim_core::scenario::measure::Measure;
use sim_core::scenario::purchase_rule::{Counted, Missing, PurchaseRule};
use sim_core::scenario::tables::Family;
use sim_core::structure::Structure;
use sim_core::world::World;

use crate::measures::{at, embargo, flat};
use crate::runs::{Run, parting, play};
use crate::worlds::{plain, switch, uncontrolled};

/// The first quarter of all rules here.
const FROM: i32 = 4;

fn draws() -> Draws {
    Draws::new(5, 0)
}

/// A quota of China's for all that lines in China buy of each segment, which all obey, without a waiver.
pub(crate) fn quota(home_share: f64) -> PurchaseRule {
    PurchaseRule {
        id: "quota".into(),
        title: "Quota".into(),
        reference: "test".into(),
        source: "test".into(),
        state: "CHN".into(),
        from: at(FROM),
        to: None,
        segments: Vec::new(),
        locations: vec!["CHN".into()],
        owners: Vec::new(),
        end_users: Vec::new(),
        families: Vec::new(),
        lines_from: None,
        lines_below: None,
        makers: Vec::new(),
        home_share: home_share.into(),
        counted: Counted::Segment,
        missing: Missing::Unbought,
        coverage: 1.0.into(),
        compliance: 1.0.into(),
    }
}

fn with(rules: Vec<PurchaseRule>) -> Scenario {
    Scenario { purchase_rules: rules, ..plain() }
}

fn played(rule: PurchaseRule) -> Run {
    play(&with(vec![rule]), &draws())
}

/// The same where every order is filled.
fn unrationed(rules: Vec<PurchaseRule>) -> Run {
    let mut scenario = with(rules);
    *switch(&mut scenario, "rationing") = false;
    play(&scenario, &draws())
}

/// The same world, in which the widest EUV market has no domestic maker.
fn without_domestic_scanners(mut scenario: Scenario) -> Scenario {
    scenario.tables.products.retain(|row| {
        row.segment != "S3" || !["cn-a", "cn-b", "us-b"].contains(&row.supplier.as_str())
    });
    let shares = &mut scenario.tables.shares;
    let lost: f64 = (shares.iter())
        .filter(|row| row.segment == "S3" && row.country == "CHN")
        .map(|row| row.share_pct)
        .sum();
    shares.retain(|row| row.segment != "S3" || row.country != "CHN");
    let netherlands = |row: &&mut _| {
        let row: &sim_core::scenario::tables::CountryShare = row;
        row.segment == "S3" && row.country == "NLD"
    };
    shares.iter_mut().find(netherlands).unwrap().share_pct += lost;
    scenario
}

/// What a group buys openly: of products that the rule does not limit, and of all.
fn bought(structure: &Structure, outcome: &Outcome, limit: &Limit, group: &Group) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for cell in group.cells.iter().map(|c| &structure.cells[*c]) {
        for (pair, k) in structure.pairs_of(cell) {
            let money = outcome.trades.purchases[pair];
            sums.1 += money;
            sums.0 += if limit.scope.limited[k] { 0.0 } else { money };
        }
    }
    sums
}

/// Every group that a rule binds in a run, with the world, the outcome and the rule.
fn groups(run: &Run) -> Vec<(&World, &Outcome, &Limit, &Group)> {
    let mut all = Vec::new();
    for (world, outcome, _) in run.quarters() {
        for limit in &outcome.rules.limits {
            let groups = limit.groups.iter().map(|g| &limit.scope.groups[*g]);
            all.extend(groups.map(|group| (world, outcome, limit, group)));
        }
    }
    all
}

/// Least domestic part of what a group buys in any quarter.
fn least_share(run: &Run) -> f64 {
    let share = |(world, outcome, limit, group): &(&World, &Outcome, &Limit, &Group)| {
        let (home, all) = bought(&world.setup.structure, outcome, limit, group);
        if all > 0.0 { home / all } else { 1.0 }
    };
    groups(run).iter().map(share).fold(1.0, f64::min)
}

#[test]
fn a_rule_that_asks_for_nothing_or_that_nobody_obeys_changes_no_bit() {
    let free = play(&plain(), &draws());
    let nobody = |rule: PurchaseRule| PurchaseRule { compliance: 0.0.into(), ..rule };
    let nothing = |rule: PurchaseRule| PurchaseRule { coverage: 0.0.into(), ..rule };
    let over = |rule: PurchaseRule| PurchaseRule { from: at(99), ..rule };
    for rule in [quota(0.0), nobody(quota(1.0)), nothing(quota(1.0)), over(quota(1.0))] {
        assert_eq!(parting(&free.history(), &played(rule).history()), None);
    }
    let mut off = with(vec![quota(1.0)]);
    *switch(&mut off, "purchase-rules") = false;
    assert_eq!(parting(&free.history(), &play(&off, &draws()).history()), None);
    assert!(parting(&free.history(), &played(quota(1.0)).history()).is_some());
}

#[test]
fn a_share_that_is_reached_anyway_changes_no_bit() {
    let free = unrationed(Vec::new());
    let played = |rule| unrationed(vec![rule]);
    for counted in [Counted::Line, Counted::Segment] {
        // A share so low that nobody takes notice, to read off what is bought anyway.
        let watched = PurchaseRule { counted, ..quota(1e-6) };
        let reached = least_share(&played(watched.clone()));
        assert!(reached > 0.001, "{reached}");
        let below = PurchaseRule { home_share: (0.99 * reached).into(), ..watched.clone() };
        assert_eq!(parting(&free.history(), &played(below).history()), None);
        let above = PurchaseRule { home_share: (1.01 * reached).into(), ..watched };
        assert!(parting(&free.history(), &played(above).history()).is_some());
    }
}

/// All states but China keep their makers' products from lines in China, and nothing leaks.
fn embargo_by_all() -> Vec<Measure> {
    let rule = |home: &str| Measure {
        id: home.to_lowercase(),
        authority: home.into(),
        enforcement: 1.0.into(),
        ..embargo(FROM)
    };
    ["USA", "NLD", "JPN", "KOR", "TWN"].map(rule).into()
}

#[test]
fn a_quota_of_all_is_an_import_ban_and_buys_what_an_embargo_by_all_sellers_leaves() {
    // What a seller's law does beside barring a sale is off, and all makers take the side of their home.
    let mut world = plain();
    for key in ["beliefs", "stockpiling", "salience", "routes", "us-free-marketing"] {
        *switch(&mut world, key) = false;
    }
    world.tables.suppliers.iter_mut().for_each(|row| row.behaviour = row.legal.clone());
    let ruled = |rule| play(&Scenario { purchase_rules: vec![rule], ..world.clone() }, &draws());
    let barred = play(&Scenario { measures: embargo_by_all(), ..world.clone() }, &draws());
    for counted in [Counted::Line, Counted::Segment] {
        let banned = ruled(PurchaseRule { counted, ..quota(1.0) });
        let quarter = FROM as usize;
        let [one, other] = [&banned, &barred].map(|run| &run.outcomes[quarter].trades.purchases);
        let structure = &banned.worlds[0].setup.structure;
        for (_, pair, k) in crate::runs::pairs(structure) {
            let (one, other) = (one[pair], other[pair]);
            assert!((one - other).abs() <= 1e-9 * one.max(1.0), "{k}: {one} against {other}");
        }
        for (world, outcome, limit, group) in groups(&banned) {
            let (home, all) = bought(&world.setup.structure, outcome, limit, group);
            assert_eq!(home, all, "nothing foreign is bought");
        }
    }
}

#[test]
fn a_quota_binds_exactly_where_capacity_allows() {
    for counted in [Counted::Line, Counted::Segment] {
        let run = unrationed(vec![PurchaseRule { counted, ..quota(0.6) }]);
        let mut bound = 0;
        for (world, outcome, limit, group) in groups(&run) {
            let (home, all) = bought(&world.setup.structure, outcome, limit, group);
            assert!(home >= (0.6 - 1e-9) * all, "{home} of {all}");
            bound += usize::from(home < (0.6 + 1e-9) * all);
        }
        assert!(bound > 20, "{bound}");
    }
}

#[test]
fn those_who_obey_keep_to_the_share_and_others_buy_as_before() {
    let run = |compliance: f64, coverage: f64| {
        let rule =
            PurchaseRule { compliance: compliance.into(), coverage: coverage.into(), ..quota(0.7) };
        unrationed(vec![rule])
    };
    let free = unrationed(vec![quota(1e-6)]);
    let (all, half, same) = (run(1.0, 1.0), run(0.5, 1.0), run(1.0, 0.5));
    assert_eq!(parting(&half.history(), &same.history()), None, "they multiply");
    assert!(least_share(&all) >= 0.7 - 1e-9);
    let quarter = FROM as usize;
    let in_quarter = groups(&half).into_iter().filter(|(world, ..)| world.t == quarter);
    let of = |(world, outcome, limit, group): (&World, &Outcome, &Limit, &Group)| {
        bought(&world.setup.structure, outcome, limit, group)
    };
    let (home, whole) = in_quarter.map(of).fold((0.0, 0.0), |s, b| (s.0 + b.0, s.1 + b.1));
    assert!(home >= 0.35 * whole && home < 0.7 * whole, "{home} of {whole}");
    let spent = |run: &Run| run.outcomes[quarter].trades.purchases.to_vec();
    let [before, some, none] = [&free, &half, &all].map(spent);
    for (_, pair, _) in crate::runs::pairs(&free.worlds[0].setup.structure) {
        // In the first quarter nothing else has changed yet.
        let mean = 0.5 * (before[pair] + none[pair]);
        assert!((some[pair] - mean).abs() <= 1e-6 * mean.max(1.0), "{} {mean}", some[pair]);
    }
}

#[test]
fn what_nobody_at_home_makes_is_bought_abroad_where_it_is_waived_and_not_at_all_where_it_is_not() {
    let free = without_domestic_scanners(plain());
    let run = |missing| {
        let rule = PurchaseRule { missing, segments: vec!["S3".into()], ..quota(0.5) };
        play(&Scenario { purchase_rules: vec![rule], ..free.clone() }, &draws())
    };
    let scanners = |run: &Run, t: usize| -> f64 {
        let structure = &run.worlds[0].setup.structure;
        let of = crate::runs::pairs(structure).into_iter().filter(|(c, _, _)| {
            let cell = &structure.cells[*c];
            let china = structure.buyers[cell.buyer].location == structure.china;
            china && structure.segments[cell.segment].row.id == "S3"
        });
        of.map(|(_, pair, _)| run.outcomes[t].trades.purchases[pair]).sum()
    };
    let quarter = FROM as usize;
    let before = scanners(&play(&free, &draws()), quarter);
    let [waived, unbought] =
        [Missing::Waived, Missing::Unbought].map(|missing| scanners(&run(missing), quarter));
    assert!(before > 1.0, "{before}");
    assert!((waived - before).abs() < 1e-9 * before, "{waived} {before}");
    assert_eq!(unbought, 0.0);
}

#[test]
fn a_line_makes_up_in_one_segment_for_what_lacks_in_another() {
    let free = without_domestic_scanners(plain());
    let run = |counted| {
        let rule = PurchaseRule { counted, missing: Missing::Unbought, ..quota(0.5) };
        let mut scenario = Scenario { purchase_rules: vec![rule], ..free.clone() };
        *switch(&mut scenario, "rationing") = false;
        play(&scenario, &draws())
    };
    let (line, segment) = (run(Counted::Line), run(Counted::Segment));
    // By segment no scanner is bought; by line some are, and more than half of the rest is domestic.
    let foreign_scanners = |run: &Run| -> f64 {
        let structure = &run.worlds[0].setup.structure;
        let of = crate::runs::pairs(structure).into_iter().filter(|(c, _, _)| {
            let cell = &structure.cells[*c];
            structure.buyers[cell.buyer].location == structure.china
                && structure.segments[cell.segment].row.id == "S3"
        });
        of.map(|(_, pair, _)| run.outcomes[FROM as usize].trades.purchases[pair]).sum()
    };
    assert!(foreign_scanners(&line) > 1.0);
    assert_eq!(foreign_scanners(&segment), 0.0);
    assert!(least_share(&line) >= 0.5 - 1e-9);
}

#[test]
fn what_domestic_makers_cannot_deliver_is_not_bought_abroad_unless_it_is_waived() {
    let beyond = |missing| {
        let run = played(PurchaseRule { missing, ..quota(0.9) });
        let mut more: f64 = 0.0;
        for (world, outcome, limit, group) in groups(&run) {
            let structure = &world.setup.structure;
            let placed = outcome.orders.placed(structure);
            let bound =
                |pair: usize| outcome.orders.again.get(pair).is_none_or(|again| *again < 1.0);
            for cell in group.cells.iter().map(|c| &structure.cells[*c]) {
                let limited = |(pair, k): &(usize, usize)| limit.scope.limited[*k] && bound(*pair);
                for (pair, _) in structure.pairs_of(cell).filter(limited) {
                    more += (outcome.trades.purchases[pair] - placed[pair]).max(0.0);
                }
            }
        }
        more
    };
    assert!(beyond(Missing::Waived) > 1.0);
    assert!(beyond(Missing::Unbought) < 1e-9);
}

#[test]
fn a_rule_is_about_the_lines_the_makers_and_the_quarters_that_it_names() {
    let bound = |rule: PurchaseRule| -> Vec<String> {
        let run = played(rule);
        let mut names: Vec<String> = groups(&run)
            .iter()
            .map(|(world, _, _, group)| world.setup.structure.buyers[group.buyer].row.id.clone())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let line = PurchaseRule { counted: Counted::Line, ..quota(1.0) };
    let all = ["cn-advanced", "cn-designers", "cn-mature", "cn-nand", "kr-in-china"];
    assert_eq!(bound(line.clone()), all);
    let owned = PurchaseRule { owners: vec!["KOR".into()], ..line.clone() };
    assert_eq!(bound(owned), ["kr-in-china"]);
    let listed = PurchaseRule { end_users: vec!["cn-mature".into()], ..line.clone() };
    assert_eq!(bound(listed), ["cn-mature"]);
    let memory = PurchaseRule { families: vec![Family::Dram, Family::Nand], ..line.clone() };
    assert_eq!(bound(memory), ["cn-nand", "kr-in-china"]);
    let segments = PurchaseRule { segments: vec!["eda".into()], ..line.clone() };
    assert_eq!(bound(segments), ["cn-designers"]);
    let below = PurchaseRule { lines_below: Some(flat(0.0)), ..line.clone() };
    assert_eq!(bound(below), ["cn-mature"]);
    let (from, segments) = (Some(flat(0.0)), vec!["etch".into(), "handling".into()]);
    let from = PurchaseRule { lines_from: from, segments, ..line.clone() };
    assert_eq!(bound(from), ["cn-advanced", "cn-nand", "kr-in-china"]);

    let us = played(PurchaseRule { makers: vec!["USA".into()], ..line.clone() });
    for (world, outcome, limit, group) in groups(&us) {
        let structure = &world.setup.structure;
        for cell in group.cells.iter().map(|c| &structure.cells[*c]) {
            for (pair, k) in structure.pairs_of(cell) {
                let side = &structure.sides[k];
                let limited = side.legal == structure.us && !side.chinese;
                assert_eq!(limited, limit.scope.limited[k]);
                assert!(!limited || outcome.trades.purchases[pair] == 0.0);
            }
        }
    }
    let over = played(PurchaseRule { to: Some(at(FROM + 3)), ..line });
    let in_force = |t: &usize| !over.outcomes[*t].rules.limits.is_empty();
    let quarters: Vec<usize> = (0..over.outcomes.len()).filter(in_force).collect();
    assert_eq!(quarters, [4, 5, 6]);
}

#[test]
fn rules_are_worth_what_they_say_whatever_they_are_called() {
    let first = PurchaseRule { id: "a".into(), compliance: 0.7.into(), ..quota(0.5) };
    let second = PurchaseRule {
        id: "b".into(),
        counted: Counted::Line,
        makers: vec!["USA".into()],
        ..quota(0.5)
    };
    let one = play(&with(vec![first.clone(), second.clone()]), &draws());
    let renamed = [
        PurchaseRule { id: "a".into(), title: "Other".into(), ..second },
        PurchaseRule { id: "b".into(), source: "other".into(), ..first },
    ];
    let other = play(&with(renamed.into()), &draws());
    assert_eq!(parting(&one.history(), &other.history()), None);
}

#[test]
fn a_share_may_rise_by_date_and_histories_part_where_rules_do() {
    let points = [(at(FROM), Level::Value(0.2)), (at(FROM + 8), Level::Value(0.8))];
    let rising = PurchaseRule { home_share: Dated::new(&points).unwrap(), ..quota(0.0) };
    let run = played(rising.clone());
    let share = |t: usize| run.outcomes[t].rules.limits[0].share;
    assert!((share(8) - 0.5).abs() < 1e-12 && (share(15) - 0.8).abs() < 1e-12);
    let (free, ruled) = (plain(), with(vec![rising]));
    assert_eq!(free.parts_from(&ruled), FROM as usize);
    let runs = [&free, &ruled].map(|scenario| play(scenario, &draws()));
    let [one, other] = runs.each_ref().map(|run| run.history()[..=FROM as usize].to_vec());
    assert_eq!(parting(&one, &other), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_any_world_those_who_obey_keep_to_the_share(
        case in uncontrolled(),
        (share, compliance) in (0.01..1.0_f64, 0.01..1.0_f64),
        by_line in any::<bool>(),
    ) {
        let mut scenario = case.scenario.clone();
        *switch(&mut scenario, "rationing") = false;
        scenario.purchase_rules = vec![PurchaseRule {
            from: scenario.start.plus(FROM),
            counted: if by_line { Counted::Line } else { Counted::Segment },
            compliance: compliance.into(),
            ..quota(share)
        }];
        let run = play(&scenario, &case.draws());
        for (world, outcome, limit, group) in groups(&run) {
            let (home, all) = bought(&world.setup.structure, outcome, limit, group);
            // Others buy at most all that they want.
            let wanted: f64 = group.cells.iter().map(|c| outcome.wants.total[*c]).sum();
            let least = share * (all - (1.0 - compliance) * wanted) - 1e-9 * all;
            prop_assert!(home >= least, "{home} of {all}");
        }
        let record = format!("{:?}", run.record);
        prop_assert!(!record.contains("NaN"));
    }
}
