//! What a comparison is about, apart from its numbers: the part of a design that findings, tables and figures read.
//!
//! It stands in the run directory as `study.json`, so that whatever is drawn from a finished run is drawn from the
//! directory alone.
//!
//! Invariant: it holds no number that a run computed.

mod window;

use serde::{Deserialize, Serialize};
use sim_core::calendar::Quarter;
use sim_core::metric::{self, Column};
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Salience;
use sim_core::scenario::param::{Grade, Prior, SPECS};
use sim_core::scenario::plain::{is_id, is_line};
use sim_core::scenario::tables::Bloc;

use crate::branching;
use crate::experiment::Design;
use crate::outcome::{Dollars, HEADLINES, Headline, Reader, Row};
use crate::question::Asked;
use crate::scored::untested;
use crate::store::foreign;

pub use window::{News, Trunk};

/// Version of `study.json`, and of that of a comparison with a trunk: who does not know the trunk would call its sums
/// by the wrong years.
pub const SCHEMA: u32 = 1;
const BRANCHED: u32 = 2;
/// Most changes by hand that a figure names.
const SHOWN: usize = 2;

/// What a comparison is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// Version of the layout of this file.
    pub schema: u32,
    /// Program version that ran it.
    pub version: String,
    /// Hash of all scenarios and their data.
    pub hash: String,
    /// Seed.
    pub seed: u64,
    /// First quarter.
    #[serde(with = "quarter")]
    pub start: Quarter,
    /// Last quarter.
    #[serde(with = "quarter")]
    pub end: Quarter,
    /// Price level of money in headlines, tables and charts.
    pub dollars: Dollars,
    /// Factor from dollars of 2019 to these dollars by quarter.
    pub price: Vec<f64>,
    /// Scenarios; the first is the baseline of all differences.
    pub regimes: Vec<Regime>,
    /// Segments, in the order of the columns.
    pub segments: Vec<Segment>,
    /// Assumptions of the baseline.
    pub assumptions: Vec<Assumption>,
    /// Suppliers reported by name.
    pub firms: Vec<String>,
    /// Columns of a quarter of `outcomes.parquet`, in its order: metric, supplier bloc, buyer bloc, segment.
    pub quarterly: Vec<String>,
    /// The same of a year.
    pub yearly: Vec<String>,
    /// Where all scenarios branch off another one: what each changes there, in a sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branch: Vec<String>,
    /// The scenario as which all begin, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trunk: Option<Trunk>,
    /// The study that it answers, if it was asked by a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Asked>,
    /// The year through whose observed shares every run is led, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<i32>,
    /// What was set by hand, and in what its scenarios are not the model that was tested: see [`crate::scored::changed`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

/// A scenario of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regime {
    /// Id.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Quarters in which it announces measures against a sector, rising.
    #[serde(with = "quarters")]
    pub announced: Vec<Quarter>,
}

/// A segment of the market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Whether it is tools, materials, software or IP: what the figures are about.
    pub goods: bool,
    /// World size in 2019, USD million.
    pub size: f64,
    /// Grade of the size.
    #[serde(with = "grade")]
    pub grade: Grade,
}

/// A parameter of the baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// Key under `[parameters]`.
    pub key: String,
    /// Grade of its value and prior.
    #[serde(with = "grade")]
    pub grade: Grade,
    /// Whether each replicate draws its own value.
    pub drawn: bool,
}

/// A study that this program cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StudyError {
    /// Written by another version.
    #[error("study.json has layout {found}, this program reads {SCHEMA} and {BRANCHED}")]
    Schema {
        /// Layout found.
        found: u32,
    },
    /// A column that no metric has.
    #[error("study.json names the column `{0}`, which this program does not know")]
    Column(String),
    /// Not what a comparison writes.
    #[error("study.json: {0}")]
    Json(String),
}

impl Study {
    /// The study of a design. `reader` reads its records, `hash` is that of its scenarios.
    pub fn new(design: &Design, reader: &Reader, dollars: Dollars, hash: &str) -> Self {
        let first = &design.scenarios[0];
        let segments: Vec<Segment> = design
            .structure()
            .segments
            .iter()
            .map(|s| Segment {
                id: s.row.id.clone(),
                name: s.row.name.clone(),
                goods: s.row.is_goods(),
                size: s.row.size_2019_usd_m,
                grade: s.row.size_grade,
            })
            .collect();
        let assumptions = SPECS.iter().zip(&first.parameters).map(|(spec, p)| Assumption {
            key: spec.key.to_owned(),
            grade: p.grade,
            drawn: p.prior != Prior::Fixed,
        });
        let names = |columns: &[Column]| columns.iter().map(|c| name(c, &segments)).collect();
        Self {
            schema: if design.trunk().is_some() { BRANCHED } else { SCHEMA },
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hash: hash.to_owned(),
            seed: design.seed,
            start: first.start,
            end: first.end,
            dollars,
            price: reader.price().to_vec(),
            regimes: design.scenarios.iter().map(|s| regime(s)).collect(),
            assumptions: assumptions.collect(),
            firms: design.watch.firms.clone(),
            quarterly: names(&reader.columns),
            yearly: names(&reader.yearly),
            branch: design.trunk().map_or_else(Vec::new, |(trunk, at)| {
                branching::sentences(trunk, at, design.scenarios.iter().map(|s| &**s))
            }),
            trunk: design
                .trunk()
                .map(|trunk| Trunk::new(trunk, design.scenarios.iter().map(|s| &**s))),
            segments,
            question: None,
            standing: design.standing().map(|standing| standing.year),
            changed: Vec::new(),
        }
    }

    /// The text of `study.json`.
    ///
    /// # Errors
    /// [`StudyError::Json`].
    pub fn to_json(&self) -> Result<String, StudyError> {
        let text = serde_json::to_string_pretty(self);
        text.map(|text| text + "\n").map_err(|e| StudyError::Json(e.to_string()))
    }

    /// Reads `study.json`.
    ///
    /// # Errors
    /// [`StudyError`].
    pub fn from_json(text: &str) -> Result<Self, StudyError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let Version { schema } = foreign::read(text).map_err(StudyError::Json)?;
        if ![SCHEMA, BRANCHED].contains(&schema) {
            return Err(StudyError::Schema { found: schema });
        }
        let study: Self = foreign::read(text).map_err(StudyError::Json)?;
        let wrong = |what: &str| Err(StudyError::Json(what.to_owned()));
        match () {
            () if study.regimes.is_empty() => wrong("it has no scenario"),
            () if !study.regimes.iter().all(|r| is_id(&r.id)) => {
                wrong("it has an id that cannot be one")
            }
            () if !study.regimes.iter().all(|r| is_line(&r.title)) => {
                wrong("it has a title of more than a line")
            }
            () if !study.branch.iter().all(|sentence| is_line(sentence)) => {
                wrong("it has a sentence of more than a line")
            }
            () if !study.changed.iter().all(|what| is_line(what)) => {
                wrong("it has a change of more than a line")
            }
            () if !study.question.as_ref().is_none_or(Asked::is_plain) => {
                wrong("its question has a text that cannot be one")
            }
            () if study.end < study.start => wrong("it ends before it starts"),
            () if study.trunk.is_some() != (study.schema == BRANCHED) => {
                wrong("its layout is not that of a comparison with its trunk")
            }
            () if !study.trunk.iter().all(|trunk| trunk.is_sound(study.start, study.end)) => {
                wrong("its trunk is none")
            }
            () if study.price.len() != study.quarters() => {
                wrong("it needs a price for each quarter")
            }
            () => Ok(study),
        }
    }

    /// Reads the records of this study.
    ///
    /// # Errors
    /// [`StudyError::Column`].
    pub fn reader(&self) -> Result<Reader, StudyError> {
        let read = |names: &[String]| -> Result<Vec<Column>, StudyError> {
            let column = |name: &String| {
                column(name, &self.segments).ok_or_else(|| StudyError::Column(name.clone()))
            };
            names.iter().map(column).collect()
        };
        let (quarterly, yearly) = (read(&self.quarterly)?, read(&self.yearly)?);
        let (firms, price) = (self.firms.clone(), self.price.clone());
        let reader = Reader::of_columns(quarterly, yearly, firms, self.start, price);
        let segments: Vec<String> = self.segments.iter().map(|s| s.id.clone()).collect();
        let reader = reader.told_from(self.from());
        reader.with_rows(self.rows(), &segments).map_err(StudyError::Json)
    }

    /// Where its runs stand, in a sentence; nothing if the model alone says where they go.
    pub fn stands(&self) -> Option<String> {
        self.standing.map(|year| format!("Every run is led through the market shares of {year}"))
    }

    /// What was changed by hand and is not the model that was tested, in words; nothing if it is all as shipped.
    pub fn changes(&self) -> Option<String> {
        let by_hand = self.changed.iter().filter(|what| what.contains('='));
        let by_hand: Vec<&str> = by_hand.map(String::as_str).collect();
        let more = by_hand.len().saturating_sub(SHOWN);
        let shown = by_hand.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let sets = (!shown.is_empty()).then(|| format!("Changed by hand: {shown}{more}"));
        let untested =
            untested(&self.changed).next().map(|_| "Not the model that was tested".to_owned());
        let said: Vec<String> = sets.into_iter().chain(untested).collect();
        (!said.is_empty()).then(|| said.join(". "))
    }

    /// The years whose market shares it takes as given, in words.
    pub fn shares_of(&self) -> String {
        let base = self.start.year();
        self.standing.map_or_else(|| base.to_string(), |year| format!("{base} and {year}"))
    }

    /// Rows beyond the headlines that its question asks for.
    pub fn rows(&self) -> &[Row] {
        self.question.as_ref().map_or(&[], |asked| &asked.rows)
    }

    /// Whether the table shows a headline, or design-out.
    pub fn shows(&self, id: &str) -> bool {
        self.question.as_ref().is_none_or(|asked| asked.shows(id))
    }

    /// The headlines that its table shows.
    pub fn shown(&self) -> impl Iterator<Item = &'static Headline> {
        HEADLINES.iter().filter(|h| self.shows(h.id))
    }

    /// Number of quarters.
    pub fn quarters(&self) -> usize {
        self.end.since(self.start) as usize + 1
    }

    /// Assumptions that each replicate draws anew.
    pub fn drawn(&self) -> impl Iterator<Item = &Assumption> {
        self.assumptions.iter().filter(|a| a.drawn)
    }

    /// The lowest grade among the assumptions that are drawn, and how many have it.
    pub fn lowest_grade(&self) -> (Grade, usize) {
        let lowest = self.drawn().map(|a| a.grade).min().unwrap_or(Grade::Measured);
        (lowest, self.drawn().filter(|a| a.grade == lowest).count())
    }

    /// Part of the base-year market of tools, materials, software and IP whose size is measured, 0–1.
    pub fn measured(&self) -> f64 {
        let goods = || self.segments.iter().filter(|s| s.goods);
        let all: f64 = goods().map(|s| s.size).sum();
        goods().filter(|s| s.grade == Grade::Measured).map(|s| s.size).sum::<f64>() / all
    }
}

fn regime(scenario: &Scenario) -> Regime {
    let salient = scenario.measures.iter().filter(|m| matches!(m.salience, Salience::Sector));
    let mut announced: Vec<Quarter> = salient.map(|m| m.announced).collect();
    announced.sort();
    announced.dedup();
    Regime { id: scenario.id.clone(), title: scenario.title.clone(), announced }
}

/// A column as `metric/supplier/buyer/segment`; what it is not broken down by is empty.
fn name(column: &Column, segments: &[Segment]) -> String {
    let bloc = |b: Option<Bloc>| b.map_or("", Bloc::as_str);
    let segment = column.segment.map_or("", |s| segments[s].id.as_str());
    let metric = column.metric.spec().name;
    format!("{metric}/{}/{}/{segment}", bloc(column.supplier), bloc(column.buyer))
}

fn column(name: &str, segments: &[Segment]) -> Option<Column> {
    let mut parts = name.splitn(4, '/');
    let mut next = || parts.next();
    let (metric, supplier, buyer, segment) = (next()?, next()?, next()?, next()?);
    let bloc = |word: &str| match word {
        "" => Some(None),
        _ => Bloc::ALL.into_iter().find(|b| b.as_str() == word).map(Some),
    };
    let segment = match segment {
        "" => None,
        id => Some(segments.iter().position(|s| s.id == id)?),
    };
    let metric = metric::all().find(|id| id.spec().name == metric)?;
    Some(Column { metric, supplier: bloc(supplier)?, buyer: bloc(buyer)?, segment })
}

mod quarter {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use sim_core::calendar::Quarter;

    #[allow(clippy::trivially_copy_pass_by_ref)] // the shape that serde wants
    pub(super) fn serialize<S: Serializer>(quarter: &Quarter, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(quarter)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Quarter, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

mod quarters {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use sim_core::calendar::Quarter;

    pub(super) fn serialize<S: Serializer>(quarters: &[Quarter], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(quarters.iter().map(Quarter::to_string))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Quarter>, D::Error> {
        let words = Vec::<String>::deserialize(from)?;
        words.iter().map(|word| word.parse().map_err(D::Error::custom)).collect()
    }
}

mod grade {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use sim_core::scenario::param::Grade;

    #[allow(clippy::trivially_copy_pass_by_ref)] // the shape that serde wants
    pub(super) fn serialize<S: Serializer>(grade: &Grade, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(grade.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Grade, D::Error> {
        let word = String::deserialize(from)?;
        Grade::parse(&word).ok_or_else(|| D::Error::custom(format!("`{word}` is no grade")))
    }
}
