//! `robust`: regret of regimes over all futures and responses.

use comfy_table::{Cell, CellAlignment};
use sim_lab::finding::number;
use sim_lab::sweep::{Arm, Merged};
use sim_stats::robust::{Better, Threshold, regrets, satisficing};

use crate::args::Global;
use crate::failure::Failure;
use crate::out::outln;
use crate::places::existing;
use crate::sensitivity::column;
use crate::sweep_args::Robust;
use crate::wrap::wrapped;
use crate::{events, table};

/// A regime with its lever values: what a government chooses.
struct Policy {
    name: String,
    /// Arms by response, in the order of the plan.
    arms: Vec<usize>,
}

/// Prints the regret table.
pub(crate) fn robust(args: &Robust, global: &Global) -> Result<(), Failure> {
    let merged = Merged::open(&existing(&args.sweep)?)?;
    let column = column(&merged, args.outcome.as_deref())?;
    let policies = policies(&merged);
    let widest = policies.iter().map(|p| p.arms.len()).max().unwrap_or(0);
    if let Some(p) = policies.iter().find(|p| p.arms.len() != widest) {
        return Err(Failure::Other(format!(
            "`{}` meets {} responses and another regime {widest}: regret needs the same futures for all",
            p.name,
            p.arms.len()
        )));
    }
    // A future is a point, averaged over its seeds, under a response.
    let futures: Vec<Vec<f64>> = policies
        .iter()
        .map(|policy| {
            let of_arm = |arm: &usize| merged.by_point(&merged.difference(*arm, column));
            let mean = |seeds: Vec<f64>| seeds.iter().sum::<f64>() / seeds.len() as f64;
            policy.arms.iter().flat_map(of_arm).map(mean).collect()
        })
        .collect();
    let better = if args.less { Better::Less } else { Better::More };
    let found = regrets(&futures, better, 0.0);
    let enough: Vec<Option<f64>> = futures
        .iter()
        .map(|f| {
            let limit = args.enough?;
            Some(satisficing(std::slice::from_ref(f), &[Threshold { limit, better }]).all)
        })
        .collect();
    let outcome = &merged.columns()[column];
    if global.json {
        for ((policy, regret), enough) in policies.iter().zip(&found.regimes).zip(&enough) {
            let line = serde_json::json!({
                "regime": policy.name, "outcome": outcome,
                "futures": found.futures, "max": regret.max, "mean": regret.mean,
                "best": regret.best, "enough": enough,
            });
            events::print("regret", &line);
        }
        return Ok(());
    }
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut table = table::fitting();
    let heads = ["largest regret", "mean", "best in", "good enough in"];
    table.add_row(std::iter::once(Cell::new("regime")).chain(heads.map(|h| right(h.to_owned()))));
    for (i, (policy, regret)) in policies.iter().zip(&found.regimes).enumerate() {
        let mark = |set: &[usize]| if set.contains(&i) { "*" } else { "" };
        table.add_row([
            Cell::new(&policy.name),
            right(format!("{}{}", mark(&found.least_max), number(regret.max, 2))),
            right(format!("{}{}", mark(&found.least_mean), number(regret.mean, 2))),
            right(format!("{:.0} %", 100.0 * regret.best)),
            right(enough[i].map_or_else(String::new, |e| format!("{:.0} %", 100.0 * e))),
        ]);
    }
    outln!("{outcome}, {} is better, over {} futures", word(better), found.futures);
    outln!("{table}");
    let note = "Regret: how much worse than the best regime in the same future; * is the least.";
    outln!("{}", wrapped("", note));
    Ok(())
}

fn word(better: Better) -> &'static str {
    match better {
        Better::More => "more",
        Better::Less => "less",
    }
}

/// Regimes with lever values; the baseline is what differences are from, not a choice.
fn policies(merged: &Merged) -> Vec<Policy> {
    let mut all: Vec<(Policy, &Arm)> = Vec::new();
    for (i, planned) in merged.plan.arms.iter().enumerate().skip(1) {
        let arm = &planned.arm;
        let same = |other: &Arm| (&other.regime, &other.levers) == (&arm.regime, &arm.levers);
        match all.iter_mut().find(|(_, first)| same(first) && first.response.is_some()) {
            Some((policy, _)) => policy.arms.push(i),
            None => all.push((Policy { name: name(arm), arms: vec![i] }, arm)),
        }
    }
    all.into_iter().map(|(policy, _)| policy).collect()
}

fn name(arm: &Arm) -> String {
    let response = arm.response.as_ref().map_or_else(String::new, |r| format!("/{r}"));
    arm.id.strip_suffix(&response).unwrap_or(&arm.id).to_owned()
}
