//! Allies that leave a measure, and return.

use sim_core::draws::Draws;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::{Absence, Alignment, Measure};

use crate::measures::{ally, at, embargo};
use crate::runs::{Run, pairs, parting, play};
use crate::worlds::plain;

/// When Japan joins, and when it leaves.
const JOINS: i32 = 4;
const LEAVES: i32 = 8;

/// An embargo that Japan has joined, and leaves for the given quarters.
fn allied(away: Option<(i32, Option<i32>)>) -> Run {
    let away = away.map(|(from, to)| Absence { from: at(from), to: to.map(at) });
    let japan = Alignment { away, ..ally("JPN", JOINS, 1.0) };
    let measures = vec![Measure { allies: vec![japan], ..embargo(JOINS) }];
    play(&Scenario { measures, ..plain() }, &Draws::new(2, 0))
}

/// What lines in China buy from Japan in a quarter, USD million.
fn sold(run: &Run, t: usize) -> f64 {
    let structure = &run.worlds[0].setup.structure;
    let of = pairs(structure).into_iter().filter(|(c, _, k)| {
        let buyer = &structure.buyers[structure.cells[*c].buyer];
        structure.jurisdictions[structure.products[*k].legal] == "JPN"
            && buyer.location == structure.china
    });
    of.map(|(_, pair, _)| run.outcomes[t].trades.purchases[pair]).sum()
}

#[test]
fn an_ally_that_leaves_sells_again_and_one_that_returns_is_bound_again() {
    let (stays, leaves) = (allied(None), allied(Some((LEAVES, None))));
    let before = LEAVES as usize;
    assert_eq!(parting(&stays.history()[..=before], &leaves.history()[..=before]), None);
    assert_eq!(sold(&stays, before), 0.0);
    assert!(sold(&leaves, before) > 10.0, "{}", sold(&leaves, before));
    let back = allied(Some((LEAVES, Some(LEAVES + 2))));
    let sales = [0, 1, 2, 3].map(|quarter| sold(&back, before + quarter));
    assert!(sales[0] > 10.0 && sales[1] > 10.0 && sales[2..] == [0.0, 0.0], "{sales:?}");
}

#[test]
fn an_ally_that_leaves_and_returns_at_once_or_after_the_end_changes_no_bit() {
    let stays = allied(None).history();
    for away in [(LEAVES, Some(LEAVES)), (99, None)] {
        assert_eq!(parting(&stays, &allied(Some(away)).history()), None);
    }
}

#[test]
fn a_return_is_no_news() {
    let back = allied(Some((LEAVES, Some(LEAVES + 2))));
    let learned = |t: i32| back.outcomes[t as usize].rules.learned.len();
    assert!(learned(JOINS) > 0, "what is barred at first is news");
    assert_eq!([learned(LEAVES), learned(LEAVES + 2)], [0, 0]);
}
