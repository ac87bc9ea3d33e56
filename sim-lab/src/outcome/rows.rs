//! Rows that a study asks for beyond the headlines: any metric of the registry, by bloc, segment or named firm.
//!
//! Invariant: a row is a pure function of a record, one number a run, as a headline is.

use serde::{Deserialize, Serialize};
use sim_core::metric::{self, Column, Every, Id, Split};
use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::Reader;

/// How the number of a row is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Take {
    /// Money summed over the years of the row.
    Sum,
    /// The part of one supplier bloc or firm in that of all suppliers, in the last of the years.
    Share,
    /// Sales over units of segments in the last of the years: the price of the base year is 1.
    Price,
    /// The mean over the quarters of the last of the years.
    Mean,
}

impl Take {
    /// Words of a study.
    pub const WORDS: [(&'static str, Self); 4] =
        [("sum", Self::Sum), ("share", Self::Share), ("price", Self::Price), ("mean", Self::Mean)];

    /// The word of a study.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, take)| *take == self).map_or("", |(word, _)| word)
    }

    /// Decimals to print, unless a study says otherwise.
    pub const fn decimals(self) -> usize {
        match self {
            Self::Share => 0,
            Self::Sum | Self::Mean => 1,
            Self::Price => 2,
        }
    }
}

/// A row of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Name in files.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// How it is taken.
    pub take: Take,
    /// The metric, by its name in the registry; that of all suppliers where a firm is named.
    pub metric: String,
    /// Bloc of the supplier; empty for all.
    pub supplier: String,
    /// Bloc of the buyer; empty for all.
    pub buyer: String,
    /// Ids of segments, of which the row is the sum.
    pub segments: Vec<String>,
    /// Id of a named firm in place of a bloc; empty for none.
    pub firm: String,
    /// First year, of a sum.
    pub from: i32,
    /// Last year.
    pub to: i32,
    /// Decimals to print.
    pub decimals: usize,
}

impl Row {
    /// Unit of its values.
    pub fn unit(&self) -> &'static str {
        let of_metric = metric_of(&self.metric).map_or("", |id| id.spec().unit);
        match self.take {
            Take::Sum => "USD bn",
            Take::Share => "%",
            Take::Price => "2019 = 1",
            Take::Mean => match of_metric {
                "share" => "%",
                "probability per year" => "% a year",
                other => other,
            },
        }
    }

    /// Name, years and unit: what stands at the head of its row.
    pub fn label(&self) -> String {
        let (name, unit) = (&self.name, self.unit());
        match self.take {
            Take::Sum => format!("{name}, {}\u{2013}{}, {unit}", self.from, self.to),
            _ => format!("{name}, {}, {unit}", self.to),
        }
    }

    /// Whether it is read from the record of a firm, which `outcomes.parquet` does not hold.
    pub(crate) fn is_of_a_firm(&self) -> bool {
        !self.firm.is_empty()
    }
}

/// The metric of a name.
pub fn metric_of(name: &str) -> Option<Id> {
    metric::all().find(|id| id.spec().name == name)
}

/// The bloc of a word.
pub fn bloc_of(word: &str) -> Option<Bloc> {
    Bloc::ALL.into_iter().find(|bloc| bloc.as_str() == word)
}

/// A row with the places of its columns.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    row: Row,
    every: Every,
    /// What is summed.
    top: Vec<usize>,
    /// What it is divided by.
    bottom: Vec<usize>,
    /// Place of the firm that stands for `top`.
    firm: Option<usize>,
}

impl Placed {
    /// Finds the columns of a row.
    ///
    /// # Errors
    /// What in the row has no column, in words.
    pub(super) fn new(reader: &Reader, row: &Row, segments: &[String]) -> Result<Self, String> {
        let id = metric_of(&row.metric).ok_or_else(|| format!("`{}` is no metric", row.metric))?;
        let wanted = |word: &str| match word {
            "" => Ok(None),
            _ => bloc_of(word).map(Some).ok_or_else(|| format!("`{word}` is no bloc")),
        };
        let (supplier, buyer) = (wanted(&row.supplier)?, wanted(&row.buyer)?);
        let mut places = Vec::new();
        for segment in &row.segments {
            let place = segments.iter().position(|known| known == segment);
            places.push(place.ok_or_else(|| format!("`{segment}` is no segment"))?);
        }
        let every = id.spec().every;
        let columns = match every {
            Every::Quarter => &reader.columns,
            Every::Year => &reader.yearly,
        };
        let pick = |id: Id, supplier: Option<Bloc>| -> Vec<usize> {
            let mine = |c: &Column| {
                c.metric == id
                    && (supplier.is_none() || c.supplier == supplier)
                    && (buyer.is_none() || c.buyer == buyer)
                    && (c.segment.is_none_or(|s| places.contains(&s)))
            };
            let all = columns.iter().enumerate().filter(|(_, column)| mine(column));
            all.map(|(place, _)| place).collect()
        };
        let bottom = match row.take {
            Take::Sum | Take::Mean => Vec::new(),
            Take::Share => pick(id, None),
            Take::Price => pick(Id::SegmentUnits, supplier),
        };
        let firm = match row.firm.as_str() {
            "" => None,
            firm => {
                let place = reader.firms.iter().position(|known| known == firm);
                Some(place.ok_or_else(|| format!("`{firm}` is not reported by name"))?)
            }
        };
        let top = pick(id, supplier);
        // The sales of a firm are of all segments, and stand in a record of their own.
        if top.is_empty() && firm.is_none() {
            return Err(format!("`{}` has no such breakdown", row.metric));
        }
        Ok(Self { row: row.clone(), every, top, bottom, firm })
    }

    /// The row.
    pub(super) const fn row(&self) -> &Row {
        &self.row
    }

    /// The number of a record.
    pub(super) fn value(&self, reader: &Reader, record: &Record) -> f64 {
        let Row { take, from, to, .. } = self.row;
        let ratio = || {
            let part = match self.firm {
                Some(firm) => reader.firm_in(record, firm, to..=to),
                None => self.over(reader, record, &self.top, (to, to)),
            };
            let whole = self.over(reader, record, &self.bottom, (to, to));
            if whole > 0.0 { part / whole } else { 0.0 }
        };
        match take {
            Take::Share => 100.0 * ratio(),
            Take::Price => ratio(),
            Take::Sum => match self.firm {
                Some(firm) => reader.firm_in(record, firm, from..=to) / 1e3,
                None => self.over(reader, record, &self.top, (from, to)) / 1e3,
            },
            Take::Mean => {
                let quarters = reader.quarters_of(to, to).count();
                let sum = self.over(reader, record, &self.top, (to, to));
                let mean = if quarters > 0 { sum / quarters as f64 } else { 0.0 };
                if self.row.unit().starts_with('%') { 100.0 * mean } else { mean }
            }
        }
    }

    /// The sum of columns over some years, at the reader's prices.
    fn over(
        &self,
        reader: &Reader,
        record: &Record,
        columns: &[usize],
        (from, to): (i32, i32),
    ) -> f64 {
        match self.every {
            Every::Quarter => columns
                .iter()
                .map(|column| {
                    let series = reader.series(record, *column);
                    reader.quarters_of(from, to).map(|t| series[t]).sum::<f64>()
                })
                .sum(),
            Every::Year => reader
                .years_of(record, from..=to)
                .map(|(row, price)| columns.iter().map(|column| row[*column] * price).sum::<f64>())
                .sum(),
        }
    }
}

/// Whether a metric can be taken in a way, and if not, why.
pub(crate) fn unfit(id: Id, take: Take) -> Option<String> {
    let spec = id.spec();
    let money = spec.unit.starts_with("USD million of");
    match take {
        Take::Sum if !money => Some(format!("`{}` is no money: its sum means nothing", spec.name)),
        Take::Share if !money => Some(format!("`{}` is no money", spec.name)),
        Take::Share if !matches!(spec.split, Split::Supplier | Split::Both | Split::Segment) => {
            Some(format!("`{}` is not split by supplier", spec.name))
        }
        Take::Price if id != Id::SegmentSales => {
            Some(format!("a price is taken of `{}` alone", Id::SegmentSales.spec().name))
        }
        Take::Mean if money || spec.every == Every::Year => {
            Some(format!("`{}` is money, or of whole years: its mean is no level", spec.name))
        }
        _ => None,
    }
}
