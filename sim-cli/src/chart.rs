//! `chart`: figures of a finished run, drawn from its directory alone.

use std::fs;
use std::path::{Path, PathBuf};

use sim_lab::chart::Figure;
use sim_lab::figures;
use sim_lab::store::Run;

use crate::args::Global;
use crate::compare::OUTPUTS;
use crate::failure::Failure;
use crate::figure_args::Chart;

/// Width of PNG figures, pixels: 17 cm at 300 dots an inch.
const WIDTH: u32 = 2008;

/// The files of a figure: drawing, picture, table.
pub(crate) fn files(figure: &Figure) -> Result<[(String, Vec<u8>); 3], Failure> {
    let name = |ending: &str| format!("{}.{ending}", figure.id);
    Ok([
        (name("svg"), figure.svg.clone().into_bytes()),
        (name("png"), figure.png(WIDTH)?),
        (name("csv"), figure.csv.clone().into_bytes()),
    ])
}

/// The directory of a run: itself, or that of the newest.
pub(crate) fn named(run: &Path) -> Result<PathBuf, Failure> {
    if run.is_dir() || run != Path::new("latest") {
        return Ok(run.to_owned());
    }
    let pointer = Path::new(OUTPUTS).join("latest");
    let id = fs::read_to_string(&pointer).map_err(|_| {
        Failure::Other(format!("{} names no run: run `chokepoint compare`", pointer.display()))
    })?;
    Ok(Path::new(OUTPUTS).join(id.trim()))
}

/// Draws figures of a run.
pub(crate) fn chart(args: &Chart, _: &Global) -> Result<(), Failure> {
    let path = named(&args.run)?;
    let out = args.out.clone().unwrap_or_else(|| path.join("figures"));
    let run = Run::open(&path)?;
    fs::create_dir_all(&out).map_err(|e| Failure::Other(format!("{}: {e}", out.display())))?;
    let wanted = |figure: &&Figure| args.figures.is_empty() || args.figures.contains(&figure.id);
    let figures = figures::draw(&run.study, &run.results)?;
    for figure in figures.iter().filter(wanted) {
        for (name, bytes) in files(figure)? {
            write(&out.join(name), &bytes)?;
        }
        println!("{}", out.join(format!("{}.svg", figure.id)).display());
    }
    Ok(())
}

/// Writes a file beside its name, then renames it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let part = path.with_added_extension("part");
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|e| Failure::Other(format!("{}: {e}", path.display())))
}
