//! Backcast: should one trust it? From the JSON that `hindcast --json` prints.

use serde::Deserialize;
use sim_core::scenario::param::Grade;

use super::drifts::drifts;
use super::{Words, growing};
use crate::finding;
use crate::hindcast::asked::Outcome;
use crate::receipt::receipt;
use crate::standing::Unexplained;
use crate::store::foreign;
use sim_charts::{Backcast, ChartError, Country, Figure, Size, backcast as draw_backcast, palette};

/// Segments on the chart, and in a column.
const ROWS: (usize, usize) = (18, 7);

/// The part of a stored hindcast that the figure needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Hindcast {
    event: String,
    /// Version of the program; older files do not say it.
    #[serde(default)]
    version: String,
    pub(super) from: i32,
    pub(crate) to: i32,
    pub(super) replicates: usize,
    scenario: String,
    scenario_hash: String,
    seed: u64,
    /// Where parameters come from: `prior`, `folds` or `ensemble`.
    #[serde(default)]
    parameters: String,
    in_sample: bool,
    hindsight: serde_json::Value,
    pub(crate) scores: Vec<Score>,
    pub(crate) differences: Vec<Difference>,
    /// Older files do not have it.
    #[serde(default)]
    pub(crate) fact_scores: Vec<FactScore>,
    pub(super) segments: Vec<Row>,
    /// Drifts that lead runs to a later year; empty where forecasts start from the base year.
    #[serde(default)]
    pub(super) unexplained: Vec<Unexplained>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Score {
    pub(crate) country: String,
    pub(crate) set: String,
    pub(crate) forecast: String,
    pub(crate) segments: usize,
    pub(crate) coverage_90: Option<f64>,
}

/// How many figures of firms and markets lie inside their intervals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct FactScore {
    pub(crate) role: String,
    pub(crate) scored: usize,
    pub(crate) inside: usize,
}

/// Model minus rule, points; below 0 the model is closer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Difference {
    pub(crate) country: String,
    pub(crate) set: String,
    pub(crate) against: String,
    pub(crate) size_weighted_mae_pp: Interval,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Interval {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Row {
    pub(super) segment_id: String,
    pub(super) name: String,
    pub(super) country: String,
    world_size_usd_m: Option<f64>,
    base_pct: f64,
    p5: f64,
    p25: f64,
    p50: f64,
    p75: f64,
    p95: f64,
    observed_pct: Option<f64>,
}

impl Hindcast {
    /// Of a hindcast that was just run.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        serde_json::from_value(outcome.json()).ok()
    }

    /// Reads the line of a hindcast in what `--json` printed; `None` if there is none.
    pub fn read(text: &str) -> Option<Self> {
        let whole = foreign::read::<Self>(text).ok();
        whole
            .or_else(|| text.lines().find_map(|line| foreign::read::<Self>(line).ok()))
            .filter(|h| h.event == "hindcast")
    }

    /// Figures that can be drawn of it, with the question that each answers.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let has = |id: &str| match id {
            "drifts" => !self.unexplained.is_empty(),
            _ => self.segments.iter().any(|row| row.observed_pct.is_some()),
        };
        OF_HINDCAST.into_iter().filter(move |(id, _)| has(id))
    }

    /// Draws one of [`OF_HINDCAST`].
    ///
    /// # Errors
    /// [`ChartError`].
    pub fn figure(&self, id: &str, size: Size) -> Result<Figure, ChartError> {
        if id == "drifts" { drifts(self, size) } else { backcast(self, size) }
    }
}

/// Figures of a hindcast, with the question that each answers.
pub const OF_HINDCAST: [(&str, &str); 2] =
    [("backcast", "Should one trust it?"), ("drifts", "What does the model not explain?")];

/// Draws the observed shares over the forecast intervals.
///
/// # Errors
/// [`ChartError`].
pub fn backcast(hindcast: &Hindcast, size: Size) -> Result<Figure, ChartError> {
    growing(size, |size| draw(hindcast, size))
}

fn draw(hindcast: &Hindcast, size: Size) -> Result<Figure, ChartError> {
    let mut segments: Vec<&Row> = hindcast
        .segments
        .iter()
        .filter(|r| r.country == "CHN" && r.observed_pct.is_some())
        .collect();
    let market = |r: &Row| r.world_size_usd_m.unwrap_or_default();
    segments.sort_by(|a, b| market(b).total_cmp(&market(a)));
    let all = segments.len();
    segments.truncate(size.choose(ROWS.0, ROWS.1));
    let country = |code: &str, name: &str, colour| {
        let rows: Vec<&Row> = segments
            .iter()
            .filter_map(|s| {
                let same = |r: &&Row| r.country == code && r.segment_id == s.segment_id;
                hindcast.segments.iter().find(same)
            })
            .collect();
        let share = |v: f64| v.clamp(0.0, 100.0);
        Country {
            name: name.to_owned(),
            colour,
            quantiles: rows.iter().map(|r| [r.p5, r.p25, r.p50, r.p75, r.p95].map(share)).collect(),
            base: rows.iter().map(|r| share(r.base_pct)).collect(),
            observed: rows.iter().map(|r| share(r.observed_pct.unwrap_or_default())).collect(),
        }
    };
    let own = size.choose(" (scale of its own)", "");
    let data = Backcast {
        segments: segments.iter().map(|s| s.name.clone()).collect(),
        panels: vec![
            country("CHN", &format!("China\u{2019}s share, %{own}"), palette::CHINA),
            country("USA", &format!("US share, %{own}"), palette::US),
        ],
    };
    let words = words(hindcast, segments.len(), all);
    // What is drawn is a test: its shares are measured.
    let frame = words.frame("backcast", size, sources(hindcast, "backcast"), Grade::Measured);
    draw_backcast(&frame, &data)
}

/// What the chart says of the largest segments.
fn words(hindcast: &Hindcast, shown: usize, all: usize) -> Words {
    let known = hindcast.hindsight.as_str() == Some("none");
    Words {
        headline: finding::tested::headline(hindcast),
        subtitle: format!(
            "Forecast from {} under scenario \u{201c}{}\u{201d}, {} parameters, {}; shares of world sales, %; the {} largest of \
             {all} scored segments; {} replicates",
            hindcast.from,
            hindcast.scenario,
            match hindcast.parameters.as_str() {
                _ if hindcast.in_sample => "fitted (in sample)",
                "folds" => "cross-validated",
                "ensemble" => "calibrated",
                _ => "prior",
            },
            if known { "no hindsight" } else { "later suppliers known" },
            shown,
            hindcast.replicates
        ),
        short: format!(
            "Shares of world sales, %, forecast from {}; the {} largest of {all} segments, each country on a scale of its \
             own; {} replicates",
            hindcast.from, shown, hindcast.replicates
        ),
        form: "Intervals of forecast shares with dots of observed shares, one row for each segment",
    }
}

/// The source line, long and short.
pub(super) fn sources(hindcast: &Hindcast, figure: &str) -> [String; 2] {
    let version = match hindcast.version.as_str() {
        "" => String::new(),
        version => format!(" {version}"),
    };
    let hash = &hindcast.scenario_hash;
    let source = format!(
        "Chokepoint{version}, scenario {}, seed {}",
        hash.get(..8).unwrap_or(hash),
        hindcast.seed
    );
    let receipt = receipt(figure, hash, hindcast.seed, hindcast.replicates);
    // Runs that are led to a later year know its table, and that of the base year.
    let (years, what) = if hindcast.unexplained.is_empty() {
        (
            format!("{} and {}", hindcast.from, hindcast.to),
            "A test of the model, on one pair of years",
        )
    } else {
        (hindcast.from.to_string(), "What is left to explain, no test")
    };
    let shares = format!("hares {years}");
    [
        format!(
            "Source: {source}. Market s{shares}: ETO/CSET (CC BY-NC 4.0), measured. {what}. Receipt {receipt}."
        ),
        format!("{source}; s{shares} ETO/CSET (CC BY-NC 4.0), measured. Receipt {receipt}"),
    ]
}
