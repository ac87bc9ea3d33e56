//! The model against what firms reported: sales in China of five toolmakers, in each firm's own fiscal years.
//!
//! It is a statement about the past of a run: of its trunk, or of one of its scenarios that knows the controls as enacted.
//!
//! Invariant: a figure is held against the same thing in the model: goods and service, of the same days, in money of the
//! day. No run and no fit reads these figures.

mod table;

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sim_core::scenario::Scenario;
use sim_core::scenario::panel::{Definition, Panel, Role, Seen};
use sim_core::scenario::plain::is_line;

use crate::experiment::{Design, RunError};
use crate::hindcast::facts::FactReader;
use crate::standing::Led;
use crate::store::foreign;
use sim_stats::summary::Summary;

pub use table::{Lines, NO_PAST, compact, sentence, table};

/// Its name in a run directory.
pub const REPORTED: &str = "reported.json";
/// What firms reported.
const SALES: &str = include_str!("../../../scenarios/data/china_sales.csv");
/// Most replicates that are played for it: the past of some is known well enough.
pub(crate) const MOST: usize = 40;
/// Measures that a scenario has which knows the controls as enacted.
const ENACTED: [&str; 3] = ["oct-2022", "jp-2023", "nl-2023"];
/// Name of all firms together.
const ALL: &str = "The five";

/// The model against what firms reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    /// Seed of the replicates.
    pub seed: u64,
    /// Replicates that were played.
    pub replicates: usize,
    /// Whose past it is; the first knows the controls as enacted, a second has none.
    pub pasts: Vec<Past>,
    /// Sales by firm and fiscal year, all firms together last.
    pub sales: Vec<Sale>,
}

/// A scenario of which the past is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// Sales in China in a fiscal year, USD billion of the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sale {
    /// Firm; empty for all together.
    pub firm: String,
    /// Its name.
    pub name: String,
    /// The fiscal year, by the year in which it ends.
    pub year: i32,
    /// Least value that agrees with the report.
    pub low: f64,
    /// Largest value that agrees with it.
    pub high: f64,
    /// How it was seen: `found`, `derived` or `memory`.
    pub seen: String,
    /// 5 %, 50 % and 95 % of the replicates, by past.
    pub model: Vec<[f64; 3]>,
}

impl Reported {
    /// The text of its file.
    ///
    /// # Errors
    /// If it is no JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Reads its file.
    ///
    /// # Errors
    /// Why it cannot be read, as a fragment.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let reported: Self = foreign::read(text)?;
        let lines = reported.pasts.iter().map(|past| &past.title);
        let sound = reported.pasts.len() <= 2
            && lines.chain(reported.sales.iter().map(|sale| &sale.name)).all(|text| is_line(text))
            && reported.sales.iter().all(|sale| sale.model.len() == reported.pasts.len());
        if sound { Ok(reported) } else { Err("it is not what a comparison writes".to_owned()) }
    }
}

/// The past of a design against what firms reported; without pasts where none of its scenarios knows the controls as
/// enacted. `led` is how the first replicates were led, as far as that is known: else it is found again.
///
/// # Errors
/// [`RunError`].
pub fn of(design: &Design, replicates: usize, led: &[Led]) -> Result<Reported, RunError> {
    let pasts = pasts(design);
    if pasts.is_empty() {
        let (pasts, sales) = (Vec::new(), Vec::new());
        return Ok(Reported { seed: design.seed, replicates: 0, pasts, sales });
    }
    let count = replicates.min(MOST);
    // Without a trunk, scenarios have base years of their own.
    let led = if design.trunk().is_some() { led } else { &[] };
    let (panel, mut sales) = figures();
    let panel = Arc::new(panel);
    let mut held = vec![true; sales.len()];
    let mut design = Design::new(pasts.clone(), count, design.seed, |firm| panel.names(firm));
    design.watch = design.watch.clone().in_detail(design.structure());
    for past in 0..pasts.len() {
        let values = played(&design, past, led, &panel)?;
        for (i, sale) in sales.iter_mut().enumerate() {
            let one: Option<Vec<f64>> = values.iter().map(|run| run[i]).collect();
            let summary = Summary::of(&one.unwrap_or_default());
            held[i] &= summary.p50.is_finite();
            sale.model.push([summary.p5, summary.p50, summary.p95]);
        }
    }
    let mut held = held.into_iter();
    sales.retain(|_| held.next().unwrap_or(false));
    let pasts = pasts.iter().map(|s| Past { id: s.id.clone(), title: s.title.clone() }).collect();
    Ok(Reported { seed: design.seed, replicates: count, pasts, sales })
}

/// The scenario whose past was ours, and one without controls beside it where that is compared from the start.
fn pasts(design: &Design) -> Vec<Arc<Scenario>> {
    let enacted = |s: &&Arc<Scenario>| {
        ENACTED.iter().all(|id| s.measures.iter().any(|measure| measure.id == *id))
    };
    if let Some((trunk, _)) = design.trunk() {
        let trunk = Arc::new(trunk.clone());
        return Some(trunk).filter(|trunk| enacted(&trunk)).into_iter().collect();
    }
    let all = &design.scenarios;
    let history = all.iter().filter(enacted).find(|s| s.id == "history");
    let Some(known) = history.or_else(|| all.iter().find(enacted)) else { return Vec::new() };
    let free = all.iter().find(|s| s.measures.is_empty());
    [known].into_iter().chain(free).map(Arc::clone).collect()
}

/// What the replicates of a scenario sell in the windows of the figures, USD billion.
fn played(
    design: &Design,
    scenario: usize,
    led: &[Led],
    panel: &Arc<Panel>,
) -> Result<Vec<Vec<Option<f64>>>, RunError> {
    let reader = FactReader::new(panel, design, &design.setup(0, 0)?);
    let last = panel.figures.iter().map(|figure| figure.end.year()).max().unwrap_or_default();
    let start = design.scenarios[scenario].start.year();
    let quarters = usize::try_from(4 * (last + 1 - start)).unwrap_or_default();
    let one = |replicate: usize| {
        let record = design.past((scenario, replicate), led.get(replicate), quarters)?;
        let billions = |i| reader.sold_in_china(i, &record).map(|millions| millions / 1e3);
        Ok((0..panel.figures.len()).map(billions).collect())
    };
    (0..design.replicates).into_par_iter().map(one).collect()
}

/// The figures, and the sales that they tell of: those of each firm, then those of all in the years in which all have one.
fn figures() -> (Panel, Vec<Sale>) {
    let rows = rows();
    let mut panel = Panel::default();
    let mut sales: Vec<Sale> = Vec::new();
    for row in &rows {
        panel.figures.push(row.figure());
        sales.push(row.sale());
    }
    let mut years: Vec<i32> = rows.iter().map(|row| row.year).collect();
    years.sort_unstable();
    years.dedup();
    let mut firms: Vec<&str> = rows.iter().map(|row| row.firm.as_str()).collect();
    firms.sort_unstable();
    firms.dedup();
    for year in years {
        let of: Vec<usize> = (0..rows.len()).filter(|i| rows[*i].year == year).collect();
        if of.len() < firms.len() {
            continue;
        }
        let sum = |value: fn(&Sale) -> f64| of.iter().map(|i| value(&sales[*i])).sum();
        let remembered = of.iter().any(|i| rows[*i].seen() == Seen::Memory);
        let seen = if remembered { Seen::Memory } else { Seen::Derived };
        let all = Sale {
            firm: String::new(),
            name: ALL.to_owned(),
            year,
            low: sum(|sale| sale.low),
            high: sum(|sale| sale.high),
            seen: seen.as_str().to_owned(),
            model: Vec::new(),
        };
        let mut figure = rows[of[0]].figure();
        (figure.id, figure.firms, figure.of) = (format!("five-{year}"), Vec::new(), of);
        panel.figures.push(figure);
        sales.push(all);
    }
    (panel, sales)
}

/// A row of the table.
#[derive(Debug, Deserialize)]
struct Row {
    firm: String,
    name: String,
    year: i32,
    start: String,
    end: String,
    low: f64,
    high: f64,
    currency: String,
    rate: f64,
    seen: String,
    source: String,
    note: String,
}

/// The rows; they travel in the program, and a test reads them.
fn rows() -> Vec<Row> {
    let rows = csv::Reader::from_reader(SALES.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().expect("a test reads the table")
}

impl Row {
    fn seen(&self) -> Seen {
        let seen = Seen::ALL.iter().find(|seen| seen.as_str() == self.seen);
        seen.copied().unwrap_or(Seen::Memory)
    }

    /// As a figure of the panel, so that one reader reads both in the same windows.
    fn figure(&self) -> sim_core::scenario::panel::Figure {
        let day = |text: &str| text.parse().expect("a test reads the days");
        sim_core::scenario::panel::Figure {
            id: format!("{}-{}", self.firm, self.year),
            fact: String::new(),
            what: format!("{}\u{2019}s sales in China", self.name),
            firms: vec![self.firm.clone()],
            segments: Vec::new(),
            of: Vec::new(),
            since: None,
            start: day(&self.start),
            end: day(&self.end),
            low: self.low,
            high: self.high,
            error: 0.0,
            why: String::new(),
            unit: self.currency.clone(),
            definition: Definition::ChinaShare,
            role: Role::Shown,
            seen: self.seen(),
            shown: String::new(),
            source: self.source.clone(),
            note: self.note.clone(),
        }
    }

    fn sale(&self) -> Sale {
        let billions = |value: f64| value * self.rate / 1e3;
        Sale {
            firm: self.firm.clone(),
            name: self.name.clone(),
            year: self.year,
            low: billions(self.low),
            high: billions(self.high),
            seen: self.seen().as_str().to_owned(),
            model: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sim_core::scenario::panel::Day;

    use super::*;

    #[test]
    fn the_table_can_be_read_and_lies_within_what_may_be_used() {
        let rows = rows();
        assert_eq!(rows.len(), 24);
        for row in &rows {
            let (start, end): (Day, Day) =
                (row.start.parse().expect("a day"), row.end.parse().expect("a day"));
            assert!((360..=371).contains(&end.since(start)), "{} {}", row.firm, row.year);
            assert!(end.year() == row.year && row.year <= 2024 && row.low <= row.high);
            assert!(Seen::ALL.iter().any(|seen| seen.as_str() == row.seen), "{}", row.seen);
            assert_eq!(row.seen == "memory", row.source == "memory", "{} {}", row.firm, row.year);
            assert_eq!(row.currency == "USD", row.rate.to_bits() == 1.0_f64.to_bits());
            let billions = row.sale().high;
            assert!((1.0..15.0).contains(&billions), "{} {}: {billions}", row.firm, row.year);
        }
    }

    /// Windows and sources are those of the panel, and China's part in it of the firm's sales is that of the money here.
    #[test]
    fn the_table_agrees_with_the_panel() {
        let text = include_str!("../../../scenarios/data/panel.csv");
        let panel: Vec<Vec<String>> = csv::Reader::from_reader(text.as_bytes())
            .records()
            .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
            .collect();
        for row in rows() {
            let id = match row.firm.as_str() {
                "asml" => format!("asml-{}", row.year),
                firm => format!("{firm}-fy{}", row.year),
            };
            let figure = panel.iter().find(|f| f[0] == id).unwrap_or_else(|| panic!("no {id}"));
            assert_eq!([&figure[7], &figure[8]], [&row.start, &row.end], "{id}");
            if row.source != "kla-10k" {
                assert_eq!(figure[18], row.source, "{id}");
            }
            let (low, high): (f64, f64) =
                (figure[9].parse().expect("low"), figure[10].parse().expect("high"));
            // The whole is the same at both ends of the range.
            if (high - low).abs() > 1e-9 {
                assert!((row.low / low - row.high / high).abs() < 0.5, "{id}");
            }
        }
    }
}
