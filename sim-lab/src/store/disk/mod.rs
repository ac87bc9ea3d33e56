//! The disk: every file operation of runs, sweeps and samples, and the one place where one can fail.
//!
//! Invariant: what has its final name was whole and synced before it got it. The tests fail each operation in turn
//! (`fault.rs`): nothing of that is in the program.

#[cfg(test)]
pub(crate) mod fault;

use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

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

/// Creates a file, or empties it.
pub(crate) fn create(path: &Path) -> io::Result<Writing> {
    before(Operation::Create, path)?;
    Ok(Writing { file: File::create(path)?, path: path.to_owned() })
}

/// Writes a whole file under a name that nobody reads yet: see [`publish`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path)?.write_all(bytes)
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
