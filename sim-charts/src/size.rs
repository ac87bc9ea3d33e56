//! Sizes: the canvas of a figure and the width at which it is printed.
//!
//! A size changes the canvas, not the type: a column has fewer logical pixels across, so that 13 of them are still
//! 6.5 points when it is printed 8 cm wide. Charts read the room that they have and lay themselves out in it.
//!
//! Invariant: [`LEAST`] logical pixels of type are at least 6.5 points in print, and at least 12 on a slide.

/// Smallest type on any figure [logical px].
pub const LEAST: f64 = 13.0;
/// Points of a centimetre.
const POINTS: f64 = 72.0 / 2.54;
/// Heights that are tried after the first, where texts are long, as parts of it.
const TALLER: [f64; 5] = [1.0, 1.1, 1.25, 1.45, 1.75];

/// The purpose of a figure: its canvas, and its width in print.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Name on the command line and in file names.
    pub name: &'static str,
    /// Width of the canvas [logical px].
    pub width: f64,
    /// Height of the canvas [logical px].
    pub height: f64,
    /// Width in print (cm).
    pub print: f64,
}

impl Size {
    /// A column of a report, 8 cm wide: fewer words, fewer ticks, fewer series.
    pub const COLUMN: Self = Self { name: "column", width: 452.0, height: 500.0, print: 8.0 };
    /// A page of a report, 17 cm wide.
    pub const PAGE: Self = Self { name: "page", width: 960.0, height: 620.0, print: 17.0 };
    /// A slide of 16 to 9, 33.87 cm wide.
    pub const SLIDE: Self = Self { name: "slide", width: 1024.0, height: 576.0, print: 33.87 };
    /// The head of a brief: the width of a page, less high.
    pub const BANNER: Self = Self { name: "banner", width: 960.0, height: 480.0, print: 17.0 };
    /// The sizes that can be asked for.
    pub const ALL: [Self; 3] = [Self::PAGE, Self::COLUMN, Self::SLIDE];

    /// The size of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name == name)
    }

    /// Points in print of a logical pixel.
    pub fn points(self) -> f64 {
        self.print * POINTS / self.width
    }

    /// Whether there is room for one panel only from left to right.
    pub fn narrow(self) -> bool {
        self.width < 600.0
    }

    /// One of two choices: the first if the canvas is wide.
    pub fn choose<T>(self, wide: T, narrow: T) -> T {
        if self.narrow() { narrow } else { wide }
    }

    /// The file name of a figure without its ending: its id, with the size unless that is a page.
    pub fn stem(self, id: &str) -> String {
        if self.name == Self::PAGE.name { id.to_owned() } else { format!("{id}-{}", self.name) }
    }

    /// The size itself, and then sizes of the same width with more height.
    pub fn taller(self) -> impl Iterator<Item = Self> {
        TALLER.into_iter().map(move |part| Self { height: (part * self.height).round(), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_type_can_be_read_in_print() {
        for size in [Size::COLUMN, Size::PAGE, Size::BANNER] {
            assert!(LEAST * size.points() >= 6.5, "{}: {}", size.name, LEAST * size.points());
        }
        assert!(LEAST * Size::SLIDE.points() >= 12.0);
        assert!((Size::SLIDE.width / Size::SLIDE.height - 16.0 / 9.0).abs() < 1e-9);
    }
}
