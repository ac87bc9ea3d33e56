//! What may not matter: the order of rows, the unit of money. And what may not happen: a number that
//! is none.

use proptest::prelude::*;
use sim_core::decisions::Outcome;
use sim_core::draws::{Draws, Purpose};
use sim_core::metric::{Every, columns};
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::scenario::Scenario;

use crate::runs::{parting, play, same_bits, state};
use crate::worlds::{any_case, plain};

/// Fisher–Yates by the draws of the model: any sequence of numbers will do.
fn shuffle<T>(rows: &mut [T], seed: u64) {
    let mut luck = vec![0.0; rows.len()];
    Draws::new(seed, rows.len() as u64).fill(Purpose::Entry, 0, 0, &mut luck);
    for last in (1..rows.len()).rev() {
        rows.swap(last, (luck[last] * (last + 1) as f64) as usize);
    }
}

/// The same tables with every table's rows in another order.
fn permuted(scenario: &Scenario, seed: u64) -> Scenario {
    let mut out = scenario.clone();
    let tables = &mut out.tables;
    shuffle(&mut tables.jurisdictions, seed);
    shuffle(&mut tables.segments, seed);
    shuffle(&mut tables.shares, seed);
    shuffle(&mut tables.suppliers, seed);
    shuffle(&mut tables.products, seed);
    shuffle(&mut tables.lines, seed);
    shuffle(&mut tables.spending, seed);
    shuffle(&mut tables.deflator, seed);
    shuffle(&mut tables.weights, seed);
    shuffle(&mut tables.routes, seed);
    out
}

/// All money of the input times a factor.
fn scaled(scenario: &Scenario, factor: f64) -> Scenario {
    let mut out = scenario.clone();
    out.tables.spending.iter_mut().for_each(|row| row.usd_m *= factor);
    out.tables.segments.iter_mut().for_each(|row| row.size_2019_usd_m *= factor);
    out.subsidies.iter_mut().for_each(|subsidy| subsidy.usd_m_per_year *= factor);
    out
}

fn times(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|value| value * factor).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_no_bit(case in any_case(), seed in any::<u64>()) {
        let one = play(&case.scenario, &case.draws());
        let other = play(&permuted(&case.scenario, seed), &case.draws());
        prop_assert_eq!(parting(&one.history(), &other.history()), None);
    }

    #[test]
    fn the_unit_of_money_changes_no_bit(case in any_case(), power in -8..8_i32) {
        let factor = libm::exp2(f64::from(power));
        let one = play(&case.scenario, &case.draws());
        let other = play(&scaled(&case.scenario, factor), &case.draws());
        let structure = &one.worlds[0].setup.structure;
        for every in [Every::Quarter, Every::Year] {
            let columns = columns(structure, every);
            let rows = |run: &crate::runs::Run| match every {
                Every::Quarter => run.record.quarterly.clone(),
                Every::Year => run.record.yearly.clone(),
            };
            for (i, (a, b)) in rows(&one).iter().zip(&rows(&other)).enumerate() {
                let spec = columns[i % columns.len()].metric.spec();
                let wanted = if spec.unit.starts_with("USD") { a * factor } else { *a };
                prop_assert_eq!(wanted.to_bits(), b.to_bits(), "{}: {} {}", spec.name, wanted, b);
            }
        }
        prop_assert!(same_bits(&times(&one.record.firms, factor), &other.record.firms));
        for (a, b) in one.worlds.iter().zip(&other.worlds) {
            prop_assert!(same_bits(&a.products.level, &b.products.level));
            prop_assert!(same_bits(&a.products.price, &b.products.price));
            prop_assert!(same_bits(&a.buyers.level, &b.buyers.level));
            prop_assert!(same_bits(&a.buyers.belief, &b.buyers.belief));
            prop_assert!(same_bits(&a.installed, &b.installed));
            prop_assert!(same_bits(&times(&a.cells.stock, factor), &b.cells.stock));
            prop_assert!(same_bits(&times(&a.cells.backlog, factor), &b.cells.backlog));
            prop_assert!(same_bits(&times(&a.products.knowledge, factor), &b.products.knowledge));
        }
    }

    #[test]
    fn tables_that_are_used_again_hold_nothing_old(case in any_case()) {
        let draws = case.draws();
        let run = play(&case.scenario, &draws);
        let told = |outcome: &Outcome| {
            format!("{:?} {:?} {:?}", outcome.rules, outcome.orders, outcome.trades)
        };
        for (world, outcome, _) in run.quarters() {
            let book = LawBook::new(&world.setup.structure, &case.scenario, &draws);
            // A thread that has done nothing yet has no table to use again.
            let fresh = std::thread::scope(|scope| {
                let alone = scope.spawn(|| quarter(world, &book, &case.draws()).map(|o| told(&o)));
                alone.join().unwrap().unwrap()
            });
            let parted = parting(&[told(outcome)], &[fresh]);
            prop_assert!(parted.is_none(), "t = {}: {}", world.t, parted.unwrap_or_default());
        }
    }

    #[test]
    fn every_number_is_a_number_in_its_range(case in any_case()) {
        let run = play(&case.scenario, &case.draws());
        let record = format!("{:?}", run.record);
        prop_assert!(!record.contains("NaN") && !record.contains("inf"));
        for world in &run.worlds {
            let text = state(world);
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "quarter {}", world.t);
            prop_assert!(world.buyers.belief.iter().all(|rho| (0.0..=1.0).contains(rho)));
            let products = &world.products;
            for positive in [&products.price, &products.cost, &products.capacity, &products.experience] {
                prop_assert!(positive.iter().all(|value| *value > 0.0));
            }
            let flows = [&products.knowledge, &products.trailing, &products.shipped, &world.bought];
            for money in flows {
                prop_assert!(money.iter().all(|value| *value >= 0.0));
            }
        }
        let structure = &run.worlds[0].setup.structure;
        let columns = columns(structure, Every::Quarter);
        for (i, value) in run.record.quarterly.iter().enumerate() {
            let spec = columns[i % columns.len()].metric.spec();
            let money = spec.unit.starts_with("USD");
            prop_assert!(!money || *value >= -1e-6, "{} is {value}", spec.name);
            prop_assert!(spec.unit != "share" || (0.0..=1.0).contains(value), "{}: {value}", spec.name);
        }
    }

    #[test]
    fn shares_and_deferral_sum_to_one(case in any_case()) {
        let run = play(&case.scenario, &case.draws());
        for (world, outcome, _) in run.quarters() {
            let structure = &world.setup.structure;
            let placed = outcome.orders.placed(structure);
            for (c, cell) in structure.cells.iter().enumerate() {
                let of_cell = |table: &[f64]| -> Vec<f64> {
                    structure.pairs_in(cell).map(|pair| table[pair]).collect()
                };
                let installed: f64 = of_cell(&world.installed).iter().sum();
                prop_assert!((installed - 1.0).abs() < 1e-9, "installed shares sum to {installed}");
                let weights = of_cell(&outcome.orders.weight);
                prop_assert!(weights.iter().all(|w| *w >= 0.0));
                let wanted = outcome.wants.total[c];
                let (placed, grey) = (of_cell(&placed), of_cell(&outcome.orders.grey));
                prop_assert!(grey.iter().all(|money| *money >= 0.0));
                // What is left is deferred, and stands to each order as 1 to its weight.
                let deferred = wanted - placed.iter().chain(&grey).sum::<f64>();
                for (order, weight) in placed.iter().zip(&weights) {
                    prop_assert!((deferred * weight - order).abs() <= 1e-12 * wanted * (1.0 + weight));
                }
            }
        }
    }
}

#[test]
fn a_scaled_input_is_not_the_same_input() {
    let scenario = plain();
    let draws = Draws::central();
    let (one, other) = (play(&scenario, &draws), play(&scaled(&scenario, 2.0), &draws));
    assert!(parting(&one.history(), &other.history()).is_some());
    assert_ne!(permuted(&scenario, 3).tables, scenario.tables);
}
