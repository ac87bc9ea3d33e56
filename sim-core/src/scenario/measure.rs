//! Measures: law as dated data.
//!
//! A regime is a set of measures keyed by id. Nothing here knows what a measure does to a market: that
//! is [`crate::policy`].

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EndUse {
    /// Lines at or above a fixed level.
    MinLevel(Levels),
    /// Lines above the frontier minus a lag (reviewed with the measure's sliding scale, or every quarter).
    FrontierLag(f64),
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

/// A home that has aligned with a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// ISO-3 code of the ally.
    pub home: String,
    /// First quarter in which its suppliers are bound.
    pub from: Quarter,
    /// When it was announced; equals `from` if not given.
    pub announced: Quarter,
    /// Share of its products that its own rule covers, 0–1.
    pub coverage: f64,
    /// Segments that its rule leaves out.
    pub except_segments: Vec<String>,
    /// Whether its engineers may no longer service installed tools.
    pub servicing_barred: bool,
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
    /// Chance that a licence lifts the ceiling for a product, buyer and quarter.
    pub approval_rate: f64,
    /// Whether the authority's engineers may no longer service installed tools of the lines it hits.
    pub servicing_barred: bool,
    /// News value.
    pub salience: Salience,
    /// Homes that have aligned.
    pub allies: Vec<Alignment>,
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
    /// Added preference at full state exposure.
    pub logits: f64,
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
    /// Segments it goes to; empty = all. Entries are segment ids or classes.
    pub segments: Vec<String>,
    /// Source id.
    pub source: String,
}
