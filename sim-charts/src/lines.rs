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
    let (mut done, mut stroke) = (Vec::new(), vec![first]);
    // An odd index into the pattern is a gap.
    let (mut index, mut left) = (0_usize, pattern[0]);
    let mut from = first;
    for &to in rest {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt();
        let mut gone = 0.0;
        while length - gone > left {
            gone += left;
            let at = (from.0 + dx * gone / length, from.1 + dy * gone / length);
            if index.is_multiple_of(2) {
                stroke.push(at);
                done.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![at];
            }
            index = (index + 1) % pattern.len();
            left = pattern[index];
        }
        left -= length - gone;
        if index.is_multiple_of(2) {
            stroke.push(to);
        }
        from = to;
    }
    if stroke.len() > 1 {
        done.push(stroke);
    }
    done
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
