//! Properties of experiments on the project's own scenarios, and the golden files.

mod base_year;
mod experiment;
mod golden;
mod library;
mod pairs;
mod priors;
