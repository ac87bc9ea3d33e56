//! Classes of targets: what is alike in kind has one discrepancy.

use sim_stats::normal::normal_quantile;

/// Number of classes.
pub const CLASSES: usize = 5;

/// A class of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// China's share of a segment. The first two are in the order of the countries that are scored.
    China,
    /// The part of the United States in what China leaves of a segment.
    Us,
    /// China in the sales of a toolmaker.
    Firms,
    /// Chinese makers in what is bought in China.
    Makers,
    /// Owners of buyers, mixes of products, barred parts, single world markets.
    Other,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; CLASSES] =
        [Self::China, Self::Us, Self::Firms, Self::Makers, Self::Other];

    /// Its name, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::China => "shares of China in segments",
            Self::Us => "shares of the United States in segments",
            Self::Firms => "China in the sales of toolmakers",
            Self::Makers => "Chinese makers in purchases",
            Self::Other => "other facts",
        }
    }

    /// Its name in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::China => "china",
            Self::Us => "us",
            Self::Firms => "firms",
            Self::Makers => "makers",
            Self::Other => "other",
        }
    }

    /// Scale of the half-normal prior of its discrepancy, in log odds: two thirds of all draws are below it. A
    /// judgement: what moves a single segment beside the model is larger than what moves all sales of a firm.
    pub const fn prior(self) -> f64 {
        match self {
            Self::China | Self::Us | Self::Other => 0.5,
            Self::Firms | Self::Makers => 0.25,
        }
    }
    /// Its discrepancy at a coordinate of the prior, log odds.
    pub fn discrepancy(self, coordinate: f64) -> f64 {
        self.prior() * normal_quantile(0.5 + 0.5 * coordinate)
    }
}
