//! Spend weights: how buyers spread their budgets over segments, fitted once to the sizes of the base year.

use fearless_simd::prelude::*;

use super::budgets::Budgets;
use super::ras;
use super::setup::SetupError;
use crate::lent::Numbers;
use crate::scenario::param::Parameters;
use crate::scenario::tables::BuyerKind;
use crate::structure::Structure;
use crate::structure::menu::WEIGHT_LEVELS;
use crate::vector::{self, Row, Simd, Vector, load, splat};
use crate::with_vectors;

/// Shares of every cell in its buyer's spending at the buyer's base-year level.
pub(super) fn base_weights(structure: &Structure, class_factor: &[f64], p: &Parameters) -> Numbers {
    let levels: Numbers = structure.buyers.iter().map(|b| b.row.level + p.plan_ahead).collect();
    spend_shares(structure, class_factor, &levels, None)
}

/// What turns the weight of a class into that of a segment: its RAS factor times its share of the class.
pub(super) fn class_factors(structure: &Structure, weight_factor: &[f64]) -> Vec<f64> {
    structure.segments.iter().zip(weight_factor).map(|(s, y)| y * s.share_of_class).collect()
}

/// Shares of every cell in its buyer's spending, when buyers plan for `levels`; they sum to one for each buyer. `tilt`
/// is a factor on the weight of every cell.
pub fn spend_shares(
    structure: &Structure,
    class_factor: &[f64],
    levels: &[f64],
    tilt: Option<&[f64]>,
) -> Numbers {
    let mut shares = Numbers::unwritten(structure.cells.len());
    with_vectors!(vector::level(), simd => {
        spread(simd, structure, class_factor, levels, tilt, &mut shares);
    });
    shares
}

#[inline(always)]
fn spread<S: Simd>(
    simd: S,
    structure: &Structure,
    class_factor: &[f64],
    levels: &[f64],
    tilt: Option<&[f64]>,
    shares: &mut [f64],
) {
    let mut totals = Numbers::zeros(structure.buyers.len());
    for tile in &structure.tiles {
        let levels = load(simd, &tile.by_buyer(levels));
        let class = weights_at(simd, &tile.traits.class_weight, levels);
        let weight = splat(simd, class_factor[tile.segment]) * class;
        let tilt = tilt.map_or([1.0; vector::LANES], |tilt| tile.by_cell(1.0, tilt));
        let weight: Row = (weight * load(simd, &tilt)).into();
        tile.add_to_buyers(&weight, &mut totals);
        tile.enter(&weight, shares);
    }
    for tile in &structure.tiles {
        let total = load(simd, &tile.by_buyer(&totals));
        let share = load(simd, &tile.by_cell(0.0, shares)) / total;
        tile.enter(&share.into(), shares);
    }
}

/// Linear interpolation of the table of weights, constant outside its levels. A class that is not bought at
/// one level begins halfway to the next: no EUV below the 7 nm class (level 3).
#[inline(always)]
pub fn weights_at<S: Simd>(simd: S, columns: &[Row; 4], level: Vector<S>) -> Vector<S> {
    let [l0, l1, l2, l3] = WEIGHT_LEVELS.map(|level| splat(simd, level));
    let [c0, c1, c2, c3] = columns.each_ref().map(|column| load(simd, column));
    let none = splat(simd, 0.0);
    let x = level.max(l0).min(l3);
    let (second, third) = (x.simd_ge(l1), x.simd_ge(l2));
    let among =
        |first, then, last| simd.select_f64x8(third, last, simd.select_f64x8(second, then, first));
    let (from, to) = (among(c0, c1, c2), among(c1, c2, c3));
    let part = (x - among(l0, l1, l2)) / among(l1 - l0, l2 - l1, l3 - l2);
    let begun = to * (splat(simd, 2.0) * part - splat(simd, 1.0)).max(none);
    simd.select_f64x8(from.simd_gt(none), from + part * (to - from), begun)
}

/// The same of one cell.
pub fn weight_at(columns: &[f64; 4], level: f64) -> f64 {
    let columns = columns.map(|weight| [weight; vector::LANES]);
    let weights: Row = with_vectors!(vector::level(), simd => weights_at(simd, &columns, splat(simd, level)).into());
    weights[0]
}

/// RAS, once for each kind of buyer: budgets × weights meet the base-year sizes of the segments.
pub(super) fn fit(
    structure: &Structure,
    base_budget: &[f64],
    p: &Parameters,
) -> Result<Vec<f64>, SetupError> {
    let mut factors = vec![1.0; structure.segments.len()];
    for kind in BuyerKind::ALL {
        let segments: Vec<usize> = (0..structure.segments.len())
            .filter(|s| structure.segments[*s].row.buyers == kind)
            .collect();
        let buyers: Vec<usize> =
            (0..structure.buyers.len()).filter(|b| structure.buyers[*b].row.kind == kind).collect();
        if segments.is_empty() || buyers.is_empty() {
            continue;
        }
        let mut seed = vec![0.0; buyers.len() * segments.len()];
        for (i, b) in buyers.iter().enumerate() {
            let node = &structure.buyers[*b];
            for c in &node.cells {
                let segment = structure.cells[*c].segment;
                let j = segments.binary_search(&segment).expect("a cell's segment is of its kind");
                seed[i * segments.len() + j] = structure.segments[segment].share_of_class
                    * weight_at(&structure.class_weight(*c), node.row.level + p.plan_ahead);
            }
        }
        let rows: Vec<f64> = buyers.iter().map(|b| base_budget[*b]).collect();
        let columns: Vec<f64> =
            segments.iter().map(|s| structure.segments[*s].row.size_2019_usd_m / 4.0).collect();
        let fitted = ras::column_factors(&seed, &rows, &columns, 1e-12)
            .map_err(|source| SetupError::Weights { kind, source })?;
        for (s, y) in segments.into_iter().zip(fitted) {
            factors[s] = y;
        }
    }
    Ok(factors)
}

/// Exogenous size of each segment in each quarter; `weights` are [`base_weights`].
pub(super) fn segment_path(structure: &Structure, weights: &[f64], budgets: &Budgets) -> Vec<f64> {
    let buyers = structure.buyers.len();
    let mut path = Vec::new();
    for (fixed, reactive) in
        budgets.fixed.chunks_exact(buyers).zip(budgets.reactive.chunks_exact(buyers))
    {
        let first = path.len();
        path.resize(first + structure.segments.len(), 0.0);
        for (cell, weight) in structure.cells.iter().zip(weights) {
            path[first + cell.segment] += (fixed[cell.buyer] + reactive[cell.buyer]) * weight;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_run_straight_between_levels_and_begin_halfway() {
        let at = |columns: [f64; 4], level: f64| weight_at(&columns, level);
        let rising = [0.1, 0.2, 0.4, 0.8];
        let wanted =
            [(-3.0, 0.1), (0.0, 0.1), (1.0, 0.15), (2.0, 0.2), (3.0, 0.3), (5.0, 0.6), (9.0, 0.8)];
        for (level, weight) in wanted {
            assert!((at(rising, level) - weight).abs() < 1e-15, "{level}: {}", at(rising, level));
        }
        // Nothing at 2, so nothing up to 3; then twice as fast.
        let euv = [0.0, 0.0, 0.3, 0.3];
        for (level, weight) in [(1.9, 0.0), (3.0, 0.0), (3.5, 0.15), (4.0, 0.3), (5.0, 0.3)] {
            assert!((at(euv, level) - weight).abs() < 1e-15, "{level}: {}", at(euv, level));
        }
    }
}
