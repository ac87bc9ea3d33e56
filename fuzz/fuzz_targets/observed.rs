//! Observed shares: rows that are well-formed, or problems.
#![no_main]

mod checks;
#[allow(dead_code, unused_imports, reason = "its tests need more of it")]
#[path = "../../sim-core/tests/reader/library.rs"]
mod library;

use std::sync::OnceLock;

use library::Library;
use libfuzzer_sys::fuzz_target;
use sim_core::scenario::{Scenario, observed};

static BASE: OnceLock<Scenario> = OnceLock::new();

fuzz_target!(|text: &str| {
    let base = BASE.get_or_init(|| {
        Library::new().load("base.toml", &[]).expect("the small world is valid").scenario
    });
    match observed::read("fuzz.csv", text, base, 2024) {
        Ok(read) => {
            assert!(!read.rows.is_empty());
            for row in &read.rows {
                assert!(row.year == 2024 && (0.0..=100.0).contains(&row.share_pct));
                assert!(row.world_size_usd_m.is_finite() && row.world_size_usd_m > 0.0);
            }
        }
        Err(problems) => {
            assert!(!problems.0.is_empty());
            problems.0.iter().for_each(checks::is_placed);
        }
    }
});
