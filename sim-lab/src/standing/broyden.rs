//! Broyden's good method for a few unknowns, from the identity, with the inverse of the derivative updated by Sherman and
//! Morrison. It keeps its nearest point: shares are not continuous in a drift, since research advances by whole steps.

/// Longest step of an unknown.
const STEP: f64 = 2.0;

/// A search for unknowns at which gaps vanish.
#[derive(Debug, Clone)]
pub(super) struct Broyden {
    /// Where to look next.
    next: Vec<f64>,
    /// Step that led there; gaps before it.
    step: Vec<f64>,
    before: Option<Vec<f64>>,
    /// Estimate of what a gap asks of the unknowns, row by row.
    inverse: Vec<f64>,
    /// Weights by which the mean of the unknowns stays zero: what all have in common moves no share.
    weights: Vec<f64>,
    best: (Vec<f64>, f64),
}

impl Broyden {
    /// A search from zero; unknowns have these weights in their mean, which sum to 1.
    pub(super) fn new(weights: Vec<f64>) -> Self {
        let unknowns = weights.len();
        let mut inverse = vec![0.0; unknowns * unknowns];
        (0..unknowns).for_each(|i| inverse[i * (unknowns + 1)] = 1.0);
        let zero = vec![0.0; unknowns];
        Self {
            next: zero.clone(),
            step: zero.clone(),
            before: None,
            inverse,
            weights,
            best: (zero, f64::INFINITY),
        }
    }

    /// A search for another problem of the kind, which begins where this one came nearest. What this one has learned of
    /// derivatives it learned in steps that were small in the end, so that is left behind.
    pub(super) fn again(&self) -> Self {
        Self { next: self.best.0.clone(), ..Self::new(self.weights.clone()) }
    }

    /// Where to look next.
    pub(super) fn next(&self) -> &[f64] {
        &self.next
    }

    /// The nearest point that was looked at.
    pub(super) fn best(&self) -> &[f64] {
        &self.best.0
    }

    /// How far that was off.
    pub(super) const fn miss(&self) -> f64 {
        self.best.1
    }

    /// Takes the gaps at [`Broyden::next`], with how far that is off as a whole, and chooses the next point.
    pub(super) fn learn(&mut self, gaps: &[f64], miss: f64) {
        if miss < self.best.1 {
            self.best = (self.next.clone(), miss);
        }
        if let Some(before) = self.before.replace(gaps.to_vec()) {
            // Gaps fall as the unknowns go their way.
            let fall: Vec<f64> = before.iter().zip(gaps).map(|(old, new)| old - new).collect();
            self.update(&fall);
        }
        self.step = self.times(gaps).iter().map(|x| x.clamp(-STEP, STEP)).collect();
        let common: f64 =
            self.step.iter().zip(&self.weights).map(|(step, weight)| step * weight).sum();
        self.step.iter_mut().for_each(|step| *step -= common);
        for (next, step) in self.next.iter_mut().zip(&self.step) {
            *next += step;
        }
    }

    /// `H += (s − H y) sᵀH / (sᵀ H y)`, unless what was learned is next to nothing.
    fn update(&mut self, y: &[f64]) {
        let n = y.len();
        let hy = self.times(y);
        let scale: f64 = self.step.iter().zip(&hy).map(|(s, h)| s * h).sum();
        let long: f64 = self.step.iter().map(|s| s * s).sum();
        if scale.abs() < 1e-3 * long || long == 0.0 {
            return;
        }
        let sh: Vec<f64> =
            (0..n).map(|j| (0..n).map(|i| self.step[i] * self.inverse[i * n + j]).sum()).collect();
        for (row, (step, found)) in self.inverse.chunks_exact_mut(n).zip(self.step.iter().zip(&hy))
        {
            for (entry, right) in row.iter_mut().zip(&sh) {
                *entry += (step - found) * right / scale;
            }
        }
    }

    fn times(&self, of: &[f64]) -> Vec<f64> {
        let rows = self.inverse.chunks_exact(of.len());
        rows.map(|row| row.iter().zip(of).map(|(a, x)| a * x).sum()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares of a logit model with cross effects through a lagged response: `ln s_i` at utilities `a + M x`.
    fn shares(x: &[f64]) -> Vec<f64> {
        let mix = [[0.5, 0.1, 0.0], [0.3, 0.7, -0.2], [0.0, 0.2, 1.6]];
        let weights: Vec<f64> = mix
            .iter()
            .zip([2.0, 0.0, -3.0])
            .map(|(row, a)| libm::exp(a + row.iter().zip(x).map(|(m, x)| m * x).sum::<f64>()))
            .collect();
        let all: f64 = weights.iter().sum();
        weights.iter().map(|w| w / all).collect()
    }

    #[test]
    fn a_world_with_cross_effects_is_found_in_a_few_looks() {
        let wanted = [0.55, 0.25, 0.20];
        let mut search = Broyden::new(wanted.to_vec());
        for _ in 0..12 {
            let now = shares(search.next());
            let gaps: Vec<f64> = wanted.iter().zip(&now).map(|(w, s)| libm::log(w / s)).collect();
            let miss = wanted.iter().zip(&now).map(|(w, s)| (w - s).abs()).fold(0.0, f64::max);
            search.learn(&gaps, miss);
        }
        assert!(search.miss() < 1e-4, "{}", search.miss());
        let found = shares(search.best());
        assert!(wanted.iter().zip(found).all(|(w, s)| (w - s).abs() < 1e-4));
    }

    #[test]
    fn the_nearest_point_is_kept() {
        let mut search = Broyden::new(vec![0.0]);
        search.learn(&[0.5], 3.0);
        let first = search.next()[0];
        search.learn(&[-9.0], 1.0);
        search.learn(&[0.1], 7.0);
        assert_eq!((search.best()[0], search.miss()), (first, 1.0));
    }
}
