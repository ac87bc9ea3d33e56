//! The base year is the data: shares, sizes, deferral, and nothing that knows a later year.

use proptest::prelude::*;
use sim_core::base_year::setup::Setup;
use sim_core::draws::{Draws, Purpose};
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::ProductState;

use crate::runs::{play, setup};
use crate::worlds::{plain, uncontrolled};

/// Base purchases of each product as the model makes them, in shares of its segment, and the size of
/// each segment, USD million a year.
fn modelled(setup: &Setup) -> (Vec<f64>, Vec<f64>) {
    let structure = &setup.structure;
    let mut sold = vec![0.0; structure.products.len()];
    let mut size = vec![0.0; structure.segments.len()];
    for (c, pair, k) in crate::runs::pairs(structure) {
        let money = setup.base_demand[c] * setup.base_installed[pair];
        sold[k] += money;
        size[structure.products[k].segment] += 4.0 * money;
    }
    for (money, node) in sold.iter_mut().zip(&structure.products) {
        *money *= 4.0 / size[node.segment];
    }
    (sold, size)
}

/// The printed shares, split over each country's incumbents by tier and normalised, for the central
/// draw: nothing is off its printed value, a roster-zero supplier has half of the largest share.
fn printed(scenario: &Scenario, setup: &Setup) -> Vec<f64> {
    let tables = &scenario.tables;
    let (tier_two, unprinted) =
        (setup.parameters.tier_two_weight, 0.5 * setup.parameters.roster_zero_share);
    let tag = |supplier: &str| {
        tables.suppliers.iter().find(|row| row.id == supplier).map(|row| row.tag.clone()).unwrap()
    };
    let weight = |tier: u8| if tier == 1 { 1.0 } else { tier_two };
    let share = |segment: &str, supplier: &str, state: ProductState, tier: u8| match state {
        ProductState::Entrant => 0.0,
        ProductState::RosterZero => unprinted,
        ProductState::Incumbent => {
            let country = tag(supplier);
            let row = tables.shares.iter().find(|r| r.segment == segment && r.country == country);
            let peers: f64 = tables
                .products
                .iter()
                .filter(|p| p.segment == segment && p.state == state && tag(&p.supplier) == country)
                .map(|p| weight(p.tier))
                .sum();
            row.unwrap().share_pct / 100.0 * weight(tier) / peers
        }
    };
    setup
        .structure
        .products
        .iter()
        .map(|node| {
            let row = &node.row;
            let total: f64 = tables
                .products
                .iter()
                .filter(|p| p.segment == row.segment)
                .map(|p| share(&p.segment, &p.supplier, p.state, p.tier))
                .sum();
            share(&row.segment, &row.supplier, row.state, row.tier) / total
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn base_shares_are_the_printed_ones(case in uncontrolled()) {
        let setup = setup(&case.scenario, &Draws::central());
        let (sold, _) = modelled(&setup);
        for ((got, want), node) in
            sold.iter().zip(printed(&case.scenario, &setup)).zip(&setup.structure.products)
        {
            prop_assert!((got - want).abs() < 1e-9, "{}: {got} {want}", node.row.supplier);
        }
    }

    #[test]
    fn sampled_shares_stay_within_rounding_and_are_met(case in uncontrolled()) {
        let central = setup(&case.scenario, &Draws::central());
        let setup = setup(&case.scenario, &case.draws());
        let (sold, size) = modelled(&setup);
        for (segment, got) in setup.structure.segments.iter().zip(size) {
            let want = segment.row.size_2019_usd_m;
            prop_assert!((got / want - 1.0).abs() < 1e-9, "{}: {got} {want}", segment.row.id);
            let total: f64 = sold[segment.products.clone()].iter().sum();
            prop_assert!((total - 1.0).abs() < 1e-12);
        }
        for (k, got) in sold.iter().enumerate() {
            prop_assert!((got - setup.base_share[k]).abs() < 1e-9);
            // Half a percent of rounding on four countries, and unprinted shares beside them.
            prop_assert!((setup.base_share[k] - central.base_share[k]).abs() < 0.03);
        }
    }

    #[test]
    fn the_base_year_defers_its_share(case in uncontrolled()) {
        let setup = setup(&case.scenario, &case.draws());
        for s in 0..setup.structure.segments.len() {
            let cells = setup.structure.cells.iter().enumerate().filter(|(_, cell)| cell.segment == s);
            let (mut deferred, mut demand) = (0.0, 0.0);
            for (c, _) in cells {
                demand += setup.base_demand[c];
                deferred += setup.base_demand[c] * setup.base_deferred[c];
            }
            prop_assert!((deferred / demand - setup.parameters.defer_share).abs() < 1e-9);
        }
    }

    #[test]
    fn each_buyer_spends_its_base_budget(case in uncontrolled()) {
        let setup = setup(&case.scenario, &case.draws());
        for (b, buyer) in setup.structure.buyers.iter().enumerate() {
            let spent: f64 = buyer.cells.iter().map(|c| setup.base_demand[*c]).sum();
            prop_assert!((spent / setup.budgets.base[b] - 1.0).abs() < 1e-12);
        }
    }
}

/// With 2019's spending in all years and no distrust, nothing differs between the base year and the first
/// quarter: its purchases are the base year's.
#[test]
fn the_first_quarter_goes_on_from_the_base_year() {
    let mut scenario = plain();
    scenario.prior_news.clear();
    let of_2019: Vec<_> =
        scenario.tables.spending.iter().filter(|r| r.year == 2019).cloned().collect();
    for row in &mut scenario.tables.spending {
        row.usd_m = of_2019.iter().find(|r| r.path == row.path).unwrap().usd_m;
    }
    scenario.tables.deflator.iter_mut().for_each(|row| row.index = 1.0);
    crate::worlds::set(&mut scenario, "secular-trend", 0.0);
    let share = scenario.central().foreign_share_2019;
    crate::worlds::set(&mut scenario, "foreign-share-2024", share);
    let run = play(&scenario, &Draws::central());
    let setup = &run.worlds[0].setup;
    let mut worst: f64 = 0.0;
    for (c, pair, _) in crate::runs::pairs(&setup.structure) {
        let base = setup.base_demand[c] * setup.base_installed[pair];
        worst =
            worst.max((run.outcomes[0].trades.purchases[pair] - base).abs() / setup.base_demand[c]);
    }
    println!("worst difference of a first purchase from the base year: {worst:e}");
    assert!(worst < 1e-9, "{worst}");
}

/// A country's draw moves its own printed share only, and the addresses are not shared.
#[test]
fn base_year_draws_have_their_own_addresses() {
    let draws = Draws::new(3, 0);
    let purposes = [Purpose::ShareRounding, Purpose::RosterZero, Purpose::BaseLevel];
    let numbers: Vec<f64> = purposes.iter().map(|p| draws.slots(*p, 0, 5)[4]).collect();
    assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2]);
    let (one, other) = (setup(&plain(), &draws), setup(&plain(), &Draws::new(4, 0)));
    assert_ne!(one.base_share, other.base_share);
    assert_ne!(one.level, other.level);
}
