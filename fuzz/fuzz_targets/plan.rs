//! The manifest of a sweep's shards: refused, or every shard has its replicates. Seals are made anew, so that what
//! stands behind them is reached: a seal is no signature.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sim_lab::library::sha256;
use sim_lab::sweep::{Plan, Points};

const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn sealed(text: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(text).ok().and_then(|value| value["sha256"].as_str().map(str::to_owned)) {
        Some(seal) if !seal.is_empty() => {
            let blank = text.replace(&seal, BLANK);
            let hash = sha256(blank.as_bytes());
            blank.replace(BLANK, &hash)
        }
        _ => text.to_owned(),
    }
}

fuzz_target!(|text: &str| {
    let Ok(plan) = Plan::parse(Path::new("plan.json"), &sealed(text)) else { return };
    for shard in [0, plan.shards / 2, plan.shards - 1] {
        assert!(!plan.range(shard).is_empty());
    }
    if let Ok(points) = Points::new(&plan.design, &plan.uncertain) {
        points.place(plan.replicates - 1);
    }
});
