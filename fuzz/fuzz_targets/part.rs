//! The sidecar of a shard: what is accepted says the same when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_lab::sweep::Sidecar;

fuzz_target!(|text: &str| {
    if let Ok(side) = serde_json::from_str::<Sidecar>(text) {
        let again = serde_json::to_string(&side).expect("a sidecar is JSON");
        let again: Sidecar = serde_json::from_str(&again).expect("what was written is read");
        assert!(again == side || side.seconds.is_nan());
    }
});
