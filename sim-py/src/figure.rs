//! Figures for notebooks.

use std::fs;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrow::Table;
use crate::errors::{Failure, os_error};
use crate::parquet::csv;

/// A figure: a drawing that a notebook shows, the finding that it carries, and its data.
#[pyclass(frozen, module = "chokepoint")]
#[derive(Debug)]
pub(crate) struct Figure {
    inner: sim_charts::Figure,
}

#[pymethods]
impl Figure {
    /// Id, such as `loss-fan`.
    #[getter]
    fn id(&self) -> &str {
        &self.inner.id
    }

    /// What the figure shows, in a sentence made from its numbers.
    #[getter]
    fn headline(&self) -> &str {
        &self.inner.headline
    }

    /// The drawing as an SVG document.
    #[getter]
    fn svg(&self) -> &str {
        &self.inner.svg
    }

    /// The plotted data, one row per value; units stand in the names of columns.
    #[getter]
    fn data(&self, py: Python<'_>) -> PyResult<Table> {
        csv(&self.inner.csv).map_err(|failure| failure.raise(py))
    }

    /// What it is made for: `page`, `column` or `slide`.
    #[getter]
    fn size(&self) -> &'static str {
        self.inner.size.name
    }

    /// The drawing as PNG on white, `width` pixels wide (64 to 16,384; as a rule 17 cm at 300 dots
    /// an inch).
    #[pyo3(signature = (width = 2008))]
    fn png(&self, py: Python<'_>, width: u32) -> PyResult<Vec<u8>> {
        py.detach(|| self.inner.png(width)).map_err(|e| Failure::from(e).raise(py))
    }

    /// Writes the figure: the ending `.svg`, `.png` or `.csv` says as what.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let files = py.detach(|| self.inner.files()).map_err(|e| Failure::from(e).raise(py))?;
        let file = files.into_iter().find(|(name, _)| name.rsplit('.').next() == Some(ending));
        let Some((_, bytes)) = file else {
            let message =
                format!("{}: write a name that ends in .svg, .png or .csv", path.display());
            return Err(PyValueError::new_err(message));
        };
        fs::write(&path, bytes).map_err(|e| os_error(&path, &e))
    }

    fn _repr_svg_(&self) -> &str {
        &self.inner.svg
    }

    fn __repr__(&self) -> String {
        format!("<chokepoint.Figure {}: {}>", self.inner.id, self.inner.headline)
    }
}

impl From<sim_charts::Figure> for Figure {
    fn from(inner: sim_charts::Figure) -> Self {
        Self { inner }
    }
}

/// A size by its name.
pub(crate) fn size(name: &str) -> Result<sim_charts::Size, Failure> {
    sim_charts::Size::named(name).ok_or_else(|| {
        Failure::Argument(format!("there is no size `{name}`; there are page, column, slide"))
    })
}
