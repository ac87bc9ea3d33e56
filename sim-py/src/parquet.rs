//! Tables of a run directory as Arrow tables: Parquet files and CSV files of known form.
//!
//! Invariant: columns, rows and values are the file's own, in its order.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use arrow_array::ArrayRef;
use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use sim_core::scenario::plain::unguarded;

use crate::arrow::{Table, Words, counts, numbers, sparse};
use crate::errors::Failure;

/// Reads a Parquet file that the program wrote.
pub(crate) fn read(path: &Path) -> Result<Table, Failure> {
    let fail = |e: &dyn std::fmt::Display| Failure::Store(format!("{}: {e}", path.display()));
    let file = File::open(path).map_err(|e| fail(&e))?;
    let reader = SerializedFileReader::new(file).map_err(|e| fail(&e))?;
    let about = reader.metadata().file_metadata();
    let schema = about.schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|c| c.name().to_owned()).collect();
    let metadata: HashMap<String, String> = about
        .key_value_metadata()
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?)))
        .collect();
    let columns =
        (0..names.len()).map(|place| column(&reader, place, schema.column(place).physical_type()));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(|e| fail(&e))?;
    Table::new(&names, metadata, vec![columns])
}

/// A column of all row groups.
fn column(
    reader: &SerializedFileReader<File>,
    place: usize,
    physical: Physical,
) -> Result<ArrayRef, ParquetError> {
    match physical {
        Physical::DOUBLE => {
            let mut values = Vec::new();
            groups(reader, place, |column, rows| match column {
                ColumnReader::DoubleColumnReader(r) => fill::<DoubleType>(r, rows, &mut values),
                _ => Err(strange(place)),
            })?;
            Ok(numbers(values))
        }
        Physical::INT32 => {
            let mut values = Vec::new();
            groups(reader, place, |column, rows| match column {
                ColumnReader::Int32ColumnReader(r) => fill::<Int32Type>(r, rows, &mut values),
                _ => Err(strange(place)),
            })?;
            Ok(counts(values))
        }
        Physical::BYTE_ARRAY => {
            let mut words = Words::default();
            groups(reader, place, |column, rows| match column {
                ColumnReader::ByteArrayColumnReader(r) => {
                    let mut values: Vec<ByteArray> = Vec::new();
                    fill::<ByteArrayType>(r, rows, &mut values)?;
                    values.iter().try_for_each(|v| v.as_utf8().map(|word| words.push(word)))
                }
                _ => Err(strange(place)),
            })?;
            Ok(words.finish())
        }
        _ => Err(strange(place)),
    }
}

/// Hands the reader of a column over for each row group, with its number of rows.
fn groups(
    reader: &SerializedFileReader<File>,
    place: usize,
    mut take: impl FnMut(ColumnReader, usize) -> Result<(), ParquetError>,
) -> Result<(), ParquetError> {
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = group.metadata().num_rows() as usize;
        take(group.get_column_reader(place)?, rows)?;
    }
    Ok(())
}

/// Appends `rows` values.
fn fill<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    values: &mut Vec<T::T>,
) -> Result<(), ParquetError> {
    let end = values.len() + rows;
    while values.len() < end {
        let (read, _, _) = reader.read_records(end - values.len(), None, None, values)?;
        if read == 0 {
            return Err(ParquetError::General("a column is cut short".to_owned()));
        }
    }
    Ok(())
}

fn strange(place: usize) -> ParquetError {
    ParquetError::General(format!("column {place} is of a type that this program never writes"))
}

/// Reads a CSV text of the program: a column is one of numbers if all its cells that are not empty are; empty ones are
/// null then.
pub(crate) fn csv(text: &str) -> Result<Table, Failure> {
    let fail = |e: csv::Error| Failure::Store(format!("a table cannot be read: {e}"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().map_err(fail)?.iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().map_err(fail)?;
    let column = |place: usize| {
        let cells = || rows.iter().map(move |row| row.get(place).unwrap_or_default());
        let is_number = |cell: &str| cell.is_empty() || cell.parse::<f64>().is_ok();
        if cells().all(is_number) && cells().any(|cell| !cell.is_empty()) {
            return sparse(cells().map(|cell| cell.parse().ok()).collect());
        }
        let mut words = Words::default();
        cells().for_each(|cell| words.push(unguarded(cell)));
        words.finish()
    };
    let columns = (0..names.len()).map(column).collect();
    Table::new(&names, HashMap::new(), vec![columns])
}
