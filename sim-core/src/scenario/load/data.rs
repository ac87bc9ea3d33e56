//! The data of a scenario: tables, sources, ensemble, and the observed year in which runs stand.

use std::fmt::Write as _;

use super::super::Scenario;
use super::super::ensemble::{self, Ensemble, PRIOR};
use super::super::keys::{DATA, names};
use super::super::observed::{self, Standing};
use super::super::plain;
use super::super::problem::{Code, Log};
use super::super::read_tables::{self, NAMES, Read, ReadTables, columns};
use super::super::sheet::{self, Row};
use super::super::source::{Origin, join};
use super::super::tree::{Node, Table};
use super::super::walk::{Bounds, Section, number, text};
use super::{Loader, Unreadable, Wanted};

/// The tables and the ids of sources.
#[derive(Default)]
pub(super) struct Data {
    pub(super) tables: ReadTables,
    pub(super) sources: Vec<String>,
    pub(super) ensemble: Option<Ensemble>,
    /// The year in which runs stand, the file of its table, and where the year is said.
    pub(super) observed: Option<(i32, usize, Origin)>,
}

/// A whole number within bounds.
fn whole_number(node: &Node, bounds: Bounds, log: &mut Log) -> Option<i32> {
    let value = number(node, bounds, log)?;
    if value.fract() != 0.0 {
        log.error(Code::WrongType, node.origin, format!("expected a year, found {value}"));
        return None;
    }
    Some(value as i32)
}

impl Loader<'_, '_> {
    /// Reads all tables; also their texts, for the identity of the scenario.
    pub(super) fn data(&mut self, root: &Section<'_>) -> Option<(Data, String)> {
        root.need("data", &mut self.log)?;
        let section = root.section("data", &mut self.log)?;
        section.only(&names(DATA), &mut self.log);
        let sources = self.sources(&section);
        let mut texts = String::new();
        let ensemble = self.ensemble(&section, &mut texts);
        let entry = section.need("directory", &mut self.log)?;
        let named = text(&entry.node, &mut self.log)?.to_owned();
        let origin = entry.node.origin;
        let near = self.near(origin);
        let mut tables = ReadTables::default();
        let mut lost = Vec::new();
        for name in NAMES {
            let named = join(&named, &format!("{name}.csv"));
            let wanted = Wanted { path: join(&near, &named), named };
            let file = match (self.fetch)(&wanted) {
                Ok(found) => self.files.add(&found.path, &found.text, false),
                Err(reason) => {
                    lost.push((wanted.path, reason));
                    continue;
                }
            };
            let _ = write!(texts, "\n# {name}.csv\n{}", self.files.text(file));
            let rows = sheet::read(&self.files, file, columns(name), &sources, &mut self.log);
            self.fill(&mut tables, name, rows);
        }
        self.lost_tables(lost, origin, &join(&near, &named));
        let observed = self.observed(&section, (&near, &named), &mut texts);
        Some((Data { tables, sources, ensemble, observed }, texts))
    }

    /// The table of the year in which runs stand, in the directory of the tables; its text enters the scenario's identity.
    fn observed(
        &mut self,
        section: &Section<'_>,
        (near, directory): (&str, &str),
        texts: &mut String,
    ) -> Option<(i32, usize, Origin)> {
        let entry = section.get("standing")?;
        let bounds = Bounds::new(1991.0, 2100.0).of("year");
        let year = whole_number(&entry.node, bounds, &mut self.log)?;
        let name = format!("observed_{year}.csv");
        let named = join(directory, &name);
        let wanted = Wanted { path: join(near, &named), named };
        match (self.fetch)(&wanted) {
            Ok(found) => {
                let file = self.files.add(&found.path, &found.text, false);
                let _ = write!(texts, "\n# {name}\n{}", self.files.text(file));
                Some((year, file, entry.node.origin))
            }
            Err(Unreadable { message, .. }) => {
                let message = format!("cannot read `{}`: {message}", wanted.path);
                self.log
                    .error(Code::UnreadableFile, entry.node.origin, message)
                    .help("runs can stand in a year of which there is a table `observed_YEAR.csv`");
                None
            }
        }
    }

    /// What was observed of that year. Rows that no product of the model is behind are passed over.
    pub(super) fn standing(
        &mut self,
        scenario: &Scenario,
        (year, file, origin): (i32, usize, Origin),
    ) -> Option<Standing> {
        let whole = scenario.start.year() + 1..=scenario.end.plus(1).year() - 1;
        if !whole.contains(&year) {
            let message =
                format!("runs cannot stand in {year}, which is not a year of them after the first");
            let help = format!("write a year from {} to {}", whole.start(), whole.end());
            self.log.error(Code::OutOfRange, origin, message).help(help);
            return None;
        }
        let mut own = Log::default();
        let shares = observed::rows((&self.files, file), scenario, year, &mut own);
        if own.errors() > 0 {
            self.log.append(own);
            return None;
        }
        Some(Standing { year, shares })
    }

    /// Notes the tables that cannot be read; a missing directory is one problem.
    fn lost_tables(&mut self, lost: Vec<(String, Unreadable)>, origin: Origin, place: &str) {
        let all = lost.len() == NAMES.len();
        for (path, Unreadable { message, help }) in lost {
            let path = if all { place } else { path.as_str() };
            let message = format!("cannot read `{path}`: {message}");
            let draft = self.log.error(Code::UnreadableFile, origin, message);
            if all {
                draft.help(format!("a directory with {}.csv", NAMES.join(".csv, ")));
                return;
            }
            if let Some(help) = help {
                draft.help(help);
            }
        }
    }

    fn fill(&mut self, tables: &mut ReadTables, name: &str, rows: Vec<Row>) {
        let log = &mut self.log;
        match name {
            "jurisdictions" => tables.jurisdictions = typed(rows, read_tables::jurisdiction, log),
            "segments" => tables.segments = typed(rows, read_tables::segment, log),
            "shares" => tables.shares = typed(rows, read_tables::share, log),
            "suppliers" => tables.suppliers = typed(rows, read_tables::supplier, log),
            "products" => tables.products = typed(rows, read_tables::product, log),
            "lines" => tables.lines = typed(rows, read_tables::line, log),
            "spending" => tables.spending = typed(rows, read_tables::spending, log),
            "deflator" => tables.deflator = typed(rows, read_tables::deflator, log),
            "routes" => tables.routes = typed(rows, read_tables::route, log),
            _ => tables.weights = typed(rows, read_tables::weight, log),
        }
    }

    /// The ids of the list of sources: its tables, or the tables within its table `sources`.
    fn sources(&mut self, section: &Section<'_>) -> Vec<String> {
        self.source_ids(section).unwrap_or_default()
    }

    fn source_ids(&mut self, section: &Section<'_>) -> Option<Vec<String>> {
        let entry = section.need("sources", &mut self.log)?;
        let named = text(&entry.node, &mut self.log)?.to_owned();
        let wanted = Wanted { path: join(&self.near(entry.node.origin), &named), named };
        let file = self.fetch(&wanted, Some(entry.node.origin))?;
        // Nothing is said of a sound list of sources but its ids.
        let ours = |table: &Table, torn: bool| !torn || table.contains_key("sources");
        let tree = self.tree(file, Some(entry.node.origin), "a list of sources", &ours)?;
        let inner = tree.at(&["sources"]).map_or(&tree, |entry| &entry.node);
        let is_table = |(id, entry): (&String, &super::super::tree::Entry)| {
            entry.node.table().map(|_| id.clone())
        };
        let ids: Vec<String> = inner.table()?.iter().filter_map(is_table).collect();
        if ids.is_empty() && !self.log.broken() {
            self.log
                .error(Code::EmptyTable, Origin::whole(file), "the list of sources names none")
                .help("write `[sources.ID]` and its keys for each source");
        }
        Some(ids)
    }

    /// The ensemble from which parameters are drawn; `None` for the prior. Its text enters the scenario's identity.
    fn ensemble(&mut self, section: &Section<'_>, texts: &mut String) -> Option<Ensemble> {
        let entry = section.get("ensemble")?;
        let named = text(&entry.node, &mut self.log)?.to_owned();
        if named == PRIOR {
            return None;
        }
        let wanted = Wanted { path: join(&self.near(entry.node.origin), &named), named };
        let file = self.fetch(&wanted, Some(entry.node.origin))?;
        let _ = write!(texts, "\n# ensemble\n{}", self.files.text(file));
        let ours = |table: &Table, _: bool| table.contains_key("members");
        let tree = self.tree(file, Some(entry.node.origin), "an ensemble", &ours)?;
        plain::check(&tree, &mut self.log);
        ensemble::read(&tree, &mut self.log)
    }
}

/// Types every row that can be typed.
fn typed<T>(rows: Vec<Row>, read: fn(&Row, &mut Log) -> Option<T>, log: &mut Log) -> Vec<Read<T>> {
    rows.into_iter().filter_map(|row| Some((read(&row, log)?, row))).collect()
}
