//! From CSV rows to the typed tables.
//!
//! Invariant: a row that is returned is well-formed in itself. How rows fit together is for
//! [`super::check_tables`].

use super::keys::FAMILY_WORDS;
use super::problem::Log;
use super::sheet::{Columns, Row};
use super::tables::{
    Bloc, BuyerKind, CountryShare, Deflator, Difficulty, Jurisdiction, Line, Product, ProductState,
    Role, Route, RouteWeight, Segment, SpendWeight, Spending, Supplier, Tables,
};
use super::walk::Bounds;
use crate::draws::{BUYER_SLOTS, PRODUCT_SLOTS};

/// A row and its cells.
pub(crate) type Read<T> = (T, Row);

/// All tables with the places of their cells.
#[derive(Debug, Default)]
pub(crate) struct ReadTables {
    pub(crate) jurisdictions: Vec<Read<Jurisdiction>>,
    pub(crate) segments: Vec<Read<Segment>>,
    pub(crate) shares: Vec<Read<CountryShare>>,
    pub(crate) suppliers: Vec<Read<Supplier>>,
    pub(crate) products: Vec<Read<Product>>,
    pub(crate) lines: Vec<Read<Line>>,
    pub(crate) spending: Vec<Read<Spending>>,
    pub(crate) deflator: Vec<Read<Deflator>>,
    pub(crate) weights: Vec<Read<SpendWeight>>,
    pub(crate) routes: Vec<Read<RouteWeight>>,
}

impl ReadTables {
    /// The rows without their places.
    pub(crate) fn tables(&self) -> Tables {
        fn rows<T: Clone>(read: &[Read<T>]) -> Vec<T> {
            read.iter().map(|(row, _)| row.clone()).collect()
        }
        Tables {
            jurisdictions: rows(&self.jurisdictions),
            segments: rows(&self.segments),
            shares: rows(&self.shares),
            suppliers: rows(&self.suppliers),
            products: rows(&self.products),
            lines: rows(&self.lines),
            spending: rows(&self.spending),
            deflator: rows(&self.deflator),
            weights: rows(&self.weights),
            routes: rows(&self.routes),
        }
    }
}

/// The stems of the files, in the order in which they are read.
pub(crate) const NAMES: [&str; 10] = [
    "jurisdictions",
    "segments",
    "shares",
    "suppliers",
    "products",
    "lines",
    "spending",
    "deflator",
    "spend_weights",
    "routes",
];

/// The columns of a file.
pub(crate) fn columns(name: &str) -> Columns {
    // A world without routes has no way around what it lacks, and needs no row to say so.
    let may_be_empty = name == "routes";
    let allowed: &[&str] =
        if name == "spending" { &["q1", "q2", "q3", "q4", "note"] } else { &["note"] };
    Columns { needed: needed_columns(name), allowed, others: false, may_be_empty }
}

/// The columns that a data table must have, in their order; `name` is the file without `.csv`.
pub fn needed_columns(name: &str) -> &'static [&'static str] {
    match name {
        "jurisdictions" => &["id", "name", "bloc", "relation", "diversion", "source", "grade"],
        "segments" => &[
            "id",
            "name",
            "class",
            "buyers",
            "family",
            "size_2019_usd_m",
            "node_following",
            "need_level",
            "lead",
            "difficulty",
            "service_dependence",
            "service_share",
            "network",
            "scored",
            "size_source",
            "size_grade",
            "traits_source",
            "traits_grade",
        ],
        "shares" => &["segment", "country", "share_pct", "rounding_pct", "source", "grade"],
        "suppliers" => &["id", "name", "tag", "legal", "behaviour", "source", "grade"],
        "products" => &[
            "segment",
            "supplier",
            "slot",
            "state",
            "tier",
            "level",
            "level_spread",
            "us_content",
            "us_dependence",
            "made_by",
            "source",
            "grade",
        ],
        "lines" => &[
            "id",
            "name",
            "slot",
            "kind",
            "family",
            "owner",
            "location",
            "level",
            "ambition",
            "path",
            "share_2019",
            "share_2024",
            "state_exposure",
            "mature_twin",
            "tag",
            "source",
            "grade",
        ],
        "spending" => &["path", "year", "usd_m", "source", "grade"],
        "deflator" => &["year", "index", "source", "grade"],
        "routes" => &["route", "family", "class", "factor", "role", "source", "grade"],
        _ => &["family", "class", "level_0", "level_2", "level_4", "level_6", "source", "grade"],
    }
}

const KINDS: [(&str, BuyerKind); 10] = [
    ("fab", BuyerKind::Fab),
    ("packaging", BuyerKind::Packaging),
    ("designer", BuyerKind::Designer),
    ("device", BuyerKind::Device),
    ("chipmaker", BuyerKind::Chipmaker),
    ("wafer", BuyerKind::Wafer),
    ("foundry", BuyerKind::Foundry),
    ("cloud", BuyerKind::Cloud),
    ("electronics", BuyerKind::Electronics),
    ("compound", BuyerKind::Compound),
];
const PERCENT: Bounds = Bounds::new(0.0, 100.0);
/// Half the largest unit in which shares are printed, percentage points.
const ROUNDING: Bounds = Bounds::new(0.0, 10.0);
/// Columns of the quarters of a year.
const QUARTERS: [&str; 4] = ["q1", "q2", "q3", "q4"];
/// From the smallest amount that counts as positive to the largest that is no slip of units: a dollar, and a tenth of the
/// world's product.
const MONEY: Bounds = Bounds::new(1e-6, 1e7).of("USD million");
/// A price level with the base year at 1; a level in percent lies outside.
const PRICES: Bounds = Bounds::new(0.1, 10.0);

pub(crate) fn jurisdiction(row: &Row, log: &mut Log) -> Option<Jurisdiction> {
    let blocs = Bloc::ALL.map(|bloc| (bloc.as_str(), bloc));
    let id = row.text("id", log);
    let name = row.text("name", log);
    let bloc = row.word("bloc", &blocs, log);
    let relation = row.number("relation", Bounds::SHARE, log);
    let diversion = row.number("diversion", Bounds::SHARE, log);
    Some(Jurisdiction {
        id: id?,
        name: name?,
        bloc: bloc?,
        relation: relation?,
        diversion: diversion?,
    })
}

pub(crate) fn segment(row: &Row, log: &mut Log) -> Option<Segment> {
    let difficulties =
        [("easy", Difficulty::Easy), ("medium", Difficulty::Medium), ("hard", Difficulty::Hard)];
    let id = row.text("id", log);
    let name = row.text("name", log);
    let class = row.text("class", log);
    let buyers = row.word("buyers", &KINDS, log);
    row.word("family", &[("process", ()), ("packaging", ()), ("none", ())], log);
    let size = row.number("size_2019_usd_m", MONEY, log);
    let node_following = row.number("node_following", Bounds::SHARE, log);
    let need_level = row.number("need_level", Bounds::LEVEL, log);
    let lead = row.number("lead", Bounds::LEVEL, log);
    let difficulty = row.word("difficulty", &difficulties, log);
    let service_dependence = row.number("service_dependence", Bounds::SHARE, log);
    let service_share = row.number("service_share", Bounds::new(0.0, 2.0), log);
    let network = row.number("network", Bounds::new(0.0, 10.0), log);
    let scored = row.word("scored", &[("yes", true), ("no", false)], log);
    Some(Segment {
        id: id?,
        name: name?,
        class: class?,
        buyers: buyers?,
        size_2019_usd_m: size?,
        node_following: node_following?,
        need_level: need_level?,
        lead: lead?,
        difficulty: difficulty?,
        service_dependence: service_dependence?,
        service_share: service_share?,
        network: network?,
        scored: scored?,
        size_grade: row.grade("size_grade")?,
        traits_grade: row.grade("traits_grade")?,
    })
}

pub(crate) fn share(row: &Row, log: &mut Log) -> Option<CountryShare> {
    let segment = row.text("segment", log);
    let country = row.text("country", log);
    let share_pct = row.number("share_pct", PERCENT, log);
    let rounding_pct = row.number("rounding_pct", ROUNDING, log);
    Some(CountryShare {
        segment: segment?,
        country: country?,
        share_pct: share_pct?,
        rounding_pct: rounding_pct?,
        grade: row.grade("grade")?,
    })
}

pub(crate) fn supplier(row: &Row, log: &mut Log) -> Option<Supplier> {
    let id = row.text("id", log);
    let name = row.text("name", log);
    let tag = row.text("tag", log);
    let legal = row.text("legal", log);
    let behaviour = row.text("behaviour", log);
    Some(Supplier { id: id?, name: name?, tag: tag?, legal: legal?, behaviour: behaviour? })
}

pub(crate) fn product(row: &Row, log: &mut Log) -> Option<Product> {
    let states = [
        ("incumbent", ProductState::Incumbent),
        ("roster_zero", ProductState::RosterZero),
        ("entrant", ProductState::Entrant),
    ];
    let segment = row.text("segment", log);
    let supplier = row.text("supplier", log);
    let slot = row.integer("slot", 0, PRODUCT_SLOTS as i32 - 1, log);
    let state = row.word("state", &states, log);
    let tier = row.integer("tier", 1, 2, log);
    let level = row.number("level", Bounds::LEVEL, log);
    let level_spread = row.number("level_spread", Bounds::new(0.0, 10.0), log);
    let us_content = row.number("us_content", Bounds::SHARE, log);
    let us_dependence = row.number("us_dependence", Bounds::SHARE, log);
    Some(Product {
        segment: segment?,
        supplier: supplier?,
        state: state?,
        tier: tier? as u8,
        level: level?,
        level_spread: level_spread?,
        us_content: us_content?,
        us_dependence: us_dependence?,
        made_by: given(row.cell("made_by")),
        slot: slot? as u32,
        grade: row.grade("grade")?,
    })
}

/// A cell that may be empty.
fn given(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

pub(crate) fn line(row: &Row, log: &mut Log) -> Option<Line> {
    let id = row.text("id", log);
    let name = row.text("name", log);
    let slot = row.integer("slot", 0, BUYER_SLOTS as i32 - 1, log);
    let kind = row.word("kind", &KINDS, log);
    let family = row.word("family", &FAMILY_WORDS, log);
    let owner = row.text("owner", log);
    let location = row.text("location", log);
    let level = row.number("level", Bounds::LEVEL, log);
    let ambition = row.number("ambition", Bounds::new(0.0, 10.0), log);
    let path = row.text("path", log);
    let share_2019 = row.number("share_2019", Bounds::SHARE, log);
    let share_2024 = row.number("share_2024", Bounds::SHARE, log);
    let state_exposure = row.number("state_exposure", Bounds::SHARE, log);
    Some(Line {
        id: id?,
        name: name?,
        kind: kind?,
        family: family?,
        owner: owner?,
        location: location?,
        level: level?,
        ambition: ambition?,
        path: path?,
        share_2019: share_2019?,
        share_2024: share_2024?,
        state_exposure: state_exposure?,
        mature_twin: given(row.cell("mature_twin")),
        tag: given(row.cell("tag")),
        slot: slot? as u32,
        grade: row.grade("grade")?,
    })
}

pub(crate) fn spending(row: &Row, log: &mut Log) -> Option<Spending> {
    let path = row.text("path", log);
    let year = row.integer("year", 1950, 2100, log);
    let usd_m = row.number("usd_m", MONEY, log);
    let quarters = quarters(row, log);
    Some(Spending {
        path: path?,
        year: year?,
        usd_m: usd_m?,
        quarters: quarters?,
        grade: row.grade("grade")?,
    })
}

/// Quarters of a year as printed: all four, or none.
#[expect(clippy::option_option, reason = "absent and wrong are different")]
fn quarters(row: &Row, log: &mut Log) -> Option<Option<[f64; 4]>> {
    if QUARTERS.iter().all(|quarter| row.cell(quarter).is_empty()) {
        return Some(None);
    }
    let quarters = QUARTERS.map(|quarter| row.number(quarter, MONEY, log));
    let [Some(first), Some(second), Some(third), Some(fourth)] = quarters else { return None };
    Some(Some([first, second, third, fourth]))
}

pub(crate) fn deflator(row: &Row, log: &mut Log) -> Option<Deflator> {
    let year = row.integer("year", 1950, 2100, log);
    let index = row.number("index", PRICES, log);
    Some(Deflator { year: year?, index: index? })
}

pub(crate) fn weight(row: &Row, log: &mut Log) -> Option<SpendWeight> {
    let words: Vec<_> = KINDS.iter().map(|k| k.0).chain(FAMILY_WORDS.iter().map(|f| f.0)).collect();
    let words: Vec<_> = words.into_iter().map(|word| (word, ())).collect();
    let family = row.word("family", &words, log).map(|()| row.cell("family").to_owned());
    let class = row.text("class", log);
    let at = ["level_0", "level_2", "level_4", "level_6"]
        .map(|column| row.number(column, Bounds::SHARE, log));
    let [a, b, c, d] = at;
    Some(SpendWeight { family: family?, class: class?, at_level: [a?, b?, c?, d?] })
}

pub(crate) fn route(row: &Row, log: &mut Log) -> Option<RouteWeight> {
    let routes = Route::ALL.map(|route| (route.as_str(), route));
    let roles = [
        ("spending", Role::Spending),
        ("critical", Role::Critical),
        ("defining", Role::Defining),
        ("bonding", Role::Bonding),
    ];
    let route = row.word("route", &routes, log);
    let family = row.word("family", &FAMILY_WORDS[..3], log);
    let class = row.text("class", log);
    let factor = row.number("factor", Bounds::new(0.0, 10.0), log);
    let role = row.word("role", &roles, log);
    Some(RouteWeight {
        route: route?,
        family: family?,
        class: class?,
        factor: factor?,
        role: role?,
    })
}
