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

/// The points inside a box, in rising order of each factor.
pub(super) type Interior = Vec<Vec<u32>>;

/// A box that may follow, and what it holds.
pub(super) struct Candidate {
    limits: Vec<Limits>,
    points: usize,
    cases: usize,
}

impl<'a> Sample<'a> {
    pub(super) fn new(columns: &'a [Vec<f64>], is_case: &'a [bool]) -> Self {
        let orders = columns
            .iter()
            .map(|column| {
                assert_eq!(column.len(), is_case.len(), "a factor has a value at every point");
                let mut order: Vec<u32> = (0..column.len() as u32).collect();
                order.sort_by(|a, b| column[*a as usize].total_cmp(&column[*b as usize]));
                order
            })
            .collect();
        Self::of(columns, is_case, orders)
    }

    fn of(columns: &'a [Vec<f64>], is_case: &'a [bool], orders: Vec<Vec<u32>>) -> Self {
        let bounds = orders
            .iter()
            .zip(columns)
            .map(|(order, column)| {
                let at = |p: Option<&u32>| p.map_or(f64::NAN, |p| column[*p as usize]);
                Limits { low: at(order.first()), high: at(order.last()) }
            })
            .collect();
        let cases =
            orders.first().map_or(0, |o| o.iter().filter(|p| is_case[**p as usize]).count());
        Self { columns, is_case, orders, bounds, cases }
    }

    /// A sample of some of the points, with repetitions.
    pub(super) fn resample(&self, places: &[usize]) -> Self {
        let mut times = vec![0; self.is_case.len()];
        for place in places {
            times[*place] += 1;
        }
        let repeat = |p: &u32| std::iter::repeat_n(*p, times[*p as usize]);
        let orders = self.orders.iter().map(|o| o.iter().flat_map(repeat).collect()).collect();
        Self::of(self.columns, self.is_case, orders)
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

    /// All points.
    pub(super) fn interior(&self) -> Interior {
        self.orders.clone()
    }

    /// Leaves of an interior what is inside a smaller box.
    pub(super) fn narrow(&self, interior: &mut Interior, limits: &[Limits]) {
        let mut kept = vec![false; self.is_case.len()];
        for point in &interior[0] {
            kept[*point as usize] = self.inside(*point, limits);
        }
        for order in interior {
            order.retain(|p| kept[*p as usize]);
        }
    }

    /// Boxes with one cut: the upper side of each factor, then the lower.
    pub(super) fn peels(
        &self,
        interior: &Interior,
        limits: &[Limits],
        share: f64,
    ) -> Vec<Candidate> {
        let points = interior[0].len();
        let cases = interior[0].iter().filter(|p| self.is_case[**p as usize]).count();
        let mut boxes = Vec::new();
        for (factor, order) in interior.iter().enumerate() {
            let value = |p: u32| self.columns[factor][p as usize];
            let values: Vec<f64> = order.iter().map(|p| value(*p)).collect();
            let mut add = |limit: f64, lost: &mut dyn Iterator<Item = &u32>, upper: bool| {
                let mut limits = limits.to_vec();
                *(if upper { &mut limits[factor].high } else { &mut limits[factor].low }) = limit;
                let (n, k) = lost
                    .fold((0, 0), |(n, k), p| (n + 1, k + usize::from(self.is_case[*p as usize])));
                boxes.push(Candidate { limits, points: points - n, cases: cases - k });
            };
            let high = cut(&values, 1.0 - share);
            add(high, &mut order.iter().rev().take_while(|p| value(**p) > high), true);
            let low = cut(&values, share);
            add(low, &mut order.iter().take_while(|p| value(**p) < low), false);
        }
        boxes
    }

    /// Boxes widened on one side of a restricted factor: the lower side of each, then the upper.
    pub(super) fn pastes(&self, limits: &[Limits], share: f64) -> Vec<Candidate> {
        let mut boxes = Vec::new();
        for factor in 0..limits.len() {
            let (own, all) = (limits[factor], self.bounds[factor]);
            if own == all {
                continue;
            }
            let outside = |low: f64, high: f64| -> Vec<f64> {
                let mut strip = limits.to_vec();
                strip[factor] = Limits { low, high };
                let inside = self.orders[factor].iter().filter(|p| self.inside(**p, &strip));
                inside.map(|p| self.columns[factor][*p as usize]).collect()
            };
            let below = outside(all.low, own.low);
            let above = outside(own.high, all.high);
            let mut lower = limits.to_vec();
            lower[factor].low = if below.is_empty() { all.low } else { cut(&below, 1.0 - share) };
            let mut upper = limits.to_vec();
            upper[factor].high = if above.is_empty() { all.high } else { cut(&above, share) };
            for limits in [lower, upper] {
                let (points, cases) = self.count(&limits);
                boxes.push(Candidate { limits, points, cases });
            }
        }
        boxes
    }

    /// The candidate that raises the share of cases most per point gained or lost; `None` if none raises it, or
    /// the best one holds fewer than `least` points (as in the EMA Workbench, the next best is not tried).
    pub(super) fn best(
        &self,
        current: &[Limits],
        candidates: Vec<Candidate>,
        least: f64,
    ) -> Option<Vec<Limits>> {
        let (n, k) = self.count(current);
        let gain = |c: &Candidate| {
            if c.points == 0 || c.points == n {
                return 0.0;
            }
            let rise = c.cases as f64 / c.points as f64 - k as f64 / n as f64;
            rise / n.abs_diff(c.points) as f64
        };
        let free = |limits: &[Limits]| {
            limits.iter().zip(&self.bounds).filter(|(own, all)| own == all).count()
        };
        let mut best: Option<(f64, usize, Candidate)> = None;
        for candidate in candidates {
            let rank = (gain(&candidate), free(&candidate.limits));
            if best.as_ref().is_none_or(|(gain, free, _)| rank > (*gain, *free)) {
                best = Some((rank.0, rank.1, candidate));
            }
        }
        let (gain, _, candidate) = best?;
        (gain > 0.0 && candidate.points as f64 >= least).then_some(candidate.limits)
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
