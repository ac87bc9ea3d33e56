//! What all figures of a sweep say: its outcome, its source, its grades.
//!
//! Invariant: grades are those of the scenarios that the sweep keeps, not of the program's.

use std::path::Path;

use sim_core::scenario::param::{Grade, SPECS};

use super::Words;
use super::levers::{has_levers, levers};
use super::tornado::tornado;
use crate::finding;
use crate::library;
use crate::outcome::{HEADLINES, Headline};
use crate::receipt::receipt;
use crate::sweep::{Merged, SweepError};
use sim_charts::{ChartError, Figure, Frame, Size};

/// A merged sweep with the grades of what it varies.
#[derive(Debug)]
pub struct Swept {
    /// The sweep.
    pub merged: Merged,
    /// Grade of each parameter that varies; empty if its scenario can no longer be read.
    grades: Vec<Grade>,
}

impl Swept {
    /// Ids of the figures that can be drawn of it, with the question that each answers.
    pub fn figures(&self) -> Vec<(&'static str, &'static str)> {
        let tornado = ("tornado", "Which assumption moves the answer?");
        let levers = ("regime-heat", "Rule or enforcement (or alignment)?");
        if has_levers(self) { vec![tornado, levers] } else { vec![tornado] }
    }

    /// Draws one of them.
    ///
    /// # Errors
    /// [`ChartError`]; [`ChartError::Unknown`] for an id that is not in [`Self::figures`].
    pub fn figure(&self, id: &str, size: Size) -> Result<Figure, ChartError> {
        match self.figures().iter().find(|(known, _)| *known == id) {
            Some(("tornado", _)) => tornado(self, size),
            Some(_) => levers(self, size),
            None => Err(ChartError::Unknown { id: id.to_owned() }),
        }
    }

    /// Reads a merged sweep and the scenario of its baseline.
    ///
    /// # Errors
    /// [`SweepError`] if it is not merged, or its files changed since.
    pub fn open(directory: &Path) -> Result<Self, SweepError> {
        let merged = Merged::open(directory)?;
        let scenario = library::load(&directory.join(&merged.plan.arms[0].file), &[]);
        let grade = |key: &str| {
            let place = SPECS.iter().position(|spec| spec.key == key)?;
            Some(scenario.as_ref().ok()?.scenario.parameters[place].grade)
        };
        let grades = merged.plan.uncertain.iter().filter_map(|u| grade(&u.key)).collect();
        Ok(Self { merged, grades })
    }

    /// Name, unit and decimals of the outcome that the sweep watches.
    pub(super) fn outcome(&self) -> (String, &'static str, usize) {
        let id = &self.merged.plan.contrast;
        Headline::find(id).map(|h| &HEADLINES[h]).map_or_else(
            || (id.replace('-', " "), "", 2),
            |h| {
                let name =
                    if h.is_money() { format!("Revenue ({})", h.name) } else { h.name.to_owned() };
                (name, h.unit, h.decimals)
            },
        )
    }

    /// The baseline's title inside a sentence.
    pub(super) fn baseline(&self) -> String {
        finding::quoted(&self.merged.plan.arms[0].title)
    }

    pub(super) fn frame(&self, id: &str, words: Words, size: Size) -> Frame {
        words.frame(id, size, self.source_lines(id), self.lowest().0)
    }

    /// The lowest grade among the parameters that vary, and how many have it.
    fn lowest(&self) -> (Grade, usize) {
        let lowest = self.grades.iter().min().copied().unwrap_or(Grade::Measured);
        (lowest, self.grades.iter().filter(|g| **g == lowest).count())
    }

    fn source_lines(&self, id: &str) -> [String; 2] {
        let plan = &self.merged.plan;
        let hash = plan.sha256.get(..8).unwrap_or(&plan.sha256);
        let (kind, seed, version) = (plan.design.kind.as_str(), plan.design.seed, &plan.version);
        let receipt = receipt(id, &plan.sha256, seed, self.merged.replicates);
        let (grade, count) = self.lowest();
        let grades = if self.grades.is_empty() {
            "grades: docs/parameters.md".to_owned()
        } else {
            format!("{count} of {} varied parameters \u{201c}{grade}\u{201d}", self.grades.len())
        };
        [
            format!(
                "Source: Chokepoint {version}, sweep {hash} ({kind}), seed {seed}. Market shares 2019: ETO/CSET (CC BY-NC \
                 4.0). Grades: {grades}. A model, not a forecast. Receipt {receipt}."
            ),
            format!(
                "Chokepoint {version}, sweep {hash}, seed {seed}; shares 2019 ETO/CSET (CC BY-NC 4.0); {grades}. Receipt \
                 {receipt}"
            ),
        ]
    }
}
