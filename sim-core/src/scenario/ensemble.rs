//! Ensembles: which points of the prior history does not rule out.
//!
//! A member is the number of a point of the Sobol sequence through the priors, not a row of values: so a parameter
//! that a scenario pins stays pinned, and one whose prior a scenario changes is drawn from the changed one.
//!
//! Invariant: an ensemble has members, and every member stands once.

use super::param::Param;
use super::problem::{Code, Log};
use super::source::Origin;
use super::tree::{Node, Value};
use super::walk::{Bounds, Section, number, text};

/// The word in place of a file: draw from the prior.
pub const PRIOR: &str = "prior";

/// Points of the prior's sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ensemble {
    /// Seed of the sequence.
    pub seed: u64,
    /// Members, ascending.
    pub members: Vec<u64>,
    /// What is left when the segments of a fold are not looked at.
    pub folds: Vec<Fold>,
    /// The priors that the sequence went through, by key, as [`Param`] shows them.
    pub priors: Vec<(String, String)>,
}

/// A fold of the cross-validation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fold {
    /// Name.
    pub id: String,
    /// Segments that its members never saw.
    pub segments: Vec<String>,
    /// Members, ascending.
    pub members: Vec<u64>,
}

impl Ensemble {
    /// Whether the sequence went through this prior of a parameter.
    pub fn knows(&self, key: &str, param: &Param) -> bool {
        let place = self.priors.binary_search_by(|(known, _)| known.as_str().cmp(key));
        place.is_ok_and(|i| self.priors[i].1 == param.prior.to_string())
    }

    /// The ensemble of a fold.
    #[must_use]
    pub fn of_fold(&self, fold: &Fold) -> Self {
        Self { members: fold.members.clone(), ..self.clone() }
    }
}

/// Reads an ensemble file.
pub(crate) fn read(tree: &Node, log: &mut Log) -> Option<Ensemble> {
    let root = Section::open("", tree, tree.origin, log)?;
    root.only(&["schema", "provenance", "seed", "members", "folds", "priors"], log);
    let seed = whole(&root.need("seed", log)?.node, log);
    let members = numbers(&root, "members", log);
    let folds = root.items("folds", log);
    let folds: Vec<Option<Fold>> =
        folds.iter().map(|(id, fold)| read_fold(id, fold, log)).collect();
    root.need("priors", log)?;
    let priors = root.section("priors", log)?;
    let mut known = Vec::new();
    for (key, entry) in priors.entries() {
        known.push((key.clone(), text(&entry.node, log)?.to_owned()));
    }
    known.sort();
    Some(Ensemble {
        seed: seed?,
        members: members?,
        folds: folds.into_iter().collect::<Option<_>>()?,
        priors: known,
    })
}

fn read_fold(id: &str, section: &Section<'_>, log: &mut Log) -> Option<Fold> {
    section.only(&["segments", "members"], log);
    let segments = section.texts("segments", log).iter().map(|(id, _)| (*id).to_owned()).collect();
    Some(Fold { id: id.to_owned(), segments, members: numbers(section, "members", log)? })
}

/// A list of whole numbers, each once.
fn numbers(section: &Section<'_>, key: &str, log: &mut Log) -> Option<Vec<u64>> {
    let node = &section.need(key, log)?.node;
    let Value::Array(items) = &node.value else {
        let message = format!("expected a list of whole numbers, found {}", node.value.kind());
        log.error(Code::WrongType, node.origin, message);
        return None;
    };
    let mut members: Vec<u64> = items.iter().map(|item| whole(item, log)).collect::<Option<_>>()?;
    members.sort_unstable();
    if members.is_empty() || members.windows(2).any(|pair| pair[0] == pair[1]) {
        nonsense(node.origin, "members are missing or stand twice", log);
        return None;
    }
    Some(members)
}

fn nonsense(origin: Origin, message: &str, log: &mut Log) {
    log.error(Code::OutOfRange, origin, message)
        .help("ensemble files are written by `chokepoint calibrate`");
}

/// A whole number, not negative; those beyond 2⁵³ are no seeds that people write.
fn whole(node: &Node, log: &mut Log) -> Option<u64> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    let x = number(node, Bounds::new(0.0, LARGEST), log)?;
    if x.fract() == 0.0 {
        return Some(x as u64);
    }
    nonsense(node.origin, "expected a whole number", log);
    None
}
