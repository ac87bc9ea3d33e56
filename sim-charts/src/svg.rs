//! Turns a canvas into an SVG document.
//!
//! The backend's coordinates are whole pixels, so the drawing is ten times the logical size and
//! the view box scales it back.
//!
//! Invariant: every string of the user is escaped; the root carries a role, a title and a
//! description for screen readers.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use super::Frame;
use super::canvas::{Anchor, Canvas, Label, Mark, Point};
use super::error::ChartError;
use super::palette::Rgb;
use super::text::{FAMILY, clean};

/// Canvas pixels per logical pixel.
const SCALE: f64 = 10.0;
/// The backend divides font sizes by this number and shifts "top" text down by this many em.
const FONT_DIVISOR: f64 = 1.24;
const TOP_SHIFT: f64 = 0.76;

/// Renders the canvas; the frame gives the words that are read aloud.
pub(crate) fn render(frame: &Frame, canvas: &Canvas) -> Result<String, ChartError> {
    let mut drawing = String::new();
    {
        let size = (whole(frame.size.width) as u32, whole(frame.size.height) as u32);
        let mut backend = SVGBackend::with_string(&mut drawing, size);
        for mark in &canvas.marks {
            draw(&mut backend, mark)?;
        }
        backend.present().map_err(|error| ChartError::render(&error))?;
    }
    let (_, body) = drawing.split_once(">\n").unwrap_or_default();
    Ok(format!("{}{body}", root(frame)))
}

fn draw(backend: &mut SVGBackend<'_>, mark: &Mark) -> Result<(), ChartError> {
    let drawn = match mark {
        Mark::Line { points, colour, width } => {
            let (color, stroke_width) = (rgb(*colour).mix(1.0), whole(*width) as u32);
            let style = ShapeStyle { color, filled: false, stroke_width };
            backend.draw_path(points.iter().map(pixel), &style)
        }
        Mark::Polygon { points, colour, alpha } => {
            backend.fill_polygon(points.iter().map(pixel), &rgb(*colour).mix(*alpha))
        }
        Mark::Disc { at, radius, colour } => {
            backend.draw_circle(pixel(at), whole(*radius) as u32, &rgb(*colour).mix(1.0), true)
        }
        Mark::Text { at, label } => {
            let top = (at.0, at.1 - TOP_SHIFT * label.size);
            backend.draw_text(&label.text, &text_style(label), pixel(&top))
        }
    };
    drawn.map_err(|error| ChartError::render(&error))
}

fn text_style(label: &Label) -> TextStyle<'static> {
    let style = if label.bold { FontStyle::Bold } else { FontStyle::Normal };
    let h_pos = match label.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    TextStyle {
        font: FontDesc::new(FontFamily::Name(FAMILY), label.size * SCALE * FONT_DIVISOR, style),
        color: rgb(label.colour).to_backend_color(),
        pos: Pos { h_pos, v_pos: VPos::Top },
    }
}

/// The root element, with what the backend leaves out.
fn root(frame: &Frame) -> String {
    let Frame { id, headline, alt, size, .. } = frame;
    let (title, desc) = (escape(headline), escape(alt));
    let (width, height) = (whole(size.width), whole(size.height));
    // Its size in print: a page that takes the drawing as it is gets readable type.
    let across = 10.0 * size.print;
    let down = (100.0 * across * size.height / size.width).round() / 100.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{across}mm\" height=\"{down}mm\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" stroke-linejoin=\"round\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{desc}</desc>\n"
    )
}

/// Text content of SVG or HTML: what XML reserves is replaced, what it forbids is gone.
pub fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn pixel(point: &Point) -> (i32, i32) {
    (whole(point.0), whole(point.1))
}

fn whole(length: f64) -> i32 {
    (length * SCALE).round() as i32
}

fn rgb(colour: Rgb) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}
