//! The results of a comparison: records by scenario and replicate, and what is asked of them.

use std::sync::Arc;

use sim_core::metric::Id;
use sim_core::record::Record;

use crate::experiment::{Design, Replicate, RunError};
use crate::outcome::{Dollars, HEADLINES, Headline, Reader, Row};
use sim_stats::summary::{Summary, paired};
use sim_stats::survival::{Curve, Observation};

/// What [`Results::fees`] is called.
pub const FEES: &str = "Licence fees to governments";

/// Results of all finished replicates.
#[derive(Debug)]
pub struct Results {
    /// Reads records.
    pub reader: Reader,
    /// Price level of money in these results.
    pub dollars: Dollars,
    /// Records, scenario × replicate.
    pub records: Vec<Vec<Arc<Record>>>,
    /// Headlines and then the rows of a study, scenario × headline or row × replicate.
    pub headlines: Vec<Vec<Vec<f64>>>,
}

/// Design-out of a scenario: Kaplan–Meier over replicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignOut {
    /// Years by which a quarter of the replicates are designed out.
    pub p25: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// Years by which three quarters are.
    pub p75: Option<f64>,
    /// Share of replicates designed out within the horizon.
    pub reached: f64,
}

impl Results {
    /// Empty results of a design.
    ///
    /// # Errors
    /// [`RunError`] if the baseline has no base year.
    pub fn new(design: &Design, dollars: Dollars) -> Result<Self, RunError> {
        let deflator = design.setup(0, 0)?.budgets.deflator;
        let reader = Reader::new(
            design.structure(),
            &design.scenarios[0],
            &design.watch,
            &deflator,
            dollars,
        );
        let reader = match design.trunk() {
            Some((_, at)) => reader.told_from(at),
            None => reader,
        };
        let scenarios = design.scenarios.len();
        Ok(Self {
            reader,
            dollars,
            records: vec![Vec::new(); scenarios],
            headlines: vec![vec![Vec::new(); HEADLINES.len()]; scenarios],
        })
    }

    /// Empty results of a design, with the rows of a study after the headlines.
    ///
    /// # Errors
    /// What in a row has no column, or why the baseline has no base year.
    pub fn with_rows(design: &Design, dollars: Dollars, rows: &[Row]) -> Result<Self, String> {
        let Self { reader, headlines, .. } =
            Self::new(design, dollars).map_err(|error| error.to_string())?;
        let segments: Vec<String> =
            design.structure().segments.iter().map(|s| s.row.id.clone()).collect();
        let reader = reader.with_rows(rows, &segments)?;
        let width = HEADLINES.len() + rows.len();
        let scenarios = headlines.len();
        Ok(Self {
            reader,
            dollars,
            records: vec![Vec::new(); scenarios],
            headlines: vec![vec![Vec::new(); width]; scenarios],
        })
    }

    /// The values of a row of a study, by its place among the rows.
    pub fn row(&self, scenario: usize, row: usize) -> &[f64] {
        &self.headlines[scenario][HEADLINES.len() + row]
    }

    /// Paired differences of a row from the baseline.
    pub fn row_difference(&self, scenario: usize, row: usize) -> Vec<f64> {
        paired(self.row(scenario, row), self.row(0, row))
    }

    /// Adds replicates in order.
    pub fn add(&mut self, batch: Vec<Replicate>) {
        for replicate in batch {
            for (s, record) in replicate.records.into_iter().enumerate() {
                for (values, value) in
                    self.headlines[s].iter_mut().zip(self.reader.headlines(&record))
                {
                    values.push(value);
                }
                self.records[s].push(record);
            }
        }
    }

    /// Number of finished replicates.
    pub fn replicates(&self) -> usize {
        self.records[0].len()
    }

    /// A headline's values in a scenario.
    pub fn values(&self, scenario: usize, headline: &str) -> &[f64] {
        let place = Headline::find(headline).expect("callers name registered headlines");
        &self.headlines[scenario][place]
    }

    /// Licence fees that authorities take, summed over the quarters that are told, USD billion: the baseline's, then the
    /// paired differences of the regimes from it. `None` if no run has any.
    pub fn fees(&self) -> Option<Vec<Summary>> {
        let column = self.reader.column(Id::Fees, None, None);
        let sum = |r: &Arc<Record>| self.reader.sum(&self.reader.series(r, column)) / 1e3;
        let all: Vec<Vec<f64>> =
            self.records.iter().map(|runs| runs.iter().map(sum).collect()).collect();
        let taken = all.iter().flatten().any(|fee| *fee != 0.0);
        let differences = all[1..].iter().map(|fees| Summary::told(&paired(fees, &all[0])));
        taken.then(|| std::iter::once(Summary::told(&all[0])).chain(differences).collect())
    }

    /// Paired differences of a headline from the baseline.
    pub fn difference(&self, scenario: usize, headline: &str) -> Vec<f64> {
        paired(self.values(scenario, headline), self.values(0, headline))
    }

    /// Paired difference in percent of the baseline.
    pub fn relative(&self, scenario: usize, headline: &str) -> Vec<f64> {
        let base = self.values(0, headline);
        self.difference(scenario, headline).iter().zip(base).map(|(d, b)| 100.0 * d / b).collect()
    }

    /// Summary of the paired differences of a series, quarter by quarter.
    pub fn series_difference(
        &self,
        scenario: usize,
        series: impl Fn(&Reader, &Record) -> Vec<f64>,
    ) -> Vec<Summary> {
        let differences: Vec<Vec<f64>> = self.records[scenario]
            .iter()
            .zip(&self.records[0])
            .map(|(a, b)| paired(&series(&self.reader, a), &series(&self.reader, b)))
            .collect();
        by_time(&differences)
    }

    /// Summary of a series, quarter by quarter.
    pub fn series_level(
        &self,
        scenario: usize,
        series: impl Fn(&Reader, &Record) -> Vec<f64>,
    ) -> Vec<Summary> {
        let levels: Vec<Vec<f64>> =
            self.records[scenario].iter().map(|r| series(&self.reader, r)).collect();
        by_time(&levels)
    }

    /// Time until the US share of Chinese-owned purchases has fallen to `part` of what it was, as
    /// [`Reader::design_out`] says.
    pub fn design_out(&self, scenario: usize, part: f64) -> DesignOut {
        let horizon = self.reader.told_years();
        let observations: Vec<Observation> = self.records[scenario]
            .iter()
            .map(|r| Observation::within(self.reader.design_out(r, part), horizon))
            .collect();
        let curve = Curve::new(&observations, 0.95);
        let time = |p: f64| curve.quantile(p).time;
        DesignOut { p25: time(0.25), p50: time(0.5), p75: time(0.75), reached: curve.reached() }
    }
}

/// Summaries across replicates at each time.
fn by_time(values: &[Vec<f64>]) -> Vec<Summary> {
    let Some(first) = values.first() else { return Vec::new() };
    (0..first.len())
        .map(|t| Summary::told(&values.iter().map(|v| v[t]).collect::<Vec<_>>()))
        .collect()
}
