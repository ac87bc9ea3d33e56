//! Tables for Python through Arrow's C data interface: every library that knows the PyCapsule protocol takes them
//! without a copy.
//!
//! Invariant: a table is never changed once it is made; its columns may be shared with any number of consumers.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, RecordBatchIterator,
    StringArray,
};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors::Failure;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// A table of results in Arrow's columnar format.
///
/// pandas, polars, pyarrow and duckdb read it without a copy: `polars.DataFrame(table)`,
/// `pyarrow.table(table)`, `table.to_pandas()`, and `duckdb.sql("from name")` for a table in the variable `name`. Texts are dictionary-encoded.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug, Clone)]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Table {
    /// Number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    /// Names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Unit and meaning of metrics (`metric.NAME`) and parameters (`parameter.KEY`), as in the Parquet files.
    #[getter]
    fn metadata(&self) -> HashMap<String, String> {
        self.schema.metadata().clone().into()
    }

    /// The table as a `pandas.DataFrame`; texts become categories. Needs pandas and pyarrow.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::to_pyarrow(slf)?.call_method0("to_pandas")
    }

    /// The table as a `polars.DataFrame`. Needs polars.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.getattr("DataFrame")?.call1((slf,))
    }

    /// The table as a `pyarrow.Table`. Needs pyarrow.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.getattr("table")?.call1((slf,))
    }

    /// Arrow's stream of the table, for libraries.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok::<_, ArrowError>);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, STREAM)
    }

    /// Arrow's schema of the table, for libraries.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema =
            FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(|e| broken(&e).raise(py))?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    fn __repr__(&self) -> String {
        let columns: Vec<String> = self
            .schema
            .fields()
            .iter()
            .map(|field| format!("  {}: {}", field.name(), field.data_type()))
            .collect();
        format!("<chokepoint.Table of {} rows\n{}>", self.num_rows(), columns.join("\n"))
    }
}

impl Table {
    /// A table from chunks of columns; every chunk has the columns of `names`.
    pub(crate) fn new(
        names: &[String],
        metadata: HashMap<String, String>,
        chunks: Vec<Vec<ArrayRef>>,
    ) -> Result<Self, Failure> {
        let first = chunks.first().ok_or_else(|| Failure::Store("an empty table".to_owned()))?;
        let fields: Vec<Field> = names
            .iter()
            .zip(first)
            .map(|(name, column)| {
                Field::new(name, column.data_type().clone(), column.null_count() > 0)
            })
            .collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let batch = |columns| RecordBatch::try_new(Arc::clone(&schema), columns);
        let batches = chunks.into_iter().map(batch).collect::<Result<_, _>>();
        Ok(Self { batches: batches.map_err(|e| broken(&e))?, schema })
    }
}

/// Texts that recur: each once, and a number for every row.
#[derive(Debug, Default)]
pub(crate) struct Words {
    texts: Vec<String>,
    places: HashMap<String, i32>,
    rows: Vec<i32>,
}

impl Words {
    /// Adds a row.
    pub(crate) fn push(&mut self, word: &str) {
        let place = self.places.get(word).copied().unwrap_or_else(|| {
            let place = self.texts.len() as i32;
            self.texts.push(word.to_owned());
            self.places.insert(word.to_owned(), place);
            place
        });
        self.rows.push(place);
    }

    /// The column.
    pub(crate) fn finish(self) -> ArrayRef {
        let values = Arc::new(StringArray::from(self.texts));
        Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(self.rows), values))
    }
}

/// A column of numbers; the vector becomes the column without a copy.
pub(crate) fn numbers(values: Vec<f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

/// A column of numbers of which some are missing.
pub(crate) fn sparse(values: Vec<Option<f64>>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

/// A column of whole numbers.
pub(crate) fn counts(values: Vec<i32>) -> ArrayRef {
    Arc::new(Int32Array::from(values))
}

fn broken(error: &ArrowError) -> Failure {
    Failure::Store(format!("a table cannot be handed over: {error}"))
}
