//! Prints a hash of the bits of everything that two scenarios report, replicate by replicate: what `checks/reliability.py`
//! compares between builds with other compiler flags, without building the rest.
//!
//! `cargo run --release -p sim-core --example bits`

use std::path::Path;
use std::sync::Arc;

use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::policy::idle;
use sim_core::record::Watch;
use sim_core::scenario::load::{self, Found, Unreadable, Wanted};
use sim_core::simulate::simulate;
use sim_core::structure::Structure;

/// Replicates of each scenario.
const REPLICATES: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let home = Path::new("scenarios");
    for name in ["baseline", "hard-cap"] {
        let mut fetch = |wanted: &Wanted| {
            let text = std::fs::read_to_string(home.join(&wanted.path))
                .map_err(|error| Unreadable { message: error.to_string(), help: None })?;
            Ok(Found { path: wanted.path.clone(), text })
        };
        let scenario =
            Arc::new(load::load(&format!("{name}.toml"), &[], &mut fetch, idle::find)?.scenario);
        let structure = Arc::new(Structure::new(&scenario.tables));
        let watch = Watch::new(&structure, |_| true);
        for replicate in 0..REPLICATES {
            let draws = Draws::new(1, replicate as u64);
            let setup = Arc::new(Setup::new(&structure, &scenario, scenario.central(), &draws)?);
            let record = simulate(&setup, &scenario, &draws, &watch)?;
            let values = record.quarterly.iter().chain(&record.yearly);
            let hash = values.clone().fold(0xcbf2_9ce4_8422_2325_u64, |hash, value| {
                value.to_bits().to_le_bytes().iter().fold(hash, |hash, byte| {
                    (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
                })
            });
            println!("{name} {replicate} {} {hash:016x}", values.count());
        }
    }
    Ok(())
}
