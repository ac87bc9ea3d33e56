//! The ids that a scenario may refer to: what the data tables and the list of sources define.
//!
//! Invariant: an empty list means that its table could not be read; then nothing is checked against
//! it, because one missing table should be one problem.

use super::problem::{Code, Log};
use super::source::Origin;
use super::tables::Tables;
use super::walk::similar;

/// All ids, by what they name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    /// ISO-3 codes.
    pub(crate) jurisdictions: Vec<String>,
    /// Segment ids.
    pub(crate) segments: Vec<String>,
    /// Segment classes.
    pub(crate) classes: Vec<String>,
    /// Line ids.
    pub(crate) lines: Vec<String>,
    /// Tags of lines.
    pub(crate) tags: Vec<String>,
    /// Source ids.
    pub(crate) sources: Vec<String>,
}

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A jurisdiction.
    Jurisdiction,
    /// A segment or a class of segments.
    SegmentOrClass,
    /// A line.
    Line,
    /// A tag of lines.
    Tag,
    /// A source.
    Source,
}

impl Ids {
    /// Collects the ids of the tables.
    pub(crate) fn of(tables: &Tables, sources: Vec<String>) -> Self {
        let mut classes: Vec<_> = tables.segments.iter().map(|row| row.class.clone()).collect();
        classes.sort_unstable();
        classes.dedup();
        Self {
            jurisdictions: tables.jurisdictions.iter().map(|row| row.id.clone()).collect(),
            segments: tables.segments.iter().map(|row| row.id.clone()).collect(),
            classes,
            lines: tables.lines.iter().map(|row| row.id.clone()).collect(),
            tags: tables.lines.iter().filter_map(|row| row.tag.clone()).collect(),
            sources,
        }
    }

    /// Notes an id that is not known, and returns it either way: one wrong id hides no other problem.
    pub(crate) fn check(&self, kind: Kind, id: &str, origin: Origin, log: &mut Log) -> String {
        let (what, lists): (&str, Vec<&Vec<String>>) = match kind {
            Kind::Jurisdiction => ("jurisdiction", vec![&self.jurisdictions]),
            Kind::SegmentOrClass => ("segment or class", vec![&self.segments, &self.classes]),
            Kind::Line => ("line", vec![&self.lines]),
            Kind::Tag => ("tag of lines", vec![&self.tags]),
            Kind::Source => ("source", vec![&self.sources]),
        };
        let known: Vec<&str> = lists.into_iter().flatten().map(String::as_str).collect();
        // No tag at all is an answer, once the table of lines is there.
        let read = !known.is_empty() || (kind == Kind::Tag && !self.lines.is_empty());
        if read && !known.contains(&id) {
            let code = if kind == Kind::Source { Code::UnknownSource } else { Code::UnknownId };
            let help = match kind {
                Kind::Source if super::walk::nearest(id, known.iter().copied()).is_none() => {
                    "add it to the list of sources (`data.sources`)".to_owned()
                }
                _ => similar(what, id, &known),
            };
            log.error(code, origin, format!("unknown {what} `{id}`")).help(help);
        }
        id.to_owned()
    }
}
