//! What has been spent on each route to a level of performance, from which the routes have matured.

use crate::scenario::tables::Route;

/// Number of routes.
pub(crate) const ROUTES: usize = Route::ALL.len();
/// One value for each route, in the order of [`Route::ALL`].
pub type ByRoute = [f64; ROUTES];

/// Cumulative spending on each route, USD million; others first, Chinese-owned lines second.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RouteSpend {
    /// What counts as spent before the first quarter.
    pub before: [ByRoute; 2],
    /// The same and all spending since.
    pub total: [ByRoute; 2],
    /// What is missing to full maturity, in parts of what was missing before the first quarter.
    pub(crate) missing: [ByRoute; 2],
}

impl RouteSpend {
    /// Works out what is missing: `(X/X⁰)^log₂(1−ℓ)`.
    pub(crate) fn learn(&mut self, route_learning: f64) {
        let exponent = libm::log2(1.0 - route_learning);
        for side in 0..2 {
            for route in 0..ROUTES {
                let before = self.before[side][route];
                if before > 0.0 {
                    let growth = self.total[side][route] / before;
                    self.missing[side][route] = libm::pow(growth, exponent);
                }
            }
        }
    }
}
