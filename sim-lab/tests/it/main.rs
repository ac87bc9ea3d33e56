//! Properties of experiments on the project's own scenarios, and the golden files.

#![expect(clippy::unwrap_used, reason = "a test says so by its panic")]

#[path = "../../../sim-core/tests/analyst/mod.rs"]
#[expect(dead_code, reason = "shared with the tests of the economy")]
mod analyst;
mod base_year;
mod calibration;
#[path = "../../../sim-charts/tests/it/chart_boxes.rs"]
mod chart_boxes;
mod experiment;
mod facts;
mod figures_of_a_branch;
mod figures_of_a_run;
mod golden;
mod homes;
mod library;
mod pairing;
mod pairs;
mod papers;
mod priors;
mod record;
mod reported;
mod segments;
mod standing;
mod synth;
