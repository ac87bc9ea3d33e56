//! House colours: Okabe–Ito, one fixed colour per actor, grey for the baseline.
//!
//! Reference: Okabe and Ito, "Color universal design", 2002 (revised 2008).
//!
//! Invariant: lines reach contrast 3 and text reaches contrast 4.5 on white (WCAG 2.2, 1.4.3 and
//! 1.4.11). Colours of the original palette that are too pale for that are darkened in hue.

use super::marker::Marker;

/// A colour in sRGB [red, green, blue; 0–255].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The United States and its firms.
pub const US: Rgb = Rgb(0x00, 0x72, 0xB2);
/// China and its firms.
pub const CHINA: Rgb = Rgb(0xD5, 0x5E, 0x00);
/// Third countries and their firms.
pub const THIRD: Rgb = Rgb(0x00, 0x9E, 0x73);
/// The baseline.
pub const BASELINE: Rgb = Rgb(0x66, 0x66, 0x66);
/// Headlines and the zero line.
pub const INK: Rgb = Rgb(0x1A, 0x1A, 0x1A);
/// Subtitles, axis labels, source lines.
pub const SOFT: Rgb = Rgb(0x55, 0x55, 0x55);
/// Grid lines.
pub const GRID: Rgb = Rgb(0xDD, 0xDD, 0xDD);
/// Rules of events and leader lines.
pub const RULE: Rgb = Rgb(0x8C, 0x8C, 0x8C);
/// Ground of the stamp on figures that rest on placeholders.
pub const STAMPED: Rgb = Rgb(0x8A, 0x3C, 0x00);
/// White of the paper.
pub const PAPER: Rgb = Rgb(0xFF, 0xFF, 0xFF);

/// Colours of regimes, in the order of their appearance in a comparison.
/// The fourth and fifth are Okabe–Ito purple and orange, darkened to contrast 3 on white.
pub const REGIMES: [Rgb; 6] =
    [US, CHINA, THIRD, Rgb(0xB8, 0x5C, 0x90), Rgb(0xB3, 0x7B, 0x00), Rgb(0x00, 0x00, 0x00)];

/// Dash patterns of regimes: lengths of stroke and gap in turn [logical px]; empty is solid.
const DASHES: [&[f64]; 6] =
    [&[], &[9.0, 3.0], &[2.5, 2.5], &[9.0, 3.0, 2.5, 3.0], &[5.0, 2.5], &[14.0, 3.0, 2.5, 3.0]];

const MARKERS: [Marker; 6] =
    [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Ring, Marker::Down];

/// Least contrast of text on white.
const TEXT_CONTRAST: f64 = 4.5;

/// The look of a series: colour first, dash and marker as the second channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Colour of line, band and marker.
    pub line: Rgb,
    /// Colour of the label: the line's hue, dark enough for text.
    pub text: Rgb,
    /// Stroke and gap in turn [logical px]; empty is solid.
    pub dash: &'static [f64],
    /// Width of the line [logical px].
    pub width: f64,
    /// Marker at the end of the line.
    pub marker: Marker,
}

/// The style of a series: 0 is the baseline, 1 the first regime. Repeats after the sixth regime.
pub fn style(index: usize) -> Style {
    let Some(regime) = index.checked_sub(1) else {
        let text = BASELINE.for_text();
        return Style { line: BASELINE, text, dash: &[], width: 2.2, marker: Marker::Disc };
    };
    let i = regime % REGIMES.len();
    let line = REGIMES[i];
    Style { line, text: line.for_text(), dash: DASHES[i], width: 2.4, marker: MARKERS[i] }
}

/// A solid line in one colour, with its label.
pub(crate) fn plain(colour: Rgb) -> Style {
    Style { line: colour, text: colour.for_text(), ..style(0) }
}

impl Rgb {
    /// Relative luminance, 0 for black to 1 for white (WCAG 2.2).
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Light of the three channels, 0 to 1: sRGB without its gamma.
    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Contrast with white, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self) -> f64 {
        1.05 / (self.luminance() + 0.05)
    }

    /// A darker colour of this hue, taken in steps of 2 %, in which text can be read on white.
    #[must_use]
    pub fn for_text(self) -> Self {
        let darker = |step: u32| {
            let scale = |c: u8| (u32::from(c) * (50 - step) / 50) as u8;
            Self(scale(self.0), scale(self.1), scale(self.2))
        };
        (0..50).map(darker).find(|c| c.contrast() >= TEXT_CONTRAST).unwrap_or(INK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulated protanopia, deuteranopia and tritanopia on linear RGB (Machado, Oliveira and Fernandes 2009,
    /// severity 1).
    const BLIND: [[[f64; 3]; 3]; 3] = [
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// CIELAB (D65) of a colour as somebody sees it.
    fn seen(colour: Rgb, eye: &[[f64; 3]; 3]) -> [f64; 3] {
        let dot = |m: &[f64; 3], v: [f64; 3]| m[0] * v[0] + m[1] * v[1] + m[2] * v[2];
        let light = colour.linear();
        let light = [0, 1, 2].map(|i| dot(&eye[i], light).clamp(0.0, 1.0));
        let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let x = f(dot(&[0.4124, 0.3576, 0.1805], light) / 0.9505);
        let y = f(dot(&[0.2126, 0.7152, 0.0722], light));
        let z = f(dot(&[0.0193, 0.1192, 0.9505], light) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn apart(a: Rgb, b: Rgb, eye: &[[f64; 3]; 3]) -> f64 {
        let pairs = seen(a, eye).into_iter().zip(seen(b, eye));
        pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }

    #[test]
    fn colours_that_look_alike_to_some_have_another_dash_and_marker() {
        for (eye, name) in BLIND.iter().zip(["protanopia", "deuteranopia", "tritanopia"]) {
            for i in 0..=6 {
                for k in i + 1..=6 {
                    let (a, b) = (style(i), style(k));
                    let distance = apart(a.line, b.line, eye);
                    let second = a.dash != b.dash && a.marker != b.marker;
                    assert!(distance > 10.0 || second, "{name}: {i} and {k}: {distance:.1}");
                }
            }
            for (a, b) in [(US, CHINA), (US, THIRD), (CHINA, THIRD)] {
                let distance = apart(a, b, eye);
                assert!(distance > 15.0, "{name}: {a:?} and {b:?}: {distance:.1}");
            }
        }
    }

    #[test]
    fn lines_reach_contrast_3_and_text_4_5() {
        for i in 0..=6 {
            let look = style(i);
            assert!(look.line.contrast() >= 3.0 && look.text.contrast() >= 4.5, "{i}");
        }
        assert!(STAMPED.contrast() >= 4.5 && SOFT.contrast() >= 4.5 && RULE.contrast() >= 3.0);
    }
}
