//! Whatever is accepted can be run: no panic, no NaN, balanced books, with any parameter at the end of its range.
//!
//! `CHOKEPOINT_CASES=10000 cargo test -p sim-core --test it accepted` tries more of them.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use sim_core::base_year::setup::Setup;
use sim_core::scenario::param::SPECS;
use sim_core::structure::Structure;

use crate::runs::play_from;
use crate::worlds::any_case;

/// Cases unless the environment says otherwise.
const CASES: u32 = 48;

/// How many cases are tried unless the environment says otherwise.
#[expect(clippy::disallowed_methods, reason = "how many cases are tried, not what they are")]
pub(crate) fn cases_or(usual: u32) -> u32 {
    std::env::var("CHOKEPOINT_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases_or(CASES), failure_persistence: None, ..ProptestConfig::default() })]

    /// A world without a base year says so; every other one runs to its end. That books balance is checked in each
    /// quarter of every run.
    #[test]
    fn any_accepted_scenario_runs(
        case in any_case(),
        ends in vec((0..SPECS.len(), any::<bool>()), 0..4),
    ) {
        let mut scenario = case.scenario.clone();
        for (place, high) in ends {
            let spec = &SPECS[place];
            scenario.parameters[place].value = if high { spec.high } else { spec.low };
        }
        let draws = case.draws();
        let structure = Arc::new(Structure::new(&scenario.tables));
        let Ok(setup) = Setup::new(&structure, &scenario, scenario.central(), &draws) else {
            return Ok(());
        };
        let run = play_from(&Arc::new(setup), &scenario, &draws);
        prop_assert_eq!(run.outcomes.len(), scenario.quarters());
        for entry in run.history() {
            let place = entry.find("NaN").or_else(|| entry.find("inf"));
            let around = |at: usize| entry.get(at.saturating_sub(600)..at + 40).unwrap_or(&entry);
            prop_assert!(place.is_none(), "{}", place.map_or("", around));
        }
    }
}
