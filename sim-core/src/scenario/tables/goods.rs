//! What is sold and by whom: segments, suppliers, products.

use super::super::param::Grade;
use super::BuyerKind;

/// What outputs keep apart, because it contains what was sold upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ware {
    /// Tools, materials, software and IP.
    Goods,
    /// Foundry, assembly, test and packaging services.
    Service,
    /// Chips.
    Chips,
}

/// The ladder that a line or product climbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Logic lines.
    Logic,
    /// DRAM lines.
    Dram,
    /// NAND lines.
    Nand,
    /// Packaging lines.
    Packaging,
    /// Buyers without a process.
    None,
}

/// How hard a segment is to enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difficulty {
    /// Mechanics, handlers, furnaces.
    Easy,
    /// Plasma, deposition, software.
    Medium,
    /// Optics, e-beam, inspection.
    Hard,
}

/// A row of `segments.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Id of the public dataset, or our own.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Spend class, a key of the weights table.
    pub class: String,
    /// Who buys it.
    pub buyers: BuyerKind,
    /// World size of 2019, USD million a year.
    pub size_2019_usd_m: f64,
    /// How strongly need follows the node (lambda), 0–1.
    pub node_following: f64,
    /// Need of a line whose need does not follow the node (r bar), generations.
    pub need_level: f64,
    /// How far the leader stands above the frontier line in 2019, generations.
    pub lead: f64,
    /// Difficulty of entry.
    pub difficulty: Difficulty,
    /// Dependence on the supplier's service, 0–1.
    pub service_dependence: f64,
    /// Strength of network effects of its standard families (nu), logits.
    pub network: f64,
    /// Yearly service and spares over the value of installed tools, as a share of yearly sales of tools in
    /// the base year; 0 = nothing to service.
    pub service_share: f64,
    /// Whether its shares enter scores against history.
    pub scored: bool,
    /// Grade of the size.
    pub size_grade: Grade,
    /// Grade of the traits.
    pub traits_grade: Grade,
}

impl Segment {
    /// Whether a list of segment ids and classes names it.
    pub fn among(&self, list: &[String]) -> bool {
        list.iter().any(|named| *named == self.id || *named == self.class)
    }

    /// Whether a law or a programme for the segments of a list is for it; one without a list is for all.
    pub fn within(&self, list: &[String]) -> bool {
        list.is_empty() || self.among(list)
    }

    /// What it is in outputs.
    pub fn ware(&self) -> Ware {
        self.buyers.ware()
    }

    /// Whether it is the business of tools, materials, software and IP, which the headline is about.
    pub fn is_goods(&self) -> bool {
        self.ware() == Ware::Goods
    }
}

/// A row of `shares.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct CountryShare {
    /// Segment id.
    pub segment: String,
    /// ISO-3 data tag.
    pub country: String,
    /// Share of the world market, percent, as printed.
    pub share_pct: f64,
    /// Half the printing unit, percentage points.
    pub rounding_pct: f64,
    /// Grade.
    pub grade: Grade,
}

/// A row of `suppliers.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Supplier {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// How a statistic counts it, ISO-3.
    pub tag: String,
    /// What the law sees, ISO-3.
    pub legal: String,
    /// Whose commercial side it takes, ISO-3.
    pub behaviour: String,
}

/// State of a product in the base year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProductState {
    /// Has a printed share.
    Incumbent,
    /// Listed, without a printed share.
    RosterZero,
    /// May appear later.
    Entrant,
}

/// A row of `products.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// Segment id.
    pub segment: String,
    /// Supplier id.
    pub supplier: String,
    /// State in the base year.
    pub state: ProductState,
    /// Tier in the split of its country's share: 1, or 2 (a quarter of the weight).
    pub tier: u8,
    /// Level in 2019Q1, generations.
    pub level: f64,
    /// Half-width of the uncertainty of the level, generations.
    pub level_spread: f64,
    /// US content, share of value.
    pub us_content: f64,
    /// Dependence on US technology, 0–1.
    pub us_dependence: f64,
    /// Line that makes it, or that its designer works on: it caps the product's level.
    pub made_by: Option<String>,
    /// Stable slot of its random numbers.
    pub slot: u32,
    /// Grade.
    pub grade: Grade,
}
