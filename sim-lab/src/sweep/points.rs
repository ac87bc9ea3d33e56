//! Points and seeds: which parameters and which random events a replicate has.
//!
//! Invariant: a replicate's point and stream of events are pure functions of the design and its number, so any
//! shard finds its own.

use sim_core::scenario::Scenario;
use sim_core::scenario::param::{Parameters, SPECS, Spec};

use super::file::{DesignFile, Kind, Uncertain};
use crate::priors;
use sim_stats::design::{Design, LatinHypercube, Morris, Saltelli, sobol};

/// Rows of a block of a Latin hypercube.
const BLOCK: usize = 50;
/// Levels of Morris trajectories.
const LEVELS: usize = 4;

/// The points of a sweep.
#[derive(Debug, Clone)]
pub struct Points {
    file: DesignFile,
    rows: Rows,
    /// Place in the registry and range of each factor.
    factors: Vec<(usize, Option<(f64, f64)>)>,
    keys: Vec<String>,
}

#[derive(Debug, Clone)]
enum Rows {
    /// Sobol points: the column of a factor is its place in the registry, as in a comparison.
    Sobol(usize),
    Cases,
    Cube(Design),
}

/// What a replicate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of its point.
    pub experiment: usize,
    /// Number of its seed at that point.
    pub replication: usize,
    /// Its stream of random events.
    pub stream: u64,
}

impl Points {
    /// The points of a design over factors, or why there are none.
    ///
    /// # Errors
    /// A sentence for each reason.
    pub fn new(file: &DesignFile, uncertain: &[Uncertain]) -> Result<Self, String> {
        let factor = |u: &Uncertain| Spec::find(&u.key).map(|(place, _)| (place, u.range));
        let factors: Vec<_> = uncertain.iter().filter_map(factor).collect();
        let (k, size, seed) = (factors.len(), file.size, file.seed);
        let rows = match file.kind {
            Kind::Sobol => Rows::Sobol(size),
            Kind::Cases => Rows::Cases,
            Kind::Grid => Rows::Cube(Design::Grid { levels: vec![size; k] }),
            Kind::LatinHypercube => {
                let block = BLOCK.min(size);
                let blocks = size.div_ceil(block.max(1));
                Rows::Cube(Design::LatinHypercube(LatinHypercube {
                    factors: k,
                    block,
                    blocks,
                    seed,
                }))
            }
            Kind::Morris => Rows::Cube(Design::Morris(Morris {
                factors: k,
                levels: LEVELS,
                trajectories: size,
                seed,
            })),
            Kind::Saltelli => {
                Rows::Cube(Design::Saltelli(Saltelli { factors: k, points: size, seed }))
            }
        };
        if let Rows::Cube(design) = &rows {
            let problems: Vec<String> = design.problems().iter().map(ToString::to_string).collect();
            if !problems.is_empty() {
                return Err(problems.join("; "));
            }
        }
        let points = match &rows {
            Rows::Cube(Design::Grid { levels }) => levels
                .iter()
                .try_fold(file.seeds_per_draw, |all, n| all.checked_mul(*n))
                .unwrap_or(usize::MAX),
            Rows::Cube(design) => design.rows().saturating_mul(file.seeds_per_draw),
            _ => size.saturating_mul(file.seeds_per_draw),
        };
        if points > i32::MAX as usize {
            return Err(format!("a {} of {k} parameters is too large", file.kind.as_str()));
        }
        let keys = factors.iter().map(|(place, _)| SPECS[*place].key.to_owned()).collect();
        Ok(Self { file: file.clone(), rows, factors, keys })
    }

    /// Number of points.
    pub fn experiments(&self) -> usize {
        match &self.rows {
            Rows::Sobol(size) => *size,
            Rows::Cases => self.file.cases.len(),
            Rows::Cube(design) => design.rows(),
        }
    }

    /// Number of replicates: points × seeds.
    pub fn replicates(&self) -> usize {
        self.experiments() * self.file.seeds_per_draw
    }

    /// The design over the unit cube, where there is one.
    pub fn cube(&self) -> Option<&Design> {
        match &self.rows {
            Rows::Cube(design) => Some(design),
            _ => None,
        }
    }

    /// Keys of the factors, in the order of the registry.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Point and seed of a replicate.
    ///
    /// A sample takes all seeds of a point before the next point, so that the two kinds of uncertainty come
    /// apart in any first part. A grid or list of cases takes all points with one seed before the next seed, and
    /// all points see the same events; so do the points of a trajectory or base row.
    pub fn place(&self, replicate: usize) -> Place {
        let m = self.file.seeds_per_draw;
        if self.seeds_outside() {
            let n = self.experiments();
            let (replication, experiment) = (replicate / n, replicate % n);
            return Place { experiment, replication, stream: replication as u64 };
        }
        let (experiment, replication) = (replicate / m, replicate % m);
        let shared = match &self.rows {
            Rows::Cube(design @ (Design::Morris(_) | Design::Saltelli(_))) => design.group(),
            _ => 1,
        };
        let stream = ((experiment / shared) * m + replication) as u64;
        Place { experiment, replication, stream }
    }

    /// Whether one seed goes through all points before the next.
    pub fn seeds_outside(&self) -> bool {
        matches!(self.file.kind, Kind::Grid | Kind::Cases)
    }

    /// Replicates that belong together: a shard holds whole groups.
    pub fn group(&self) -> usize {
        match &self.rows {
            Rows::Cube(Design::Grid { .. }) | Rows::Cases => 1,
            Rows::Cube(design) => design.group() * self.file.seeds_per_draw,
            Rows::Sobol(_) => self.file.seeds_per_draw,
        }
    }

    /// Values of the factors at a point, with the priors of a scenario.
    pub fn values(&self, experiment: usize, scenario: &Scenario) -> Vec<f64> {
        if matches!(self.rows, Rows::Cases) {
            let case = &self.file.cases[experiment].1;
            let value = |(place, key): (usize, &String)| {
                let given = case.iter().find(|(k, _)| k == key).map(|(_, value)| *value);
                given.unwrap_or(scenario.parameters[place].value)
            };
            return self.factors.iter().map(|f| f.0).zip(&self.keys).map(value).collect();
        }
        let row: Vec<f64> = if let Rows::Cube(design) = &self.rows {
            design.row(experiment)
        } else {
            let seed = self.file.seed;
            let whole = priors::Place::new(scenario, seed, experiment as u64);
            // A range of the experiment's own is no prior that an ensemble could know.
            let at = |(place, range): &(usize, Option<(f64, f64)>)| match range {
                Some(_) => sobol::coordinate(seed, experiment as u64, *place),
                None => whole.coordinate(*place),
            };
            self.factors.iter().map(at).collect()
        };
        self.factors
            .iter()
            .zip(row)
            .map(|((place, range), u)| read(*place, *range, u, scenario))
            .collect()
    }

    /// All parameters of a scenario at a point; what does not vary has its central value.
    pub fn parameters(&self, experiment: usize, scenario: &Scenario) -> Parameters {
        let mut all: Vec<f64> = scenario.parameters.iter().map(|p| p.value).collect();
        for ((place, _), value) in self.factors.iter().zip(self.values(experiment, scenario)) {
            all[*place] = value;
        }
        Parameters::from_slice(&all)
    }
}

/// A factor at a coordinate of the unit cube.
fn read(place: usize, range: Option<(f64, f64)>, u: f64, scenario: &Scenario) -> f64 {
    let value = match range {
        Some((low, high)) => low + u * (high - low),
        None => priors::quantile(&scenario.parameters[place], u),
    };
    value.clamp(SPECS[place].low, SPECS[place].high)
}
