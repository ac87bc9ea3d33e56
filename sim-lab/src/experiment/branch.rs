//! Which scenarios share a history until when: a tree, since scenarios that are the same until a quarter as a third
//! one are the same as each other until then.
//!
//! Invariant: each scenario stands in one tree, once.

use std::sync::Arc;

use sim_core::scenario::Scenario;

/// A scenario, and those that go on from its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) scenario: usize,
    /// Quarters that it shares with the branch it goes off from.
    pub(super) from: usize,
    /// What goes off from it, earlier first.
    pub(super) twigs: Vec<Branch>,
}

impl Branch {
    /// A scenario that shares nothing.
    pub(super) const fn alone(scenario: usize) -> Self {
        Self { scenario, from: 0, twigs: Vec::new() }
    }

    /// All scenarios of the branch.
    pub(super) fn scenarios(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        let twigs = self.twigs.iter().flat_map(Self::scenarios);
        Box::new(std::iter::once(self.scenario).chain(twigs))
    }
}

/// The trees of some scenarios: one for each base year, with the same priors of parameters. All begin alike for
/// `together` quarters.
pub(super) fn trees(scenarios: &[Arc<Scenario>], together: usize) -> Vec<Branch> {
    let mut families: Vec<Vec<usize>> = Vec::new();
    for (i, scenario) in scenarios.iter().enumerate() {
        let kin = |family: &&mut Vec<usize>| {
            let first = &scenarios[family[0]];
            first.shares_base(scenario)
                && first.parameters == scenario.parameters
                && first.ensemble == scenario.ensemble
        };
        match families.iter_mut().find(kin) {
            Some(family) => family.push(i),
            None => families.push(vec![i]),
        }
    }
    families.iter().map(|family| grow(scenarios, family, 0, together)).collect()
}

/// The branch of some scenarios that are alike until `from`; its own is the first of them.
fn grow(scenarios: &[Arc<Scenario>], alike: &[usize], from: usize, together: usize) -> Branch {
    let first = alike[0];
    let mut partings: Vec<(usize, usize)> = alike[1..]
        .iter()
        .map(|i| (scenarios[first].parts_from(&scenarios[*i]).max(together), *i))
        .collect();
    partings.sort_unstable();
    let mut twigs = Vec::new();
    for group in partings.chunk_by(|one, other| one.0 == other.0) {
        let mut left: Vec<usize> = group.iter().map(|(_, i)| *i).collect();
        let at = group[0].0;
        // Those that part from the first at once may stay together for longer.
        while let Some(next) = left.first().copied() {
            let parts = |i: &usize| scenarios[next].parts_from(&scenarios[*i]).max(together) > at;
            let (same, rest): (Vec<usize>, Vec<usize>) =
                left.iter().partition(|i| **i == next || parts(i));
            twigs.push(grow(scenarios, &same, at, together));
            left = rest;
        }
    }
    Branch { scenario: first, from, twigs }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library;

    fn scenarios(names: &[&str]) -> Vec<Arc<Scenario>> {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let load = |name: &&str| library::load(&home.join(format!("{name}.toml")), &[]).unwrap();
        names.iter().map(|name| Arc::new(load(name).scenario)).collect()
    }

    fn branch(scenario: usize, from: usize, twigs: Vec<Branch>) -> Branch {
        Branch { scenario, from, twigs }
    }

    #[test]
    fn a_return_goes_off_from_what_it_leaves_when_it_leaves_it() {
        let names = ["baseline", "hard-cap", "history", "return-to-scale", "widened-mature"];
        // 2019Q2 is quarter 1, 2022Q4 is 15, 2025Q1 is 24 and 2028Q1 is 36.
        let late = vec![branch(4, 24, Vec::new()), branch(3, 36, Vec::new())];
        let all = vec![branch(2, 1, Vec::new()), branch(1, 15, late)];
        assert_eq!(trees(&scenarios(&names), 0), [branch(0, 0, all)]);
    }

    #[test]
    fn other_priors_make_another_tree() {
        let scenarios = scenarios(&["baseline", "sic-wafers", "hard-cap"]);
        let trees = trees(&scenarios, 0);
        assert_eq!(trees.len(), 2);
        assert_eq!(trees[0].scenarios().collect::<Vec<_>>(), [0, 2]);
    }
}
