//! A file of its own that a long command writes at its end: who may write it is settled before the work begins.
//!
//! Invariant: it takes the place of nothing but an earlier file of its kind, whole or not at all, and two processes never
//! write it at once.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Kind, Lock, StoreError, write_whole};

/// What a file has to be so that another of its kind may take its place.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// In words, such as "an ensemble of `calibrate`".
    pub words: &'static str,
    /// Whether a text is one.
    pub fits: fn(&str) -> bool,
}

/// A file that this process alone may write.
#[derive(Debug)]
pub struct Single {
    path: PathBuf,
    form: Form,
    lock: Lock,
}

impl Single {
    /// Claims a path: its directory must be there, and hold no run; what stands there already must be of the form.
    ///
    /// # Errors
    /// [`StoreError::OtherKind`] with what to name instead; [`StoreError::Owned`] if another process has it.
    pub fn claim(path: &Path, form: Form) -> Result<Self, StoreError> {
        let name = path
            .file_name()
            .filter(|_| !path.is_dir())
            .ok_or_else(|| refused(path, "it is a directory: name a file in it"))?;
        let folder = folder(path);
        if !folder.is_dir() {
            return Err(refused(path, "its directory is not there: make it, or name another file"));
        }
        may_go(path, form)?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(".lock");
        let lock = Lock::of_file(&folder.join(hidden)).map_err(|error| match error {
            StoreError::Owned { owner, help, .. } => {
                StoreError::Owned { path: path.to_owned(), owner, help }
            }
            other => other,
        })?;
        // Another process may have written and ended since the first look.
        may_go(path, form)?;
        Ok(Self { path: path.to_owned(), form, lock })
    }

    /// Who had it before and ended without giving it back, if somebody did.
    pub fn taken_over(&self) -> Option<&str> {
        self.lock.taken_over()
    }

    /// Writes the file. What came there since the claim is looked at once more.
    ///
    /// # Errors
    /// As of [`Self::claim`]; [`StoreError::File`].
    pub fn write(&self, text: &str) -> Result<(), StoreError> {
        may_go(&self.path, self.form)?;
        write_whole(&self.path, text.as_bytes())
            .map_err(|source| StoreError::File { path: self.path.clone(), source })
    }
}

/// The directory of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Refuses what would be lost, and a place among files that a manifest vouches for.
fn may_go(path: &Path, form: Form) -> Result<(), StoreError> {
    let whole = folder(path).canonicalize().unwrap_or_else(|_| folder(path).to_owned());
    let sealed = [Kind::Comparison, Kind::Unfinished, Kind::Sweep, Kind::Plan];
    if let Some(home) = Kind::home(&whole.join("file"), &sealed) {
        let reason = format!(
            "it would stand among the files of {}: name a file elsewhere",
            Kind::of(&home).words()
        );
        return Err(refused(path, &reason));
    }
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(StoreError::File { path: path.to_owned(), source }),
        Ok(about) if about.is_file() && fs::read_to_string(path).is_ok_and(|t| (form.fits)(&t)) => {
            Ok(())
        }
        Ok(_) => {
            let reason =
                format!("it is there already and is not {}: name another file", form.words);
            Err(refused(path, &reason))
        }
    }
}

fn refused(path: &Path, reason: &str) -> StoreError {
    StoreError::OtherKind { path: path.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::fault::{FAULTS, inject};

    const FORM: Form = Form { words: "a note", fits: |text| text.starts_with("note ") };

    #[test]
    fn a_file_has_one_writer_and_takes_the_place_of_its_kind_only() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("note.txt");
        let mine = Single::claim(&path, FORM).expect("nobody has it");
        let refused = Single::claim(&path, FORM).expect_err("it has a writer").to_string();
        assert!(
            refused.contains("note.txt: process") && refused.contains("is writing"),
            "{refused}"
        );
        mine.write("note 1").expect("written");
        mine.write("note 2").expect("written over its own kind");
        // Somebody who asks for no lock writes there.
        fs::write(&path, "a letter").expect("written");
        let refused = mine.write("note 3").expect_err("not ours").to_string();
        assert!(refused.contains("is not a note: name another file"), "{refused}");
        drop(mine);
        assert_eq!(fs::read_to_string(&path).expect("text"), "a letter");
        assert!(Single::claim(&path, FORM).is_err());
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 1, "no lock is left");
    }

    #[test]
    fn no_run_gets_a_file_that_its_manifest_does_not_know() {
        let place = tempfile::tempdir().expect("a directory");
        fs::write(place.path().join("manifest.json"), "{}").expect("written");
        fs::create_dir(place.path().join("figures")).expect("created");
        for name in ["note.txt", "figures/note.txt"] {
            let refused = Single::claim(&place.path().join(name), FORM).expect_err("a run");
            assert!(refused.to_string().contains("among the files of a comparison"), "{refused}");
        }
        for (name, why) in [("figures", "it is a directory"), ("none/note.txt", "is not there")] {
            let refused = Single::claim(&place.path().join(name), FORM).expect_err(why);
            assert!(refused.to_string().contains(why), "{refused}");
        }
    }

    #[test]
    fn whatever_fails_leaves_the_earlier_file_whole() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("note.txt");
        let mine = Single::claim(&path, FORM).expect("nobody has it");
        for fault in FAULTS {
            for at in 0.. {
                mine.write("note 1").expect("written");
                let seen = inject(fault, at, || mine.write("note 2"));
                let text = fs::read_to_string(&path).expect("text");
                let written = text == "note 2";
                assert!(written || text == "note 1", "{fault:?} at step {at}: {text}");
                assert!(written || seen.result.is_err(), "{fault:?} at step {at} is told");
                if seen.hit.is_none() {
                    assert!(at > 0 && written, "{fault:?} hits something");
                    break;
                }
            }
        }
    }
}
