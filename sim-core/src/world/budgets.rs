//! Money: what each buyer can spend in each quarter, before any reaction.
//!
//! Spending paths are annual and nominal; budgets are quarterly, in USD million of 2019. Between the
//! middles of years the annual rate is interpolated linearly.

use super::structure::{BuyerNode, Structure};
use crate::scenario::Scenario;
use crate::scenario::param::Parameters;
use crate::scenario::tables::{BuyerKind, Deflator, Spending, Tables};

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
        let tables = &scenario.tables;
        let annual = |buyer: &BuyerNode, time: f64| -> f64 {
            path_at(tables, p, &buyer.row.path, time) * share_at(buyer, time)
                / deflator_at(&tables.deflator, time)
        };
        let scope = |buyer: &BuyerNode| -> f64 {
            let kind = buyer.row.kind;
            let size: f64 = structure
                .segments
                .iter()
                .filter(|s| s.row.buyers == kind)
                .map(|s| s.row.size_2019_usd_m)
                .sum();
            let spent: f64 = structure
                .buyers
                .iter()
                .filter(|other| other.row.kind == kind)
                .map(|other| annual(other, BASE_TIME))
                .sum();
            size / spent
        };
        let scopes: Vec<f64> = structure.buyers.iter().map(scope).collect();
        let quarterly = |b: usize, time: f64| annual(&structure.buyers[b], time) * scopes[b] / 4.0;

        let buyers = structure.buyers.len();
        let mut budgets = Self {
            base: (0..buyers).map(|b| quarterly(b, BASE_TIME)).collect(),
            fixed: Vec::with_capacity(scenario.quarters() * buyers),
            reactive: Vec::with_capacity(scenario.quarters() * buyers),
            deflator: Vec::with_capacity(scenario.quarters()),
        };
        for t in 0..scenario.quarters() {
            let time = scenario.start.plus(t as i32).mid_year();
            budgets.deflator.push(deflator_at(&tables.deflator, time));
            for b in 0..buyers {
                let all = quarterly(b, time);
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
