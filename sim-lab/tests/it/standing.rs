//! Worlds that stand in an observed year: they get there, all regimes alike, and forecast worlds of which the truth is known.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::policy::lawbook::LawBook;
use sim_core::scenario::Scenario;
use sim_core::scenario::observed::{ObservedShare, Standing as Asked};
use sim_core::scenario::param::{Prior, Spec};
use sim_core::simulate::tabulated;
use sim_core::structure::Structure;
use sim_lab::experiment::{Design, RunError};
use sim_lab::standing::Standing;
use sim_lab::{library, priors};

/// Quarters to the end of 2024 and of 2025.
const STANDS: usize = 24;
const NEXT: usize = 28;

fn scenario(name: &str, end: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
    library::load(&path, &[format!("time.end={end}")]).expect("it is valid").scenario
}

/// What a market table prints of a run's last year before a quarter: shares by segment and home, in tenths of a percent.
fn table(structure: &Structure, sold: &[f64], year: i32) -> Vec<ObservedShare> {
    let mut rows: Vec<ObservedShare> = Vec::new();
    for segment in structure.segments.iter().filter(|s| s.row.scored) {
        let all: f64 = segment.products.clone().map(|k| sold[k]).sum();
        for k in segment.products.clone() {
            let country = &structure.jurisdictions[structure.products[k].tag];
            let share = 100.0 * sold[k] / all;
            match rows.iter_mut().find(|r| r.segment == segment.row.id && r.country == *country) {
                Some(row) => row.share_pct += share,
                None => rows.push(ObservedShare {
                    segment: segment.row.id.clone(),
                    country: country.clone(),
                    share_pct: share,
                    year,
                    world_size_usd_m: all,
                }),
            }
        }
    }
    for row in &mut rows {
        row.share_pct = (10.0 * row.share_pct).round() / 10.0;
    }
    rows.retain(|row| row.share_pct > 0.0);
    rows
}

fn pinned(scenario: &Scenario, key: &str, value: f64) -> Scenario {
    let mut scenario = scenario.clone();
    let (place, _) = Spec::find(key).expect("a parameter");
    let parameter = &mut scenario.parameters[place];
    (parameter.value, parameter.prior) = (value, Prior::Fixed);
    scenario
}

/// Tables of the two years of a world of our own.
fn truth(scenario: &Scenario, seed: u64) -> [Vec<ObservedShare>; 2] {
    let structure = Arc::new(Structure::new(&scenario.tables));
    let draws = Draws::new(seed, 0);
    let setup = Setup::new(&structure, scenario, priors::draw(scenario, seed, 0), &draws).unwrap();
    let (setup, scenario) = (Arc::new(setup), Arc::new(scenario.clone()));
    let book = LawBook::new(&structure, &scenario, &draws);
    [(STANDS, 2024), (NEXT, 2025)].map(|(quarters, year)| {
        table(&structure, &tabulated(&setup, (&scenario, &book), &draws, quarters).unwrap(), year)
    })
}

fn share(rows: &[ObservedShare], segment: &str, country: &str) -> f64 {
    let mine = rows.iter().filter(|r| r.segment == segment && r.country == country);
    mine.map(|r| r.share_pct).sum()
}

/// Size-weighted mean absolute errors of China's and the US shares one year on: of the median of replicates that stand in the
/// first table, and of that table.
fn errors(forecaster: &Scenario, tables: &[Vec<ObservedShare>; 2], replicates: usize) -> [f64; 2] {
    let [known, later] = tables;
    let mut forecaster = forecaster.clone();
    forecaster.standing = Some(Asked { year: 2024, shares: known.clone() });
    let design = Design::new(vec![Arc::new(forecaster)], replicates, 7, |_| false);
    let (scenario, standing) = (&design.scenarios[0], design.standing().expect("it stands"));
    let mut forecasts: Vec<Vec<ObservedShare>> = Vec::new();
    for replicate in 0..replicates {
        let draws = Draws::new(design.seed, replicate as u64);
        let (setup, _) = standing.lead(design.setup(0, replicate).unwrap(), &draws).unwrap();
        let book = LawBook::new(design.structure(), scenario, &draws);
        let sold = tabulated(&Arc::new(setup), (scenario, &book), &draws, NEXT).unwrap();
        forecasts.push(table(design.structure(), &sold, 2025));
    }
    let (mut model, mut persistence, mut weight) = (0.0, 0.0, 0.0);
    let mut segments: Vec<(&str, f64)> =
        later.iter().map(|r| (r.segment.as_str(), r.world_size_usd_m)).collect();
    segments.dedup_by_key(|s| s.0);
    for (segment, size) in segments {
        for country in ["CHN", "USA"] {
            let mut seen: Vec<f64> =
                forecasts.iter().map(|rows| share(rows, segment, country)).collect();
            seen.sort_by(f64::total_cmp);
            let came = share(later, segment, country);
            model += size * (seen[seen.len() / 2] - came).abs();
            persistence += size * (share(known, segment, country) - came).abs();
            weight += size;
        }
    }
    [model / weight, persistence / weight]
}

/// Mean errors over worlds of our own; the world's table has a lag, the forecaster's replicates have another.
fn trial(worlds: u64, replicates: usize, lags: Option<[f64; 2]>) -> [f64; 2] {
    let history = scenario("history.toml", "2025Q4");
    let [world, forecaster] = match lags {
        Some(lags) => lags.map(|lag| pinned(&history, "table-lag", lag)),
        None => [history.clone(), history],
    };
    let mut sum = [0.0; 2];
    for seed in 0..worlds {
        let found = errors(&forecaster, &truth(&world, 1000 + seed), replicates);
        sum.iter_mut().zip(found).for_each(|(sum, error)| *sum += error / worlds as f64);
    }
    sum
}

/// The figures of `docs/validation.md`: `CHOKEPOINT_WORLDS=40 cargo test --release -p sim-lab --test it standing:: -- --nocapture`.
#[test]
fn one_year_on_worlds_that_stand_are_closer_than_persistence() {
    let wanted = std::env::var("CHOKEPOINT_WORLDS").ok().and_then(|n| n.parse().ok());
    let [model, persistence] = trial(wanted.unwrap_or(3), 9, None);
    assert!(model < persistence, "{model} {persistence}");
    if let Some(worlds) = wanted {
        println!("{worlds} worlds: model {model:.2}, persistence {persistence:.2} points");
        for lags in [[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [4.0, 0.0]] {
            let [model, persistence] = trial(worlds, 9, Some(lags));
            println!(
                "lag of the table {} and of the model {}: model {model:.2}, persistence {persistence:.2}",
                lags[0], lags[1]
            );
        }
    }
}

#[test]
fn all_regimes_are_led_by_the_drift_of_one_path() {
    let law = Arc::new(scenario("current-law.toml", "2026Q4"));
    let free = Arc::new(scenario("baseline.toml", "2026Q4"));
    let scenarios = vec![Arc::clone(&free), Arc::clone(&law)];
    let design = Design::new(scenarios, 1, 1, |_| false);
    let alone = Design::new(vec![Arc::clone(&law)], 1, 1, |_| false);
    let led = |design: &Design| design.replicate(0).unwrap();
    let (pair, single) = (led(&design), led(&alone));
    assert_eq!(pair.led, single.led);
    assert_eq!(pair.records[1].quarterly, single.records[0].quarterly);
    // Free from the start on it goes another way, and stands elsewhere.
    assert_ne!(pair.records[0].quarterly, single.records[0].quarterly);
    let misses = single.led.expect("it is led").misses;
    assert!(misses.iter().filter(|miss| **miss > 0.5).count() <= 1, "{misses:?}");
    assert!(Standing::new(&free, &law, design.structure()).is_none());
}

#[test]
fn a_regime_that_changes_nothing_after_the_branch_is_current_law() {
    let law = Arc::new(scenario("current-law.toml", "2029Q4"));
    let mut same = (*law).clone();
    same.id = "the-same".to_owned();
    let design = Design::new(vec![Arc::clone(&law), Arc::new(same)], 2, 1, |_| false);
    let at = "2027Q1".parse().unwrap();
    let design = design.branched(&law, at).unwrap();
    let stop = AtomicBool::new(false);
    design
        .run(&stop, &|| {}, |_, batch| {
            for replicate in batch {
                let [one, other] = [&replicate.records[0], &replicate.records[1]];
                assert_eq!(one.quarterly, other.quarterly);
                assert_eq!(one.yearly, other.yearly);
            }
            Ok::<(), RunError>(())
        })
        .unwrap();
}
