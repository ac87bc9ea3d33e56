//! Stylised facts of 2019 to 2024 that a run can be held against, and those that its record does not hold.
//!
//! Invariant: every observed number carries its source and grade; none is of a year after 2024, and none enters a
//! run.

use serde::Serialize;
use sim_core::base_year::setup::Setup;
use sim_core::metric::Id;
use sim_core::record::{Record, Watch};
use sim_core::scenario::param::Grade;
use sim_core::scenario::tables::{Bloc, BuyerKind};

use crate::outcome::Reader;
use sim_stats::summary::quantile;

/// Chinese toolmakers whose revenue V3 adds up.
const TOP_SIX: [&str; 6] = ["acm", "amec", "hwatsing", "kingsemi", "naura", "piotech"];
/// Foreign toolmakers whose sales in China V8 counts.
const FIVE: [&str; 5] = ["amat", "asml", "kla", "lam", "tel"];
/// The maker and the segment of V14.
const SIC: (&str, &str) = ("wolfspeed", "SIC");

/// Whether a supplier must be recorded by name.
pub fn needed(firm: &str) -> bool {
    TOP_SIX.contains(&firm) || FIVE.contains(&firm) || firm == SIC.0
}

/// How a fact is read from a record.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Measure {
    /// Revenue of the six over what fabs and packaging lines in China have to spend.
    TopSix,
    /// Chinese suppliers' share of the front-end tools that Chinese-owned fabs buy.
    FabDomestic,
    /// US share of the foreign tools that Chinese-owned fabs and packaging lines buy.
    Imports,
    /// Share of a firm's revenue that comes from China.
    ChinaShare(&'static str),
    /// The same of the five together.
    FiveShare,
    /// Growth of the five's nominal sales in China since this year.
    FiveGrowth(i32),
    /// Wolfspeed's share of SiC wafers.
    Sic,
}

/// An observed fact.
struct Spec {
    id: &'static str,
    what: &'static str,
    year: i32,
    /// Observed, percent; a range where the source gives one.
    low: f64,
    high: f64,
    shown: &'static str,
    source: &'static str,
    grade: Grade,
    measure: Measure,
}

const fn spec(
    (id, what, year): (&'static str, &'static str, i32),
    (low, high, shown): (f64, f64, &'static str),
    source: &'static str,
    grade: Grade,
    measure: Measure,
) -> Spec {
    Spec { id, what, year, low, high, shown, source, grade, measure }
}

const SIX: &str = "Six Chinese makers / spending there";
const REPORTS: &str = "company reports, SEMI billings; 30 % of NAURA's sales taken off";
const DOMESTIC: &str = "Domestic share of front-end tools";
const US_IMPORTS: &str = "US share of China's tool imports";
const COMMITTEE: &str = "House Select Committee 2025 (press)";
const WOLFSPEED: &str = "Wolfspeed's share of SiC wafers";

const fn at(x: f64, shown: &'static str) -> (f64, f64, &'static str) {
    (x, x, shown)
}

#[rustfmt::skip]
const FACTS: &[Spec] = &[
    spec(("V3", SIX, 2020), at(6.8, "6.8"), REPORTS, Grade::Estimated, Measure::TopSix),
    spec(("V3", SIX, 2021), at(7.3, "7.3"), REPORTS, Grade::Estimated, Measure::TopSix),
    spec(("V3", SIX, 2022), at(11.8, "11.8"), REPORTS, Grade::Estimated, Measure::TopSix),
    spec(("V3", SIX, 2023), at(12.6, "12.6"), REPORTS, Grade::Estimated, Measure::TopSix),
    spec(("V3", SIX, 2024), at(12.6, "12.6"), REPORTS, Grade::Estimated, Measure::TopSix),
    spec(("V4", DOMESTIC, 2020), at(5.1, "5.1 narrow"), "TechInsights (press)", Grade::Measured, Measure::FabDomestic),
    spec(("V4", DOMESTIC, 2024), at(11.3, "11.3 narrow"), "TechInsights (press)", Grade::Measured, Measure::FabDomestic),
    spec(("V5", DOMESTIC, 2023), (14.0, 16.0, "mid-teens"), "Barclays (press)", Grade::Estimated, Measure::FabDomestic),
    spec(("V5", DOMESTIC, 2024), (20.0, 100.0, "> 20"), "Barclays (press)", Grade::Estimated, Measure::FabDomestic),
    spec(("V6", DOMESTIC, 2024), at(25.0, "25 industry"), "Jiemian (press)", Grade::Estimated, Measure::FabDomestic),
    spec(("V7", US_IMPORTS, 2021), at(17.0, "17 (Q3)"), "Nikkei, customs (press)", Grade::Measured, Measure::Imports),
    spec(("V7", US_IMPORTS, 2023), at(9.0, "9 (Q3)"), "Nikkei, customs (press)", Grade::Measured, Measure::Imports),
    spec(("V8", "China in Applied Materials' sales", 2020), at(31.7, "31.7"), "company report", Grade::Measured, Measure::ChinaShare("amat")),
    spec(("V8", "China in ASML's sales", 2022), at(13.8, "13.8"), "company report", Grade::Measured, Measure::ChinaShare("asml")),
    spec(("V8", "China in ASML's sales", 2023), at(26.3, "26.3"), "company report", Grade::Measured, Measure::ChinaShare("asml")),
    spec(("V8", "China in Applied Materials' sales", 2024), (36.0, 37.0, "36–37"), COMMITTEE, Grade::Measured, Measure::ChinaShare("amat")),
    spec(("V8", "China in Lam's sales", 2024), at(42.0, "42"), COMMITTEE, Grade::Measured, Measure::ChinaShare("lam")),
    spec(("V8", "China in KLA's sales", 2024), (41.0, 43.0, "41–43"), COMMITTEE, Grade::Measured, Measure::ChinaShare("kla")),
    spec(("V8", "China in ASML's sales", 2024), at(36.0, "36"), COMMITTEE, Grade::Measured, Measure::ChinaShare("asml")),
    spec(("V8", "China in Tokyo Electron's sales", 2024), (42.0, 44.0, "42–44"), COMMITTEE, Grade::Measured, Measure::ChinaShare("tel")),
    spec(("V8", "China in the five's sales", 2024), at(39.0, "39"), COMMITTEE, Grade::Measured, Measure::FiveShare),
    spec(("V8", "Growth of these since 2022, nominal", 2024), at(66.0, "+66"), COMMITTEE, Grade::Measured, Measure::FiveGrowth(2022)),
    spec(("V14", WOLFSPEED, 2021), (60.0, 100.0, "> 60"), "CSIS 2024", Grade::Measured, Measure::Sic),
    spec(("V14", WOLFSPEED, 2023), at(35.0, "35"), "trade press, one page", Grade::Estimated, Measure::Sic),
    spec(("V14", WOLFSPEED, 2024), at(33.7, "33.7"), "TrendForce (press)", Grade::Measured, Measure::Sic),
];

/// Facts of the same list that are no test, and why.
pub const NOT_HELD: &[(&str, &str)] = &[
    ("V1, V2", "China's spending is an input of every run"),
    ("V3, 2018", "before the base year"),
    ("V7, Japan and the Netherlands", "the record keeps blocs, not single third countries"),
    ("V8, other years", "the figures at hand are unverified"),
    ("V9", "later than 2024"),
    ("V10, V13", "losses against no control: a counterfactual, not an observation of this run"),
    ("V11", "the record has no restricted part of one firm's market"),
    ("V12", "quarters: spending within a year is interpolated, so its timing is not the model's"),
    ("V14, Chinese makers", "the figures at hand are unverified"),
];

/// Where the definitions differ: read before comparing.
pub const DEFINITIONS: &[(&str, &str)] = &[
    (
        "V3",
        "simulated revenue is as shipped with spares, worldwide; spending is the path that the run is given",
    ),
    (
        "V4–V6",
        "three definitions of one thing; the sources count all fabs in China, the record only Chinese-owned ones, \
         which buy more Chinese tools, and counts suppliers by whose side they take (ACM, Mattson are Chinese)",
    ),
    (
        "V7",
        "the source goes by customs origin in one quarter (US firms ship from Singapore and Malaysia, too); the \
         record by the maker's legal home over the year, for Chinese-owned buyers",
    ),
    (
        "V8",
        "fiscal years of the firms, calendar years of the model; systems, service and spares together",
    ),
    ("V14", "`history`, without the assumptions of the SiC case in `sic-wafers`"),
];

/// A fact, observed and simulated, percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Number in the list of facts.
    pub id: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Year.
    pub year: i32,
    /// Observed value as the source words it.
    pub observed: &'static str,
    /// Least value that agrees with the source.
    pub observed_low: f64,
    /// Largest value that agrees with the source.
    pub observed_high: f64,
    /// Source.
    pub source: &'static str,
    /// Grade of the observed value.
    pub grade: &'static str,
    /// 5 % quantile of the replicates.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Whether an observed value lies in the 90 % interval.
    pub inside: bool,
}

/// Reads facts from records.
#[derive(Debug)]
pub struct FactReader {
    firms: Vec<String>,
    start: i32,
    years: usize,
    /// Spending of fabs and packaging lines in China by year, USD million of 2019.
    spending: Vec<f64>,
    /// Price level by year, 2019 = 1.
    price: Vec<f64>,
    /// Places of the segments of tools, and of SiC wafers.
    tools: Vec<usize>,
    sic: Option<usize>,
}

impl FactReader {
    /// A reader for runs whose first quarter is the first of a year. Spending in China and prices are inputs, the
    /// same in every replicate: any set-up shows them.
    pub fn new(setup: &Setup, watch: &Watch, start: i32, years: usize) -> Self {
        let structure = &setup.structure;
        let buyers = structure.buyers.len();
        let in_china: Vec<usize> = (0..buyers)
            .filter(|b| {
                let tools =
                    matches!(structure.buyers[*b].row.kind, BuyerKind::Fab | BuyerKind::Packaging);
                tools && structure.buyer_bloc(*b) == Bloc::China
            })
            .collect();
        let money = |t: usize| -> f64 {
            let at = |b: &usize| t * buyers + b;
            in_china
                .iter()
                .map(|b| setup.budgets.fixed[at(b)] + setup.budgets.reactive[at(b)])
                .sum()
        };
        let quarters = |year: usize| year * 4..year * 4 + 4;
        let price = &setup.budgets.deflator;
        let is_tool = |s: &usize| {
            matches!(structure.segments[*s].row.buyers, BuyerKind::Fab | BuyerKind::Packaging)
        };
        Self {
            firms: watch.firms.clone(),
            start,
            years,
            spending: (0..years).map(|y| quarters(y).map(money).sum()).collect(),
            price: (0..years).map(|y| price[quarters(y)].iter().sum::<f64>() / 4.0).collect(),
            tools: (0..structure.segments.len()).filter(is_tool).collect(),
            sic: structure.segments.iter().position(|s| s.row.id == SIC.1),
        }
    }

    /// The facts of a record that lie in its years, in the order of the list: `None` without data.
    pub fn read(&self, reader: &Reader, record: &Record) -> Vec<Option<f64>> {
        FACTS
            .iter()
            .map(|spec| {
                let year =
                    usize::try_from(spec.year - self.start).ok().filter(|y| *y < self.years)?;
                let value = self.measure(spec.measure, year, reader, record)?;
                value.is_finite().then_some(100.0 * value)
            })
            .collect()
    }

    fn measure(&self, what: Measure, year: usize, reader: &Reader, record: &Record) -> Option<f64> {
        let bloc = |metric, bloc, s| reader.yearly(record, metric, bloc, s)[year];
        let sum = |firms: &[&str], china: bool| -> Option<f64> {
            firms.iter().map(|id| self.firm(record, id, year, china)).sum()
        };
        Some(match what {
            Measure::TopSix => sum(&TOP_SIX, false)? / self.spending[year],
            Measure::FabDomestic => {
                let column = reader.column(Id::ToolDomesticShare, None, None);
                reader.series(record, column)[year * 4..year * 4 + 4].iter().sum::<f64>() / 4.0
            }
            Measure::Imports => {
                let bought =
                    |b| -> f64 { self.tools.iter().map(|s| bloc(Id::SegmentOwned, b, *s)).sum() };
                let us = bought(Bloc::Us);
                us / (us + bought(Bloc::Third))
            }
            Measure::ChinaShare(id) => sum(&[id], true)? / sum(&[id], false)?,
            Measure::FiveShare => sum(&FIVE, true)? / sum(&FIVE, false)?,
            Measure::FiveGrowth(since) => {
                let before = usize::try_from(since - self.start).ok()?;
                let nominal = |y: usize| -> Option<f64> {
                    let money: Option<f64> =
                        FIVE.iter().map(|id| self.firm(record, id, y, true)).sum();
                    Some(money? * self.price[y])
                };
                nominal(year)? / nominal(before)? - 1.0
            }
            Measure::Sic => {
                let s = self.sic?;
                let all: f64 = Bloc::ALL.iter().map(|b| bloc(Id::SegmentSales, *b, s)).sum();
                self.firm(record, SIC.0, year, false)? / all
            }
        })
    }

    /// A firm's revenue in a year, in the world or from China, USD million of 2019.
    fn firm(&self, record: &Record, id: &str, year: usize, china: bool) -> Option<f64> {
        let place = self.firms.iter().position(|firm| firm == id)?;
        let row = record.firms.chunks_exact(self.firms.len() * 2).nth(year)?;
        Some(row[place * 2 + usize::from(china)])
    }
}

/// The ranges to which a calibration may hold a run, percent, in the order of the list. V4 to V6 are three definitions of
/// one thing in 2024, so their spread is the range, once. V7 goes by customs origin, and growth follows from the
/// shares of sales: no targets.
pub fn targets() -> Vec<Option<(f64, f64)>> {
    FACTS
        .iter()
        .map(|spec| match (spec.id, spec.measure) {
            (_, Measure::FiveGrowth(_) | Measure::Imports) | ("V4" | "V5", _) => None,
            ("V6", _) => Some((11.3, 25.0)),
            _ => Some((spec.low, spec.high)),
        })
        .collect()
}

/// Names of the facts for columns, such as `V8:China in ASML's sales:2024`.
pub fn names() -> impl Iterator<Item = String> {
    FACTS.iter().map(|spec| format!("{}:{}:{}", spec.id, spec.what.replace(',', ""), spec.year))
}

/// Facts over replicates; a fact that no replicate holds is left out.
pub fn summarise(replicates: &[Vec<Option<f64>>]) -> Vec<Fact> {
    FACTS
        .iter()
        .enumerate()
        .filter_map(|(i, spec)| {
            let mut values: Vec<f64> = replicates.iter().filter_map(|r| r[i]).collect();
            if values.is_empty() {
                return None;
            }
            values.sort_by(f64::total_cmp);
            let (p5, p95) = (quantile(&values, 0.05), quantile(&values, 0.95));
            Some(Fact {
                id: spec.id,
                what: spec.what,
                year: spec.year,
                observed: spec.shown,
                observed_low: spec.low,
                observed_high: spec.high,
                source: spec.source,
                grade: spec.grade.as_str(),
                p5,
                p50: quantile(&values, 0.5),
                p95,
                inside: spec.low <= p95 && spec.high >= p5,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_fact_is_later_than_2024_and_ranges_are_ordered() {
        for spec in FACTS {
            assert!((2019..=2024).contains(&spec.year) && spec.low <= spec.high, "{}", spec.id);
        }
    }

    #[test]
    fn a_fact_is_inside_when_a_value_that_agrees_with_the_source_is_in_the_interval() {
        // Values 0 to 100 in every fact: the 90 % interval is 5 to 95.
        let replicates: Vec<Vec<Option<f64>>> =
            (0..=100).map(|x| vec![Some(f64::from(x)); FACTS.len()]).collect();
        assert!(summarise(&replicates).iter().all(|f| f.inside && (f.p5, f.p95) == (5.0, 95.0)));
        let low: Vec<Vec<Option<f64>>> = vec![vec![Some(1.0); FACTS.len()]; 3];
        assert!(summarise(&low).iter().all(|f| !f.inside));
        assert!(summarise(&[vec![None; FACTS.len()]]).is_empty());
    }
}
