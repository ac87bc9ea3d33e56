//! Routes (C3): the technologies by which a line can reach a level of system performance.

use crate::policy::Rules;
use crate::world::World;

/// Cumulative spending on each route, by maker's side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RouteSpend;

/// How buyers spread their spending over routes.
#[derive(Debug, Clone)]
pub struct Routes {
    /// Factor on the spend weight of each cell: 1 without law.
    pub tilt: Vec<f64>,
    /// Cumulative spending after the quarter.
    pub spend: RouteSpend,
}

/// Chooses routes.
pub fn choose(world: &World, _rules: &Rules) -> Routes {
    Routes { tilt: vec![1.0; world.setup.structure.cells.len()], spend: world.route_spend.clone() }
}
