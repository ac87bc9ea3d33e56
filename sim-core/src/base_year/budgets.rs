//! Money: what each buyer can spend in each quarter, before any reaction.
//!
//! Spending paths are annual and nominal; budgets are quarterly, in USD million of 2019. The quarters of a path add up
//! to its year: as they were printed, scaled to the year, or by `spread`.

use std::collections::BTreeMap;

use crate::calendar::Quarter;
use crate::scenario::Scenario;
use crate::scenario::param::Parameters;
use crate::scenario::tables::{BuyerKind, Deflator, Spending, Tables, spending_path};
use crate::structure::{BuyerNode, Structure};

/// First year in which Chinese fab spending contains a part that was a reaction to controls.
const REACTIVE_FROM: f64 = 2023.0;
/// The year of prices, sizes and printed shares.
const BASE_YEAR: i32 = 2019;
/// Middle of the base year.
pub const BASE_TIME: f64 = 2019.5;
/// Middle of the year for which the second set of line shares stands.
const SECOND_TIME: f64 = 2024.5;

/// What spending on front-end tools is known of: the world's up to the first time, China's up to the second. Deviations from
/// the projections grow from there to their full size at the third.
const WORLD_KNOWN: f64 = 2025.75;
const CHINA_KNOWN: f64 = 2025.0;
const UNKNOWN: f64 = 2027.5;
/// How the paths of fabs begin, and those of fabs in China.
const FABS: [&str; 2] = ["fab-", "fab-CN"];

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
        let paths = Paths::new(structure, &scenario.tables);
        let base_year = paths.base_year(&scenario.tables, p);
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
            let now = scenario.start.plus(t as i32);
            let year = paths.at(&scenario.tables, p, now);
            budgets.deflator.push(year.deflator);
            for b in 0..buyers {
                let all = quarterly(b, &year);
                let chinese = structure.chinese_owned(b)
                    && structure.buyers[b].row.kind == BuyerKind::Fab
                    && scenario.mechanisms.reactive_capex;
                let part =
                    if chinese && year.time > REACTIVE_FROM { p.reactive_capex } else { 0.0 };
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
    /// Rows of each path, by year.
    rows: Vec<BTreeMap<i32, &'a Spending>>,
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
    fn new(structure: &'a Structure, tables: &'a Tables) -> Self {
        let path = |b: &'a BuyerNode| b.row.path.as_str();
        let mut names: Vec<&str> = structure.buyers.iter().map(path).collect();
        names.sort_unstable();
        names.dedup();
        let place = |b| names.partition_point(|name| *name < path(b));
        let of = structure.buyers.iter().map(place).collect();
        let rows = |path: &&str| {
            let of_path = |row: &&Spending| row.path == spending_path(path);
            tables.spending.iter().filter(of_path).map(|row| (row.year, row)).collect()
        };
        Self { rows: names.iter().map(rows).collect(), names, of }
    }

    /// The mean of the base year.
    fn base_year(&self, tables: &Tables, p: &Parameters) -> Year {
        self.year(tables, p, BASE_TIME, |rows| {
            rows.get(&BASE_YEAR).map_or(f64::NAN, |row| row.usd_m)
        })
    }

    /// A quarter at its annual rate.
    fn at(&self, tables: &Tables, p: &Parameters, now: Quarter) -> Year {
        self.year(tables, p, now.mid_year(), |rows| 4.0 * of_quarter(rows, now))
    }

    /// China's fab spending is split by the uncertain share of foreign-owned lines.
    fn year(
        &self,
        tables: &Tables,
        p: &Parameters,
        time: f64,
        spent: impl Fn(&BTreeMap<i32, &Spending>) -> f64,
    ) -> Year {
        let foreign = between(p.foreign_share_2019, p.foreign_share_2024, time);
        let part = |path: &str| match path {
            "fab-CN-foreign" => foreign,
            "fab-CN-domestic" => 1.0 - foreign,
            _ => 1.0,
        };
        let paths = self.names.iter().zip(&self.rows);
        let mut spending: Vec<f64> = paths.map(|(path, rows)| part(path) * spent(rows)).collect();
        self.deviate(p, time, &mut spending);
        Year { time, spending, deflator: deflator_at(&tables.deflator, time) }
    }

    /// Moves what fabs spend after what is known from the projections: the world's `W' = W e^{aλ}`, and China's part in
    /// log odds, `logit c' = logit c + bδ`, where `a` and `b` grow from 0 to 1.
    fn deviate(&self, p: &Parameters, time: f64, spending: &mut [f64]) {
        let grown = |known: f64| ((time - known) / (UNKNOWN - known)).clamp(0.0, 1.0);
        let world = libm::exp(grown(WORLD_KNOWN) * p.world_spending);
        let odds = libm::exp(grown(CHINA_KNOWN) * p.china_spending);
        let [mut all, mut china] = [0.0; 2];
        for (path, spent) in self.names.iter().zip(&*spending) {
            all += if path.starts_with(FABS[0]) { *spent } else { 0.0 };
            china += if path.starts_with(FABS[1]) { *spent } else { 0.0 };
        }
        if (world, odds) == (1.0, 1.0) || all <= 0.0 {
            return;
        }
        let part = china / all;
        let rest = world / (1.0 - part + part * odds);
        for (path, spent) in self.names.iter().zip(spending) {
            if path.starts_with(FABS[0]) {
                *spent *= if path.starts_with(FABS[1]) { rest * odds } else { rest };
            }
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

/// Nominal spending of a path in a quarter, USD million; NaN where its year is missing.
fn of_quarter(rows: &BTreeMap<i32, &Spending>, now: Quarter) -> f64 {
    let of = |year: i32| rows.get(&year).map(|row| row.usd_m);
    let Some(row) = rows.get(&now.year()) else { return f64::NAN };
    let quarters = match row.quarters {
        Some(printed) => {
            let sum: f64 = printed.iter().sum();
            printed.map(|quarter| quarter / sum * row.usd_m)
        }
        None => spread(of(now.year() - 1), row.usd_m, of(now.year() + 1)),
    };
    quarters[now.of_year() as usize - 1]
}

/// The quarters of a year by temporal disaggregation: the integrals of the parabola whose integrals over the year and its
/// two neighbours are theirs. They add up to the year, and a linear trend stays one. Without a neighbour the trend of the
/// other goes on; where the parabola would be negative, the quarters are equal.
///
/// With `b = (after − before) / 2` and `c = (before + after) / 2 − year`, the quarter around `m` years from the middle has
/// `(year − c/12 + b m + c (m² + 1/192)) / 4`.
fn spread(before: Option<f64>, year: f64, after: Option<f64>) -> [f64; 4] {
    let mirrored = |other: f64| 2.0 * year - other;
    let before = before.or_else(|| after.map(mirrored)).unwrap_or(year);
    let after = after.unwrap_or_else(|| mirrored(before));
    let (slope, curve) = (f64::midpoint(after, -before), f64::midpoint(before, after) - year);
    let quarters = [-0.375_f64, -0.125, 0.125, 0.375].map(|middle| {
        (year - curve / 12.0 + slope * middle + curve * (middle * middle + 1.0 / 192.0)) / 4.0
    });
    if quarters.iter().all(|quarter| *quarter >= 0.0) { quarters } else { [year / 4.0; 4] }
}

/// Linear between the middles of years, constant outside. The order of the rows is free.
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
    use crate::scenario::param::Grade;

    #[test]
    fn interpolation_is_linear_inside_and_constant_outside() {
        let points = [(2020.5, 4.0), (2019.5, 2.0)];
        let at = |time| interpolate(points.into_iter(), time);
        assert_eq!([at(2019.0), at(2019.5), at(2020.0), at(2021.0)], [2.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn quarters_add_up_to_their_year() {
        for (before, year, after) in [(8.0, 10.0, 40.0), (37.0, 50.0, 38.0), (0.0, 3.0, 0.0)] {
            let cases = [(Some(before), Some(after)), (None, Some(after)), (Some(before), None)];
            for (before, after) in cases.into_iter().chain([(None, None)]) {
                let sum: f64 = spread(before, year, after).iter().sum();
                assert!((sum - year).abs() < 1e-12, "{before:?} {year} {after:?}: {sum}");
            }
        }
        assert_eq!(spread(Some(100.0), 1.0, Some(1.0)), [0.25; 4]);
    }

    #[test]
    fn a_linear_trend_stays_one() {
        let line = |q: f64| 10.0 + 0.5 * q;
        let quarter = |q: usize| line(q as f64);
        let year = |y: usize| (4 * y..4 * y + 4).map(quarter).sum::<f64>();
        let seen = spread(Some(year(0)), year(1), Some(year(2)));
        for (q, value) in (4..8).zip(seen) {
            assert!((value - quarter(q)).abs() < 1e-12, "{q}: {value}");
        }
    }

    #[test]
    fn printed_quarters_give_the_shape_of_a_year() {
        let row = Spending {
            path: "fab".to_owned(),
            year: 2022,
            usd_m: 50.0,
            quarters: Some([10.0, 20.0, 40.0, 30.0]),
            grade: Grade::Measured,
        };
        let rows = BTreeMap::from([(2022, &row)]);
        let seen: Vec<_> = (1..=4).map(|q| of_quarter(&rows, Quarter::new(2022, q))).collect();
        assert_eq!(seen, [5.0, 10.0, 20.0, 15.0]);
        assert!(of_quarter(&rows, Quarter::new(2023, 1)).is_nan());
    }
}
