//! REF-1: a small market that any simulator can run, defined to the last operation, so that speed is compared
//! on the same work (`benches/README.md` has the definition).
//!
//! Utility and the one round of spill-over are arguments of the market kernel; what is REF-1's own are its
//! suppliers and its buyers' activity.

#![allow(
    clippy::needless_range_loop,
    reason = "several tables run along; iterators are inlined less surely"
)]

mod suppliers;

use fearless_simd::Simd;
use sim_core::draws::{Draws, Purpose};
use sim_core::kernel::rows::{self, Utility};
use sim_core::vector::{self, LANES, Row, Vector, exps, load, splat, sum};
use sim_core::with_vectors;

use suppliers::Suppliers;

/// Segments.
pub const SEGMENTS: usize = 24;
/// Suppliers in each segment.
pub const SUPPLIERS: usize = 12;
/// Countries.
const PLACES: usize = 4;
/// Buyers at scale 1.
const BUYERS: usize = 200;
/// Products of all segments.
const PRODUCTS: usize = SEGMENTS * SUPPLIERS;

/// A number in [0, 1) for a tag and an index: splitmix64.
fn hash(tag: u64, index: usize) -> f64 {
    let mut z = ((tag << 32) | index as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    (z >> 11) as f64 / 9_007_199_254_740_992.0
}

/// Whether the law denies a country's suppliers to a country's buyers in a segment.
const fn denied(t: usize, buyers: usize, suppliers: usize, segment: usize) -> bool {
    (t >= 24 && buyers == 1 && suppliers == 0 && segment < 8)
        || (t >= 48 && buyers == 1 && (suppliers == 0 || suppliers == 2) && segment < 16)
        || (t >= 48 && buyers == 0 && suppliers == 1 && segment >= 20)
}

/// Buyers: one row for each tile of eight.
struct Buyers {
    place: Vec<[usize; LANES]>,
    quality: Vec<Row>,
    price: Vec<Row>,
    habit: Vec<Row>,
    aversion: Vec<Row>,
    activity: Vec<Row>,
}

/// The market. Lanes are buyers; shares are by segment, tile and supplier.
pub struct Market {
    buyers: Buyers,
    suppliers: Suppliers,
    /// Demand at activity 1 by segment and tile.
    demand: Vec<Row>,
    /// Realised shares of the last step by segment, tile and supplier.
    shares: Vec<Row>,
    /// Perceived risk by country of buyers and of suppliers.
    risk: [[f64; PLACES]; PLACES],
    /// 1 where the law allows a country's suppliers, by segment, tile and country; none where it allows all.
    allowed: Vec<Option<Vec<[Row; PLACES]>>>,
    growth: f64,
    t: usize,
    revenue: f64,
}

/// What is the same for all segments in a step.
struct Step {
    /// Aversion times risk, by tile and country of suppliers.
    fear: Vec<[Row; PLACES]>,
    /// Activity times growth times shock, by tile.
    pace: Vec<Row>,
}

/// What one segment sells.
struct Sales {
    first: [f64; SUPPLIERS],
    fill: [f64; SUPPLIERS],
    second: [f64; SUPPLIERS],
    refill: [f64; SUPPLIERS],
}

impl Market {
    /// The market at step 0, `scale` times 200 buyers.
    pub fn new(scale: usize) -> Self {
        let count = BUYERS * scale;
        assert!(count.is_multiple_of(LANES), "tiles of {LANES} buyers must be full");
        let tiles = count / LANES;
        let by_tile = |of: &dyn Fn(usize) -> f64| -> Vec<Row> {
            (0..tiles).map(|i| std::array::from_fn(|lane| of(i * LANES + lane))).collect()
        };
        let demand: Vec<Row> =
            (0..SEGMENTS).flat_map(|s| by_tile(&|b| 0.5 + hash(5, b * SEGMENTS + s))).collect();
        let total: Vec<f64> =
            demand.chunks_exact(tiles).map(|rows| rows.iter().flatten().sum()).collect();
        Self {
            buyers: Buyers {
                place: (0..tiles)
                    .map(|i| std::array::from_fn(|lane| PLACES * (i * LANES + lane) / count))
                    .collect(),
                quality: by_tile(&|b| 0.8 + 0.8 * hash(1, b)),
                price: by_tile(&|b| 1.0 + hash(2, b)),
                habit: by_tile(&|b| 0.5 + hash(3, b)),
                aversion: by_tile(&|b| 1.0 + hash(4, b)),
                activity: vec![[1.0; LANES]; tiles],
            },
            suppliers: Suppliers::new(&total),
            shares: vec![[0.0; LANES]; tiles * PRODUCTS],
            demand,
            risk: [[0.0; PLACES]; PLACES],
            allowed: vec![None; SEGMENTS],
            growth: 1.0,
            t: 0,
            revenue: 0.0,
        }
    }

    /// Alternatives of a step.
    pub fn alternatives(&self) -> usize {
        self.shares.len() * LANES
    }

    /// Revenue of all suppliers so far.
    pub fn revenue(&self) -> f64 {
        self.revenue
    }

    /// Plays steps; without draws there is no noise.
    pub fn play(&mut self, steps: usize, draws: Option<&Draws>) {
        let mut noise = vec![0.5; self.buyers.place.len() * LANES + PRODUCTS];
        for _ in 0..steps {
            if let Some(draws) = draws {
                draws.fill(Purpose::Research, self.t, 0, &mut noise);
            }
            self.revenue += self.step(&noise, draws.is_some());
        }
    }

    fn step(&mut self, noise: &[f64], noisy: bool) -> f64 {
        self.enact();
        let step = self.begin(noise);
        let tiles = self.buyers.place.len();
        let mut served = vec![[0.0; LANES]; tiles];
        let mut wanted = vec![[0.0; LANES]; tiles];
        for s in 0..SEGMENTS {
            let sales = with_vectors!(
                vector::level(),
                simd => self.trade(simd, s, &step, &mut served, &mut wanted)
            );
            self.suppliers.sell(s, &sales);
        }
        for ((activity, served), wanted) in
            self.buyers.activity.iter_mut().zip(&served).zip(&wanted)
        {
            for lane in 0..LANES {
                let fill = served[lane] / wanted[lane];
                activity[lane] = (activity[lane] * (1.0 + 0.05 * (fill - 0.85))).clamp(0.5, 2.0);
            }
        }
        let luck = &noise[tiles * LANES..];
        let revenue = self.suppliers.produce(noisy.then_some(luck));
        self.growth *= 1.005;
        self.t += 1;
        revenue
    }

    /// Masks change only when the law does; risk follows it.
    fn enact(&mut self) {
        let t = self.t;
        if t == 24 || t == 48 {
            for (s, allowed) in self.allowed.iter_mut().enumerate() {
                let hit = (0..PLACES * PLACES).any(|i| denied(t, i / PLACES, i % PLACES, s));
                *allowed = hit.then(|| {
                    let mask = |buyer: usize, k: usize| f64::from(!denied(t, buyer, k, s));
                    let places = self.buyers.place.iter();
                    places.map(|b| std::array::from_fn(|k| b.map(|b| mask(b, k)))).collect()
                });
            }
        }
        for (buyer, row) in self.risk.iter_mut().enumerate() {
            for (k, risk) in row.iter_mut().enumerate() {
                let hit = (0..SEGMENTS).filter(|s| denied(t, buyer, k, *s)).count();
                *risk += 0.2 * (hit as f64 / SEGMENTS as f64 - *risk);
            }
        }
    }

    fn begin(&self, noise: &[f64]) -> Step {
        let (buyers, risk) = (&self.buyers, &self.risk);
        let fear = (buyers.place.iter().zip(&buyers.aversion))
            .map(|(place, aversion)| {
                std::array::from_fn(|k| {
                    std::array::from_fn(|lane| aversion[lane] * risk[place[lane]][k])
                })
            })
            .collect();
        let shocks = noise.as_chunks::<LANES>().0;
        let pace = (buyers.activity.iter().zip(shocks))
            .map(|(activity, noise)| {
                std::array::from_fn(|lane| {
                    activity[lane] * self.growth * (1.0 + 0.1 * (noise[lane] - 0.5))
                })
            })
            .collect();
        Step { fear, pace }
    }

    /// Clears one segment: weights, orders, rationing and one round of spill-over.
    #[inline(always)]
    fn trade<S: Simd>(
        &mut self,
        simd: S,
        s: usize,
        step: &Step,
        served: &mut [Row],
        wanted: &mut [Row],
    ) -> Sales {
        let tiles = self.buyers.place.len();
        let demand = &self.demand[s * tiles..][..tiles];
        let shares = &mut self.shares[s * tiles * SUPPLIERS..][..tiles * SUPPLIERS];
        let products = s * SUPPLIERS..(s + 1) * SUPPLIERS;
        let (quality, price) =
            (&self.suppliers.quality[products.clone()], &self.suppliers.price[products.clone()]);
        let capacity = &self.suppliers.capacity[products];
        let mut sums = [[0.0; LANES]; SUPPLIERS];
        let mut inverse: Vec<Row> = Vec::with_capacity(tiles);
        for (i, rows) in shares.chunks_exact_mut(SUPPLIERS).enumerate() {
            let taste = Taste {
                quality: load(simd, &self.buyers.quality[i]),
                price: load(simd, &self.buyers.price[i]),
                habit: load(simd, &self.buyers.habit[i]),
                levels: quality,
                prices: price,
                fear: &step.fear[i],
                allowed: self.allowed[s].as_ref().map(|tiles| &tiles[i]),
            };
            let total = rows::weigh(simd, &taste, rows);
            let share = splat(simd, 1.0) / total;
            let want = load(simd, &demand[i]) * load(simd, &step.pace[i]);
            rows::order(simd, rows, want * share, &mut sums);
            wanted[i] = (load(simd, &wanted[i]) + want).into();
            inverse.push(share.into());
        }
        let first = sums.map(|row| sum(&row));
        let fill: [f64; SUPPLIERS] = std::array::from_fn(|j| (capacity[j] / first[j]).min(1.0));
        let mut sales = Sales { first, fill, second: [0.0; SUPPLIERS], refill: [0.0; SUPPLIERS] };
        let short = fill.iter().any(|f| *f < 1.0);
        let mut again: Vec<Row> = vec![[0.0; LANES]; if short { tiles } else { 0 }];
        if short {
            let mut sums = [[0.0; LANES]; SUPPLIERS];
            for (i, rows) in shares.chunks_exact(SUPPLIERS).enumerate() {
                let want = load(simd, &demand[i]) * load(simd, &step.pace[i]);
                let each = want * load(simd, &inverse[i]);
                let (missing, slack) = rows::unmet(simd, rows, each, &fill);
                let offer = missing / slack;
                rows::order(simd, rows, offer, &mut sums);
                again[i] = (offer / want).into();
            }
            for j in (0..SUPPLIERS).filter(|j| fill[*j] >= 1.0) {
                sales.second[j] = sum(&sums[j]);
                sales.refill[j] = ((capacity[j] - first[j]) / sales.second[j]).min(1.0);
            }
        }
        for (i, rows) in shares.chunks_exact_mut(SUPPLIERS).enumerate() {
            let each = load(simd, &inverse[i]);
            let second = again.get(i).map_or(splat(simd, 0.0), |row| load(simd, row));
            let got = rows::settle(simd, rows, (each, second), (&fill, &sales.refill));
            let want = load(simd, &demand[i]) * load(simd, &step.pace[i]);
            served[i] = simd.mul_add_precise_f64x8(got, want, load(simd, &served[i])).into();
        }
        sales
    }
}

/// REF-1's utility, `a q − b p + κ x − g risk`, of a tile in a segment.
struct Taste<'a, S: Simd> {
    quality: Vector<S>,
    price: Vector<S>,
    habit: Vector<S>,
    levels: &'a [f64],
    prices: &'a [f64],
    fear: &'a [Row; PLACES],
    allowed: Option<&'a [Row; PLACES]>,
}

impl<S: Simd> Utility<S> for Taste<'_, S> {
    #[inline(always)]
    fn weights<const N: usize>(&self, simd: S, j: usize, shares: [Vector<S>; N]) -> [Vector<S>; N] {
        let mut utility = shares;
        for n in 0..N {
            let fear = splat(simd, 0.0) - load(simd, &self.fear[(j + n) % PLACES]);
            let price = splat(simd, -self.prices[j + n]);
            let cost = simd.mul_add_precise_f64x8(self.price, price, fear);
            let level = splat(simd, self.levels[j + n]);
            let worth = simd.mul_add_precise_f64x8(self.quality, level, cost);
            utility[n] = simd.mul_add_precise_f64x8(self.habit, shares[n], worth);
        }
        let mut weights = exps(simd, utility);
        if let Some(allowed) = self.allowed {
            for n in 0..N {
                weights[n] *= load(simd, &allowed[(j + n) % PLACES]);
            }
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revenue_is_that_of_every_other_implementation() {
        let mut market = Market::new(1);
        market.play(72, None);
        assert_eq!(format!("{:.6}", market.revenue()), "372017.755513");
        let mut market = Market::new(10);
        market.play(72, None);
        assert_eq!(format!("{:.5}", market.revenue()), "3712147.59169");
    }
}
