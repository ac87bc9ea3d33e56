//! Text measured and wrapped with the metrics of the embedded font.
//!
//! Invariant: widths come from the font file in this crate, never from the system. Kerning is left
//! out, which makes the measure an upper bound for Latin text.

use std::sync::OnceLock;

use ttf_parser::Face;

/// DejaVu Sans, regular.
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");
/// DejaVu Sans, bold.
pub(crate) const BOLD: &[u8] = include_bytes!("../fonts/DejaVuSans-Bold.ttf");
/// Fonts named in the SVG: the embedded one, then what viewers are likely to have.
pub(crate) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Height of text above its baseline (em).
pub const ASCENT: f64 = 0.76;
/// Depth of text below its baseline (em).
pub const DESCENT: f64 = 0.24;
/// Height of capitals and digits above the baseline (em).
pub(crate) const CAP: f64 = 0.73;

/// Width of a text on one line [logical px] at a font size [logical px].
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let face = face(bold);
    let units: f64 = text.chars().map(|c| f64::from(advance(face, c))).sum();
    units * size / f64::from(face.units_per_em())
}

/// Width of the widest of several lines [logical px] at a font size [logical px]; 0 without lines.
pub(crate) fn widest<T: AsRef<str>>(
    lines: impl IntoIterator<Item = T>,
    size: f64,
    bold: bool,
) -> f64 {
    lines.into_iter().map(|line| width(line.as_ref(), size, bold)).fold(0.0, f64::max)
}

/// Breaks a text at spaces into lines no wider than `max` [logical px]. A word that is wider on
/// its own is broken between letters. The result has at least one line.
pub fn wrap(text: &str, size: f64, bold: bool, max: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in clean(text).split(' ').flat_map(|word| pieces(word, size, bold, max)) {
        let last = lines.len() - 1;
        let joined =
            if lines[last].is_empty() { word.clone() } else { format!("{} {word}", lines[last]) };
        if width(&joined, size, bold) <= max {
            lines[last] = joined;
        } else {
            lines.push(word);
        }
    }
    lines
}

/// A number and its unit or currency are not torn apart at the end of a line: their space becomes a no-break space.
pub fn glue(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let digit = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    let unit = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '%');
        matches!(word, "%" | "bn" | "mn" | "tn" | "px" | "km")
    };
    let mut glued = String::new();
    for (i, word) in words.iter().enumerate() {
        glued.push_str(word);
        if let Some(next) = words.get(i + 1) {
            let bound = (digit(word) && unit(next)) || (*word == "USD" && digit(next));
            glued.push(if bound { '\u{a0}' } else { ' ' });
        }
    }
    glued
}

/// Wraps a text to at most `rows` lines; what is left over is cut with an ellipsis.
pub fn wrap_to(text: &str, size: f64, bold: bool, max: f64, rows: usize) -> Vec<String> {
    let mut lines = wrap(text, size, bold, max);
    if lines.len() > rows {
        let rest = lines.split_off(rows.max(1) - 1).join(" ");
        lines.push(shorten(&rest, size, bold, max));
    }
    lines
}

/// One line of printable text, cut with an ellipsis so that it is no wider than `max` [logical px].
pub fn shorten(text: &str, size: f64, bold: bool, max: f64) -> String {
    let mut kept = clean(text);
    if width(&kept, size, bold) <= max {
        return kept;
    }
    while !kept.is_empty() && width(&format!("{kept}…"), size, bold) > max {
        kept.pop();
    }
    format!("{}…", kept.trim_end())
}

/// One line of printable text: control characters and direction overrides become spaces, runs of
/// spaces collapse. No-break spaces stay.
pub(crate) fn clean(text: &str) -> String {
    let blank = |c: char| {
        c == ' '
            || c.is_control()
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}')
    };
    text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Splits a word that is wider than a line.
fn pieces(word: &str, size: f64, bold: bool, max: f64) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in word.chars() {
        let last = parts.len() - 1;
        let longer = format!("{}{c}", parts[last]);
        if parts[last].is_empty() || width(&longer, size, bold) <= max {
            parts[last] = longer;
        } else {
            parts.push(c.to_string());
        }
    }
    parts
}

fn advance(face: &Face<'_>, c: char) -> u16 {
    let glyph = face.glyph_index(c).unwrap_or_default();
    face.glyph_hor_advance(glyph).unwrap_or_default()
}

fn face(bold: bool) -> &'static Face<'static> {
    static FACES: OnceLock<[Face<'static>; 2]> = OnceLock::new();
    let read = |data| Face::parse(data, 0).expect("the embedded font is a valid font file");
    &FACES.get_or_init(|| [read(REGULAR), read(BOLD)])[usize::from(bold)]
}
