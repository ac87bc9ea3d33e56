//! A sweep that can run: plan, scenarios, points, and what is read from a record.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sim_core::draws::Draws;
use sim_core::record::Record;

use super::error::SweepError;
use super::file::DESIGN_OUT;
use super::inputs;
use super::plan::{PLAN, Plan};
use super::points::Points;
use super::sound;
use crate::experiment::Design;
use crate::outcome::{Dollars, HEADLINES, Headline, Reader};
use crate::store::Lock;

/// Part of its base-year value to which the US share must fall to count as designed out.
const DESIGNED_OUT: f64 = 0.5;

/// A sweep.
#[derive(Debug)]
pub struct Sweep {
    /// The plan.
    pub plan: Plan,
    /// Its directory.
    pub directory: PathBuf,
    /// Points and seeds.
    pub points: Points,
    /// Arms as paired runs.
    pub design: Design,
    reader: Reader,
    columns: Vec<Column>,
    lock: Option<Lock>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy)]
enum Source {
    Headline(usize),
    /// Years until design-out, or the horizon where it never came.
    Years,
    /// Whether it came.
    Reached,
}

/// A column of outcomes.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name in files.
    pub name: String,
    /// Unit.
    pub unit: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// Decimals to print.
    pub decimals: usize,
    source: Source,
}

/// Outcomes of consecutive replicates: replicate × arm × column.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The replicates.
    pub range: Range<usize>,
    /// Values.
    pub values: Vec<f64>,
}

impl Sweep {
    /// Opens the sweep of a manifest with the build that planned it.
    ///
    /// # Errors
    /// [`SweepError::Plan`] if the plan was edited, or made by another build, or its inputs changed.
    pub fn open(manifest: &Path) -> Result<Self, SweepError> {
        let plan = Plan::read(manifest)?;
        plan.made_by_us(manifest)?;
        let directory = manifest.parent().unwrap_or(Path::new("")).to_owned();
        let points = sound::points(&plan).map_err(|reason| SweepError::plan(manifest, reason))?;
        let scenarios = inputs::reload(&plan, &directory)?;
        let design = inputs::design(&plan, scenarios);
        Self::new(plan, directory, design, points)
    }

    pub(super) fn new(
        plan: Plan,
        directory: PathBuf,
        design: Design,
        points: Points,
    ) -> Result<Self, SweepError> {
        let deflator = design.setup(0, 0)?.budgets.deflator;
        let first = &design.scenarios[0];
        let reader =
            Reader::new(design.structure(), first, &design.watch, &deflator, Dollars::Of2019);
        let columns = plan.outcomes.iter().flat_map(|id| columns_of(id)).collect();
        Ok(Self { plan, directory, points, design, reader, columns, lock: None })
    }

    /// Owns the sweep's directory from now on: nobody else runs its shards or merges. Says who had it before and ended
    /// without giving it back.
    ///
    /// # Errors
    /// [`SweepError::Store`] with the owner if there is one.
    pub fn own(&mut self) -> Result<Option<&str>, SweepError> {
        let lock = match self.lock.take() {
            Some(lock) => lock,
            None => Lock::whole(&self.directory)?,
        };
        Ok(self.lock.insert(lock).taken_over())
    }

    /// Goes on owning the directory with the lock of whoever created it.
    pub fn adopt(&mut self, lock: Option<Lock>) {
        self.lock = lock;
    }

    /// Whether this owns the directory.
    pub(super) const fn owns(&self) -> bool {
        self.lock.is_some()
    }

    /// Columns of outcomes.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column whose contrast is watched.
    pub fn contrast(&self) -> usize {
        self.columns.iter().position(|c| c.name == self.plan.contrast).unwrap_or(0)
    }

    /// The value of a column that stands for “it never came”: the horizon of a time to an event, years.
    pub fn never(&self, column: &Column) -> Option<f64> {
        let horizon = self.reader.quarters() as f64 / 4.0;
        matches!(column.source, Source::Years).then_some(horizon)
    }

    /// Number of arms.
    pub fn arms(&self) -> usize {
        self.plan.arms.len()
    }

    /// Values of a replicate.
    pub fn width(&self) -> usize {
        self.arms() * self.columns.len()
    }

    /// The manifest.
    pub fn manifest(&self) -> PathBuf {
        self.directory.join(PLAN)
    }

    /// Runs replicates on the current rayon pool; `tick` is called after each.
    ///
    /// # Errors
    /// The first replicate's error, in the order of replicates.
    pub fn rows(&self, range: Range<usize>, tick: &(dyn Fn() + Sync)) -> Result<Rows, SweepError> {
        let runs: Vec<Result<Vec<f64>, SweepError>> = range
            .clone()
            .into_par_iter()
            .map(|r| {
                let row = self.replicate(r);
                tick();
                row
            })
            .collect();
        let mut values = Vec::with_capacity(range.len() * self.width());
        for run in runs {
            values.extend(run?);
        }
        Ok(Rows { range, values })
    }

    /// Outcomes of all arms in a replicate.
    fn replicate(&self, replicate: usize) -> Result<Vec<f64>, SweepError> {
        let place = self.points.place(replicate);
        let draws = Draws::new(self.plan.design.seed, place.stream);
        let run = self.design.pair(replicate, &draws, |scenario| {
            self.points.parameters(place.experiment, scenario)
        })?;
        Ok(run.records.iter().flat_map(|record| self.read(record)).collect())
    }

    fn read(&self, record: &Record) -> Vec<f64> {
        let headlines = self.reader.headlines(record);
        let event = self.reader.design_out(record, DESIGNED_OUT);
        let horizon = self.reader.quarters() as f64 / 4.0;
        let value = |column: &Column| match column.source {
            Source::Headline(place) => headlines[place],
            Source::Years => event.unwrap_or(horizon),
            Source::Reached => f64::from(u8::from(event.is_some())),
        };
        self.columns.iter().map(value).collect()
    }
}

fn columns_of(id: &str) -> Vec<Column> {
    if id == DESIGN_OUT {
        let column = |name: &str, unit, label, decimals, source| Column {
            name: name.to_owned(),
            unit,
            label,
            decimals,
            source,
        };
        return vec![
            column("design-out-years", "years", "Years until US share halved", 1, Source::Years),
            column("design-out-reached", "0 or 1", "US share halved", 2, Source::Reached),
        ];
    }
    let place = Headline::find(id);
    place.map_or_else(Vec::new, |place| {
        let h = &HEADLINES[place];
        vec![Column {
            name: h.id.to_owned(),
            unit: h.unit,
            label: h.name,
            decimals: h.decimals,
            source: Source::Headline(place),
        }]
    })
}
