//! Small multiples: plots of one size in columns and rows.
//!
//! Invariant: all plots of a figure have one width and one height, and those of a row stand level.

use super::canvas::Rect;
use super::error::ChartError;
use super::{axes, checks};

/// Room between the names of a row of panels and the plots below them [logical px].
pub(crate) const NAME_GAP: f64 = 8.0;

/// Panels in columns, filled row by row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Grid {
    panels: usize,
    columns: usize,
    /// Left edge of the first column [logical px].
    pub(crate) left: f64,
    /// Width of a column [logical px].
    pub(crate) width: f64,
    /// Gap between columns [logical px].
    pub(crate) gap: f64,
}

impl Grid {
    /// Panels in a number of columns between two edges, with a gap between columns [logical px].
    pub(crate) fn new(panels: usize, columns: usize, edges: (f64, f64), gap: f64) -> Self {
        let width = (edges.1 - edges.0 + gap) / columns as f64 - gap;
        Self { panels, columns, left: edges.0, width, gap }
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.panels.div_ceil(self.columns)
    }

    /// Whether a panel is the first of its row, where the values of its axis stand.
    pub(crate) fn leads(&self, panel: usize) -> bool {
        panel.is_multiple_of(self.columns)
    }

    /// Whether no panel stands below a panel, so that the years do.
    pub(crate) fn is_lowest(&self, panel: usize) -> bool {
        panel + self.columns >= self.panels
    }

    /// Height above the plots of each row that the names of its panels need, at a height of a line [logical px].
    pub(crate) fn heads(&self, names: &[Vec<String>], line: f64) -> Vec<f64> {
        let most = |row: &[Vec<String>]| row.iter().map(Vec::len).max().unwrap_or_default();
        names.chunks(self.columns).map(|row| most(row) as f64 * line + NAME_GAP).collect()
    }

    /// The plots between two heights, each as wide as its column, with heads above the rows and a gap between rows
    /// [logical px].
    ///
    /// # Errors
    /// [`ChartError::NoRoom`] if plots would be lower than `least` [logical px].
    pub(crate) fn plots(
        &self,
        heads: &[f64],
        (top, bottom): (f64, f64),
        gap: f64,
        least: f64,
    ) -> Result<Vec<Rect>, ChartError> {
        let rows = self.rows() as f64;
        let taken = heads.iter().sum::<f64>() + gap * (rows - 1.0) + axes::YEARS;
        let height = (bottom - top - taken) / rows;
        checks::room(height, least)?;
        let plot = |panel: usize| {
            let (column, row) = (panel % self.columns, panel / self.columns);
            let above = heads[..=row].iter().sum::<f64>() + row as f64 * (height + gap);
            let x = self.left + column as f64 * (self.width + self.gap);
            Rect { x, y: top + above, width: self.width, height }
        };
        Ok((0..self.panels).map(plot).collect())
    }
}
