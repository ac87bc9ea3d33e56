//! The ensemble file: coordinates of members and folds in the priors, with where they come from.

use std::fmt::Write as _;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::{Ensemble, Fold, Members, PARTS};
use sim_core::scenario::param::SPECS;

use super::fit::Shown;
use super::sample::Plan;
use super::select::Group;
use super::space::Space;
use crate::store::Form;
use sim_stats::smc::State;

/// Number of folds.
pub const FOLDS: usize = 5;

/// Members of an ensemble from the particles of a fit: `keep` of them at equal distances, so that the strata of what is cut keep
/// their parts.
pub fn members(space: &Space, state: &State<Shown>, keep: usize) -> Members {
    let count = state.particles.len();
    let part = |u: f64| ((u * f64::from(PARTS)).round() as u16).clamp(1, PARTS - 1);
    let row = |i: usize| {
        let point = &state.particles[chosen(i, keep, count)].point;
        (0..space.free.len()).map(|column| part(point.unit(column))).collect()
    };
    Members::Coordinates { columns: space.free.clone(), rows: (0..keep).map(row).collect() }
}

/// The particle that is the `i`-th member of `keep`.
pub const fn chosen(i: usize, keep: usize, count: usize) -> usize {
    i * count / keep
}

/// An ensemble from the members of all targets and of each fold.
pub fn of(
    scenario: &Scenario,
    members: Members,
    folds: Vec<(Group, Members)>,
    segments: &[String],
) -> Ensemble {
    let fold = |(i, (group, members)): (usize, (Group, Members))| Fold {
        id: (i + 1).to_string(),
        segments: group.places.iter().map(|place| segments[*place].clone()).collect(),
        members,
    };
    let folds = folds.into_iter().enumerate().map(fold).collect();
    Ensemble { members, folds, priors: Ensemble::priors_of(scenario) }
}

/// How the file of an ensemble begins.
const MARK: &str = "# Written by `chokepoint calibrate`";
/// The file of an ensemble: another may take its place.
pub const FORM: Form =
    Form { words: "an ensemble of `calibrate`", fits: |text| text.starts_with(MARK) };

/// The file of an ensemble of coordinates.
pub fn render(ensemble: &Ensemble, plan: &Plan, (draws, particles): (usize, usize)) -> String {
    let mut out = format!(
        "{MARK}; do not edit. A member is a place in the priors below: coordinates of their unit\n\
         # cube in parts of 1 / {PARTS}, in the order of the columns. A fold's members never saw its segments.\n\n\
         schema = 1\n",
    );
    if let Members::Coordinates { columns, .. } = &ensemble.members {
        let keys: Vec<String> =
            columns.iter().map(|i| format!("    \"{}\",\n", SPECS[*i].key)).collect();
        let _ = writeln!(out, "columns = [\n{}]", keys.concat());
    }
    let _ = writeln!(out, "members = {}", list(&ensemble.members));
    let _ = writeln!(
        out,
        "\n[provenance]\ndraws = {draws}\nparticles = {particles}\nseed = {}",
        plan.seed
    );
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

/// Members, a line each.
fn list(members: &Members) -> String {
    let mut out = String::from("[\n");
    match members {
        Members::Points { numbers, .. } => {
            for number in numbers {
                let _ = writeln!(out, "    {number},");
            }
        }
        Members::Coordinates { rows, .. } => {
            for row in rows {
                let row: Vec<String> = row.iter().map(|cell| format!("{cell:04}")).collect();
                let _ = writeln!(out, "    \"{}\",", row.join(" "));
            }
        }
    }
    out + "]"
}
