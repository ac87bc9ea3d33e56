//! Naming, creating and finishing a run directory.

use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{StoreError, disk};

/// A run directory that is being written.
#[derive(Debug)]
pub struct RunDirectory {
    /// Where files go.
    pub path: PathBuf,
    /// Run id.
    pub id: String,
    hashes: Vec<(String, String)>,
}

impl RunDirectory {
    /// Creates `parent/<time>-<slug>-<hash>`, or `exact` if given.
    ///
    /// # Errors
    /// [`StoreError::File`] if it cannot be created or `exact` exists and is not empty.
    pub fn create(
        parent: &Path,
        exact: Option<&Path>,
        slug: &str,
        hash: &str,
    ) -> Result<Self, StoreError> {
        let id = format!("{}-{slug}-{}", stamp(now_seconds()), &hash[..8.min(hash.len())]);
        let path = exact.map_or_else(|| parent.join(&id), Path::to_path_buf);
        let fail = |source| StoreError::File { path: path.clone(), source };
        if std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_some()) {
            let reason = "exists and is not empty: name another directory, or delete it";
            return Err(fail(std::io::Error::new(std::io::ErrorKind::AlreadyExists, reason)));
        }
        disk::create_directory(&path).map_err(fail)?;
        let id = exact.and_then(Path::file_name).map_or(id, |n| n.to_string_lossy().into_owned());
        Ok(Self { path, id, hashes: Vec::new() })
    }

    /// A directory that exists, to go on with.
    pub fn open(path: &Path) -> Self {
        let id = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        Self { path: path.to_owned(), id, hashes: Vec::new() }
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

/// Writes a whole file: beside its name, synced, then renamed.
///
/// # Errors
/// The first step's that fails.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension("part");
    disk::write(&temporary, bytes)?;
    disk::publish(&temporary, path)
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
