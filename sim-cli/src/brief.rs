//! `brief`: one page of HTML from finished runs.

use std::fs;
use std::path::Path;

use sim_lab::brief::{Brief, TEMPLATE};
use sim_lab::chart::{Figure, Size};
use sim_lab::figures::{self, Hindcast};
use sim_lab::store::Run;

use crate::args::Global;
use crate::chart::{Source, named, write};
use crate::failure::Failure;
use crate::figure_args;

/// The hindcast of the scenario `history` that comes with the program.
const HINDCAST: &str = include_str!("../../docs/validation.json");

/// Writes a brief.
pub(crate) fn brief(args: &figure_args::Brief, _: &Global) -> Result<(), Failure> {
    let (mut runs, mut tornado, mut backcast): (Vec<Run>, Option<Figure>, Option<Figure>) =
        (Vec::new(), None, None);
    let mut folder = None;
    for name in &args.runs {
        let path = named(name)?;
        match Source::open(&path)? {
            Source::Run(run) => {
                folder.get_or_insert(path);
                runs.push(*run);
            }
            Source::Sweep(swept) => tornado = Some(swept.figure("tornado", Size::COLUMN)?),
            Source::Hindcast(hindcast) => {
                backcast = Some(figures::backcast(&hindcast, Size::COLUMN)?)
            }
        }
    }
    let (Some(folder), false) = (folder, runs.is_empty()) else {
        return Err(Failure::Other(
            "a brief needs a comparison: name its run directory".to_owned(),
        ));
    };
    let first = runs.remove(0);
    if backcast.is_none() {
        backcast =
            Hindcast::read(HINDCAST).map(|h| figures::backcast(&h, Size::COLUMN)).transpose()?;
    }
    let mut drawn = figures::draw(&first.study, &first.results)?;
    let headline = |figure: &Option<Figure>| figure.as_ref().map(|f| f.headline.clone());
    let (sweep, test) = (headline(&tornado), headline(&backcast));
    drawn.extend(tornado.into_iter().chain(backcast));
    let brief = Brief::new(&first, &runs, &drawn, sweep.as_deref(), test.as_deref());
    let template = match &args.template {
        None => TEMPLATE.to_owned(),
        Some(path) => read(path)?,
    };
    let html = brief.render(&template).map_err(|e| Failure::Other(e.to_string()))?;
    let out = args.out.clone().unwrap_or_else(|| folder.join("brief.html"));
    write(&out, html.as_bytes())?;
    println!("{}", out.display());
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure::Other(format!("{}: {e}", path.display())))
}
