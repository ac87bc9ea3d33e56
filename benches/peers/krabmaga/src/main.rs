//! REF-1 with krABMaga: buyers and suppliers are scheduled agents, three events each in a step, in an order of
//! phases. What they are stands in the state, as structures of one agent each.

use std::any::Any;
use std::time::Instant;

use krabmaga::engine::agent::Agent;
use krabmaga::engine::schedule::Schedule;
use krabmaga::engine::state::State;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const BUYERS: usize = 200;
const SEGMENTS: usize = 24;
const SUPPLIERS: usize = 12;
const PLACES: usize = 4;
const STEPS: usize = 72;

fn hash(tag: u64, index: usize) -> f64 {
    let mut z = ((tag << 32) | index as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    (z >> 11) as f64 / 9_007_199_254_740_992.0
}

fn denied(t: usize, b: usize, k: usize, s: usize) -> bool {
    (t >= 24 && b == 1 && k == 0 && s < 8)
        || (t >= 48 && b == 1 && (k == 0 || k == 2) && s < 16)
        || (t >= 48 && b == 0 && k == 1 && s >= 20)
}

#[derive(Clone)]
struct Supplier {
    quality: f64,
    price: f64,
    capacity: f64,
    capacity0: f64,
    cost: f64,
    knowledge: f64,
    experience: f64,
    first: f64,
    second: f64,
    fill: f64,
    refill: f64,
}

struct Buyer {
    place: usize,
    a: f64,
    bp: f64,
    kappa: f64,
    g: f64,
    activity: f64,
    demand: Vec<f64>,
    wanted: Vec<f64>,
    offer: Vec<f64>,
    share: Vec<f64>,
    weight: Vec<f64>,
}

struct Market {
    t: usize,
    growth: f64,
    revenue: f64,
    buyers: Vec<Buyer>,
    suppliers: Vec<Supplier>,
    risk: [[f64; PLACES]; PLACES],
    allowed: [[[bool; SEGMENTS]; PLACES]; PLACES],
    noise: Option<ChaCha8Rng>,
}

/// An event: what an agent does in a phase of the step.
#[derive(Clone, Copy)]
enum Event {
    Order(usize),
    Ration(usize),
    OrderAgain(usize),
    RationAgain(usize),
    Receive(usize),
    Produce(usize),
}

impl Agent for Event {
    fn step(&mut self, state: &mut dyn State) {
        let market = state.as_any_mut().downcast_mut::<Market>().expect("the state is a market");
        match *self {
            Event::Order(b) => market.order(b),
            Event::Ration(k) => market.ration(k),
            Event::OrderAgain(b) => market.order_again(b),
            Event::RationAgain(k) => market.ration_again(k),
            Event::Receive(b) => market.receive(b),
            Event::Produce(k) => market.produce(k),
        }
    }
}

impl State for Market {
    fn init(&mut self, schedule: &mut Schedule) {
        for b in 0..self.buyers.len() {
            schedule.schedule_repeating(Box::new(Event::Order(b)), 0.0, 0);
            schedule.schedule_repeating(Box::new(Event::OrderAgain(b)), 0.0, 2);
            schedule.schedule_repeating(Box::new(Event::Receive(b)), 0.0, 4);
        }
        for k in 0..self.suppliers.len() {
            schedule.schedule_repeating(Box::new(Event::Ration(k)), 0.0, 1);
            schedule.schedule_repeating(Box::new(Event::RationAgain(k)), 0.0, 3);
            schedule.schedule_repeating(Box::new(Event::Produce(k)), 0.0, 5);
        }
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_state_mut(&mut self) -> &mut dyn State {
        self
    }
    fn as_state(&self) -> &dyn State {
        self
    }
    fn reset(&mut self) {}
    fn update(&mut self, _step: u64) {}
    fn before_step(&mut self, _schedule: &mut Schedule) {
        for b in 0..PLACES {
            for k in 0..PLACES {
                let mut hit = 0;
                for s in 0..SEGMENTS {
                    let no = denied(self.t, b, k, s);
                    self.allowed[b][k][s] = !no;
                    hit += usize::from(no);
                }
                self.risk[b][k] += 0.2 * (hit as f64 / SEGMENTS as f64 - self.risk[b][k]);
            }
        }
    }
    fn after_step(&mut self, _schedule: &mut Schedule) {
        self.growth *= 1.005;
        self.t += 1;
    }
}

impl Market {
    fn new(scale: usize, noise: Option<ChaCha8Rng>) -> Self {
        let count = BUYERS * scale;
        let n = SEGMENTS * SUPPLIERS;
        let buyers: Vec<Buyer> = (0..count)
            .map(|b| Buyer {
                place: PLACES * b / count,
                a: 0.8 + 0.8 * hash(1, b),
                bp: 1.0 + hash(2, b),
                kappa: 0.5 + hash(3, b),
                g: 1.0 + hash(4, b),
                activity: 1.0,
                demand: (0..SEGMENTS).map(|s| 0.5 + hash(5, b * SEGMENTS + s)).collect(),
                wanted: vec![0.0; SEGMENTS],
                offer: vec![0.0; SEGMENTS],
                share: vec![0.0; n],
                weight: vec![0.0; n],
            })
            .collect();
        let suppliers = (0..n)
            .map(|k| {
                let demand: f64 = buyers.iter().map(|b| b.demand[k / SUPPLIERS]).sum();
                let capacity = 1.1 * demand / SUPPLIERS as f64 * (0.5 + hash(9, k));
                let cost = 0.6 + 0.4 * hash(7, k);
                Supplier {
                    quality: 0.5 + hash(6, k),
                    price: 1.3 * cost,
                    capacity,
                    capacity0: capacity,
                    cost,
                    knowledge: 0.5 + hash(8, k),
                    experience: 0.0,
                    first: 0.0,
                    second: 0.0,
                    fill: 1.0,
                    refill: 0.0,
                }
            })
            .collect();
        Self {
            t: 0,
            growth: 1.0,
            revenue: 0.0,
            buyers,
            suppliers,
            risk: [[0.0; PLACES]; PLACES],
            allowed: [[[true; SEGMENTS]; PLACES]; PLACES],
            noise,
        }
    }

    fn uniform(&mut self) -> Option<f64> {
        self.noise.as_mut().map(|rng| rng.random())
    }

    fn order(&mut self, b: usize) {
        let noise = self.uniform().unwrap_or(0.5);
        let buyer = &mut self.buyers[b];
        let pace = buyer.activity * self.growth * (1.0 + 0.1 * (noise - 0.5));
        let fear = self.risk[buyer.place].map(|risk| buyer.g * risk);
        for s in 0..SEGMENTS {
            buyer.wanted[s] = buyer.demand[s] * pace;
            let mut total = 1.0;
            for j in 0..SUPPLIERS {
                let k = s * SUPPLIERS + j;
                let place = j % PLACES;
                if !self.allowed[buyer.place][place][s] {
                    buyer.weight[k] = 0.0;
                    continue;
                }
                let supplier = &self.suppliers[k];
                let utility = buyer.a * supplier.quality - buyer.bp * supplier.price
                    + buyer.kappa * buyer.share[k]
                    - fear[place];
                buyer.weight[k] = utility.exp();
                total += buyer.weight[k];
            }
            let each = buyer.wanted[s] / total;
            for k in s * SUPPLIERS..(s + 1) * SUPPLIERS {
                buyer.share[k] = buyer.weight[k] * each;
                self.suppliers[k].first += buyer.share[k];
            }
        }
    }

    fn ration(&mut self, k: usize) {
        let supplier = &mut self.suppliers[k];
        supplier.fill = (supplier.capacity / supplier.first).min(1.0);
        supplier.second = 0.0;
    }

    fn order_again(&mut self, b: usize) {
        let buyer = &mut self.buyers[b];
        for s in 0..SEGMENTS {
            let range = s * SUPPLIERS..(s + 1) * SUPPLIERS;
            let (mut unmet, mut slack) = (0.0, 1.0);
            for k in range.clone() {
                let fill = self.suppliers[k].fill;
                if fill < 1.0 {
                    unmet += buyer.share[k] * (1.0 - fill);
                } else {
                    slack += buyer.weight[k];
                }
            }
            buyer.offer[s] = unmet / slack;
            if unmet > 0.0 {
                for k in range {
                    if self.suppliers[k].fill >= 1.0 {
                        self.suppliers[k].second += buyer.offer[s] * buyer.weight[k];
                    }
                }
            }
        }
    }

    fn ration_again(&mut self, k: usize) {
        let supplier = &mut self.suppliers[k];
        supplier.refill = if supplier.fill >= 1.0 && supplier.second > 0.0 {
            ((supplier.capacity - supplier.first) / supplier.second).min(1.0)
        } else {
            0.0
        };
    }

    fn receive(&mut self, b: usize) {
        let buyer = &mut self.buyers[b];
        let mut got = 0.0;
        for s in 0..SEGMENTS {
            for k in s * SUPPLIERS..(s + 1) * SUPPLIERS {
                let supplier = &self.suppliers[k];
                let mut real = buyer.share[k] * supplier.fill;
                if supplier.fill >= 1.0 {
                    real += buyer.offer[s] * buyer.weight[k] * supplier.refill;
                }
                got += real;
                buyer.share[k] = real / buyer.wanted[s];
            }
        }
        let fill = got / buyer.wanted.iter().sum::<f64>();
        buyer.activity = (buyer.activity * (1.0 + 0.05 * (fill - 0.85))).clamp(0.5, 2.0);
    }

    fn produce(&mut self, k: usize) {
        let noise = self.uniform();
        let s = &mut self.suppliers[k];
        let sales = s.first * s.fill + s.second * s.refill;
        let (money, used) = (s.price * sales, sales / s.capacity);
        s.experience += sales;
        let cost = s.cost * (-0.15 * (1.0 + s.experience / (10.0 * s.capacity0)).ln()).exp();
        s.knowledge = 0.95 * s.knowledge + 0.05 * money / s.capacity0;
        let chance = 1.0 - (-0.3 * s.knowledge / (1.0 + s.knowledge)).exp();
        s.quality += noise.map_or(0.05 * chance, |u| if u < chance { 0.05 } else { 0.0 });
        let mut price = s.price * (1.0 + 0.05 * (used - 0.85));
        price += 0.1 * (1.3 * cost - price);
        s.price = price.max(1.02 * cost);
        s.capacity *= 1.0 + (0.1 * (used - 0.8)).clamp(-0.02, 0.04);
        s.first = 0.0;
        self.revenue += money;
    }
}

fn play(mut market: Market) -> (Market, f64) {
    let mut schedule = Schedule::new();
    market.init(&mut schedule);
    let began = Instant::now();
    for _ in 0..STEPS {
        schedule.step(&mut market);
    }
    let seconds = began.elapsed().as_secs_f64();
    (market, seconds)
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse().expect("a number"));
    let (scale, replicates) = (arguments.next().unwrap_or(1), arguments.next().unwrap_or(2));
    let (check, _) = play(Market::new(scale, None));
    let seconds: f64 = (0..replicates)
        .map(|r| play(Market::new(scale, Some(ChaCha8Rng::seed_from_u64(r as u64)))).1)
        .sum();
    let alternatives = BUYERS * scale * SEGMENTS * SUPPLIERS * STEPS * replicates;
    println!(
        "{{\"check\": {:.9}, \"seconds\": {seconds:.6}, \"ns_per_alternative\": {:.4}}}",
        check.revenue,
        seconds * 1e9 / alternatives as f64
    );
}
