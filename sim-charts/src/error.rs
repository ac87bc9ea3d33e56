//! What can be wrong with the input of a chart.
//!
//! Invariant: every variant names the part of the figure that has to change.

/// Why a figure was not drawn. The messages fit "failed to draw the figure: …".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// A text that every figure must carry is missing.
    #[error("the {part} of the frame is empty")]
    Empty {
        /// Field of the frame.
        part: &'static str,
    },
    /// A text does not fit its place at the smallest size allowed.
    #[error("the {part} needs {lines} lines, at most {max} fit")]
    TooLong {
        /// Field of the frame.
        part: &'static str,
        /// Lines needed.
        lines: usize,
        /// Lines available.
        max: usize,
    },
    /// The identifier would not make a portable file name.
    #[error("the figure id `{id}` must be lower-case letters, digits and hyphens")]
    Id {
        /// The identifier given.
        id: String,
    },
    /// There is no such figure.
    #[error("there is no figure `{id}`")]
    Unknown {
        /// The identifier given.
        id: String,
    },
    /// Too few or too many panels, series or points.
    #[error("{count} {what}, expected {}", between(*min, *max))]
    Count {
        /// Name of the things counted.
        what: String,
        /// Number of them.
        count: usize,
        /// The least allowed.
        min: usize,
        /// The most allowed.
        max: usize,
    },
    /// A series does not have one value per time.
    #[error("`{series}` has {found} values for {expected} times")]
    Length {
        /// Panel and quantile.
        series: String,
        /// Number of values.
        found: usize,
        /// Number of times.
        expected: usize,
    },
    /// A value is not a number or infinite.
    #[error("`{series}` holds a value that is not finite at position {index}")]
    NotFinite {
        /// Panel and quantile.
        series: String,
        /// Position in the series, from 0.
        index: usize,
    },
    /// Times do not rise.
    #[error("times do not rise at position {index}")]
    Times {
        /// Position in the series, from 0.
        index: usize,
    },
    /// A lower quantile lies above a higher one.
    #[error("the quantiles of `{series}` cross at position {index}")]
    Crossing {
        /// Panel or panel and series.
        series: String,
        /// Position in the series, from 0.
        index: usize,
    },
    /// A share lies outside 0–100 %.
    #[error("`{series}` holds {value}, outside 0–100 %, at position {index}")]
    Share {
        /// Panel, series and quantile.
        series: String,
        /// Position in the series, from 0.
        index: usize,
        /// The value [%].
        value: f64,
    },
    /// A panel does not show the series of the first panel.
    #[error("the series of panel `{panel}` differ from those of the first panel")]
    Series {
        /// Name of the panel.
        panel: String,
    },
    /// The texts leave too little height for the data.
    #[error("the texts leave {height:.0} px for the panels, {min:.0} px are needed")]
    NoRoom {
        /// Height left [logical px].
        height: f64,
        /// Height needed [logical px].
        min: f64,
    },
    /// The width of a PNG is out of range.
    #[error("a width of {width} px is outside {min}–{max} px")]
    Width {
        /// Width asked for (px).
        width: u32,
        /// Least width (px).
        min: u32,
        /// Greatest width (px).
        max: u32,
    },
    /// The SVG could not be written or rendered.
    #[error("the renderer refused the drawing: {reason}")]
    Render {
        /// The renderer's words.
        reason: String,
    },
}

impl ChartError {
    /// The refusal of a renderer, in its words.
    pub(crate) fn render(error: &impl std::fmt::Display) -> Self {
        Self::Render { reason: error.to_string() }
    }
}

/// Bounds of a count in words; the greatest number there is stands for no bound.
fn between(min: usize, max: usize) -> String {
    if max == usize::MAX { format!("{min} or more") } else { format!("{min} to {max}") }
}
