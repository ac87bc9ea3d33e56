//! The three tables of a run: experiments, outcomes, firms.

use std::sync::Arc;

use parquet::basic::Type as Physical;
use parquet::data_type::ByteArray;
use parquet::file::metadata::KeyValue;
use sim_core::calendar::Quarter;
use sim_core::metric::{Column, METRICS};
use sim_core::scenario::param::{Parameters, SPECS};
use sim_core::scenario::tables::Bloc;

use super::order::{self, Order};
use super::table::{Pressed, Table, Values};
use super::{EXPERIMENTS, OUTCOMES, RunDirectory, StoreError};
use crate::experiment::{Design, Replicate};
use crate::outcome::Reader;

/// The tables of a run that is being written.
pub struct Tables {
    outcomes: (&'static str, Table),
    firms: (&'static str, Table),
    experiments: (&'static str, Table),
    labels: Labels,
    /// Number of replicates in a group of outcomes, and its columns of text.
    pressed: Option<(usize, Vec<Arc<Pressed>>)>,
}

/// Text that recurs in every replicate, made once.
struct Labels {
    scenarios: Vec<ByteArray>,
    /// Quarter, supplier bloc, buyer bloc, segment, metric of every value of a record, as they are written.
    keys: Vec<[ByteArray; 5]>,
    order: Order,
    firms: Vec<ByteArray>,
    first_year: i32,
    /// Quarters of each year that the horizon holds: four but for a part year.
    quarters: Vec<i32>,
}

const NONE: &str = "";
/// Replicates in a row group of outcomes. While a group is written, each of its rows takes some 250 bytes, and a
/// replicate of five scenarios has over 100,000 rows.
pub(crate) const GROUP: usize = 2;

impl Tables {
    /// Opens the tables.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create(
        directory: &RunDirectory,
        design: &Design,
        reader: &Reader,
    ) -> Result<Self, StoreError> {
        let mut parameters: Vec<(&str, Physical)> = vec![
            ("scenario_id", Physical::BYTE_ARRAY),
            ("experiment_id", Physical::INT32),
            ("replication_id", Physical::INT32),
        ];
        parameters.extend(SPECS.iter().map(|spec| (spec.key, Physical::DOUBLE)));
        let text = Physical::BYTE_ARRAY;
        let run = [
            ("scenario_id", text),
            ("experiment_id", Physical::INT32),
            ("replication_id", Physical::INT32),
        ];
        let outcomes: Vec<_> = run
            .into_iter()
            .chain([
                ("quarter", text),
                ("supplier_bloc", text),
                ("buyer_bloc", text),
                ("segment", text),
                ("metric", text),
            ])
            .chain([("value", Physical::DOUBLE)])
            .collect();
        let firms: Vec<_> = run
            .into_iter()
            .chain([
                ("year", Physical::INT32),
                ("firm", text),
                ("revenue", Physical::DOUBLE),
                ("revenue_china", Physical::DOUBLE),
                ("quarters", Physical::INT32),
            ])
            .collect();
        let table = |name: &'static str, columns: &[(&str, Physical)]| {
            let metadata = meanings().chain([order::mark()]).collect();
            Table::create(&directory.temporary(name), columns, metadata).map(|t| (name, t))
        };
        Ok(Self {
            outcomes: table(OUTCOMES, &outcomes)?,
            firms: table("firms.parquet", &firms)?,
            experiments: table(EXPERIMENTS, &parameters)?,
            labels: Labels::new(design, reader),
            pressed: None,
        })
    }

    /// Writes a batch of replicates, the outcomes in row groups of a few replicates.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write(&mut self, first: usize, batch: &[Replicate]) -> Result<(), StoreError> {
        for (i, few) in batch.chunks(GROUP).enumerate() {
            let columns = self.outcomes(first + i * GROUP, few)?;
            self.outcomes.1.group(columns)?;
        }
        self.firms.1.group(self.labels.firms(first, batch))?;
        self.experiments.1.group(self.labels.experiments(first, batch))
    }

    /// The columns of a group of outcomes. What does not depend on the replicates is encoded once for each size of
    /// a group.
    fn outcomes(&mut self, first: usize, batch: &[Replicate]) -> Result<Vec<Values>, StoreError> {
        let Self { labels, outcomes: (_, table), pressed, .. } = self;
        if pressed.as_ref().is_none_or(|(size, _)| *size != batch.len()) {
            let records = batch.len() * labels.scenarios.len();
            let [scenario, _, replication] = labels.runs(first, batch, labels.keys.len());
            let mut columns = vec![
                Arc::new(table.press(SCENARIO, &scenario)?),
                Arc::new(table.press(REPLICATION, &replication)?),
            ];
            for place in 0..5 {
                let text = (0..records)
                    .flat_map(|_| labels.keys.iter().map(|key| key[place].clone()))
                    .collect();
                columns.push(Arc::new(table.press(KEYS + place, &Values::Text(text))?));
            }
            *pressed = Some((batch.len(), columns));
        }
        let known = pressed.iter().flat_map(|(_, columns)| columns);
        let mut columns: Vec<Values> = known.cloned().map(Values::Pressed).collect();
        columns.insert(EXPERIMENT, labels.experiment(first, batch, labels.keys.len()));
        let mut values =
            Vec::with_capacity(batch.len() * labels.scenarios.len() * labels.keys.len());
        for record in batch.iter().flat_map(|r| &r.records) {
            labels.order.write(record, &mut values);
        }
        columns.push(Values::Number(values));
        Ok(columns)
    }

    /// Closes the tables and gives them their names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn close(self, directory: &mut RunDirectory) -> Result<(), StoreError> {
        for (name, table) in [self.outcomes, self.firms, self.experiments] {
            table.close()?;
            directory.finish(name)?;
        }
        Ok(())
    }
}

/// Places of columns in all three tables.
const SCENARIO: usize = 0;
const EXPERIMENT: usize = 1;
const REPLICATION: usize = 2;
/// The first of the columns that say what an outcome is.
const KEYS: usize = 3;

/// Unit and meaning of every metric and parameter, for the files' metadata.
fn meanings() -> impl Iterator<Item = KeyValue> {
    let metrics = METRICS.iter().map(|m| (format!("metric.{}", m.name), m.unit, m.doc));
    let parameters = SPECS.iter().map(|s| (format!("parameter.{}", s.key), s.unit, s.doc));
    metrics
        .chain(parameters)
        .map(|(key, unit, doc)| KeyValue::new(key, Some(format!("{unit}: {doc}"))))
}

impl Labels {
    fn new(design: &Design, reader: &Reader) -> Self {
        let start = design.scenarios[0].start;
        let structure = design.structure();
        let key = |quarter: Quarter, c: &Column| {
            let bloc = |b: Option<Bloc>| ByteArray::from(b.map_or(NONE, Bloc::as_str));
            [
                ByteArray::from(quarter.to_string().as_str()),
                bloc(c.supplier),
                bloc(c.buyer),
                ByteArray::from(c.segment.map_or(NONE, |s| structure.segments[s].row.id.as_str())),
                ByteArray::from(c.metric.spec().name),
            ]
        };
        let quarters = reader.quarters();
        let last = start.plus(quarters as i32 - 1);
        // A year's sum stands at its last quarter.
        let year = |year: i32| Quarter::new(year, 4).min(last);
        let order = Order::new(reader);
        let mut keys = Vec::with_capacity(order.values());
        for c in &reader.columns {
            keys.extend((0..quarters).map(|t| key(start.plus(t as i32), c)));
        }
        for c in &reader.yearly {
            keys.extend((start.year()..=last.year()).map(|y| key(year(y), c)));
        }
        Self {
            order,
            scenarios: design.scenarios.iter().map(|s| ByteArray::from(s.id.as_str())).collect(),
            keys,
            firms: design.watch.firms.iter().map(|f| ByteArray::from(f.as_str())).collect(),
            first_year: start.year(),
            quarters: reader.quarters_by_year(),
        }
    }

    /// Scenario, experiment and replication of `rows` rows of each run of a batch.
    fn runs(&self, first: usize, batch: &[Replicate], rows: usize) -> [Values; 3] {
        let replication = vec![0; batch.len() * self.scenarios.len() * rows];
        [
            Values::Text(self.scenario(batch.len(), rows)),
            self.experiment(first, batch, rows),
            Values::Count(replication),
        ]
    }

    fn scenario(&self, replicates: usize, rows: usize) -> Vec<ByteArray> {
        (0..replicates)
            .flat_map(|_| &self.scenarios)
            .flat_map(|id| std::iter::repeat_n(id.clone(), rows))
            .collect()
    }

    fn experiment(&self, first: usize, batch: &[Replicate], rows: usize) -> Values {
        let rows = self.scenarios.len() * rows;
        let experiments = first..first + batch.len();
        Values::Count(experiments.flat_map(|r| std::iter::repeat_n(r as i32, rows)).collect())
    }

    fn firms(&self, first: usize, batch: &[Replicate]) -> Vec<Values> {
        let width = self.firms.len() * 2;
        let years = batch.first().map_or(0, |r| r.records[0].firms.len() / width.max(1));
        let records = || batch.iter().flat_map(|r| &r.records);
        let mut columns: Vec<Values> = self.runs(first, batch, years * self.firms.len()).into();
        let year = |y: usize| self.first_year + y as i32;
        columns.push(Values::Count(
            records()
                .flat_map(|_| {
                    (0..years).flat_map(|y| std::iter::repeat_n(year(y), self.firms.len()))
                })
                .collect(),
        ));
        columns.push(Values::Text(
            records().flat_map(|_| (0..years).flat_map(|_| self.firms.clone())).collect(),
        ));
        for place in 0..2 {
            let values =
                records().flat_map(|r| r.firms.iter().skip(place).step_by(2)).copied().collect();
            columns.push(Values::Number(values));
        }
        let held = |quarters: &i32| std::iter::repeat_n(*quarters, self.firms.len());
        columns.push(Values::Count(
            records().flat_map(|_| self.quarters.iter().flat_map(held)).collect(),
        ));
        columns
    }

    fn experiments(&self, first: usize, batch: &[Replicate]) -> Vec<Values> {
        let mut columns: Vec<Values> = self.runs(first, batch, 1).into();
        let draws: Vec<Vec<f64>> =
            batch.iter().flat_map(|r| &r.parameters).map(Parameters::to_vec).collect();
        for place in 0..SPECS.len() {
            columns.push(Values::Number(draws.iter().map(|d| d[place]).collect()));
        }
        columns
    }
}
