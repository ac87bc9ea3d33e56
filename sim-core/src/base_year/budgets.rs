//! Money: what each buyer can spend in each quarter, before any reaction.
//!
//! Spending paths are annual and nominal; budgets are quarterly, in USD million of 2019. Between the
//! middles of years the annual rate is interpolated linearly.

use crate::scenario::Scenario;
use crate::scenario::param::Parameters;
use crate::scenario::tables::{BuyerKind, Deflator, Spending, Tables};
use crate::structure::{BuyerNode, Structure};

/// First year in which Chinese fab spending contains a part that was a reaction to controls.
const REACTIVE_FROM: f64 = 2023.0;
/// Middle of the base year.
pub const BASE_TIME: f64 = 2019.5;
/// Middle of the year for which the second set of line shares stands.
const SECOND_TIME: f64 = 2024.5;

/// Budgets of all buyers.
#[derive(Debug, Clone)]
pub struct Budgets {
    /// Base-year mean budget, USD million a quarter, by buyer.
    pub base: Vec<f64>,
    /// Budget that does not react, by quarter and buyer (row-major).
    pub fixed: Vec<f64>,
    /// Budget at historical beliefs that is a reaction to them, by quarter and buyer (row-major).
    pub reactive: Vec<f64>,
    /// Price level of each quarter, 2019 = 1.
    pub deflator: Vec<f64>,
}

impl Budgets {
    /// Budgets for the horizon of a scenario.
    pub fn new(structure: &Structure, scenario: &Scenario, p: &Parameters) -> Self {
        let paths = Paths::new(structure);
        let base_year = paths.at(&scenario.tables, p, BASE_TIME);
        let scope = scopes(structure, &paths, &base_year);
        let quarterly = |b: usize, year: &Year| {
            paths.annual(structure, b, year) * scope[structure.buyers[b].row.kind as usize] / 4.0
        };

        let buyers = structure.buyers.len();
        let mut budgets = Self {
            base: (0..buyers).map(|b| quarterly(b, &base_year)).collect(),
            fixed: Vec::with_capacity(scenario.quarters() * buyers),
            reactive: Vec::with_capacity(scenario.quarters() * buyers),
            deflator: Vec::with_capacity(scenario.quarters()),
        };
        for t in 0..scenario.quarters() {
            let time = scenario.start.plus(t as i32).mid_year();
            let year = paths.at(&scenario.tables, p, time);
            budgets.deflator.push(year.deflator);
            for b in 0..buyers {
                let all = quarterly(b, &year);
                let chinese = structure.chinese_owned(b)
                    && structure.buyers[b].row.kind == BuyerKind::Fab
                    && scenario.mechanisms.reactive_capex;
                let part = if chinese && time > REACTIVE_FROM { p.reactive_capex } else { 0.0 };
                budgets.fixed.push(all * (1.0 - part));
                budgets.reactive.push(all * part);
            }
        }
        budgets
    }
}

/// The spending paths of all buyers, each once.
struct Paths<'a> {
    names: Vec<&'a str>,
    /// Place of each buyer's path in `names`.
    of: Vec<usize>,
}

/// All paths at one time.
struct Year {
    time: f64,
    /// Annual nominal spending, USD million, in the order of the paths.
    spending: Vec<f64>,
    /// Price level, 2019 = 1.
    deflator: f64,
}

impl<'a> Paths<'a> {
    fn new(structure: &'a Structure) -> Self {
        let path = |b: &'a BuyerNode| b.row.path.as_str();
        let mut names: Vec<&str> = structure.buyers.iter().map(path).collect();
        names.sort_unstable();
        names.dedup();
        let place = |b| names.partition_point(|name| *name < path(b));
        Self { of: structure.buyers.iter().map(place).collect(), names }
    }

    fn at(&self, tables: &Tables, p: &Parameters, time: f64) -> Year {
        Year {
            time,
            spending: self.names.iter().map(|path| path_at(tables, p, path, time)).collect(),
            deflator: deflator_at(&tables.deflator, time),
        }
    }

    /// A buyer's part of its path, USD million of 2019 a year.
    fn annual(&self, structure: &Structure, b: usize, year: &Year) -> f64 {
        year.spending[self.of[b]] * share_at(&structure.buyers[b], year.time) / year.deflator
    }
}

/// Sizes of the segments over the paths' spending in the base year, by kind of buyer: paths hold more than what
/// the segments sell.
fn scopes(structure: &Structure, paths: &Paths<'_>, base_year: &Year) -> Vec<f64> {
    let mut size = vec![0.0; BuyerKind::ALL.len()];
    let mut spent = size.clone();
    for segment in &structure.segments {
        size[segment.row.buyers as usize] += segment.row.size_2019_usd_m;
    }
    for (b, buyer) in structure.buyers.iter().enumerate() {
        spent[buyer.row.kind as usize] += paths.annual(structure, b, base_year);
    }
    size.iter().zip(&spent).map(|(size, spent)| size / spent).collect()
}

/// Share of its path that goes to a line: linear between 2019 and 2024, constant outside.
fn share_at(buyer: &BuyerNode, time: f64) -> f64 {
    between(buyer.row.share_2019, buyer.row.share_2024, time)
}

fn between(first: f64, second: f64, time: f64) -> f64 {
    let part = ((time - BASE_TIME) / (SECOND_TIME - BASE_TIME)).clamp(0.0, 1.0);
    first + part * (second - first)
}

/// Annual nominal spending of a path. China's fab spending is split by the uncertain share of
/// foreign-owned lines.
fn path_at(tables: &Tables, p: &Parameters, path: &str, time: f64) -> f64 {
    let foreign = between(p.foreign_share_2019, p.foreign_share_2024, time);
    match path {
        "fab-CN-foreign" => foreign * row_at(&tables.spending, "fab-CN", time),
        "fab-CN-domestic" => (1.0 - foreign) * row_at(&tables.spending, "fab-CN", time),
        other => row_at(&tables.spending, other, time),
    }
}

fn row_at(rows: &[Spending], path: &str, time: f64) -> f64 {
    let points = rows.iter().filter(|r| r.path == path).map(|r| (f64::from(r.year) + 0.5, r.usd_m));
    interpolate(points, time)
}

fn deflator_at(rows: &[Deflator], time: f64) -> f64 {
    interpolate(rows.iter().map(|r| (f64::from(r.year) + 0.5, r.index)), time)
}

/// Linear between the nearest points around `time`, constant outside. Order of the points is free.
fn interpolate(points: impl Iterator<Item = (f64, f64)>, time: f64) -> f64 {
    let mut below: Option<(f64, f64)> = None;
    let mut above: Option<(f64, f64)> = None;
    for point in points {
        if point.0 <= time && below.is_none_or(|b| point.0 > b.0) {
            below = Some(point);
        }
        if point.0 >= time && above.is_none_or(|a| point.0 < a.0) {
            above = Some(point);
        }
    }
    match (below, above) {
        (Some(b), Some(a)) if a.0 > b.0 => b.1 + (time - b.0) / (a.0 - b.0) * (a.1 - b.1),
        (Some(point), _) | (None, Some(point)) => point.1,
        (None, None) => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_is_linear_inside_and_constant_outside() {
        let points = [(2020.5, 4.0), (2019.5, 2.0)];
        let at = |time| interpolate(points.into_iter(), time);
        assert_eq!([at(2019.0), at(2019.5), at(2020.0), at(2021.0)], [2.0, 2.0, 3.0, 4.0]);
    }
}
