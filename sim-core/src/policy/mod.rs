//! Law: measures in force become ceilings.
//!
//! The legal layer reduces to one number for each product, buyer and quarter: the *ceiling*, the highest
//! level that the product may be delivered at. No control is `+∞`, an embargo `−∞`. What else the law does
//! to a pair (a licence fee, a quantity cap, how well it is enforced) stands beside the ceiling.
//!
//! Invariant: a measure can only lower ceilings; a licence lifts its own measure's threshold only.

mod aim;
pub mod alignment;
mod bind;
pub(crate) mod blank;
pub mod enforcement;
pub mod idle;
pub mod lawbook;
pub mod licence;
mod precedence;
pub mod procurement;
pub mod scarcity;
pub mod support;
pub mod threshold;

use std::sync::Arc;

use crate::base_year::first_beliefs::salience;
use crate::calendar::Quarter;
use crate::draws::Draws;
use crate::lent::{Lent, Numbers};
use crate::scenario::dated::Dated;
use crate::scenario::measure::{Measure, Salience};
use crate::structure::Structure;
use crate::vector::LANES;
use crate::world::World;
use aim::Aims;
use blank::{Blank, NO_BAR};
use lawbook::{LawBook, Party};
use licence::{Desk, Quota};
use procurement::Limit;

/// What the law says in a quarter.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Buyers that some measure hits or will hit: all others' pairs are as without law.
    pub touched: Lent<bool>,
    /// Tiles with such a buyer.
    pub hit: Lent<bool>,
    /// Whether some buyer may pay more or less than its supplier gets.
    pub charged: bool,
    /// Ceiling of each pair, generations.
    pub ceiling: Numbers,
    /// What a buyer pays over what the supplier gets, by pair: a licence fee raises it above 1, a purchase
    /// subsidy lowers it below. Empty if nobody pays more or less.
    pub price_factor: Numbers,
    /// Quantity caps of licensed sales.
    pub quotas: Vec<Quota>,
    /// What rules of the buyers' state ask of the quarter, the strictest first.
    pub limits: Vec<Limit>,
    /// Chance that a good can be had in spite of the bar, by pair, before the buyer's own connections: 1 where
    /// nothing bars it, 0 where enforcement is perfect.
    pub leak: Numbers,
    /// Measure that leaves the least leak, by pair: see [`Rules::barred_by`].
    bars: Lent<u16>,
    /// Pairs, with their products, that a licence lets through and nothing else bars; rising.
    pub licensed: Lent<(usize, usize)>,
    /// Rows of pairs in which something is barred.
    pub barred_rows: Lent<bool>,
    /// Part of each cell's base of purchases that is announced to be barred but not barred yet, 0–1.
    pub closing: Numbers,
    /// Salience of this quarter's announcements, jurisdictions × buyers.
    pub salience: Numbers,
    /// A bit for each lane of a row of pairs: whether the maker may not service what is installed. These are tools
    /// that the buyer could not get today either.
    pub unserviced_lanes: Lent<u8>,
    /// Scheduled mandate of each buyer, logits at full state exposure.
    pub mandate: Numbers,
    /// What mandates by dependence add to the utility of domestic products and of third makers' in each cell, logits.
    pub pushes: Option<[Numbers; 2]>,
    /// Part of each cell of a fab in which nobody free of an announced rule can replace the makers under one, 0–1; empty
    /// if there is none.
    pub scarce: Numbers,
    /// Research subsidy of each product, USD million a quarter.
    pub subsidy: Numbers,
    /// How strongly each pair is barred or announced to be, 0–1.
    pub barred: Numbers,
    /// The surprise of the quarter, 0–1: how much more strongly each pair is barred than in the last quarter,
    /// and than the measure that bars it ever did.
    pub surprise: Numbers,
    /// Tiles with a surprise.
    pub surprising: Lent<bool>,
    /// Segments in which some measure bars foreign-made goods, or is announced to, by their US content or
    /// technology.
    pub reach_abroad: Lent<bool>,
    /// Segments in which some measure in force bars US sales to Chinese-owned buyers.
    pub us_bound: Lent<bool>,
    /// Products of which some measure bars a sale, or is announced to.
    pub reached: Lent<bool>,
    /// Frontier of each measure's last review, by family.
    pub reviewed: Lent<[f64; 4]>,
    /// What the law learns: measure, pair and the strength at which the measure now is known to bar it.
    pub learned: Lent<(usize, usize, f64)>,
}

impl Rules {
    /// What a buyer pays over what the supplier gets.
    pub fn price_factor_of(&self, pair: usize) -> f64 {
        if self.charged { self.price_factor[pair] } else { 1.0 }
    }

    /// The measure that leaves the least leak for a pair; `None` where nothing bars it.
    pub fn barred_by(&self, pair: usize) -> Option<usize> {
        let name = self.bars[pair];
        (name != NO_BAR).then_some(usize::from(name))
    }

    /// Whether the maker may not service what is installed of a pair.
    pub fn unserviced(&self, pair: usize) -> bool {
        self.unserviced_lanes[pair / LANES] >> (pair % LANES) & 1 == 1
    }

    /// Takes tables by pair for the tiles that are hit: blank elsewhere, to be written there.
    fn take_tables(&mut self, structure: &Arc<Structure>) {
        let blank = Blank::of(structure, &self.hit);
        let Blank { ceiling, leak, bars, barred_rows, unserviced_lanes } = blank;
        (self.ceiling, self.leak, self.bars) = (ceiling, leak, bars);
        (self.barred_rows, self.unserviced_lanes) = (barred_rows, unserviced_lanes);
        self.barred = blank::zeros(structure, &self.hit);
        self.surprise = blank::zeros(structure, &self.surprising);
    }

    /// Gives these tables back, but for what was barred, which the next quarter remembers.
    pub(crate) fn give_back(self, structure: &Arc<Structure>) -> (Numbers, Lent<bool>) {
        let Self { ceiling, leak, bars, barred_rows, unserviced_lanes, .. } = self;
        let blank = Blank { ceiling, leak, bars, barred_rows, unserviced_lanes };
        blank.give_back(structure, self.hit.clone());
        blank::give_back_zeros(structure, self.surprise, self.surprising);
        (self.barred, self.hit)
    }

    /// The quarter without any law, without tables by pair.
    fn none(world: &World, now: Quarter) -> Self {
        let structure = &world.setup.structure;
        let charged = support::pays_for_purchases(world, now);
        Self {
            touched: Lent::filled(false, structure.buyers.len()),
            hit: Lent::filled(false, structure.tiles.len()),
            charged,
            ceiling: Numbers::default(),
            price_factor: if charged {
                support::price_factors(world, now)
            } else {
                Numbers::default()
            },
            quotas: Vec::new(),
            limits: Vec::new(),
            leak: Numbers::default(),
            bars: Lent::default(),
            barred_rows: Lent::default(),
            licensed: Lent::default(),
            closing: Numbers::zeros(structure.cells.len()),
            salience: Numbers::zeros(world.buyers.belief.len()),
            unserviced_lanes: Lent::default(),
            mandate: support::mandates(world, now),
            pushes: support::pushes(world, now),
            scarce: Numbers::default(),
            subsidy: support::subsidies(world, now),
            barred: Numbers::default(),
            surprise: Numbers::default(),
            surprising: Lent::filled(false, structure.tiles.len()),
            reach_abroad: Lent::filled(false, structure.segments.len()),
            us_bound: Lent::filled(false, structure.segments.len()),
            reached: Lent::filled(false, structure.products.len()),
            reviewed: world
                .scenario
                .measures
                .iter()
                .map(|m| world.law.get(&m.id).map_or([f64::NAN; 4], |state| state.reviewed))
                .collect(),
            learned: Lent::default(),
        }
    }
}

/// Reads the measures of the quarter.
///
/// `z_kb = min` over the measures that reach product k and buyer b of the measure's threshold, where a
/// successful licence draw makes that measure's threshold `+∞` for the quarter.
pub fn in_force(world: &World, book: &LawBook, draws: &Draws) -> Rules {
    let now = world.now();
    let mut rules = Rules::none(world, now);
    rules.limits = procurement::in_force(world, book, now);
    let mut aims = Aims::default();
    let mut news = Lent::default();
    for m in book.in_order() {
        let measure = &world.scenario.measures[m];
        if now < measure.announced || measure.sunset.is_some_and(|end| now >= end) {
            continue;
        }
        threshold::review(world, measure, now, &mut rules.reviewed[m]);
        if world.scenario.mechanisms.salience {
            announce(world, book, m, now, &mut news);
        }
        if suspended(measure, now) {
            continue;
        }
        let reference = rules.reviewed[m];
        let leak = enforcement::openness(world, measure, now);
        let targets = book.hits(world, m, &reference, now);
        aims.add(world, (m, leak), targets, now, &mut rules);
    }
    spread(news, &mut rules.salience);
    if world.scenario.mechanisms.stockpiling {
        rules.scarce = scarcity::scarce(world, book, &rules.reviewed, now);
    }
    let structure = &world.setup.structure;
    rules.take_tables(structure);
    let mut desk = Desk::new(draws, structure.product_slots);
    bind::apply(world, book, &aims, now, &mut desk, &mut rules);
    rules
}

/// A dated number of a law in a quarter: what is practised, or what was enacted where rules do not erode.
pub fn practised(world: &World, number: &Dated, now: Quarter) -> f64 {
    let p = &world.setup.parameters;
    if world.scenario.mechanisms.erosion { number.at(now, p) } else { number.first(p) }
}

/// Whether a measure is suspended.
pub fn suspended(measure: &Measure, now: Quarter) -> bool {
    measure.suspensions.iter().any(|s| now.lies_in(s.from, s.to))
}

/// Whether a measure binds now: in force, not ended, not suspended.
pub fn running(measure: &Measure, now: Quarter) -> bool {
    now.lies_in(measure.in_force, measure.sunset) && !suspended(measure, now)
}

/// Notes the news value of what is announced this quarter, beyond the purchases it bars, for the opinions that it
/// moves: the measure and its later additions. What was announced before the first quarter, or before a run went on
/// under a law that it did not have, is heard in that quarter.
fn announce(world: &World, book: &LawBook, m: usize, now: Quarter, news: &mut Lent<(usize, f64)>) {
    let measure = &world.scenario.measures[m];
    let unheard = || world.law.place(&measure.id).is_none();
    let heard = |announced: Quarter| announced == now || (announced < now && unheard());
    let mut tell = |event: usize, kind: Salience, said: &dyn Fn(&Party) -> bool| {
        let value = salience(kind, &world.setup.parameters);
        let speaks = |p: &&Party| said(p) && !p.away.is_some_and(|away| away.holds(now));
        if value == 0.0 || !book.parties(m).iter().any(|p| speaks(&p)) {
            return;
        }
        for b in book.addressees(m, event) {
            for party in book.parties(m).iter().filter(speaks) {
                let opinion = world.setup.structure.opinion(*b, party.home);
                if news.is_empty() {
                    *news = Lent::with_room(world.buyers.belief.len());
                }
                news.push((opinion, value * party.coverage));
            }
        }
    };
    tell(0, measure.salience, &|party| heard(party.announced));
    for (n, addition) in measure.additions.iter().enumerate() {
        if heard(addition.announced.max(measure.announced)) {
            tell(n + 1, addition.salience, &|party| party.announced <= now);
        }
    }
}

/// Adds up the news of each opinion, at most 1. The sum does not depend on the order in which the news was noted.
fn spread(mut news: Lent<(usize, f64)>, salience: &mut [f64]) {
    news.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    for (opinion, value) in &news {
        salience[*opinion] = (salience[*opinion] + value).min(1.0);
    }
}
