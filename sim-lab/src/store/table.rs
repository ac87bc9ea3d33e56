//! Parquet without Arrow: a table that is written group by group, and its columns read back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::reader::ColumnReader;
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::Type;

use super::{StoreError, disk};

/// Bytes of a page of values: more than a group of outcomes has.
const LARGEST_PAGE: usize = 16 << 20;

/// A column of values to write.
pub(crate) enum Values {
    Text(Vec<ByteArray>),
    /// A column that recurs in many groups, encoded once.
    Pressed(Arc<Pressed>),
    Number(Vec<f64>),
    Count(Vec<i32>),
}

/// An encoded column of a group of rows.
pub(crate) struct Pressed {
    bytes: Bytes,
    close: ColumnCloseResult,
}

/// A table that is being written.
pub(crate) struct Table {
    path: PathBuf,
    writer: SerializedFileWriter<disk::Writing>,
}

impl Table {
    /// Opens a table at a path.
    pub(crate) fn create(
        path: &Path,
        columns: &[(&str, Physical)],
        metadata: Vec<KeyValue>,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Parquet { path: path.to_owned(), source };
        let schema = schema(columns).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("chokepoint {}", env!("CARGO_PKG_VERSION")))
            .set_column_dictionary_enabled("value".into(), false)
            .set_column_encoding("value".into(), Encoding::BYTE_STREAM_SPLIT)
            .set_column_compression("value".into(), Compression::ZSTD(ZstdLevel::default()))
            // A page for the group: what scenarios have in common is written once only if they stand in one page.
            .set_data_page_row_count_limit(usize::MAX)
            .set_data_page_size_limit(LARGEST_PAGE)
            .set_key_value_metadata(Some(metadata))
            .build();
        let file = disk::create(path)
            .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
            .map_err(failed)?;
        Ok(Self { path: path.to_owned(), writer })
    }

    /// Writes a group of rows, one entry of `columns` for each column of the schema.
    pub(crate) fn group(&mut self, columns: Vec<Values>) -> Result<(), StoreError> {
        self.write_group(columns)
            .map_err(|source| StoreError::Parquet { path: self.path.clone(), source })
    }

    /// Encodes a column, to be written in many groups.
    pub(crate) fn press(&self, column: usize, values: &Values) -> Result<Pressed, StoreError> {
        self.press_values(column, values)
            .map_err(|source| StoreError::Parquet { path: self.path.clone(), source })
    }

    fn press_values(&self, column: usize, values: &Values) -> Result<Pressed, ParquetError> {
        let description = self.writer.schema_descr().column(column);
        let properties = Arc::clone(self.writer.properties());
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let mut writer = get_column_writer(description, properties, pages);
        put(&mut writer, values)?;
        let close = writer.close()?;
        Ok(Pressed { bytes: sink.into_inner()?.into(), close })
    }

    fn write_group(&mut self, columns: Vec<Values>) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for values in columns {
            if let Values::Pressed(pressed) = values {
                group.append_column(&pressed.bytes, pressed.close.clone())?;
                continue;
            }
            let Some(mut column) = group.next_column()? else { break };
            put(column.untyped(), &values)?;
            column.close()?;
        }
        group.close().map(|_| ())
    }

    /// Ends the file.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        let path = self.path;
        self.writer.close().map(|_| ()).map_err(|source| StoreError::Parquet { path, source })
    }
}

/// Writes all values of a column of a group.
fn put(column: &mut ColumnWriter<'_>, values: &Values) -> Result<(), ParquetError> {
    let written = match (column, values) {
        (ColumnWriter::ByteArrayColumnWriter(w), Values::Text(v)) => w.write_batch(v, None, None),
        (ColumnWriter::DoubleColumnWriter(w), Values::Number(v)) => w.write_batch(v, None, None),
        (ColumnWriter::Int32ColumnWriter(w), Values::Count(v)) => w.write_batch(v, None, None),
        _ => Err(ParquetError::General("column type differs from its schema".into())),
    };
    written.map(|_| ())
}

fn schema(columns: &[(&str, Physical)]) -> Result<Type, ParquetError> {
    let field = |(column, physical): &(&str, Physical)| {
        let text = *physical == Physical::BYTE_ARRAY;
        Type::primitive_type_builder(column, *physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(text.then_some(LogicalType::String))
            .build()
            .map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("run").with_fields(fields).build()
}

/// A table that is being read, group by group.
pub(crate) struct Reading {
    path: PathBuf,
    reader: SerializedFileReader<Bytes>,
}

impl Reading {
    /// A table of bytes that were checked; the path is for messages.
    pub(crate) fn of(path: &Path, bytes: Vec<u8>) -> Result<Self, StoreError> {
        let reader = SerializedFileReader::new(Bytes::from(bytes))
            .map_err(|source| StoreError::Parquet { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), reader })
    }

    /// Names of the columns.
    pub(crate) fn columns(&self) -> Vec<String> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        schema.columns().iter().map(|c| c.name().to_owned()).collect()
    }

    /// What the file says of itself.
    pub(crate) fn metadata(&self) -> Option<&Vec<KeyValue>> {
        self.reader.metadata().file_metadata().key_value_metadata()
    }

    /// Number of row groups.
    pub(crate) fn groups(&self) -> usize {
        self.reader.num_row_groups()
    }

    /// A column of numbers of a row group.
    pub(crate) fn numbers(&self, group: usize, column: usize) -> Result<Vec<f64>, StoreError> {
        self.read_numbers(group, column)
            .map_err(|source| StoreError::Parquet { path: self.path.clone(), source })
    }

    fn read_numbers(&self, group: usize, column: usize) -> Result<Vec<f64>, ParquetError> {
        let rows = self.reader.get_row_group(group)?;
        let wanted = rows.metadata().num_rows() as usize;
        let mut values: Vec<f64> = Vec::with_capacity(wanted);
        let ColumnReader::DoubleColumnReader(mut reader) = rows.get_column_reader(column)? else {
            return Err(ParquetError::General(format!("column {column} holds no numbers")));
        };
        while values.len() < wanted {
            let (read, _, _) =
                reader.read_records(wanted - values.len(), None, None, &mut values)?;
            if read == 0 {
                return Err(ParquetError::General(format!("column {column} is cut short")));
            }
        }
        Ok(values)
    }
}
