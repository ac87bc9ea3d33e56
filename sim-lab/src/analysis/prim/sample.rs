//! Points in order of each factor, and the cuts and pastes of a box.

use super::Limits;

/// Points and cases, with the order of the points along each factor.
pub(super) struct Sample<'a> {
    columns: &'a [Vec<f64>],
    is_case: &'a [bool],
    /// Points of the sample (with repetitions in a resample), in rising order of each factor.
    orders: Vec<Vec<u32>>,
    bounds: Vec<Limits>,
    cases: usize,
}

impl<'a> Sample<'a> {
    pub(super) fn new(columns: &'a [Vec<f64>], is_case: &'a [bool]) -> Self {
        let all: Vec<usize> = (0..is_case.len()).collect();
        Self::of(columns, is_case, &all)
    }

    /// A sample of some points, with repetitions.
    pub(super) fn of(columns: &'a [Vec<f64>], is_case: &'a [bool], places: &[usize]) -> Self {
        let mut orders = Vec::new();
        let mut bounds = Vec::new();
        for column in columns {
            assert_eq!(column.len(), is_case.len(), "a factor has a value at every point");
            let mut order: Vec<u32> = places.iter().map(|p| *p as u32).collect();
            order.sort_by(|a, b| column[*a as usize].total_cmp(&column[*b as usize]));
            let at = |p: Option<&u32>| p.map_or(f64::NAN, |p| column[*p as usize]);
            bounds.push(Limits { low: at(order.first()), high: at(order.last()) });
            orders.push(order);
        }
        let cases = places.iter().filter(|p| is_case[**p]).count();
        Self { columns, is_case, orders, bounds, cases }
    }

    pub(super) fn len(&self) -> usize {
        self.orders.first().map_or(0, Vec::len)
    }

    pub(super) const fn cases(&self) -> usize {
        self.cases
    }

    pub(super) fn bounds(&self) -> &[Limits] {
        &self.bounds
    }

    fn inside(&self, point: u32, limits: &[Limits]) -> bool {
        self.columns
            .iter()
            .zip(limits)
            .all(|(c, l)| c[point as usize] >= l.low && c[point as usize] <= l.high)
    }

    /// Points and cases in a box.
    pub(super) fn count(&self, limits: &[Limits]) -> (usize, usize) {
        let Some(order) = self.orders.first() else { return (0, 0) };
        let inside = order.iter().filter(|p| self.inside(**p, limits));
        inside.fold((0, 0), |(n, k), p| (n + 1, k + usize::from(self.is_case[*p as usize])))
    }

    /// Values of a factor in a box, rising.
    fn values(&self, factor: usize, limits: &[Limits]) -> Vec<f64> {
        self.orders[factor]
            .iter()
            .filter(|p| self.inside(**p, limits))
            .map(|p| self.columns[factor][*p as usize])
            .collect()
    }

    /// Boxes with one cut: the upper side of each factor, then the lower.
    pub(super) fn peels(&self, limits: &[Limits], share: f64) -> Vec<Vec<Limits>> {
        let mut boxes = Vec::new();
        for factor in 0..limits.len() {
            let values = self.values(factor, limits);
            let mut upper = limits.to_vec();
            upper[factor].high = cut(&values, 1.0 - share);
            let mut lower = limits.to_vec();
            lower[factor].low = cut(&values, share);
            boxes.extend([upper, lower]);
        }
        boxes
    }

    /// Boxes widened on one side of a restricted factor: the lower side of each, then the upper.
    pub(super) fn pastes(&self, limits: &[Limits], share: f64) -> Vec<Vec<Limits>> {
        let mut boxes = Vec::new();
        for factor in 0..limits.len() {
            let (own, all) = (limits[factor], self.bounds[factor]);
            if own == all {
                continue;
            }
            let outside = |low: f64, high: f64| {
                let mut strip = limits.to_vec();
                strip[factor] = Limits { low, high };
                self.values(factor, &strip)
            };
            let below = outside(all.low, own.low);
            let above = outside(own.high, all.high);
            let mut lower = limits.to_vec();
            lower[factor].low = if below.is_empty() { all.low } else { cut(&below, 1.0 - share) };
            let mut upper = limits.to_vec();
            upper[factor].high = if above.is_empty() { all.high } else { cut(&above, share) };
            boxes.extend([lower, upper]);
        }
        boxes
    }

    /// The box that raises the share of cases most per point gained or lost, and that gain; `None` if no box of
    /// enough points raises it.
    pub(super) fn best(
        &self,
        current: &[Limits],
        boxes: Vec<Vec<Limits>>,
        enough: &impl Fn(usize) -> bool,
    ) -> Option<(Vec<Limits>, f64)> {
        let (n, k) = self.count(current);
        let free = |limits: &[Limits]| {
            limits.iter().zip(&self.bounds).filter(|(own, all)| own == all).count()
        };
        let mut best: Option<(Vec<Limits>, f64, usize, usize)> = None;
        for limits in boxes {
            let (points, cases) = self.count(&limits);
            let gain = if points == 0 || points == n {
                0.0
            } else {
                (cases as f64 / points as f64 - k as f64 / n as f64) / n.abs_diff(points) as f64
            };
            let unrestricted = free(&limits);
            let better = best.as_ref().is_none_or(|(_, held, rest, _)| {
                gain > *held || (gain == *held && unrestricted > *rest)
            });
            if better {
                best = Some((limits, gain, unrestricted, points));
            }
        }
        // The best box ends the search if it is too small, as in the EMA Workbench; the next best is not tried.
        let (limits, gain, _, points) = best?;
        (gain > 0.0 && enough(points)).then_some((limits, gain))
    }
}

/// The value halfway between the neighbours of the quantile; where both are equal, the next other value towards
/// the inside takes the place of one.
fn cut(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = last as f64 * p;
    let (mut below, mut above) = (place.floor() as usize, place.ceil() as usize);
    if p > 0.5 {
        while sorted[below] == sorted[above] && below > 0 {
            below -= 1;
        }
    } else {
        while sorted[below] == sorted[above] && above < last {
            above += 1;
        }
    }
    0.5 * (sorted[below] + sorted[above])
}
