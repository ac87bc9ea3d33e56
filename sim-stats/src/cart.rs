//! A small decision tree: rules in words for where an outcome is large or a case common.
//!
//! Each split is the one that lowers the sum of squared deviations from the leaves' means most; with outcomes of
//! 0 and 1 that is Gini's criterion, so one tree serves regression and classification. Thresholds lie halfway
//! between neighbouring values. A tree is kept small by its depth, its smallest leaf and the least gain.
//!
//! Limiting case: an outcome that never varies is one leaf.
//!
//! Invariant: ties go to the first factor and the lowest threshold.
//!
//! Reference: Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees.

use std::fmt::Write;

use serde::Serialize;

/// How far a tree may grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Largest number of splits above a leaf.
    pub depth: usize,
    /// Smallest number of points in a leaf.
    pub leaf: usize,
    /// Least gain of a split, as a share of the sum of squares at the root.
    pub gain: f64,
}

/// A node and what is below it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Points.
    pub points: usize,
    /// Mean outcome: the share of cases where outcomes are 0 and 1.
    pub mean: f64,
    /// How the node is split; `None` for a leaf.
    pub split: Option<Box<Split>>,
}

/// A split.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Split {
    /// The factor.
    pub factor: usize,
    /// Points at or below it go to `below`.
    pub threshold: f64,
    /// Share of the root's sum of squares that the split explains.
    pub gain: f64,
    /// Points at or below the threshold.
    pub below: Node,
    /// Points above it.
    pub above: Node,
}

/// Grows a tree. `columns` has one slice per factor; points with a missing outcome are left out.
///
/// # Panics
/// If a column and the outcomes differ in length.
pub fn grow(columns: &[Vec<f64>], outcomes: &[f64], growth: &Growth) -> Node {
    assert!(columns.iter().all(|c| c.len() == outcomes.len()), "every factor has every point");
    let points: Vec<usize> = (0..outcomes.len()).filter(|i| !outcomes[*i].is_nan()).collect();
    let total = squares(outcomes, &points);
    node(columns, outcomes, points, growth, total, 0)
}

fn node(
    columns: &[Vec<f64>],
    outcomes: &[f64],
    points: Vec<usize>,
    growth: &Growth,
    total: f64,
    depth: usize,
) -> Node {
    let mean = points.iter().map(|i| outcomes[*i]).sum::<f64>() / points.len() as f64;
    let mut found = Node { points: points.len(), mean, split: None };
    if depth == growth.depth {
        return found;
    }
    let Some((factor, threshold, gain)) = best(columns, outcomes, &points, growth.leaf) else {
        return found;
    };
    // Rounding leaves a trace of gain where there is none.
    if gain <= total * growth.gain.max(1e-12) {
        return found;
    }
    let (low, high): (Vec<usize>, Vec<usize>) =
        points.into_iter().partition(|i| columns[factor][*i] <= threshold);
    found.split = Some(Box::new(Split {
        factor,
        threshold,
        gain: gain / total,
        below: node(columns, outcomes, low, growth, total, depth + 1),
        above: node(columns, outcomes, high, growth, total, depth + 1),
    }));
    found
}

fn squares(outcomes: &[f64], points: &[usize]) -> f64 {
    let mean = points.iter().map(|i| outcomes[*i]).sum::<f64>() / points.len() as f64;
    points.iter().map(|i| (outcomes[*i] - mean) * (outcomes[*i] - mean)).sum()
}

/// Factor, threshold and gain `n₁ n₂ / n (ȳ₁ − ȳ₂)²` of the best split.
fn best(
    columns: &[Vec<f64>],
    outcomes: &[f64],
    points: &[usize],
    leaf: usize,
) -> Option<(usize, f64, f64)> {
    let n = points.len();
    let all: f64 = points.iter().map(|i| outcomes[*i]).sum();
    let mut best: Option<(usize, f64, f64)> = None;
    let mut order = points.to_vec();
    for (factor, column) in columns.iter().enumerate() {
        order.sort_by(|a, b| column[*a].total_cmp(&column[*b]).then(a.cmp(b)));
        let mut sum = 0.0;
        for (place, pair) in order.windows(2).enumerate() {
            sum += outcomes[pair[0]];
            let below = place + 1;
            let (low, high) = (column[pair[0]], column[pair[1]]);
            if low == high || below < leaf.max(1) || n - below < leaf.max(1) {
                continue;
            }
            let (n1, n2) = (below as f64, (n - below) as f64);
            let gap = sum / n1 - (all - sum) / n2;
            let gain = n1 * n2 / n as f64 * gap * gap;
            if best.is_none_or(|(_, _, held)| gain > held) {
                best = Some((factor, 0.5 * (low + high), gain));
            }
        }
    }
    best
}

/// The leaf that a point falls into.
pub fn leaf<'a>(tree: &'a Node, point: &[f64]) -> &'a Node {
    let mut node = tree;
    while let Some(split) = &node.split {
        node = if point[split.factor] <= split.threshold { &split.below } else { &split.above };
    }
    node
}

/// The rules as indented text: one line per branch, with its mean and points. `format` writes a factor's name
/// and value, such as `("belief weight", "0.35")`.
pub fn rules(tree: &Node, format: &dyn Fn(usize, f64) -> (String, String)) -> String {
    let mut text = format!("all: mean {:.3}, {} points\n", tree.mean, tree.points);
    branch(tree, 1, format, &mut text);
    text
}

fn branch(
    node: &Node,
    depth: usize,
    format: &dyn Fn(usize, f64) -> (String, String),
    text: &mut String,
) {
    let Some(split) = &node.split else { return };
    let (name, value) = format(split.factor, split.threshold);
    for (sign, child) in [("≤", &split.below), (">", &split.above)] {
        let indent = "  ".repeat(depth);
        writeln!(
            text,
            "{indent}{name} {sign} {value}: mean {:.3}, {} points",
            child.mean, child.points
        )
        .expect("writing to a string cannot fail");
        branch(child, depth + 1, format, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Growth = Growth { depth: 3, leaf: 5, gain: 0.001 };

    fn grid() -> Vec<Vec<f64>> {
        let at = |f: fn(u32) -> u32| (0..400).map(|i| f64::from(f(i)) / 20.0).collect();
        vec![at(|i| i / 20), at(|i| i % 20)]
    }

    #[test]
    fn a_corner_is_cut_out_by_two_splits() {
        let columns = grid();
        let outcomes: Vec<f64> = (0..400)
            .map(|i| f64::from(u8::from(columns[0][i] > 0.5 && columns[1][i] <= 0.25)))
            .collect();
        let tree = grow(&columns, &outcomes, &GROWTH);
        assert_eq!(leaf(&tree, &[0.9, 0.1]).mean, 1.0);
        for point in [[0.9, 0.9], [0.1, 0.1], [0.1, 0.9]] {
            assert_eq!(leaf(&tree, &point).mean, 0.0);
        }
        let root = tree.split.as_ref().expect("a split");
        assert_eq!((root.factor, root.threshold), (1, 0.275));
        let text = rules(&tree, &|f, v| (format!("x{f}"), format!("{v:.3}")));
        assert_eq!(
            text,
            "all: mean 0.135, 400 points\n  x1 ≤ 0.275: mean 0.450, 120 points\n    \
             x0 ≤ 0.525: mean 0.000, 66 points\n    x0 > 0.525: mean 1.000, 54 points\n  \
             x1 > 0.275: mean 0.000, 280 points\n"
        );
    }

    #[test]
    fn gains_explain_a_step_fully() {
        let columns = grid();
        let outcomes: Vec<f64> =
            columns[0].iter().map(|v| if *v < 0.4 { -7.0 } else { 3.5 }).collect();
        let tree = grow(&columns, &outcomes, &GROWTH);
        let root = tree.split.expect("a split");
        assert!((root.gain - 1.0).abs() < 1e-12 && root.below.split.is_none());
    }

    #[test]
    fn limits_of_growth_hold() {
        let columns = grid();
        let flat = grow(&columns, &[2.0; 400], &GROWTH);
        assert_eq!((flat.split, flat.mean), (None, 2.0));
        let outcomes: Vec<f64> = (0..400).map(|i| f64::from(i * 7919 % 31)).collect();
        let stump = grow(&columns, &outcomes, &Growth { depth: 0, ..GROWTH });
        assert_eq!(stump.split, None);
        let big = grow(&columns, &outcomes, &Growth { leaf: 201, ..GROWTH });
        assert_eq!(big.split, None);
        let mut some = outcomes;
        some[7] = f64::NAN;
        assert_eq!(grow(&columns, &some, &GROWTH).points, 399);
    }
}
