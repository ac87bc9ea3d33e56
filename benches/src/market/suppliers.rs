//! Suppliers of REF-1: experience lowers cost, research raises quality, use moves price and capacity.

use sim_core::vector;

use super::{PRODUCTS, SEGMENTS, SUPPLIERS, Sales, hash};

/// State of all suppliers, segment by segment.
pub(super) struct Suppliers {
    pub(super) quality: Vec<f64>,
    pub(super) price: Vec<f64>,
    pub(super) capacity: Vec<f64>,
    first_cost: Vec<f64>,
    first_capacity: Vec<f64>,
    knowledge: Vec<f64>,
    experience: Vec<f64>,
    /// Units sold in the step.
    sales: Vec<f64>,
    /// Lent to the formulas.
    scratch: [Vec<f64>; 2],
}

impl Suppliers {
    /// `demand` is the sum over buyers by segment.
    pub(super) fn new(demand: &[f64]) -> Self {
        let each = |of: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..PRODUCTS).map(of).collect() };
        let cost = each(&|k| 0.6 + 0.4 * hash(7, k));
        let capacity =
            each(&|k| 1.1 * demand[k / SUPPLIERS] / SUPPLIERS as f64 * (0.5 + hash(9, k)));
        Self {
            quality: each(&|k| 0.5 + hash(6, k)),
            price: cost.iter().map(|c| 1.3 * c).collect(),
            knowledge: each(&|k| 0.5 + hash(8, k)),
            experience: vec![0.0; PRODUCTS],
            first_cost: cost,
            first_capacity: capacity.clone(),
            capacity,
            sales: vec![0.0; PRODUCTS],
            scratch: [vec![0.0; PRODUCTS], vec![0.0; PRODUCTS]],
        }
    }

    /// Enters what a segment sold.
    pub(super) fn sell(&mut self, segment: usize, sold: &Sales) {
        assert!(segment < SEGMENTS);
        for j in 0..SUPPLIERS {
            self.sales[segment * SUPPLIERS + j] =
                sold.first[j] * sold.fill[j] + sold.second[j] * sold.refill[j];
        }
    }

    /// Production, research and prices of the step; returns revenue. `luck` decides on steps of research; without
    /// it quality rises by its expectation.
    pub(super) fn produce(&mut self, luck: Option<&[f64]>) -> f64 {
        let [growth, progress] = &mut self.scratch;
        let mut revenue = 0.0;
        for k in 0..PRODUCTS {
            let sales = self.sales[k];
            let money = self.price[k] * sales;
            revenue += money;
            self.experience[k] += sales;
            growth[k] = 1.0 + self.experience[k] / (10.0 * self.first_capacity[k]);
            self.knowledge[k] = 0.95 * self.knowledge[k] + 0.05 * money / self.first_capacity[k];
            progress[k] = -0.3 * self.knowledge[k] / (1.0 + self.knowledge[k]);
        }
        vector::pow_all(growth, -0.15);
        vector::exp_all(progress);
        for k in 0..PRODUCTS {
            let cost = self.first_cost[k] * growth[k];
            let chance = 1.0 - progress[k];
            let used = self.sales[k] / self.capacity[k];
            self.quality[k] += match luck {
                Some(luck) => f64::from(luck[k] < chance) * 0.05,
                None => 0.05 * chance,
            };
            let mut price = self.price[k] * (1.0 + 0.05 * (used - 0.85));
            price += 0.1 * (1.3 * cost - price);
            self.price[k] = price.max(1.02 * cost);
            self.capacity[k] *= 1.0 + (0.1 * (used - 0.8)).clamp(-0.02, 0.04);
        }
        revenue
    }
}
