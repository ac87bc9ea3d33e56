//! Flows: who replaces US products, where? From segments at the left to those who take over at the right.
//!
//! Invariant: at most twelve links; widths of all links and bars share one scale.

use super::error::ChartError;
use super::figure::Figure;
use super::frame::Frame;
use super::labels::{Slot, spread};
use super::palette::{RULE, Rgb, SOFT, US};
use super::scale::rounded;
use super::sheet::{Anchor, Label, Point, Rect, Sheet};
use super::table::Table;
use super::{checks, text};

const SIZE: f64 = 14.0;
const BAR: f64 = 14.0;
/// Points along a link.
const STEPS: u32 = 24;

/// Flows between two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Flows {
    /// Unit of the values.
    pub unit: String,
    /// Left side, 1 to 6.
    pub from: Vec<String>,
    /// Right side with colours, 1 to 4.
    pub to: Vec<(String, Rgb)>,
    /// Values, left × right, not negative; at most 12 of them.
    pub links: Vec<Vec<f64>>,
}

/// Draws the links.
///
/// # Errors
/// [`ChartError`].
pub fn flows(frame: &Frame, data: &Flows) -> Result<Figure, ChartError> {
    checks::count("left bars", data.from.len(), 1, 6)?;
    checks::count("right bars", data.to.len(), 1, 4)?;
    checks::count("links", data.from.len() * data.to.len(), 1, 12)?;
    checks::count("rows of links", data.links.len(), data.from.len(), data.from.len())?;
    for row in &data.links {
        checks::series("links", row, data.to.len())?;
    }
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let (room, gap) = frame.size.choose((250.0, 26.0), (124.0, 16.0));
    let area = Rect {
        x: body.x + room + 14.0,
        y: body.y + 30.0,
        width: body.width - 2.0 * (room + 14.0),
        height: body.height - 36.0,
    };
    let heads = [
        (body.x, Anchor::Start, format!("US sales lost, {}", data.unit)),
        (body.right(), Anchor::End, "Taken over by".to_owned()),
    ];
    for (x, anchor, words) in heads {
        let label = Label::new(words, SIZE).colour(SOFT).anchor(anchor);
        sheet.text((x, body.y + 12.0), label);
    }
    let lefts: Vec<f64> = data.links.iter().map(|row| row.iter().sum()).collect();
    let rights: Vec<f64> =
        (0..data.to.len()).map(|k| data.links.iter().map(|row| row[k]).sum()).collect();
    if area.height < 56.0 * data.from.len() as f64 {
        return Err(ChartError::NoRoom { height: area.height, min: 56.0 * data.from.len() as f64 });
    }
    let all: f64 = lefts.iter().sum();
    let bars = data.from.len().max(data.to.len());
    // Nothing flows, nothing is drawn: names and zeros stand alone.
    let scale = if all > 0.0 { (area.height - gap * (bars - 1) as f64) / all } else { 0.0 };
    let tops = |sizes: &[f64]| -> Vec<f64> {
        let used = sizes.iter().sum::<f64>() * scale + gap * (sizes.len() - 1) as f64;
        let mut y = area.y + (area.height - used) / 2.0;
        sizes
            .iter()
            .map(|size| {
                let top = y;
                y += size * scale + gap;
                top
            })
            .collect()
    };
    let (left_tops, right_tops) = (tops(&lefts), tops(&rights));
    let (mut leaving, mut arriving) = (left_tops.clone(), right_tops.clone());
    for (i, row) in data.links.iter().enumerate() {
        for (k, v) in row.iter().enumerate().filter(|(_, v)| **v > 0.0) {
            let thick = v * scale;
            let ends = ((area.x + BAR, leaving[i]), (area.right() - BAR, arriving[k]));
            link(&mut sheet, ends, thick, data.to[k].1);
            leaving[i] += thick;
            arriving[k] += thick;
        }
    }
    for (top, size) in left_tops.iter().zip(&lefts) {
        let bar = Rect { x: area.x, y: *top, width: BAR, height: (size * scale).max(1.0) };
        sheet.fill(bar, US, 1.0);
    }
    for ((top, size), (_, colour)) in right_tops.iter().zip(&rights).zip(&data.to) {
        let x = area.right() - BAR;
        let bar = Rect { x, y: *top, width: BAR, height: (size * scale).max(1.0) };
        sheet.fill(bar, *colour, 1.0);
    }
    let centres = |tops: &[f64], sizes: &[f64]| -> Vec<f64> {
        tops.iter().zip(sizes).map(|(t, s)| t + s * scale / 2.0).collect()
    };
    let from: Vec<(String, Rgb)> = data.from.iter().map(|n| (n.clone(), US)).collect();
    let left = (area.x - 10.0, Anchor::End);
    names(&mut sheet, &from, &lefts, &centres(&left_tops, &lefts), left, (body, room))?;
    let right = (area.right() + 10.0, Anchor::Start);
    names(&mut sheet, &data.to, &rights, &centres(&right_tops, &rights), right, (body, room))?;
    Figure::new(frame, &sheet, csv(data))
}

/// A band that leaves and arrives level.
fn link(sheet: &mut Sheet, (from, to): (Point, Point), thick: f64, colour: Rgb) {
    let at = |i: u32| {
        let t = f64::from(i) / f64::from(STEPS);
        let ease = t * t * (3.0 - 2.0 * t);
        (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * ease)
    };
    let upper: Vec<Point> = (0..=STEPS).map(at).collect();
    let lower: Vec<Point> = upper.iter().map(|(x, y)| (*x, y + thick)).collect();
    sheet.band(&upper, &lower, colour, 0.4);
}

fn names(
    sheet: &mut Sheet,
    all: &[(String, Rgb)],
    sizes: &[f64],
    centres: &[f64],
    (x, anchor): (f64, Anchor),
    (body, room): (Rect, f64),
) -> Result<(), ChartError> {
    let lines: Vec<Vec<String>> =
        all.iter().map(|(name, _)| text::wrap_to(name, SIZE, true, room, 2)).collect();
    let slots: Vec<Slot> = centres
        .iter()
        .zip(&lines)
        .map(|(c, l)| Slot { target: *c, extent: 16.0 * (l.len() + 1) as f64 + 4.0 })
        .collect();
    let Some(places) = spread(&slots, body.y + 22.0, body.bottom() + 4.0) else {
        return Err(ChartError::NoRoom { height: body.height, min: body.height + 16.0 });
    };
    for (i, (place, centre)) in places.iter().zip(centres).enumerate() {
        let colour = all[i].1.for_text();
        let mut y = place - slots[i].extent / 2.0 + 13.0;
        for line in &lines[i] {
            sheet.text((x, y), Label::new(line, SIZE).bold().colour(colour).anchor(anchor));
            y += 16.0;
        }
        sheet.text((x, y), Label::new(rounded(sizes[i]), SIZE).colour(SOFT).anchor(anchor));
        if (place - centre).abs() > 2.0 {
            let to = if anchor == Anchor::End { x + 8.0 } else { x - 8.0 };
            sheet.line(vec![(to, *centre), (to, *place)], RULE, 0.8);
        }
    }
    Ok(())
}

fn csv(data: &Flows) -> String {
    let mut table = Table::new(&["from", "to", "value"]);
    for (from, row) in data.from.iter().zip(&data.links) {
        for ((to, _), v) in data.to.iter().zip(row) {
            table.numbers(&[from, to], &[*v]);
        }
    }
    table.finish()
}
