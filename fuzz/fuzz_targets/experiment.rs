//! Experiment text: an experiment with points, or problems with places.
#![no_main]

mod checks;

use libfuzzer_sys::fuzz_target;
use sim_lab::sweep::{Experiment, Points};

fuzz_target!(|text: &str| match Experiment::read("fuzz.toml", text) {
    Ok(experiment) => {
        if let Ok(points) = Points::new(&experiment.design, &experiment.uncertain) {
            assert!(points.replicates() >= 1);
            points.place(points.replicates() - 1);
        }
    }
    Err(problems) => {
        assert!(!problems.0.is_empty());
        problems.0.iter().for_each(checks::is_placed);
    }
});
