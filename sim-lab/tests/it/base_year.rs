//! The base year of the real tables is the data.

use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::ProductState;

use crate::library::{scenario, setup};

/// Base purchases of each product in shares of its segment, and segment sizes, USD million a year.
fn modelled(setup: &Setup) -> (Vec<f64>, Vec<f64>) {
    let structure = &setup.structure;
    let mut sold = vec![0.0; structure.products.len()];
    let mut size = vec![0.0; structure.segments.len()];
    for (c, cell) in structure.cells.iter().enumerate() {
        for (pair, k) in structure.pairs_of(cell) {
            let money = setup.base_demand[c] * setup.base_installed[pair];
            sold[k] += money;
            size[cell.segment] += 4.0 * money;
        }
    }
    for (money, node) in sold.iter_mut().zip(&structure.products) {
        *money *= 4.0 / size[node.segment];
    }
    (sold, size)
}

/// The printed share of a country in a segment, normalised over the countries that have one, with the
/// central share of unprinted suppliers beside them.
fn country_share(scenario: &Scenario, setup: &Setup, segment: &str, country: &str) -> f64 {
    let printed = |wanted: Option<&str>| -> f64 {
        scenario
            .tables
            .shares
            .iter()
            .filter(|row| row.segment == segment && wanted.is_none_or(|id| row.country == id))
            .map(|row| row.share_pct / 100.0)
            .sum()
    };
    let unprinted = scenario
        .tables
        .products
        .iter()
        .filter(|p| p.segment == segment && p.state == ProductState::RosterZero)
        .count() as f64;
    let beside = unprinted * 0.5 * setup.parameters.roster_zero_share;
    printed(Some(country)) / (printed(None) + beside)
}

#[test]
fn base_shares_equal_the_normalised_data() {
    let scenario = scenario("baseline");
    let setup = setup(&scenario, &Draws::central());
    let (sold, _) = modelled(&setup);
    let structure = &setup.structure;
    let (mut worst, mut whose, mut compared) = (0.0, String::new(), 0);
    for row in &scenario.tables.shares {
        let got: f64 = structure
            .products
            .iter()
            .zip(&sold)
            .filter(|(node, _)| {
                node.row.segment == row.segment
                    && node.row.state == ProductState::Incumbent
                    && structure.jurisdictions[node.tag] == row.country
            })
            .map(|(_, share)| share)
            .sum();
        let want = country_share(&scenario, &setup, &row.segment, &row.country);
        let gap = (got - want).abs();
        compared += 1;
        if gap > worst {
            (worst, whose) = (gap, format!("{} of {}", row.segment, row.country));
        }
    }
    println!("worst of {compared} base shares: {whose}, off by {worst:e}");
    assert!(compared > 200 && worst < 1e-9, "{whose}: {worst:e}");
}

#[test]
fn base_segment_sizes_are_met_in_every_draw() {
    let scenario = scenario("baseline");
    for draws in [Draws::central(), Draws::new(1, 0), Draws::new(1, 1)] {
        let setup = setup(&scenario, &draws);
        let (sold, size) = modelled(&setup);
        for (segment, got) in setup.structure.segments.iter().zip(size) {
            let want = segment.row.size_2019_usd_m;
            assert!((got / want - 1.0).abs() < 1e-9, "{}: {got} {want}", segment.row.id);
            let total: f64 = sold[segment.products.clone()].iter().sum();
            assert!((total - 1.0).abs() < 1e-12, "{}: {total}", segment.row.id);
        }
        for (got, want) in sold.iter().zip(&setup.base_share) {
            assert!((got - want).abs() < 1e-9);
        }
    }
}

/// Firms of one country are split by tier, so nothing that was known only later sets a base share.
#[test]
fn a_country_is_split_by_tier_alone() {
    let scenario = scenario("baseline");
    let setup = setup(&scenario, &Draws::central());
    let nodes = &setup.structure.products;
    let mut compared = 0;
    for (i, a) in nodes.iter().enumerate() {
        for (j, b) in nodes.iter().enumerate().skip(i + 1) {
            let peers = (a.segment, a.tag, a.row.state) == (b.segment, b.tag, b.row.state);
            if peers && a.row.state == ProductState::Incumbent {
                let weight =
                    |tier: u8| if tier == 1 { 1.0 } else { setup.parameters.tier_two_weight };
                let want = weight(a.row.tier) / weight(b.row.tier);
                let got = setup.base_share[i] / setup.base_share[j];
                assert!((got / want - 1.0).abs() < 1e-12, "{} {}", a.row.supplier, b.row.supplier);
                compared += 1;
            }
        }
    }
    assert!(compared > 50, "{compared} pairs of firms");
}
