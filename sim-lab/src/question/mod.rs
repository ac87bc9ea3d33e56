//! A study: a question as a file. It says what is compared with what, from when on, and which rows of the table answer it.
//!
//! `compare` plays it, `sweep` varies it, `attribute` takes its regimes apart, and the brief of its run says its words. The type is
//! called [`Question`]: a [`crate::study::Study`] is what a *run* is about, whether a file asked for it or a command line.
//!
//! Invariant: a study names scenarios and rows and holds no number of the model. What it asks for can be asked for by
//! options, with the same numbers.

mod gather;
pub mod keys;
mod parse;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sim_core::calendar::Quarter;
use sim_core::scenario::plain::{is_id, is_line, unprintable};
use sim_core::scenario::problem::Problems;

use crate::library;
use crate::notes::Placed;
use crate::outcome::{Row, Take};
use crate::sweep::{DesignFile, Experiment, default_design, every_outcome, every_parameter};

pub use gather::{Changes, Gathered};

/// The study that a comparison answers which names none.
pub const DEFAULT: &str = "from-today";
/// Replicates unless a study or a command line says otherwise.
pub const REPLICATES: usize = 200;
/// Seed unless a study or a command line says otherwise.
pub const SEED: u64 = 1;

/// A study as its file says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Stem of its file.
    pub id: String,
    /// Its file, as problems show it.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What is asked.
    pub question: String,
    /// What is compared with what.
    pub summary: String,
    /// The scenario as which all begin, and the quarter in which they part from it.
    pub trunk: Option<(Placed, (Quarter, Placed))>,
    /// What differences are taken from.
    pub baseline: Placed,
    /// The scenarios that are compared with it.
    pub regimes: Vec<Placed>,
    /// Overrides of the form KEY=VALUE, the last quarter among them.
    pub set: Vec<Placed>,
    /// Paired replicates.
    pub replicates: Option<usize>,
    /// Seed.
    pub seed: Option<u64>,
    /// Words for the brief; empty for none.
    pub brief: String,
    /// Ids of headlines, in the order of the registry, and [`crate::sweep::DESIGN_OUT`]; nothing for all.
    pub headlines: Option<Vec<String>>,
    /// Rows beyond the headlines.
    pub rows: Vec<Wish>,
}

/// A row before it is known which segments and years there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    id: String,
    name: String,
    take: Take,
    metric: String,
    supplier: String,
    buyer: String,
    segments: Vec<Placed>,
    firm: Option<Placed>,
    from: Option<(i32, Placed)>,
    to: Option<(i32, Placed)>,
    decimals: usize,
    /// Where the row stands.
    at: Placed,
}

/// What a run keeps of the study that it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// Words for the brief; empty for none.
    pub brief: String,
    /// Headlines that the table shows, and design-out; nothing for all.
    pub headlines: Option<Vec<String>>,
    /// Rows beyond these.
    pub rows: Vec<Row>,
    /// What the command line put in place of what the file says, by the file's keys.
    pub changed: Vec<String>,
}

impl Asked {
    /// Whether the table shows a headline, or design-out.
    pub fn shows(&self, id: &str) -> bool {
        self.headlines.as_ref().is_none_or(|shown| shown.iter().any(|known| known == id))
    }

    /// Whether all texts are such as a study may have: a run directory may come from anywhere.
    pub(crate) fn is_plain(&self) -> bool {
        let rows = || self.rows.iter();
        is_id(&self.id)
            && is_line(&self.question)
            && unprintable(&self.brief).is_none()
            && rows().all(|row| is_id(&row.id) && is_line(&row.name))
            && self.changed.iter().all(|key| is_id(key))
    }
}

/// Opens a study by path or bare name. `None` for a word that names a scenario, an experiment, or nothing.
///
/// # Errors
/// All problems of the study's text.
pub fn open(path: &Path) -> Result<Option<Question>, Problems> {
    match library::study_file(path) {
        None => Ok(None),
        Some(file) => read_file(&file).map(Some),
    }
}

/// Reads a study from its file.
///
/// # Errors
/// All problems of the text, or that there is none.
pub fn read_file(path: &Path) -> Result<Question, Problems> {
    let (file, text, _) = library::read_text(path)?;
    Question::read(&file, &text)
}

/// The studies of a directory, by id.
///
/// # Errors
/// If the directory or a study in it cannot be read.
pub fn list(directory: &Path) -> Result<Vec<Question>, Problems> {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in library::toml_files(directory)? {
        match read_file(&path) {
            Ok(question) => found.push(question),
            Err(Problems(more)) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Problems(problems)) }
}

impl Question {
    /// The study as an experiment: its scenarios over all parameters that have a prior. Rows beyond the headlines and what is
    /// said of replicates are left out, since a sweep has points.
    pub(crate) fn experiment(&self) -> Experiment {
        let (every, contrast) = every_outcome();
        let mut outcomes = self.headlines.clone().unwrap_or(every);
        // What is watched is kept.
        if !outcomes.contains(&contrast) {
            outcomes.push(contrast.clone());
        }
        let usual = default_design();
        Experiment {
            title: self.question.clone(),
            summary: self.summary.clone(),
            baseline: self.baseline.clone(),
            regimes: self.regimes.clone(),
            set: self.set.clone(),
            levers: Vec::new(),
            responses: Vec::new(),
            uncertain: every_parameter(),
            named: Vec::new(),
            outcomes,
            contrast,
            design: DesignFile { seed: self.seed.unwrap_or(usual.seed), ..usual },
            design_at: 0..0,
        }
    }
}

/// Where the studies of a project stand.
pub fn home() -> PathBuf {
    library::studies()
}
