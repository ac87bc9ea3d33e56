//! Who buys: kinds of buyers, their lines and what these spend.

use super::super::param::Grade;
use super::{Family, Ware};

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

impl Line {
    /// The word in the column `family` of the table of spend weights by which it spends.
    pub(crate) const fn weights_family(&self) -> &'static str {
        match (self.kind, self.family) {
            (BuyerKind::Fab, Family::Logic) => "logic",
            (BuyerKind::Fab, Family::Dram) => "dram",
            (BuyerKind::Fab, Family::Nand) => "nand",
            (BuyerKind::Fab | BuyerKind::Packaging, _) => "packaging",
            (BuyerKind::Designer, _) => "designer",
            (BuyerKind::Device, _) => "device",
            (BuyerKind::Chipmaker, _) => "chipmaker",
            (BuyerKind::Wafer, _) => "wafer",
            (BuyerKind::Foundry, _) => "foundry",
            (BuyerKind::Cloud, _) => "cloud",
            (BuyerKind::Electronics, _) => "electronics",
            (BuyerKind::Compound, _) => "compound",
        }
    }
}

/// Line paths that split one spending path by ownership: the foreign share of Chinese spending is a
/// parameter, not a table.
pub const SPLIT_PATHS: [(&str, &str); 2] =
    [("fab-CN-domestic", "fab-CN"), ("fab-CN-foreign", "fab-CN")];

/// The spending path on which a line's path rests.
pub fn spending_path(path: &str) -> &str {
    SPLIT_PATHS.iter().find(|(split, _)| *split == path).map_or(path, |&(_, base)| base)
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
    /// Its quarters as printed, nominal USD million. They give the shape of the year only: they may count more or less.
    pub quarters: Option<[f64; 4]>,
    /// Grade.
    pub grade: Grade,
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
