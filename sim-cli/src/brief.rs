//! `brief`: one page of HTML from finished runs.

use std::fs;
use std::path::Path;

use sim_charts::{Figure, Size};
use sim_lab::brief::{BRIEF, TEMPLATE, page};
use sim_lab::figures;
use sim_lab::store::Run;

use crate::args::Global;
use crate::chart::{Source, write};
use crate::events;
use crate::failure::Failure;
use crate::figure_args;
use crate::out::outln;
use crate::places::existing;

/// Writes a brief.
pub(crate) fn brief(args: &figure_args::Brief, global: &Global) -> Result<(), Failure> {
    let (mut runs, mut tornado, mut backcast): (Vec<Run>, Option<Figure>, Option<Figure>) =
        (Vec::new(), None, None);
    let mut folder = None;
    for name in &args.runs {
        let path = existing(name)?;
        match Source::open(&path)? {
            Source::Run(run) => {
                folder.get_or_insert(path);
                runs.push(*run);
            }
            Source::Sweep(swept) => tornado = Some(swept.figure("tornado", Size::COLUMN)?),
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
    let template = match &args.template {
        None => TEMPLATE.to_owned(),
        Some(path) => read(path)?,
    };
    let html = page((first, others), (tornado, backcast), &template)?;
    let out = args.out.clone().unwrap_or_else(|| folder.join(BRIEF));
    write(&out, html.as_bytes())?;
    if global.json {
        events::print("brief", &serde_json::json!({ "path": out.display().to_string() }));
    } else {
        outln!("{}", out.display());
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure::Other(format!("{}: {e}", path.display())))
}
