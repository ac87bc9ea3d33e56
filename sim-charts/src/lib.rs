//! Charts for a policy brief: one SVG master per figure, with its PNG and its table.
//!
//! A figure is drawn in three steps. A [`Frame`] claims the headline, the subtitle and the source
//! line; a chart ([`loss_fan`], [`share_panels`]) places its marks in what is left; the canvas of
//! marks becomes SVG. Lengths are logical pixels; a [`Size`] says how many there are and how wide they are in print.
//! Text is measured from the embedded font before it is placed.
//!
//! Every chart checks its data before it draws. A [`ChartError`] names the part that is wrong, or how much higher the
//! figure has to be.
//!
//! Invariant: no clock, no randomness, no file and no system font is touched, so that the same
//! input gives the same bytes.

mod axes;
mod backcast;
mod bill;
mod canvas;
mod checks;
mod design_out;
mod drifts;
mod dumbbell;
mod ends;
mod error;
mod events;
mod figure;
mod flows;
mod frame;
mod frontier;
mod gap;
mod heat;
mod key;
pub mod labels;
mod lines;
mod loss_fan;
mod marker;
mod multiples;
pub mod palette;
mod place;
mod scale;
mod share_panels;
mod size;
mod slope;
mod stack;
mod svg;
mod table;
pub mod text;
mod tornado;
mod units;

pub use backcast::{Backcast, Country, backcast};
pub use bill::{Bill, Part, bill};
pub use design_out::{DesignOut, Survival, design_out};
pub use drifts::{Drifting, Drifts, drifts};
pub use dumbbell::{Dumbbell, Unit, dumbbell};
pub use error::ChartError;
pub use events::Event;
pub use figure::{Figure, File};
pub use flows::{Flows, flows};
pub use frame::{Frame, Short};
pub use frontier::{Choice, Frontier, frontier};
pub use gap::{Gap, Pair, gap};
pub use heat::{Heat, heat};
pub use loss_fan::{FanPanel, LossFan, loss_fan};
pub use marker::Marker;
pub use share_panels::{Series, SharePanel, SharePanels, share_panels};
pub use size::{LEAST, Size};
pub use slope::{Slope, Slopes, slopes};
pub use stack::{Stack, stack};
pub use svg::escape;
pub use tornado::{Swing, Tornado, tornado};
