//! How Chinese-owned lines spread their spending over routes.

use super::{chinese, ratio};
use crate::decisions::Outcome;
use crate::scenario::tables::{Family, Route};
use crate::world::World;

/// Share of a route in the spending of Chinese-owned advanced lines of a family.
pub(super) fn share(world: &World, outcome: &Outcome, family: Family, route: Route) -> f64 {
    let structure = &world.setup.structure;
    let of_routes = |value: &dyn Fn(usize) -> f64| {
        chinese(world, |b| {
            let takes = structure.buyers[b].row.family == family && !structure.routes[b].is_empty();
            if takes { outcome.routes.flow[b] * value(b) } else { 0.0 }
        })
    };
    let spent = of_routes(&|b| outcome.routes.share[b][route as usize]);
    ratio(spent, of_routes(&|_| 1.0))
}
