//! What a plan must be before anything relies on it. A seal is no signature: anybody can make one, so a plan from
//! elsewhere is held to what the reader of experiments holds its text to.
//!
//! Invariant: a plan that passes names no file outside of its directory, has ids that can be ids, and indexes nothing
//! that is not there. No reason repeats a text of the plan.

use sim_core::scenario::param::Spec;
use sim_core::scenario::plain::{is_id, is_line};

use super::file::DESIGN_OUT;
use super::plan::{Plan, PlannedArm};
use super::points::Points;
use crate::limits::MOST_RUNS;
use crate::outcome::Headline;
use crate::store::foreign::is_inner;

/// Refuses a plan that this program would not have written.
///
/// # Errors
/// The first reason.
pub(super) fn check(plan: &Plan) -> Result<(), String> {
    numbers(plan)?;
    texts(plan)?;
    for (i, arm) in plan.arms.iter().enumerate() {
        arm_is_sound(arm).map_err(|what| format!("arm {i} has {what}"))?;
        if plan.arms[..i].iter().any(|other| other.arm.id == arm.arm.id) {
            return Err(format!("arm {i} has the id of another arm"));
        }
    }
    Ok(())
}

/// The points of a plan, which are as many as it says.
///
/// # Errors
/// Why it has no such points.
pub(super) fn points(plan: &Plan) -> Result<Points, String> {
    let points = Points::new(&plan.design, &plan.uncertain)?;
    let there = points.experiments().checked_mul(plan.design.seeds_per_draw);
    if there != Some(plan.replicates) {
        return Err("its design does not make up its replicates".to_owned());
    }
    Ok(points)
}

/// What arithmetic relies on.
fn numbers(plan: &Plan) -> Result<(), &'static str> {
    if plan.arms.is_empty() {
        return Err("it has no arms");
    }
    if plan.replicates == 0 || plan.design.seeds_per_draw == 0 {
        return Err("it has no replicates");
    }
    if plan.replicates.saturating_mul(plan.arms.len()) as u64 > MOST_RUNS {
        return Err("it has more runs than any plan of this program");
    }
    if plan.shard_size == 0 || plan.shards != plan.replicates.div_ceil(plan.shard_size) {
        return Err("its shards do not make up its replicates");
    }
    if plan.until_half_width.is_some_and(|width| width <= 0.0) {
        return Err("its stopping rule can never be met");
    }
    Ok(())
}

fn texts(plan: &Plan) -> Result<(), &'static str> {
    if !is_line(&plan.title) {
        return Err("its title is more than a line of text");
    }
    let known = |id: &String| id == DESIGN_OUT || Headline::find(id).is_some();
    let once = |(i, id): (usize, &String)| !plan.outcomes[..i].contains(id);
    if !plan.outcomes.iter().all(known) || !plan.outcomes.iter().enumerate().all(once) {
        return Err("it has outcomes that this program does not know");
    }
    if !plan.outcomes.contains(&plan.contrast) || plan.contrast == DESIGN_OUT {
        return Err("the outcome that it watches is none that it keeps");
    }
    let cases = &plan.design.cases;
    if !cases.iter().all(|(name, _)| is_line(name)) {
        return Err("it has a case whose name is more than a line of text");
    }
    let values = cases.iter().flat_map(|(_, values)| values.iter().map(|(key, _)| key));
    let mut keys = plan.uncertain.iter().map(|u| &u.key).chain(values);
    if !keys.all(|key| Spec::find(key).is_some()) {
        return Err("it has parameters that this program does not know");
    }
    let upright = |(low, high): (f64, f64)| low < high;
    if !plan.uncertain.iter().filter_map(|u| u.range).all(upright) {
        return Err("it has a range that ends before it begins");
    }
    Ok(())
}

fn arm_is_sound(arm: &PlannedArm) -> Result<(), &'static str> {
    let parts = |id: &str| id.split('/').all(is_id);
    let levers = arm.arm.levers.iter().flat_map(|(lever, value)| [lever, value]);
    if !parts(&arm.arm.id) || !levers.chain(&arm.arm.response).all(|name| is_id(name)) {
        return Err("an id or a name that cannot be one");
    }
    if !is_line(&arm.title) || !is_line(&arm.arm.regime) {
        return Err("a title or a scenario that is more than a line of text");
    }
    if !is_inner(&arm.file) || !is_inner(&arm.tables) {
        return Err("a file outside of the directory of the plan");
    }
    Ok(())
}
