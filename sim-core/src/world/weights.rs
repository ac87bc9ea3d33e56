//! Spend weights: how buyers spread their budgets over segments, fitted once to the sizes of the base year.

use super::budgets::Budgets;
use super::ras;
use super::setup::SetupError;
use super::structure::{Structure, weight_at};
use crate::scenario::param::Parameters;
use crate::scenario::tables::BuyerKind;

/// Demand of every cell when the buyers spend `budgets` at their base-year levels.
pub(super) fn demand_of(
    structure: &Structure,
    weight_factor: &[f64],
    budgets: &[f64],
    p: &Parameters,
) -> Vec<f64> {
    let mut demand = vec![0.0; structure.cells.len()];
    for (buyer, budget) in structure.buyers.iter().zip(budgets) {
        let level = buyer.row.level + p.plan_ahead;
        let weights = spend_weights(structure, weight_factor, buyer.cells.clone(), level, None);
        for (c, w) in buyer.cells.clone().zip(weights) {
            demand[c] = budget * w;
        }
    }
    demand
}

/// Shares of a buyer's spending by cell, when it plans for `level`; they sum to one. `tilt` is a factor on the
/// weight of every cell of the world.
pub fn spend_weights(
    structure: &Structure,
    weight_factor: &[f64],
    cells: std::ops::Range<usize>,
    level: f64,
    tilt: Option<&[f64]>,
) -> Vec<f64> {
    let mut weights: Vec<f64> = cells
        .map(|c| {
            let cell = &structure.cells[c];
            weight_factor[cell.segment]
                * structure.segments[cell.segment].share_of_class
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
            for cell in &structure.cells[node.cells.clone()] {
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

/// Exogenous size of each segment in each quarter.
pub(super) fn segment_path(
    structure: &Structure,
    weight_factor: &[f64],
    budgets: &Budgets,
    p: &Parameters,
) -> Vec<f64> {
    let buyers = structure.buyers.len();
    let mut path = Vec::new();
    for (fixed, reactive) in
        budgets.fixed.chunks_exact(buyers).zip(budgets.reactive.chunks_exact(buyers))
    {
        let all: Vec<f64> = fixed.iter().zip(reactive).map(|(f, r)| f + r).collect();
        let demand = demand_of(structure, weight_factor, &all, p);
        let mut row = vec![0.0; structure.segments.len()];
        for (cell, d) in structure.cells.iter().zip(&demand) {
            row[cell.segment] += d;
        }
        path.extend(row);
    }
    path
}
