//! What leads a run to an observed year: a drift of the unexplained utility of products, found outside of the economy.
//!
//! Invariant: without a drift nothing of a run changes, not even in the last bit.

/// A drift of the mean utility of products over the first quarters of a run: what the model does not explain of the shares that
/// were observed at their end. It stops there; what it did stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drift {
    /// Logits by product on the whole way; empty for none.
    total: Vec<f64>,
    /// Products that sell in the observed year, and so are on the market by the middle of the way.
    there: Vec<bool>,
    /// Quarters of the way.
    quarters: usize,
}

impl Drift {
    /// A drift by `total` logits of each product over the first `quarters`; `there` says which products sell at their end.
    pub const fn new(total: Vec<f64>, there: Vec<bool>, quarters: usize) -> Self {
        Self { total, there, quarters }
    }

    /// What each product's utility drifts by in quarter `t`, logits; nothing once it is over. It falls linearly to zero, so that
    /// shares, which follow utility late, have come to rest when it ends.
    pub fn in_quarter(&self, t: usize) -> impl Iterator<Item = f64> {
        let products = if t < self.quarters { &self.total[..] } else { &[] };
        let (all, left) = (self.quarters as f64, self.quarters as f64 - t as f64 - 0.5);
        let weight = 2.0 * left / (all * all);
        products.iter().map(move |total| weight * total)
    }

    /// Whether a product has to be on the market after quarter `t`, since it sells in the observed year.
    pub fn enters(&self, product: usize, t: usize) -> bool {
        2 * t >= self.quarters && self.there.get(product).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_comes_on_the_way() {
        let drift = Drift::new(vec![2.0, -1.0], vec![true, false], 8);
        let mut sum = [0.0; 2];
        for t in 0..20 {
            for (sum, step) in sum.iter_mut().zip(drift.in_quarter(t)) {
                *sum += step;
            }
        }
        assert!((sum[0] - 2.0).abs() < 1e-12 && (sum[1] + 1.0).abs() < 1e-12, "{sum:?}");
        let step = |t| drift.in_quarter(t).next().unwrap();
        assert!(step(0) > step(1) && step(7) > 0.0);
        assert_eq!(drift.in_quarter(8).count(), 0);
        assert!(!drift.enters(0, 3) && drift.enters(0, 4) && !drift.enters(1, 4));
        let none = Drift::default();
        assert!(none.in_quarter(0).count() == 0 && !none.enters(0, 0));
    }
}
