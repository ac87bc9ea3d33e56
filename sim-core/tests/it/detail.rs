//! What is taken down in detail is the money of the other tables, cut finer, and nothing else moves because of it.

use std::sync::Arc;

use proptest::prelude::*;
use sim_core::record::detail::{Layout, OfProduct, OfSegment};
use sim_core::record::{Record, Watch};
use sim_core::simulate::simulate;

use crate::runs::setup;
use crate::worlds::{any_case, controlled};

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1e-6)
}

/// Sum of a column over all quarters.
fn total(record: &Record, width: usize, column: usize) -> f64 {
    record.detail.chunks_exact(width).map(|row| row[column]).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn detail_moves_nothing_else(case in any_case()) {
        let draws = case.draws();
        let setup = setup(&case.scenario, &draws);
        let scenario = Arc::new(case.scenario.clone());
        let watch = Watch::new(&setup.structure, |_| true);
        let plain = simulate(&setup, &scenario, &draws, &watch).unwrap();
        let watch = watch.in_detail(&setup.structure);
        let mut detailed = simulate(&setup, &scenario, &draws, &watch).unwrap();
        prop_assert!(plain.detail.is_empty() && !detailed.detail.is_empty());
        detailed.detail.clear();
        prop_assert_eq!(format!("{plain:?}"), format!("{detailed:?}"));
    }

    #[test]
    fn products_add_up_to_firms_and_to_what_china_buys(case in controlled(1..4)) {
        let draws = case.draws();
        let setup = setup(&case.scenario, &draws);
        let structure = &setup.structure;
        let watch = Watch::new(structure, |_| true).in_detail(structure);
        let record = simulate(&setup, &Arc::new(case.scenario.clone()), &draws, &watch).unwrap();
        let layout: &Layout = watch.detail.as_ref().unwrap();
        let width = layout.width();
        let sum = |i: usize, what| total(&record, width, layout.product(i, what));
        for (firm, id) in watch.firms.iter().enumerate() {
            let of_firm = |what: [OfProduct; 2]| -> f64 {
                let mine = |k: &usize| structure.products[*k].row.supplier == *id;
                let places = layout.products.iter().enumerate().filter(|(_, k)| mine(k));
                places.map(|(i, _)| sum(i, what[0]) + sum(i, what[1])).sum()
            };
            let told = |place: usize| -> f64 {
                record.firms.chunks_exact(watch.firms.len() * 2).map(|year| year[firm * 2 + place]).sum()
            };
            let world = of_firm([OfProduct::Shipped, OfProduct::Spares]);
            let china = of_firm([OfProduct::ShippedToChina, OfProduct::SparesInChina]);
            prop_assert!(close(world, told(0)), "{id}: {world} {}", told(0));
            prop_assert!(close(china, told(1)), "{id}: {china} {}", told(1));
        }
        for segment in 0..structure.segments.len() {
            let of = |what| total(&record, width, layout.segment(segment, what));
            let sold = |what| -> f64 {
                let products = structure.segments[segment].products.clone();
                products.map(|k| sum(layout.products.binary_search(&k).unwrap(), what)).sum()
            };
            prop_assert!(close(of(OfSegment::All), sold(OfProduct::ShippedToChina)));
            prop_assert!(close(of(OfSegment::World), sold(OfProduct::Shipped)));
            let most = of(OfSegment::All) * (1.0 + 1e-9);
            prop_assert!(of(OfSegment::ChinaByLaw) + of(OfSegment::UsByLaw) <= most);
            prop_assert!(of(OfSegment::ChinaBySide) <= most);
        }
        for i in 0..layout.products.len() {
            let (usual, barred) = (sum(i, OfProduct::Usual), sum(i, OfProduct::Barred));
            prop_assert!(usual >= 0.0 && (0.0..=usual * (1.0 + 1e-9)).contains(&barred));
            let china = sum(i, OfProduct::ShippedToChina) + sum(i, OfProduct::SparesInChina);
            prop_assert!(sum(i, OfProduct::State) <= china * (1.0 + 1e-9) + 1e-9);
        }
    }
}
