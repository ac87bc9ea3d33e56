//! The keys of a scenario file: one registry for name, form, unit and meaning.
//!
//! The reader takes its lists of known keys from here, and so do `chokepoint schema` and `chokepoint explain`.
//!
//! Invariant: a key that is not in these tables is reported as unknown. Parameters and mechanisms have registries of
//! their own ([`super::param::SPECS`], [`super::mechanism::MECHANISMS`]).

use super::measure::Salience;
use super::read_scope::{ENFORCEMENT, POLICIES};
use super::walk::Bounds;

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
    /// A list of texts.
    Texts,
    /// Two numbers, ascending.
    Range,
    /// A table with these keys.
    Table(&'static [Key]),
    /// Tables with these keys, each under a name of the author's.
    Items(&'static [Key]),
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

const SHARE: Form = Form::Number(0.0, 1.0, "share");
const LEVEL: Form = Form::Number(Bounds::LEVEL.low, Bounds::LEVEL.high, "generations above 28 nm");
const LOGITS: Form = Form::Number(-20.0, 20.0, "logits");
const SALIENCE_FORM: Form = Form::WordOrShare(&words(&SALIENCE));
const SERVICING_FORM: Form = Form::Words(&words(&SERVICING));

/// Words for news value.
pub(crate) const SALIENCE: [(&str, Salience); 3] =
    [("none", Salience::None), ("champion", Salience::Champion), ("sector", Salience::Sector)];
/// Words for the service of installed tools; whether it is barred.
pub(crate) const SERVICING: [(&str, bool); 2] = [("allowed", false), ("barred", true)];

const SEGMENTS: Key = may(
    "segments",
    Form::Texts,
    "Segments covered: ids or classes of data/segments.csv. Without it: all.",
);
const REFERENCE: Key = need("reference", Form::Text, "The law, or what it stands for.");
const SOURCE: Key = need("source", Form::Text, "Id of a source in data/sources.toml.");
const FROM: Key = need("from", Form::Quarter, "First quarter.");
const TO: Key = may("to", Form::Quarter, "First quarter without it. Without this key: for good.");
const SALIENT: Key = may(
    "salience",
    SALIENCE_FORM,
    "How much news it is, beyond the purchases it bars. Without it: none.",
);

/// `[time]`.
pub const TIME: &[Key] = &[
    need("start", Form::Quarter, "First quarter: that of the data tables."),
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
/// `[prior_news.NAME]`.
pub const PRIOR_NEWS: &[Key] = &[
    need("authority", Form::Text, "ISO-3 code of the authority."),
    need("owners", Form::Text, "ISO-3 code of the owners that took notice."),
    need("at", Form::Quarter, "Quarter of the news: before the start."),
    need("salience", SALIENCE_FORM, "How much news it is."),
    REFERENCE,
];
/// `hard_cap = {}`.
pub const HARD_CAP: &[Key] = &[
    need("level", LEVEL, "Highest level still allowed, for every family without one of its own."),
    may("logic", LEVEL, "The same for logic lines."),
    may("dram", LEVEL, "The same for DRAM lines."),
    may("nand", LEVEL, "The same for NAND lines."),
    may("packaging", LEVEL, "The same for packaging lines."),
];
/// `sliding_scale = {}`.
pub const SLIDING_SCALE: &[Key] = &[
    need(
        "lag",
        Form::Number(0.0, 20.0, "generations"),
        "Generations behind the best line outside the destinations.",
    ),
    may(
        "review_every",
        Form::Count(1, 400, "quarters"),
        "Quarters between reviews. Without it: never.",
    ),
];
/// `end_use = { min_level }`.
pub const END_USE_LEVELS: &[Key] = &[
    need("min_level", LEVEL, "Only lines at or above this level."),
    may("logic", LEVEL, "The same for logic lines."),
    may("dram", LEVEL, "The same for DRAM lines."),
    may("nand", LEVEL, "The same for NAND lines."),
    may("packaging", LEVEL, "The same for packaging lines."),
];
/// `end_use = { frontier_lag }`.
pub const END_USE_LAG: &[Key] = &[need(
    "frontier_lag",
    Form::Number(0.0, 20.0, "generations"),
    "Only lines above the frontier less this lag.",
)];
/// `end_use = { tag }`.
pub const END_USE_TAG: &[Key] =
    &[need("tag", Form::Text, "Only lines with this tag in data/lines.csv.")];
/// `end_use = {}`: all of its keys; one of `min_level`, `frontier_lag` and `tag` is given.
pub const END_USE: &[Key] = &[
    may("min_level", LEVEL, END_USE_LEVELS[0].doc),
    END_USE_LEVELS[1],
    END_USE_LEVELS[2],
    END_USE_LEVELS[3],
    END_USE_LEVELS[4],
    may("frontier_lag", END_USE_LAG[0].form, END_USE_LAG[0].doc),
    may("tag", Form::Text, END_USE_TAG[0].doc),
];
/// `fdpr = {}`.
pub const FDPR: &[Key] =
    &[need("trigger", SHARE, "Least dependence on the authority's technology that is reached.")];
/// `[measures.NAME.additions.NAME]`.
pub const ADDITION: &[Key] = &[
    need("announced", Form::Quarter, "When the market knows."),
    need("in_force", Form::Quarter, "First quarter in force."),
    may("end_users", Form::Texts, "Buyers listed: ids of data/lines.csv."),
    may("destinations", Form::Texts, "ISO-3 codes of destinations added."),
    SALIENT,
    REFERENCE,
];
/// `[measures.NAME.suspensions.NAME]`.
pub const SUSPENSION: &[Key] = &[
    need("from", Form::Quarter, "First quarter without the measure."),
    may("to", Form::Quarter, "Quarter of reinstatement. Without it: never."),
    REFERENCE,
];
/// `[measures.NAME.validated.NAME]`.
pub const VALIDATION: &[Key] = &[
    need("end_users", Form::Texts, "Buyers that the measure leaves alone: ids of data/lines.csv."),
    FROM,
    TO,
    REFERENCE,
];
/// `[measures.NAME.licence]`.
pub const LICENCE: &[Key] = &[
    may("approval_rate", SHARE, "Chance that a product, buyer and quarter is let through."),
    may(
        "policy",
        Form::Words(&words(&POLICIES)),
        "The same as a word, in place of `approval_rate`.",
    ),
    may(
        "delay",
        Form::Count(0, 40, "quarters"),
        "Quarters from application to decision. Without it: 0.",
    ),
    may(
        "fee",
        Form::Number(0.0, 10.0, "share of the price"),
        "Paid to the authority. Without it: 0.",
    ),
    may(
        "quantity_cap",
        Form::Number(0.0, 100.0, "share of sales in the authority's territory"),
        "Most that licensed sales of a product may be. Without it: no cap.",
    ),
];
/// `[measures.NAME.allies.NAME]`.
pub const ALLY: &[Key] = &[
    may("homes", Form::Texts, "ISO-3 codes of the homes. Without it: the table's own name."),
    may("from", Form::Quarter, "First quarter in which their suppliers are bound."),
    may("announced", Form::Quarter, "When it was announced. Without it: `from`."),
    may(
        "pressure",
        SHARE,
        "In place of a date: what is brought to bear on a government that weighs.",
    ),
    need("coverage", SHARE, "Share of their products that their own rule covers."),
    may("except_segments", Form::Texts, "Segments that their rule leaves out."),
    may(
        "servicing",
        SERVICING_FORM,
        "Whether they may service installed tools. Without it: allowed.",
    ),
    REFERENCE,
];
/// `[measures.NAME]`.
pub const MEASURE: &[Key] = &[
    need("title", Form::Text, "Name for people."),
    REFERENCE,
    need("authority", Form::Text, "ISO-3 code of the state whose suppliers are bound."),
    need("announced", Form::Quarter, "When the market knows."),
    need("in_force", Form::Quarter, "First quarter in force."),
    may("sunset", Form::Quarter, "First quarter no longer in force. Without it: for good."),
    SEGMENTS,
    need("destinations", Form::Texts, "ISO-3 codes of the places where the buyers stand."),
    may("owners", Form::Texts, "Only buyers owned from these ISO-3 codes. Without it: all."),
    may("end_users", Form::Texts, "Only these buyers: ids of data/lines.csv. Without it: all."),
    may(
        "end_use",
        Form::Table(END_USE),
        "Only lines of a class: give one of `min_level`, `frontier_lag` and `tag`.",
    ),
    may(
        "hard_cap",
        Form::Table(HARD_CAP),
        "What is still allowed: a fixed level. One of three kinds.",
    ),
    may(
        "sliding_scale",
        Form::Table(SLIDING_SCALE),
        "What is still allowed: a distance from the frontier. One of three kinds.",
    ),
    may(
        "embargo",
        Form::Table(&[]),
        "Nothing is allowed. One of three kinds; write `embargo = {}`.",
    ),
    may(
        "de_minimis",
        SHARE,
        "Reach to foreign products with more than this share of the authority's content.",
    ),
    may(
        "fdpr",
        Form::Table(FDPR),
        "Reach to foreign products that depend on the authority's technology.",
    ),
    may("exempt_homes", Form::Texts, "ISO-3 codes of homes that both kinds of reach leave out."),
    may("additions", Form::Items(ADDITION), "Later additions of end users and destinations."),
    may("suspensions", Form::Items(SUSPENSION), "Quarters in which it is suspended."),
    may("validated", Form::Items(VALIDATION), "Buyers that it leaves alone for a time."),
    may("lists_detected", Form::Flag, "Whether buyers caught with diverted goods are listed."),
    may(
        "enforcement",
        Form::WordOrShare(&words(&ENFORCEMENT)),
        "How well it is enforced: `weak` is 0.25, `medium` 0.5, `strong` 0.8. Without it: medium.",
    ),
    may("licence", Form::Table(LICENCE), "Terms on which it lets goods through. Without it: none."),
    may(
        "servicing",
        SERVICING_FORM,
        "Whether installed tools may be serviced. Without it: allowed.",
    ),
    SALIENT,
    may("allies", Form::Items(ALLY), "Homes that align, or weigh doing so."),
];
/// `[mandates.NAME]`.
pub const MANDATE: &[Key] = &[
    need("owner", Form::Text, "ISO-3 code of the owners it binds."),
    FROM,
    TO,
    need("logits", LOGITS, "Added preference for domestic products at full state exposure."),
    SOURCE,
];
/// `[subsidies.NAME]`.
pub const SUBSIDY: &[Key] = &[
    need("home", Form::Text, "ISO-3 code of the suppliers' home."),
    FROM,
    need("to", Form::Quarter, "First quarter without it."),
    need(
        "usd_m_per_year",
        Form::Number(0.0, 1e7, "USD million of 2019 a year"),
        "Money a year for research, spread over the home's suppliers by segment size.",
    ),
    SEGMENTS,
    may("crowding_out", SHARE, "Part that replaces what firms would have spent. Without it: 0."),
    SOURCE,
];
/// `[purchase_subsidies.NAME]`.
pub const PURCHASE_SUBSIDY: &[Key] = &[
    need("owner", Form::Text, "ISO-3 code of the owners whose purchases are subsidised."),
    need("home", Form::Text, "ISO-3 code of the suppliers' home."),
    FROM,
    TO,
    need("rate", Form::Number(0.0, 0.95, "share of the price"), "What the state pays."),
    SEGMENTS,
    SOURCE,
];
/// `[market_access.NAME]`.
pub const MARKET_ACCESS: &[Key] = &[
    need("home", Form::Text, "ISO-3 code of the suppliers' legal home."),
    need("locations", Form::Texts, "ISO-3 codes of the markets opened."),
    FROM,
    TO,
    may("logits", LOGITS, "Preference that the home's products gain there. Without it: 0."),
    may(
        "extra_demand",
        Form::Number(0.0, 10.0, "share of the budget"),
        "Demand that the agreement adds there. Without it: 0.",
    ),
    SEGMENTS,
    SOURCE,
];
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
            Form::Items(inner) | Form::Choices(inner) | Form::Parameters(inner) => {
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
