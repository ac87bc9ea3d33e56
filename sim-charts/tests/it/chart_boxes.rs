//! Reads the text of a figure back from its SVG, as boxes on the canvas.
//!
//! Invariant: boxes use the font's metrics, not the drawing code's own layout.

#![allow(dead_code, unreachable_pub)] // a module of several programs, each takes a part

use roxmltree::{Document, Node};
use sim_charts::palette::{self, Rgb};
use sim_charts::{Figure, text};

/// Overlap that is not visible [logical px].
const TOLERANCE: f64 = 0.5;

/// A line of text with its rectangle [logical px].
#[derive(Debug, Clone)]
pub struct TextBox {
    pub text: String,
    pub size: f64,
    pub colour: Rgb,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// All lines of text.
pub fn boxes(figure: &Figure) -> Vec<TextBox> {
    let document = Document::parse(&figure.svg).expect("the SVG is well-formed");
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| text_box(&node)).collect()
}

fn text_box(node: &Node<'_, '_>) -> TextBox {
    let words = node.text().unwrap_or_default().trim().to_owned();
    let size = number(node, "font-size") / 10.0;
    let width = text::width(&words, size, node.attribute("font-weight") == Some("bold"));
    let x = number(node, "x") / 10.0;
    let left = match node.attribute("text-anchor") {
        Some("middle") => x - width / 2.0,
        Some("end") => x - width,
        _ => x,
    };
    let shift: f64 =
        node.attribute("dy").unwrap_or_default().trim_end_matches("em").parse().expect("em");
    let baseline = number(node, "y") / 10.0 + shift * size;
    TextBox {
        text: words,
        size,
        colour: colour(node.attribute("fill").unwrap_or_default()),
        left,
        right: left + width,
        top: baseline - text::ASCENT * size,
        bottom: baseline + text::DESCENT * size,
    }
}

fn number(node: &Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap_or_default().parse().expect("a number")
}

/// A colour written as #RRGGBB.
pub fn colour(hex: &str) -> Rgb {
    let part = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).expect("two hexadecimal digits");
    Rgb(part(1), part(3), part(5))
}

/// Width and height of the canvas [logical px], and points in print of a logical pixel, as the drawing itself says.
pub fn canvas(figure: &Figure) -> (f64, f64, f64) {
    let document = Document::parse(&figure.svg).expect("the SVG is well-formed");
    let root = document.root_element();
    let view: Vec<f64> = root
        .attribute("viewBox")
        .expect("a view box")
        .split(' ')
        .map(|number| number.parse().expect("a number"))
        .collect();
    let millimetres: f64 = root
        .attribute("width")
        .and_then(|w| w.strip_suffix("mm"))
        .expect("mm")
        .parse()
        .expect("a number");
    let (width, height) = (view[2] / 10.0, view[3] / 10.0);
    (width, height, millimetres / 25.4 * 72.0 / width)
}

/// Panics if a text leaves the canvas, overlaps another, is too small in print or too pale, if a line is too pale, or if
/// the drawing cannot be read aloud.
pub fn assert_clean(figure: &Figure) {
    let all = boxes(figure);
    let name = figure.stem();
    assert!(all.len() > 8, "{name}: too little text");
    let (width, height, points) = canvas(figure);
    let least = if figure.size.name == "slide" { 12.0 } else { 6.5 };
    for (i, a) in all.iter().enumerate() {
        let inside = a.left >= 0.0 && a.right <= width && a.top >= 0.0 && a.bottom <= height;
        assert!(inside, "{name}: leaves the canvas: {a:?}");
        assert!(a.size * points >= least, "{name}: {:.2} points: {a:?}", a.size * points);
        let ground = if a.colour == palette::PAPER { palette::STAMPED } else { a.colour };
        assert!(ground.contrast() >= 4.5, "{name}: too pale: {a:?}");
        for b in &all[i + 1..] {
            assert!(!overlap(a, b), "{name}: {a:?} overlaps {b:?}");
        }
    }
    assert_lines(figure);
    assert_described(figure);
}

/// Lines that carry meaning reach contrast 3; grid lines, and the rim of paper about marks, carry none.
fn assert_lines(figure: &Figure) {
    let document = Document::parse(&figure.svg).expect("the SVG is well-formed");
    for node in document.descendants().filter(|node| node.has_tag_name("polyline")) {
        let stroke = colour(node.attribute("stroke").expect("a line has a colour"));
        let plain = stroke == palette::GRID || stroke == palette::PAPER;
        assert!(plain || stroke.contrast() >= 3.0, "{}: pale line {stroke:?}", figure.stem());
    }
}

/// Title and description are there and named by the root.
fn assert_described(figure: &Figure) {
    let document = Document::parse(&figure.svg).expect("the SVG is well-formed");
    let root = document.root_element();
    let labels = root.attribute("aria-labelledby").expect("labelled");
    for (name, id) in ["title", "desc"].iter().zip(labels.split(' ')) {
        let node = root.children().find(|n| n.has_tag_name(*name)).expect("present");
        assert_eq!(node.attribute("id"), Some(id), "{}", figure.stem());
        assert!(node.text().is_some_and(|words| words.len() > 20), "{}", figure.stem());
    }
    assert_eq!(root.attribute("role"), Some("img"));
}

fn overlap(a: &TextBox, b: &TextBox) -> bool {
    a.left + TOLERANCE < b.right
        && b.left + TOLERANCE < a.right
        && a.top + TOLERANCE < b.bottom
        && b.top + TOLERANCE < a.bottom
}
