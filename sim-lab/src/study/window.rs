//! The quarters that a comparison tells of: from the branch on where its scenarios begin as another one, else all.
//!
//! Invariant: what is summed, counted or called the horizon in a sentence, a table or a title lies within it.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use sim_core::calendar::Quarter;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Salience;
use sim_core::scenario::plain::{is_id, is_line};

use super::{Study, quarter};
use crate::finding::quoted;

/// Quarters before a branch that a chart of differences shows.
const CONTEXT: usize = 8;

/// The scenario as which all of a comparison begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trunk {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// First quarter under each scenario's own law.
    #[serde(with = "quarter")]
    pub at: Quarter,
    /// What is announced against a sector after it, under any of the scenarios.
    pub news: Vec<News>,
}

/// A measure that is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// When.
    #[serde(with = "quarter")]
    pub at: Quarter,
    /// The measure's title.
    pub title: String,
}

impl Trunk {
    /// The trunk of some scenarios that part from it in a quarter.
    pub(super) fn new<'a>(
        (trunk, at): (&Scenario, Quarter),
        scenarios: impl Iterator<Item = &'a Scenario>,
    ) -> Self {
        let salient = scenarios.flat_map(|s| &s.measures).filter(|m| {
            matches!(m.salience, Salience::Sector) && m.announced > at && m.announced <= trunk.end
        });
        let mut news: Vec<News> =
            salient.map(|m| News { at: m.announced, title: m.title.clone() }).collect();
        news.sort_by(|a, b| (a.at, &a.title).cmp(&(b.at, &b.title)));
        news.dedup();
        Self { id: trunk.id.clone(), title: trunk.title.clone(), at, news }
    }

    /// Whether it is what a comparison writes.
    pub(super) fn is_sound(&self, start: Quarter, end: Quarter) -> bool {
        let titles = self.news.iter().map(|news| &news.title).chain([&self.title]);
        is_id(&self.id)
            && titles.into_iter().all(|t| is_line(t))
            && (start..=end).contains(&self.at)
    }
}

impl Study {
    /// First quarter of which it tells.
    pub fn from(&self) -> Quarter {
        self.trunk.as_ref().map_or(self.start, |trunk| trunk.at)
    }

    /// Number of quarters before it.
    pub fn before(&self) -> usize {
        usize::try_from(self.from().since(self.start)).unwrap_or_default()
    }

    /// First quarter of a chart of differences: some before the branch show that there is none yet.
    pub(crate) fn drawn_from(&self) -> usize {
        self.before().saturating_sub(CONTEXT)
    }

    /// Calendar years of which the horizon has all four quarters.
    pub fn whole_years(&self) -> Range<i32> {
        whole_years(self.start, self.end)
    }

    /// Those of them of which it tells.
    pub fn told_years(&self) -> Range<i32> {
        whole_years(self.from(), self.end)
    }

    /// Quarters at both ends of the horizon that make no whole year, in words: `2030Q1–2030Q2`. Empty if there are
    /// none.
    pub fn part_years(&self) -> Vec<String> {
        let whole = self.whole_years();
        let words = |from: Quarter, to: Quarter| match to.since(from) {
            ..0 => None,
            0 => Some(from.to_string()),
            _ => Some(format!("{from}\u{2013}{to}")),
        };
        if whole.is_empty() {
            return words(self.start, self.end).into_iter().collect();
        }
        let before = words(self.start, Quarter::new(whole.start - 1, 4));
        let after = words(Quarter::new(whole.end, 1), self.end);
        before.into_iter().chain(after).collect()
    }

    /// `2019–2030`, from the branch on `2027–2030`; `2019Q1–2030Q2` where a year is not whole.
    pub fn span(&self) -> String {
        let (from, end) = (self.from(), self.end);
        let whole = from.of_year() == 1 && end.of_year() == 4;
        match (whole, self.trunk.is_some()) {
            (false, true) if from == end => end.to_string(),
            (false, _) => format!("{from}\u{2013}{end}"),
            (true, true) if from.year() == end.year() => end.year().to_string(),
            (true, _) => format!("{}\u{2013}{}", from.year(), end.year()),
        }
    }

    /// When it ends: `2030`, or `2030Q2` within a year.
    pub fn end_words(&self) -> String {
        if self.end.of_year() == 4 { self.end.year().to_string() } else { self.end.to_string() }
    }

    /// What the US share of Chinese purchases is held against, after "halved": nothing where that is the base year.
    pub fn halved_against(&self) -> String {
        match &self.trunk {
            Some(trunk) if trunk.at > self.start => {
                let year = Quarter::new(trunk.at.year() - 1, trunk.at.of_year());
                let first = if year < self.start { self.start } else { year };
                let span = if first.of_year() == 1 && trunk.at.of_year() == 1 {
                    first.year().to_string()
                } else {
                    format!("{first}\u{2013}{}", trunk.at.plus(-1))
                };
                format!(" against {span}")
            }
            _ => String::new(),
        }
    }

    /// The title of a scenario in a sentence: the words of its author, in quotation marks. Beside a trunk, what is called "No
    /// control" there is none from the branch on alone.
    pub fn named(&self, scenario: usize) -> String {
        quoted(&self.regimes[scenario].title)
    }
}

/// Calendar years with all four quarters.
fn whole_years(from: Quarter, end: Quarter) -> Range<i32> {
    let first = from.year() + i32::from(from.of_year() > 1);
    let end = end.year() + i32::from(end.of_year() == 4);
    first..end.max(first)
}
