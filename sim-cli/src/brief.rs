//! `brief`: one page of HTML from finished runs.

use std::fs;
use std::path::{Path, PathBuf};

use sim_charts::{Figure, Size};
use sim_lab::brief::{BRIEF, Page, TEMPLATE, page};
use sim_lab::figures;
use sim_lab::store::{Kind, Run, numbers};

use crate::args::Global;
use crate::chart::{Source, warn_left_out, write};
use crate::events;
use crate::failure::Failure;
use crate::figure_args;
use crate::out::outln;
use crate::places::answering;

/// Kinds of directories whose files are not written over.
const HOMES: [Kind; 5] =
    [Kind::Comparison, Kind::Unfinished, Kind::Sweep, Kind::Plan, Kind::Sample];

/// Writes a brief.
pub(crate) fn brief(args: &figure_args::Brief, global: &Global) -> Result<(), Failure> {
    let (mut runs, mut tornado, mut backcast): (Vec<Run>, Option<Figure>, Option<Figure>) =
        (Vec::new(), None, None);
    let mut folder: Option<(PathBuf, Option<String>)> = None;
    for name in &args.runs {
        let path = answering(name)?;
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
    let out = args.out.clone().unwrap_or_else(|| folder.join(BRIEF));
    let inputs: Vec<PathBuf> =
        args.runs.iter().map(|run| answering(run)).collect::<Result<_, _>>()?;
    page_may_go(&out, inputs.iter().chain(&args.template))?;
    let template = match &args.template {
        None => TEMPLATE.to_owned(),
        Some(path) => read(path)?,
    };
    let Page { html, left_out } = page((first, others), (tornado, backcast), &template)?;
    warn_left_out(&left_out, global);
    write((&folder, of.as_deref()), vec![(out.clone(), html.into_bytes())])?;
    if global.json {
        events::print("brief", &serde_json::json!({ "path": out.display().to_string() }));
    } else {
        outln!("{}", out.display());
    }
    Ok(())
}

/// Refuses to write a page over anything but a page: not over an input, not over what a run or a sweep wrote.
fn page_may_go<'a>(
    out: &Path,
    mut inputs: impl Iterator<Item = &'a PathBuf>,
) -> Result<(), Failure> {
    let shown = out.display();
    let refuse = |what: &str| {
        let help = "name another file that ends in .html";
        Err(Failure::Other(format!("`{shown}` {what}, and the page would take its place: {help}")))
    };
    if out.is_dir() {
        return Err(Failure::Other(format!("`{shown}` is a directory: name a file in it")));
    }
    let page = |path: &Path| {
        path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e == "htm")
    };
    // Under another name, through a link, it is the same file.
    let there = out.canonicalize().ok();
    if there.is_some() && inputs.any(|input| input.canonicalize().ok() == there) {
        return refuse("is what the brief is made of");
    }
    let place = there.as_deref().unwrap_or(out);
    let home = Kind::home(place, &HOMES);
    match (there.is_some(), home) {
        (true, Some(home)) if place != home.join(BRIEF) => refuse("is a file of a run"),
        (false, Some(_)) if !page(out) => refuse("would stand among the files of a run"),
        (true, _) if !page(place) => refuse("is there already and is no page"),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure::Other(format!("{}: {e}", path.display())))
}
