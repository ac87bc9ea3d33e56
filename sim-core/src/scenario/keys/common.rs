//! Keys and forms that several tables share.

use super::super::dated::Level;
use super::super::measure::Salience;
use super::super::walk::Bounds;
use super::{Form, Key, may, need, words};

pub(super) const SHARE: Form = Form::Number(0.0, 1.0, "share");
pub(super) const LEVEL: Form =
    Form::Number(Bounds::LEVEL.low, Bounds::LEVEL.high, "generations above 28 nm");
pub(super) const LOGITS: Form = Form::Number(-20.0, 20.0, "logits");
pub(super) const SALIENCE_FORM: Form = Form::WordOrShare(&words(&SALIENCE));
pub(super) const SERVICING_FORM: Form = Form::Words(&words(&SERVICING));

/// Words for news value.
pub(crate) const SALIENCE: [(&str, Salience); 3] =
    [("none", Salience::None), ("champion", Salience::Champion), ("sector", Salience::Sector)];
/// Words for the service of installed tools; whether it is barred.
pub(crate) const SERVICING: [(&str, bool); 2] = [("allowed", false), ("barred", true)];

/// Words for parameters that stand in for a number on a date.
pub(crate) const DATED_WORDS: [(&str, Level); 6] = [
    ("eroded-approval", Level::Eroded),
    ("eroded-approval-2024", Level::Eroded2024),
    ("listings-push", Level::ListingsPush),
    ("push-dependence", Level::PushDependence),
    ("push-third", Level::PushThird),
    ("rule-compliance", Level::RuleCompliance),
];
/// Parameters that an approval rate may be.
pub(crate) const APPROVALS: [&str; 2] = ["eroded-approval", "eroded-approval-2024"];

pub(super) const SEGMENTS: Key = may(
    "segments",
    Form::Texts,
    "Segments covered: ids or classes of data/segments.csv. Without it: all.",
);
pub(super) const REFERENCE: Key = need("reference", Form::Text, "The law, or what it stands for.");
pub(super) const SOURCE: Key = need("source", Form::Text, "Id of a source in data/sources.toml.");
pub(super) const FROM: Key = need("from", Form::Quarter, "First quarter.");
pub(super) const TO: Key =
    may("to", Form::Quarter, "First quarter without it. Without this key: for good.");
pub(super) const SALIENT: Key = may(
    "salience",
    SALIENCE_FORM,
    "How much news it is, beyond the purchases it bars. Without it: none.",
);
