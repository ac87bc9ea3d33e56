//! The disk: every file operation of runs, sweeps and samples, and the one place where one can fail.
//!
//! Invariant: what has its final name was whole and synced before it got it. The tests fail each operation in turn
//! (`fault.rs`): nothing of that is in the program.

#[cfg(test)]
pub(crate) mod fault;

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::library::sha256_of_file;

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    CreateDirectory,
    Create,
    #[cfg(test)]
    Write,
    Sync,
    Rename,
    Remove,
    Read,
    Lock,
}

/// Lets a test fail an operation before it happens.
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "a test's does fail")]
const fn before(_: Operation, _: &Path) -> io::Result<()> {
    Ok(())
}
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "a test's does fail")]
const fn before_write<'a>(_: &Path, _: &mut File, bytes: &'a [u8]) -> io::Result<&'a [u8]> {
    Ok(bytes)
}
#[cfg(test)]
use fault::{before, before_write};

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Writing {
    file: File,
    path: PathBuf,
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = before_write(&self.path, &mut self.file, bytes)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A word that no other process uses, and this one only once.
pub(crate) fn unique() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{now}-{count}", std::process::id())
}

/// Creates a file, or empties it.
pub(crate) fn create(path: &Path) -> io::Result<Writing> {
    before(Operation::Create, path)?;
    Ok(Writing { file: File::create(path)?, path: path.to_owned() })
}

/// Writes a whole file under a name that nobody reads yet: see [`publish`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path)?.write_all(bytes)
}

/// A file that stands for a lock.
#[derive(Debug)]
pub(crate) struct Locking(Writing);

/// Bytes of a lock file that are looked at.
const OWNER: u64 = 4096;

/// Opens a lock file, and whether it was created by that. A link is refused: what it leads to is nobody's lock.
pub(crate) fn locking(path: &Path) -> io::Result<(Locking, bool)> {
    before(Operation::Create, path)?;
    let mut options = File::options();
    options.read(true).write(true);
    let (file, new) = match options.clone().create_new(true).open(path) {
        Ok(file) => (file, true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(path)?.is_symlink() {
                return Err(io::Error::other("it is a link: delete it"));
            }
            (options.open(path)?, false)
        }
        Err(e) => return Err(e),
    };
    Ok((Locking(Writing { file, path: path.to_owned() }), new))
}

impl Locking {
    /// Locks it, alone or with others who share it; the system frees it when it is closed.
    pub(crate) fn lock(&self, shared: bool) -> Result<(), TryLockError> {
        before(Operation::Lock, &self.0.path).map_err(TryLockError::Error)?;
        if shared { self.0.file.try_lock_shared() } else { self.0.file.try_lock() }
    }

    /// Whether the file still has its name.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        same(&self.0.file, path).unwrap_or(false)
    }

    /// What it says, as far as it can be read.
    pub(crate) fn text(&self) -> String {
        let (mut file, mut bytes) = (&self.0.file, Vec::new());
        let read = file.rewind().and_then(|()| file.take(OWNER).read_to_end(&mut bytes));
        read.ok().and_then(|_| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Puts a text in place of what it says.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        self.0.file.set_len(0)?;
        self.0.file.rewind()?;
        self.0.write_all(text.as_bytes())
    }
}

#[cfg(unix)]
fn same(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (one, other) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

/// Elsewhere a file that somebody has open keeps its name.
#[cfg(not(unix))]
fn same(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

/// Makes what is in a file last, then gives it its name.
pub(crate) fn publish(from: &Path, to: &Path) -> io::Result<()> {
    before(Operation::Sync, from)?;
    File::open(from)?.sync_all()?;
    before(Operation::Rename, from)?;
    fs::rename(from, to)?;
    #[cfg(test)]
    fault::renamed(from, to);
    Ok(())
}

/// Makes the names in a directory last. Not every system can; where it cannot, a power cut may lose a file that was
/// finished, never leave half of one.
pub(crate) fn sync_directory(path: &Path) {
    let _ = before(Operation::Sync, path).and_then(|()| File::open(path)?.sync_all());
}

/// Creates a directory and those above it.
pub(crate) fn create_directory(path: &Path) -> io::Result<()> {
    before(Operation::CreateDirectory, path)?;
    fs::create_dir_all(path)
}

/// Creates a directory that must not be there.
pub(crate) fn create_new_directory(path: &Path) -> io::Result<()> {
    before(Operation::CreateDirectory, path)?;
    fs::create_dir(path)
}

/// Removes an empty directory.
pub(crate) fn remove_empty_directory(path: &Path) -> io::Result<()> {
    before(Operation::Remove, path)?;
    fs::remove_dir(path)
}

/// Removes a file. It need not be there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    before(Operation::Remove, path)?;
    absent(fs::remove_file(path))
}

/// Removes a directory with all that is in it. It need not be there.
pub(crate) fn remove_directory(path: &Path) -> io::Result<()> {
    before(Operation::Remove, path)?;
    absent(fs::remove_dir_all(path))
}

fn absent(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Opens a file to read.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    before(Operation::Read, path)?;
    File::open(path)
}

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a whole text.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Hash of a file in lowercase hexadecimal.
pub(crate) fn sha256(path: &Path) -> io::Result<String> {
    before(Operation::Read, path)?;
    sha256_of_file(path)
}
