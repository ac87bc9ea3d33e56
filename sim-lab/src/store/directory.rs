//! Naming, creating and finishing a run directory.

use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::lock::{LOCK, Lock};
use super::{StoreError, disk};

/// Directories of one name and one second that are tried.
const SAME_SECOND: usize = 1000;

/// A run directory that is being written, by this process alone.
#[derive(Debug)]
pub struct RunDirectory {
    /// Where files go.
    pub path: PathBuf,
    /// Run id.
    pub id: String,
    hashes: Vec<(String, String)>,
    lock: Option<Lock>,
}

impl RunDirectory {
    /// Creates `parent/<time>-<slug>-<hash>`, with a number behind it if that is there, or `exact` if given; and owns it.
    ///
    /// # Errors
    /// [`StoreError::File`] if it cannot be created or `exact` exists and is not empty, [`StoreError::Owned`] if somebody
    /// else writes there.
    pub fn create(
        parent: &Path,
        exact: Option<&Path>,
        slug: &str,
        hash: &str,
    ) -> Result<Self, StoreError> {
        let name = format!("{}-{slug}-{}", stamp(now_seconds()), &hash[..8.min(hash.len())]);
        let (path, lock) = match exact {
            Some(path) => (path.to_owned(), claim(path)?),
            None => create_new(parent, &name)?,
        };
        Ok(Self { lock: Some(lock), ..Self::open(&path) })
    }

    /// A directory that exists, to go on with. Whoever does owns it already.
    pub fn open(path: &Path) -> Self {
        let id = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        Self { path: path.to_owned(), id, hashes: Vec::new(), lock: None }
    }

    /// The lock of the directory, if it is owned.
    pub const fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// The lock of the directory, to be kept while somebody goes on writing there.
    pub fn into_lock(self) -> Option<Lock> {
        self.lock
    }

    /// Gives the directory back: all is written.
    pub fn release(&mut self) {
        self.lock = None;
    }

    /// Removes the directory with all that was written: nothing half done stays.
    pub fn discard(mut self) {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()).filter(|path| !path.ends_with(LOCK)) {
            let _ = if path.is_dir() { disk::remove_directory(&path) } else { disk::remove(&path) };
        }
        // The lock last: nobody else may begin while files go.
        self.release();
        let _ = disk::remove_empty_directory(&self.path);
    }

    /// Writes a whole file: beside its name, then renamed.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let temporary = self.temporary(name);
        let fail = |source| StoreError::File { path: self.path.join(name), source };
        // Ids of scenarios become names: none may lead out of the directory.
        if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
            let reason = "the name leads out of the run directory";
            return Err(fail(std::io::Error::new(std::io::ErrorKind::InvalidInput, reason)));
        }
        if let Some(folder) = temporary.parent() {
            disk::create_directory(folder).map_err(fail)?;
        }
        disk::write(&temporary, bytes).map_err(fail)?;
        self.finish(name)
    }

    /// The temporary path of a file that is written in pieces.
    pub fn temporary(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.part"))
    }

    /// Gives a file written in pieces its name, and remembers its hash.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn finish(&mut self, name: &str) -> Result<(), StoreError> {
        let path = self.path.join(name);
        let fail = |source| StoreError::File { path: path.clone(), source };
        let temporary = self.temporary(name);
        // Taken before it has its name: a file that cannot be read back is not published.
        let hash = disk::sha256(&temporary).map_err(fail)?;
        disk::publish(&temporary, &path).map_err(fail)?;
        self.hashes.push((name.to_owned(), hash));
        Ok(())
    }

    /// Hashes of the files written so far, by name.
    pub fn hashes(&self) -> &[(String, String)] {
        &self.hashes
    }

    /// Lets `latest` beside the directory name this run.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn point_latest(&self) -> Result<(), StoreError> {
        let Some(parent) = self.path.parent() else { return Ok(()) };
        let path = parent.join("latest");
        write_whole(&path, format!("{}\n", self.id).as_bytes())
            .map_err(|source| StoreError::File { path, source })
    }
}

/// Owns a directory that is named: a new one, or one that is empty.
fn claim(path: &Path) -> Result<Lock, StoreError> {
    let fail = |source| StoreError::File { path: path.to_owned(), source };
    let taken = || {
        let reason = "exists and is not empty: name another directory, or delete it";
        fail(std::io::Error::new(std::io::ErrorKind::AlreadyExists, reason))
    };
    if !is_empty(path) {
        // If somebody writes there, that is the reason.
        if path.join(LOCK).is_file() {
            Lock::at_once(path)?;
        }
        return Err(taken());
    }
    disk::create_directory(path).map_err(fail)?;
    let lock = Lock::at_once(path)?;
    // Another process may have written and ended since the first look.
    if is_empty(path) { Ok(lock) } else { Err(taken()) }
}

/// Whether nothing is in a directory, but for a lock.
fn is_empty(path: &Path) -> bool {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).all(|name| name == LOCK)
}

/// Creates and owns a directory that was not there.
fn create_new(parent: &Path, name: &str) -> Result<(PathBuf, Lock), StoreError> {
    disk::create_directory(parent)
        .map_err(|source| StoreError::File { path: parent.to_owned(), source })?;
    let mut last = parent.join(name);
    for number in 1..SAME_SECOND {
        if number > 1 {
            last = parent.join(format!("{name}-{number}"));
        }
        match disk::create_new_directory(&last) {
            Ok(()) => {
                let lock = Lock::at_once(&last)?;
                return Ok((last, lock));
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(StoreError::File { path: last, source }),
        }
    }
    let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "exists already");
    Err(StoreError::File { path: last, source })
}

/// Writes a whole file: beside its name under one that no other process uses, synced, then renamed.
///
/// # Errors
/// The first step's that fails.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.part", disk::unique()));
    let written = disk::write(&temporary, bytes).and_then(|()| disk::publish(&temporary, path));
    if written.is_err() {
        // A full disk should not be left fuller.
        let _ = disk::remove(&temporary);
    }
    written
}

/// Seconds since 1970.
pub(super) fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// `20261123T014500Z` of seconds since 1970 (civil-from-days, Hinnant).
pub(super) fn stamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let z = days as i64 + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_directory() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("run");
        let mut run = RunDirectory::create(place.path(), Some(&path), "s", "h").expect("a run");
        for name in ["../out", "/tmp/out", "a/../../out", "./../out"] {
            let error = run.write(name, b"x").expect_err(name).to_string();
            assert!(error.contains("leads out"), "{error}");
        }
        run.write("a/b", b"x").expect("within");
        assert_eq!(std::fs::read_dir(place.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn stamps_are_civil_dates() {
        assert_eq!(stamp(0), "19700101T000000Z");
        assert_eq!(stamp(951_782_399), "20000228T235959Z");
        assert_eq!(stamp(1_709_210_096), "20240229T123456Z");
    }
}
