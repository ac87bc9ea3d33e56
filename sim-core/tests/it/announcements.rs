//! What an announcement changes: what holds already does not close once more, and what was said before the first quarter is
//! heard in it.

use std::sync::Arc;

use sim_core::record::Watch;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{Accession, Addition, Licence, MarketAccess, Measure, Salience};
use sim_core::simulate;
use sim_core::structure::Cell;

use crate::cases::{draws, plain_with, with};
use crate::measures::{ally, at, deal, embargo, licence};
use crate::runs::{Run, parting, play, setup};
use crate::worlds::plain;

/// An embargo in force from quarter 3, and a second one that is announced in quarter 6 and binds from quarter 9.
fn followed(first: &Licence, second: &Licence) -> Run {
    let first = Measure { id: "first".into(), licence: *first, ..embargo(3) };
    let second = Measure { id: "second".into(), announced: at(6), licence: *second, ..embargo(9) };
    plain_with(vec![first, second])
}

/// An embargo that bars little: what it bars is not all the news that there can be.
fn narrow(quarter: i32) -> Measure {
    Measure { segments: vec!["handling".into()], ..embargo(quarter) }
}

/// What closes for a cell in a quarter, at most.
fn closing(run: &Run, t: usize) -> f64 {
    run.outcomes[t].rules.closing.iter().copied().fold(0.0, f64::max)
}

#[test]
fn what_is_barred_already_is_not_pulled_forward_when_its_successor_is_announced() {
    let twice = followed(&Licence::NONE, &Licence::NONE);
    let once = plain_with(vec![Measure { id: "first".into(), ..embargo(3) }]);
    assert_eq!(parting(&once.history(), &twice.history()), None);
    assert!((6..9).all(|t| closing(&twice, t) == 0.0));
}

#[test]
fn only_what_a_successor_bars_beyond_the_law_in_force_closes() {
    let alone = plain_with(vec![Measure { announced: at(6), ..embargo(9) }]);
    let (half, tenth) =
        (followed(&licence(0.5), &Licence::NONE), followed(&licence(0.5), &licence(0.6)));
    let structure = &half.worlds[0].setup.structure;
    let rules = &half.outcomes[6].rules;
    let mut some = 0;
    for (c, cell) in structure.cells.iter().enumerate() {
        let world = &half.worlds[6];
        let wanted: f64 = structure
            .pairs_in(cell)
            .map(|pair| (rules.barred[pair] - 0.5).max(0.0) * world.installed[pair])
            .sum();
        assert!((rules.closing[c] - wanted).abs() < 1e-12, "{c}: {wanted}");
        some += usize::from(wanted > 0.0);
    }
    assert!(some > 0 && closing(&alone, 6) > closing(&half, 6));
    assert!((6..9).all(|t| closing(&tenth, t) == 0.0), "a milder successor closes nothing");
}

#[test]
fn an_ally_that_comes_later_closes_what_only_it_will_bar() {
    let mut japan = ally("JPN", 9, 1.0);
    japan.accession = Accession::Dated { from: at(9), announced: at(6) };
    let run = plain_with(vec![Measure { allies: vec![japan], ..embargo(3) }]);
    let (world, rules) = (&run.worlds[6], &run.outcomes[6].rules);
    let structure = &world.setup.structure;
    let mut some = 0;
    for (c, cell) in structure.cells.iter().enumerate() {
        let japanese = structure
            .pairs_of(cell)
            .filter(|(_, k)| structure.jurisdictions[structure.products[*k].legal] == "JPN");
        let wanted: f64 =
            japanese.map(|(pair, _)| rules.barred[pair] * world.installed[pair]).sum();
        assert!((rules.closing[c] - wanted).abs() < 1e-12, "{c}: {wanted}");
        some += usize::from(wanted > 0.0);
    }
    assert!(some > 0);
}

#[test]
fn news_from_before_the_start_is_heard_in_the_first_quarter() {
    let told = |announced, salience| {
        plain_with(vec![Measure { announced: at(announced), salience, ..narrow(4) }])
    };
    let loud = Salience::Value(0.5);
    let (before, at_once) = (told(-3, loud), told(0, loud));
    assert_eq!(parting(&before.history(), &at_once.history()), None);
    let silent = told(-3, Salience::None);
    assert!(parting(&before.history(), &silent.history()).is_some());
    assert_eq!(before.worlds[0].buyers.belief, silent.worlds[0].buyers.belief);
}

/// A run that goes on under a law which it did not have hears of it, whenever it was announced.
#[test]
fn a_branch_hears_the_news_of_the_law_that_it_comes_under() {
    let told = |salience| with(vec![Measure { announced: at(2), salience, ..narrow(4) }]);
    let belief = |scenario: &Scenario, quarters: usize| {
        let setup = setup(scenario, &draws());
        let watch = Watch::new(&setup.structure, |_| true);
        let mut run = simulate::Run::new(&setup, &Arc::new(plain()));
        run.play(6, &draws(), &watch).unwrap();
        let mut run = run.under(&Arc::new(scenario.clone()));
        run.play(quarters, &draws(), &watch).unwrap();
        run.world.buyers.belief.to_vec()
    };
    let (loud, silent) = (told(Salience::Value(0.5)), told(Salience::None));
    assert_eq!(belief(&loud, 6), belief(&silent, 6));
    let (heard, unheard) = (belief(&loud, 7), belief(&silent, 7));
    assert!(heard.iter().zip(&unheard).any(|(a, b)| a > b));
    // Once.
    let gap = |quarters| -> f64 {
        let (a, b) = (belief(&loud, quarters), belief(&silent, quarters));
        a.iter().zip(&b).map(|(a, b)| a - b).sum()
    };
    assert!(gap(8) < gap(7));
}

#[test]
fn an_addition_to_a_rule_on_everybody_makes_no_list_of_it() {
    let rule = Measure { segments: vec!["etch".into()], ..embargo(3) };
    let addition = Addition {
        id: "abroad".into(),
        announced: at(5),
        in_force: at(6),
        end_users: vec!["tw-fab".into()],
        destinations: Vec::new(),
        salience: Salience::None,
        reference: "test".into(),
    };
    let grown = Measure { additions: vec![addition], ..rule.clone() };
    let (plain, grown) = (plain_with(vec![rule]), plain_with(vec![grown]));
    let bound = |run: &Run, t: usize| {
        run.outcomes[t].rules.ceiling.iter().filter(|level| **level < f64::INFINITY).count()
    };
    assert!(bound(&plain, 4) > 0);
    assert_eq!(bound(&grown, 4), bound(&plain, 4));
    assert!(bound(&grown, 6) > bound(&plain, 6));
}

/// A rule of before the start decides on applications of before the start.
#[test]
fn a_rule_from_before_the_start_has_decided_on_what_was_filed_before_it() {
    let slow = Licence { delay: 2, ..licence(1.0) };
    let rule = |quarter| Measure { licence: slow, ..embargo(quarter) };
    let barred = |run: &Run, t: usize| run.outcomes[t].rules.barred_rows.contains(&true);
    let old = plain_with(vec![rule(-2)]);
    assert!((0..4).all(|t| !barred(&old, t)));
    let new = plain_with(vec![rule(0)]);
    assert!(barred(&new, 0) && barred(&new, 1) && !barred(&new, 2));
    // Whether an application succeeds is a draw of its own in each of these quarters.
    let chance = Licence { delay: 2, ..licence(0.5) };
    let drawn = plain_with(vec![Measure { licence: chance, ..embargo(-2) }]);
    let passed = |t: usize| drawn.outcomes[t].rules.licensed.to_vec();
    assert!(!passed(0).is_empty() && passed(0) != passed(1));
}

/// By cell: the place of its buyer, its segment, what an agreement adds to its budget in quarter 4, as a share, and what
/// part of its purchases is American.
fn growth(access: MarketAccess) -> Vec<(String, String, f64, f64)> {
    let mut scenario = plain();
    scenario.market_access.push(access);
    let (open, shut) = (play(&scenario, &draws()), play(&plain(), &draws()));
    let setup = &open.worlds[0].setup;
    let structure = &setup.structure;
    let of_cell = |(c, cell): (usize, &Cell)| {
        let american = |k: &usize| structure.products[*k].legal == structure.us;
        let sold = structure.pairs_of(cell).filter(|(_, k)| american(k));
        let us: f64 = sold.map(|(pair, _)| setup.base_installed[pair]).sum();
        let place = structure.jurisdictions[structure.buyers[cell.buyer].location].clone();
        let [more, usual] = [&open, &shut].map(|run| run.outcomes[4].wants.usual[c]);
        // A line that needs no scanners buys none.
        let more = if usual > 0.0 { more / usual - 1.0 } else { 0.0 };
        (place, structure.segments[cell.segment].row.id.clone(), more, us)
    };
    structure.cells.iter().enumerate().map(of_cell).collect()
}

#[test]
fn extra_demand_comes_where_and_in_what_the_agreement_names_and_as_its_home_sells() {
    let named = MarketAccess { segments: vec!["S2".into()], logits: 0.0, ..deal(None, 0.1) };
    let mut some = 0;
    for (place, segment, more, us) in growth(named) {
        let meant = place == "TWN" && segment == "S2";
        let wanted = if meant && more != 0.0 { 0.1 * us } else { 0.0 };
        assert!((more - wanted).abs() < 1e-12, "{place} {segment}: {more} {wanted}");
        some += usize::from(meant && more > 0.0);
    }
    assert!(some > 0);
    let all = growth(MarketAccess { logits: 0.0, ..deal(None, 0.1) });
    assert!(all.iter().all(|(place, _, more, _)| *more <= 0.0 || place == "TWN"));
    assert!(
        all.iter().filter(|(.., more, us)| (more - 0.1 * us).abs() < 1e-12 && *more > 0.0).count()
            > 1
    );
    // A home that sells nothing there adds nothing.
    let nobody = growth(MarketAccess { home: "DEU".into(), logits: 0.0, ..deal(None, 0.1) });
    assert!(nobody.iter().all(|(_, _, more, _)| *more == 0.0));
}
