//! The space of a fit: a column for each free parameter, and one for the discrepancy of each class of targets.
//!
//! Invariant: a column is read off its prior at `Φ(score)`; a point of the prior's sequence has the same parameters here
//! as in any run.

use sim_core::scenario::Scenario;
use sim_core::scenario::param::{Parameters, Prior, SPECS, Spec};

use super::class::{CLASSES, Class};
use super::errors::Errors;
use crate::priors;
use sim_stats::design::sobol::coordinate;
use sim_stats::normal::normal_quantile;
use sim_stats::random::{Stream, Use};
use sim_stats::smc::Point;

/// The parameter that keeps its prior: it was set by judgement on segments that are targets here, so a fit would count them twice.
pub const CUT: &str = "secular-trend";
/// The parameter that no run depends on: it is of the statistic.
const STATISTIC: &str = "statistic-error";

/// Columns of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    scenario: Scenario,
    /// Places of the free parameters in the registry.
    pub free: Vec<usize>,
    /// Columns of which no run knows anything.
    pub silent: Vec<usize>,
}

impl Space {
    /// The space of a scenario's priors.
    pub fn new(scenario: &Scenario) -> Self {
        let free: Vec<usize> = (0..SPECS.len())
            .filter(|place| scenario.parameters[*place].prior != Prior::Fixed)
            .collect();
        let statistic = free.iter().position(|place| SPECS[*place].key == STATISTIC);
        let silent = statistic.into_iter().chain(free.len()..free.len() + CLASSES).collect();
        Self { scenario: scenario.clone(), free, silent }
    }

    /// The column that is cut; none if the parameter is pinned.
    pub fn cut(&self) -> Option<usize> {
        self.free.iter().position(|place| SPECS[*place].key == CUT)
    }

    /// Names of the columns.
    pub fn names(&self) -> Vec<String> {
        let parameters = self.free.iter().map(|place| SPECS[*place].key.to_owned());
        let errors = Class::ALL.iter().map(|class| format!("discrepancy: {}", class.words()));
        parameters.chain(errors).collect()
    }

    /// The parameters of a point.
    pub fn parameters(&self, point: &Point) -> Parameters {
        let mut values: Vec<f64> = self.scenario.parameters.iter().map(|p| p.value).collect();
        for (column, place) in self.free.iter().enumerate() {
            let value = priors::quantile(&self.scenario.parameters[*place], point.unit(column));
            values[*place] = value.clamp(SPECS[*place].low, SPECS[*place].high);
        }
        Parameters::from_slice(&values)
    }

    /// The scales of errors of a point: the statistic's by its prior, discrepancies half-normal.
    pub fn errors(&self, point: &Point) -> Errors {
        let statistic = Spec::find(STATISTIC).map_or(0.0, |(place, _)| {
            let param = &self.scenario.parameters[place];
            let column = self.free.iter().position(|free| *free == place);
            column.map_or(param.value, |column| priors::quantile(param, point.unit(column)))
        });
        let discrepancy = |class: Class| self.discrepancy(class, point);
        Errors { statistic, discrepancy: Class::ALL.map(discrepancy) }
    }

    /// The discrepancy of a class at a point, log odds.
    pub fn discrepancy(&self, class: Class, point: &Point) -> f64 {
        class.discrepancy(point.unit(self.free.len() + class as usize))
    }

    /// A point of the prior's sequence, with the luck of the replicate of that number.
    pub fn of_sequence(&self, seed: u64, number: u64) -> Point {
        let mut stream = Stream::new(seed, Use::Silent, 0, number);
        let sobol = self.free.iter().map(|place| coordinate(seed, number, *place));
        let scores = sobol.map(normal_quantile).collect::<Vec<_>>();
        let rest = (0..CLASSES).map(|_| normal_quantile(stream.unit()));
        Point { scores: scores.into_iter().chain(rest).collect(), luck: number }
    }

    /// A truth of a world of our own: a point of the prior that has nothing to do with the sequence.
    pub fn truth(&self, stream: &mut Stream) -> Point {
        let columns = self.free.len() + CLASSES;
        let scores = (0..columns).map(|_| normal_quantile(stream.unit())).collect();
        Point { scores, luck: stream.bits() >> 32 }
    }
}
