//! Expectations (C8): each surprise raises the perceived risk of being cut off; it fades slowly.

use crate::base_year::first_beliefs::national;
use crate::decisions::Beliefs;
use crate::lent::{Lent, Numbers};
use crate::policy::Rules;
use crate::scenario::param::Parameters;
use crate::structure::WARES;
use crate::vector::{self, Simd, add_to, load};
use crate::with_vectors;
use crate::world::World;

/// Revises beliefs.
///
/// `ρ += λ⁺ · news · (1 − ρ) − λ⁻ · max(0, ρ − ρ₀)`, with
/// `news_bj = ω own_bj + (1 − ω) peers_bj + salience_bj`, at most 1. Own news is the share of the
/// buyer's trailing purchases from `j` whose ceiling fell below need (or was announced to), peers' the
/// same over all buyers of the owner's nation that buy the same ware: who buys tools hears of tools.
///
/// | symbol | meaning | key |
/// | --- | --- | --- |
/// | λ⁺ | gain, share of the remaining trust | `belief-gain` |
/// | λ⁻ | decay, share a quarter | `belief-decay` |
/// | ρ₀ | floor, probability a year | `belief-floor` |
/// | ω | weight of own news | `own-weight` |
///
/// Limits: without news beliefs stay at the floor or fade toward it; full news at λ⁺ = 1 gives certainty.
pub fn revise(world: &World, rules: &Rules) -> Beliefs {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    if !world.scenario.mechanisms.beliefs {
        let risk = world.buyers.belief.clone();
        return Beliefs { national: national(structure, &world.setup.budgets.base, &risk), risk };
    }
    // What surprises is learned.
    if rules.learned.is_empty() {
        return only_said(world, rules);
    }
    let (barred, bought) = purchases_by_home(world, rules);
    let (places, buyers) = (structure.jurisdictions.len(), structure.buyers.len());
    let mut risk = Numbers::with_room(barred.len());
    for j in 0..places {
        let [barred, bought] = [&barred, &bought].map(|money| structure.about(money, j));
        let mut nation = Lent::filled([0.0; 2], WARES * places);
        for (group, (barred, bought)) in structure.nations.iter().zip(barred.iter().zip(bought)) {
            let sum = &mut nation[*group];
            sum[0] += barred;
            sum[1] += bought;
        }
        let shares: Numbers =
            nation.iter().map(|[barred, bought]| share(*barred, *bought)).collect();
        let heard = Heard {
            barred,
            bought,
            peers: &structure.nations.iter().map(|group| shares[*group]).collect::<Numbers>(),
            salience: structure.about(&rules.salience, j),
        };
        risk.extend_from_slice(structure.about(&world.buyers.belief, j));
        with_vectors!(vector::level(), _simd => heard.revise(p, &mut risk[j * buyers..]));
    }
    trust_own(world, &mut risk);
    Beliefs { national: national(structure, &world.setup.budgets.base, &risk), risk }
}

/// Nobody doubts its own nation.
fn trust_own(world: &World, risk: &mut [f64]) {
    let structure = &world.setup.structure;
    for (b, buyer) in structure.buyers.iter().enumerate() {
        let own = structure.opinion(b, buyer.owner);
        risk[own] = world.buyers.belief[own];
    }
}

/// Part of some money that is hit, 0–1.
#[inline(always)]
fn share(hit: f64, all: f64) -> f64 {
    if all > 0.0 { hit / all } else { 0.0 }
}

/// What each buyer hears of a jurisdiction.
struct Heard<'a> {
    /// Its trailing purchases that are newly barred, USD million.
    barred: &'a [f64],
    /// All its trailing purchases.
    bought: &'a [f64],
    /// Share of its nation's purchases that is newly barred.
    peers: &'a [f64],
    /// News value of announcements.
    salience: &'a [f64],
}

impl Heard<'_> {
    #[inline(always)]
    fn revise(&self, p: &Parameters, risk: &mut [f64]) {
        let own = self.barred.iter().zip(self.bought);
        let others = self.peers.iter().zip(self.salience);
        for (rho, ((barred, bought), (peers, salience))) in risk.iter_mut().zip(own.zip(others)) {
            let news =
                p.own_weight * share(*barred, *bought) + (1.0 - p.own_weight) * peers + salience;
            *rho = moved(p, *rho, news);
        }
    }
}

/// A belief after news.
#[inline(always)]
fn moved(p: &Parameters, rho: f64, news: f64) -> f64 {
    rho + p.belief_gain * news.min(1.0) * (1.0 - rho)
        - p.belief_decay * (rho - p.belief_floor).max(0.0)
}

/// Beliefs after news, whoever holds them.
#[inline(always)]
fn move_all(p: &Parameters, risk: &mut [f64], news: &[f64]) {
    for (rho, news) in risk.iter_mut().zip(news) {
        *rho = moved(p, *rho, *news);
    }
}

/// Beliefs after a quarter that bars nothing new: only what is announced is news.
fn only_said(world: &World, rules: &Rules) -> Beliefs {
    let structure = &world.setup.structure;
    let p = &world.setup.parameters;
    let mut risk = world.buyers.belief.clone();
    with_vectors!(vector::level(), _simd => move_all(p, &mut risk, &rules.salience));
    trust_own(world, &mut risk);
    Beliefs { national: national(structure, &world.setup.budgets.base, &risk), risk }
}

/// Trailing purchases by legal home and buyer: those newly barred, and all.
fn purchases_by_home(world: &World, rules: &Rules) -> (Numbers, Numbers) {
    with_vectors!(vector::level(), simd => purchases_of_tiles(simd, world, rules))
}

#[inline(always)]
fn purchases_of_tiles<S: Simd>(simd: S, world: &World, rules: &Rules) -> (Numbers, Numbers) {
    let structure = &world.setup.structure;
    let mut barred = Numbers::zeros(world.buyers.belief.len());
    let mut bought = barred.clone();
    let mut sums = structure.room_for_homes();
    for (tile, surprising) in structure.tiles.iter().zip(&rules.surprising) {
        let sides = &structure.sides[structure.segments[tile.segment].products.clone()];
        let purchases = tile.of(&world.bought);
        // An empty lane has no purchases.
        structure.read_homes(tile, &bought, &mut sums);
        for (side, money) in sides.iter().zip(purchases) {
            add_to(simd, &mut sums[side.home], load(simd, money));
        }
        structure.enter_homes(tile, &sums, &mut bought);
        if *surprising {
            structure.read_homes(tile, &barred, &mut sums);
            let surprise = tile.of(&rules.surprise);
            for ((side, money), surprise) in sides.iter().zip(purchases).zip(surprise) {
                add_to(simd, &mut sums[side.home], load(simd, surprise) * load(simd, money));
            }
            structure.enter_homes(tile, &sums, &mut barred);
        }
    }
    (barred, bought)
}
