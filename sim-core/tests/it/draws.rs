//! Common random numbers: the same address is the same number, whatever the scenario around it.

use proptest::prelude::*;
use sim_core::draws::{BUYER_SLOTS, Draws, PRODUCT_SLOTS, Purpose};
use sim_core::scenario::tables::ProductState;

use crate::measures::measure;
use crate::runs::{play, setup, state};
use crate::worlds::{plain, uncontrolled, with};

const PURPOSES: [Purpose; 9] = [
    Purpose::ShareRounding,
    Purpose::RosterZero,
    Purpose::BaseLevel,
    Purpose::Entry,
    Purpose::EntryLevel,
    Purpose::Research,
    Purpose::Licence,
    Purpose::AllyCoverage,
    Purpose::Detection,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_block_is_its_addresses(
        seed in any::<u64>(), replicate in any::<u64>(), quarter in 0..200_usize,
        first in 0..4_000_000_000_u64, purpose in 0..PURPOSES.len(),
    ) {
        let draws = Draws::new(seed, replicate);
        let mut block = [0.0; 9];
        draws.fill(PURPOSES[purpose], quarter, first, &mut block);
        for (i, number) in block.iter().enumerate() {
            let mut one = [0.0];
            Draws::new(seed, replicate).fill(PURPOSES[purpose], quarter, first + i as u64, &mut one);
            prop_assert_eq!(one[0].to_bits(), number.to_bits());
            prop_assert!(*number > 0.0 && *number < 1.0);
        }
    }

    #[test]
    fn scenarios_agree_until_the_first_announcement(case in uncontrolled(), measure in measure()) {
        let mut ruled = with(case.clone(), vec![measure]);
        let shift = 5 - ruled.scenario.measures[0].announced.since(case.scenario.start);
        let measure = &mut ruled.scenario.measures[0];
        measure.announced = measure.announced.plus(shift);
        measure.in_force = measure.in_force.plus(shift);
        measure.sunset = measure.sunset.map(|end| end.plus(shift));
        let (free, bound) =
            (play(&case.scenario, &case.draws()), play(&ruled.scenario, &case.draws()));
        let row = free.record.quarterly.len() / case.scenario.quarters();
        prop_assert_eq!(&free.record.quarterly[..5 * row], &bound.record.quarterly[..5 * row]);
        for t in 0..=5 {
            prop_assert_eq!(state(&free.worlds[t]), state(&bound.worlds[t]));
        }
    }

    #[test]
    fn a_run_repeats(case in uncontrolled()) {
        let (one, two) = (play(&case.scenario, &case.draws()), play(&case.scenario, &case.draws()));
        prop_assert_eq!(one.history(), two.history());
    }
}

#[test]
fn no_two_addresses_share_a_number() {
    let draws = Draws::new(1, 2);
    let mut all: Vec<u64> = Vec::new();
    for purpose in PURPOSES {
        for quarter in [0, 1, 67] {
            all.extend(draws.slots(purpose, quarter, 1024).iter().map(|u| u.to_bits()));
        }
    }
    let mut pairs = vec![0.0; PRODUCT_SLOTS as usize];
    for buyer in [63, BUYER_SLOTS - 1] {
        draws.pairs_of(Purpose::Licence, 1, (buyer, 0), &mut pairs);
        all.extend(pairs.iter().map(|u| u.to_bits()));
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

/// A supplier more has a slot of its own and takes no number from anybody.
#[test]
fn a_new_supplier_disturbs_no_draw_of_the_others() {
    let mut more = plain();
    let mut entrant = more.tables.products.iter().find(|p| p.supplier == "cn-b").unwrap().clone();
    entrant.supplier = "kr-b".into();
    entrant.slot = 500;
    assert_eq!(entrant.state, ProductState::Entrant);
    let mut supplier = more.tables.suppliers.iter().find(|s| s.id == "kr-a").unwrap().clone();
    supplier.id = "kr-b".into();
    more.tables.suppliers.push(supplier);
    more.tables.products.push(entrant);
    // Never on the market, it is only there to be drawn for.
    crate::worlds::set(&mut more, "entry-hazard", 0.0);
    let mut few = plain();
    crate::worlds::set(&mut few, "entry-hazard", 0.0);
    let draws = Draws::new(21, 4);
    let (a, b) = (setup(&few, &draws), setup(&more, &draws));
    for (k, node) in b.structure.products.iter().enumerate() {
        let same = a.structure.products.iter().position(|other| other.row.slot == node.row.slot);
        let Some(other) = same else { continue };
        assert_eq!(a.level[other].to_bits(), b.level[k].to_bits());
        assert_eq!(a.base_share[other].to_bits(), b.base_share[k].to_bits());
    }
    let (one, two) = (play(&few, &draws), play(&more, &draws));
    assert_eq!(one.record.quarterly, two.record.quarterly);
}
