//! Headline outcomes: what a run boils down to, one number each.
//!
//! Every number is computed within a replicate (sums over sums, never averages of averages); summaries
//! over replicates come after.

mod reader;
mod rows;

use sim_core::metric::Id;
use sim_core::scenario::tables::Bloc;

pub use reader::Reader;
pub(crate) use rows::unfit;
pub use rows::{Row, Take, bloc_of, metric_of};

/// The price level in which money is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Dollars {
    /// Dollars of 2019.
    #[serde(rename = "2019")]
    Of2019,
    /// Dollars of the day.
    #[serde(rename = "nominal")]
    Nominal,
}

impl Dollars {
    /// The words on charts and tables.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Of2019 => "2019 dollars",
            Self::Nominal => "nominal dollars",
        }
    }
}

/// How a headline is computed from a record.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    /// Cumulative money of some suppliers in some places, USD billion.
    Flow { metric: Id, supplier: Bloc, buyers: &'static [Bloc] },
    /// Cumulative money of quarterly columns by supplier, USD billion.
    Money { metric: Id, suppliers: &'static [Option<Bloc>] },
    /// Cumulative world revenue of a named firm, USD billion.
    Firm(&'static str),
    /// Share of one supplier bloc in Chinese-owned purchases over the last four quarters, percent.
    OwnedShare(Bloc),
    /// Mean of a quarterly column over the last four quarters.
    Last(Id),
}

/// A headline outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headline {
    /// Name in files.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: &'static str,
    /// Decimals to print.
    pub decimals: usize,
    rule: Rule,
}

impl Headline {
    /// Whether it is read from the record of a firm, which `outcomes.parquet` does not hold.
    pub(crate) const fn is_of_a_firm(&self) -> bool {
        matches!(self.rule, Rule::Firm(_))
    }
}

impl Headline {
    /// Whether it is revenue of makers of tools, materials, software and IP, from which chips, service and research are
    /// counted apart.
    pub const fn is_of_makers(&self) -> bool {
        matches!(self.rule, Rule::Flow { metric: Id::Revenue, .. } | Rule::Firm(_))
    }
}

const WORLD: &[Bloc] = &[Bloc::Us, Bloc::China, Bloc::Third];
const CHINA: &[Bloc] = &[Bloc::China];
const ELSEWHERE: &[Bloc] = &[Bloc::Us, Bloc::Third];

const fn revenue(supplier: Bloc, buyers: &'static [Bloc]) -> Rule {
    Rule::Flow { metric: Id::Revenue, supplier, buyers }
}

/// A sum over the horizon.
const fn money(id: &'static str, name: &'static str, rule: Rule) -> Headline {
    Headline { id, name, unit: "USD bn", decimals: 0, rule }
}

/// A mean over the last four quarters.
const fn at_end(
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    decimals: usize,
    rule: Rule,
) -> Headline {
    Headline { id, name, unit, decimals, rule }
}

/// The registry, in the order of the table.
pub const HEADLINES: &[Headline] = &[
    money("us-revenue-china", "US firms in China", revenue(Bloc::Us, CHINA)),
    money("us-revenue-elsewhere", "US firms elsewhere", revenue(Bloc::Us, ELSEWHERE)),
    money("us-revenue-world", "US firms, world", revenue(Bloc::Us, WORLD)),
    money("third-revenue-china", "Third-country firms in China", revenue(Bloc::Third, CHINA)),
    money("china-revenue-world", "Chinese firms, world", revenue(Bloc::China, WORLD)),
    money("firm-amat", "Applied Materials (US)", Rule::Firm("amat")),
    money("firm-lam", "Lam Research (US)", Rule::Firm("lam")),
    money("firm-kla", "KLA (US)", Rule::Firm("kla")),
    money("firm-asml", "ASML (Netherlands)", Rule::Firm("asml")),
    money("firm-tel", "Tokyo Electron (Japan)", Rule::Firm("tel")),
    money(
        "us-research",
        "US firms' research",
        Rule::Money { metric: Id::Research, suppliers: &[Some(Bloc::Us)] },
    ),
    money(
        "us-service",
        "US firms\u{2019} service and spares",
        Rule::Flow { metric: Id::Spares, supplier: Bloc::Us, buyers: WORLD },
    ),
    money(
        "us-upstream",
        "US content in others\u{2019} products",
        Rule::Money { metric: Id::Upstream, suppliers: &[Some(Bloc::China), Some(Bloc::Third)] },
    ),
    money(
        "us-chips",
        "US chip firms, world",
        Rule::Flow { metric: Id::Chips, supplier: Bloc::Us, buyers: WORLD },
    ),
    money(
        "grey-sales",
        "Sales through the grey channel",
        Rule::Money {
            metric: Id::Grey,
            suppliers: &[Some(Bloc::Us), Some(Bloc::China), Some(Bloc::Third)],
        },
    ),
    at_end("us-share", "US share of Chinese purchases", "%", 0, Rule::OwnedShare(Bloc::Us)),
    at_end("domestic-share", "Domestic share of them", "%", 0, Rule::Last(Id::DomesticShare)),
    at_end(
        "fab-domestic-share",
        "Domestic share, front-end tools",
        "%",
        0,
        Rule::Last(Id::ToolDomesticShare),
    ),
    at_end("lead-logic", "Lead over China in logic", "generations", 1, Rule::Last(Id::Lead)),
    at_end(
        "lead-memory",
        "Lead over China in memory",
        "generations",
        1,
        Rule::Last(Id::LeadMemory),
    ),
    at_end(
        "lead-ai-chips",
        "AI accelerators, China behind the best",
        "generations",
        1,
        Rule::Last(Id::LeadAi),
    ),
    at_end("leverage", "Purchases the US can still deny", "%", 0, Rule::Last(Id::Leverage)),
    at_end("visibility", "Purchases the US can see", "%", 0, Rule::Last(Id::Visibility)),
    at_end("us-belief", "Perceived risk of a US cut-off", "% a year", 0, Rule::Last(Id::UsBelief)),
];

impl Headline {
    /// The entry of an id.
    pub fn find(id: &str) -> Option<usize> {
        HEADLINES.iter().position(|h| h.id == id)
    }

    /// Whether it is money summed over the horizon; all others stand at the end.
    pub fn is_money(&self) -> bool {
        self.unit == "USD bn"
    }
}
