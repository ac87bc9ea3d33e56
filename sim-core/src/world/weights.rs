//! Spend weights: how buyers spread their budgets over segments, fitted once to the sizes of the base year.

use super::budgets::Budgets;
use super::ras;
use super::setup::SetupError;
use super::structure::{Structure, weight_at};
use crate::lent::Numbers;
use crate::scenario::param::Parameters;
use crate::scenario::tables::BuyerKind;

/// Shares of every cell in its buyer's spending at the buyer's base-year level.
pub(super) fn base_weights(
    structure: &Structure,
    class_factor: &[f64],
    p: &Parameters,
) -> Vec<f64> {
    let mut shares = vec![0.0; structure.cells.len()];
    for buyer in &structure.buyers {
        let level = buyer.row.level + p.plan_ahead;
        let weights = spend_weights(structure, class_factor, &buyer.cells, level, None);
        for (c, weight) in buyer.cells.iter().zip(&weights) {
            shares[*c] = *weight;
        }
    }
    shares
}

/// What turns the weight of a class into that of a segment: its RAS factor times its share of the class.
pub(super) fn class_factors(structure: &Structure, weight_factor: &[f64]) -> Vec<f64> {
    structure.segments.iter().zip(weight_factor).map(|(s, y)| y * s.share_of_class).collect()
}

/// Shares of a buyer's spending by cell, when it plans for `level`; they sum to one. `tilt` is a factor on the
/// weight of every cell of the world.
pub fn spend_weights(
    structure: &Structure,
    class_factor: &[f64],
    cells: &[usize],
    level: f64,
    tilt: Option<&[f64]>,
) -> Numbers {
    let mut weights: Numbers = cells
        .iter()
        .map(|&c| {
            let cell = &structure.cells[c];
            class_factor[cell.segment]
                * weight_at(&cell.class_weight, level)
                * tilt.map_or(1.0, |tilt| tilt[c])
        })
        .collect();
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    weights
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
            for cell in node.cells.iter().map(|c| &structure.cells[*c]) {
                let j =
                    segments.binary_search(&cell.segment).expect("a cell's segment is of its kind");
                seed[i * segments.len() + j] = structure.segments[cell.segment].share_of_class
                    * weight_at(&cell.class_weight, node.row.level + p.plan_ahead);
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
