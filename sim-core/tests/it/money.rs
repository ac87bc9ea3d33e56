//! Money is conserved: recomputed here from what was decided, without the ledger.

use proptest::prelude::*;
use sim_core::decisions::Outcome;
use sim_core::metric::Id;
use sim_core::scenario::tables::BuyerKind;
use sim_core::world::World;

use crate::runs::{Run, play, quarterly};
use crate::worlds::any_case;

/// Rounding that sums of a quarter may carry, relative to the money that moves.
const ROUNDING: f64 = 1e-10;

/// What moved in one cell in one quarter.
struct Flow {
    spent: f64,
    wanted: f64,
    unspent: f64,
    /// Budget that was neither installed nor deferred nor cancelled.
    missing: f64,
    scale: f64,
}

fn flow(world: &World, outcome: &Outcome, next: &World, c: usize) -> Flow {
    let structure = &world.setup.structure;
    let trades = &outcome.trades;
    let pairs = structure.pairs_in(&structure.cells[c]);
    let spent = pairs.map(|pair| trades.purchases[pair] + trades.grey[pair]).sum::<f64>();
    let wants = &outcome.wants;
    let installed = spent - (next.cells.stock[c] - world.cells.stock[c]);
    let deferred = next.cells.backlog[c] - world.cells.backlog[c];
    Flow {
        spent,
        wanted: wants.budget[c] + wants.released[c] + wants.advance[c],
        unspent: outcome.books.unspent[c],
        missing: wants.budget[c] - installed - deferred - outcome.books.cancelled[c],
        scale: wants.budget[c] + world.cells.backlog[c] + world.cells.stock[c],
    }
}

fn play_all(case: &crate::worlds::Case) -> Run {
    play(&case.scenario, &case.draws())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn purchases_are_revenue(case in any_case()) {
        let run = play_all(&case);
        for (world, outcome, _) in run.quarters() {
            let mut paid = vec![0.0; outcome.trades.revenue.len()];
            for (_, pair, k) in crate::runs::pairs(&world.setup.structure) {
                prop_assert!(outcome.trades.purchases[pair] >= 0.0);
                prop_assert!(outcome.trades.grey[pair] >= 0.0);
                paid[k] += outcome.trades.purchases[pair] + outcome.trades.grey[pair];
            }
            for (k, paid) in paid.iter().enumerate() {
                let trades = &outcome.trades;
                let revenue = trades.revenue[k] + trades.levies[k] + trades.premiums[k];
                prop_assert!((revenue - paid).abs() <= ROUNDING * paid, "{k}: {revenue} {paid}");
            }
        }
    }

    #[test]
    fn reported_revenue_is_all_that_is_bought(case in any_case()) {
        let run = play_all(&case);
        let columns = quarterly(&run);
        for (row, outcome) in run.record.quarterly.chunks_exact(columns.len()).zip(&run.outcomes) {
            let reported: f64 = columns
                .iter()
                .zip(row)
                .filter(|(column, _)| [Id::Revenue, Id::Services, Id::Chips].contains(&column.metric))
                .map(|(_, value)| value)
                .sum();
            let trades = &outcome.trades;
            let taken = trades.levies.iter().chain(&trades.premiums).sum::<f64>();
            let bought = trades.purchases.iter().chain(&trades.grey).sum::<f64>() - taken;
            prop_assert!((reported / bought - 1.0).abs() < ROUNDING, "{reported} {bought}");
        }
    }

    #[test]
    fn wants_are_spent_or_unspent(case in any_case()) {
        let run = play_all(&case);
        for (world, outcome, next) in run.quarters() {
            for c in 0..world.cells.stock.len() {
                let flow = flow(world, outcome, next, c);
                let gap = flow.wanted - flow.spent - flow.unspent;
                prop_assert!(gap.abs() <= ROUNDING * flow.scale, "cell {c}: {gap}");
                prop_assert!(flow.unspent >= 0.0 && outcome.wants.released[c] >= 0.0);
            }
        }
    }

    #[test]
    fn a_budget_is_installed_deferred_cancelled_or_moved(case in any_case()) {
        let run = play_all(&case);
        for (world, outcome, next) in run.quarters() {
            let structure = &world.setup.structure;
            let mut received = vec![0.0; structure.buyers.len()];
            for (c, cell) in structure.cells.iter().enumerate() {
                let flow = flow(world, outcome, next, c);
                let rounding = ROUNDING * flow.scale;
                if structure.buyers[cell.buyer].row.kind == BuyerKind::Fab && flow.wanted > 0.0 {
                    // What a fab could not stock is its own again.
                    let stocked = outcome.wants.advance[c].max(0.0);
                    received[cell.buyer] += stocked * flow.unspent / flow.wanted;
                }
                match structure.buyers[cell.buyer].twin {
                    Some(twin) => {
                        prop_assert!(flow.missing >= -rounding, "money from nowhere: {}", flow.missing);
                        received[twin] += flow.missing;
                    }
                    None => prop_assert!(flow.missing.abs() <= rounding, "{}", flow.missing),
                }
                prop_assert!(outcome.books.cancelled[c] >= 0.0);
                prop_assert!(next.cells.stock[c] >= -rounding && next.cells.backlog[c] >= -rounding);
                prop_assert!((0.0..=1.0).contains(&outcome.books.renewal[c]));
            }
            let scale: f64 = outcome.wants.budget.iter().chain(&world.cells.backlog).sum();
            for (got, want) in next.buyers.shifted.iter().zip(&received) {
                prop_assert!((got - want).abs() <= ROUNDING * scale, "{got} {want}");
            }
        }
    }

    #[test]
    fn budgets_are_what_the_buyers_have(case in any_case()) {
        let run = play_all(&case);
        for (world, outcome, _) in run.quarters() {
            let budgets = &world.setup.budgets;
            let buyers = world.setup.structure.buyers.len();
            for (b, buyer) in world.setup.structure.buyers.iter().enumerate() {
                // A fab pays for stock out of its budget, and what it takes from stock it buys otherwise.
                let stocked: f64 = match buyer.row.kind {
                    BuyerKind::Fab => buyer.cells.iter().map(|c| outcome.wants.advance[*c]).sum(),
                    _ => 0.0,
                };
                let wanted: f64 = buyer.cells.iter().map(|c| outcome.wants.budget[*c]).sum();
                let wanted = wanted + stocked;
                // What is in stock already cannot be used up faster than it would be bought.
                let bound = |c: &usize| {
                    let wants = &outcome.wants;
                    wants.advance[*c] <= -(wants.budget[*c] + wants.released[*c])
                };
                if buyer.row.kind == BuyerKind::Fab && buyer.cells.iter().any(bound) {
                    let held: f64 = buyer.cells.iter().map(|c| world.cells.backlog[*c]).sum();
                    prop_assert!(wanted >= -held * (1.0 + ROUNDING));
                    continue;
                }
                let at = world.t * buyers + b;
                let least = budgets.fixed[at] + world.buyers.shifted[b];
                let most = least + 1.5 * budgets.reactive[at];
                prop_assert!(wanted >= least * (1.0 - ROUNDING), "{wanted} {least}");
                prop_assert!(wanted <= most * (1.0 + ROUNDING), "{wanted} {most}");
            }
        }
    }

    #[test]
    fn nobody_sells_beyond_capacity(case in any_case()) {
        prop_assume!(case.scenario.mechanisms.rationing);
        let run = play_all(&case);
        for (world, outcome, _) in run.quarters() {
            for (k, revenue) in outcome.trades.revenue.iter().enumerate() {
                let limit = world.products.capacity[k] * world.products.price[k];
                prop_assert!(*revenue <= limit * (1.0 + ROUNDING), "{k}: {revenue} {limit}");
                prop_assert!(world.products.active[k] || *revenue == 0.0, "{k} is not there");
            }
        }
    }
}
