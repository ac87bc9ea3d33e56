//! Relations between experiments, on scenarios as an analyst writes them: alone or beside others, in one run or as a branch,
//! with few replicates or many.
//!
//! `CHOKEPOINT_CASES=400 cargo test -p sim-lab --test it papers` tries more of them.

use std::path::Path;
use std::sync::Arc;

use sim_core::record::Record;
use sim_core::scenario::Scenario;
use sim_lab::experiment::{Design, Replicate};
use sim_lab::library;

use crate::analyst::Paper;
use crate::experiment::run;
use crate::library::{home, until};

/// Papers unless the environment says otherwise.
const CASES: u32 = 24;

fn cases() -> u64 {
    let asked = std::env::var("CHOKEPOINT_CASES").ok().and_then(|n| n.parse().ok());
    u64::from(asked.unwrap_or(CASES))
}

/// A paper as a scenario, read from a file of this name.
fn scenario(directory: &Path, name: &str, paper: &Paper) -> Arc<Scenario> {
    let path = directory.join(format!("{name}.toml"));
    std::fs::write(&path, paper.toml(&home().join("baseline.toml").to_string_lossy())).unwrap();
    match library::load(&path, &[]) {
        Ok(loaded) => Arc::new(loaded.scenario),
        Err(problems) => panic!("{problems}"),
    }
}

fn design(scenarios: &[Arc<Scenario>], replicates: usize) -> Design {
    Design::new(scenarios.to_vec(), replicates, 5, |_| true)
}

fn baseline() -> Arc<Scenario> {
    until("baseline", crate::analyst::END)
}

/// The record of a scenario that is run alone.
fn alone(scenario: &Arc<Scenario>, number: usize) -> Arc<Record> {
    Arc::clone(&design(std::slice::from_ref(scenario), 1).replicate(number).unwrap().records[0])
}

#[test]
fn alone_and_beside_others_a_scenario_is_the_same() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..cases() {
        let (one, other) = Paper::forked(number);
        let one = scenario(directory.path(), "one", &one);
        let other = scenario(directory.path(), "other", &other);
        let all = design(&[baseline(), Arc::clone(&one), Arc::clone(&other)], 1);
        let all = all.replicate(3).unwrap();
        for (record, scenario) in all.records[1..].iter().zip([&one, &other]) {
            assert!(*record == alone(scenario, 3), "paper {number}: {}", scenario.id);
        }
    }
}

#[test]
fn a_branch_where_two_scenarios_part_is_the_scenario_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut later = 0;
    for number in 0..cases() {
        let (trunk, branch) = Paper::forked(number);
        let trunk = scenario(directory.path(), "trunk", &trunk);
        let branch = scenario(directory.path(), "branch", &branch);
        let parting = trunk.parts_from(&branch).min(trunk.quarters() - 1);
        later += usize::from(parting > 2);
        for at in [0, parting] {
            let branched = design(std::slice::from_ref(&branch), 1)
                .branched(&trunk, trunk.start.plus(at as i32))
                .unwrap();
            let branched = branched.replicate(3).unwrap();
            assert!(branched.records[0] == alone(&branch, 3), "paper {number} at {at}");
        }
    }
    assert!(later as u64 >= cases() / 4, "{later} part late");
}

/// In the first quarter nothing is shared yet: each scenario, the baseline too, is under its own law.
#[test]
fn a_branch_at_the_first_quarter_is_no_branch() {
    let scenarios = ["baseline", "hard-cap"].map(|stem| until(stem, "2023Q4"));
    let trunk = until("history", "2023Q4");
    let branched = design(&scenarios, 1).branched(&trunk, trunk.start).unwrap();
    let branched = branched.replicate(0).unwrap();
    for (record, scenario) in branched.records.iter().zip(&scenarios) {
        assert!(*record == alone(scenario, 0), "{}", scenario.id);
    }
    assert!(branched.records[0] != alone(&trunk, 0));
}

#[test]
fn more_replicates_extend_fewer() {
    let directory = tempfile::tempdir().unwrap();
    // Four hundred and two hundred where four hundred papers are tried.
    let few = usize::try_from(cases().div_ceil(2)).unwrap();
    let mut short = (*scenario(directory.path(), "many", &Paper::new(1))).clone();
    short.end = short.start.plus(7);
    let short = [baseline_until(&short), Arc::new(short)];
    let all = |replicates| -> Vec<Replicate> { run(&design(&short, replicates), 2) };
    let (fewer, more) = (all(few), all(2 * few));
    assert_eq!((fewer.len(), more.len()), (few, 2 * few));
    for (number, (one, other)) in fewer.iter().zip(&more).enumerate() {
        assert!(one.parameters == other.parameters, "replicate {number}");
        assert!(one.records == other.records, "replicate {number}");
    }
    assert!(more[few].records[1] != more[0].records[1]);
}

fn baseline_until(scenario: &Scenario) -> Arc<Scenario> {
    until("baseline", &scenario.end.to_string())
}
