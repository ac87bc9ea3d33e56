//! The ensemble file: members and folds by the numbers of their points, with where they come from.

use std::fmt::Write as _;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::{Ensemble, Fold};
use sim_core::scenario::param::{Prior, SPECS};

use super::sample::{Plan, Sample};
use super::select::{Distances, Targets, nearest};
use crate::store::Form;

/// Number of folds.
pub const FOLDS: usize = 5;

/// Selects the ensemble of a sample and of each fold: with facts for the ensemble, without for the folds.
pub fn select(
    sample: &Sample,
    targets: &Targets,
    scenario: &Scenario,
    plan: &Plan,
    keep: usize,
) -> Ensemble {
    let members = nearest(&targets.losses(sample, Distances::SharesAndFacts, &[]), keep);
    let fold = |(i, group): (usize, super::select::Group)| Fold {
        id: (i + 1).to_string(),
        segments: group.places.iter().map(|place| sample.segments[*place].clone()).collect(),
        members: nearest(&targets.losses(sample, Distances::Shares, &group.places), keep),
    };
    let mut priors: Vec<(String, String)> = SPECS
        .iter()
        .zip(&scenario.parameters)
        .filter(|(_, param)| param.prior != Prior::Fixed)
        .map(|(spec, param)| (spec.key.to_owned(), param.prior.to_string()))
        .collect();
    priors.sort();
    Ensemble {
        seed: plan.seed,
        members,
        folds: targets.folds(FOLDS).into_iter().enumerate().map(fold).collect(),
        priors,
    }
}

/// How the file of an ensemble begins.
const MARK: &str = "# Written by `chokepoint calibrate`";
/// The file of an ensemble: another may take its place.
pub const FORM: Form =
    Form { words: "an ensemble of `calibrate`", fits: |text| text.starts_with(MARK) };

/// The file of an ensemble.
pub fn render(ensemble: &Ensemble, plan: &Plan, draws: usize) -> String {
    let mut out = format!(
        "{MARK}; do not edit. Members are numbers of points of the Sobol sequence through the\n\
         # priors below: the draws that come nearest to what was observed up to 2024. A fold's members never saw its segments.\n\n\
         schema = 1\n",
    );
    let _ = writeln!(out, "seed = {}", ensemble.seed);
    let _ = writeln!(out, "members = {}", list(&ensemble.members));
    let _ = writeln!(out, "\n[provenance]\ndraws = {draws}");
    let _ = writeln!(out, "scenario_hash = \"{}\"", plan.scenario_hash);
    let _ = writeln!(out, "program = \"{} ({})\"", plan.version, plan.commit);
    for fold in &ensemble.folds {
        let segments: Vec<String> = fold.segments.iter().map(|id| format!("\"{id}\"")).collect();
        let _ = writeln!(out, "\n[folds.{}]\nsegments = [{}]", fold.id, segments.join(", "));
        let _ = writeln!(out, "members = {}", list(&fold.members));
    }
    let _ = writeln!(out, "\n[priors]");
    for (key, prior) in &ensemble.priors {
        let _ = writeln!(out, "{key} = \"{prior}\"");
    }
    out
}

/// A list of numbers in lines that people can read.
fn list(numbers: &[u64]) -> String {
    const IN_A_LINE: usize = 20;
    let mut out = String::from("[\n");
    for line in numbers.chunks(IN_A_LINE) {
        let line: Vec<String> = line.iter().map(u64::to_string).collect();
        let _ = writeln!(out, "    {},", line.join(", "));
    }
    out + "]"
}
