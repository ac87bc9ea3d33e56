//! The tables of a record tell the same money, whichever way they cut it.

use std::sync::Arc;

use sim_core::draws::Draws;
use sim_core::metric::{Every, Id, columns};
use sim_core::scenario::param::SPECS;
use sim_core::structure::Structure;

use crate::library::{play, scenario};

fn close(one: f64, other: f64, what: &str) {
    assert!((one / other - 1.0).abs() < 1e-9, "{what}: {one} against {other}");
}

#[test]
fn every_table_tells_the_same_money() {
    let mut scenario = (*scenario("history")).clone();
    // Accounts and market tables count the same sales when they lag alike.
    let place = |key: &str| SPECS.iter().position(|spec| spec.key == key).expect("a parameter");
    scenario.parameters[place("table-lag")].value =
        scenario.parameters[place("recognition-lag")].value;
    let structure = Structure::new(&scenario.tables);
    let record = play(&Arc::new(scenario), &Draws::new(1, 0));
    let quarterly = columns(&structure, Every::Quarter);
    let yearly = columns(&structure, Every::Year);
    let rows: Vec<&[f64]> = record.quarterly.chunks_exact(quarterly.len()).collect();
    let firms = record.firms.len() / rows.len().div_ceil(4);
    for (year, quarters) in rows.chunks(4).enumerate() {
        let total = |metrics: &[Id]| -> f64 {
            let wanted = quarterly.iter().enumerate().filter(|(_, c)| metrics.contains(&c.metric));
            wanted.map(|(i, _)| quarters.iter().map(|row| row[i]).sum::<f64>()).sum()
        };
        let segments = |metric: Id| -> f64 {
            let row = &record.yearly[year * yearly.len()..(year + 1) * yearly.len()];
            let goods = |s: Option<usize>| structure.segments[s.unwrap()].row.is_goods();
            let of_goods =
                yearly.iter().zip(row).filter(|(c, _)| c.metric == metric && goods(c.segment));
            of_goods.map(|(_, value)| value).sum()
        };
        close(total(&[Id::Recognised]), segments(Id::Observed), "revenue as booked");
        close(total(&[Id::Owned]), segments(Id::SegmentOwned), "Chinese-owned purchases");
        let world: f64 = record.firms[year * firms..(year + 1) * firms].iter().step_by(2).sum();
        close(total(&[Id::Revenue]), segments(Id::SegmentSales), "shipments");
        close(total(&[Id::Revenue, Id::Services, Id::Chips, Id::Spares]), world, "all firms");
    }
}

#[test]
fn what_a_law_does_is_told_once() {
    let of = |id: &str, metric: Id| -> Vec<f64> {
        let scenario = scenario(id);
        let columns = columns(&Structure::new(&scenario.tables), Every::Quarter);
        let record = play(&scenario, &Draws::new(1, 0));
        let rows = record.quarterly.chunks_exact(columns.len());
        let of = |row: &[f64]| -> Vec<f64> {
            let values = columns.iter().zip(row).filter(|(c, _)| c.metric == metric);
            values.map(|(_, value)| *value).collect()
        };
        rows.flat_map(of).collect()
    };
    for metric in [Id::Licensed, Id::BarredPart, Id::SoldBarred] {
        assert!(of("baseline", metric).iter().all(|v| *v == 0.0), "{metric:?} without a measure");
    }
    assert!(of("history", Id::Licensed).iter().any(|v| *v > 0.0), "licences were granted");
    let part = of("history", Id::BarredPart);
    assert!(part.iter().all(|p| (0.0..=1.0).contains(p)) && part.iter().any(|p| *p > 0.0));
    let (sold, owned) = (of("history", Id::SoldBarred), of("history", Id::Owned));
    assert!(sold.iter().any(|v| *v > 0.0));
    assert!(sold.iter().zip(&owned).all(|(sold, owned)| sold <= owned), "a part of all purchases");
}
