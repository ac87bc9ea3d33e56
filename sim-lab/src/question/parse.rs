//! Reading a study.
//!
//! Invariant: text in, a [`Question`] or *all* its problems out.

use std::ops::Range;
use std::path::Path;

use sim_core::calendar::Quarter;
use sim_core::metric::{Every, Id, METRICS, NAMED_FIRMS, Split};
use sim_core::scenario::keys::names;
use sim_core::scenario::plain;
use sim_core::scenario::problem::{Code, Problems};
use toml::de::DeValue;

use super::keys::{self, DECIMALS, REPLICATES, YEARS};
use super::{Question, Wish};
use crate::comparison::BASELINE;
use crate::notes::{Notes, Placed, Section, Value, open};
use crate::outcome::{HEADLINES, Take, bloc_of, metric_of, unfit};
use crate::sweep::DESIGN_OUT;

impl Question {
    /// Reads the text of a study, without the scenarios that it names.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn read(file: &str, text: &str) -> Result<Self, Problems> {
        let mut notes = Notes::new(file, text);
        let table = notes.parse();
        let root = Section { path: "", table: &table, at: (0, 0) };
        let found = question(&root, (file, text), &mut notes);
        let problems = notes.finish();
        match found {
            Some(found) if problems.is_empty() => Ok(found),
            _ => Err(Problems(problems)),
        }
    }
}

fn question<'t>(
    root: &Section<'_, 't>,
    (file, text): (&str, &str),
    notes: &mut Notes<'t>,
) -> Option<Question> {
    root.only(&names(keys::STUDY), notes);
    root.schema("studies", notes);
    let id = Path::new(file).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into());
    if !plain::is_id(&id) {
        let message = format!(
            "the file's name becomes an id: only letters, digits, spaces and `-_.+`, not `{id}`"
        );
        notes.error(Code::BadText, 0..0, message, Some("give it another name".to_owned()));
    }
    let asked = root.need("question", notes).and_then(|v| line(v, notes));
    let summary = root.need("summary", notes).and_then(|v| notes.text_of(v)).map(str::to_owned);
    let trunk = root.get("trunk").and_then(|v| one(v, notes));
    let at = root.get("branch_at").and_then(|v| quarter("branch_at", v, notes));
    let trunk = both(root, trunk, at, notes);
    let baseline = match (root.get("baseline"), &trunk) {
        (Some(value), _) => one(value, notes),
        (None, Some((trunk, _))) => Some(trunk.clone()),
        (None, None) => Some(Placed { text: BASELINE.to_owned(), span: 0..0 }),
    };
    let regimes = root.need("regimes", notes).map_or_else(Vec::new, |v| regimes(v, notes));
    let mut set = Vec::new();
    if let Some((end, placed)) = root.get("end").and_then(|v| quarter("end", v, notes)) {
        set.push(Placed { text: format!("time.end={end}"), span: placed.span });
    }
    set.extend(
        root.get("set")
            .map_or_else(Vec::new, |v| notes.overrides_of(v, "mechanisms.salience=false")),
    );
    let count = |key: &str, notes: &mut Notes<'t>, (low, high): (u64, u64)| {
        root.get(key).and_then(|v| notes.count_of(v, low, high))
    };
    let replicates = count("replicates", notes, REPLICATES).map(|n| n as usize);
    let seed = count("seed", notes, (0, i64::MAX as u64));
    let brief = root.get("brief").and_then(|v| notes.text_of(v)).unwrap_or("").to_owned();
    let outcomes = root.get("outcomes").and_then(|v| open("outcomes", v, notes));
    let (headlines, rows) = outcomes.map_or((None, Vec::new()), |s| outcomes_of(&s, notes));
    Some(Question {
        id,
        file: file.to_owned(),
        text: text.to_owned(),
        question: asked?,
        summary: summary?,
        trunk,
        baseline: baseline?,
        regimes,
        set,
        replicates,
        seed,
        brief,
        headlines,
        rows,
    })
}

/// One line of text.
fn line<'t>(value: &Value<'t>, notes: &mut Notes<'t>) -> Option<String> {
    notes.line_of(value, "it has a line break or a tab, or nothing")
}

fn one<'t>(value: &Value<'t>, notes: &mut Notes<'t>) -> Option<Placed> {
    notes.text_of(value).map(|text| Placed { text: text.to_owned(), span: value.span() })
}

/// A quarter: a text, or a date without quotes.
fn quarter<'t>(key: &str, value: &Value<'t>, notes: &mut Notes<'t>) -> Option<(Quarter, Placed)> {
    let text = match value.get_ref() {
        DeValue::Datetime(date) => date.to_string(),
        _ => notes.text_of(value)?.to_owned(),
    };
    let Ok(found) = text.parse::<Quarter>() else {
        let message = format!("`{text}` is no quarter");
        let help = Some(format!("write {key} = \"2027Q1\", or a date such as 2027-01-15"));
        notes.error(Code::BadDate, value.span(), message, help);
        return None;
    };
    Some((found, Placed { text, span: value.span() }))
}

/// Trunk and branch go together.
fn both<'t>(
    root: &Section<'_, 't>,
    trunk: Option<Placed>,
    at: Option<(Quarter, Placed)>,
    notes: &mut Notes<'t>,
) -> Option<(Placed, (Quarter, Placed))> {
    let missing = |key: &str| root.get(key).is_none();
    let mut lacks = |span: Range<usize>, key: &str, help: &str| {
        let message = format!("`{key}` is missing: trunk and branch_at go together");
        notes.error(Code::MissingKey, span, message, Some(help.to_owned()));
    };
    match (&trunk, &at) {
        (Some(trunk), _) if missing("branch_at") => {
            lacks(trunk.span.clone(), "branch_at", "write branch_at = \"2027Q1\"");
        }
        (_, Some((_, at))) if missing("trunk") => {
            lacks(at.span.clone(), "trunk", "write trunk = \"current-law\"");
        }
        _ => {}
    }
    Some((trunk?, at?))
}

/// At least one scenario, none twice.
fn regimes<'t>(value: &Value<'t>, notes: &mut Notes<'t>) -> Vec<Placed> {
    let all = notes.placed_of(value);
    if all.is_empty() && matches!(value.get_ref(), DeValue::Array(items) if items.is_empty()) {
        let message = "a study needs at least one regime";
        notes.error(Code::MissingKey, value.span(), message, Some("[\"hard-cap\"]".to_owned()));
    }
    for (i, regime) in all.iter().enumerate() {
        if all[..i].iter().any(|other| other.text == regime.text) {
            let message = format!("`{}` is named twice", regime.text);
            let help = Some("name it once".to_owned());
            notes.error(Code::DuplicateId, regime.span.clone(), message, help);
        }
    }
    all
}

fn outcomes_of<'t>(
    section: &Section<'_, 't>,
    notes: &mut Notes<'t>,
) -> (Option<Vec<String>>, Vec<Wish>) {
    section.only(&names(keys::OUTCOMES), notes);
    let known: Vec<&str> = HEADLINES.iter().map(|h| h.id).chain([DESIGN_OUT]).collect();
    let headlines = section.get("headlines").map(|value| {
        let named = notes.texts_of(value);
        for (id, span) in named.iter().filter(|(id, _)| !known.contains(&id.as_str())) {
            notes.unknown_word(span.clone(), id, &known);
        }
        // The order is the registry's, as in every table.
        let shown = known.iter().filter(|id| named.iter().any(|(named, _)| named == *id));
        shown.map(|id| (*id).to_owned()).collect()
    });
    let rows = section.get("rows").and_then(|v| open("outcomes.rows", v, notes));
    let mut wishes = Vec::new();
    for (id, span, value) in rows.iter().flat_map(Section::entries) {
        if !plain::is_id(id) || known.contains(&id) {
            let message = format!(
                "`{id}` becomes the id of a row: letters, digits, spaces and `-_.+`, and no headline"
            );
            notes.error(
                Code::BadText,
                span.clone(),
                message,
                Some("write another name".to_owned()),
            );
        }
        let path = format!("outcomes.rows.{id}");
        if let Some(row) = open(&path, value, notes) {
            wishes.extend(wish(id, span, &row, notes));
        }
    }
    (headlines, wishes)
}

fn wish<'t>(
    id: &str,
    span: Range<usize>,
    row: &Section<'_, 't>,
    notes: &mut Notes<'t>,
) -> Option<Wish> {
    row.only(&names(keys::ROW), notes);
    let name = row.need("name", notes).and_then(|v| line(v, notes));
    let take = row.need("take", notes).and_then(|value| {
        let word = notes.text_of(value)?;
        let found = Take::WORDS.iter().find(|(known, _)| *known == word).map(|(_, take)| *take);
        if found.is_none() {
            notes.unknown_word(value.span(), word, &Take::WORDS.map(|(known, _)| known));
        }
        found
    });
    let metric = match row.get("metric") {
        None => Some(Id::SegmentSales),
        Some(value) => notes.text_of(value).and_then(|word| {
            let found = metric_of(word);
            if found.is_none() {
                let known: Vec<&str> = METRICS.iter().map(|m| m.name).collect();
                notes.unknown_word(value.span(), word, &known);
            }
            found
        }),
    };
    let segments = row.get("segments").map_or_else(Vec::new, |v| notes.placed_of(v));
    let firm = row.get("firm").and_then(|v| one(v, notes));
    if let Some(firm) = firm.as_ref().filter(|firm| !NAMED_FIRMS.contains(&firm.text.as_str())) {
        notes.unknown_word(firm.span.clone(), &firm.text, &NAMED_FIRMS);
    }
    let bloc = |key: &str, notes: &mut Notes<'t>| -> Option<Placed> {
        let found = row.get(key).and_then(|v| one(v, notes))?;
        if bloc_of(&found.text).is_none() {
            notes.unknown_word(found.span.clone(), &found.text, &["us", "china", "third"]);
        }
        Some(found)
    };
    let (supplier, buyer) = (bloc("supplier", notes), bloc("buyer", notes));
    let year = |key: &str, notes: &mut Notes<'t>| {
        let value = row.get(key)?;
        let year = notes.count_of(value, YEARS.0, YEARS.1)?;
        Some((year as i32, Placed { text: year.to_string(), span: value.span() }))
    };
    let (from, to) = (year("from", notes), year("to", notes));
    let decimals = row.get("decimals").and_then(|v| notes.count_of(v, 0, DECIMALS));
    let (take, metric) = (take?, metric?);
    let wish = Wish {
        id: id.to_owned(),
        name: name?,
        take,
        metric: metric.spec().name.to_owned(),
        supplier: supplier.as_ref().map_or_else(String::new, |p| p.text.clone()),
        buyer: buyer.as_ref().map_or_else(String::new, |p| p.text.clone()),
        segments,
        firm,
        from,
        to,
        decimals: decimals.map_or(take.decimals(), |n| n as usize),
        at: Placed { text: id.to_owned(), span },
    };
    // Unknown words have been noted.
    let sound = [&supplier, &buyer].into_iter().flatten().all(|b| bloc_of(&b.text).is_some());
    if sound {
        for (span, message, help) in
            contradictions(&wish, metric, supplier.as_ref(), buyer.as_ref())
        {
            notes.error(Code::ExclusiveKeys, span, message, Some(help));
        }
    }
    Some(wish)
}

type Contradiction = (Range<usize>, String, String);

/// What the keys of a row say against each other.
fn contradictions(
    wish: &Wish,
    metric: Id,
    supplier: Option<&Placed>,
    buyer: Option<&Placed>,
) -> Vec<Contradiction> {
    let at = || wish.at.span.clone();
    let spec = metric.spec();
    let mut found: Vec<Contradiction> = Vec::new();
    let mut note = |span: Range<usize>, message: String, help: &str| {
        found.push((span, message, help.to_owned()));
    };
    if let Some(reason) = unfit(metric, wish.take) {
        note(at(), reason, "docs/metrics.md lists units and breakdowns");
    }
    if wish.take == Take::Share && supplier.is_none() && wish.firm.is_none() {
        note(at(), "a share of whom?".to_owned(), "add supplier = \"us\", or firm");
    }
    match (spec.every, wish.segments.first()) {
        // A firm's sales are of all that it sells; its share is of segments.
        (Every::Year, None) if wish.firm.is_none() || wish.take == Take::Share => {
            let message = format!("`{}` is of segments, and none is named", spec.name);
            note(at(), message, "add segments = [\"etch\"]");
        }
        (Every::Quarter, Some(first)) => {
            let message = format!("`{}` is not split by segment", spec.name);
            note(
                first.span.clone(),
                message,
                "leave segments away, or take metric = \"segment-sales\"",
            );
        }
        _ => {}
    }
    let split = |of: &[Split]| of.contains(&spec.split);
    if let Some(supplier) = supplier
        && !split(&[Split::Supplier, Split::Both, Split::Segment])
    {
        let message = format!("`{}` is not split by supplier", spec.name);
        note(supplier.span.clone(), message, "leave supplier away");
    }
    if let Some(buyer) = buyer
        && !split(&[Split::Buyer, Split::Both])
    {
        let message = format!("`{}` is not split by buyer", spec.name);
        note(buyer.span.clone(), message, "leave buyer away");
    }
    if let Some(firm) = &wish.firm {
        if supplier.is_some() || metric != Id::SegmentSales {
            let message = "a firm stands for supplier and metric".to_owned();
            note(firm.span.clone(), message, "leave supplier and metric away");
        }
        if !matches!(wish.take, Take::Sum | Take::Share) {
            let message = format!("the {} of a firm is not recorded", wish.take.as_str());
            note(firm.span.clone(), message, "write take = \"sum\" or \"share\"");
        }
        if let (Take::Sum, Some(first)) = (wish.take, wish.segments.first()) {
            let message = "the sales of a firm are of all its segments".to_owned();
            note(first.span.clone(), message, "leave segments away");
        }
    }
    if let (Some((from, at)), Some((to, _))) = (&wish.from, &wish.to)
        && from > to
    {
        note(at.span.clone(), format!("it begins in {from} and ends in {to}"), "from before to");
    }
    if let Some((_, at)) = wish.from.as_ref().filter(|_| wish.take != Take::Sum) {
        let message = format!("a {} is of one year", wish.take.as_str());
        note(at.span.clone(), message, "leave `from` away; `to` names the year");
    }
    found
}
