//! Joins the four files: rows of countries and firms, and a note for all that is not as it was printed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::check_tables::SHARES;
use super::super::problem::{Code, Log};
use super::country::{EUROPE, SEVERAL};
use super::notes::{Notes, Reason};
use super::rows::{Input, Provider, Provision, Raw};
use super::{Share, size};

/// Shares of countries and of firms.
pub(super) fn build(raw: &Raw, notes: &mut Notes, log: &mut Log) -> (Vec<Share>, Vec<Share>) {
    let inputs: BTreeMap<&str, &Input> = raw.inputs.iter().map(|i| (i.id.as_str(), i)).collect();
    let parts = parts(raw, &inputs, notes);
    sizes(raw, notes);
    let usual = usual_year(raw);
    let mut seen: BTreeMap<(&str, &str, i32), Option<f64>> = BTreeMap::new();
    let (mut countries, mut firms) = (Vec::new(), Vec::new());
    for row in &raw.provisions {
        let Some((input, provider)) = joined(raw, &inputs, row, notes) else { continue };
        let about = format!("{} {}", input.id, provider.name);
        let year = year(row, input, usual, &about, notes, log);
        let Some(year) = year else { continue };
        match seen.insert((&row.provider, &row.segment, year), row.share) {
            Some(before) if before == row.share => {
                notes.add(Reason::Twice, row.provider_at, about);
                continue;
            }
            Some(before) => {
                let shown =
                    |share: Option<f64>| share.map_or("no share".to_owned(), |s| format!("{s} %"));
                let message =
                    format!("{about}: {}, but {} further up", shown(row.share), shown(before));
                log.error(Code::DuplicateId, row.share_at, message).help("keep one of the rows");
                continue;
            }
            None => {}
        }
        if !kept(row, input, provider, &about, notes) {
            continue;
        }
        if row.percent {
            notes.add(Reason::Percent, row.share_at, &about);
        }
        home(provider, notes);
        let share = Share {
            segment_id: input.id.clone(),
            segment: input.name.clone(),
            firm: if provider.is_country { String::new() } else { provider.name.clone() },
            country: provider.country.clone(),
            share_pct: row.share,
            year,
            world_size_usd_m: input.size.as_ref().map(|size| size.usd_m),
            source: if row.source.is_empty() { input.source.clone() } else { row.source.clone() },
            note: remark(row, input, year, parts.get(input.id.as_str()), notes),
        };
        if provider.is_country { countries.push((share, row)) } else { firms.push(share) }
    }
    (within_sum(countries, notes, log), firms)
}

/// The segment and the provider of a row, or a note on why it has none.
fn joined<'r>(
    raw: &'r Raw,
    inputs: &BTreeMap<&str, &'r Input>,
    row: &Provision,
    notes: &mut Notes,
) -> Option<(&'r Input, &'r Provider)> {
    let Some(provider) = raw.providers.get(&row.provider) else {
        notes.add(
            Reason::UnknownProvider,
            row.provider_at,
            format!("{} {}", row.segment, row.provider),
        );
        return None;
    };
    let Some(input) = inputs.get(row.segment.as_str()) else {
        let stage = row.segment.strip_prefix('S').is_some_and(|rest| rest.parse::<u32>().is_ok());
        let reason = if stage { Reason::Stage } else { Reason::UnknownSegment };
        let named = if row.segment_name.is_empty() { &row.segment } else { &row.segment_name };
        notes.add(reason, row.at, format!("{} {named}: {}", row.segment, provider.name));
        return None;
    };
    Some((input, provider))
}

/// The year of a row: its own, its segment's, that of the size, or the usual one.
fn year(
    row: &Provision,
    input: &Input,
    usual: Option<i32>,
    about: &str,
    notes: &mut Notes,
    log: &mut Log,
) -> Option<i32> {
    if let Some(year) = row.year.or(input.year) {
        return Some(year);
    }
    if let Some(year) = input.size.as_ref().and_then(|size| size.year) {
        notes.add(Reason::SizeYear, row.at, about);
        return Some(year);
    }
    if usual.is_some() {
        notes.add(Reason::UsualYear, row.at, about);
    } else {
        log.error(Code::MissingYear, row.at, "no row and no world market says of which year it is")
            .help("add a column `year` to provision.csv");
    }
    usual
}

/// Whether a row says enough to be in a table.
fn kept(
    row: &Provision,
    input: &Input,
    provider: &Provider,
    about: &str,
    notes: &mut Notes,
) -> bool {
    let reason = match (provider.is_country, row.share) {
        (true, None) => Reason::NoShare,
        (true, Some(_)) if input.size.is_none() => Reason::NoSize,
        (false, _) if provider.name.to_lowercase().starts_with("various") => Reason::Residual,
        (_, Some(_)) => return true,
        (false, None) => {
            let reason = if row.negligible { Reason::Negligible } else { Reason::Listed };
            notes.add(reason, row.share_at, about);
            return true;
        }
    };
    notes.add(reason, row.at, about);
    false
}

/// Notes how a provider's country was changed: once, where it is named.
fn home(provider: &Provider, notes: &mut Notes) {
    let reason = if provider.country == SEVERAL && provider.named != SEVERAL {
        Reason::Several
    } else if provider.country != provider.named {
        Reason::Country
    } else if provider.country == EUROPE {
        Reason::NoCountry
    } else {
        return;
    };
    notes.add(reason, provider.at, format!("{}: {}", provider.name, provider.country));
}

/// What to mind about a row.
fn remark(
    row: &Provision,
    input: &Input,
    year: i32,
    parts: Option<&BTreeSet<&str>>,
    notes: &mut Notes,
) -> String {
    let mut remarks = Vec::new();
    if row.negligible {
        remarks.push("negligible".to_owned());
    }
    if let Some(size) = &input.size {
        if let Some(scope) = &size.scope {
            remarks.push(format!("size of {scope}"));
        }
        if let Some(other) = size.year.filter(|&other| other != year) {
            notes.add(
                Reason::OtherYear,
                input.size_at,
                format!("{}: {other}, share {year}", input.id),
            );
            remarks.push(format!("size of {other}"));
        }
    }
    if let Some(parts) = parts {
        let parts: Vec<&str> = parts.iter().copied().collect();
        remarks.push(format!("contains {}", parts.join(" ")));
    }
    remarks.join("; ")
}

/// The segments that each segment contains.
fn parts<'r>(
    raw: &'r Raw,
    inputs: &BTreeMap<&str, &Input>,
    notes: &mut Notes,
) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut parts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for kind in &raw.kinds {
        let about = format!("{} is a kind of {}", kind.child, kind.parent);
        if inputs.contains_key(kind.child.as_str()) && inputs.contains_key(kind.parent.as_str()) {
            parts.entry(&kind.parent).or_default().insert(&kind.child);
            notes.add(Reason::Group, kind.at, about);
        } else {
            notes.add(Reason::UnknownKind, kind.at, about);
        }
    }
    parts
}

/// Notes the sizes that are no plain amounts.
fn sizes(raw: &Raw, notes: &mut Notes) {
    for input in &raw.inputs {
        let about = format!("{}: {}", input.id, input.printed);
        match &input.size {
            None if !input.printed.is_empty() => {
                notes.add(Reason::UnreadSize, input.size_at, about);
            }
            None => {}
            Some(size::Size { rough, scope, .. }) => {
                if *rough {
                    notes.add(Reason::Rough, input.size_at, &about);
                }
                if scope.is_some() {
                    notes.add(Reason::OtherScope, input.size_at, &about);
                }
            }
        }
    }
}

/// The year that most sizes are of; the later one if two are as frequent.
fn usual_year(raw: &Raw) -> Option<i32> {
    let mut years: BTreeMap<i32, usize> = BTreeMap::new();
    for year in raw.inputs.iter().filter_map(|i| i.size.as_ref()?.year) {
        *years.entry(year).or_default() += 1;
    }
    years.into_iter().max_by_key(|&(year, count)| (count, year)).map(|(year, _)| year)
}

/// Leaves out segments whose country shares add up to what no reader of observed tables accepts: too much, where some
/// supplier is counted twice, or too little, where most of the market is not told.
fn within_sum(rows: Vec<(Share, &Provision)>, notes: &mut Notes, log: &mut Log) -> Vec<Share> {
    let first = rows.first().map(|(_, row)| row.share_at);
    let mut sums: BTreeMap<(String, i32), f64> = BTreeMap::new();
    for (share, _) in &rows {
        *sums.entry((share.segment_id.clone(), share.year)).or_default() +=
            share.share_pct.unwrap_or(0.0);
    }
    let mut kept = Vec::new();
    for (share, row) in rows {
        let sum = sums.get(&(share.segment_id.clone(), share.year)).copied().unwrap_or(0.0);
        if SHARES.contains(&sum) {
            kept.push(share);
            continue;
        }
        let reason = if sum < *SHARES.start() { Reason::TooLittle } else { Reason::TooMuch };
        notes.add(reason, row.at, format!("{} {}: {sum:.1} %", share.segment_id, share.country));
    }
    if let Some(origin) = first.filter(|_| kept.is_empty()) {
        let (least, most) = SHARES.into_inner();
        let message =
            format!("in no segment do the country shares add up to {least}\u{2013}{most} %");
        log.error(Code::ShareSum, origin, message)
            .help("write percent, such as 61% or 61.0, and a row for every country");
    }
    kept
}
