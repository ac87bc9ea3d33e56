//! Headline outcomes: what a run boils down to, one number each.
//!
//! Every number is computed within a replicate (sums over sums, never averages of averages); summaries
//! over replicates come after.

use sim_core::metric::{Column, Every, Id, Record, Watch, columns};
use sim_core::scenario::Scenario;
use sim_core::scenario::tables::Bloc;
use sim_core::world::structure::Structure;

/// The price level in which money is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dollars {
    /// Dollars of 2019.
    Of2019,
    /// Dollars of the day.
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
    Revenue { supplier: Bloc, buyers: &'static [Bloc] },
    /// Cumulative money of a quarterly column, USD billion.
    Money { metric: Id, supplier: Option<Bloc> },
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

const WORLD: &[Bloc] = &[Bloc::Us, Bloc::China, Bloc::Third];
const CHINA: &[Bloc] = &[Bloc::China];
const ELSEWHERE: &[Bloc] = &[Bloc::Us, Bloc::Third];

const fn headline(
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
    headline(
        "us-revenue-china",
        "US revenue in China",
        "USD bn",
        0,
        Rule::Revenue { supplier: Bloc::Us, buyers: CHINA },
    ),
    headline(
        "us-revenue-elsewhere",
        "US revenue elsewhere",
        "USD bn",
        0,
        Rule::Revenue { supplier: Bloc::Us, buyers: ELSEWHERE },
    ),
    headline(
        "us-revenue-world",
        "US revenue, world",
        "USD bn",
        0,
        Rule::Revenue { supplier: Bloc::Us, buyers: WORLD },
    ),
    headline(
        "third-revenue-china",
        "Third countries' revenue in China",
        "USD bn",
        0,
        Rule::Revenue { supplier: Bloc::Third, buyers: CHINA },
    ),
    headline(
        "china-revenue-world",
        "Chinese suppliers' revenue, world",
        "USD bn",
        0,
        Rule::Revenue { supplier: Bloc::China, buyers: WORLD },
    ),
    headline(
        "us-research",
        "US suppliers' research",
        "USD bn",
        1,
        Rule::Money { metric: Id::Research, supplier: Some(Bloc::Us) },
    ),
    headline("firm-amat", "Applied Materials", "USD bn", 1, Rule::Firm("amat")),
    headline("firm-lam", "Lam Research", "USD bn", 1, Rule::Firm("lam")),
    headline("firm-kla", "KLA", "USD bn", 1, Rule::Firm("kla")),
    headline("firm-asml", "ASML", "USD bn", 1, Rule::Firm("asml")),
    headline("firm-tel", "Tokyo Electron", "USD bn", 1, Rule::Firm("tel")),
    headline(
        "us-share",
        "US share of Chinese purchases, at the end",
        "%",
        1,
        Rule::OwnedShare(Bloc::Us),
    ),
    headline(
        "domestic-share",
        "Domestic share of Chinese purchases, at the end",
        "%",
        1,
        Rule::Last(Id::DomesticShare),
    ),
    headline(
        "fab-domestic-share",
        "the same, front-end tools",
        "%",
        1,
        Rule::Last(Id::ToolDomesticShare),
    ),
    headline("lead-logic", "Lead in logic, at the end", "generations", 2, Rule::Last(Id::Lead)),
    headline(
        "lead-memory",
        "Lead in memory, at the end",
        "generations",
        2,
        Rule::Last(Id::LeadMemory),
    ),
    headline(
        "us-belief",
        "China's perceived risk of a US cut-off, at the end",
        "% a year",
        1,
        Rule::Last(Id::UsBelief),
    ),
];

impl Headline {
    /// The entry of an id.
    pub fn find(id: &str) -> Option<usize> {
        HEADLINES.iter().position(|h| h.id == id)
    }

    /// Whether its values are money.
    pub fn is_money(&self) -> bool {
        self.unit == "USD bn"
    }
}

/// Reads records of one scenario family.
#[derive(Debug)]
pub struct Reader {
    /// Columns of the quarterly table.
    pub columns: Vec<Column>,
    /// Columns of the yearly table.
    pub yearly: Vec<Column>,
    firms: Vec<String>,
    quarters: usize,
    /// Factor from 2019 dollars by quarter.
    price: Vec<f64>,
}

impl Reader {
    /// A reader; `deflator` is the price level by quarter.
    pub fn new(
        structure: &Structure,
        scenario: &Scenario,
        watch: &Watch,
        deflator: &[f64],
        dollars: Dollars,
    ) -> Self {
        Self {
            columns: columns(structure, Every::Quarter),
            yearly: columns(structure, Every::Year),
            firms: watch.firms.clone(),
            quarters: scenario.quarters(),
            price: match dollars {
                Dollars::Of2019 => vec![1.0; deflator.len()],
                Dollars::Nominal => deflator.to_vec(),
            },
        }
    }

    /// Number of quarters.
    pub const fn quarters(&self) -> usize {
        self.quarters
    }

    /// Place of a quarterly column.
    ///
    /// # Panics
    /// If the registry has no such column: callers name registered ones.
    pub fn column(&self, metric: Id, supplier: Option<Bloc>, buyer: Option<Bloc>) -> usize {
        self.columns
            .iter()
            .position(|c| (c.metric, c.supplier, c.buyer) == (metric, supplier, buyer))
            .unwrap_or_else(|| panic!("{} has no such breakdown", metric.spec().name))
    }

    /// A quarterly column over time; money at the wanted price level.
    pub fn series(&self, record: &Record, column: usize) -> Vec<f64> {
        let money = self.columns[column].metric.spec().unit.starts_with("USD");
        record
            .quarterly
            .chunks_exact(self.columns.len())
            .zip(&self.price)
            .map(|(row, price)| if money { row[column] * price } else { row[column] })
            .collect()
    }

    /// Revenue of a bloc in some places over time, USD million a quarter.
    pub fn revenue(&self, record: &Record, supplier: Bloc, buyers: &[Bloc]) -> Vec<f64> {
        let mut sum = vec![0.0; self.quarters];
        for buyer in buyers {
            let column = self.column(Id::Revenue, Some(supplier), Some(*buyer));
            for (s, v) in sum.iter_mut().zip(self.series(record, column)) {
                *s += v;
            }
        }
        sum
    }

    /// All headlines of a record, in the order of [`HEADLINES`].
    pub fn headlines(&self, record: &Record) -> Vec<f64> {
        HEADLINES.iter().map(|h| self.headline(record, h.rule)).collect()
    }

    fn headline(&self, record: &Record, rule: Rule) -> f64 {
        match rule {
            Rule::Revenue { supplier, buyers } => {
                self.revenue(record, supplier, buyers).iter().sum::<f64>() / 1e3
            }
            Rule::Money { metric, supplier } => {
                let column = self.column(metric, supplier, None);
                self.series(record, column).iter().sum::<f64>() / 1e3
            }
            Rule::Firm(id) => self.firm(record, id),
            Rule::OwnedShare(bloc) => {
                let last = |b: Bloc| -> f64 {
                    let series = self.series(record, self.column(Id::Owned, Some(b), None));
                    series[self.quarters.saturating_sub(4)..].iter().sum()
                };
                let all: f64 = Bloc::ALL.into_iter().map(last).sum();
                if all > 0.0 { 100.0 * last(bloc) / all } else { 0.0 }
            }
            Rule::Last(metric) => {
                let series = self.series(record, self.column(metric, None, None));
                let tail = &series[self.quarters.saturating_sub(4)..];
                let mean = tail.iter().sum::<f64>() / tail.len() as f64;
                let share = matches!(metric.spec().unit, "share" | "probability per year");
                if share { 100.0 * mean } else { mean }
            }
        }
    }

    fn firm(&self, record: &Record, id: &str) -> f64 {
        let Some(place) = self.firms.iter().position(|firm| firm == id) else { return 0.0 };
        // Yearly sums are priced at the year's mean level.
        record
            .firms
            .chunks_exact(self.firms.len() * 2)
            .zip(self.price.chunks(4))
            .map(|(row, price)| {
                row[place * 2] * price.iter().sum::<f64>() / price.len() as f64 / 1e3
            })
            .sum()
    }

    /// Design-out time: years from the first quarter until the US share of Chinese-owned purchases is below
    /// `part` of its base-year value for four quarters (the first of the four counts). `None` = not within
    /// the horizon. Quarters without purchases are ignored.
    pub fn design_out(&self, record: &Record, part: f64) -> Option<f64> {
        let [us, china, third] =
            Bloc::ALL.map(|bloc| self.series(record, self.column(Id::Owned, Some(bloc), None)));
        let limit = part * record.base_us_share;
        let mut run = 0;
        let mut start = 0;
        for t in 0..self.quarters {
            let all = us[t] + china[t] + third[t];
            if all <= 0.0 {
                continue;
            }
            if us[t] / all < limit {
                if run == 0 {
                    start = t;
                }
                run += 1;
                if run == 4 {
                    return Some(start as f64 / 4.0);
                }
            } else {
                run = 0;
            }
        }
        None
    }
}
