//! `brief`: one page of HTML from finished runs.

use std::fs;
use std::path::Path;

use sim_lab::brief::{Brief, Drawn, TEMPLATE, size};
use sim_lab::chart::{Figure, Size};
use sim_lab::figures::{self, Hindcast};
use sim_lab::store::Run;

use crate::args::Global;
use crate::chart::{Source, named, write};
use crate::failure::Failure;
use crate::figure_args;

/// The hindcast of the scenario `history` that comes with the program.
const HINDCAST: &str = include_str!("../../docs/validation.json");

/// Writes a brief. Two pages for the first comparison, with the sweep's tornado beside its first figure if there is one,
/// and a page for each further comparison.
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
            Source::Sweep(swept) => tornado = Some(figures::tornado(&swept, Size::COLUMN)?),
            Source::Hindcast(hindcast) => {
                backcast = Some(figures::backcast(&hindcast, Size::COLUMN)?);
            }
        }
    }
    let (Some(folder), Some((first, others))) = (folder, runs.split_first()) else {
        return Err(Failure::Other(
            "a brief needs a comparison: name its run directory".to_owned(),
        ));
    };
    if backcast.is_none() {
        let shipped = Hindcast::read(HINDCAST);
        backcast = shipped.map(|h| figures::backcast(&h, Size::COLUMN)).transpose()?;
    }
    let headline = |figure: &Option<Figure>| figure.as_ref().map(|f| f.headline.clone());
    let (sweep, test) = (headline(&tornado), headline(&backcast));
    let mut drawn = draw(first, size(tornado.is_none()))?;
    // The tornado stands beside the first figure, the backcast at the end.
    drawn.splice(drawn.len().min(1)..drawn.len().min(1), tornado);
    drawn.extend(backcast);
    let first = Drawn { run: first, figures: drawn };
    let others = others
        .iter()
        .map(|run| Ok(Drawn { run, figures: draw(run, Size::COLUMN)? }))
        .collect::<Result<Vec<_>, Failure>>()?;
    let brief = Brief::new(&first, &others, sweep.as_deref(), test.as_deref())?;
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

/// The figures of a comparison in columns, the first in a size of its own.
fn draw(run: &Run, first: Size) -> Result<Vec<Figure>, Failure> {
    if run.study.regimes.len() < 2 {
        return Ok(Vec::new());
    }
    let one = |(i, id): (usize, &&str)| {
        let size = if i == 0 { first } else { Size::COLUMN };
        Ok(figures::figure(id, &run.study, &run.results, size)?)
    };
    figures::DEFAULT.iter().enumerate().map(one).collect()
}
