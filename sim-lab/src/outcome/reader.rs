//! Headlines, series and times of a run, from its record.
//!
//! Invariant: a pure function of a record.

use std::ops::RangeInclusive;

use sim_core::calendar::Quarter;
use sim_core::metric::{Column, Every, Id, columns};
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::Bloc;
use sim_core::structure::Structure;

use super::rows::{Placed, Row};
use super::{Dollars, HEADLINES, Rule};

/// Reads records of one scenario family.
#[derive(Debug)]
pub struct Reader {
    /// Columns of the quarterly table.
    pub columns: Vec<Column>,
    /// Columns of the yearly table.
    pub yearly: Vec<Column>,
    pub(super) firms: Vec<String>,
    start: Quarter,
    quarters: usize,
    /// Quarters before those that are told: sums and times run from there on.
    before: usize,
    /// Factor from 2019 dollars by quarter.
    price: Vec<f64>,
    /// Rows beyond the headlines.
    rows: Vec<Placed>,
}

impl Reader {
    /// A reader; `deflator` is the price level by quarter.
    pub fn new(
        structure: &Structure,
        scenario: &Scenario,
        watch: &Watch,
        deflator: &[f64],
        dollars: Dollars,
    ) -> Self {
        Self {
            columns: columns(structure, Every::Quarter),
            yearly: columns(structure, Every::Year),
            firms: watch.firms.clone(),
            start: scenario.start,
            quarters: scenario.quarters(),
            before: 0,
            price: match dollars {
                Dollars::Of2019 => vec![1.0; deflator.len()],
                Dollars::Nominal => deflator.to_vec(),
            },
            rows: Vec::new(),
        }
    }

    /// A reader of records whose columns are known; `price` is the factor from dollars of 2019 by quarter.
    pub(crate) fn of_columns(
        columns: Vec<Column>,
        yearly: Vec<Column>,
        firms: Vec<String>,
        start: Quarter,
        price: Vec<f64>,
    ) -> Self {
        let quarters = price.len();
        Self { columns, yearly, firms, start, quarters, before: 0, price, rows: Vec::new() }
    }

    /// The same for runs that are one until a quarter: money is summed, and times are counted, from there on, and the
    /// US share of Chinese purchases is held against that of the year before.
    #[must_use]
    pub fn told_from(mut self, quarter: Quarter) -> Self {
        let last = self.quarters.saturating_sub(1);
        self.before = usize::try_from(quarter.since(self.start)).unwrap_or(0).min(last);
        self
    }

    /// Years from the first quarter that is told to the end.
    pub fn told_years(&self) -> f64 {
        (self.quarters - self.before) as f64 / 4.0
    }

    /// A sum of a series over the quarters that are told.
    pub fn sum(&self, series: &[f64]) -> f64 {
        series[self.before..].iter().sum()
    }

    /// The same reader with rows of a study after the headlines; `segments` are ids in the order of the columns.
    ///
    /// # Errors
    /// What in a row has no column, in words.
    pub fn with_rows(mut self, rows: &[Row], segments: &[String]) -> Result<Self, String> {
        self.rows =
            rows.iter().map(|row| Placed::new(&self, row, segments)).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Factor from dollars of 2019 to the reader's by quarter.
    pub(crate) fn price(&self) -> &[f64] {
        &self.price
    }

    /// Number of quarters.
    pub const fn quarters(&self) -> usize {
        self.quarters
    }

    /// Number of calendar years.
    pub const fn years(&self) -> usize {
        let last = self.start.plus(self.quarters as i32 - 1);
        (last.year() - self.start.year() + 1) as usize
    }

    /// Quarters of each calendar year that the horizon holds: four but for a part year.
    pub fn quarters_by_year(&self) -> Vec<i32> {
        let mut held = vec![0; self.years()];
        for t in 0..self.quarters {
            held[(self.start.plus(t as i32).year() - self.start.year()) as usize] += 1;
        }
        held
    }

    /// Place of a quarterly column.
    ///
    /// # Panics
    /// If the registry has no such column: callers name registered ones.
    pub fn column(&self, metric: Id, supplier: Option<Bloc>, buyer: Option<Bloc>) -> usize {
        self.columns
            .iter()
            .position(|c| (c.metric, c.supplier, c.buyer) == (metric, supplier, buyer))
            .unwrap_or_else(|| panic!("{} has no such breakdown", metric.spec().name))
    }

    /// A yearly column of a segment over time, USD million of 2019 a year.
    ///
    /// # Panics
    /// If the registry has no such column: callers name registered ones.
    pub fn yearly(&self, record: &Record, metric: Id, bloc: Bloc, segment: usize) -> Vec<f64> {
        let place = self
            .yearly
            .iter()
            .position(|c| (c.metric, c.supplier, c.segment) == (metric, Some(bloc), Some(segment)))
            .expect("a yearly metric has a column for each segment and bloc");
        record.yearly.chunks_exact(self.yearly.len()).map(|row| row[place]).collect()
    }

    /// A quarterly column over time; money at the wanted price level.
    pub fn series(&self, record: &Record, column: usize) -> Vec<f64> {
        let money = self.columns[column].metric.spec().unit.starts_with("USD");
        record
            .quarterly
            .chunks_exact(self.columns.len())
            .zip(&self.price)
            .map(|(row, price)| if money { row[column] * price } else { row[column] })
            .collect()
    }

    /// Revenue of a bloc in some places over time, USD million a quarter.
    pub fn revenue(&self, record: &Record, supplier: Bloc, buyers: &[Bloc]) -> Vec<f64> {
        self.flow(record, Id::Revenue, supplier, buyers)
    }

    /// A metric that is split by both blocs, summed over some places, over time.
    fn flow(&self, record: &Record, metric: Id, supplier: Bloc, buyers: &[Bloc]) -> Vec<f64> {
        let mut sum = vec![0.0; self.quarters];
        for buyer in buyers {
            let column = self.column(metric, Some(supplier), Some(*buyer));
            for (s, v) in sum.iter_mut().zip(self.series(record, column)) {
                *s += v;
            }
        }
        sum
    }

    /// All headlines of a record, in the order of [`HEADLINES`], then the rows of a study if it has any.
    pub fn headlines(&self, record: &Record) -> Vec<f64> {
        let headlines = HEADLINES.iter().map(|h| self.headline(record, h.rule));
        headlines.chain(self.rows.iter().map(|row| row.value(self, record))).collect()
    }

    /// The rows of a study.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().map(Placed::row)
    }

    /// Places of the quarters of some years.
    pub(super) fn quarters_of(&self, from: i32, to: i32) -> impl Iterator<Item = usize> {
        let (start, years) = (self.start, from..=to);
        (0..self.quarters).filter(move |t| years.contains(&start.plus(*t as i32).year()))
    }

    /// Rows of the yearly table with the mean price level, of some years.
    pub(super) fn years_of<'a>(
        &self,
        record: &'a Record,
        years: RangeInclusive<i32>,
    ) -> impl Iterator<Item = (&'a [f64], f64)> {
        let rows = record.yearly.chunks_exact(self.yearly.len()).zip(self.price_by_year());
        let dated = (self.start.year()..).zip(rows);
        dated.filter(move |(year, _)| years.contains(year)).map(|(_, row)| row)
    }

    /// World revenue of a reported firm in some years, USD million.
    pub(super) fn firm_in(&self, record: &Record, place: usize, years: RangeInclusive<i32>) -> f64 {
        let width = (self.firms.len() * 2).max(1);
        let rows = record.firms.chunks_exact(width).zip(self.price_by_year());
        let dated = (self.start.year()..).zip(rows);
        let mine = dated.filter(|(year, _)| years.contains(year));
        mine.map(|(_, (row, price))| row[place * 2] * price).sum()
    }

    fn headline(&self, record: &Record, rule: Rule) -> f64 {
        match rule {
            Rule::Flow { metric, supplier, buyers } => {
                self.sum(&self.flow(record, metric, supplier, buyers)) / 1e3
            }
            Rule::Money { metric, suppliers } => suppliers
                .iter()
                .map(|supplier| {
                    let column = self.column(metric, *supplier, None);
                    self.sum(&self.series(record, column)) / 1e3
                })
                .sum(),
            Rule::Firm(id) => self.firm(record, id),
            Rule::OwnedShare(bloc) => {
                let last = |b: Bloc| -> f64 {
                    let series = self.series(record, self.column(Id::Owned, Some(b), None));
                    series[self.last_year()..].iter().sum()
                };
                let all: f64 = Bloc::ALL.into_iter().map(last).sum();
                if all > 0.0 { 100.0 * last(bloc) / all } else { 0.0 }
            }
            Rule::Last(metric) => {
                let series = self.series(record, self.column(metric, None, None));
                let tail = &series[self.last_year()..];
                let mean = tail.iter().sum::<f64>() / tail.len() as f64;
                let share = matches!(metric.spec().unit, "share" | "probability per year");
                if share { 100.0 * mean } else { mean }
            }
        }
    }

    fn firm(&self, record: &Record, id: &str) -> f64 {
        let Some(place) = self.firms.iter().position(|firm| firm == id) else { return 0.0 };
        // Yearly sums are priced at the year's mean level. The year in which runs part counts whole.
        let parted = self.start.plus(self.before as i32).year() - self.start.year();
        record
            .firms
            .chunks_exact(self.firms.len() * 2)
            .zip(self.price_by_year())
            .skip(parted as usize)
            .map(|(row, price)| row[place * 2] * price / 1e3)
            .sum()
    }

    /// Mean price level of each calendar year of the horizon.
    fn price_by_year(&self) -> Vec<f64> {
        let mut years: Vec<(i32, f64, f64)> = Vec::new();
        for (t, price) in self.price.iter().enumerate() {
            let year = self.start.plus(t as i32).year();
            match years.last_mut() {
                Some(last) if last.0 == year => {
                    last.1 += price;
                    last.2 += 1.0;
                }
                _ => years.push((year, *price, 1.0)),
            }
        }
        years.into_iter().map(|(_, sum, count)| sum / count).collect()
    }

    /// First of the last four quarters, as far as they are told.
    fn last_year(&self) -> usize {
        self.quarters.saturating_sub(4).max(self.before)
    }

    /// Design-out time: years from the first quarter that is told until the US share of Chinese-owned purchases is below
    /// `part` of [`Self::first_us_share`] for four quarters (the first of the four counts). `None` = not within the
    /// horizon. Quarters without purchases are ignored.
    pub fn design_out(&self, record: &Record, part: f64) -> Option<f64> {
        let [us, china, third] = self.owned(record);
        let limit = part * self.first_us_share(record);
        let below = us.iter().zip(&china).zip(&third).map(|((us, china), third)| {
            let all = us + china + third;
            (all > 0.0).then(|| us / all < limit)
        });
        sustained(below.skip(self.before))
    }

    /// The US share of Chinese-owned purchases that its fall is held against, 0–1: that of the base year or, where runs
    /// are one until a quarter, of the year before it.
    pub fn first_us_share(&self, record: &Record) -> f64 {
        let year = self.before.saturating_sub(4)..self.before;
        let [us, china, third] =
            self.owned(record).map(|series| series[year.clone()].iter().sum::<f64>());
        let all = us + china + third;
        if all > 0.0 { us / all } else { record.base_us_share }
    }

    /// Purchases of Chinese-owned buyers by bloc of the supplier over time.
    fn owned(&self, record: &Record) -> [Vec<f64>; 3] {
        Bloc::ALL.map(|bloc| self.series(record, self.column(Id::Owned, Some(bloc), None)))
    }

    /// Design-around time: years from the first quarter that is told until a system level of China is at or above `level`
    /// for four quarters (the first of the four counts). `None` = not within the horizon.
    pub fn design_around(&self, record: &Record, metric: Id, level: f64) -> Option<f64> {
        let series = self.series(record, self.column(metric, None, None));
        sustained(series[self.before..].iter().map(|value| Some(*value >= level)))
    }
}

/// Years until something holds for four quarters, counted to the first of them. Quarters of which nothing can be
/// said (`None`) are passed over.
fn sustained(holds: impl Iterator<Item = Option<bool>>) -> Option<f64> {
    let (mut run, mut start) = (0, 0);
    for (t, holds) in holds.enumerate() {
        match holds {
            None => {}
            Some(false) => run = 0,
            Some(true) => {
                if run == 0 {
                    start = t;
                }
                run += 1;
                if run == 4 {
                    return Some(start as f64 / 4.0);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_holds_for_a_year_and_counts_from_its_first_quarter() {
        let time = |word: &str| {
            sustained(word.chars().map(|c| match c {
                'x' => Some(true),
                '.' => Some(false),
                _ => None,
            }))
        };
        assert_eq!(time("....xxxx"), Some(1.0));
        assert_eq!(time("xxx.xxx."), None, "three quarters are no year");
        assert_eq!(time(".xx?xx.."), Some(0.25), "a quarter without purchases is passed over");
        assert_eq!(time(""), None);
    }
}
