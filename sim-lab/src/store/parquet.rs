//! The three tables of a run: experiments, outcomes, firms.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use sim_core::calendar::Quarter;
use sim_core::metric::{Column, METRICS};
use sim_core::scenario::param::{Parameters, SPECS};
use sim_core::scenario::tables::Bloc;

use super::{RunDirectory, StoreError};
use crate::experiment::{Design, Replicate};
use crate::outcome::Reader;

/// A column of values to write.
enum Values {
    Text(Vec<ByteArray>),
    Number(Vec<f64>),
    Count(Vec<i32>),
}

struct Table {
    name: &'static str,
    writer: SerializedFileWriter<File>,
}

/// The tables of a run that is being written.
pub struct Tables {
    outcomes: Table,
    firms: Table,
    experiments: Table,
    labels: Labels,
}

/// Text that recurs in every replicate, made once.
struct Labels {
    scenarios: Vec<ByteArray>,
    /// Quarter, supplier bloc, buyer bloc, segment, metric of every value of a record.
    keys: Vec<[ByteArray; 5]>,
    firms: Vec<ByteArray>,
    first_year: i32,
}

const NONE: &str = "";

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
            ])
            .collect();
        Ok(Self {
            outcomes: Table::create(directory, "outcomes.parquet", &outcomes)?,
            firms: Table::create(directory, "firms.parquet", &firms)?,
            experiments: Table::create(directory, "experiments.parquet", &parameters)?,
            labels: Labels::new(design, reader),
        })
    }

    /// Writes a batch of replicates as one row group.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write(&mut self, first: usize, batch: &[Replicate]) -> Result<(), StoreError> {
        self.outcomes.group(self.labels.outcomes(first, batch))?;
        self.firms.group(self.labels.firms(first, batch))?;
        self.experiments.group(self.labels.experiments(first, batch))
    }

    /// Closes the tables and gives them their names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn close(self, directory: &mut RunDirectory) -> Result<(), StoreError> {
        for table in [self.outcomes, self.firms, self.experiments] {
            let name = table.name;
            table.writer.close().map_err(|source| failed(name, source))?;
            directory.finish(name)?;
        }
        Ok(())
    }
}

fn failed(name: &str, source: ParquetError) -> StoreError {
    StoreError::Parquet { path: name.into(), source }
}

impl Table {
    fn create(
        directory: &RunDirectory,
        name: &'static str,
        columns: &[(&str, Physical)],
    ) -> Result<Self, StoreError> {
        let fields = columns
            .iter()
            .map(|(column, physical)| {
                Type::primitive_type_builder(column, *physical)
                    .with_repetition(Repetition::REQUIRED)
                    .with_logical_type(
                        (*physical == Physical::BYTE_ARRAY).then_some(LogicalType::String),
                    )
                    .build()
                    .map(Arc::new)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| failed(name, source))?;
        let schema = Type::group_type_builder("run")
            .with_fields(fields)
            .build()
            .map_err(|source| failed(name, source))?;
        let units = METRICS
            .iter()
            .map(|m| {
                KeyValue::new(format!("metric.{}", m.name), Some(format!("{}: {}", m.unit, m.doc)))
            })
            .chain(SPECS.iter().map(|s| {
                KeyValue::new(
                    format!("parameter.{}", s.key),
                    Some(format!("{}: {}", s.unit, s.doc)),
                )
            }))
            .collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("chokepoint {}", env!("CARGO_PKG_VERSION")))
            .set_column_dictionary_enabled("value".into(), false)
            .set_key_value_metadata(Some(units))
            .build();
        let path = directory.temporary(name);
        let file = File::create(&path).map_err(|source| StoreError::File { path, source })?;
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
            .map_err(|source| failed(name, source))?;
        Ok(Self { name, writer })
    }

    fn group(&mut self, columns: Vec<Values>) -> Result<(), StoreError> {
        self.write_group(columns).map_err(|source| failed(self.name, source))
    }

    fn write_group(&mut self, columns: Vec<Values>) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for values in columns {
            let Some(mut column) = group.next_column()? else { break };
            match (column.untyped(), values) {
                (ColumnWriter::ByteArrayColumnWriter(w), Values::Text(v)) => {
                    w.write_batch(&v, None, None)?
                }
                (ColumnWriter::DoubleColumnWriter(w), Values::Number(v)) => {
                    w.write_batch(&v, None, None)?
                }
                (ColumnWriter::Int32ColumnWriter(w), Values::Count(v)) => {
                    w.write_batch(&v, None, None)?
                }
                _ => {
                    return Err(ParquetError::General(
                        "column type differs from its schema".into(),
                    ));
                }
            };
            column.close()?;
        }
        group.close().map(|_| ())
    }
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
        let mut keys = Vec::new();
        for t in 0..quarters {
            let quarter = start.plus(t as i32);
            keys.extend(reader.columns.iter().map(|c| key(quarter, c)));
        }
        let last = start.plus(quarters as i32 - 1);
        for year in start.year()..=last.year() {
            // A year's sum stands at its last quarter.
            let quarter = Quarter::new(year, 4).min(last);
            keys.extend(reader.yearly.iter().map(|c| key(quarter, c)));
        }
        Self {
            scenarios: design.scenarios.iter().map(|s| ByteArray::from(s.id.as_str())).collect(),
            keys,
            firms: design.watch.firms.iter().map(|f| ByteArray::from(f.as_str())).collect(),
            first_year: start.year(),
        }
    }

    /// Scenario, experiment and replication of `rows` rows of each run of a batch.
    fn runs(&self, first: usize, batch: &[Replicate], rows: usize) -> [Values; 3] {
        let runs = batch.len() * self.scenarios.len() * rows;
        let mut scenario = Vec::with_capacity(runs);
        let mut experiment = Vec::with_capacity(runs);
        for r in 0..batch.len() {
            for id in &self.scenarios {
                scenario.extend(std::iter::repeat_n(id.clone(), rows));
                experiment.extend(std::iter::repeat_n((first + r) as i32, rows));
            }
        }
        [Values::Text(scenario), Values::Count(experiment), Values::Count(vec![0; runs])]
    }

    fn outcomes(&self, first: usize, batch: &[Replicate]) -> Vec<Values> {
        let records = || batch.iter().flat_map(|r| &r.records);
        let mut columns: Vec<Values> = self.runs(first, batch, self.keys.len()).into();
        for place in 0..5 {
            let text =
                records().flat_map(|_| self.keys.iter().map(|key| key[place].clone())).collect();
            columns.push(Values::Text(text));
        }
        columns.push(Values::Number(
            records().flat_map(|r| r.quarterly.iter().chain(&r.yearly)).copied().collect(),
        ));
        columns
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
