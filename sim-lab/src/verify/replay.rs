//! Replicates of a run played again, and every number that is stored of them compared.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use sim_core::record::Record;
use sim_core::scenario::param::{Parameters, SPECS};

use super::VerifyError;
use crate::experiment::{Design, Replicate};
use crate::store::table::Reading;
use crate::store::{EXPERIMENTS, GROUP, OUTCOMES, Order, Run, StoreError, disk};

/// The column `value` of `outcomes.parquet`.
const VALUE: usize = 8;
/// The columns of revenue in `firms.parquet`.
const REVENUES: [usize; 2] = [5, 6];
/// The first parameter in `experiments.parquet`.
const PARAMETERS: usize = 3;

/// What became of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Replicates played again.
    pub replicates: usize,
    /// Values compared.
    pub values: usize,
    /// Replicates with a value that is not the stored one, each with the number of such values.
    pub differ: Vec<(usize, usize)>,
}

/// The tables of a run.
struct Stored<'r> {
    run: &'r Run,
    outcomes: Reading,
    order: Order,
    /// By revenue column: scenario within replicate, then year and firm.
    firms: [Vec<f64>; 2],
    /// By parameter: scenario within replicate.
    drawn: Vec<Vec<f64>>,
}

/// Values compared, and how many of them are others.
#[derive(Clone, Copy, Default)]
struct Count {
    values: usize,
    differ: usize,
}

impl Count {
    /// Compares what was played with what is stored, which may be cut short.
    fn compare(&mut self, played: &[f64], stored: &[f64]) {
        let same = played.iter().zip(stored).filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        self.values += played.len();
        self.differ += played.len() - same;
    }
}

/// Plays replicates again and compares every value that the tables have of them.
///
/// # Errors
/// If a replicate cannot be played.
pub fn replay(
    run: &Run,
    design: &Design,
    replicates: &[usize],
    stop: &AtomicBool,
    tick: &(dyn Fn() + Sync),
) -> Result<Verdict, VerifyError> {
    let stored = Stored::open(run)?;
    let one = |r: &usize| -> Result<Option<(usize, Count)>, VerifyError> {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let count = stored.compare(*r, &design.replicate(*r)?)?;
        tick();
        Ok(Some((*r, count)))
    };
    let done: Vec<_> = replicates.par_iter().map(one).collect::<Result<_, _>>()?;
    let mut verdict = Verdict::default();
    for (replicate, Count { values, differ }) in done.into_iter().flatten() {
        verdict.replicates += 1;
        verdict.values += values;
        if differ > 0 {
            verdict.differ.push((replicate, differ));
        }
    }
    Ok(verdict)
}

impl<'r> Stored<'r> {
    fn open(run: &'r Run) -> Result<Self, VerifyError> {
        let table = |name: &str| -> Result<Reading, StoreError> {
            let path: PathBuf = run.path.join(name);
            let bytes = disk::read(&path)
                .map_err(|source| StoreError::File { path: path.clone(), source })?;
            Reading::of(&path, bytes)
        };
        let outcomes = table(OUTCOMES)?;
        let order = Order::of_file(&run.results.reader, outcomes.metadata());
        let (firms, drawn) = (table("firms.parquet")?, table(EXPERIMENTS)?);
        let column = |table: &Reading, place: usize| -> Result<Vec<f64>, StoreError> {
            let groups = (0..table.groups()).map(|group| table.numbers(group, place));
            Ok(groups.collect::<Result<Vec<_>, _>>()?.concat())
        };
        let [all, china] = REVENUES.map(|place| column(&firms, place));
        let parameters = (0..SPECS.len()).map(|place| column(&drawn, PARAMETERS + place));
        let drawn = parameters.collect::<Result<_, _>>()?;
        Ok(Self { run, outcomes, order, firms: [all?, china?], drawn })
    }

    /// Compares a replicate with what the tables have of it.
    fn compare(&self, r: usize, played: &Replicate) -> Result<Count, VerifyError> {
        let Replicate { records, parameters, .. } = played;
        let mut count = Count::default();
        let mut values: Vec<f64> = Vec::with_capacity(records.len() * self.order.values());
        for record in records {
            self.order.write(record, &mut values);
        }
        let stored = self.outcomes.numbers(r / GROUP, VALUE)?;
        count.compare(&values, part(&stored, r % GROUP, values.len()));
        for (s, record) in records.iter().enumerate() {
            self.headlines(r, s, record, &mut count);
            let place = r * records.len() + s;
            for (column, stored) in self.firms.iter().enumerate() {
                let revenue: Vec<f64> =
                    record.firms.iter().skip(column).step_by(2).copied().collect();
                count.compare(&revenue, part(stored, place, revenue.len()));
            }
            let drawn = parameters.get(s).map(Parameters::to_vec).unwrap_or_default();
            for (value, stored) in drawn.iter().zip(&self.drawn) {
                count.compare(&[*value], part(stored, place, 1));
            }
        }
        Ok(count)
    }

    /// Compares the headlines of a scenario and its US share of the base year.
    fn headlines(&self, r: usize, s: usize, record: &Record, count: &mut Count) {
        let results = &self.run.results;
        let stored: Vec<f64> =
            results.headlines[s].iter().filter_map(|values| values.get(r)).copied().collect();
        count.compare(&results.reader.headlines(record), &stored);
        let share = results.records[s].get(r).map(|stored| stored.base_us_share);
        count.compare(&[record.base_us_share], share.as_slice());
    }
}

/// The values of one of consecutive runs with so many values each; fewer if there are no more.
fn part(values: &[f64], place: usize, width: usize) -> &[f64] {
    let start = (place * width).min(values.len());
    &values[start..(start + width).min(values.len())]
}
