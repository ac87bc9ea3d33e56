//! `discover`: the futures in which a regime does badly, as a box of assumptions (PRIM) and as a tree (CART).

use sim_stats::cart::{self, Growth};
use sim_stats::prim::{Patience, Recurrence, Region, choose, stability, trajectory};
use sim_stats::summary::quantile;

use crate::args::Global;
use crate::events;
use crate::failure::Failure;
use crate::out::outln;
use crate::sensitivity::{ask, title};
use crate::sweep_args::Discover;

/// How patient the search is: shares that Bryant & Lempert (2010) use.
const PATIENCE: Patience = Patience { peel: 0.05, paste: 0.05, mass: 0.05 };
/// Resamples of the search.
const RESAMPLES: usize = 50;

/// How far the tree grows: at most three assumptions deep, in leaves of at least a twentieth of the futures.
const DEPTH: usize = 3;
const LEAVES: usize = 20;

/// Searches, and prints the box and the tree.
pub(crate) fn discover(args: &Discover, global: &Global) -> Result<(), Failure> {
    let mut asked = ask(&args.contrast)?;
    asked.bootstrap.resamples = RESAMPLES;
    let merged = &asked.merged;
    let kind = merged.plan.design.kind;
    if !kind.is_sample() {
        return Err(Failure::Other(format!(
            "the sweep's design is `{}`: shares of futures need kind = \"sobol\" or \"latin-hypercube\"",
            kind.as_str()
        )));
    }
    let points = merged.by_point(&merged.difference(asked.arm, asked.column));
    let means: Vec<f64> = points.iter().map(|s| s.iter().sum::<f64>() / s.len() as f64).collect();
    let inputs: Vec<Vec<f64>> =
        merged.inputs.iter().map(|column| column[..means.len()].to_vec()).collect();
    let (limit, below) = match (args.below, args.above) {
        (_, Some(limit)) => (limit, false),
        (Some(limit), None) => (limit, true),
        (None, None) => {
            let mut sorted = means.clone();
            sorted.sort_by(f64::total_cmp);
            (quantile(&sorted, 0.25), true)
        }
    };
    let cases: Vec<bool> =
        means.iter().map(|x| if below { *x < limit } else { *x > limit }).collect();
    let count = cases.iter().filter(|case| **case).count();
    if count == 0 || count == cases.len() {
        return Err(Failure::Other(format!(
            "{count} of {} futures are of interest at {limit:.3}: there is nothing to tell apart",
            cases.len()
        )));
    }
    let path = trajectory(&inputs, &cases, &PATIENCE);
    let region = &path[choose(&path, args.density)];
    let again = stability(&inputs, &cases, &PATIENCE, args.density, &asked.bootstrap);
    let growth = Growth { depth: DEPTH, leaf: (cases.len() / LEAVES).max(1), gain: 0.01 };
    let shares: Vec<f64> = cases.iter().map(|case| f64::from(u8::from(*case))).collect();
    let tree = cart::grow(&inputs, &shares, &growth);
    let keys = merged.points.keys();
    if global.json {
        let line = serde_json::json!({
            "scenario": merged.plan.arms[asked.arm].arm.id,
            "outcome": merged.columns()[asked.column], "limit": limit, "below": below,
            "futures": cases.len(), "cases": count, "parameters": keys, "box": region,
            "stability": again, "tree": tree,
        });
        events::print("box", &line);
        return Ok(());
    }
    let side = if below { "below" } else { "above" };
    outln!("{}", title(&asked));
    outln!(
        "{count} of {} futures are {side} {limit:.3}. The box that holds them best:",
        cases.len()
    );
    print_box(region, &again, keys);
    outln!("As a tree (mean = share of futures of interest):");
    let name = |factor: usize, at: f64| (keys[factor].clone(), format!("{at:.4}"));
    for line in cart::rules(&tree, &name).lines() {
        outln!("  {line}");
    }
    Ok(())
}

fn print_box(region: &Region, again: &[Recurrence], keys: &[String]) {
    if region.restrictions.is_empty() {
        outln!("  none: no assumption tells them apart");
    }
    for r in &region.restrictions {
        let seen = again.iter().find(|a| (a.factor, a.lower) == (r.factor, r.lower));
        let share = seen.map_or(0.0, |a| 100.0 * a.share);
        let sign = if r.lower { ">=" } else { "<=" };
        outln!(
            "  {} {sign} {:.4}  (quasi-p {:.3}; in {share:.0} % of resamples)",
            keys[r.factor],
            r.limit,
            r.quasi_p
        );
    }
    outln!(
        "It holds {:.0} % of them; of the {} futures in it {:.0} % are of interest.",
        100.0 * region.coverage,
        region.points,
        100.0 * region.density
    );
}
