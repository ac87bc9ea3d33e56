//! Markers: the second channel beside colour.
//!
//! Invariant: all markers cover about the same area.

use super::canvas::{Canvas, Point};
use super::palette::Rgb;

/// Shape at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// Filled circle.
    Disc,
    /// Filled square.
    Square,
    /// Filled triangle, point up.
    Triangle,
    /// Filled square on its corner.
    Diamond,
    /// Hollow circle.
    Ring,
    /// Filled triangle, point down.
    Down,
}

impl Marker {
    /// Draws the marker about a point, scaled by `size`, with a thin rim of paper so that it stands clear of lines.
    pub(crate) fn draw(self, canvas: &mut Canvas, at: Point, colour: Rgb, size: f64) {
        let paper = super::palette::PAPER;
        match self {
            Self::Disc => {
                canvas.disc(at, 5.2 * size, paper);
                canvas.disc(at, 4.2 * size, colour);
            }
            Self::Ring => {
                canvas.disc(at, 5.0 * size, colour);
                canvas.disc(at, 2.8 * size, paper);
            }
            _ => {
                canvas.polygon(self.outline(at, 1.3 * size), paper, 1.0);
                canvas.polygon(self.outline(at, size), colour, 1.0);
            }
        }
    }

    /// Corners of the marker, enlarged by a factor.
    fn outline(self, at: Point, grow: f64) -> Vec<Point> {
        let corners: &[(f64, f64)] = match self {
            Self::Triangle => &[(0.0, -5.2), (4.8, 3.6), (-4.8, 3.6)],
            Self::Down => &[(0.0, 5.2), (4.8, -3.6), (-4.8, -3.6)],
            Self::Diamond => &[(0.0, -5.4), (5.4, 0.0), (0.0, 5.4), (-5.4, 0.0)],
            Self::Square | Self::Disc | Self::Ring => {
                &[(-3.8, -3.8), (3.8, -3.8), (3.8, 3.8), (-3.8, 3.8)]
            }
        };
        corners.iter().map(|(x, y)| (at.0 + x * grow, at.1 + y * grow)).collect()
    }
}
