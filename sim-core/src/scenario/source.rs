//! The texts that a scenario is read from, and places within them.
//!
//! Invariant: a place is a file and a byte span; lines and columns are computed only for reports.

use std::cell::OnceCell;
use std::ops::Range;

/// Longest excerpt of a line that a problem carries, in bytes. Longer lines are cut around the span.
const EXCERPT: usize = 240;

/// A place in one of the [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Origin {
    /// Index of the file.
    pub(crate) file: usize,
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
}

impl Origin {
    /// A span of a file.
    pub(crate) fn new(file: usize, span: Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }

    /// The file as a whole.
    pub(crate) fn whole(file: usize) -> Self {
        Self { file, start: usize::MAX, end: usize::MAX }
    }
}

/// One text: a file, or the argument of a `--set`.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// The path as it was asked for.
    pub(crate) name: String,
    /// Its text without a byte order mark.
    pub(crate) text: String,
    /// Whether it stands for the argument of a `--set`.
    pub(crate) is_set: bool,
    /// Where its lines begin: found once, because a large table may have many problems.
    lines: OnceCell<Vec<usize>>,
}

/// All texts that were read, in that order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(pub(crate) Vec<SourceFile>);

/// A place for people.
pub(crate) struct Place {
    /// Line from 1; 0 for the whole file.
    pub(crate) line: usize,
    /// Column in characters from 1.
    pub(crate) column: usize,
    /// The line.
    pub(crate) excerpt: String,
    /// The span within the line.
    pub(crate) mark: Range<usize>,
}

impl Files {
    /// Adds a file and returns its index.
    pub(crate) fn add(&mut self, name: &str, text: &str, is_set: bool) -> usize {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        self.0.push(SourceFile { name: name.to_owned(), text, is_set, lines: OnceCell::new() });
        self.0.len() - 1
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: usize) -> &str {
        self.0.get(file).map_or("", |file| &file.text)
    }

    /// Name of the file of a place.
    pub(crate) fn name(&self, origin: Origin) -> &str {
        self.0.get(origin.file).map_or("", |file| &file.name)
    }

    /// Whether the place is in the argument of a `--set`.
    pub(crate) fn is_set(&self, origin: Origin) -> bool {
        self.0.get(origin.file).is_some_and(|file| file.is_set)
    }

    /// Line, column and excerpt of a place. A span over several lines is cut to its first one.
    pub(crate) fn place(&self, origin: Origin) -> Place {
        if origin.start == usize::MAX {
            return Place { line: 0, column: 0, excerpt: String::new(), mark: 0..0 };
        }
        let text = self.text(origin.file);
        let start = floor(text, origin.start);
        let end = floor(text, origin.end.max(origin.start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = self.line(origin.file, start);
        let column = text[line_start..start].chars().count() + 1;
        let from = if start - line_start > EXCERPT / 2 {
            floor(text, start - EXCERPT / 2)
        } else {
            line_start
        };
        let to = floor(text, line_end.min(from + EXCERPT)).max(start);
        let excerpt = text[from..to].trim_end_matches('\r').to_owned();
        let top = excerpt.len();
        let mark = (start - from).min(top)..(end.min(to) - from).min(top);
        Place { line, column, excerpt, mark }
    }

    /// The line of a byte, from 1.
    fn line(&self, file: usize, at: usize) -> usize {
        let Some(file) = self.0.get(file) else { return 1 };
        let starts = || file.text.match_indices('\n').map(|(at, _)| at + 1).collect();
        file.lines.get_or_init(starts).partition_point(|&start| start <= at) + 1
    }
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The directory part of a path, without the final slash; empty for a bare name.
pub(crate) fn directory(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

/// The last part of a path.
pub(crate) fn base_name(path: &str) -> &str {
    path.rfind('/').map_or(path, |at| &path[at + 1..])
}

/// A path without its last extension.
pub(crate) fn stem(path: &str) -> &str {
    let base = base_name(path);
    base.strip_suffix(".toml").unwrap_or(base)
}

/// Joins a path to a directory and folds `.` and `..`.
pub(crate) fn join(directory: &str, path: &str) -> String {
    let path = path.replace('\\', "/");
    let full = if is_absolute(&path) || directory.is_empty() {
        path
    } else {
        format!("{directory}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|&last| last != "..") => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let root = if full.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Whether a path starts at the root of a file system.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.as_bytes().get(1) == Some(&b':')
}

/// The way from a directory to a path, both relative or both absolute. Falls back on the last part
/// of the path: a printed scenario names no place of the machine it was made on.
pub(crate) fn relative(directory: &str, path: &str) -> String {
    if is_absolute(directory) != is_absolute(path) {
        return base_name(path).to_owned();
    }
    let split = |text: &str| -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." && parts.last().is_some_and(|last| last != "..") {
                parts.pop();
            } else {
                parts.push(part.to_owned());
            }
        }
        parts
    };
    let (from, to) = (split(directory), split(path));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let far_apart = is_absolute(path) && common + 1 < from.len();
    if far_apart || from[common..].iter().any(|part| part == "..") {
        return base_name(path).to_owned();
    }
    let ups = std::iter::repeat_n("..".to_owned(), from.len() - common);
    ups.chain(to[common..].iter().cloned()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_and_fold() {
        assert_eq!(join("scenarios", "data"), "scenarios/data");
        assert_eq!(join("scenarios/mine", "../baseline.toml"), "scenarios/baseline.toml");
        assert_eq!(join("", "../x.toml"), "../x.toml");
        assert_eq!(join("/a/b", "../c"), "/a/c");
        assert_eq!(join("scenarios", "/abs/x"), "/abs/x");
        assert_eq!(directory("hard-cap.toml"), "");
        assert_eq!(stem("scenarios/hard-cap.toml"), "hard-cap");
    }

    #[test]
    fn relative_paths_lead_from_the_directory() {
        assert_eq!(relative("scenarios", "scenarios/data"), "data");
        assert_eq!(relative("outputs/run", "scenarios/data"), "../../scenarios/data");
        assert_eq!(relative("", "scenarios/data"), "scenarios/data");
        assert_eq!(relative("scenarios", "/somewhere/else"), "else");
        assert_eq!(relative("/a/scenarios", "/a/scenarios/data"), "data");
        assert_eq!(relative("/a/b/../scenarios", "/a/scenarios/data/x"), "data/x");
    }

    #[test]
    fn places_count_characters_from_one() {
        let mut files = Files::default();
        let file = files.add("x.toml", "a = 1\nü = nein\n", false);
        let place = files.place(Origin::new(file, 11..15));
        assert_eq!((place.line, place.column, place.excerpt.as_str()), (2, 5, "ü = nein"));
        assert_eq!(&place.excerpt[place.mark], "nein");
    }
}
