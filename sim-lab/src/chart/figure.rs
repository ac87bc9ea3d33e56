//! A finished figure: the SVG master, its table, and the PNG made from the master.
//!
//! Invariant: the PNG is rendered with the embedded fonts only.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};

use super::error::ChartError;
use super::text;

/// Least and greatest width of a PNG (px).
const WIDTHS: (u32, u32) = (64, 16_384);

/// Width of a PNG in a run directory: 17 cm at 300 dots an inch (px).
const PRINT_WIDTH: u32 = 2008;

/// A figure, ready to be written to `figures/<id>.{svg,csv,png}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Lower-case name, the stem of the files.
    pub id: String,
    /// The drawing, a complete SVG document that scales.
    pub svg: String,
    /// The finding, as the drawing's headline says it.
    pub headline: String,
    /// The plotted data, one row per value; units stand in the header.
    pub csv: String,
}

impl Figure {
    /// Its files by name: drawing, picture, table.
    pub fn files(&self) -> Result<[(String, Vec<u8>); 3], ChartError> {
        let name = |ending: &str| format!("{}.{ending}", self.id);
        Ok([
            (name("svg"), self.svg.clone().into_bytes()),
            (name("png"), self.png(PRINT_WIDTH)?),
            (name("csv"), self.csv.clone().into_bytes()),
        ])
    }

    /// The drawing as PNG on white, `width_px` wide (px), 64 to 16 384; the height follows.
    pub fn png(&self, width_px: u32) -> Result<Vec<u8>, ChartError> {
        let (min, max) = WIDTHS;
        if !(min..=max).contains(&width_px) {
            return Err(ChartError::Width { width: width_px, min, max });
        }
        let tree = Tree::from_str(&self.svg, &options()).map_err(refused)?;
        let scale = width_px as f32 / tree.size().width();
        let height_px = (tree.size().height() * scale).round() as u32;
        let mut pixmap = Pixmap::new(width_px, height_px)
            .ok_or_else(|| ChartError::Render { reason: "no memory for the image".to_owned() })?;
        pixmap.fill(Color::WHITE);
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        pixmap.encode_png().map_err(refused)
    }
}

/// Rendering options whose only fonts are the embedded ones.
fn options() -> Options<'static> {
    let mut fonts = Database::new();
    fonts.load_font_data(text::REGULAR.to_vec());
    fonts.load_font_data(text::BOLD.to_vec());
    Options { fontdb: Arc::new(fonts), ..Options::default() }
}

#[allow(clippy::needless_pass_by_value)] // the shape `map_err` wants
fn refused(error: impl std::fmt::Display) -> ChartError {
    ChartError::Render { reason: error.to_string() }
}
