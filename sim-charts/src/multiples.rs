//! Small multiples: plots of one size in columns and rows.
//!
//! Invariant: all plots of a figure have one width and one height, and those of a row stand level.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::error::ChartError;
use super::{Frame, axes, checks, text};

/// Room between the names of a row of panels and the plots below them [logical px].
pub(crate) const NAME_GAP: f64 = 8.0;

/// Size of the names of rows [logical px].
pub(crate) const ROW_SIZE: f64 = 13.0;

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

/// Plots side by side of which the rows are the same and have their names at the left: draws the names, and gives the
/// plots between the edges of `body`, below `head` and with a gap between them [logical px].
///
/// # Errors
/// [`ChartError::NoRoom`] if a row would be lower than its name.
pub(crate) fn named_rows(
    (canvas, frame): (&mut Canvas, &Frame),
    (body, head, gap): (Rect, f64, f64),
    rows: &[String],
    panels: usize,
) -> Result<Vec<Rect>, ChartError> {
    let (room, lines) = frame.size.choose((250.0, 1), (132.0, 2));
    let wrap = |name: &String| text::wrap_to(name, ROW_SIZE, false, room, lines);
    let names: Vec<Vec<String>> = rows.iter().map(wrap).collect();
    let left = body.x
        + text::widest(names.iter().flatten(), ROW_SIZE, false)
        + frame.size.choose(22.0, 16.0);
    let edges = (left, body.right() - frame.size.choose(20.0, 10.0));
    let grid = Grid::new(panels, panels, edges, gap);
    let deepest = names.iter().map(Vec::len).max().unwrap_or(1);
    let least = deepest as f64 * (ROW_SIZE + 1.0) * names.len() as f64;
    let areas = grid.plots(&[head], (body.y, body.bottom()), 0.0, least)?;
    for (lines, y) in names.iter().zip(areas[0].middles(names.len())) {
        let label = |line: &str| Label::new(line, ROW_SIZE).anchor(Anchor::End);
        canvas.centred((left - 10.0, y), 14.0, lines, label);
    }
    Ok(areas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_of_one_size_fill_the_area_without_overlap() {
        let grid = Grid::new(5, 3, (50.0, 450.0), 20.0);
        let names = [1, 2, 1, 1, 3].map(|lines| vec![String::new(); lines]);
        let heads = grid.heads(&names, 10.0);
        assert_eq!(heads, [28.0, 38.0]);
        let plots = grid.plots(&heads, (100.0, 400.0), 12.0, 40.0).expect("there is room");
        assert!(plots.iter().all(|p| (p.width, p.height) == (120.0, plots[0].height)));
        assert_eq!((plots[0].y, plots[2].right()), (128.0, 450.0));
        assert!((plots[4].bottom() + axes::YEARS - 400.0).abs() < 1e-9, "{plots:?}");
        assert!((plots[3].y - plots[1].bottom() - 12.0 - heads[1]).abs() < 1e-9, "{plots:?}");
        assert_eq!([0, 1, 3].map(|i| grid.leads(i)), [true, false, true]);
        assert_eq!([1, 2, 3, 4].map(|i| grid.is_lowest(i)), [false, true, true, true]);
    }

    #[test]
    fn plots_that_would_be_too_low_are_refused() {
        let grid = Grid::new(2, 1, (0.0, 100.0), 0.0);
        let refused = grid.plots(&[20.0, 20.0], (0.0, 200.0), 10.0, 80.0);
        assert!(matches!(refused, Err(ChartError::NoRoom { min: 80.0, .. })), "{refused:?}");
    }
}
