//! A hidden box is found, restrictions that do nothing are shown as such, and limits are honest.

use super::*;
use crate::bootstrap::Bootstrap;
use crate::design::{Design, Sobol};
use crate::random::{Stream, Use};

const PATIENCE: Patience = Patience { peel: 0.05, paste: 0.05, mass: 0.05 };

/// 800 points of four factors; the last has three levels.
fn columns() -> Vec<Vec<f64>> {
    let design = Design::Sobol(Sobol { factors: 4, points: 800, seed: 2 });
    let rows: Vec<Vec<f64>> = (0..800).map(|i| design.row(i)).collect();
    let mut columns: Vec<Vec<f64>> = (0..4).map(|f| rows.iter().map(|r| r[f]).collect()).collect();
    for v in &mut columns[3] {
        *v = (*v * 3.0).floor();
    }
    columns
}

/// Cases: x₀ > 0.7 and x₁ < 0.4, with a tenth of all points flipped.
fn cases(columns: &[Vec<f64>], flipped: f64) -> Vec<bool> {
    let mut random = Stream::new(8, Use::Resample, 1, 1);
    (0..columns[0].len())
        .map(|i| (columns[0][i] > 0.7 && columns[1][i] < 0.4) != (random.unit() < flipped))
        .collect()
}

#[test]
fn a_hidden_box_is_found() {
    let columns = columns();
    let cases = cases(&columns, 0.0);
    let boxes = trajectory(&columns, &cases, &PATIENCE);
    let chosen = &boxes[choose(&boxes, 0.9)];
    assert!(chosen.density >= 0.9 && chosen.coverage > 0.9, "{chosen:?}");
    let sides: Vec<(usize, bool)> =
        chosen.restrictions.iter().map(|r| (r.factor, r.lower)).collect();
    assert_eq!(sides, [(0, true), (1, false)]);
    assert!((chosen.limits[0].low - 0.7).abs() < 0.04, "{chosen:?}");
    assert!((chosen.limits[1].high - 0.4).abs() < 0.04, "{chosen:?}");
    assert!(chosen.restrictions.iter().all(|r| r.quasi_p < 1e-6));
}

#[test]
fn boxes_count_what_they_hold() {
    let columns = columns();
    let cases = cases(&columns, 0.1);
    let all = cases.iter().filter(|c| **c).count() as f64;
    for region in trajectory(&columns, &cases, &PATIENCE) {
        let inside = |i: &usize| {
            region.limits.iter().zip(&columns).all(|(l, c)| l.low <= c[*i] && c[*i] <= l.high)
        };
        let points: Vec<usize> = (0..800).filter(inside).collect();
        let hits = points.iter().filter(|i| cases[**i]).count();
        assert_eq!((region.points, region.cases), (points.len(), hits));
        assert_eq!(region.coverage, hits as f64 / all);
        assert!(region.mass >= 0.05);
    }
}

#[test]
fn real_restrictions_recur_and_accidents_do_not() {
    let columns = columns();
    let cases = cases(&columns, 0.1);
    let bootstrap = Bootstrap { resamples: 60, level: 0.9, seed: 3 };
    let found = stability(&columns, &cases, &PATIENCE, 0.8, &bootstrap);
    let share = |factor, lower| {
        found.iter().find(|r| (r.factor, r.lower) == (factor, lower)).expect("every side").share
    };
    assert!(share(0, true) > 0.95 && share(1, false) > 0.95, "{found:?}");
    assert!(share(0, false) < 0.5 && share(3, true) < 0.5, "{found:?}");
    let limit = found[0].limit;
    assert!(limit.low < 0.72 && 0.68 < limit.high, "{limit:?}");
}

#[test]
fn a_level_is_lost_as_a_whole() {
    let column = vec![vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0]];
    let cases = column[0].iter().map(|v| *v == 2.0).collect::<Vec<_>>();
    let boxes = trajectory(&column, &cases, &PATIENCE);
    let last = boxes.last().expect("the first box at least");
    assert_eq!((last.points, last.density, last.coverage), (4, 1.0, 1.0));
    assert_eq!(last.limits[0], Limits { low: 1.5, high: 2.0 });
}

#[test]
fn without_contrast_nothing_is_cut() {
    let columns = columns();
    for case in [false, true] {
        let boxes = trajectory(&columns, &vec![case; 800], &PATIENCE);
        assert_eq!(boxes.len(), 1);
        assert!(boxes[0].restrictions.is_empty());
        assert_eq!(choose(&boxes, 0.8), 0);
    }
    assert_eq!(trajectory(&[vec![], vec![]], &[], &PATIENCE).len(), 1);
}

#[test]
fn of_equal_boxes_the_one_with_fewer_restrictions_is_chosen() {
    let columns = columns();
    let boxes = trajectory(&columns, &cases(&columns, 0.0), &PATIENCE);
    let narrow = boxes[choose(&boxes, 0.9)].clone();
    assert_eq!(narrow.mass, narrow.points as f64 / 800.0);
    let wide = Region { restrictions: narrow.restrictions[..1].to_vec(), ..narrow.clone() };
    assert_eq!(choose(&[narrow.clone(), wide.clone()], 0.9), 1);
    assert_eq!(choose(&[wide, narrow], 0.9), 0);
}
