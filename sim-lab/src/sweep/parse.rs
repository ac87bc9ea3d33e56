//! Reading an experiment file.
//!
//! Invariant: text in, an [`Experiment`] or *all* its problems out.

use std::ops::Range;

use sim_core::scenario::keys::names;
use sim_core::scenario::param::{SPECS, Spec};
use sim_core::scenario::plain;
use sim_core::scenario::problem::{Code, Problem, Problems};

use super::file::{Choice, DESIGN_OUT, DesignFile, Experiment, Kind, Lever, Uncertain};
use super::keys::{self, MOST};
use crate::notes::{Notes, Placed, Section, Value, open};
use crate::outcome::HEADLINES;

/// The outcome whose paired contrast decides when to stop, unless the file names another.
const CONTRAST: &str = "us-revenue-world";

/// Reads an experiment.
///
/// # Errors
/// All problems of the text.
pub(super) fn read(name: &str, text: &str) -> Result<Experiment, Vec<Problem>> {
    let mut notes = Notes::new(name, text);
    let table = notes.parse();
    let root = Section { path: "", table: &table, at: (0, 0) };
    let found = experiment(&root, &mut notes);
    let problems = notes.finish();
    match found {
        Some(experiment) if problems.is_empty() => Ok(experiment),
        _ => Err(problems),
    }
}

impl Experiment {
    /// Reads the text of an experiment file, without the scenarios that it names.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn read(name: &str, text: &str) -> Result<Self, Problems> {
        read(name, text).map_err(Problems)
    }
}

fn experiment<'t>(root: &Section<'_, 't>, notes: &mut Notes<'t>) -> Option<Experiment> {
    root.only(&names(keys::EXPERIMENT), notes);
    root.schema("experiments", notes);
    let wrong = "the title has a line break or a tab";
    let title = root.need("title", notes).and_then(|v| notes.line_of(v, wrong));
    let summary = root.get("summary").and_then(|v| notes.text_of(v)).unwrap_or("").to_owned();
    let levers = root.need("levers", notes).and_then(|v| open("levers", v, notes));
    let (baseline, regimes, set, values) = levers.map(|s| read_levers(&s, notes))?;
    let responses =
        section(root, "responses", notes).map_or_else(Vec::new, |s| choices(&s, &regimes, notes));
    let design = section(root, "design", notes);
    let design_at = design.as_ref().map_or(0..0, |s| s.at.0..s.at.1);
    let design = design.map_or_else(default_design, |s| read_design(&s, notes));
    let uncertain = section(root, "uncertainties", notes);
    let named = uncertain.as_ref().and_then(|s| s.get("parameters"));
    // Wrong types are noted when the list is read.
    let named = named.filter(|v| matches!(v.get_ref(), toml::de::DeValue::Array(_)));
    let named = named.map_or_else(Vec::new, |v| Notes::new("", "").placed_of(v));
    let uncertain = uncertain.map_or_else(every_parameter, |s| read_uncertain(&s, notes));
    let outcomes = section(root, "outcomes", notes);
    let (outcomes, contrast) = outcomes.map_or_else(every_outcome, |s| read_outcomes(&s, notes));
    let experiment = Experiment {
        title: title?,
        summary,
        baseline: baseline?,
        regimes,
        set,
        levers: values,
        responses,
        uncertain,
        named,
        outcomes,
        contrast,
        design,
        design_at,
    };
    Some(experiment)
}

/// A table of the root that may be absent.
fn section<'a, 't>(
    root: &Section<'a, 't>,
    key: &'static str,
    notes: &mut Notes<'t>,
) -> Option<Section<'a, 't>> {
    open(key, root.get(key)?, notes)
}

type Levers = (Option<Placed>, Vec<Placed>, Vec<Placed>, Vec<Lever>);

fn read_levers<'t>(section: &Section<'_, 't>, notes: &mut Notes<'t>) -> Levers {
    section.only(&names(keys::LEVERS), notes);
    let baseline = match section.get("baseline") {
        None => Some(Placed { text: "baseline".to_owned(), span: section.at.0..section.at.1 }),
        Some(value) => {
            notes.text_of(value).map(|t| Placed { text: t.to_owned(), span: value.span() })
        }
    };
    let regimes = section.need("regimes", notes).map_or_else(Vec::new, |v| notes.placed_of(v));
    if let Some(value) = section.get("regimes").filter(|_| regimes.is_empty()) {
        let message = "an experiment needs at least one regime";
        notes.error(Code::MissingKey, value.span(), message, Some("[\"hard-cap\"]".to_owned()));
    }
    let set = section.get("set").map_or_else(Vec::new, |v| overrides(v, notes));
    let mut levers = Vec::new();
    let values = section.get("values").and_then(|v| open("levers.values", v, notes));
    for (name, span, value) in values.iter().flat_map(Section::entries) {
        part_of_id(name, span, notes);
        let path = format!("levers.values.{name}");
        if let Some(lever) = open(&path, value, notes) {
            let values = choices(&lever, &regimes, notes);
            levers.push(Lever { name: name.to_owned(), values });
        }
    }
    (baseline, regimes, set, levers)
}

/// A list of KEY=VALUE.
fn overrides<'t>(value: &Value<'t>, notes: &mut Notes<'t>) -> Vec<Placed> {
    notes.overrides_of(value, "parameters.belief-gain=0.4")
}

/// Notes a name that cannot be part of an id.
fn part_of_id(name: &str, span: Range<usize>, notes: &mut Notes<'_>) {
    if !plain::is_id(name) {
        let message = format!(
            "`{name}` becomes part of an id: only letters, digits, spaces and `-_.+`, a letter or digit first"
        );
        notes.error(Code::BadText, span, message, Some("write another name".to_owned()));
    }
}

/// Named sets of overrides: `name = ["KEY=VALUE"]` or `name = { set = […], regimes = […] }`.
fn choices<'t>(
    section: &Section<'_, 't>,
    regimes: &[Placed],
    notes: &mut Notes<'t>,
) -> Vec<Choice> {
    let mut all = Vec::new();
    for (name, span, value) in section.entries() {
        part_of_id(name, span, notes);
        let mut choice = Choice { name: name.to_owned(), set: Vec::new(), regimes: None };
        let path = section.path_of(name);
        if matches!(value.get_ref(), toml::de::DeValue::Table(_)) {
            let Some(inner) = open(&path, value, notes) else { continue };
            inner.only(&names(keys::CHOICE), notes);
            choice.set = inner.need("set", notes).map_or_else(Vec::new, |v| overrides(v, notes));
            choice.regimes = inner.get("regimes").map(|v| {
                let known: Vec<&str> = regimes.iter().map(|r| r.text.as_str()).collect();
                let named = notes.placed_of(v);
                for word in named.iter().filter(|w| !known.contains(&w.text.as_str())) {
                    notes.unknown_word(word.span.clone(), &word.text, &known);
                }
                named.into_iter().map(|w| w.text).collect()
            });
        } else {
            choice.set = overrides(value, notes);
        }
        all.push(choice);
    }
    all
}

pub(crate) fn every_parameter() -> Vec<Uncertain> {
    SPECS.iter().map(|spec| Uncertain { key: spec.key.to_owned(), range: None }).collect()
}

fn read_uncertain<'t>(section: &Section<'_, 't>, notes: &mut Notes<'t>) -> Vec<Uncertain> {
    section.only(&names(keys::UNCERTAINTIES), notes);
    let mut uncertain = match section.get("parameters") {
        None => every_parameter(),
        Some(value) => {
            let mut all: Vec<Uncertain> = Vec::new();
            for (key, span) in notes.texts_of(value) {
                if known_parameter(&key, span, notes) && !all.iter().any(|u| u.key == key) {
                    all.push(Uncertain { key, range: None });
                }
            }
            all
        }
    };
    let ranges = section.get("ranges").and_then(|v| open("uncertainties.ranges", v, notes));
    for (key, span, value) in ranges.iter().flat_map(Section::entries) {
        if !known_parameter(key, span.clone(), notes) {
            continue;
        }
        let range = range(key, value, notes);
        match uncertain.iter_mut().find(|u| u.key == key) {
            Some(found) => found.range = range,
            None => uncertain.push(Uncertain { key: key.to_owned(), range }),
        }
    }
    uncertain.sort_by_key(|u| Spec::find(&u.key).map(|(place, _)| place));
    uncertain
}

fn known_parameter(key: &str, span: Range<usize>, notes: &mut Notes<'_>) -> bool {
    let known = Spec::find(key).is_some();
    if !known {
        let keys: Vec<&str> = SPECS.iter().map(|spec| spec.key).collect();
        let help = crate::notes::similar(key, &keys)
            .unwrap_or_else(|| "docs/parameters.md lists them".to_owned());
        notes.error(Code::UnknownKey, span, format!("there is no parameter `{key}`"), Some(help));
    }
    known
}

/// `[low, high]` within what the parameter admits.
fn range<'t>(key: &str, value: &Value<'t>, notes: &mut Notes<'t>) -> Option<(f64, f64)> {
    let items = match value.get_ref() {
        toml::de::DeValue::Array(items) if items.len() == 2 => items,
        _ => {
            let help = Some(format!("write {key} = [low, high]"));
            notes.wrong_type(value, "an array of two numbers", help);
            return None;
        }
    };
    let ends: Vec<f64> = items.iter().filter_map(|item| admitted(key, item, notes)).collect();
    let [low, high] = ends[..] else { return None };
    if low >= high {
        let message = format!("the range begins at {low} and ends at {high}");
        notes.error(Code::OutOfRange, value.span(), message, Some("low before high".to_owned()));
        return None;
    }
    Some((low, high))
}

/// A number that a parameter admits.
fn admitted<'t>(key: &str, value: &Value<'t>, notes: &mut Notes<'t>) -> Option<f64> {
    let number = notes.number_of(value)?;
    let (_, spec) = Spec::find(key)?;
    if !(spec.low..=spec.high).contains(&number) {
        let message = format!("{number} is outside {}\u{2013}{}", spec.low, spec.high);
        let help = format!("`{key}` is in {}", spec.unit);
        notes.error(Code::OutOfRange, value.span(), message, Some(help));
        return None;
    }
    Some(number)
}

pub(crate) fn every_outcome() -> (Vec<String>, String) {
    let ids = HEADLINES.iter().map(|h| h.id).chain([DESIGN_OUT]);
    (ids.map(str::to_owned).collect(), CONTRAST.to_owned())
}

fn read_outcomes<'t>(section: &Section<'_, 't>, notes: &mut Notes<'t>) -> (Vec<String>, String) {
    section.only(&names(keys::OUTCOMES), notes);
    let (all, usual) = every_outcome();
    let known: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut outcomes = Vec::new();
    match section.get("headlines") {
        None => outcomes.clone_from(&all),
        Some(value) => {
            for (id, span) in notes.texts_of(value) {
                if !known.contains(&id.as_str()) {
                    notes.unknown_word(span, &id, &known);
                } else if !outcomes.contains(&id) {
                    outcomes.push(id);
                }
            }
        }
    }
    let headlines: Vec<&str> = HEADLINES.iter().map(|h| h.id).collect();
    let contrast = match section.get("contrast") {
        None => outcomes.iter().find(|o| **o == usual).or(outcomes.first()).cloned(),
        Some(value) => notes.text_of(value).map(str::to_owned).inspect(|id| {
            if !headlines.contains(&id.as_str()) {
                notes.unknown_word(value.span(), id, &headlines);
            }
        }),
    };
    let contrast = contrast.filter(|id| id != DESIGN_OUT).unwrap_or(usual);
    // What is watched is kept.
    if !outcomes.contains(&contrast) {
        outcomes.push(contrast.clone());
    }
    (outcomes, contrast)
}

pub(crate) fn default_design() -> DesignFile {
    DesignFile { kind: Kind::Sobol, size: 200, seeds_per_draw: 1, seed: 1, cases: Vec::new() }
}

fn read_design<'t>(section: &Section<'_, 't>, notes: &mut Notes<'t>) -> DesignFile {
    section.only(&names(keys::DESIGN), notes);
    let mut design = default_design();
    if let Some(value) = section.get("kind")
        && let Some(word) = notes.text_of(value)
    {
        if let Some((_, kind)) = Kind::WORDS.iter().find(|(known, _)| *known == word) {
            design.kind = *kind;
        } else {
            notes.unknown_word(value.span(), word, &Kind::WORDS.map(|(known, _)| known));
        }
    }
    let count = |key: &str, notes: &mut Notes<'t>, low, high| {
        section.get(key).and_then(|v| notes.count_of(v, low, high))
    };
    if let Some(size) = count("size", notes, 1, MOST) {
        design.size = size as usize;
    }
    if let Some(seeds) = count("seeds_per_draw", notes, 1, MOST) {
        design.seeds_per_draw = seeds as usize;
    }
    if let Some(seed) = count("seed", notes, 0, i64::MAX as u64) {
        design.seed = seed;
    }
    let cases = section.get("cases").and_then(|v| open("design.cases", v, notes));
    for (name, span, value) in cases.iter().flat_map(Section::entries) {
        if !plain::is_line(name) {
            let message = "the name of a case is one line of text";
            notes.error(Code::BadText, span, message, Some("write another name".to_owned()));
        }
        let path = format!("design.cases.{name}");
        let Some(case) = open(&path, value, notes) else { continue };
        let mut values = Vec::new();
        for (key, span, value) in case.entries() {
            if known_parameter(key, span, notes)
                && let Some(number) = admitted(key, value, notes)
            {
                values.push((key.to_owned(), number));
            }
        }
        design.cases.push((name.to_owned(), values));
    }
    let span = section.at.0..section.at.1;
    match (design.kind, design.cases.is_empty()) {
        (Kind::Cases, true) => {
            let help = "add `[design.cases]` with `name = { stickiness = 0.4 }`".to_owned();
            notes.error(Code::MissingKey, span, "a design of cases without cases", Some(help));
        }
        (Kind::Cases, false) | (_, true) => {}
        (_, false) => {
            let help = Some("write kind = \"cases\"".to_owned());
            notes.error(Code::ExclusiveKeys, span, "cases are listed but not used", help);
        }
    }
    design
}
