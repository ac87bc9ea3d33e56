//! From a study to scenarios that can be compared, with what a command line says otherwise.
//!
//! Invariant: nothing is played here. A problem with what the study says stands in the study, with line and column.

use std::path::{Path, PathBuf};

use sim_core::calendar::Quarter;
use sim_core::scenario::Scenario;
use sim_core::scenario::problem::{Code, Problem, Problems};

use super::{Asked, Question, Wish};
use crate::comparison::{self, ComparisonError};
use crate::library::{self, Loaded};
use crate::notes::{Notes, Placed, similar};
use crate::outcome::{Row, Take};

/// What a command line puts in place of what a study says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What differences are taken from.
    pub baseline: Option<PathBuf>,
    /// The scenario as which all begin.
    pub trunk: Option<PathBuf>,
    /// First quarter under each scenario's own law.
    pub branch_at: Option<Quarter>,
    /// The scenarios that are compared; empty for those of the study.
    pub regimes: Vec<PathBuf>,
    /// Overrides beside those of the study; a key that both set is the command line's.
    pub set: Vec<String>,
}

/// What a study compares, read.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// Baseline and regimes, as [`comparison::gather`] gives them.
    pub loaded: Vec<Loaded>,
    /// The scenario as which all begin, and the quarter in which they part from it.
    pub trunk: Option<(Loaded, Quarter)>,
    /// What a run keeps of the study.
    pub asked: Asked,
}

/// A scenario file, and where the study names it if it does.
struct Named {
    path: PathBuf,
    place: Option<Placed>,
}

impl Question {
    /// Reads the scenarios of the study, with what a command line changes.
    ///
    /// # Errors
    /// All problems of the scenarios, and with what the study says of them.
    pub fn gather(&self, changes: &Changes) -> Result<Gathered, ComparisonError> {
        let mut notes = Notes::new(&self.file, &self.text);
        let named = self.named(changes);
        let set = self.set(changes);
        let paths: Vec<PathBuf> = named.iter().skip(1).map(|n| n.path.clone()).collect();
        let trunk = self.trunk(changes);
        let read = comparison::read(&named[0].path, &paths, &set);
        let begun = trunk
            .as_ref()
            .map(|(named, at)| library::load(&named.path, &set).map(|loaded| (loaded, *at)));
        let mut elsewhere = Vec::new();
        let mut take = |problems: Problems, notes: &mut Notes<'_>| {
            let all: Vec<&Named> =
                named.iter().chain(trunk.iter().map(|(named, _)| named)).collect();
            for problem in problems.0 {
                self.place(problem, &all, notes, &mut elsewhere);
            }
        };
        let mut loaded = None;
        match read {
            Ok(all) => loaded = Some(all),
            Err(ComparisonError::Problems(problems)) => take(problems, &mut notes),
            Err(ComparisonError::Unused { set, near }) => match self.set_of(&set) {
                None => return Err(ComparisonError::Unused { set, near }),
                Some(place) => {
                    let help = near.map(|near| format!("a similar key is `{near}`"));
                    let message = format!("no scenario has `{set}`");
                    notes.error(Code::BadSet, place.span.clone(), message, help);
                }
            },
            Err(other) => return Err(other),
        }
        let trunk_loaded = match begun.transpose() {
            Ok(begun) => begun,
            Err(problems) => {
                take(problems, &mut notes);
                None
            }
        };
        if let Some(all) = &loaded {
            self.fit(all, &named, trunk_loaded.as_ref(), &mut notes);
        }
        let first = loaded.as_ref().and_then(|all| all.first()).map(|l| &l.scenario);
        let at = trunk_loaded.as_ref().map(|(_, at)| *at);
        let rows = first.map_or_else(Vec::new, |first| self.rows(first, at, &mut notes));
        elsewhere.extend(notes.finish());
        match loaded {
            Some(loaded) if elsewhere.is_empty() => Ok(Gathered {
                loaded: comparison::gather(loaded)?,
                trunk: trunk_loaded,
                asked: self.asked(rows, changes),
            }),
            _ => Err(Problems(elsewhere).into()),
        }
    }

    /// What a run keeps of the study, from scenarios that were read before: to compare with what a directory says.
    ///
    /// # Errors
    /// All problems of its rows.
    pub(crate) fn asked_of(
        &self,
        baseline: &Scenario,
        at: Option<Quarter>,
    ) -> Result<Asked, Problems> {
        let mut notes = Notes::new(&self.file, &self.text);
        let rows = self.rows(baseline, at, &mut notes);
        let problems = notes.finish();
        let asked = self.asked(rows, &Changes::default());
        if problems.is_empty() { Ok(asked) } else { Err(Problems(problems)) }
    }

    fn asked(&self, rows: Vec<Row>, changes: &Changes) -> Asked {
        let changed = [
            ("baseline", changes.baseline.is_some()),
            ("branch_at", changes.branch_at.is_some()),
            ("regimes", !changes.regimes.is_empty()),
            ("set", !changes.set.is_empty()),
            ("trunk", changes.trunk.is_some()),
        ];
        let changed = changed.into_iter().filter(|(_, changed)| *changed);
        Asked {
            id: self.id.clone(),
            question: self.question.clone(),
            brief: self.brief.clone(),
            headlines: self.headlines.clone(),
            rows,
            changed: changed.map(|(key, _)| key.to_owned()).collect(),
        }
    }

    /// The files of baseline and regimes.
    fn named(&self, changes: &Changes) -> Vec<Named> {
        let baseline = match &changes.baseline {
            Some(path) => Named { path: path.clone(), place: None },
            None => self.file_of(&self.baseline),
        };
        let given = changes.regimes.iter().map(|path| Named { path: path.clone(), place: None });
        let regimes: Vec<Named> = if changes.regimes.is_empty() {
            self.regimes.iter().map(|regime| self.file_of(regime)).collect()
        } else {
            given.collect()
        };
        std::iter::once(baseline).chain(regimes).collect()
    }

    fn file_of(&self, named: &Placed) -> Named {
        Named { path: library::named_by(&self.file, &named.text), place: Some(named.clone()) }
    }

    fn trunk(&self, changes: &Changes) -> Option<(Named, Quarter)> {
        let own = self.trunk.as_ref();
        let at = changes.branch_at.or(own.map(|(_, (at, _))| *at))?;
        let named = match &changes.trunk {
            Some(path) => Named { path: path.clone(), place: None },
            None => self.file_of(&own?.0),
        };
        Some((named, at))
    }

    /// Overrides of all scenarios: the study's but for keys that the command line sets, then the command line's.
    fn set(&self, changes: &Changes) -> Vec<String> {
        let key = |set: &str| set.split('=').next().unwrap_or_default().trim().to_owned();
        let taken: Vec<String> = changes.set.iter().map(|set| key(set)).collect();
        let own = self.set.iter().map(|placed| placed.text.clone());
        own.filter(|set| !taken.contains(&key(set))).chain(changes.set.iter().cloned()).collect()
    }

    /// The override of the study with a text.
    fn set_of(&self, text: &str) -> Option<&Placed> {
        self.set.iter().find(|placed| placed.text == text)
    }

    /// A problem with an override of the study, or with the name of a scenario, stands in the study; others keep their place.
    fn place(
        &self,
        problem: Problem,
        named: &[&Named],
        notes: &mut Notes<'_>,
        elsewhere: &mut Vec<Problem>,
    ) {
        let mine = |p: &&Placed| p.text.contains(problem.excerpt.as_str());
        let unreadable = problem.line == 0 && problem.code == Code::UnreadableFile;
        let mut by_name = named.iter().filter(|n| n.path == Path::new(&problem.file));
        let place = by_name.find_map(|n| n.place.as_ref());
        if problem.file == "--set"
            && let Some(set) = self.set.iter().find(mine)
        {
            notes.error(problem.code, set.span.clone(), problem.message, problem.help);
        } else if unreadable && let Some(place) = place {
            let message = format!("cannot read `{}`: {}", place.text, problem.message);
            notes.error(problem.code, place.span.clone(), message, problem.help);
        } else if !elsewhere.contains(&problem) {
            elsewhere.push(problem);
        }
    }

    /// Notes what cannot be compared, where the study says it: other quarters, another trunk.
    fn fit(
        &self,
        loaded: &[Loaded],
        named: &[Named],
        trunk: Option<&(Loaded, Quarter)>,
        notes: &mut Notes<'_>,
    ) {
        let time = |l: &Loaded| (l.scenario.start, l.scenario.end);
        if let Some((trunk, at)) = trunk
            && let Some((_, (_, place))) = self.trunk.as_ref().filter(|(_, (own, _))| own == at)
            && !(trunk.scenario.start..=trunk.scenario.end).contains(at)
        {
            let (start, end) = time(trunk);
            let message = format!("{at} is outside of {start}\u{2013}{end}");
            let help = Some("write a quarter within it".to_owned());
            notes.error(Code::OutsideTime, place.span.clone(), message, help);
        }
        for (l, named) in loaded.iter().zip(named) {
            let Some(place) = &named.place else { continue };
            let (start, end) = time(&loaded[0]);
            if time(l) != time(&loaded[0]) {
                let message = format!(
                    "`{}` runs {}\u{2013}{} and the baseline {start}\u{2013}{end}: pairs need the same quarters",
                    place.text, l.scenario.start, l.scenario.end
                );
                let help = Some("write `end` in the study, which holds for all".to_owned());
                notes.error(Code::OutsideTime, place.span.clone(), message, help);
            } else if let Some((trunk, _)) = trunk
                && !(trunk.scenario.shares_base(&l.scenario)
                    && trunk.scenario.parameters == l.scenario.parameters)
            {
                let message = format!(
                    "`{}` cannot go on from `{}`: both need the same tables, assumptions and time",
                    place.text, trunk.scenario.id
                );
                let help = Some("let both extend one scenario".to_owned());
                notes.error(Code::ExclusiveKeys, place.span.clone(), message, help);
            }
        }
    }

    /// The rows with segments, years and firms of a scenario.
    fn rows(&self, first: &Scenario, at: Option<Quarter>, notes: &mut Notes<'_>) -> Vec<Row> {
        self.rows.iter().filter_map(|wish| row(wish, first, at, notes)).collect()
    }
}

/// A row as a record gives it.
fn row(
    wish: &Wish,
    scenario: &Scenario,
    at: Option<Quarter>,
    notes: &mut Notes<'_>,
) -> Option<Row> {
    let (first, last) = (scenario.start.year(), scenario.end.year());
    let whole = if scenario.end.of_year() == 4 || last == first { last } else { last - 1 };
    let to = wish.to.as_ref().map_or(whole, |(year, _)| *year);
    let from = match (&wish.from, wish.take) {
        (Some((year, _)), _) => *year,
        (None, Take::Sum) => at.map_or(first, Quarter::year).min(to),
        (None, _) => to,
    };
    let mut sound = true;
    for (year, place) in wish.from.iter().chain(&wish.to) {
        if !(first..=last).contains(year) {
            let message = format!("{year} is outside of {first}\u{2013}{last}");
            notes.error(Code::OutsideTime, place.span.clone(), message, None);
            sound = false;
        }
    }
    let table = &scenario.tables.segments;
    let mut segments: Vec<String> = Vec::new();
    for word in &wish.segments {
        let mine = table.iter().filter(|s| s.id == word.text || s.class == word.text);
        let ids: Vec<String> = mine.map(|s| s.id.clone()).collect();
        if ids.is_empty() {
            let mut known: Vec<&str> =
                table.iter().flat_map(|s| [s.id.as_str(), s.class.as_str()]).collect();
            known.sort_unstable();
            known.dedup();
            let help = similar(&word.text, &known).map(|h| h.replace("a key", "one"));
            let help = help.unwrap_or_else(|| "data/segments.csv lists ids and classes".to_owned());
            let message = format!("there is no segment `{}`", word.text);
            notes.error(Code::UnknownId, word.span.clone(), message, Some(help));
            sound = false;
        }
        segments.extend(ids.into_iter().filter(|id| !segments.contains(id)).collect::<Vec<_>>());
    }
    if let Some(firm) = wish.firm.as_ref().filter(|_| !segments.is_empty() && sound) {
        let products = scenario.tables.products.iter().filter(|p| p.supplier == firm.text);
        let other = products.map(|p| &p.segment).find(|s| !segments.contains(*s));
        if let Some(other) = other {
            let message = format!(
                "`{}` sells in `{other}`, too, and its sales are recorded as a whole",
                firm.text
            );
            let help = "name all its segments, or a bloc in place of it".to_owned();
            notes.error(Code::ExclusiveKeys, firm.span.clone(), message, Some(help));
            sound = false;
        }
    }
    sound.then(|| Row {
        id: wish.id.clone(),
        name: wish.name.clone(),
        take: wish.take,
        metric: wish.metric.clone(),
        supplier: wish.supplier.clone(),
        buyer: wish.buyer.clone(),
        segments,
        firm: wish.firm.as_ref().map_or_else(String::new, |firm| firm.text.clone()),
        from,
        to,
        decimals: wish.decimals,
    })
}
