//! Ensembles: which parameter sets history does not rule out.
//!
//! A member is no row of values but a place in the priors: the number of a point of the Sobol sequence through them, or its
//! coordinates in their unit cube. So a parameter that a scenario pins stays pinned, and one whose prior a scenario changes is
//! drawn from the changed one.
//!
//! Invariant: an ensemble has members; a point stands once; a table of coordinates has a column for each prior that it
//! names and no other.

use super::Scenario;
use super::param::{Param, Prior, SPECS, Spec};
use super::problem::{Code, Log};
use super::source::Origin;
use super::tree::{Node, Value};
use super::walk::{Bounds, Section, number, similar, text};

/// The word in place of a file: draw from the prior.
pub const PRIOR: &str = "prior";
/// Coordinates are whole numbers of this part of the unit interval.
pub const PARTS: u16 = 10_000;

/// Places in the priors.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ensemble {
    /// Its members.
    pub members: Members,
    /// What is left when the segments of a fold are not looked at.
    pub folds: Vec<Fold>,
    /// The priors that the members were drawn from, by key, as [`Param`] shows them.
    pub priors: Vec<(String, String)>,
}

/// The members of an ensemble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Points of the Sobol sequence through the priors.
    Points {
        /// Seed of the sequence.
        seed: u64,
        /// Their numbers, ascending.
        numbers: Vec<u64>,
    },
    /// Coordinates in the unit cube of the priors.
    Coordinates {
        /// Places of the parameters in the registry, a column each.
        columns: Vec<usize>,
        /// Coordinates of each member in parts of 1 / [`PARTS`], 1 to `PARTS − 1`.
        rows: Vec<Vec<u16>>,
    },
}

impl Default for Members {
    fn default() -> Self {
        Self::Points { seed: 0, numbers: Vec::new() }
    }
}

impl Members {
    /// Number of members.
    pub const fn len(&self) -> usize {
        match self {
            Self::Points { numbers, .. } => numbers.len(),
            Self::Coordinates { rows, .. } => rows.len(),
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A fold of the cross-validation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fold {
    /// Name.
    pub id: String,
    /// Segments that its members never saw.
    pub segments: Vec<String>,
    /// Members, in the form of the ensemble's.
    pub members: Members,
}

impl Ensemble {
    /// The priors of a scenario's free parameters, by key, as [`Ensemble::priors`] has them.
    pub fn priors_of(scenario: &Scenario) -> Vec<(String, String)> {
        let free = SPECS.iter().zip(&scenario.parameters).filter(|(_, p)| p.prior != Prior::Fixed);
        let mut priors: Vec<_> =
            free.map(|(spec, param)| (spec.key.to_owned(), param.prior.to_string())).collect();
        priors.sort();
        priors
    }

    /// Whether the members were drawn from this prior of a parameter.
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

/// Parameters of years after every figure that a fit sees: nothing can be read off history for them.
const AFTERWARDS: [&str; 3] = ["world-spending", "china-spending", "rule-compliance"];

/// Warns of free parameters that members have no coordinate of: they are drawn from their priors, as if history said
/// nothing of them.
pub(crate) fn unfitted(scenario: &Scenario, named_at: Origin, log: &mut Log) {
    let Some(Members::Coordinates { columns, .. }) = scenario.ensemble.as_ref().map(|e| &e.members)
    else {
        return;
    };
    for (place, (spec, param)) in SPECS.iter().zip(&scenario.parameters).enumerate() {
        let afterwards = AFTERWARDS.contains(&spec.key);
        if param.prior != Prior::Fixed && !afterwards && !columns.contains(&place) {
            let key = spec.key;
            let message = format!("the ensemble has no coordinates of `{key}`, which has a prior");
            let help = format!(
                "calibrate anew, or pin it by {key} = NUMBER; until then it is drawn from its prior"
            );
            log.warn(Code::MissingKey, named_at, message).help(help);
        }
    }
}

/// Reads an ensemble file.
pub(crate) fn read(tree: &Node, log: &mut Log) -> Option<Ensemble> {
    let root = Section::open("", tree, tree.origin, log)?;
    root.only(&["schema", "provenance", "seed", "columns", "members", "folds", "priors"], log);
    root.need("priors", log)?;
    let priors = root.section("priors", log)?;
    let mut known = Vec::new();
    for (key, entry) in priors.entries() {
        known.push((key.clone(), text(&entry.node, log)?.to_owned()));
    }
    known.sort();
    let form = match root.get("columns") {
        None => Form::Points(whole(&root.need("seed", log)?.node, log)?),
        Some(_) => Form::Coordinates(columns(&root, &priors, log)?),
    };
    let members = form.members(&root, log);
    let folds = root.items("folds", log);
    let folds: Vec<Option<Fold>> =
        folds.iter().map(|(id, fold)| read_fold(id, fold, &form, log)).collect();
    let folds = folds.into_iter().collect::<Option<_>>()?;
    Some(Ensemble { members: members?, folds, priors: known })
}

fn read_fold(id: &str, section: &Section<'_>, form: &Form, log: &mut Log) -> Option<Fold> {
    section.only(&["segments", "members"], log);
    let segments = section.texts("segments", log).iter().map(|(id, _)| (*id).to_owned()).collect();
    Some(Fold { id: id.to_owned(), segments, members: form.members(section, log)? })
}

/// How members are written.
enum Form {
    /// As numbers of points, with the seed of the sequence.
    Points(u64),
    /// As coordinates in these columns.
    Coordinates(Vec<usize>),
}

impl Form {
    fn members(&self, section: &Section<'_>, log: &mut Log) -> Option<Members> {
        match self {
            Self::Points(seed) => {
                Some(Members::Points { seed: *seed, numbers: numbers(section, log)? })
            }
            Self::Coordinates(columns) => {
                let rows = rows(section, columns, log)?;
                Some(Members::Coordinates { columns: columns.clone(), rows })
            }
        }
    }
}

/// The parameters of the columns: those of the priors, each once.
fn columns(root: &Section<'_>, priors: &Section<'_>, log: &mut Log) -> Option<Vec<usize>> {
    let named = root.texts("columns", log);
    let before = log.errors();
    let keys: Vec<&str> = SPECS.iter().map(|spec| spec.key).collect();
    let mut columns = Vec::new();
    for (key, origin) in &named {
        match Spec::find(key) {
            None => {
                let help = format!("{}; or calibrate anew", similar("parameter", key, &keys));
                let message = format!("the model has no parameter `{key}`");
                log.error(Code::UnknownId, *origin, message).help(help);
            }
            Some((place, _)) if columns.contains(&place) => {
                let message = format!("the column `{key}` stands twice");
                log.error(Code::DuplicateId, *origin, message).help("calibrate anew");
            }
            Some((place, _)) => {
                columns.push(place);
                if priors.get(key).is_none() {
                    let message = format!("the column `{key}` has no prior");
                    let help =
                        format!("add {key} = \"PRIOR\" to [priors]: the one it was fitted with");
                    log.error(Code::MissingKey, *origin, message).help(help);
                }
            }
        }
    }
    for (key, entry) in priors.entries() {
        if !named.iter().any(|(column, _)| column == key) {
            let message = format!("the prior of `{key}` has no column of coordinates");
            log.error(Code::MissingKey, entry.key, message)
                .help("calibrate anew: a member needs a coordinate in every prior");
        }
    }
    if named.is_empty() {
        nonsense(root.origin_of("columns"), "no columns are named", log);
    }
    (log.errors() == before).then_some(columns)
}

/// Rows of coordinates: texts of whole numbers between blanks.
fn rows(section: &Section<'_>, columns: &[usize], log: &mut Log) -> Option<Vec<Vec<u16>>> {
    section.need("members", log)?;
    let before = log.errors();
    let mut rows = Vec::new();
    for (line, origin) in section.texts("members", log) {
        let cells: Vec<&str> = line.split_ascii_whitespace().collect();
        if cells.len() != columns.len() {
            let message =
                format!("a member has {} coordinates for {} columns", cells.len(), columns.len());
            nonsense(origin, &message, log);
            continue;
        }
        let cell = |cell: &str| cell.parse().ok().filter(|x| (1..PARTS).contains(x));
        let wrong = cells.iter().position(|text| cell(text).is_none());
        if let Some(wrong) = wrong {
            let key = SPECS[columns[wrong]].key;
            let message = format!(
                "`{}`, the coordinate of `{key}`, is no whole number from 1 to {}",
                cells[wrong],
                PARTS - 1
            );
            nonsense(origin, &message, log);
            continue;
        }
        rows.push(cells.into_iter().filter_map(cell).collect());
    }
    if rows.is_empty() && log.errors() == before {
        nonsense(section.origin_of("members"), "there is no member", log);
    }
    (log.errors() == before).then_some(rows)
}

/// Numbers of points, each once.
fn numbers(section: &Section<'_>, log: &mut Log) -> Option<Vec<u64>> {
    let node = &section.need("members", log)?.node;
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
