//! `import`: a published dataset as a table of market shares, and what was dropped or changed on the way.

use sim_core::scenario::eto::{Note, Reason, Share};
use sim_lab::import::{self, Imported};

use crate::args::{Dataset, Eto, Global, Import};
use crate::failure::Failure;
use crate::out::errln;
use crate::{events, out};

/// Examples that the report names for each reason.
const EXAMPLES: usize = 4;

/// Imports a dataset.
pub(crate) fn import(args: &Import, global: &Global) -> Result<(), Failure> {
    match &args.dataset {
        Dataset::Eto(args) => eto(args, global),
    }
}

fn eto(args: &Eto, global: &Global) -> Result<(), Failure> {
    let imported = import::eto(&args.directory)?;
    let failed = |what: String, error: std::io::Error| Failure::Other(format!("{what}: {error}"));
    let firms = match &args.out {
        Some(path) => Some(
            import::write(&imported, path)
                .map_err(|(path, error)| failed(path.display().to_string(), error))?,
        ),
        None => None,
    };
    if global.json {
        events(args, &imported);
        return Ok(());
    }
    if args.out.is_none() {
        let table = import::countries_csv(&imported.market.countries)
            .map_err(|error| failed("standard output".to_owned(), error))?;
        out::write(format_args!("{}", String::from_utf8_lossy(&table)));
    }
    if !global.quiet {
        report(&imported);
        if let (Some(path), Some(firms)) = (&args.out, firms) {
            let (path, firms) = (path.display(), firms.display());
            errln!("wrote {path} and {firms}");
            errln!("Next:\n  chokepoint hindcast --observed {path} --to YEAR");
        }
    }
    Ok(())
}

/// What was read, dropped and changed, for people.
fn report(imported: &Imported) {
    let market = &imported.market;
    let segments: std::collections::BTreeSet<_> =
        market.countries.iter().map(|row| row.segment_id.as_str()).collect();
    errln!(
        "{} shares of countries in {} segments, {} rows of firms",
        market.countries.len(),
        segments.len(),
        market.firms.len()
    );
    for reason in Reason::ALL {
        let notes: Vec<&Note> = market.notes.iter().filter(|n| n.reason == *reason).collect();
        if notes.is_empty() {
            continue;
        }
        errln!("{:>10} {:>4}  {}", reason.effect().as_str(), notes.len(), reason.meaning());
        for note in notes.iter().take(EXAMPLES) {
            let file = note.file.rsplit('/').next().unwrap_or(&note.file);
            errln!("                 {file}:{}:{} {}", note.line, note.column, note.about);
        }
        if notes.len() > EXAMPLES {
            errln!("                 and {} more", notes.len() - EXAMPLES);
        }
    }
}

/// The same as NDJSON, with every note; the rows too, if they went to no file.
fn events(args: &Eto, imported: &Imported) {
    let market = &imported.market;
    if args.out.is_none() {
        market.countries.iter().chain(&market.firms).for_each(row_event);
    }
    for note in &market.notes {
        let line = serde_json::json!({
            "effect": note.reason.effect().as_str(),
            "reason": note.reason.as_str(), "about": note.about, "file": note.file,
            "line": note.line, "column": note.column,
        });
        events::print("note", &line);
    }
    let files: Vec<_> = imported
        .files
        .iter()
        .map(|file| serde_json::json!({ "path": file.path, "sha256": file.sha256 }))
        .collect();
    let line = serde_json::json!({
        "dataset": "eto", "files": files,
        "countries": market.countries.len(), "firms": market.firms.len(),
        "notes": market.notes.len(), "out": args.out.as_ref().map(|path| path.display().to_string()),
    });
    events::print("imported", &line);
}

fn row_event(row: &Share) {
    let line = serde_json::json!({
        "segment_id": row.segment_id, "segment": row.segment,
        "firm": (!row.firm.is_empty()).then_some(&row.firm), "country": row.country,
        "share_pct": row.share_pct, "year": row.year, "world_size_usd_m": row.world_size_usd_m,
        "source": row.source, "note": row.note,
    });
    events::print("share", &line);
}
