//! Keys of rules of the buyers' state: what its lines may buy abroad.

use super::super::purchase_rule::{Counted, Missing};
use super::super::tables::Family;
use super::common::{FROM, LEVEL, REFERENCE, SEGMENTS, SOURCE, TO};
use super::measures::HARD_CAP;
use super::{Form, Key, may, need, words};

/// Words for what the share is counted over.
pub(crate) const COUNTED: [(&str, Counted); 2] =
    [("line", Counted::Line), ("segment", Counted::Segment)];
/// Words for what becomes of purchases that domestic products cannot serve.
pub(crate) const MISSING: [(&str, Missing); 2] =
    [("waived", Missing::Waived), ("unbought", Missing::Unbought)];
/// Words for families of lines.
pub(crate) const FAMILY_WORDS: [(&str, Family); 5] = [
    ("logic", Family::Logic),
    ("dram", Family::Dram),
    ("nand", Family::Nand),
    ("packaging", Family::Packaging),
    ("none", Family::None),
];

/// `lines_from = {}` and `lines_below = {}`.
pub const LINE_LEVEL: &[Key] = &[
    need("level", LEVEL, "Level of a line, for every family without one of its own."),
    HARD_CAP[1],
    HARD_CAP[2],
    HARD_CAP[3],
    HARD_CAP[4],
];
/// `[purchase_rules.NAME]`.
pub const PURCHASE_RULE: &[Key] = &[
    need("title", Form::Text, "Name for people."),
    REFERENCE,
    SOURCE,
    need("state", Form::Text, "ISO-3 code of the buyers' state: its suppliers are domestic."),
    FROM,
    TO,
    SEGMENTS,
    may(
        "locations",
        Form::Texts,
        "ISO-3 codes where the lines stand. Without it: the state's own.",
    ),
    may("owners", Form::Texts, "Only lines owned from these ISO-3 codes. Without it: all."),
    may("end_users", Form::Texts, "Only these lines: ids of data/lines.csv. Without it: all."),
    may(
        "families",
        Form::Texts,
        "Only lines of these families: logic, dram, nand, packaging, none.",
    ),
    may("lines_from", Form::Table(LINE_LEVEL), "Only lines at or above this level."),
    may("lines_below", Form::Table(LINE_LEVEL), "Only lines below this level; others are exempt."),
    may(
        "makers",
        Form::Texts,
        "Legal homes whose products it limits. Without it: all foreign ones.",
    ),
    need(
        "home_share",
        Form::Dated(0.0, 1.0, "share", &[]),
        "Least share of new purchases from others than those; 1 is an import ban.",
    ),
    may(
        "counted",
        Form::Words(&words(&COUNTED)),
        "Over all that a line buys of the segments, or by segment. Without it: line.",
    ),
    may(
        "missing",
        Form::Words(&words(&MISSING)),
        "What becomes of purchases that domestic products cannot serve. Without it: waived.",
    ),
    may(
        "coverage",
        Form::Dated(0.0, 1.0, "share", &[]),
        "Part of the new purchases in scope that it is about, also by date. Without it: 1.",
    ),
    need(
        "compliance",
        Form::Dated(0.0, 1.0, "share", &["rule-compliance"]),
        "Part of these that obey it, also by date.",
    ),
];
