//! Dashed lines, cut into strokes because the SVG backend knows solid lines only.
//!
//! Invariant: strokes lie on the line they are cut from.

use super::canvas::{Canvas, Point};
use super::palette::Style;

/// Draws a line in the style of a series.
pub(crate) fn draw(canvas: &mut Canvas, points: &[Point], style: &Style) {
    for stroke in strokes(points, style.dash) {
        canvas.line(stroke, style.line, style.width);
    }
}

/// Cuts a line by a pattern of stroke and gap lengths [logical px]; an empty pattern is solid.
fn strokes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let Some((&first, rest)) = points.split_first() else { return Vec::new() };
    if pattern.is_empty() {
        return vec![points.to_vec()];
    }
    let mut cut = Cut { done: Vec::new(), stroke: vec![first], index: 0, left: pattern[0] };
    let mut from = first;
    for &to in rest {
        cut.walk(from, to, pattern);
        from = to;
    }
    cut.finish()
}

/// State of the cutting: an odd index into the pattern is a gap.
struct Cut {
    done: Vec<Vec<Point>>,
    stroke: Vec<Point>,
    index: usize,
    left: f64,
}

impl Cut {
    fn walk(&mut self, from: Point, to: Point, pattern: &[f64]) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt();
        let mut gone = 0.0;
        while length - gone > self.left {
            gone += self.left;
            let at = (from.0 + dx * gone / length, from.1 + dy * gone / length);
            self.turn(at, pattern);
        }
        self.left -= length - gone;
        if self.drawing() {
            self.stroke.push(to);
        }
    }

    /// Ends a stroke or a gap.
    fn turn(&mut self, at: Point, pattern: &[f64]) {
        if self.drawing() {
            self.stroke.push(at);
            self.done.push(std::mem::take(&mut self.stroke));
        } else {
            self.stroke = vec![at];
        }
        self.index = (self.index + 1) % pattern.len();
        self.left = pattern[self.index];
    }

    fn drawing(&self) -> bool {
        self.index.is_multiple_of(2)
    }

    fn finish(mut self) -> Vec<Vec<Point>> {
        if self.stroke.len() > 1 {
            self.done.push(self.stroke);
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_its_pattern() {
        let cut = strokes(&[(0.0, 0.0), (5.0, 0.0), (10.0, 0.0)], &[3.0, 1.0]);
        let ends: Vec<(f64, f64)> = cut.iter().map(|s| (s[0].0, s[s.len() - 1].0)).collect();
        assert_eq!(ends, [(0.0, 3.0), (4.0, 7.0), (8.0, 10.0)]);
        assert_eq!(cut[1].len(), 3);
        assert_eq!(strokes(&[(0.0, 0.0), (1.0, 0.0)], &[]).len(), 1);
        assert!(strokes(&[], &[]).is_empty());
    }
}
