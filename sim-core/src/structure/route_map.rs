//! Which routes each line may take, and what each route does to its cells: static, read off `routes.csv` once.
//!
//! Invariant: only advanced fabs have routes, and each of their routes has a factor for every cell of the
//! line.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{BuyerNode, Cell, SegmentNode};
use crate::scenario::tables::{BuyerKind, Role, Route, RouteWeight};

/// Class of the tools with which packaging lines bond wafers for lines that buy no bonders of their own.
const BONDERS: &str = "wafer_bonding";

/// A route that is open to a line.
#[derive(Debug, Clone)]
pub struct RouteNode {
    /// Which.
    pub route: Route,
    /// Factor on the spend weight of each of the line's cells, in their order.
    pub factor: Vec<f64>,
    /// Cells in which the best tools that can be had limit the route, bonders apart.
    pub critical: Vec<usize>,
    /// The same, as far as a line of the planned level buys the class.
    pub defining: Vec<usize>,
    /// Where it bonds; `None` where the route does not bond.
    pub bonders: Option<Bonders>,
}

/// Cells with the bonders of a route.
#[derive(Debug, Clone)]
pub struct Bonders {
    /// The cells.
    pub cells: Arc<[usize]>,
    /// Whether they are the line's own, or those of its owner's packaging lines, on their ladder.
    pub own: bool,
}

/// The routes of each buyer.
pub(super) fn routes(
    table: &[RouteWeight],
    segments: &[SegmentNode],
    buyers: &[BuyerNode],
    cells: &[Cell],
) -> Vec<Vec<RouteNode>> {
    let class_of = |cell: usize| segments[cells[cell].segment].row.class.as_str();
    let mut bonding: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for b in buyers.iter().filter(|b| b.row.kind == BuyerKind::Packaging) {
        let cells = b.cells.iter().copied().filter(|c| class_of(*c) == BONDERS);
        bonding.entry(b.owner).or_default().extend(cells);
    }
    // Shared by all lines of an owner.
    let bonding: BTreeMap<usize, Arc<[usize]>> =
        bonding.into_iter().map(|(owner, cells)| (owner, cells.into())).collect();
    let packaging = |owner: usize| bonding.get(&owner).cloned().unwrap_or_default();
    let node = |route: Route, buyer: &BuyerNode| -> Option<RouteNode> {
        let rows: Vec<&RouteWeight> = table
            .iter()
            .filter(|row| row.route == route && row.family == buyer.row.family)
            .collect();
        let of_class = |class: &str| -> Vec<usize> {
            buyer.cells.iter().copied().filter(|c| class_of(*c) == class).collect()
        };
        rows.first()?;
        let cells_with = |role: Role| -> Vec<usize> {
            let limiting = rows.iter().filter(|row| row.role == role);
            let mut cells: Vec<usize> = limiting.flat_map(|row| of_class(&row.class)).collect();
            cells.sort_unstable();
            cells
        };
        Some(RouteNode {
            route,
            factor: buyer
                .cells
                .iter()
                .map(|c| rows.iter().find(|r| r.class == class_of(*c)).map_or(1.0, |r| r.factor))
                .collect(),
            critical: cells_with(Role::Critical),
            defining: cells_with(Role::Defining),
            bonders: rows.iter().find(|row| row.role == Role::Bonding).map(|row| {
                let own = of_class(&row.class);
                if own.is_empty() {
                    Bonders { cells: packaging(buyer.owner), own: false }
                } else {
                    Bonders { cells: own.into(), own: true }
                }
            }),
        })
    };
    buyers
        .iter()
        .map(|buyer| {
            let open = buyer.row.kind == BuyerKind::Fab && buyer.advanced();
            let routes = Route::ALL.into_iter().filter(|_| open);
            routes.filter_map(|route| node(route, buyer)).collect()
        })
        .collect()
}
