//! The figures of a run: which of its numbers go on which chart, and what the chart says.
//!
//! Invariant: a figure is made from the run directory alone; a headline never names what is not drawn, and never
//! contradicts its interval.

mod backcast;
mod bill;
mod contrasts;
mod design_out;
mod drifts;
mod flows;
mod frontier;
mod heat;
mod leakage;
mod levers;
mod loss_fan;
mod share_panels;
mod swept;
mod tornado;

pub(crate) use backcast::{Difference, Score};
pub use backcast::{Hindcast, OF_HINDCAST, backcast};
pub use swept::Swept;

use rayon::prelude::*;
use sim_core::calendar::Quarter;
use sim_core::scenario::param::Grade;

use crate::finding;
use crate::receipt::receipt;
use crate::results::Results;
use crate::study::{Study, Trunk};
use sim_charts::{ChartError, Event, Figure, File, Frame, Short, Size};
use sim_stats::summary::{FEWEST_FOR_TAILS, Summary};

/// Regimes on one chart beside the baseline, and in a column.
const MOST_REGIMES: usize = 6;
const FEW_REGIMES: usize = 4;

/// Most letters of a title at a rule.
const RULE: usize = 40;

/// Whole years that a yearly figure needs: a line has two ends.
const FEWEST_YEARS: usize = 2;

/// What a figure of a comparison is drawn from, and what for.
#[derive(Debug, Clone, Copy)]
struct Scene<'a> {
    study: &'a Study,
    results: &'a Results,
    size: Size,
}

/// What a figure says.
struct Words {
    headline: String,
    subtitle: String,
    /// The subtitle in a column.
    short: String,
    /// What the drawing is, for those who do not see it.
    form: &'static str,
}

impl Words {
    /// The frame of a figure with its source line, long and short; `grade` is the lowest of what drives it.
    fn frame(self, id: &str, size: Size, [long, short]: [String; 2], grade: Grade) -> Frame {
        Frame {
            id: id.to_owned(),
            size,
            alt: format!("{}. {}.", self.form, self.headline),
            headline: self.headline,
            subtitle: self.subtitle,
            source_line: long,
            short: Short { subtitle: self.short, source_line: short },
            stamp: stamp(grade),
        }
    }
}

/// A figure of a comparison: its id, the question that it answers, and how it is drawn.
struct Drawn {
    id: &'static str,
    question: &'static str,
    draw: fn(Scene<'_>) -> Result<Figure, ChartError>,
}

/// Figures that `compare` puts into its run directory.
pub const DEFAULT: [&str; 4] = ["loss-fan", "share-panels", "design-out", "frontier"];

/// Every figure of a comparison.
const ALL: &[Drawn] = &[
    Drawn {
        id: "loss-fan",
        question: "How much US revenue is lost against the baseline, and when?",
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
    Drawn { id: "bill", question: "What is the loss made of?", draw: bill::draw },
    Drawn {
        id: "dumbbell",
        question: "What changes between two regimes?",
        draw: contrasts::dumbbell,
    },
    Drawn { id: "who-gains", question: "Who picks up the sales?", draw: contrasts::who_gains },
    Drawn { id: "regime-heat", question: "Which regime does what?", draw: heat::draw },
    Drawn {
        id: "substitution",
        question: "Who replaces US products, where?",
        draw: flows::substitution,
    },
    Drawn { id: "leakage", question: "How much still gets through?", draw: leakage::draw },
    Drawn { id: "lead", question: "Does lost revenue slow the leader?", draw: flows::lead },
];

/// Ids of the figures of a comparison, with the question that each answers.
pub fn list() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|drawn| (drawn.id, drawn.question))
}

/// Draws one figure in a size. Where its texts are long, it grows in height.
///
/// # Errors
/// [`ChartError`]; [`ChartError::Unknown`] for an id that is not in [`list`].
pub fn figure(
    id: &str,
    study: &Study,
    results: &Results,
    size: Size,
) -> Result<Figure, ChartError> {
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
    growing(size, |size| (drawn.draw)(Scene { study, results, size }))
}

/// Draws with more and more height until there is room.
fn growing(
    size: Size,
    draw: impl Fn(Size) -> Result<Figure, ChartError>,
) -> Result<Figure, ChartError> {
    let mut last = draw(size);
    for taller in size.taller().skip(1) {
        match last {
            Err(ChartError::NoRoom { .. }) => last = draw(taller),
            done => return done,
        }
    }
    last
}

/// Figures that could be drawn, and those that could not.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    /// The figures, with their files.
    pub drawn: Vec<(Figure, [File; 3])>,
    /// The others.
    pub left_out: Vec<LeftOut>,
}

/// A figure that could not be drawn, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Its id.
    pub id: String,
    /// Why.
    pub error: ChartError,
}

impl LeftOut {
    /// What a person reads of figures that are left out; nothing if there are none.
    pub fn words(all: &[Self]) -> Option<String> {
        let mut reasons: Vec<String> = Vec::new();
        for Self { id, error } in all {
            let reason = format!("{id} ({error})");
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        let plural = if reasons.len() == 1 { "a figure is" } else { "figures are" };
        (!reasons.is_empty()).then(|| {
            format!(
                "{plural} left out that cannot be drawn of this: {}; the numbers are complete",
                reasons.join("; ")
            )
        })
    }
}

/// Draws the figures of a comparison that go into its run directory, as far as they can be drawn.
pub fn draw(study: &Study, results: &Results) -> Pictures {
    if study.regimes.len() < 2 {
        return Pictures::default();
    }
    let one = |id: &&str| {
        let drawn = figure(id, study, results, Size::PAGE);
        drawn.and_then(|figure| figure.files().map(|files| (figure, files)))
    };
    let mut pictures = Pictures::default();
    let all: Vec<_> = DEFAULT.par_iter().map(one).collect();
    for (id, drawn) in DEFAULT.into_iter().zip(all) {
        match drawn {
            Ok(drawn) => pictures.drawn.push(drawn),
            Err(error) => pictures.left_out.push(LeftOut { id: id.to_owned(), error }),
        }
    }
    pictures
}

impl Scene<'_> {
    /// The regimes that a chart shows, in the order of the comparison: all, or those under which US suppliers lose most.
    fn shown(self) -> Vec<usize> {
        let mut regimes: Vec<usize> = (1..self.study.regimes.len()).collect();
        regimes.sort_by(|a, b| self.loss(*a).total_cmp(&self.loss(*b)));
        regimes.truncate(self.most());
        regimes.sort_unstable();
        regimes
    }

    /// The same with regimes that must be seen, in place of those with the least loss if there is no room.
    fn shown_with(self, seen: &[usize]) -> Vec<usize> {
        let mut shown: Vec<usize> = seen.to_vec();
        let mut others: Vec<usize> =
            self.shown().into_iter().filter(|r| !seen.contains(r)).collect();
        others.sort_by(|a, b| self.loss(*a).total_cmp(&self.loss(*b)));
        shown.extend(others.into_iter().take(self.most().saturating_sub(seen.len())));
        shown.sort_unstable();
        shown
    }

    fn most(self) -> usize {
        self.size.choose(MOST_REGIMES, FEW_REGIMES)
    }

    /// Median paired difference of US suppliers' world revenue.
    fn loss(self, regime: usize) -> f64 {
        Summary::told(&self.results.difference(regime, "us-revenue-world")).p50
    }

    /// The regime under which US suppliers lose most.
    fn worst(self) -> usize {
        (1..self.study.regimes.len())
            .min_by(|a, b| self.loss(*a).total_cmp(&self.loss(*b)))
            .unwrap_or(0)
    }

    /// What the subtitle says where not all regimes are drawn.
    fn left_out(self, shown: &[usize]) -> String {
        let all = self.study.regimes.len() - 1;
        if shown.len() == all {
            String::new()
        } else {
            format!("; {} of {all} regimes, those with the largest loss", shown.len())
        }
    }

    /// The baseline's title inside a sentence.
    fn baseline(self) -> String {
        self.study.named(0)
    }

    /// The title of a regime as its author wrote it.
    fn written(&self, regime: usize) -> &str {
        &self.study.regimes[regime].title
    }

    /// What bands, bars and intervals hold: 90 % of the runs, of few runs all.
    fn bands(self) -> &'static str {
        if self.replicates() < FEWEST_FOR_TAILS { "full-range" } else { "90 %" }
    }

    /// From when sums run, where that is not the start of the horizon.
    fn counted_from(self) -> String {
        let trunk = self.study.trunk.as_ref();
        trunk.map_or_else(String::new, |trunk| format!(" from {} on", trunk.at))
    }

    fn replicates(self) -> usize {
        self.results.replicates()
    }

    fn frame(self, id: &str, mut words: Words) -> Frame {
        let few = (self.replicates() < FEWEST_FOR_TAILS)
            .then(|| format!("Of {} runs no 90 % interval", self.replicates()));
        for said in self.study.changes().into_iter().chain(few) {
            for subtitle in [&mut words.subtitle, &mut words.short] {
                *subtitle = format!("{subtitle}. {said}");
            }
        }
        words.frame(id, self.size, self.source_lines(id), self.study.lowest_grade().0)
    }

    /// Program, scenario hash, seed, data and their grades, and the receipt by which `verify` plays the figure again; and
    /// the same in fewer words.
    fn source_lines(self, id: &str) -> [String; 2] {
        let Self { study, .. } = self;
        let (grade, count) = study.lowest_grade();
        let hash = study.hash.get(..8).unwrap_or(&study.hash);
        let receipt = receipt(id, &study.hash, study.seed, self.replicates());
        let (version, seed, drawn) = (&study.version, study.seed, study.drawn().count());
        let shares = study.shares_of();
        [
            format!(
                "Source: Chokepoint {version}, scenarios {hash}, seed {seed}. Market shares {shares}: ETO/CSET (CC BY-NC 4.0). \
                 Grades: market sizes measured for {} % of the money; {count} of {drawn} drawn parameters \u{201c}{grade}\u{201d}. \
                 A model, not a forecast. Receipt {receipt}.",
                finding::number(100.0 * study.measured(), 0),
            ),
            format!(
                "Chokepoint {version}, scenarios {hash}, seed {seed}; shares {shares} ETO/CSET (CC BY-NC 4.0); {count} of {drawn} \
                 parameters \u{201c}{grade}\u{201d}. Receipt {receipt}"
            ),
        ]
    }
}

fn times(study: &Study) -> Vec<f64> {
    (0..study.quarters()).map(|t| study.start.plus(t as i32).mid_year()).collect()
}

/// Middles of the calendar years that a yearly figure shows: a part of a year would look like a fall.
fn whole_years(study: &Study) -> Vec<f64> {
    study.whole_years().map(|year| f64::from(year) + 0.5).collect()
}

/// The values of those years, of a table with a row for each year that the horizon touches.
fn of_whole_years(study: &Study, values: &[f64]) -> Vec<f64> {
    let place = |year: i32| (year - study.start.year()) as usize;
    let years = study.whole_years();
    values[place(years.start)..place(years.end)].to_vec()
}

/// What the subtitle of a yearly figure says where quarters make no whole year.
fn part_years(study: &Study) -> String {
    let parts = study.part_years();
    let plural = if parts.len() > 1 { "s" } else { "" };
    if parts.is_empty() {
        String::new()
    } else {
        format!("; without the part year{plural} {}", parts.join(" and "))
    }
}

/// Refuses a yearly figure of a horizon with fewer whole years than it takes to draw one.
fn enough_years(study: &Study) -> Result<(), ChartError> {
    let count = study.whole_years().len();
    if count >= FEWEST_YEARS {
        return Ok(());
    }
    let what = if count == 1 { "whole year" } else { "whole years" }.to_owned();
    Err(ChartError::Count { what, count, min: FEWEST_YEARS, max: usize::MAX })
}

/// The announcements of salient measures of all scenarios, one rule for a quarter; where all begin as a trunk, the branch
/// and what is announced after it, each by its name.
fn events(study: &Study) -> Vec<Event> {
    if let Some(trunk) = &study.trunk {
        return named_events(trunk);
    }
    let mut quarters: Vec<_> =
        study.regimes.iter().skip(1).flat_map(|r| r.announced.iter().copied()).collect();
    quarters.sort();
    quarters.dedup();
    quarters.into_iter().map(|q| Event { time: begin(q), label: q.to_string() }).collect()
}

/// The branch, and what is announced after it, by name; what is announced in one quarter shares a rule.
fn named_events(trunk: &Trunk) -> Vec<Event> {
    let branch = Event { time: begin(trunk.at), label: format!("branch {}", trunk.at) };
    let news = trunk.news.chunk_by(|one, other| one.at == other.at).map(|news| {
        let titles: Vec<String> = news.iter().map(|n| finding::shortened(&n.title, RULE)).collect();
        Event { time: begin(news[0].at), label: titles.join("; ") }
    });
    std::iter::once(branch).chain(news).collect()
}

/// When a quarter begins [calendar years].
fn begin(quarter: Quarter) -> f64 {
    f64::from(quarter.year()) + f64::from(quarter.of_year() - 1) / 4.0
}

/// The visible mark of a figure that placeholders drive.
fn stamp(lowest: Grade) -> Option<String> {
    (lowest == Grade::Placeholder).then(|| "Rests on placeholder assumptions".to_owned())
}
