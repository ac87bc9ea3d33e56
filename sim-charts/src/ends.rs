//! Names at the ends of lines, right of a plot.
//!
//! Invariant: names keep the order of the ends and never overlap; one that had to move has a leader line.

use super::canvas::{Canvas, Label};
use super::labels::{Slot, spread};
use super::palette::{RULE, Rgb};

/// A name in lines, and the height of its end.
pub(crate) struct End {
    pub(crate) lines: Vec<String>,
    pub(crate) slot: Slot,
    pub(crate) colour: Rgb,
}

/// Measures of all names of a plot [logical px].
pub(crate) struct Ends {
    /// Size of type, and height of a line.
    pub(crate) size: f64,
    pub(crate) pitch: f64,
    /// Left ends of leader lines and of names.
    pub(crate) leader: f64,
    pub(crate) left: f64,
}

impl Ends {
    /// Draws the names pushed apart between two heights; `None`, and nothing drawn, if they need more room.
    pub(crate) fn draw(
        &self,
        canvas: &mut Canvas,
        ends: &[End],
        (low, high): (f64, f64),
    ) -> Option<()> {
        let slots: Vec<Slot> = ends.iter().map(|end| end.slot).collect();
        for (end, centre) in ends.iter().zip(spread(&slots, low, high)?) {
            if (centre - end.slot.target).abs() > 1.0 {
                let from = (self.leader, end.slot.target);
                canvas.line(vec![from, (self.left - 3.0, centre)], RULE, 0.8);
            }
            let label = |line: &str| Label::new(line, self.size).bold().colour(end.colour);
            canvas.centred((self.left, centre), self.pitch, &end.lines, label);
        }
        Some(())
    }
}
