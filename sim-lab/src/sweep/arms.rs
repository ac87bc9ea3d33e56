//! Arms: the baseline, and every regime under every lever value and response.

use serde::{Deserialize, Serialize};

use super::file::{Choice, Experiment};
use crate::notes::Placed;

/// One arm of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Id in files: regime, then lever values and response that are not alone, joined by `/`.
    pub id: String,
    /// The scenario that it starts from, as the experiment names it.
    pub regime: String,
    /// Lever and value.
    pub levers: Vec<(String, String)>,
    /// The response, if the experiment has any.
    pub response: Option<String>,
    /// Overrides in their order.
    pub set: Vec<String>,
}

/// An arm whose overrides know their places in the experiment.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) arm: Arm,
    pub(super) regime: Placed,
    pub(super) set: Vec<Placed>,
}

/// All arms; the baseline comes first. Levers and responses act on regimes only: the baseline is the world in
/// which nobody acts, so there is nothing to answer.
pub(super) fn arms(experiment: &Experiment) -> Vec<Draft> {
    let mut all = vec![draft(&experiment.baseline, &experiment.set)];
    for regime in &experiment.regimes {
        let mut open = vec![draft(regime, &experiment.set)];
        for lever in &experiment.levers {
            open = cross(open, &lever.values, |arm, value| {
                arm.levers.push((lever.name.clone(), value));
            });
        }
        open = cross(open, &experiment.responses, |arm, value| arm.response = Some(value));
        all.extend(open);
    }
    // Regimes in other directories, or the baseline against itself, may share a stem.
    for i in 1..all.len() {
        let taken = all[..i].iter().filter(|d| d.arm.id == all[i].arm.id).count();
        if taken > 0 {
            all[i].arm.id = format!("{}-{}", all[i].arm.id, taken + 1);
        }
    }
    all
}

fn draft(regime: &Placed, set: &[Placed]) -> Draft {
    let stem = regime.text.rsplit(['/', '\\']).next().unwrap_or_default();
    let arm = Arm {
        id: stem.strip_suffix(".toml").unwrap_or(stem).to_owned(),
        regime: regime.text.clone(),
        levers: Vec::new(),
        response: None,
        set: Vec::new(),
    };
    Draft { arm, regime: regime.clone(), set: set.to_vec() }
}

/// Every arm with every choice that applies to its regime; an arm without any stays as it is.
fn cross(arms: Vec<Draft>, choices: &[Choice], note: impl Fn(&mut Arm, String)) -> Vec<Draft> {
    let mut out = Vec::new();
    for arm in arms {
        let applies = |c: &&Choice| c.regimes.as_ref().is_none_or(|r| r.contains(&arm.regime.text));
        let mine: Vec<&Choice> = choices.iter().filter(applies).collect();
        if mine.is_empty() {
            out.push(arm);
            continue;
        }
        for choice in &mine {
            let mut next = arm.clone();
            next.set.extend(choice.set.iter().cloned());
            if mine.len() > 1 {
                next.arm.id = format!("{}/{}", arm.arm.id, choice.name);
            }
            note(&mut next.arm, choice.name.clone());
            out.push(next);
        }
    }
    out
}
