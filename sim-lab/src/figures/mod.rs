//! The figures of a run: which of its numbers go on which chart, and what the chart says.
//!
//! Invariant: a figure is made from the run directory alone; a headline never names what is not drawn, and never
//! contradicts its interval.

mod backcast;
mod contrasts;
mod design_out;
mod flows;
mod frontier;
mod loss_fan;
mod share_panels;
mod tornado;

pub use backcast::{Hindcast, backcast};
pub use tornado::tornado;

use sim_core::scenario::param::Grade;

use crate::chart::{ChartError, Event, Figure, Frame};
use crate::finding;
use crate::receipt::receipt;
use crate::results::Results;
use crate::stats::Summary;
use crate::study::Study;

/// Regimes on one chart, beside the baseline.
const MOST_REGIMES: usize = 6;

/// A figure of a comparison: its id, the question that it answers, and how it is drawn.
struct Drawn {
    id: &'static str,
    question: &'static str,
    draw: fn(&Study, &Results) -> Result<Figure, ChartError>,
}

/// Figures that `compare` puts into its run directory.
pub const DEFAULT: [&str; 4] = ["loss-fan", "share-panels", "design-out", "frontier"];

/// Every figure of a comparison.
const ALL: &[Drawn] = &[
    Drawn {
        id: "loss-fan",
        question: "How much US revenue is lost against no control, and when?",
        draw: loss_fan::draw,
    },
    Drawn {
        id: "share-panels",
        question: "Where does the US share in China go first?",
        draw: share_panels::draw,
    },
    Drawn {
        id: "design-out",
        question: "How fast do Chinese buyers design US suppliers out, and do they come back?",
        draw: design_out::draw,
    },
    Drawn {
        id: "frontier",
        question: "What lead does a dollar of lost revenue buy?",
        draw: frontier::draw,
    },
    Drawn { id: "bill", question: "What is the loss made of?", draw: contrasts::bill },
    Drawn {
        id: "dumbbell",
        question: "What changes between two regimes?",
        draw: contrasts::dumbbell,
    },
    Drawn { id: "who-gains", question: "Who picks up the sales?", draw: contrasts::who_gains },
    Drawn { id: "regime-heat", question: "Which regime does what?", draw: contrasts::regime_heat },
    Drawn {
        id: "substitution",
        question: "Who replaces US products, where?",
        draw: flows::substitution,
    },
    Drawn { id: "leakage", question: "How much still gets through?", draw: flows::leakage },
    Drawn { id: "lead", question: "Does lost revenue slow the leader?", draw: flows::lead },
];

/// Ids of the figures of a comparison, with the question that each answers.
pub fn list() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|drawn| (drawn.id, drawn.question))
}

/// Draws one figure.
///
/// # Errors
/// [`ChartError`]; [`ChartError::Unknown`] for an id that is not in [`list`].
pub fn figure(id: &str, study: &Study, results: &Results) -> Result<Figure, ChartError> {
    if study.regimes.len() < 2 {
        return Err(ChartError::Count {
            what: "scenarios".to_owned(),
            count: 1,
            min: 2,
            max: usize::MAX,
        });
    }
    let drawn = ALL.iter().find(|drawn| drawn.id == id);
    let drawn = drawn.ok_or_else(|| ChartError::Unknown { id: id.to_owned() })?;
    (drawn.draw)(study, results)
}

/// Draws the figures of a comparison that go into its run directory.
///
/// # Errors
/// [`ChartError`].
pub fn draw(study: &Study, results: &Results) -> Result<Vec<Figure>, ChartError> {
    if study.regimes.len() < 2 {
        return Ok(Vec::new());
    }
    DEFAULT.iter().map(|id| figure(id, study, results)).collect()
}

/// The regimes that a chart shows, in the order of the comparison: all, or those under which US suppliers lose most.
fn shown(study: &Study, results: &Results) -> Vec<usize> {
    let mut regimes: Vec<usize> = (1..study.regimes.len()).collect();
    let loss = |s: &usize| Summary::of(&results.difference(*s, "us-revenue-world")).p50;
    regimes.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
    regimes.truncate(MOST_REGIMES);
    regimes.sort_unstable();
    regimes
}

/// The same with a regime that must be seen, in place of the last if there is no room.
fn with_first(mut shown: Vec<usize>, regime: Option<usize>) -> Vec<usize> {
    if let Some(regime) = regime.filter(|r| !shown.contains(r)) {
        shown.truncate(MOST_REGIMES - 1);
        shown.push(regime);
        shown.sort_unstable();
    }
    shown
}

/// What the subtitle says where not all regimes are drawn.
fn left_out(study: &Study, shown: &[usize]) -> String {
    let all = study.regimes.len() - 1;
    if shown.len() == all {
        String::new()
    } else {
        format!("; {} of {all} regimes, those with the largest loss", shown.len())
    }
}

fn times(study: &Study) -> Vec<f64> {
    (0..study.quarters()).map(|t| study.start.plus(t as i32).mid_year()).collect()
}

/// The announcements of salient measures of all scenarios, one rule for a quarter.
fn events(study: &Study) -> Vec<Event> {
    let mut quarters: Vec<_> =
        study.regimes.iter().skip(1).flat_map(|r| r.announced.iter().copied()).collect();
    quarters.sort();
    quarters.dedup();
    quarters
        .into_iter()
        .map(|q| Event {
            time: f64::from(q.year()) + f64::from(q.of_year() - 1) / 4.0,
            label: q.to_string(),
        })
        .collect()
}

/// The regime under which US suppliers lose most.
fn worst(study: &Study, results: &Results) -> usize {
    let loss = |s: &usize| Summary::of(&results.difference(*s, "us-revenue-world")).p50;
    (1..study.regimes.len()).min_by(|a, b| loss(a).total_cmp(&loss(b))).unwrap_or(0)
}

/// The frame of a figure; `form` says what the drawing is, for those who do not see it.
fn frame(
    (study, results): (&Study, &Results),
    id: &str,
    headline: String,
    subtitle: String,
    form: &str,
) -> Frame {
    Frame {
        id: id.to_owned(),
        alt: format!("{form}. {headline}."),
        headline,
        subtitle,
        source_line: source_line(study, results, id),
        stamp: mark(study),
    }
}

fn baseline(study: &Study) -> String {
    finding::inside(&study.regimes[0].title)
}

/// The visible mark of a figure that placeholders drive.
fn mark(study: &Study) -> Option<String> {
    let (lowest, _) = study.lowest_grade();
    (lowest == Grade::Placeholder).then(|| "Rests on placeholder assumptions".to_owned())
}

/// Program, scenario hash, seed, data and their grades, and the receipt by which `verify` plays the figure again.
fn source_line(study: &Study, results: &Results, id: &str) -> String {
    let (grade, count) = study.lowest_grade();
    format!(
        "Source: Chokepoint {}, scenarios {}, seed {}. Market shares 2019: ETO/CSET (CC BY-NC 4.0). \
         Grades: market sizes measured for {} % of the money; {count} of {} drawn parameters \u{201c}{grade}\u{201d}. \
         A model, not a forecast. Receipt {}.",
        study.version,
        study.hash.get(..8).unwrap_or(&study.hash),
        study.seed,
        finding::number(100.0 * study.measured(), 0),
        study.drawn().count(),
        receipt(id, &study.hash, study.seed, results.replicates()),
    )
}
