//! Labels beside points, where they cover neither each other nor a point.
//!
//! Invariant: a rectangle that is given lies within the area and touches nothing that was placed before.

use super::canvas::{Point, Rect};

/// Gap between a point and its label, and between labels [logical px].
const GAP: f64 = 9.0;
/// Rounds of places that are tried, each farther away.
const ROUNDS: u32 = 14;

/// For each point, the rectangle of a label of the given size, or `None` where there is no room. Points come first:
/// no label covers one.
pub(crate) fn beside(points: &[Point], sizes: &[(f64, f64)], area: Rect) -> Vec<Option<Rect>> {
    let around = |p: &Point| Rect { x: p.0 - 6.0, y: p.1 - 6.0, width: 12.0, height: 12.0 };
    let mut taken: Vec<Rect> = points.iter().map(around).collect();
    points
        .iter()
        .zip(sizes)
        .map(|(point, size)| {
            let free = |r: &Rect| {
                r.x >= area.x
                    && r.right() <= area.right()
                    && r.y >= area.y
                    && r.bottom() <= area.bottom()
                    && taken.iter().all(|other| !r.near(other, 2.0))
            };
            let place = candidates(*point, *size).find(free)?;
            taken.push(place);
            Some(place)
        })
        .collect()
}

/// The corners, where whiskers do not run, then beside, above and below, and all of it again farther away.
fn candidates(at: Point, (width, height): (f64, f64)) -> impl Iterator<Item = Rect> {
    (0..ROUNDS).flat_map(move |round| {
        let away = GAP + 13.0 * f64::from(round);
        let (middle, centre) = (at.1 - height / 2.0, at.0 - width / 2.0);
        let (right, left) = (at.0 + away, at.0 - away - width);
        let (above, below) = (at.1 - away - height, at.1 + away);
        [
            (right, above + 6.0),
            (right, below - 6.0),
            (left, above + 6.0),
            (left, below - 6.0),
            (right, middle),
            (left, middle),
            (centre, above),
            (centre, below),
        ]
        .map(|(x, y)| Rect { x, y, width, height })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_close_points_stay_apart() {
        let area = Rect { x: 0.0, y: 0.0, width: 600.0, height: 400.0 };
        let points: Vec<Point> = (0..12).map(|i| (300.0 + f64::from(i), 200.0)).collect();
        let placed: Vec<Rect> =
            beside(&points, &[(110.0, 17.0); 12], area).into_iter().flatten().collect();
        assert_eq!(placed.len(), 12);
        for (i, a) in placed.iter().enumerate() {
            assert!(placed[i + 1..].iter().all(|b| !a.near(b, 0.0)), "{a:?}");
        }
    }
}
