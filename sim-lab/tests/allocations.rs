//! A quarter takes the memory that earlier quarters gave back: after the first run of a replicate none asks the system
//! for any.
//!
//! A binary of its own, since it counts what the allocator does.

#![expect(clippy::unwrap_used, reason = "a test says so by its panic")]

use std::path::Path;
use std::sync::Arc;

use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::policy::lawbook::LawBook;
use sim_core::quarter::quarter;
use sim_core::record::Watch;
use sim_core::simulate::Run;
use sim_core::structure::Structure;
use sim_lab::library;

/// Allocations in each quarter of a scenario's second run, and whether somebody was caught in it; the first run fills the
/// shelves.
fn allocations(stem: &str) -> Vec<(u64, bool)> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let scenario = library::load(&home.join(format!("{stem}.toml")), &[]).unwrap().scenario;
    let scenario = Arc::new(scenario);
    let structure = Arc::new(Structure::new(&scenario.tables));
    let draws = Draws::new(1, 0);
    let setup = Setup::new(&structure, &scenario, scenario.central(), &draws).unwrap();
    let setup = Arc::new(setup);
    let watch = Watch::new(&structure, |_| true);
    let book = LawBook::new(&structure, &scenario, &draws);
    let mut counts = Vec::new();
    for _ in 0..2 {
        counts.clear();
        let mut run = Run::new(&setup, &scenario);
        run.record.make_room(&run.world, &watch);
        for _ in 0..scenario.quarters() {
            let mut caught = false;
            let info = allocation_counter::measure(|| {
                let outcome = quarter(&run.world, &book, &draws).unwrap();
                caught = !outcome.caught.buyers.is_empty();
                run.record.observe(&run.world, &outcome, &watch);
                run.world.commit(outcome);
            });
            counts.push((info.count_total, caught));
        }
    }
    counts
}

#[test]
fn a_quarter_allocates_nothing() {
    for stem in ["baseline", "hard-cap", "sliding-scale", "history"] {
        let counts = allocations(stem);
        // In its first quarter a run opens the law's memory of its measures.
        for (quarter, (count, caught)) in counts.iter().enumerate().skip(1) {
            // Who was caught is noted in two lists.
            let most = if *caught { 8 } else { 0 };
            assert!(*count <= most, "{stem}, quarter {quarter}: {count} allocations");
        }
        assert!(counts.iter().filter(|(count, _)| *count == 0).count() > 50, "{stem}");
    }
}
