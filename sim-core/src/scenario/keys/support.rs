//! Keys of what governments do beside controls: mandates, subsidies, opened markets.

use super::common::{FROM, LOGITS, SEGMENTS, SHARE, SOURCE, TO};
use super::{Form, Key, may, need};

/// `[mandates.NAME]`.
pub const MANDATE: &[Key] = &[
    need("owner", Form::Text, "ISO-3 code of the owners it binds."),
    FROM,
    TO,
    need(
        "logits",
        Form::Dated(-20.0, 20.0, "logits", &["listings-push"]),
        "Added preference for domestic products at full state exposure, also by date.",
    ),
    may(
        "dependence",
        Form::Dated(0.0, 1.0, "share", &["push-dependence"]),
        "Part of it that goes by the US share in what a buyer bought in the base year. Without it: 0.",
    ),
    may(
        "third",
        Form::Dated(0.0, 2.0, "share", &["push-third"]),
        "How much of that part turns against third makers. Without it: 0.",
    ),
    SEGMENTS,
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
        "Demand that it adds there: a share of what went to the home's products in 2019. Without it: 0.",
    ),
    SEGMENTS,
    SOURCE,
];
