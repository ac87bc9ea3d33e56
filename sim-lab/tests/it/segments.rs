//! The markets of the founding report (S1–S9) on the project's own tables, and the lead that aligned
//! controls buy (U4).

use std::sync::Arc;

use sim_core::draws::Draws;
use sim_core::metric::{Column, Every, Id, columns};
use sim_core::record::Record;
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::{Bloc, BuyerKind, Family, Ware};
use sim_core::structure::Structure;

use crate::library::{play, scenario, setup, until};

/// Runs of a scenario with the numbers of seed 1: levels rise by chance, so one run says little.
const RUNS: u64 = 6;

fn runs(scenario: &Arc<Scenario>) -> Vec<Record> {
    (0..RUNS).map(|r| play(scenario, &Draws::new(1, r))).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// A quarterly metric at the end of the horizon, mean over runs.
fn at_end(scenario: &Scenario, runs: &[Record], metric: Id) -> f64 {
    let columns = columns(&Structure::new(&scenario.tables), Every::Quarter);
    let place = columns.iter().position(|column| column.metric == metric).unwrap();
    mean(runs.iter().map(|run| {
        let row = run.quarterly.chunks_exact(columns.len()).last().unwrap();
        row[place]
    }))
}

/// A yearly metric of a segment, by bloc of the supplier, summed over years `from..=to` of one run.
fn of_segment(
    scenario: &Scenario,
    run: &Record,
    (metric, segment): (Id, &str),
    bloc: Bloc,
    years: std::ops::RangeInclusive<i32>,
) -> f64 {
    let structure = Structure::new(&scenario.tables);
    let columns = columns(&structure, Every::Year);
    let place = structure.segments.iter().position(|s| s.row.id == segment).unwrap();
    let wanted = Column { metric, supplier: Some(bloc), buyer: None, segment: Some(place) };
    let column = columns.iter().position(|column| *column == wanted).unwrap();
    let rows = run.yearly.chunks_exact(columns.len()).enumerate();
    rows.filter(|(i, _)| years.contains(&(scenario.start.year() + *i as i32)))
        .map(|(_, row)| row[column])
        .sum()
}

/// Printed share of some homes in a segment, percent.
fn printed(scenario: &Scenario, segment: &str, homes: &[&str]) -> f64 {
    let shares = scenario.tables.shares.iter();
    shares
        .filter(|row| row.segment == segment && homes.contains(&row.country.as_str()))
        .map(|row| row.share_pct)
        .sum()
}

/// Base-year share of a home's suppliers in the model, percent, at the central values.
fn modelled(scenario: &Scenario, segment: &str, home: &str) -> f64 {
    let setup = setup(scenario, &Draws::central());
    let structure = &setup.structure;
    let products = structure.products.iter().zip(&setup.base_share);
    let mine = products.filter(|(node, _)| {
        node.row.segment == segment && structure.jurisdictions[node.tag] == home
    });
    100.0 * mine.map(|(_, share)| share).sum::<f64>()
}

#[test]
fn the_packaging_chain_has_its_thirteen_categories() {
    let baseline = scenario("baseline");
    for id in
        ["N70", "N71", "N73", "N74", "N75", "N76", "N77", "N93", "N94", "N95", "N96", "N97", "N98"]
    {
        let row = baseline.tables.segments.iter().find(|row| row.id == id);
        let row = row.unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(row.buyers, BuyerKind::Packaging, "{id}");
        assert!(printed(&baseline, id, &["CHN"]) + printed(&baseline, id, &["JPN"]) > 0.0, "{id}");
    }
}

#[test]
fn hybrid_bonding_grows_with_the_routes_that_need_it() {
    let [free, allied] = ["baseline", "hard-cap-allied"].map(scenario);
    let bought = |scenario: &Arc<Scenario>, years: std::ops::RangeInclusive<i32>| {
        mean(runs(scenario).iter().map(|run| {
            let of =
                |bloc| of_segment(scenario, run, (Id::SegmentOwned, "HYB"), bloc, years.clone());
            Bloc::ALL.into_iter().map(of).sum()
        }))
    };
    // It grows with the nodes that use it, and more so where other routes are barred.
    assert!(bought(&free, 2029..=2030) > 3.0 * bought(&free, 2019..=2020));
    let (free, allied) = (bought(&free, 2024..=2030), bought(&allied, 2024..=2030));
    assert!(allied > free, "{allied} against {free}");
}

#[test]
fn three_homes_hold_substrates() {
    let baseline = scenario("baseline");
    let share = printed(&baseline, "ADV-SUB", &["TWN", "JPN", "KOR"]);
    assert!((share - 88.0).abs() < 1.5, "{share}");
    let modelled: f64 =
        ["TWN", "JPN", "KOR"].map(|home| modelled(&baseline, "ADV-SUB", home)).iter().sum();
    assert!((modelled - share).abs() < 1.5, "{modelled}");
}

#[test]
fn sic_is_designed_out_without_any_control() {
    let [with, without] = ["sic-wafers", "baseline"].map(scenario);
    assert!(with.measures.is_empty());
    // The only US maker beside the leader stands in the same bloc: the bloc's share is a cautious sign.
    let us_share = |scenario: &Arc<Scenario>, year: i32| {
        mean(runs(scenario).iter().map(|run| {
            let of = |bloc| of_segment(scenario, run, (Id::SegmentSales, "SIC"), bloc, year..=year);
            of(Bloc::Us) / Bloc::ALL.into_iter().map(of).sum::<f64>()
        }))
    };
    let price = |scenario: &Arc<Scenario>, year: i32| {
        mean(runs(scenario).iter().map(|run| {
            let of = |id| -> f64 {
                let of = |bloc| of_segment(scenario, run, (id, "SIC"), bloc, year..=year);
                Bloc::ALL.into_iter().map(of).sum()
            };
            of(Id::SegmentSales) / of(Id::SegmentUnits)
        }))
    };
    let (early, late) = (us_share(&with, 2021), us_share(&with, 2024));
    assert!(early - late > 0.1, "{early} {late}");
    assert!(late < us_share(&without, 2024) - 0.05);
    assert!(price(&with, 2024) < 0.7, "{}", price(&with, 2024));
    assert!(price(&with, 2024) < price(&without, 2024));
}

#[test]
fn packaging_services_are_reported_apart() {
    let baseline = scenario("baseline");
    let structure = Structure::new(&baseline.tables);
    let services: Vec<&str> = structure
        .segments
        .iter()
        .filter(|segment| segment.row.ware() == Ware::Service)
        .map(|segment| segment.row.id.as_str())
        .collect();
    assert!(services.contains(&"ATP"), "{services:?}");
    let columns = columns(&structure, Every::Quarter);
    let run = play(&baseline, &Draws::central());
    let first = &run.quarterly[..columns.len()];
    let total = |metric: Id| -> f64 {
        columns.iter().zip(first).filter(|(c, _)| c.metric == metric).map(|(_, v)| v).sum()
    };
    let size = |ware: Ware| -> f64 {
        let rows = structure.segments.iter().map(|s| &s.row).filter(|row| row.ware() == ware);
        rows.map(|row| row.size_2019_usd_m).sum::<f64>() / 4.0
    };
    for (metric, ware) in
        [(Id::Revenue, Ware::Goods), (Id::Services, Ware::Service), (Id::Chips, Ware::Chips)]
    {
        // Spending in a quarter is its own, near the year's mean.
        assert!((total(metric) / size(ware) - 1.0).abs() < 0.25, "{metric:?}");
    }
}

#[test]
fn front_end_tools_begin_at_their_printed_shares() {
    let baseline = scenario("baseline");
    let fab: Vec<&str> = baseline
        .tables
        .segments
        .iter()
        .filter(|row| row.buyers == BuyerKind::Fab)
        .map(|row| row.class.as_str())
        .collect();
    for class in [
        "litho_euv",
        "litho_immersion",
        "litho_dry",
        "deposition",
        "etch",
        "clean",
        "cmp",
        "process_control",
        "implant",
    ] {
        assert!(fab.contains(&class), "no {class}");
    }
    for segment in ["N21", "N105", "N106"] {
        let row = baseline.tables.segments.iter().find(|row| row.id == segment).unwrap();
        assert_eq!(row.class, "litho_dry", "{segment}: rules name scanners by their class");
    }
    for segment in ["N50", "N51", "N38", "N22", "N49"] {
        for home in ["USA", "JPN", "CHN"] {
            let (want, got) =
                (printed(&baseline, segment, &[home]), modelled(&baseline, segment, home));
            assert!((want - got).abs() < 2.0, "{segment} {home}: printed {want}, modelled {got}");
        }
    }
}

/// SEMI's forecast of December 2019 for the year, USD million.
#[test]
fn tools_add_up_to_what_was_billed() {
    let baseline = scenario("baseline");
    let size = |buyers: BuyerKind| -> f64 {
        let materials = ["packaging_materials", "advanced_substrates"];
        let rows = baseline.tables.segments.iter();
        rows.filter(|row| row.buyers == buyers && !materials.contains(&row.class.as_str()))
            .map(|row| row.size_2019_usd_m)
            .sum()
    };
    let (fab, packaging) = (size(BuyerKind::Fab), size(BuyerKind::Packaging));
    assert!((fab / 49_900.0 - 1.0).abs() < 0.02, "{fab}");
    // The dataset counts more test tools than SEMI does.
    assert!((1.0..1.2).contains(&(packaging / 7_700.0)), "{packaging}");
}

#[test]
fn euv_has_the_world_size_of_2024_that_was_measured() {
    let history = until("history", "2024Q4");
    let sales = mean(runs(&history).iter().map(|run| {
        let of = |bloc| of_segment(&history, run, (Id::SegmentSales, "N20"), bloc, 2024..=2024);
        Bloc::ALL.into_iter().map(of).sum()
    }));
    let price = history.tables.deflator.iter().find(|row| row.year == 2024).unwrap().index;
    assert!((sales * price / 9_000.0 - 1.0).abs() < 0.1, "{}", sales * price);
}

#[test]
fn design_software_and_ip_begin_at_their_printed_shares() {
    let baseline = scenario("baseline");
    for (segment, share) in [("N84", 96.0), ("N85", 52.0)] {
        assert!((printed(&baseline, segment, &["USA"]) - share).abs() < 1e-9, "{segment}");
        assert!((modelled(&baseline, segment, "USA") - share).abs() < 2.0, "{segment}");
    }
}

#[test]
fn fabs_of_three_families_buy() {
    let baseline = scenario("baseline");
    let structure = Structure::new(&baseline.tables);
    for family in [Family::Logic, Family::Dram, Family::Nand] {
        for chinese in [true, false] {
            let there = (0..structure.buyers.len()).any(|b| {
                let row = &structure.buyers[b].row;
                row.kind == BuyerKind::Fab
                    && row.family == family
                    && structure.chinese_owned(b) == chinese
                    && !structure.buyers[b].cells.is_empty()
            });
            assert!(there, "{family:?}, Chinese-owned: {chinese}");
        }
    }
}

#[test]
fn a_cap_on_accelerators_leaves_down_rated_variants() {
    let [free, capped] = ["baseline", "ai-chips"].map(scenario);
    let (one, other) = (runs(&free), runs(&capped));
    let sum = |runs: &[Record], metric: Id, supplier: Bloc, buyer: Option<Bloc>| {
        let columns = columns(&Structure::new(&free.tables), Every::Quarter);
        let wanted = Column { metric, supplier: Some(supplier), buyer, segment: None };
        let place = columns.iter().position(|column| *column == wanted).unwrap();
        mean(runs.iter().map(|run| {
            run.quarterly.chunks_exact(columns.len()).map(|row| row[place]).sum::<f64>()
        }))
    };
    let down = |runs: &[Record]| sum(runs, Id::DownRated, Bloc::Us, None);
    assert_eq!(down(&one), 0.0);
    assert!(down(&other) > 0.0, "no variant was sold");
    let sold = |runs: &[Record]| sum(runs, Id::Chips, Bloc::Us, Some(Bloc::China));
    assert!(sold(&other) < 0.98 * sold(&one), "{} {}", sold(&other), sold(&one));
    let behind = at_end(&capped, &other, Id::LeadAi);
    assert!(behind > at_end(&free, &one, Id::LeadAi) + 1.0, "{behind}");
}

#[test]
fn aligned_controls_buy_a_lead() {
    let lead = |stem: &str| {
        let scenario = scenario(stem);
        at_end(&scenario, &runs(&scenario), Id::Lead)
    };
    let (free, allied) = (lead("baseline"), lead("hard-cap-allied"));
    assert!(allied > free + 1.0, "{allied} against {free}");
}
