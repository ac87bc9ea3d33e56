//! `chart`: figures of a finished run, drawn from its directory alone.

use std::fs;
use std::path::Path;

use sim_charts::{Figure, Size};
use sim_lab::figures::{self, Hindcast, Swept};
use sim_lab::store::{Kind, Run};

use crate::args::Global;
use crate::events;
use crate::failure::Failure;
use crate::figure_args::Chart;
use crate::out::outln;
use crate::places::existing;

/// What figures are drawn from.
pub(crate) enum Source {
    /// A comparison.
    Run(Box<Run>),
    /// A merged sweep.
    Sweep(Box<Swept>),
    /// What `hindcast --json` printed.
    Hindcast(Box<Hindcast>),
}

impl Source {
    /// Opens a run directory, a sweep's directory or a file of a hindcast.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path.join("plan.json").is_file() {
            return Ok(Self::Sweep(Box::new(Swept::open(path)?)));
        }
        if path.is_file() {
            let text = fs::read_to_string(path)
                .map_err(|e| Failure::Other(format!("{}: {e}", path.display())))?;
            let hindcast = Hindcast::read(&text).ok_or_else(|| -> Failure {
                Kind::of(path).refused(path, "a run, nor what `hindcast --json` printed").into()
            })?;
            return Ok(Self::Hindcast(Box::new(hindcast)));
        }
        Ok(Self::Run(Box::new(Run::open(path)?)))
    }

    /// Figures that this source has the data for.
    pub(crate) fn ids(&self) -> Vec<&'static str> {
        match self {
            Self::Run(_) => figures::list().map(|(id, _)| id).collect(),
            Self::Sweep(swept) => swept.figures().into_iter().map(|(id, _)| id).collect(),
            Self::Hindcast(_) => vec!["backcast"],
        }
    }

    /// Draws one of them.
    pub(crate) fn draw(&self, id: &str, size: Size) -> Result<Figure, Failure> {
        if !self.ids().contains(&id) {
            let ids = self.ids().join(", ");
            return Err(Failure::Usage(format!(
                "there is no figure `{id}` of this; there are {ids}"
            )));
        }
        Ok(match self {
            Self::Run(run) => figures::figure(id, &run.study, &run.results, size)?,
            Self::Sweep(swept) => swept.figure(id, size)?,
            Self::Hindcast(hindcast) => figures::backcast(hindcast, size)?,
        })
    }
}

/// Draws figures of a run.
pub(crate) fn chart(args: &Chart, global: &Global) -> Result<(), Failure> {
    let path = existing(&args.run)?;
    let source = Source::open(&path)?;
    let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { &path };
    let out = args.out.clone().unwrap_or_else(|| folder.join("figures"));
    let wanted: Vec<&str> = if args.figures.is_empty() {
        source.ids()
    } else {
        args.figures.iter().map(String::as_str).collect()
    };
    // All are drawn before the first is written: a wrong name leaves nothing half done.
    let sizes: Vec<Size> = Size::named(&args.size).map_or_else(|| Size::ALL.to_vec(), |s| vec![s]);
    let drawn = wanted
        .iter()
        .flat_map(|id| sizes.iter().map(|size| source.draw(id, *size)))
        .collect::<Result<Vec<_>, _>>()?;
    fs::create_dir_all(&out).map_err(|e| Failure::Other(format!("{}: {e}", out.display())))?;
    for figure in drawn {
        for (name, bytes) in figure.files()? {
            write(&out.join(name), &bytes)?;
        }
        let place =
            |ending: &str| out.join(format!("{}.{ending}", figure.stem())).display().to_string();
        if global.json {
            events::print(
                "figure",
                &serde_json::json!({
                    "figure": figure.id, "size": figure.size.name, "headline": figure.headline, "svg": place("svg"),
                    "png": place("png"), "csv": place("csv"),
                }),
            );
        } else {
            outln!("{}", place("svg"));
        }
    }
    Ok(())
}

/// Writes a file beside its name, then renames it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let part = path.with_added_extension("part");
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|e| Failure::Other(format!("{}: {e}", path.display())))
}
