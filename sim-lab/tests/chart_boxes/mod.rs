//! Reads the text of a figure back from its SVG, as boxes on the canvas.
//!
//! Invariant: boxes use the font's metrics, not the drawing code's own layout.

#![allow(dead_code, unreachable_pub)] // a module of several programs, each takes a part

use roxmltree::{Document, Node};
use sim_lab::chart::palette::{self, Rgb};
use sim_lab::chart::{Figure, HEIGHT, WIDTH, text};

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

/// Panics if a text leaves the canvas, overlaps another, is too small or too pale.
pub fn assert_clean(figure: &Figure) {
    let all = boxes(figure);
    assert!(all.len() > 8, "{}: too little text", figure.id);
    for (i, a) in all.iter().enumerate() {
        let inside = a.left >= 0.0 && a.right <= WIDTH && a.top >= 0.0 && a.bottom <= HEIGHT;
        assert!(inside, "{}: leaves the canvas: {a:?}", figure.id);
        assert!(a.size >= 12.99, "{}: too small: {a:?}", figure.id);
        let ground = if a.colour == palette::PAPER { palette::STAMPED } else { a.colour };
        assert!(ground.contrast() >= 4.5, "{}: too pale: {a:?}", figure.id);
        for b in &all[i + 1..] {
            assert!(!overlap(a, b), "{}: {a:?} overlaps {b:?}", figure.id);
        }
    }
}

fn overlap(a: &TextBox, b: &TextBox) -> bool {
    a.left + TOLERANCE < b.right
        && b.left + TOLERANCE < a.right
        && a.top + TOLERANCE < b.bottom
        && b.top + TOLERANCE < a.bottom
}
