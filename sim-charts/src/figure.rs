//! A finished figure: the SVG master, its table, and the PNG made from the master.
//!
//! Invariant: the PNG is rendered with the embedded fonts only.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};

use super::canvas::Canvas;
use super::error::ChartError;
use super::frame::Frame;
use super::size::Size;
use super::{svg, text};

/// Least and greatest width of a PNG (px).
const WIDTHS: (u32, u32) = (64, 16_384);

/// Dots of PNG figures to a centimetre of print, and on a slide: 300 and about 75 an inch.
const DOTS: f64 = 300.0 / 2.54;
const SLIDE_DOTS: f64 = 1920.0 / 33.87;

/// A file of a figure: its name and what is in it.
pub type File = (String, Vec<u8>);

/// A figure, ready to be written to `figures/<stem>.{svg,csv,png}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Identifier: lower-case letters, digits and hyphens.
    pub id: String,
    /// The size that the figure is made for.
    pub size: Size,
    /// The drawing, a complete SVG document that scales.
    pub svg: String,
    /// The finding, as the drawing's headline says it.
    pub headline: String,
    /// The plotted data, one row per value; units stand in the header.
    pub csv: String,
}

impl Figure {
    /// The figure drawn on a canvas, with its table.
    pub(crate) fn new(frame: &Frame, canvas: &Canvas, csv: String) -> Result<Self, ChartError> {
        Ok(Self {
            id: frame.id.clone(),
            size: frame.size,
            svg: svg::render(frame, canvas)?,
            headline: frame.headline.clone(),
            csv,
        })
    }

    /// Name of the figure's files without the ending.
    pub fn stem(&self) -> String {
        self.size.stem(&self.id)
    }

    /// The files of the figure by name: drawing, picture, table.
    pub fn files(&self) -> Result<[File; 3], ChartError> {
        let name = |ending: &str| format!("{}.{ending}", self.stem());
        let dots = if self.size == Size::SLIDE { SLIDE_DOTS } else { DOTS };
        Ok([
            (name("svg"), self.svg.clone().into_bytes()),
            (name("png"), self.png((self.size.print * dots).round() as u32)?),
            (name("csv"), self.csv.clone().into_bytes()),
        ])
    }

    /// The drawing as PNG on white, `width_px` wide (px), 64 to 16 384; the height follows.
    pub fn png(&self, width_px: u32) -> Result<Vec<u8>, ChartError> {
        let (min, max) = WIDTHS;
        if !(min..=max).contains(&width_px) {
            return Err(ChartError::Width { width: width_px, min, max });
        }
        let tree =
            Tree::from_str(&self.svg, &options()).map_err(|error| ChartError::render(&error))?;
        let scale = width_px as f32 / tree.size().width();
        let height_px = (tree.size().height() * scale).round() as u32;
        let mut pixmap = Pixmap::new(width_px, height_px)
            .ok_or_else(|| ChartError::Render { reason: "no memory for the image".to_owned() })?;
        pixmap.fill(Color::WHITE);
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        pixmap.encode_png().map_err(|error| ChartError::render(&error))
    }
}

/// Rendering options whose only fonts are the embedded ones.
fn options() -> Options<'static> {
    let mut fonts = Database::new();
    fonts.load_font_data(text::REGULAR.to_vec());
    fonts.load_font_data(text::BOLD.to_vec());
    Options { fontdb: Arc::new(fonts), ..Options::default() }
}
