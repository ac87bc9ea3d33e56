//! The keys of a scenario file: one registry for name, form, unit and meaning.
//!
//! The reader takes its lists of known keys from here, and so do `chokepoint schema` and `chokepoint explain`.
//!
//! Invariant: a key that is not in these tables is reported as unknown. Parameters and mechanisms have registries of
//! their own ([`super::param::SPECS`], [`super::mechanism::MECHANISMS`]).

mod common;
mod measures;
mod purchases;
mod support;

use common::SOURCE;
pub(crate) use common::{APPROVALS, DATED_WORDS, SALIENCE, SERVICING};
pub use measures::*;
pub(crate) use purchases::{COUNTED, FAMILY_WORDS, MISSING};
pub use purchases::{LINE_LEVEL, PURCHASE_RULE};
pub use support::*;

/// What the value of a key may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// A text.
    Text,
    /// A quarter such as `"2022Q4"`, or a date that stands for its quarter.
    Quarter,
    /// True or false.
    Flag,
    /// A number between two ends, with its unit.
    Number(f64, f64, &'static str),
    /// A whole number between two ends, with its unit.
    Count(i64, i64, &'static str),
    /// One of a few words.
    Words(&'static [&'static str]),
    /// One of a few words, or a share from 0 to 1.
    WordOrShare(&'static [&'static str]),
    /// A number between two ends with its unit, one of a few words, or a table of dates with such values: straight lines
    /// between them.
    Dated(f64, f64, &'static str, &'static [&'static str]),
    /// A list of texts.
    Texts,
    /// Two numbers, ascending.
    Range,
    /// A table with these keys.
    Table(&'static [Key]),
    /// Tables with these keys, each under a name of the author's.
    Items(&'static [Key]),
    /// [`Form::Items`] of a file that extends none: nothing is inherited, so nothing is dropped.
    Named(&'static [Key]),
    /// `[parameters]`: one entry for each of the registry, a number or a table with these keys.
    Parameters(&'static [Key]),
    /// `[mechanisms]`: a switch for each of the registry.
    Mechanisms,
    /// Names of the author's, each with numbers under the keys of parameters.
    Cases,
    /// Ranges under the keys of parameters.
    ParameterRanges,
    /// Lists of `KEY=VALUE` under names of the author's, or tables with these keys.
    Choices(&'static [Key]),
    /// [`Form::Choices`] under names of the author's.
    ChoiceItems(&'static [Key]),
}

/// A key that a file may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value may be.
    pub form: Form,
    /// Whether the file, or one that it extends, must give it.
    pub needed: bool,
    /// Meaning, and what holds without it.
    pub doc: &'static str,
}

/// A key that must be given.
pub const fn need(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key { name, form, needed: true, doc }
}

/// A key that may be given.
pub const fn may(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key { name, form, needed: false, doc }
}

/// The names of a table of keys.
pub fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// The words of a table of words and meanings.
pub const fn words<T: Copy, const N: usize>(pairs: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut i = 0;
    while i < N {
        words[i] = pairs[i].0;
        i += 1;
    }
    words
}

/// `[time]`.
pub const TIME: &[Key] = &[
    need("start", Form::Quarter, "First quarter: 2019Q1, that of the data tables."),
    need("end", Form::Quarter, "Last quarter."),
];
/// `[data]`.
pub const DATA: &[Key] = &[
    need("directory", Form::Text, "Directory of the data tables, from this file."),
    need("sources", Form::Text, "File that lists the sources, from this file."),
    may(
        "ensemble",
        Form::Text,
        "File of parameter draws that history does not rule out, or `prior`. Without it: the prior.",
    ),
    may(
        "standing",
        Form::Number(1991.0, 2100.0, "year"),
        "Year whose shares (`observed_YEAR.csv` in the directory) every run is led through, under this law.",
    ),
];
/// A table of `[parameters]`.
pub const PARAMETER: &[Key] = &[
    need("value", Form::Number(f64::MIN, f64::MAX, "that of the parameter"), "Central value."),
    need("unit", Form::Text, "Unit: the one that the model uses."),
    SOURCE,
    need(
        "grade",
        Form::Words(&["placeholder", "expert", "estimated", "measured"]),
        "How well the number is supported.",
    ),
    may("note", Form::Text, "A remark."),
    may("uniform", Form::Range, "Prior: both ends of a uniform distribution."),
    may("normal", Form::Table(NORMAL), "Prior: a normal distribution, cut off below."),
    may("lognormal", Form::Table(LOGNORMAL), "Prior: a lognormal distribution."),
];
/// `normal = {}`.
pub const NORMAL: &[Key] = &[
    need("mean", ANY, "Mean before the cut."),
    need("sd", ANY, "Standard deviation before the cut."),
    need("min", ANY, "Smallest value that is admitted."),
];
/// `lognormal = {}`.
pub const LOGNORMAL: &[Key] = &[
    need("median", ANY, "Median."),
    need("sigma", ANY, "Standard deviation of the natural logarithm."),
];
const ANY: Form = Form::Number(f64::MIN, f64::MAX, "that of the parameter");
/// A scenario file.
pub const SCENARIO: &[Key] = &[
    need("schema", Form::Count(1, 1, "version"), "Version of the file format: 1."),
    may("id", Form::Text, "Name in results. Without it: the file's."),
    need("title", Form::Text, "Name for people."),
    need("summary", Form::Text, "What it stands for, in a sentence or two."),
    may("extends", Form::Text, "The scenario of which this one says only what differs."),
    need("time", Form::Table(TIME), "First and last quarter."),
    need("data", Form::Table(DATA), "Where the data tables stand."),
    need("mechanisms", Form::Mechanisms, "Parts of the model that can be switched off."),
    need("parameters", Form::Parameters(PARAMETER), "Assumptions; `key = number` pins one."),
    may("prior_news", Form::Items(PRIOR_NEWS), "News before the start, which set beliefs."),
    may("measures", Form::Items(MEASURE), "Controls: law as dated data."),
    may("mandates", Form::Items(MANDATE), "Scheduled pushes to buy at home."),
    may("subsidies", Form::Items(SUBSIDY), "Dated money for research."),
    may("purchase_subsidies", Form::Items(PURCHASE_SUBSIDY), "Dated money for purchases."),
    may(
        "purchase_rules",
        Form::Items(PURCHASE_RULE),
        "Rules of a buyers' state on what its lines may buy abroad.",
    ),
    may("market_access", Form::Items(MARKET_ACCESS), "Other markets opened to a home's suppliers."),
];

/// The path of every key of a table, such as `measures.NAME.enforcement`, with the key.
pub fn paths(keys: &'static [Key]) -> Vec<(String, &'static Key)> {
    let mut all = Vec::new();
    walk("", keys, &mut all);
    all
}

fn walk(path: &str, keys: &'static [Key], all: &mut Vec<(String, &'static Key)>) {
    for key in keys {
        let path =
            if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        all.push((path.clone(), key));
        match key.form {
            Form::Table(inner) => walk(&path, inner, all),
            Form::Items(inner)
            | Form::Named(inner)
            | Form::Choices(inner)
            | Form::Parameters(inner) => {
                walk(&format!("{path}.NAME"), inner, all);
            }
            Form::ChoiceItems(inner) => walk(&format!("{path}.NAME.NAME"), inner, all),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_place_and_a_meaning() {
        let all = paths(SCENARIO);
        assert!(all.len() > 90, "{}", all.len());
        for (i, (path, key)) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|(other, _)| other != path), "{path} is there twice");
            assert!(key.doc.ends_with('.') && key.doc.len() < 110, "{path}: {}", key.doc);
        }
    }
}
