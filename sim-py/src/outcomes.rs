//! The long table of outcomes of a comparison, row for row that of `outcomes.parquet`.
//!
//! Labels are the same in every replicate: they are made once and shared by all chunks, so the table costs little more
//! than its values.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use sim_core::calendar::Quarter;
use sim_core::metric::{Column, METRICS};
use sim_core::scenario::param::SPECS;
use sim_core::scenario::tables::Bloc;
use sim_lab::results::Results;
use sim_lab::store::Order;
use sim_lab::study::Study;

use crate::arrow::{Table, Words, counts, numbers};
use crate::errors::Failure;

const COLUMNS: [&str; 9] = [
    "scenario_id",
    "experiment_id",
    "replication_id",
    "quarter",
    "supplier_bloc",
    "buyer_bloc",
    "segment",
    "metric",
    "value",
];

/// Words of a row: quarter, supplier bloc, buyer bloc, segment, metric.
type Key = (Quarter, Column);

/// The table; a chunk for each replicate.
pub(crate) fn table(study: &Study, results: &Results) -> Result<Table, Failure> {
    let (keys, order) = (keys(study, results), Order::new(&results.reader));
    let rows = keys.len() * study.regimes.len();
    let labels = labels(study, &keys);
    let replication = counts(vec![0; rows]);
    let chunk = |replicate: usize| -> Vec<ArrayRef> {
        let mut values = Vec::with_capacity(rows);
        for records in &results.records {
            order.write(&records[replicate], &mut values);
        }
        let mut columns = labels.clone();
        let experiment = counts(vec![replicate as i32; rows]);
        columns.splice(1..1, [experiment, Arc::clone(&replication)]);
        columns.push(numbers(values));
        columns
    };
    let names = COLUMNS.map(str::to_owned);
    Table::new(&names, meanings(), (0..results.replicates()).map(chunk).collect())
}

/// The rows of a run, in the order in which records are written.
fn keys(study: &Study, results: &Results) -> Vec<Key> {
    let reader = &results.reader;
    let quarters = || (0..study.quarters()).map(|t| study.start.plus(t as i32));
    let quarterly = reader.columns.iter().flat_map(|c| quarters().map(move |q| (q, *c)));
    // A year's sum stands at its last quarter.
    let years = || study.start.year()..=study.end.year();
    let ends = || years().map(|year| Quarter::new(year, 4).min(study.end));
    quarterly.chain(reader.yearly.iter().flat_map(|c| ends().map(move |q| (q, *c)))).collect()
}

/// Columns of text of a replicate: scenario, then the words of each row.
fn labels(study: &Study, keys: &[Key]) -> Vec<ArrayRef> {
    let segment = |c: &Column| c.segment.map_or("", |s| study.segments[s].id.as_str());
    let bloc = |b: Option<Bloc>| b.map_or("", Bloc::as_str);
    let column = |word: &dyn Fn(&str, &Key) -> String| {
        let mut words = Words::default();
        for regime in &study.regimes {
            for key in keys {
                words.push(&word(&regime.id, key));
            }
        }
        words.finish()
    };
    vec![
        column(&|regime, _| regime.to_owned()),
        column(&|_, (quarter, _)| quarter.to_string()),
        column(&|_, (_, c)| bloc(c.supplier).to_owned()),
        column(&|_, (_, c)| bloc(c.buyer).to_owned()),
        column(&|_, (_, c)| segment(c).to_owned()),
        column(&|_, (_, c)| c.metric.spec().name.to_owned()),
    ]
}

/// Unit and meaning of every metric and parameter.
fn meanings() -> HashMap<String, String> {
    let metrics = METRICS.iter().map(|m| (format!("metric.{}", m.name), m.unit, m.doc));
    let parameters = SPECS.iter().map(|s| (format!("parameter.{}", s.key), s.unit, s.doc));
    metrics.chain(parameters).map(|(key, unit, doc)| (key, format!("{unit}: {doc}"))).collect()
}
