//! Designs: which points of the unit cube are run.
//!
//! A design has one column per factor (a lever or an uncertainty, in the order of the experiment); a
//! coordinate is the probability at which the factor's prior, or its list of levels, is read. All
//! coordinates lie in the open interval (0, 1), so that priors without bounds have a value everywhere.
//!
//! Invariant: a row is a pure function of the design and its number, so that any shard computes its own rows;
//! a design with more points, trajectories or blocks begins with the rows of the smaller one.

mod latin;
mod morris;
mod saltelli;
pub mod sobol;

use serde::Serialize;

pub use latin::LatinHypercube;
pub use morris::{Morris, Move};
pub use saltelli::{Part, Saltelli};
pub use sobol::Sobol;

/// A design over the unit cube.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    /// All combinations of levels. Level `j` of `n` stands at `(j + ½) / n`; the last factor changes fastest.
    Grid {
        /// Number of levels of each factor.
        levels: Vec<usize>,
    },
    /// Points given one by one.
    Cases {
        /// Rows of coordinates in (0, 1).
        points: Vec<Vec<f64>>,
    },
    /// Scrambled Sobol sequence.
    Sobol(Sobol),
    /// Latin hypercube in blocks.
    LatinHypercube(LatinHypercube),
    /// Morris trajectories.
    Morris(Morris),
    /// Saltelli's matrices A, B and A with columns of B.
    Saltelli(Saltelli),
}

/// What is wrong with a design.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// A size is below its minimum.
    #[error("{what} is {given}, must be at least {least}")]
    TooFew {
        /// The size.
        what: &'static str,
        /// As given.
        given: usize,
        /// Minimum.
        least: usize,
    },
    /// More columns than the Sobol sequence has.
    #[error("{given} columns, the Sobol sequence has {}", sobol::COLUMNS)]
    TooManyColumns {
        /// As given.
        given: usize,
    },
    /// Levels of Morris trajectories must be even: a move is half of them.
    #[error("{given} levels, trajectories need an even number")]
    OddLevels {
        /// As given.
        given: usize,
    },
    /// A case with another number of coordinates than the first.
    #[error("case {case} has {given} coordinates, the first has {want}")]
    Ragged {
        /// Number of the case, from 0.
        case: usize,
        /// As given.
        given: usize,
        /// As wanted.
        want: usize,
    },
    /// A coordinate outside the open unit interval.
    #[error("case {case}, factor {factor}: {given} is not inside (0, 1)")]
    Outside {
        /// Number of the case, from 0.
        case: usize,
        /// Number of the factor, from 0.
        factor: usize,
        /// As given.
        given: f64,
    },
}

impl Design {
    /// Everything that is wrong with the design.
    pub fn problems(&self) -> Vec<DesignError> {
        match self {
            Self::Grid { levels } => {
                let mut problems = at_least("number of factors", levels.len(), 1);
                for given in levels {
                    problems.extend(at_least("number of levels", *given, 1));
                }
                problems
            }
            Self::Cases { points } => cases(points),
            Self::Sobol(d) => {
                let mut problems = at_least("number of points", d.points, 1);
                problems.extend(columns(d.factors, d.factors));
                problems
            }
            Self::LatinHypercube(d) => {
                let mut problems = at_least("number of factors", d.factors, 1);
                problems.extend(at_least("rows of a block", d.block, 2));
                problems.extend(at_least("number of blocks", d.blocks, 1));
                problems
            }
            Self::Morris(d) => {
                let mut problems = at_least("number of factors", d.factors, 1);
                problems.extend(at_least("number of levels", d.levels, 2));
                problems.extend(at_least("number of trajectories", d.trajectories, 2));
                if d.levels % 2 == 1 {
                    problems.push(DesignError::OddLevels { given: d.levels });
                }
                problems
            }
            Self::Saltelli(d) => {
                let mut problems = at_least("number of points", d.points, 2);
                problems.extend(columns(d.factors, 2 * d.factors));
                problems
            }
        }
    }

    /// Number of factors.
    pub fn factors(&self) -> usize {
        match self {
            Self::Grid { levels } => levels.len(),
            Self::Cases { points } => points.first().map_or(0, Vec::len),
            Self::Sobol(d) => d.factors,
            Self::LatinHypercube(d) => d.factors,
            Self::Morris(d) => d.factors,
            Self::Saltelli(d) => d.factors,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Grid { levels } => levels.iter().product(),
            Self::Cases { points } => points.len(),
            Self::Sobol(d) => d.points,
            Self::LatinHypercube(d) => d.block * d.blocks,
            Self::Morris(d) => d.trajectories * d.length(),
            Self::Saltelli(d) => d.points * d.group(),
        }
    }

    /// The coordinates of a row, one per factor.
    ///
    /// # Panics
    /// If there is no such row, or the design has problems.
    pub fn row(&self, row: usize) -> Vec<f64> {
        assert!(row < self.rows(), "row {row} of a design of {}", self.rows());
        match self {
            Self::Grid { levels } => grid(levels, row),
            Self::Cases { points } => points[row].clone(),
            Self::Sobol(d) => d.row(row),
            Self::LatinHypercube(d) => d.row(row),
            Self::Morris(d) => d.row(row),
            Self::Saltelli(d) => d.row(row),
        }
    }

    /// Rows that belong together: only whole groups (blocks, trajectories, base points with their recombined
    /// rows; a grid as a whole) are balanced, so an interrupted sweep is read up to the last whole one.
    pub fn group(&self) -> usize {
        match self {
            Self::Grid { .. } => self.rows(),
            Self::Cases { .. } | Self::Sobol(_) => 1,
            Self::LatinHypercube(d) => d.block,
            Self::Morris(d) => d.length(),
            Self::Saltelli(d) => d.group(),
        }
    }
}

fn at_least(what: &'static str, given: usize, least: usize) -> Vec<DesignError> {
    if given < least { vec![DesignError::TooFew { what, given, least }] } else { Vec::new() }
}

fn columns(factors: usize, given: usize) -> Vec<DesignError> {
    let mut problems = at_least("number of factors", factors, 1);
    if given > sobol::COLUMNS {
        problems.push(DesignError::TooManyColumns { given });
    }
    problems
}

fn cases(points: &[Vec<f64>]) -> Vec<DesignError> {
    let mut problems = at_least("number of cases", points.len(), 1);
    let want = points.first().map_or(0, Vec::len);
    for (case, point) in points.iter().enumerate() {
        if point.len() != want {
            problems.push(DesignError::Ragged { case, given: point.len(), want });
        }
        for (factor, given) in point.iter().copied().enumerate() {
            if !(given > 0.0 && given < 1.0) {
                problems.push(DesignError::Outside { case, factor, given });
            }
        }
    }
    problems
}

fn grid(levels: &[usize], row: usize) -> Vec<f64> {
    let mut rest = row;
    let mut point = vec![0.0; levels.len()];
    for (coordinate, n) in point.iter_mut().zip(levels).rev() {
        *coordinate = ((rest % n) as f64 + 0.5) / *n as f64;
        rest /= n;
    }
    point
}

#[cfg(test)]
mod tests;
