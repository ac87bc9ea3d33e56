//! A synthetic world as a directory of scenario files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sim_core::scenario::needed_columns;
use sim_core::scenario::param::Grade;
use sim_core::scenario::tables::{BuyerKind, Difficulty, Family, ProductState, Tables};
use sim_core::structure::Structure;

use super::{BUDGET_JITTER, LEVEL_JITTER, SIZE_JITTER, SOURCE, Size, SynthError, regimes, tables};
use crate::library::Loaded;
use crate::store::cells;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Buyers.
    pub buyers: usize,
    /// Suppliers, each counted once.
    pub suppliers: usize,
    /// Segments.
    pub segments: usize,
    /// Products: a supplier in a segment.
    pub products: usize,
    /// Buyer and segment that it buys.
    pub cells: usize,
    /// Buyer and product that it may choose.
    pub pairs: usize,
    /// Regimes beside the baseline, by file name.
    pub regimes: Vec<String>,
}

/// Writes a world: `baseline.toml` and the ensemble that it names, the library's regimes as far as they fit, and
/// `data/`.
///
/// # Errors
/// [`SynthError`]; nothing is written into a directory that holds a baseline.
pub fn write(directory: &Path, base: &Loaded, size: Size) -> Result<Written, SynthError> {
    let world = tables(&base.scenario.tables, size)?;
    let main = Path::new(&base.files[0].path);
    let home = main.parent().unwrap_or(Path::new("")).to_path_buf();
    let old = home.join("data");
    let data = directory.join("data");
    if directory.join("baseline.toml").exists() || data.exists() {
        return Err(SynthError::Exists(directory.display().to_string()));
    }
    let baseline = read(main)?;
    if !baseline.contains("directory = \"data\"") || !old.is_dir() {
        let expected = "its tables should stand in `data` beside it";
        return Err(SynthError::Base(base.files[0].path.clone(), expected));
    }
    fs::create_dir_all(&data).map_err(|source| failed(&data, source))?;
    let note = format!(
        "# A synthetic world, made by `chokepoint synth`: no data. Seed {}.\n\n",
        size.seed
    );
    save(&directory.join("baseline.toml"), &(note + &baseline))?;
    if let Some(name) = regimes::ensemble(&baseline) {
        save(&directory.join(&name), &read(&home.join(&name))?)?;
    }
    save(&data.join("sources.toml"), &(read(&old.join("sources.toml"))? + &source()))?;
    for name in ["jurisdictions.csv", "deflator.csv"] {
        save(&data.join(name), &read(&old.join(name))?)?;
    }
    let paths: BTreeSet<&str> = world.spending.iter().map(|row| row.path.as_str()).collect();
    let spending = read(&old.join("spending.csv"))?;
    save(&data.join("spending.csv"), &kept(&spending, |row| paths.contains(&row[0])))?;
    let routes: BTreeSet<(&str, &str, &str)> = world
        .routes
        .iter()
        .map(|row| (row.route.as_str(), family(row.family), row.class.as_str()))
        .collect();
    let text = read(&old.join("routes.csv"))?;
    let open = |row: &csv::StringRecord| routes.contains(&(&row[0], &row[1], &row[2]));
    save(&data.join("routes.csv"), &kept(&text, open))?;
    for (name, rows) in SHEETS {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = writer.write_record(needed_columns(name));
        let done = header.and_then(|()| rows(&world, &mut writer));
        let path = data.join(format!("{name}.csv"));
        let bytes = done
            .map_err(std::io::Error::from)
            .and_then(|()| writer.into_inner().map_err(csv::IntoInnerError::into_error))
            .and_then(|bytes| cells::guard(&bytes).map_err(std::io::Error::from));
        let bytes = bytes.map_err(|source| failed(&path, source))?;
        fs::write(&path, bytes).map_err(|source| failed(&path, source))?;
    }
    let regimes = write_regimes(directory, &home, &regimes::gone(&base.scenario.tables, &world))?;
    let structure = Structure::new(&world);
    Ok(Written {
        buyers: world.lines.len(),
        suppliers: world.suppliers.len(),
        segments: world.segments.len(),
        products: world.products.len(),
        cells: structure.cells.len(),
        pairs: structure.cells.iter().map(|cell| structure.pairs_in(cell).count()).sum(),
        regimes,
    })
}

/// Writes the regimes that fit, each after its parent.
fn write_regimes(
    directory: &Path,
    home: &Path,
    gone: &BTreeSet<String>,
) -> Result<Vec<String>, SynthError> {
    let mut waiting: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(home).map_err(|source| failed(home, source))? {
        let path = entry.map_err(|source| failed(home, source))?.path();
        let is_toml = path.extension().is_some_and(|ending| ending == "toml");
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|name| is_toml && name != "baseline.toml") else {
            continue;
        };
        if let Some(text) = regimes::fit(&read(&path)?, gone) {
            waiting.insert(name, text);
        }
    }
    let mut written: BTreeSet<String> = BTreeSet::from(["baseline.toml".to_owned()]);
    loop {
        let ready = |text: &String| regimes::parent(text).is_some_and(|p| written.contains(&p));
        let Some(name) = waiting.iter().find(|(_, text)| ready(text)).map(|(name, _)| name.clone())
        else {
            break;
        };
        let text = waiting.remove(&name).unwrap_or_default();
        save(&directory.join(&name), &text)?;
        written.insert(name);
    }
    written.remove("baseline.toml");
    Ok(written.into_iter().collect())
}

fn source() -> String {
    format!(
        "\n[sources.{SOURCE}]\ntitle = \"Synthetic rows: the calibrated table, copied, cut or moved\"\n\
         publisher = \"chokepoint synth\"\nyear = 2024\nlicence = \"as the tables they were made from\"\n\
         accessed_as = \"arithmetic\"\n\
         note = \"Copies move by at most {LEVEL_JITTER} generations; they share budgets within {BUDGET_JITTER} \
         and sizes within {SIZE_JITTER} of equal parts. No data.\"\n"
    )
}

/// The rows of a table that are kept, and its header.
fn kept(text: &str, keep: impl Fn(&csv::StringRecord) -> bool) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut starts: Vec<(usize, bool)> = reader
        .records()
        .flatten()
        .enumerate()
        .map(|(i, row)| (row.position().map_or(0, |p| p.byte() as usize), i == 0 || keep(&row)))
        .collect();
    starts.push((text.len(), false));
    starts.windows(2).filter(|pair| pair[0].1).map(|pair| &text[pair[0].0..pair[1].0]).collect()
}

type Sheet = csv::Writer<Vec<u8>>;
type Rows = fn(&Tables, &mut Sheet) -> csv::Result<()>;

/// The tables that are written anew.
const SHEETS: [(&str, Rows); 6] = [
    ("segments", segments),
    ("shares", shares),
    ("suppliers", suppliers),
    ("products", products),
    ("lines", lines),
    ("spend_weights", weights),
];

/// Grade of all that was moved.
const GRADE: &str = Grade::Placeholder.as_str();

fn segments(world: &Tables, sheet: &mut Sheet) -> csv::Result<()> {
    for row in &world.segments {
        let ladder = match row.buyers {
            BuyerKind::Fab | BuyerKind::Designer | BuyerKind::Foundry => "process",
            BuyerKind::Packaging | BuyerKind::Chipmaker => "packaging",
            _ => "none",
        };
        let difficulty = match row.difficulty {
            Difficulty::Easy => "easy",
            Difficulty::Medium => "medium",
            Difficulty::Hard => "hard",
        };
        sheet.serialize((
            (&row.id, &row.name, &row.class, kind(row.buyers), ladder),
            (row.size_2019_usd_m, row.node_following, row.need_level, row.lead, difficulty),
            (row.service_dependence, row.service_share, row.network),
            (if row.scored { "yes" } else { "no" }, SOURCE, GRADE, SOURCE, GRADE),
        ))?;
    }
    Ok(())
}

fn shares(world: &Tables, sheet: &mut Sheet) -> csv::Result<()> {
    for row in &world.shares {
        let cells = (&row.segment, &row.country, row.share_pct, row.rounding_pct, SOURCE, GRADE);
        sheet.serialize(cells)?;
    }
    Ok(())
}

fn suppliers(world: &Tables, sheet: &mut Sheet) -> csv::Result<()> {
    for row in &world.suppliers {
        let cells = (&row.id, &row.name, &row.tag, &row.legal, &row.behaviour, SOURCE, GRADE);
        sheet.serialize(cells)?;
    }
    Ok(())
}

fn products(world: &Tables, sheet: &mut Sheet) -> csv::Result<()> {
    for row in &world.products {
        let state = match row.state {
            ProductState::Incumbent => "incumbent",
            ProductState::RosterZero => "roster_zero",
            ProductState::Entrant => "entrant",
        };
        sheet.serialize((
            (&row.segment, &row.supplier, row.slot, state, row.tier, row.level, row.level_spread),
            (row.us_content, row.us_dependence, &row.made_by, SOURCE, GRADE),
        ))?;
    }
    Ok(())
}

fn lines(world: &Tables, sheet: &mut Sheet) -> csv::Result<()> {
    for row in &world.lines {
        sheet.serialize((
            (&row.id, &row.name, row.slot, kind(row.kind), family(row.family), &row.owner),
            (&row.location, row.level, row.ambition, &row.path, row.share_2019, row.share_2024),
            (row.state_exposure, &row.mature_twin, &row.tag, SOURCE, GRADE),
        ))?;
    }
    Ok(())
}

fn weights(world: &Tables, sheet: &mut Sheet) -> csv::Result<()> {
    for row in &world.weights {
        sheet.serialize((&row.family, &row.class, row.at_level, SOURCE, GRADE))?;
    }
    Ok(())
}

fn kind(kind: BuyerKind) -> &'static str {
    match kind {
        BuyerKind::Fab => "fab",
        BuyerKind::Packaging => "packaging",
        BuyerKind::Designer => "designer",
        BuyerKind::Device => "device",
        BuyerKind::Chipmaker => "chipmaker",
        BuyerKind::Wafer => "wafer",
        BuyerKind::Foundry => "foundry",
        BuyerKind::Cloud => "cloud",
        BuyerKind::Electronics => "electronics",
        BuyerKind::Compound => "compound",
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Logic => "logic",
        Family::Dram => "dram",
        Family::Nand => "nand",
        Family::Packaging => "packaging",
        Family::None => "none",
    }
}

fn read(path: &Path) -> Result<String, SynthError> {
    fs::read_to_string(path).map_err(|source| failed(path, source))
}

fn save(path: &Path, text: &str) -> Result<(), SynthError> {
    fs::write(path, text).map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> SynthError {
    SynthError::File { path: path.display().to_string(), source }
}
