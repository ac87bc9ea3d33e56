//! Importing published datasets: files in, tables and a report of what was dropped or changed out.
//!
//! Invariant: nothing is written before everything was read, and both tables are whole before either gets its
//! name.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sim_core::scenario::eto::{self, Market, Named, Share};
use sim_core::scenario::plain::guarded;
use sim_core::scenario::problem::Problems;

use crate::library::{FileUsed, read_text};

/// Columns of the table of firms; that of countries, which `hindcast --observed` reads, has no `firm`.
const COLUMNS: [&str; 9] = [
    "segment_id",
    "segment",
    "firm",
    "country",
    "share_pct",
    "year",
    "world_size_usd_m",
    "source",
    "note",
];
/// Place of `firm` among them.
const FIRM: usize = 2;

/// A dataset that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its tables and notes.
    pub market: Market,
    /// The files it was read from.
    pub files: Vec<FileUsed>,
}

/// Reads the ETO dataset from the directory of its files.
///
/// # Errors
/// All problems of all files. A file that is a link to a place outside the directory is refused: an archive that
/// was unpacked there could otherwise make any file of the machine part of a table.
pub fn eto(directory: &Path) -> Result<Imported, Problems> {
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    for name in eto::FILES {
        let path = directory.join(name);
        let read = inside(directory, &path).and_then(|()| read_text(&path));
        match read {
            Ok(text) => texts.push(text),
            Err(Problems(more)) => problems.extend(more),
        }
    }
    let Ok([a, b, c, d]) = <[_; 4]>::try_from(texts) else { return Err(Problems(problems)) };
    let used = |(path, _, sha256): &(String, String, String)| FileUsed {
        path: path.clone(),
        sha256: sha256.clone(),
    };
    let files = [&a, &b, &c, &d].map(used).to_vec();
    let market = eto::read([&a, &b, &c, &d].map(|(name, text, _)| Named { name, text }))?;
    Ok(Imported { market, files })
}

/// Refuses a link that leads out of the directory.
fn inside(directory: &Path, path: &Path) -> Result<(), Problems> {
    // What does not exist is refused with its reason when it is read.
    let (Ok(home), Ok(target)) = (directory.canonicalize(), path.canonicalize()) else {
        return Ok(());
    };
    if target.starts_with(&home) {
        return Ok(());
    }
    let message = "it is a link that leads out of the directory";
    let help = Some("put a copy of the file there".to_owned());
    Err(Problems::unreadable(&path.to_string_lossy(), message, help))
}

/// The table of countries as CSV.
///
/// # Errors
/// If it cannot be written as CSV.
pub fn countries_csv(rows: &[Share]) -> io::Result<Vec<u8>> {
    table(rows, &|column| column != FIRM)
}

/// The table of firms as CSV.
///
/// # Errors
/// If it cannot be written as CSV.
pub fn firms_csv(rows: &[Share]) -> io::Result<Vec<u8>> {
    table(rows, &|_| true)
}

fn table(rows: &[Share], shown: &dyn Fn(usize) -> bool) -> io::Result<Vec<u8>> {
    let kept = |cells: [&str; 9]| -> Vec<String> {
        let cells = cells.into_iter().enumerate().filter(|&(column, _)| shown(column));
        cells.map(|(_, cell)| guarded(cell).into_owned()).collect()
    };
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(kept(COLUMNS))?;
    for row in rows {
        out.write_record(kept([
            &row.segment_id,
            &row.segment,
            &row.firm,
            &row.country,
            &number(row.share_pct),
            &row.year.to_string(),
            &number(row.world_size_usd_m),
            &row.source,
            &row.note,
        ]))?;
    }
    out.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// Where the firms go when the countries go to a path: `market.csv` and `market-firms.csv`.
pub fn firms_path(countries: &Path) -> PathBuf {
    let stem = countries.file_stem().unwrap_or_default().to_string_lossy();
    let ending =
        countries.extension().map_or_else(String::new, |e| format!(".{}", e.to_string_lossy()));
    countries.with_file_name(format!("{stem}-firms{ending}"))
}

/// Writes both tables, beside their names and then renamed; gives the path of the firms.
///
/// # Errors
/// If one of the files exists, or cannot be written. Nothing is left behind then.
pub fn write(imported: &Imported, countries: &Path) -> Result<PathBuf, (PathBuf, io::Error)> {
    let firms = firms_path(countries);
    for path in [countries, &firms] {
        // A link that leads nowhere counts, too: writing would follow it.
        if fs::symlink_metadata(path).is_ok() {
            let reason = "exists: name another file, or delete it";
            let error = io::Error::new(io::ErrorKind::AlreadyExists, reason);
            return Err((path.to_owned(), error));
        }
    }
    let tables = [
        (countries.to_owned(), countries_csv(&imported.market.countries)),
        (firms.clone(), firms_csv(&imported.market.firms)),
    ];
    let mut written: Vec<PathBuf> = Vec::new();
    let done = put(tables, &mut written);
    if done.is_err() {
        for path in written {
            // It is the first failure that is reported.
            let _ = fs::remove_file(path);
        }
    }
    done.map(|()| firms)
}

/// Writes every table beside its name, then gives all of them their names. `written` names what is there.
fn put(
    tables: [(PathBuf, io::Result<Vec<u8>>); 2],
    written: &mut Vec<PathBuf>,
) -> Result<(), (PathBuf, io::Error)> {
    let mut waiting = Vec::new();
    for (path, bytes) in tables {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let fail = |error| (path.clone(), error);
        let bytes = bytes.map_err(fail)?;
        // Created, never opened: whatever has that name is not ours.
        let mut file = fs::File::create_new(&part).map_err(fail)?;
        written.push(part.clone());
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(fail)?;
        waiting.push((part, path));
    }
    for (part, path) in waiting {
        fs::rename(&part, &path).map_err(|error| (path.clone(), error))?;
        written.push(path);
    }
    Ok(())
}
