//! `brief`: one page of HTML from finished runs.

use std::fs;
use std::path::{Path, PathBuf};

use sim_lab::brief::{BRIEF, Page, TEMPLATE, page};
use sim_lab::chart::{Figure, Size};
use sim_lab::figures;
use sim_lab::store::{Run, numbers};

use crate::args::Global;
use crate::chart::{Source, warn_left_out, write};
use crate::events;
use crate::failure::Failure;
use crate::figure_args;
use crate::out::outln;
use crate::places::existing;

/// Writes a brief.
pub(crate) fn brief(args: &figure_args::Brief, global: &Global) -> Result<(), Failure> {
    let (mut runs, mut tornado, mut backcast): (Vec<Run>, Option<Figure>, Option<Figure>) =
        (Vec::new(), None, None);
    let mut folder: Option<(PathBuf, Option<String>)> = None;
    for name in &args.runs {
        let path = existing(name)?;
        let of = numbers(&path);
        match Source::open(&path)? {
            Source::Run(run) => {
                folder.get_or_insert((path, of));
                runs.push(*run);
            }
            Source::Sweep(swept) => tornado = Some(swept.figure("tornado", Size::COLUMN)?),
            Source::Hindcast(hindcast) => {
                backcast = Some(figures::backcast(&hindcast, Size::COLUMN)?);
            }
        }
    }
    let (Some((folder, of)), Some((first, others))) = (folder, runs.split_first()) else {
        return Err(Failure::Other(
            "a brief needs a comparison: name its run directory".to_owned(),
        ));
    };
    let template = match &args.template {
        None => TEMPLATE.to_owned(),
        Some(path) => read(path)?,
    };
    let Page { html, left_out } = page((first, others), (tornado, backcast), &template)?;
    warn_left_out(&left_out, global);
    let out = args.out.clone().unwrap_or_else(|| folder.join(BRIEF));
    write((&folder, of.as_deref()), vec![(out.clone(), html.into_bytes())])?;
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
