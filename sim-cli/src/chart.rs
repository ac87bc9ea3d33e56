//! `chart`: figures of a finished run, drawn from its directory alone.

use std::fs;
use std::path::{Path, PathBuf};

use sim_charts::{Figure, File, Size};
use sim_lab::figures::{self, Hindcast, LeftOut, Pictures, Swept};
use sim_lab::store::{Kind, Run, add, numbers, write_whole};

use crate::args::Global;
use crate::events;
use crate::failure::Failure;
use crate::figure_args::Chart;
use crate::out::{errln, outln};
use crate::places::existing;
use crate::wrap::wrapped;

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
            Self::Hindcast(hindcast) => hindcast.figures().map(|(id, _)| id).collect(),
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
            Self::Hindcast(hindcast) => hindcast.figure(id, size)?,
        })
    }
}

/// Draws figures of a run: those that are named, or all that can be drawn.
pub(crate) fn chart(args: &Chart, global: &Global) -> Result<(), Failure> {
    let path = existing(&args.run)?;
    let of = numbers(&path);
    let source = Source::open(&path)?;
    let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { &path };
    let out = args.out.clone().unwrap_or_else(|| folder.join("figures"));
    let sizes: Vec<Size> = Size::named(&args.size).map_or_else(|| Size::ALL.to_vec(), |s| vec![s]);
    // All are drawn before the first is written: a wrong name leaves nothing half done.
    let pictures = if args.figures.is_empty() {
        drawable(&source, &sizes)?
    } else {
        let wanted = args.figures.iter().flat_map(|id| sizes.iter().map(move |size| (id, *size)));
        let drawn = wanted.map(|(id, size)| {
            let figure = source.draw(id, size)?;
            let files = figure.files()?;
            Ok((figure, files))
        });
        Pictures { drawn: drawn.collect::<Result<_, Failure>>()?, ..Pictures::default() }
    };
    warn_left_out(&pictures.left_out, global);
    let named = |(name, bytes): &File| (out.join(name), bytes.clone());
    let files = pictures.drawn.iter().flat_map(|(_, files)| files.iter().map(named)).collect();
    write((&path, of.as_deref()), files)?;
    for (figure, _) in &pictures.drawn {
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

/// All figures of a source that can be drawn. If none can, the first says why.
fn drawable(source: &Source, sizes: &[Size]) -> Result<Pictures, Failure> {
    let mut pictures = Pictures::default();
    for (id, size) in source.ids().into_iter().flat_map(|id| sizes.iter().map(move |s| (id, *s))) {
        let drawn = match source.draw(id, size) {
            Err(Failure::Chart(error)) => Err(error),
            other => other.map(|figure| figure.files().map(|files| (figure, files)))?,
        };
        match drawn {
            Ok(drawn) => pictures.drawn.push(drawn),
            Err(error) => pictures.left_out.push(LeftOut { id: id.to_owned(), error }),
        }
    }
    match pictures.left_out.first() {
        Some(LeftOut { error, .. }) if pictures.drawn.is_empty() => {
            Err(Failure::Chart(error.clone()))
        }
        _ => Ok(pictures),
    }
}

/// One warning for all figures that cannot be drawn.
pub(crate) fn warn_left_out(left_out: &[LeftOut], global: &Global) {
    if let Some(words) = LeftOut::words(left_out).filter(|_| !global.quiet) {
        errln!("{}", wrapped("warning: ", &words));
    }
}

/// Writes files that were drawn of some numbers: into the directory of these so that its manifest vouches for them,
/// elsewhere as they are.
pub(crate) fn write(
    (run, of): (&Path, Option<&str>),
    files: Vec<(PathBuf, Vec<u8>)>,
) -> Result<(), Failure> {
    let failed = |path: &Path, e| Failure::Other(format!("{}: {e}", path.display()));
    let sealed = of.and_then(|_| run.canonicalize().ok());
    let mut inside: Vec<File> = Vec::new();
    for (path, bytes) in files {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(|e| failed(&path, e))?;
        let whole = folder.canonicalize().map_err(|e| failed(&path, e))?;
        let within = sealed.as_ref().and_then(|run| whole.strip_prefix(run).ok());
        let name = path.file_name().unwrap_or_default();
        match within {
            Some(folder) => {
                let name = folder.join(name).to_string_lossy().replace('\\', "/");
                inside.push((name, bytes));
            }
            None => write_whole(&path, &bytes).map_err(|e| failed(&path, e))?,
        }
    }
    match of {
        Some(of) if !inside.is_empty() => Ok(add(run, of, &inside)?),
        _ => Ok(()),
    }
}
