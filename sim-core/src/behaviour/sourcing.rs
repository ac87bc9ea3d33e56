//! Sourcing: each cell spreads its wants over what it may buy, what it can have all the same, or defers.

use fearless_simd::prelude::*;

use crate::behaviour::appeal::{self, Lift};
use crate::behaviour::evasion;
use crate::behaviour::home_share::{self, Factor, Weights};
use crate::decisions::{Beliefs, Orders, Wants};
use crate::kernel::{self, Menu};
use crate::lent::{Lent, Numbers};
use crate::policy::procurement::Limit;
use crate::policy::{Rules, blank};
use crate::scenario::tables::Bloc;
use crate::structure::tiles::Tile;
use crate::vector::{self, LANES, Row, Simd, load, rows_mut, splat};
use crate::with_vectors;
use crate::world::World;

/// Chooses suppliers.
///
/// `U_kb = ln σ(κ(q̂_kb − r_bs)) − β ln p_k + γ (h_bk − h⁰_bk) + μ_b,CN − θ ρ_b,j(k) + ξ_k`, shares by softmax
/// against deferring (utility 0), where `q̂_kb = min(q_k, z_kb)`. For Chinese-owned buyers and Chinese
/// products `μ = μ⁰ + s (t − t₀)/20 + [M_sched + m_r (ρ̄ − ρ̄(0))] · state exposure`.
/// What is barred can be had at its full level through the grey channel (C4), at the price `p (1 + π)`: where a
/// way is open, which is so for the part `availability` of demand, it takes the share that it would have if it
/// were not barred. A licence fee, a purchase subsidy, a mandate by dependence, standards, opened markets and rules of the
/// buyers' state ([`home_share`]) add to `U`.
/// The base year's preference μ⁰ holds at the beliefs of the start, so only what comes later reacts.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | κ | sharpness of need, 1/generation | `level-sharpness` |
/// | β | price sensitivity, logits | `price-sensitivity` |
/// | γ | stickiness, logits | `stickiness` |
/// | μ⁰ | home preference, logits | `home-preference` |
/// | s | secular trend, logits per 5 years | `secular-trend` |
/// | m_r | reactive mandate, logits | `reactive-mandate` |
/// | π | premium of the grey channel, share | `grey-premium` |
/// | θ | belief sensitivity, logits | `belief-sensitivity` |
///
/// Limits: an embargo sells nothing; a ceiling above every level changes no bit.
pub fn choose(world: &World, wants: &Wants, rules: &Rules, beliefs: &Beliefs) -> Orders {
    let setup = &world.setup;
    let structure = &setup.structure;
    let p = &setup.parameters;
    let appeal = appeals(world);
    let preference = preferences(world, rules, beliefs);
    let stickiness = if world.scenario.mechanisms.stickiness { p.stickiness } else { 0.0 };
    let mut orders = Orders {
        weight: Numbers::unwritten(structure.pairs),
        money: Lent::with_room(structure.tiles.len()),
        grey: blank::zeros(structure, &rules.hit),
        preference,
        again: Numbers::default(),
    };
    let lift = appeal::lifts(world, rules);
    let trusted = trusted(world, beliefs);
    let mut shop = Shop {
        world,
        rules,
        appeal: &appeal,
        trusted: &trusted,
        domestic: orders.preference.iter().map(|logits| libm::exp(*logits)).collect(),
        pushes: rules.pushes.clone().map(|pushes| pushes.map(exponential)),
        lift: lift.as_ref(),
        premium: libm::pow(1.0 + p.grey_premium, -p.price_sensitivity),
        stickiness,
        factors: Vec::new(),
    };
    for limit in &rules.limits {
        let weights = with_vectors!(vector::level(), simd => shop.weigh(simd, limit, wants));
        shop.factors.push(home_share::bound(structure, limit, &weights));
    }
    orders.again = home_share::second_look(structure, &shop.factors);
    with_vectors!(vector::level(), simd => shop.open(simd, wants, &mut orders));
    orders
}

/// `exp(ξ − β ln p)` of every product; 0 for what is not on the market.
fn appeals(world: &World) -> Numbers {
    let products = &world.products;
    let mut appeal = products.price.clone();
    vector::ln_all(&mut appeal);
    for (value, xi) in appeal.iter_mut().zip(&products.xi) {
        *value = xi - world.setup.parameters.price_sensitivity * *value;
    }
    vector::exp_all(&mut appeal);
    for (value, active) in appeal.iter_mut().zip(&products.active) {
        *value = if *active { *value } else { 0.0 };
    }
    appeal
}

/// `exp(−θ ρ)` of every jurisdiction and buyer.
fn trusted(world: &World, beliefs: &Beliefs) -> Numbers {
    let sensitivity = world.setup.parameters.belief_sensitivity;
    let mut trusted: Numbers = beliefs.risk.iter().map(|rho| -sensitivity * rho).collect();
    vector::exp_all(&mut trusted);
    trusted
}

/// `exp` of every number.
fn exponential(mut logits: Numbers) -> Numbers {
    vector::exp_all(&mut logits);
    logits
}

/// What all tiles have in common.
struct Shop<'a> {
    world: &'a World,
    rules: &'a Rules,
    appeal: &'a [f64],
    trusted: &'a [f64],
    /// What makes domestic products dearer to each buyer, `exp(μ)`.
    domestic: Numbers,
    /// What mandates by dependence make of domestic and of third makers' products in each cell, a factor.
    pushes: Option<[Numbers; 2]>,
    lift: Option<&'a Lift<'a>>,
    premium: f64,
    stickiness: f64,
    /// What the rules of buyers' states make of weights, as far as they are known.
    factors: Vec<Factor>,
}

impl Shop<'_> {
    #[inline(always)]
    fn open<S: Simd>(&self, simd: S, wants: &Wants, orders: &mut Orders) {
        let structure = &self.world.setup.structure;
        let mut desk =
            Desk { homes: structure.room_for_homes(), trust: Lent::with_room(structure.widest) };
        for (tile, hit) in structure.tiles.iter().zip(&self.rules.hit) {
            self.trust(simd, tile, &mut desk);
            self.order(simd, (tile, *hit), wants, &desk.trust, orders);
        }
    }

    /// Places the orders of the cells of a tile.
    #[inline(always)]
    fn order<S: Simd>(
        &self,
        simd: S,
        (tile, hit): (&Tile, bool),
        wants: &Wants,
        trust: &[Row],
        orders: &mut Orders,
    ) {
        let menu = self.menu((tile, hit), trust);
        let open = tile.of_mut(&mut orders.weight);
        // Nothing is diverted where no law is.
        let diverted = if hit { tile.pairs.clone() } else { 0..0 };
        let grey = rows_mut(&mut orders.grey[diverted]);
        let deferred = kernel::weigh(simd, &menu, open, grey);
        let wanted = load(simd, &tile.by_cell(0.0, &wants.total));
        orders.money.push((wanted * deferred).into());
        for grey in grey {
            *grey = (load(simd, grey) * wanted).into();
        }
    }

    /// Sums what the cells under a rule would order without it, under the rules before it.
    #[inline(always)]
    fn weigh<S: Simd>(&self, simd: S, limit: &Limit, wants: &Wants) -> Weights {
        let structure = &self.world.setup.structure;
        let by_cell = || Numbers::zeros(structure.cells.len());
        let mut weights = Weights { demand: by_cell(), free: by_cell(), limited: by_cell() };
        let mut desk =
            Desk { homes: structure.room_for_homes(), trust: Lent::with_room(structure.widest) };
        let room = || Lent::with_room(structure.widest);
        let [mut open, mut grey]: [Lent<Row>; 2] = [room(), room()];
        for t in &limit.scope.tiles {
            let (tile, hit) = (&structure.tiles[*t], self.rules.hit[*t]);
            let products = structure.segments[tile.segment].products.clone();
            self.trust(simd, tile, &mut desk);
            open.resize(products.len(), [0.0; LANES]);
            grey.resize(products.len(), [0.0; LANES]);
            let deferred =
                kernel::weigh(simd, &self.menu((tile, hit), &desk.trust), &mut open, &mut grey);
            let [mut free, mut limited] = [splat(simd, 0.0); 2];
            for (row, is_limited) in open.iter().zip(&limit.scope.limited[products]) {
                *(if *is_limited { &mut limited } else { &mut free }) += load(simd, row);
            }
            let total = splat(simd, 1.0) + free + limited;
            let wanted = load(simd, &tile.by_cell(0.0, &wants.total));
            tile.enter(&(wanted * deferred * total).into(), &mut weights.demand);
            tile.enter(&free.into(), &mut weights.free);
            tile.enter(&limited.into(), &mut weights.limited);
        }
        weights
    }

    /// What the cells of a tile see of their alternatives.
    #[inline(always)]
    fn menu<'m>(&'m self, (tile, hit): (&'m Tile, bool), trust: &'m [Row]) -> Menu<'m> {
        let (world, setup) = (self.world, &self.world.setup);
        let structure = &setup.structure;
        let products = structure.segments[tile.segment].products.clone();
        Menu {
            level: &world.products.level[products.clone()],
            appeal: &self.appeal[products],
            ceiling: hit.then(|| tile.of(&self.rules.ceiling)),
            trust,
            leak: hit.then(|| tile.of(&self.rules.leak)),
            installed: tile.of(&world.installed),
            base_installed: tile.of(&setup.base_installed),
            need: tile.buyers.map(|b| setup.need_in(tile.segment, world.buyers.level[b])),
            connections: if hit {
                tile.buyers.map(|b| evasion::connections(world, b, tile.segment))
            } else {
                [0.0; LANES]
            },
            premium: self.premium,
            sharpness: setup.parameters.level_sharpness,
            stickiness: self.stickiness,
        }
    }

    /// Writes `exp(μ − θ ρ)` of the pairs of a tile, fees and subsidies, `f^{−β}`, and what else lifts a pair's
    /// utility.
    #[inline(always)]
    fn trust<S: Simd>(&self, simd: S, tile: &Tile, desk: &mut Desk) {
        let structure = &self.world.setup.structure;
        let Desk { homes, trust } = desk;
        structure.read_homes(tile, self.trusted, homes);
        let domestic = load(simd, &tile.by_buyer(&self.domestic));
        let owned = load(simd, &tile.traits.chinese).simd_gt(splat(simd, 0.0));
        let domestic = simd.select_f64x8(owned, domestic, splat(simd, 1.0));
        let sides = &structure.sides[structure.segments[tile.segment].products.clone()];
        trust.resize(sides.len(), [0.0; LANES]);
        for (trust, side) in trust.iter_mut().zip(sides) {
            let row = load(simd, &homes[side.home]);
            *trust = if side.chinese { (row * domestic).into() } else { row.into() };
        }
        let sensitivity = self.world.setup.parameters.price_sensitivity;
        let charged = self.rules.charged.then(|| tile.pairs.clone()).into_iter().flatten();
        for (value, pair) in trust.as_flattened_mut().iter_mut().zip(charged) {
            let factor = self.rules.price_factor[pair];
            if factor != 1.0 {
                *value *= libm::pow(factor, -sensitivity);
            }
        }
        if let Some(pushes) = &self.pushes {
            let [home, third] = pushes.each_ref().map(|push| load(simd, &tile.by_cell(1.0, push)));
            for (trust, side) in trust.iter_mut().zip(sides) {
                if side.chinese {
                    *trust = (load(simd, trust) * home).into();
                } else if side.bloc == Bloc::Third {
                    *trust = (load(simd, trust) * third).into();
                }
            }
        }
        if let Some(lift) = self.lift {
            lift.raise(simd, tile, trust);
        }
        for factor in &self.factors {
            factor.raise(simd, structure, tile, trust);
        }
    }
}

/// Room for what is worked out of a tile.
struct Desk {
    /// `exp(−θ ρ)` by home.
    homes: Lent<Row>,
    /// `exp(μ − θ ρ)` and what else, by product.
    trust: Lent<Row>,
}

/// Preference of each buyer for Chinese products, logits.
fn preferences(world: &World, rules: &Rules, beliefs: &Beliefs) -> Numbers {
    let setup = &world.setup;
    let p = &setup.parameters;
    let reaction = if world.scenario.mechanisms.reactive_mandate {
        p.reactive_mandate * (beliefs.national - setup.national_belief)
    } else {
        0.0
    };
    setup
        .structure
        .buyers
        .iter()
        .enumerate()
        .map(|(b, buyer)| {
            if !setup.structure.chinese_owned(b) {
                return 0.0;
            }
            p.home_preference
                + p.secular_trend * world.t as f64 / 20.0
                + (rules.mandate[b] + reaction) * buyer.row.state_exposure
        })
        .collect()
}
