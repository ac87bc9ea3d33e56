//! The brief: one self-contained page of HTML from finished runs, filled into a template that can be replaced.
//!
//! Invariant: the page asks no network and runs no script; every text of a user is escaped; a template reads no
//! file, because the engine is built without includes and has no loader.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;
use sim_core::scenario::param::{Grade, SPECS};

use crate::analysis::drivers::{ranked, threshold};
use crate::chart::{Figure, Size};
use crate::finding::{self, interval, number};
use crate::outcome::{HEADLINES, Headline};
use crate::stats::Summary;
use crate::store::{Run, StoreError};

/// The template of the house.
pub const TEMPLATE: &str = include_str!("../assets/brief.html");

/// Rows of the comparison table.
const ROWS: [&str; 10] = [
    "us-revenue-world",
    "us-revenue-china",
    "third-revenue-china",
    "china-revenue-world",
    "us-research",
    "us-share",
    "domestic-share",
    "lead-logic",
    "lead-memory",
    "leverage",
];

/// Outcomes of which the brief says what they move with most.
const ASKED: [&str; 2] = ["us-revenue-world", "lead-logic"];
/// Fewer replicates say nothing about some fifty parameters.
const FEWEST: usize = 50;

/// Why a brief was not written.
#[derive(Debug, thiserror::Error)]
#[error("the template: {0}")]
pub struct BriefError(String);

/// What a template can use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Brief {
    /// Title of the page.
    pub title: String,
    /// The finding of the first run.
    pub finding: String,
    /// Visible mark, empty unless placeholders drive the numbers.
    pub stamp: String,
    /// What was run.
    pub scope: String,
    /// Runs in the order given.
    pub runs: Vec<Section>,
    /// Figures in their order.
    pub figures: Vec<Picture>,
    /// How certain, and why.
    pub certain: Vec<String>,
    /// What decides it.
    pub decides: Vec<String>,
    /// What would change our mind.
    pub mind: Vec<String>,
    /// What the model leaves out.
    pub leaves_out: Vec<String>,
    /// Data and licences.
    pub licences: Vec<String>,
}

/// A run in a brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Its finding.
    pub finding: String,
    /// What cells are.
    pub note: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Rows of its table.
    pub rows: Vec<Row>,
    /// The command that gives it again.
    pub command: String,
    /// Version, seed and hashes.
    pub origin: String,
    /// Its drawings; of the first run they stand under `figures`.
    pub figures: Vec<Picture>,
}

/// An outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Name and unit.
    pub name: String,
    /// Level, then differences.
    pub cells: Vec<Cell>,
}

/// A number with its interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// `median (5 % to 95 %)`.
    pub text: String,
    /// Whether a difference's interval lies on one side of zero.
    pub clear: bool,
}

/// A figure in a brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Its id.
    pub id: String,
    /// Its headline.
    pub headline: String,
    /// What it is made for: `banner`, as wide as the page, or `column`, half as wide.
    pub slot: String,
    /// Its drawing; safe to put into the page.
    pub svg: String,
}

impl Picture {
    /// Of a figure of the run at a place of the brief. Ids within the drawing name the run, as two runs may show one figure.
    pub fn of(figure: &Figure, run: usize) -> Self {
        let (old, new) = (&figure.id, format!("run-{}-{}", run + 1, figure.id));
        let svg = ["title", "desc"].iter().fold(figure.svg.clone(), |svg, part| {
            let svg =
                svg.replacen(&format!("id=\"{old}-{part}\""), &format!("id=\"{new}-{part}\""), 1);
            let named = if *part == "title" { "\"" } else { " " };
            svg.replacen(&format!("{named}{old}-{part}"), &format!("{named}{new}-{part}"), 1)
        });
        let slot = if figure.size.width == Size::BANNER.width { "banner" } else { "column" };
        Self {
            id: figure.id.clone(),
            headline: figure.headline.clone(),
            slot: slot.to_owned(),
            svg,
        }
    }
}

/// A comparison with its figures.
#[derive(Debug)]
pub struct Drawn<'a> {
    /// The comparison.
    pub run: &'a Run,
    /// Its figures, in their order.
    pub figures: Vec<Figure>,
}

/// The sizes of a brief's figures: the first of a page that has no other beside it is as wide as the page.
pub fn size(alone: bool) -> Size {
    if alone { Size::BANNER } else { Size::COLUMN }
}

impl Brief {
    /// A brief of comparisons; the first gives finding and sentences. `sweep` is the headline of a tornado, `hindcast` that
    /// of a backcast, where there is one.
    ///
    /// # Errors
    /// [`StoreError`] if what the first run drew cannot be read.
    pub fn new(
        first: &Drawn<'_>,
        others: &[Drawn<'_>],
        sweep: Option<&str>,
        hindcast: Option<&str>,
    ) -> Result<Self, StoreError> {
        let run = first.run;
        let study = &run.study;
        let (grade, _) = study.lowest_grade();
        let pictures = |drawn: &Drawn<'_>, place: usize| -> Vec<Picture> {
            drawn.figures.iter().map(|figure| Picture::of(figure, place)).collect()
        };
        let rest = others
            .iter()
            .enumerate()
            .map(|(i, drawn)| Section { figures: pictures(drawn, i + 1), ..section(drawn.run) });
        Ok(Self {
            title: format!("Export controls, {}: a Chokepoint brief", study.span()),
            finding: finding::sentence(study, &run.results),
            stamp: match grade {
                Grade::Placeholder => "Rests on placeholder assumptions".to_owned(),
                _ => String::new(),
            },
            scope: scope(run),
            runs: std::iter::once(section(run)).chain(rest).collect(),
            figures: pictures(first, 0),
            certain: certain(run, hindcast),
            decides: decides(run, sweep)?,
            mind: mind(run),
            leaves_out: LEAVES_OUT.map(str::to_owned).into(),
            licences: LICENCES.map(str::to_owned).into(),
        })
    }

    /// Fills a template.
    ///
    /// # Errors
    /// [`BriefError`] with the template's line.
    pub fn render(&self, template: &str) -> Result<String, BriefError> {
        let mut engine = Environment::new();
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine
            .render_named_str("brief.html", template, Serde(self))
            .map_err(|e| BriefError(e.to_string()))
    }
}

fn scope(run: &Run) -> String {
    let names: Vec<String> = run.study.regimes[1..].iter().map(|r| r.title.clone()).collect();
    format!(
        "{} against {}, {}. {} paired replicates; money in {}; tools, materials, software and IP. A model, not a forecast.",
        names.join(", "),
        finding::inside(&run.study.regimes[0].title),
        run.study.span(),
        run.results.replicates(),
        run.results.dollars.label()
    )
}

fn section(run: &Run) -> Section {
    let (study, results) = (&run.study, &run.results);
    let cell = |s: &Summary, decimals, difference: bool| Cell {
        text: interval(s, decimals),
        clear: difference && s.clear(),
    };
    let rows = ROWS.iter().filter_map(|id| Some(&HEADLINES[Headline::find(id)?])).map(|h| {
        let level = cell(&Summary::of(results.values(0, h.id)), h.decimals, false);
        let differences = (1..study.regimes.len())
            .map(|s| cell(&Summary::of(&results.difference(s, h.id)), h.decimals, true));
        Row {
            name: format!("{}, {}", h.name, h.unit),
            cells: std::iter::once(level).chain(differences).collect(),
        }
    });
    let columns = study.regimes.iter().enumerate().map(|(i, r)| {
        let kind = if i == 0 { "level" } else { "difference" };
        format!("{} ({kind})", r.title)
    });
    Section {
        finding: finding::sentence(study, results),
        note: "Median (5 % to 95 %); bold: the interval lies on one side of zero".to_owned(),
        columns: columns.collect(),
        rows: rows.collect(),
        command: format!("chokepoint {}", run.facts.command.join(" ")),
        origin: format!(
            "Chokepoint {} (commit {}), seed {}, scenarios and data {}; run {}. manifest.json holds the hash of every file \
             read and written.",
            run.facts.version, run.facts.commit, study.seed, study.hash, run.facts.run
        ),
        figures: Vec::new(),
    }
}

fn certain(run: &Run, hindcast: Option<&str>) -> Vec<String> {
    let study = &run.study;
    let error = (1..study.regimes.len())
        .map(|s| Summary::of(&run.results.difference(s, "us-revenue-world")).error)
        .fold(0.0, f64::max);
    let count = |grade: Grade| study.drawn().filter(|a| a.grade == grade).count();
    let grades: Vec<String> = Grade::ALL
        .into_iter()
        .rev()
        .filter(|g| count(*g) > 0)
        .map(|g| format!("{} {g}", count(g)))
        .collect();
    let mut lines = vec![
        format!(
            "Intervals run over {} replicates, each with its own draw of {} assumptions ({}). They do not cover what the \
             model leaves out.",
            run.results.replicates(),
            study.drawn().count(),
            grades.join(", ")
        ),
        format!(
            "Market sizes are measured for {} % of the money. Chance left by the number of replicates: at most USD {} bn on \
             the mean loss.",
            number(100.0 * study.measured(), 0),
            number(error, 1)
        ),
    ];
    lines.extend(hindcast.map(|headline| format!("Against what happened: {headline}.")));
    if !run.facts.complete {
        lines.push("The run was interrupted: fewer replicates than were asked for.".to_owned());
    }
    lines
}

fn decides(run: &Run, sweep: Option<&str>) -> Result<Vec<String>, StoreError> {
    let (study, results) = (&run.study, &run.results);
    let split = |clear: bool| -> Vec<String> {
        ROWS.iter()
            .filter_map(|id| Some(&HEADLINES[Headline::find(id)?]))
            .filter(|h| {
                let any = (1..study.regimes.len())
                    .any(|s| Summary::of(&results.difference(s, h.id)).clear());
                any == clear
            })
            .map(|h| finding::inside(h.name))
            .collect()
    };
    let mut lines = Vec::new();
    let (clear, open) = (split(true), split(false));
    if !clear.is_empty() {
        lines.push(format!(
            "Under at least one regime the direction is clear for: {}.",
            clear.join("; ")
        ));
    }
    if !open.is_empty() {
        lines.push(format!("Under no regime is it clear for: {}.", open.join("; ")));
    }
    match sweep {
        Some(headline) => lines.push(format!("{headline}.")),
        None => lines.extend(moved(run)?),
    }
    Ok(lines)
}

/// What the outcomes of each regime move with most over replicates, by rank correlation.
fn moved(run: &Run) -> Result<Option<String>, StoreError> {
    let replicates = run.results.replicates();
    if replicates < FEWEST {
        return Ok(Some(format!(
            "Which assumption moves the answer most cannot be told from {replicates} replicates: it takes {FEWEST}, or a sweep."
        )));
    }
    let mut found = Vec::new();
    for (s, regime) in run.study.regimes.iter().enumerate().skip(1) {
        let drawn = run.drawn(s)?;
        let parts: Vec<String> = ASKED
            .iter()
            .filter_map(|id| {
                let headline = HEADLINES.iter().find(|h| h.id == *id)?;
                let first = ranked(&drawn, &run.results.difference(s, id)).into_iter().next()?;
                (first.correlation.abs() > threshold(replicates, SPECS.len())).then(|| {
                    format!(
                        "{} with {} ({})",
                        finding::inside(headline.name),
                        first.key.replace('-', " "),
                        number(first.correlation, 2)
                    )
                })
            })
            .collect();
        if !parts.is_empty() {
            found.push(format!("under {}: {}", finding::inside(&regime.title), parts.join(", ")));
        }
    }
    Ok((!found.is_empty()).then(|| {
        format!("Over replicates, outcomes move most (rank correlation) {}.", found.join("; "))
    }))
}

fn mind(run: &Run) -> Vec<String> {
    let (study, results) = (&run.study, &run.results);
    let mut lines: Vec<String> = (1..study.regimes.len())
        .map(|s| {
            let losses = results.difference(s, "us-revenue-world");
            let share = losses.iter().filter(|d| **d < 0.0).count() as f64 / losses.len().max(1) as f64;
            format!(
                "{}: US suppliers lose in {} % of replicates; draws in which they gain would be the case against.",
                study.regimes[s].title,
                number(100.0 * share, 0)
            )
        })
        .collect();
    let weak: Vec<String> = study
        .drawn()
        .filter(|a| a.grade == Grade::Placeholder)
        .map(|a| a.key.replace('-', " "))
        .collect();
    if !weak.is_empty() {
        lines.push(format!(
            "Evidence on the {} placeholder assumptions: {}.",
            weak.len(),
            weak.join(", ")
        ));
    }
    lines.push(
        "Shares and revenues of coming years outside the 90 % intervals, and a rule of thumb that forecasts them better."
            .to_owned(),
    );
    lines
}

const LEAVES_OUT: [&str; 6] = [
    "Nothing here proves a counterfactual: what would have happened without controls was never seen.",
    "Most behaviour is judgement; firms\u{2019} shares in 2019 are split by a stated rule.",
    "Routes around a control are given, nobody invents one; licences last a quarter; an ally that joined never leaves; how \
     open the grey channel is, is judgement.",
    "Loss means sales of firms whose legal home is the United States; service, spares, US parts in foreign products and \
     chips are counted apart, foundry and packaging not at all.",
    "Ladders are extrapolated: a lead in generations says how far apart two fabs stand, not what they make.",
    "Spending is given, not explained, but for the part of Chinese-owned fabs that reacts to controls.",
];

const LICENCES: [&str; 3] = [
    "Market shares and sizes derive from the ETO Advanced Semiconductor Supply Chain Dataset (Emerging Technology \
     Observatory, CSET, Georgetown University), CC BY-NC 4.0; the licensor does not endorse this use. Keep the use \
     non-commercial and credit the source, unless the tables were replaced.",
    "Program: MIT or Apache-2.0. Cite program version, seed and scenario hash with every number.",
    "Text in figures: DejaVu Sans.",
];
