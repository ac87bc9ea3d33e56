//! The data tables: one struct a row, as the CSV files have them.

use super::param::Grade;

/// A bloc of jurisdictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bloc {
    /// United States.
    Us,
    /// China.
    China,
    /// All others.
    Third,
}

impl Bloc {
    /// All blocs, in the order of every output.
    pub const ALL: [Self; 3] = [Self::Us, Self::China, Self::Third];

    /// The word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::China => "china",
            Self::Third => "third",
        }
    }
}

/// A row of `jurisdictions.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Jurisdiction {
    /// ISO-3 code.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Bloc.
    pub bloc: Bloc,
    /// Closeness to the United States, 0–1: how far pressure carries (T4).
    pub relation: f64,
    /// Share of diverted goods that pass through it, 0–1 (C4).
    pub diversion: f64,
}

/// Who buys a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuyerKind {
    /// Front-end lines.
    Fab,
    /// OSATs and packaging lines.
    Packaging,
    /// Chip designers: EDA and core IP.
    Designer,
    /// Device makers: SiC wafers.
    Device,
    /// Owners of chips: assembly, test and packaging services.
    Chipmaker,
    /// Wafer makers.
    Wafer,
    /// Fabless firms: foundry services.
    Foundry,
    /// Cloud firms: AI accelerators.
    Cloud,
    /// Device makers: logic, memory, discrete and analog chips.
    Electronics,
    /// Makers of compound semiconductors and optics: gallium and germanium.
    Compound,
}

impl BuyerKind {
    /// All kinds, in the order of the weights' solution.
    pub const ALL: [Self; 10] = [
        Self::Fab,
        Self::Packaging,
        Self::Designer,
        Self::Device,
        Self::Chipmaker,
        Self::Wafer,
        Self::Foundry,
        Self::Cloud,
        Self::Electronics,
        Self::Compound,
    ];
}

impl BuyerKind {
    /// What these buyers buy, as outputs and national news keep it apart.
    pub const fn ware(self) -> Ware {
        match self {
            Self::Chipmaker | Self::Foundry => Ware::Service,
            Self::Cloud | Self::Electronics => Ware::Chips,
            _ => Ware::Goods,
        }
    }

    /// Whether a buyer's level is that of the applications it serves, which move on whatever it can buy: cloud
    /// firms and device makers want what the world's software asks for.
    pub const fn follows_applications(self) -> bool {
        matches!(self, Self::Cloud | Self::Electronics)
    }
}

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

/// A row of `lines.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Kind of buyer.
    pub kind: BuyerKind,
    /// Ladder.
    pub family: Family,
    /// Owner's jurisdiction, ISO-3.
    pub owner: String,
    /// Where it stands, ISO-3.
    pub location: String,
    /// Process level in 2019Q1, generations.
    pub level: f64,
    /// Generations a year that it tries to climb.
    pub ambition: f64,
    /// Spending path.
    pub path: String,
    /// Share of the path in 2019.
    pub share_2019: f64,
    /// Share of the path in 2024 and after.
    pub share_2024: f64,
    /// Exposure to state mandates, 0–1.
    pub state_exposure: f64,
    /// Mature line that takes part of the money that it cannot spend.
    pub mature_twin: Option<String>,
    /// What an end-use rule may name, e.g. `supercomputer`.
    pub tag: Option<String>,
    /// Stable slot of its random numbers.
    pub slot: u32,
    /// Grade.
    pub grade: Grade,
}

/// A row of `spending.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Spending {
    /// Path id.
    pub path: String,
    /// Year.
    pub year: i32,
    /// Nominal USD million a year.
    pub usd_m: f64,
    /// Grade.
    pub grade: Grade,
}

/// A row of `deflator.csv`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deflator {
    /// Year.
    pub year: i32,
    /// Price level, 2019 = 1.
    pub index: f64,
}

/// A row of `spend_weights.csv`: a class's share of a line's spending at process levels 0, 2, 4 and 6.
#[derive(Debug, Clone, PartialEq)]
pub struct SpendWeight {
    /// Ladder, or the kind of a buyer without one.
    pub family: String,
    /// Spend class.
    pub class: String,
    /// Shares at levels 0, 2, 4, 6.
    pub at_level: [f64; 4],
}

/// A way to a level of system performance (C3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// The leading edge's usual way: extreme-ultraviolet lithography where the node calls for it.
    Euv,
    /// Several exposures of a deep-ultraviolet scanner for one layer.
    Multipatterning,
    /// Chiplets, hybrid-bonded, on a trailing node.
    Chiplets,
    /// One wafer for cells and logic (3D NAND).
    Monolithic,
    /// Cell and logic wafers, hybrid-bonded (3D NAND).
    Stacking,
}

impl Route {
    /// All routes, in the order of every vector by route.
    pub const ALL: [Self; 5] =
        [Self::Euv, Self::Multipatterning, Self::Chiplets, Self::Monolithic, Self::Stacking];

    /// The word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Euv => "euv",
            Self::Multipatterning => "multipatterning",
            Self::Chiplets => "chiplets",
            Self::Monolithic => "monolithic",
            Self::Stacking => "stacking",
        }
    }
}

/// What a class is to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It only takes more or less of the money.
    Spending,
    /// The best tools that can be had limit the route.
    Critical,
    /// The same, as far as a line of the planned level buys the class at all.
    Defining,
    /// It bonds: the tools stand at the line, or the owner's packaging lines do it with their wafer bonders.
    Bonding,
}

/// A row of `routes.csv`: what a route does to a spend class.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteWeight {
    /// Route.
    pub route: Route,
    /// Ladder of the lines that may take it.
    pub family: Family,
    /// Spend class.
    pub class: String,
    /// Factor on the class's spend weight on this route; 0 = the route does without.
    pub factor: f64,
    /// What the class is to the route.
    pub role: Role,
}

/// All tables.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tables {
    /// `jurisdictions.csv`.
    pub jurisdictions: Vec<Jurisdiction>,
    /// `segments.csv`.
    pub segments: Vec<Segment>,
    /// `shares.csv`.
    pub shares: Vec<CountryShare>,
    /// `suppliers.csv`.
    pub suppliers: Vec<Supplier>,
    /// `products.csv`.
    pub products: Vec<Product>,
    /// `lines.csv`.
    pub lines: Vec<Line>,
    /// `spending.csv`.
    pub spending: Vec<Spending>,
    /// `deflator.csv`.
    pub deflator: Vec<Deflator>,
    /// `spend_weights.csv`.
    pub weights: Vec<SpendWeight>,
    /// `routes.csv`.
    pub routes: Vec<RouteWeight>,
}
