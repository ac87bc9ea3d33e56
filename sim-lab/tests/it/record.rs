//! The tables of a record tell the same money, whichever way they cut it.

use sim_core::draws::Draws;
use sim_core::metric::{Every, Id, columns};
use sim_core::world::structure::Structure;

use crate::library::{play, scenario};

fn close(one: f64, other: f64, what: &str) {
    assert!((one / other - 1.0).abs() < 1e-9, "{what}: {one} against {other}");
}

#[test]
fn every_table_tells_the_same_money() {
    let scenario = scenario("history");
    let structure = Structure::new(&scenario.tables);
    let record = play(&scenario, &Draws::new(1, 0));
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
