//! The data tables: one struct a row, as the CSV files have them.

mod buyers;
mod goods;

pub use buyers::{BuyerKind, Line, SPLIT_PATHS, SpendWeight, Spending, spending_path};
pub use goods::{CountryShare, Difficulty, Family, Product, ProductState, Segment, Supplier, Ware};

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

/// A row of `deflator.csv`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deflator {
    /// Year.
    pub year: i32,
    /// Price level, 2019 = 1.
    pub index: f64,
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
