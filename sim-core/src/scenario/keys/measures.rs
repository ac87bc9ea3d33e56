//! Keys of measures: what a control says, and who is bound by it, exempt from it or joins it.

use super::super::read_scope::{ENFORCEMENT, POLICIES};
use super::common::{
    APPROVALS, FROM, LEVEL, REFERENCE, SALIENCE_FORM, SALIENT, SEGMENTS, SERVICING_FORM, SHARE, TO,
};
use super::{Form, Key, may, need, words};

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
    HARD_CAP[1],
    HARD_CAP[2],
    HARD_CAP[3],
    HARD_CAP[4],
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
    &[need("trigger", SHARE, "Least dependence on US technology that is reached.")];
/// `[measures.NAME.additions.NAME]`.
pub const ADDITION: &[Key] = &[
    need("announced", Form::Quarter, "When the market knows."),
    need("in_force", Form::Quarter, "First quarter in force."),
    may("end_users", Form::Texts, "Buyers listed, wherever they stand: ids of data/lines.csv."),
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
    may(
        "approval_rate",
        Form::Dated(0.0, 1.0, "share", &APPROVALS),
        "Chance that a product, buyer and quarter is let through, also by date.",
    ),
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
        Form::Dated(0.0, 10.0, "share of the price", &[]),
        "Paid to the authority, also by date. Without it: 0.",
    ),
    may(
        "quantity_cap",
        Form::Number(0.0, 100.0, "share of sales in the authority's territory"),
        "Most that sales of a product under this licence may be. Without it: no cap.",
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
    may(
        "leaves",
        Form::Quarter,
        "First quarter in which they are no longer bound. Without it: never.",
    ),
    may(
        "returns",
        Form::Quarter,
        "First quarter in which they are bound again. Without it: never.",
    ),
    REFERENCE,
];
/// `[measures.NAME]`.
pub const MEASURE: &[Key] = &[
    need("title", Form::Text, "Name for people."),
    REFERENCE,
    need(
        "authority",
        Form::Text,
        "ISO-3 code of the state whose suppliers are bound. It is none of the destinations.",
    ),
    need("announced", Form::Quarter, "When the market knows."),
    need("in_force", Form::Quarter, "First quarter in force."),
    may("sunset", Form::Quarter, "First quarter no longer in force. Without it: for good."),
    SEGMENTS,
    need("destinations", Form::Texts, "ISO-3 codes of the places where the buyers stand."),
    may("owners", Form::Texts, "Only buyers owned from these ISO-3 codes. Without it: all."),
    may(
        "end_users",
        Form::Texts,
        "Only these buyers: ids of data/lines.csv. Without it: all, also if an addition lists some.",
    ),
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
        "Reach to foreign products with more than this share of US content. Only of the USA.",
    ),
    may(
        "fdpr",
        Form::Table(FDPR),
        "Reach to foreign products that depend on US technology. Only of the USA.",
    ),
    may("exempt_homes", Form::Texts, "ISO-3 codes of homes that both kinds of reach leave out."),
    may("additions", Form::Items(ADDITION), "Later additions of end users and destinations."),
    may("suspensions", Form::Items(SUSPENSION), "Quarters in which it is suspended."),
    may("validated", Form::Items(VALIDATION), "Buyers that it leaves alone for a time."),
    may(
        "lists_detected",
        Form::Flag,
        "Whether whoever is caught with diverted goods is listed. Without `end_users` the list begins empty.",
    ),
    may(
        "enforcement",
        Form::Dated(0.0, 1.0, "share", &words(&ENFORCEMENT)),
        "How well it is enforced (`weak` 0.25, `medium` 0.5, `strong` 0.8), also by date. Without it: medium.",
    ),
    may("licence", Form::Table(LICENCE), "Terms on which it lets goods through. Without it: none."),
    may(
        "servicing",
        SERVICING_FORM,
        "Whether installed tools may be serviced. Without it: allowed. Only licences for all lift a bar.",
    ),
    SALIENT,
    may("allies", Form::Items(ALLY), "Homes that align, or weigh doing so."),
];
