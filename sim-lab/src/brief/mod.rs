//! The brief: one self-contained page of HTML from finished runs, filled into a template that can be replaced.
//!
//! Invariant: the page asks no network and runs no script; every text of a user is escaped; a template reads no
//! file, because the engine is built without includes and has no loader.

mod words;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;
use sim_core::scenario::param::Grade;

use crate::figures::{self, Hindcast, LeftOut};
use crate::finding::{self, CHIPS, subjects};
use crate::outcome::{HEADLINES, Headline};
use crate::reported::{self, Lines};
use crate::results::FEES;
use crate::scored::{HINDCAST, untested};
use crate::store::{Run, StoreError};
use crate::study::Study;
use sim_charts::{ChartError, Figure, Size};
use sim_stats::summary::Summary;
use words::{LEAVES_OUT, LICENCES, certain, decides, findings, label, mind, note};

pub use words::scope;

/// Its name in a run directory.
pub const BRIEF: &str = "brief.html";

/// The template of the house.
pub const TEMPLATE: &str = include_str!("../../assets/brief.html");

/// Rows of the comparison table.
const ROWS: [&str; 12] = [
    "us-revenue-world",
    "us-revenue-china",
    "third-revenue-china",
    "china-revenue-world",
    "us-research",
    "us-service",
    "us-chips",
    "us-share",
    "domestic-share",
    "lead-logic",
    "lead-memory",
    "leverage",
];

/// Most rows of a table beside which the figures find room.
const MOST_ROWS: usize = 20;

/// Headlines of the table of a run: those that its study names, or the house's; of many, those that are both.
fn rows_of(study: &Study) -> Vec<&'static Headline> {
    let named = study.question.as_ref().is_some_and(|asked| asked.headlines.is_some());
    let shown: Vec<&Headline> = study.shown().collect();
    if named && shown.len() + study.rows().len() <= MOST_ROWS {
        return shown;
    }
    let house = ROWS.iter().filter_map(|id| Some(&HEADLINES[Headline::find(id)?]));
    house.filter(|h| study.shows(h.id)).collect()
}

/// Why a brief was not written.
#[derive(Debug, thiserror::Error)]
pub enum BriefError {
    /// The template is not sound; its line and what is wrong.
    #[error("the template: {0}")]
    Template(String),
    /// A figure could not be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// The page could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page, and the figures that could not be drawn for it.
#[derive(Debug, Clone)]
pub struct Page {
    /// The page.
    pub html: String,
    /// Figures that are left out.
    pub left_out: Vec<LeftOut>,
}

/// The brief of a run alone, in the template of the house.
///
/// # Errors
/// [`BriefError`].
pub fn of_run(run: &Run) -> Result<Page, BriefError> {
    page((run, &[]), (None, None), TEMPLATE)
}

/// Two pages for the first run, with a tornado beside its first figure and a backcast at the end if they are given, and
/// a page for each further run. Without a backcast, that of the program stands in, if it is of the model that was run. What
/// cannot be drawn is left out.
///
/// # Errors
/// [`BriefError`].
pub fn page(
    (first, others): (&Run, &[Run]),
    (tornado, backcast): (Option<Figure>, Option<Figure>),
    template: &str,
) -> Result<Page, BriefError> {
    let backcast = match backcast {
        None if untested(&first.study.changed).next().is_none() => {
            Hindcast::read(HINDCAST).map(|h| figures::backcast(&h, Size::COLUMN)).transpose()?
        }
        given => given,
    };
    let headline = |figure: &Option<Figure>| figure.as_ref().map(|f| f.headline.clone());
    let (sweep, test) = (headline(&tornado), headline(&backcast));
    let alone = tornado.is_none();
    let mut left_out = Vec::new();
    let mut drawn = draw(first, if alone { Size::BANNER } else { Size::COLUMN }, &mut left_out);
    let second = drawn.len().min(1);
    drawn.splice(second..second, tornado);
    drawn.extend(backcast);
    let first = Drawn { run: first, figures: drawn };
    let others = others
        .iter()
        .map(|run| Drawn { run, figures: draw(run, Size::COLUMN, &mut left_out) })
        .collect::<Vec<_>>();
    let brief = Brief::new(&first, &others, sweep.as_deref(), test.as_deref())?;
    Ok(Page { html: brief.render(template)?, left_out })
}

/// The figures of a comparison in columns, the first in a size of its own, as far as they can be drawn.
fn draw(run: &Run, first: Size, left_out: &mut Vec<LeftOut>) -> Vec<Figure> {
    if run.study.regimes.len() < 2 {
        return Vec::new();
    }
    let mut drawn = Vec::new();
    for (i, id) in figures::DEFAULT.iter().enumerate() {
        let size = if i == 0 { first } else { Size::COLUMN };
        match figures::figure(id, &run.study, &run.results, size) {
            Ok(figure) => drawn.push(figure),
            Err(error) => left_out.push(LeftOut { id: (*id).to_owned(), error }),
        }
    }
    drawn
}

/// What a template can use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Brief {
    /// Title of the page.
    pub title: String,
    /// The finding of the first run.
    pub finding: String,
    /// A sentence for each of its regimes; none where the finding is that sentence.
    pub findings: Vec<String>,
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
    /// The past of the run against what firms reported.
    pub reported: Past,
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

/// The past of a run against what firms reported, in a brief.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Past {
    /// What it comes to; empty where there is nothing to say.
    pub sentence: String,
    /// Its table; none where the run has no past that was ours.
    pub table: Option<Lines>,
}

impl Past {
    /// Of a run.
    fn of(run: &Run) -> Result<Self, StoreError> {
        let Some(reported) = run.reported()? else { return Ok(Self::default()) };
        Ok(match reported::compact(&reported) {
            Some(table) => Self {
                sentence: reported::sentence(&reported).unwrap_or_default(),
                table: Some(table),
            },
            None => Self { sentence: reported::NO_PAST.to_owned(), table: None },
        })
    }
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

impl Section {
    /// The table of a run's headlines: the baseline's level, then differences from it.
    pub fn of(run: &Run) -> Self {
        let (study, results) = (&run.study, &run.results);
        let cell = |s: &Summary, decimals, difference: bool| Cell {
            text: finding::cell(s, decimals),
            clear: difference && s.clear(),
        };
        let regimes = 1..study.regimes.len();
        let asked = study.rows().iter().enumerate().map(|(place, row)| {
            let level = cell(&Summary::told(results.row(0, place)), row.decimals, false);
            let difference = |s| Summary::told(&results.row_difference(s, place));
            let differences = regimes.clone().map(|s| cell(&difference(s), row.decimals, true));
            Row { name: row.label(), cells: std::iter::once(level).chain(differences).collect() }
        });
        let mut house = rows_of(study);
        // What changes by nothing in any run has no row of its own but in the screen's table.
        let changes = |h: &Headline| {
            (1..study.regimes.len()).any(|s| results.difference(s, h.id).iter().any(|d| *d != 0.0))
        };
        house.retain(|h| h.id != "us-service" || changes(h));
        if subjects(study, results, &regimes.clone().collect::<Vec<_>>())[0] == CHIPS {
            house.sort_by_key(|h| h.id != CHIPS.id);
        }
        let rows = house.into_iter().map(|h| {
            let level = cell(&Summary::told(results.values(0, h.id)), h.decimals, false);
            let differences = (1..study.regimes.len())
                .map(|s| cell(&Summary::told(&results.difference(s, h.id)), h.decimals, true));
            Row {
                name: label(h, study),
                cells: std::iter::once(level).chain(differences).collect(),
            }
        });
        let fees = results.fees().filter(|_| study.shown().any(Headline::is_money)).map(|all| {
            let cells = all.iter().enumerate().map(|(i, s)| cell(s, 0, i > 0)).collect();
            Row { name: format!("{FEES}, USD bn ({})", study.dollars.label()), cells }
        });
        let columns = study.regimes.iter().enumerate().map(|(i, r)| {
            let kind = if i == 0 { "level" } else { "difference" };
            format!("{} ({kind})", r.title)
        });
        Self {
            finding: finding::sentence(study, results),
            note: note(study, results.replicates()),
            columns: columns.collect(),
            rows: asked.chain(rows).chain(fees).collect(),
            command: format!("chokepoint {}", run.facts.command.join(" ")),
            origin: format!(
                "Chokepoint {} (commit {}), seed {}, scenarios and data {}; run {}. manifest.json holds the hash of every file \
                 read and written.",
                run.facts.version, run.facts.commit, study.seed, study.hash, run.facts.run
            ),
            figures: Vec::new(),
        }
    }
}

/// A comparison with its figures, in their order.
#[derive(Debug)]
struct Drawn<'a> {
    run: &'a Run,
    figures: Vec<Figure>,
}

impl Brief {
    /// A brief of comparisons; the first gives finding and sentences. `sweep` is the headline of a tornado, `hindcast` that
    /// of a backcast, where there is one.
    ///
    /// # Errors
    /// [`StoreError`] if what the first run drew cannot be read.
    fn new(
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
        let rest = others.iter().enumerate().map(|(i, drawn)| Section {
            figures: pictures(drawn, i + 1),
            ..Section::of(drawn.run)
        });
        Ok(Self {
            title: format!("Export controls, {}: a Chokepoint brief", study.span()),
            finding: finding::sentence(study, &run.results),
            findings: findings(run),
            stamp: match grade {
                Grade::Placeholder => "Rests on placeholder assumptions".to_owned(),
                _ => String::new(),
            },
            scope: scope(run),
            runs: std::iter::once(Section::of(run)).chain(rest).collect(),
            figures: pictures(first, 0),
            certain: certain(run, hindcast),
            decides: decides(run, sweep)?,
            mind: mind(run),
            reported: Past::of(run)?,
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
            .map_err(|e| BriefError::Template(e.to_string()))
    }
}
