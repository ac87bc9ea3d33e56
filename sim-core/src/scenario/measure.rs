//! Measures: law as dated data.
//!
//! A regime is a set of measures keyed by id. Nothing here knows what a measure does to a market: that
//! is [`crate::policy`].

use super::dated::Dated;
use crate::calendar::Quarter;

/// A threshold on the ladders, in generations above 28 nm, by the family of the buying line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Logic lines, and every family without an own level.
    pub logic: f64,
    /// DRAM lines.
    pub dram: f64,
    /// NAND lines.
    pub nand: f64,
    /// Packaging lines.
    pub packaging: f64,
}

/// What a measure still lets through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// A fixed ceiling.
    HardCap(Levels),
    /// The process frontier of the family outside the destinations, minus `lag`, at the last review.
    SlidingScale {
        /// Generations behind the frontier.
        lag: f64,
        /// Quarters between reviews; `None` = never reviewed after it came into force.
        review_every: Option<u32>,
    },
    /// Nothing.
    Embargo,
}

/// Which lines a measure hits by what they make. The line's legal class ratchets: it is the highest level
/// ever reached.
#[derive(Debug, Clone, PartialEq)]
pub enum EndUse {
    /// Lines at or above a fixed level.
    MinLevel(Levels),
    /// Lines above the frontier minus a lag (reviewed with the measure's sliding scale, or every quarter).
    FrontierLag(f64),
    /// Lines with a tag of the table of lines, e.g. `supercomputer`.
    Tag(String),
}

/// How much news a measure is, beyond the purchases it bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Salience {
    /// None.
    None,
    /// The listing of a national champion: `parameters.salience-champion`.
    Champion,
    /// A rule against a sector: `parameters.salience-sector`.
    Sector,
    /// A number of its own, 0–1.
    Value(f64),
}

/// When an ally aligns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Accession {
    /// On a date.
    Dated {
        /// First quarter in which its suppliers are bound.
        from: Quarter,
        /// When it was announced; equals `from` if not given.
        announced: Quarter,
    },
    /// When pressure outweighs the revenue at stake (T4): see [`crate::policy::alignment`].
    Weighed {
        /// What the authority brings to bear, 0–1.
        pressure: f64,
    },
}

/// A home that has aligned with a measure, or weighs doing so.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// ISO-3 code of the ally.
    pub home: String,
    /// When.
    pub accession: Accession,
    /// Share of its products that its own rule covers, 0–1.
    pub coverage: f64,
    /// Segments that its rule leaves out.
    pub except_segments: Vec<String>,
    /// Whether its engineers may no longer service installed tools.
    pub servicing_barred: bool,
    /// When it leaves and returns; `None` = it stays.
    pub away: Option<Absence>,
    /// Legal reference.
    pub reference: String,
}

/// Quarters in which an ally has left a measure: its suppliers are not bound by its own rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// First quarter.
    pub from: Quarter,
    /// Quarter of its return; `None` = never.
    pub to: Option<Quarter>,
}

impl Absence {
    /// Whether it is one of these quarters.
    pub fn holds(&self, now: Quarter) -> bool {
        now.lies_in(self.from, self.to)
    }
}

/// The terms on which the authority lets through what a measure bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Licence {
    /// Chance that an application succeeds, as it is practised: one decision for a product, buyer and quarter.
    pub approval_rate: Dated,
    /// Quarters from application to decision.
    pub delay: u32,
    /// Paid to the authority on a licensed sale, share of the price.
    pub fee: Dated,
    /// Most that licensed sales of a product may be, as a share of its sales to buyers in the authority's
    /// own territory over the last year.
    pub quantity_cap: Option<f64>,
}

impl Licence {
    /// No licence is granted.
    pub const NONE: Self = Self {
        approval_rate: Dated::always(0.0),
        delay: 0,
        fee: Dated::always(0.0),
        quantity_cap: None,
    };

    /// Whether some application may fail. Where none does, servicing is licensed with the rest.
    pub fn refuses(&self) -> bool {
        !self.approval_rate.is_always(1.0) || self.quantity_cap.is_some()
    }
}

/// A dated addition to a measure: end users listed later, or destinations added because goods were diverted
/// there.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition {
    /// Key in the measure.
    pub id: String,
    /// When the market knows.
    pub announced: Quarter,
    /// First quarter in force.
    pub in_force: Quarter,
    /// Buyers listed.
    pub end_users: Vec<String>,
    /// ISO-3 codes of destinations added.
    pub destinations: Vec<String>,
    /// News value.
    pub salience: Salience,
    /// Legal reference.
    pub reference: String,
}

/// Quarters in which a measure is suspended.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspension {
    /// Key in the measure.
    pub id: String,
    /// First quarter without the measure.
    pub from: Quarter,
    /// Quarter of reinstatement; `None` = not within the measure's life.
    pub to: Option<Quarter>,
    /// Legal reference.
    pub reference: String,
}

/// Buyers that a measure leaves alone for a time (validated end users).
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// Key in the measure.
    pub id: String,
    /// Buyers.
    pub end_users: Vec<String>,
    /// First quarter of the permission.
    pub from: Quarter,
    /// First quarter without it.
    pub to: Option<Quarter>,
    /// Legal reference.
    pub reference: String,
}

/// One measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Key in the scenario.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Legal reference, or what it stands for.
    pub reference: String,
    /// ISO-3 code of the authority: its suppliers are bound.
    pub authority: String,
    /// Announcement.
    pub announced: Quarter,
    /// First quarter in force.
    pub in_force: Quarter,
    /// First quarter no longer in force.
    pub sunset: Option<Quarter>,
    /// Segments it covers; empty = all. Entries are segment ids or classes.
    pub segments: Vec<String>,
    /// ISO-3 codes of the locations of buyers it hits.
    pub destinations: Vec<String>,
    /// If given, only lines owned from these ISO-3 codes.
    pub owners: Vec<String>,
    /// If given, only these buyers (entity list).
    pub end_users: Vec<String>,
    /// If given, only lines of this class.
    pub end_use: Option<EndUse>,
    /// The ceiling.
    pub threshold: Threshold,
    /// Reach to foreign-made goods with more than this share of US content (de minimis).
    pub de_minimis: Option<f64>,
    /// Reach to foreign direct products: goods whose dependence on US technology is at least this.
    pub fdpr: Option<f64>,
    /// Homes that the reach to foreign-made goods leaves out.
    pub exempt_homes: Vec<String>,
    /// Later additions.
    pub additions: Vec<Addition>,
    /// Suspensions.
    pub suspensions: Vec<Suspension>,
    /// Validated end users.
    pub validated: Vec<Validation>,
    /// Whether buyers that are caught with diverted goods are added to its end users.
    pub lists_detected: bool,
    /// How well it is enforced, 0–1: what is left to the grey channel.
    pub enforcement: Dated,
    /// Licences.
    pub licence: Licence,
    /// Whether the authority's engineers may no longer service installed tools of the lines it hits.
    pub servicing_barred: bool,
    /// News value.
    pub salience: Salience,
    /// Homes that have aligned.
    pub allies: Vec<Alignment>,
}

impl Measure {
    /// Whether it hits only listed buyers: those that it names, or those that are caught with diverted goods. Additions
    /// to a measure that hits all buyers do not make a list of it.
    pub fn is_list(&self) -> bool {
        !self.end_users.is_empty() || self.lists_detected
    }
}

/// A scheduled push for domestic products (C5), on top of the secular trend and the reactive mandate.
#[derive(Debug, Clone, PartialEq)]
pub struct Mandate {
    /// Key in the scenario.
    pub id: String,
    /// ISO-3 code of the owners it binds.
    pub owner: String,
    /// First quarter.
    pub from: Quarter,
    /// First quarter no longer in force.
    pub to: Option<Quarter>,
    /// Added preference at full state exposure, logits.
    pub logits: Dated,
    /// Part of it that goes by the share of US products in what a buyer bought in the base year, 0–1: twice that share,
    /// so that a buyer which bought half from there is pushed as without it.
    pub dependence: Dated,
    /// How much of that part turns against products of third countries, share.
    pub third: Dated,
    /// Segments that it is about; empty = all. Entries are segment ids or classes.
    pub segments: Vec<String>,
    /// Source id.
    pub source: String,
}

/// Dated money for the research of a home's suppliers (C6).
#[derive(Debug, Clone, PartialEq)]
pub struct Subsidy {
    /// Key in the scenario.
    pub id: String,
    /// ISO-3 code of the suppliers' behavioural home.
    pub home: String,
    /// First quarter.
    pub from: Quarter,
    /// First quarter without it.
    pub to: Quarter,
    /// Money a year, in USD million of 2019, spread over the home's suppliers by segment size.
    pub usd_m_per_year: f64,
    /// Part of it that replaces research which firms would have paid for themselves, 0–1.
    pub crowding_out: f64,
    /// Segments it goes to; empty = all. Entries are segment ids or classes.
    pub segments: Vec<String>,
    /// Source id.
    pub source: String,
}

/// Dated money for purchases (C6): the state of `owner` pays part of the price of a home's products.
#[derive(Debug, Clone, PartialEq)]
pub struct PurchaseSubsidy {
    /// Key in the scenario.
    pub id: String,
    /// ISO-3 code of the owners whose lines are subsidised.
    pub owner: String,
    /// ISO-3 code of the suppliers' behavioural home.
    pub home: String,
    /// First quarter.
    pub from: Quarter,
    /// First quarter without it.
    pub to: Option<Quarter>,
    /// Share of the price that the state pays.
    pub rate: f64,
    /// Segments it goes to; empty = all.
    pub segments: Vec<String>,
    /// Source id.
    pub source: String,
}

/// Trade policy that opens other markets to a home's suppliers (P14).
#[derive(Debug, Clone, PartialEq)]
pub struct MarketAccess {
    /// Key in the scenario.
    pub id: String,
    /// ISO-3 code of the suppliers' legal home.
    pub home: String,
    /// ISO-3 codes of the places where buyers stand.
    pub locations: Vec<String>,
    /// First quarter.
    pub from: Quarter,
    /// First quarter without it.
    pub to: Option<Quarter>,
    /// Preference that the home's products gain there, logits.
    pub logits: f64,
    /// Demand that the agreement adds there in the segments, as a share of the budget that went to the home's products in
    /// the base year.
    pub extra_demand: f64,
    /// Segments; empty = all.
    pub segments: Vec<String>,
    /// Source id.
    pub source: String,
}
