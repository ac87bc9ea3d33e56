//! What comes into a directory after its numbers: figures and the brief. The manifest is sealed anew with their hashes.
//!
//! Invariant: a kill between two steps leaves a manifest that is whole, and files that it vouches for as they are: what
//! is about to be replaced is taken off its list first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{LOCK, Lock, OUTCOMES, StoreError, disk, seal, write_whole};
use crate::library::sha256;

/// The manifest of a run's or a sweep's directory.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The list of a manifest, as it is written.
const LIST: &str = "\n  \"files\": ";
/// Directories below a run's that are looked into.
const DEPTH: usize = 8;

/// Files of a directory by their names in it, with their hashes.
type Hashes = BTreeMap<String, String>;

/// The hash of the numbers that a directory holds; nothing if it has no sealed manifest. Whoever draws of it asks first.
pub fn numbers(directory: &Path) -> Option<String> {
    let path = directory.join(MANIFEST);
    let mut hashes = listed(&path, &read(&path).ok()?).ok()?;
    hashes.remove(OUTCOMES)
}

/// Writes files that were drawn of some [`numbers`] into the directory of these, and lets its manifest vouch for them.
/// The directory is owned meanwhile.
///
/// # Errors
/// [`StoreError`]: among others if the manifest was edited, if the numbers are no longer these, if somebody else writes
/// there, or if a name is that of a file which holds what was computed.
pub fn add(directory: &Path, of: &str, files: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
    let lock = Lock::in_turn(directory)?;
    add_owned(directory, of, files, &lock)
}

/// As [`add`], for whoever owns the directory.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn add_owned(
    directory: &Path,
    of: &str,
    files: &[(String, Vec<u8>)],
    _: &Lock,
) -> Result<(), StoreError> {
    let path = directory.join(MANIFEST);
    let mut text = read(&path)?;
    let mut hashes = listed(&path, &text)?;
    if hashes.get(OUTCOMES).is_none_or(|hash| hash != of) {
        let reason = "the numbers changed while they were drawn: draw them again";
        return Err(broken(&directory.join(OUTCOMES), reason));
    }
    let before = hashes.clone();
    for (name, bytes) in files {
        if holds_numbers(name, &hashes) {
            let reason = "it holds what the run wrote, and is not overwritten: name another file";
            return Err(StoreError::Broken {
                path: directory.join(name),
                reason: reason.to_owned(),
            });
        }
        if hashes.get(name).is_some_and(|hash| *hash != sha256(bytes)) {
            hashes.remove(name);
        }
    }
    if hashes != before {
        text = put(&path, &text, &hashes)?;
    }
    for (name, bytes) in files {
        let file = directory.join(name);
        let failed = |source| StoreError::File { path: file.clone(), source };
        if let Some(folder) = file.parent() {
            disk::create_directory(folder).map_err(failed)?;
        }
        write_whole(&file, bytes).map_err(failed)?;
        hashes.insert(name.clone(), sha256(bytes));
    }
    if listed(&path, &text)? != hashes {
        put(&path, &text, &hashes)?;
    }
    Ok(())
}

/// Whether a file of a directory is none that can be drawn or written anew.
fn holds_numbers(name: &str, hashes: &Hashes) -> bool {
    let place = Path::new(name);
    let page = place.extension().is_some_and(|ending| ending == "html");
    let drawn = place.parent().is_some_and(|folder| folder == Path::new("figures"));
    let own = [MANIFEST, LOCK, crate::sweep::PLAN].contains(&name);
    own || (hashes.contains_key(name) && !page && !drawn)
}

fn read(path: &Path) -> Result<String, StoreError> {
    let text = disk::read_text(path)
        .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    seal::check(&text).map_err(|reason| broken(path, reason))?;
    Ok(text)
}

fn broken(path: &Path, reason: &str) -> StoreError {
    StoreError::Broken { path: path.to_owned(), reason: reason.to_owned() }
}

/// The list of a manifest.
fn listed(path: &Path, text: &str) -> Result<Hashes, StoreError> {
    #[derive(Deserialize)]
    struct Listed {
        files: Hashes,
    }
    let listed: Listed = serde_json::from_str(text).map_err(|e| broken(path, &e.to_string()))?;
    Ok(listed.files)
}

/// Writes the manifest with another list, and gives its text. All else stays as it is to the letter.
fn put(path: &Path, text: &str, hashes: &Hashes) -> Result<String, StoreError> {
    let strange = || broken(path, "it is not in the form in which runs write it: run it again");
    let start = text.find(LIST).ok_or_else(strange)? + LIST.len();
    let rest = &text[start..];
    let length =
        if rest.starts_with("{}") { 2 } else { rest.find("\n  }").ok_or_else(strange)? + 4 };
    let list = serde_json::to_string_pretty(hashes)?.replace('\n', "\n  ");
    let open = seal::unseal(text).ok_or_else(strange)?;
    // The seal is as long as what stands for it: places are the same.
    let sealed = seal::seal(&format!("{}{list}{}", &open[..start], &open[start + length..]));
    if listed(path, &sealed)? != *hashes {
        return Err(strange());
    }
    write_whole(path, sealed.as_bytes())
        .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    Ok(sealed)
}

/// Files of a directory that its manifest does not vouch for, by their names in it, sorted.
///
/// # Errors
/// [`StoreError::File`] if a directory cannot be read.
pub fn strangers(directory: &Path, hashes: &Hashes) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    let mut open: Vec<(PathBuf, usize)> = vec![(directory.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let failed = |source| StoreError::File { path: folder.clone(), source };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() && !path.is_symlink() && depth < DEPTH {
                open.push((path, depth + 1));
                continue;
            }
            let name = path.strip_prefix(directory).unwrap_or(&path).to_string_lossy();
            let name = name.replace('\\', "/");
            if ![MANIFEST, LOCK].contains(&name.as_str()) && !hashes.contains_key(&name) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::fault::{FAULTS, inject};

    /// A directory with a sealed manifest in the form of a run's.
    fn sealed(directory: &Path, files: &Hashes) {
        let list = serde_json::to_string_pretty(files).expect("JSON").replace('\n', "\n  ");
        let blank = seal::BLANK;
        let text = format!(
            "{{\n  \"seconds\": 0.1,\n  \"scenarios\": [\n    {{\n      \"files\": {{\n        \"a\": \"b\"\n      }}\n    }}\n  \
             ],\n  \"files\": {list},\n  \"sha256\": \"{blank}\"\n}}\n"
        );
        std::fs::write(directory.join(MANIFEST), seal::seal(&text)).expect("written");
    }

    fn list(directory: &Path) -> Hashes {
        let path = directory.join(MANIFEST);
        listed(&path, &read(&path).expect("sealed")).expect("a list")
    }

    fn figure(bytes: &str) -> Vec<(String, Vec<u8>)> {
        vec![("figures/a.svg".to_owned(), bytes.as_bytes().to_vec())]
    }

    #[test]
    fn a_manifest_vouches_for_what_is_added_and_says_all_else_as_before() {
        let place = tempfile::tempdir().expect("a directory");
        let table = sha256(b"table");
        let numbers = (OUTCOMES.to_owned(), "n".to_owned());
        for files in [
            Hashes::from([numbers.clone()]),
            Hashes::from([numbers, ("summary.csv".to_owned(), table)]),
        ] {
            sealed(place.path(), &files);
            for bytes in ["<svg/>", "<svg>2</svg>"] {
                add(place.path(), "n", &figure(bytes)).expect("added");
                let mut wanted = files.clone();
                wanted.insert("figures/a.svg".to_owned(), sha256(bytes.as_bytes()));
                assert_eq!(list(place.path()), wanted);
            }
            let text = std::fs::read_to_string(place.path().join(MANIFEST)).expect("text");
            assert!(text.starts_with("{\n  \"seconds\": 0.1,\n  \"scenarios\": [\n    {\n      \"files\": {\n        \"a\""));
            assert!(!place.path().join(LOCK).exists());
        }
        for name in ["summary.csv", MANIFEST, LOCK, "plan.json"] {
            let refused = add(place.path(), "n", &[(name.to_owned(), b"x".to_vec())]);
            let refused = refused.expect_err(name).to_string();
            assert!(refused.contains("is not overwritten"), "{refused}");
        }
        let other = add(place.path(), "other", &figure("x")).expect_err("of other numbers");
        assert!(other.to_string().contains("changed while"), "{other}");
        std::fs::write(place.path().join("notes.txt"), "mine").expect("written");
        let strange = strangers(place.path(), &list(place.path())).expect("read");
        assert_eq!(strange, ["notes.txt"]);
    }

    #[test]
    fn whatever_fails_nothing_is_vouched_for_that_is_not_there() {
        for fault in FAULTS {
            for at in 0.. {
                let place = tempfile::tempdir().expect("a directory");
                let numbers = place.path().join(OUTCOMES);
                std::fs::write(&numbers, "n").expect("written");
                let n = sha256(b"n");
                sealed(place.path(), &Hashes::from([(OUTCOMES.to_owned(), n.clone())]));
                add(place.path(), &n, &figure("old")).expect("added");
                let new = figure("new and longer");
                let seen = inject(fault, at, || add(place.path(), &n, &new));
                let Some((operation, _)) = seen.hit else { break };
                for (name, hash) in list(place.path()) {
                    let bytes = std::fs::read(place.path().join(&name)).expect("it is there");
                    assert_eq!(sha256(&bytes), hash, "{fault:?} at {at}, {operation:?}: {name}");
                }
            }
        }
    }
}
