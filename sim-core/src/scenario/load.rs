//! From the name of a scenario to the scenario: parents, overrides, tables, checks.
//!
//! Invariant: this module opens no file. It asks its caller for texts by name, so a scenario can come
//! from a directory, from memory or from an archive.

mod data;

use super::ensemble;
use super::idle::Finder;
use super::ids::Ids;
use super::keys::{SCENARIO, names};
use super::leaves::{self, Leaf};
use super::merge::{Overlap, merge};
use super::plain;
use super::problem::{Code, Log, Problem, Problems, Severity};
use super::resolved::Printer;
use super::source::{Files, Origin, base_name, directory, join, stem};
use super::tree::{Node, Table, Value, parse, parse_set};
use super::walk::text;
use super::{Scenario, check_tables, reader};

/// Most parents that a scenario may have.
const MOST_PARENTS: usize = 16;

/// A text that the reader asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its path: joined to the directory of the file that names it.
    pub path: String,
    /// Its path as that file names it.
    pub named: String,
}

/// A text that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where: the wanted path, or another one where the caller looked, too.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Why a text cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// A lowercase fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// How the reader gets its texts.
pub type Fetch<'a> = dyn FnMut(&Wanted) -> Result<Found, Unreadable> + 'a;

/// A scenario that was read without errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The scenario.
    pub scenario: Scenario,
    /// The merged scenario as TOML, with comments that say where each value stood.
    pub resolved: String,
    /// What makes two scenarios the same: all values and all tables, without comments and paths.
    pub identity: String,
    /// All values but the data directory's, sorted by path, with their places.
    pub leaves: Vec<Leaf>,
    /// The file and its parents, the file first.
    pub chain: Vec<String>,
    /// What is probably not meant.
    pub warnings: Vec<Problem>,
    /// What the file itself changes in entries of its parents.
    pub notes: Vec<Problem>,
}

/// Reads a scenario by the name of its file, with overrides of the form KEY=VALUE; `find` says which of its entries can
/// do nothing.
///
/// # Errors
/// All problems with all its files, when at least one of them is an error.
pub fn load(
    main: &str,
    sets: &[String],
    fetch: &mut Fetch<'_>,
    find: Finder,
) -> Result<Reading, Problems> {
    let mut loader =
        Loader { files: Files::default(), log: Log::default(), chain: Vec::new(), fetch, find };
    let reading = loader.load(main, sets);
    let Loader { files, log, .. } = loader;
    let failed = log.errors() > 0;
    let (notes, problems): (Vec<_>, Vec<_>) =
        log.place(&files).into_iter().partition(|problem| problem.severity == Severity::Note);
    match reading {
        Some(reading) if !failed => Ok(Reading { warnings: problems, notes, ..reading }),
        _ => Err(Problems(problems)),
    }
}

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Name for people.
    pub title: String,
    /// What it stands for.
    pub summary: String,
    /// The parent, as the file names it.
    pub extends: Option<String>,
}

/// Reads only the head of a scenario file; `None` if it has no title and so is no scenario.
///
/// # Errors
/// The syntax errors of the file, and texts that cannot be shown.
pub fn summary(name: &str, text: &str) -> Result<Option<Summary>, Problems> {
    let mut files = Files::default();
    let mut log = Log::default();
    let file = files.add(name, text, false);
    let tree = parse(&files, file, &mut log);
    if log.errors() > 0 {
        return Err(Problems(log.place(&files)));
    }
    plain::check(&tree, &mut log);
    if log.errors() > 0 {
        return Err(Problems(log.place(&files)));
    }
    let say = |key| tree.at(&[key]).and_then(|entry| entry.node.text()).map(str::to_owned);
    Ok(say("title").map(|title| Summary {
        title,
        summary: say("summary").unwrap_or_default(),
        extends: say("extends"),
    }))
}

struct Loader<'a, 'f> {
    files: Files,
    log: Log,
    chain: Vec<String>,
    fetch: &'a mut Fetch<'f>,
    find: Finder,
}

impl Loader<'_, '_> {
    fn load(&mut self, main: &str, sets: &[String]) -> Option<Reading> {
        let mut tree = self.layers(main)?;
        for set in sets {
            self.overlay(&mut tree, set);
        }
        plain::check(&tree, &mut self.log);
        let root = reader::root(&tree, &mut self.log)?;
        let time = reader::time(&root, &mut self.log);
        let errors = self.log.errors();
        let data = self.data(&root);
        let has_data = data.is_some();
        let (mut read, texts) = data.unwrap_or_default();
        let observed = read.observed.take();
        check_tables::check(&read.tables, time, &mut self.log);
        let tables = read.tables.tables();
        let context = reader::Context {
            stem: stem(main).to_owned(),
            time,
            tables_whole: has_data && self.log.errors() == errors,
            ids: Ids::of(&tables, read.sources),
            tables,
            find: self.find,
            ensemble: read.ensemble,
        };
        let mut scenario = reader::read(&root, context, &mut self.log)?;
        if let Some(observed) = observed {
            scenario.standing = self.standing(&scenario, observed);
        }
        if let Some(entry) = tree.at(&["data", "ensemble"]) {
            ensemble::unfitted(&scenario, entry.node.origin, &mut self.log);
        }
        let id = scenario.id.clone();
        let mut bare = tree.clone();
        if let Value::Table(table) = &mut bare.value {
            table.remove("data");
        }
        let main = &self.files.0.first()?.name;
        let values = Printer::new(&self.files, main, false).print(&bare, &id);
        Some(Reading {
            resolved: Printer::new(&self.files, main, true).print(&tree, &id),
            identity: values + &texts,
            scenario,
            leaves: leaves::leaves(&bare, &self.files),
            chain: std::mem::take(&mut self.chain),
            warnings: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// Asks for a text and keeps it. A failure is noted where the file is named.
    ///
    /// A file is not even asked for unless its name is that of a TOML file: problems show lines of what they are
    /// about, and a scenario from elsewhere must not bring any file of the machine to light.
    fn fetch(&mut self, wanted: &Wanted, named_at: Option<Origin>) -> Option<usize> {
        if let Some(origin) = named_at.filter(|_| !is_toml(&wanted.path)) {
            let message = format!("`{}` is no name of a TOML file", wanted.named);
            self.log
                .error(Code::UnreadableFile, origin, message)
                .help("name a file that ends in .toml");
            return None;
        }
        match (self.fetch)(wanted) {
            Ok(found) => Some(self.files.add(&found.path, &found.text, false)),
            Err(Unreadable { message, help }) => {
                let origin = named_at
                    .unwrap_or_else(|| Origin::whole(self.files.add(&wanted.path, "", false)));
                let message = match named_at {
                    Some(_) => format!("cannot read `{}`: {message}", wanted.path),
                    None => message,
                };
                let draft = self.log.error(Code::UnreadableFile, origin, message);
                if let Some(help) = help {
                    draft.help(help);
                }
                None
            }
        }
    }

    /// The tree of a file that another one may name. `ours` says of the keys at its root, and whether it is torn, whether
    /// it is a file of this program: of any other nothing is said but that, as it may be anybody's secret.
    fn tree(
        &mut self,
        file: usize,
        named_at: Option<Origin>,
        what: &str,
        ours: &dyn Fn(&Table, bool) -> bool,
    ) -> Option<Node> {
        let mut own = Log::default();
        let node = parse(&self.files, file, &mut own);
        let known = node.table().is_some_and(|table| ours(table, own.errors() > 0));
        if let (Some(origin), false) = (named_at, known) {
            let message = format!("`{}` is not {what}", self.files.0[file].name);
            self.log.error(Code::UnreadableFile, origin, message).help(format!("name {what}"));
            return None;
        }
        self.log.append(own);
        Some(node)
    }

    /// The scenario and its parents, merged.
    fn layers(&mut self, main: &str) -> Option<Node> {
        let mut layers: Vec<(Node, String)> = Vec::new();
        let mut next = Some((Wanted { path: main.to_owned(), named: main.to_owned() }, None));
        while let Some((wanted, named_at)) = next.take() {
            let Some(file) = self.fetch(&wanted, named_at) else { break };
            let name = self.files.0[file].name.clone();
            if let (Some(origin), true) = (named_at, layers.iter().any(|(_, n)| *n == name)) {
                self.log
                    .error(Code::ExtendsCycle, origin, format!("`{name}` extends itself"))
                    .help("name another parent, or delete the line");
                break;
            }
            let known = names(SCENARIO);
            let ours = |table: &Table, torn: bool| {
                let known = table.keys().all(|key| known.contains(&key.as_str()));
                table.contains_key("schema") || (known && !torn)
            };
            let Some(mut node) = self.tree(file, named_at, "a scenario", &ours) else { break };
            if let (Value::Table(table), true) = (&mut node.value, named_at.is_some()) {
                table.remove("id");
            }
            next = self.parent(&mut node, &name);
            self.chain.push(name.clone());
            layers.push((node, name));
            if let (Some((_, Some(origin))), true) = (&next, layers.len() > MOST_PARENTS) {
                let message = format!("more than {MOST_PARENTS} parents");
                self.log
                    .error(Code::ExtendsCycle, *origin, message)
                    .help("put several of them together");
                break;
            }
        }
        let mut tree = Node::empty(0);
        if layers.is_empty() {
            return None;
        }
        while let Some((layer, _)) = layers.pop() {
            for overlap in merge(&mut tree, layer, &mut self.log) {
                self.overlap(&overlap, layers.is_empty());
            }
        }
        Some(tree)
    }

    /// Says what an entry changes in an inherited one: of a parent's entries only where that looks like a slip.
    fn overlap(&mut self, overlap: &Overlap, own: bool) {
        if own || overlap.anew {
            let parent = base_name(self.files.name(overlap.inherited));
            overlap.say(parent, &mut self.log);
        }
    }

    /// Takes `extends` out of a file.
    fn parent(&mut self, node: &mut Node, name: &str) -> Option<(Wanted, Option<Origin>)> {
        let Value::Table(table) = &mut node.value else { return None };
        let entry = table.remove("extends")?;
        let named = text(&entry.node, &mut self.log)?.to_owned();
        let path = join(directory(name), &named);
        Some((Wanted { path, named }, Some(entry.node.origin)))
    }

    /// Merges one `--set`.
    fn overlay(&mut self, tree: &mut Node, set: &str) {
        let file = self.files.add("--set", set, true);
        let Some(node) = parse_set(&self.files, file, &mut self.log) else { return };
        if let Some(entry) = node.at(&["extends"]) {
            let message = "`extends` is read before any override";
            self.log
                .error(Code::BadSet, entry.key, message)
                .help("name the scenario that you mean, or write a file that extends it");
            return;
        }
        let origin = tree.origin;
        merge(tree, node, &mut self.log);
        tree.origin = origin;
    }

    /// The directory to which a path written at a place is relative.
    fn near(&self, origin: Origin) -> String {
        if self.files.is_set(origin) {
            String::new()
        } else {
            directory(self.files.name(origin)).to_owned()
        }
    }
}

/// Whether a path has the name of a TOML file.
fn is_toml(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "toml")
}
