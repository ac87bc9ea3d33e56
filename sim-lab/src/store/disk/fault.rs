//! A disk that fails at the n-th operation of a thread, in one of the ways in which disks do.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Operation;

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// No space left: of a write, half gets there. Other operations succeed again.
    Full,
    /// An input or output error; nothing is done. Other operations succeed again.
    Broken,
    /// A write takes half of the bytes and says so, as it may. Only writes are counted.
    Short,
    /// The process is killed: of a write, half gets there; nothing else happens any more.
    Killed,
    /// The power is cut: as `Killed`, and half of what was not synced is gone, whatever its name is.
    PowerCut,
}

/// All of them.
pub(crate) const FAULTS: [Fault; 5] =
    [Fault::Full, Fault::Broken, Fault::Short, Fault::Killed, Fault::PowerCut];

#[derive(Debug)]
struct Disk {
    fault: Fault,
    at: usize,
    done: usize,
    dead: bool,
    unsynced: BTreeSet<PathBuf>,
    hit: Option<(Operation, PathBuf)>,
}

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
}

/// What became of a piece of work on a failing disk.
#[derive(Debug)]
pub(crate) struct Seen<T> {
    /// Its result.
    pub(crate) result: T,
    /// The operation that failed; `None` if the work has fewer.
    pub(crate) hit: Option<(Operation, PathBuf)>,
}

/// Does work on this thread whose operation number `at`, from 0, fails.
pub(crate) fn inject<T>(fault: Fault, at: usize, work: impl FnOnce() -> T) -> Seen<T> {
    let disk = Disk { fault, at, done: 0, dead: false, unsynced: BTreeSet::new(), hit: None };
    DISK.with_borrow_mut(|d| *d = Some(disk));
    let result = work();
    let disk = DISK.with_borrow_mut(Option::take).expect("the disk of this thread");
    if disk.dead && disk.fault == Fault::PowerCut {
        for path in &disk.unsynced {
            halve(path);
        }
    }
    Seen { result, hit: disk.hit }
}

/// Half of a file is gone.
fn halve(path: &Path) {
    if let Ok(file) = File::options().write(true).open(path) {
        let length = file.metadata().expect("a length").len();
        file.set_len(length / 2).expect("half of it");
    }
}

impl Disk {
    /// Whether this operation is the one that fails; an error if nothing happens any more.
    fn next(&mut self, operation: Operation, path: &Path) -> io::Result<bool> {
        if self.dead {
            return Err(io::Error::other("the process is dead"));
        }
        if self.fault == Fault::Short && operation != Operation::Write {
            return Ok(false);
        }
        let now = self.done == self.at;
        self.done += 1;
        if now {
            self.hit = Some((operation, path.to_owned()));
            self.dead = matches!(self.fault, Fault::Killed | Fault::PowerCut);
        }
        Ok(now)
    }

    fn error(&self) -> io::Error {
        match self.fault {
            Fault::Full => io::Error::from(io::ErrorKind::StorageFull),
            _ => io::Error::other("input/output error"),
        }
    }
}

/// Fails an operation whose turn it is.
pub(super) fn before(operation: Operation, path: &Path) -> io::Result<()> {
    DISK.with_borrow_mut(|disk| {
        let Some(disk) = disk else { return Ok(()) };
        if disk.next(operation, path)? {
            return Err(disk.error());
        }
        match operation {
            Operation::Create => drop(disk.unsynced.insert(path.to_owned())),
            Operation::Sync => drop(disk.unsynced.remove(path)),
            _ => {}
        }
        Ok(())
    })
}

/// Fails a write whose turn it is, after half of it, or gives the bytes that are to be written.
pub(super) fn before_write<'a>(
    path: &Path,
    file: &mut File,
    bytes: &'a [u8],
) -> io::Result<&'a [u8]> {
    DISK.with_borrow_mut(|disk| {
        let Some(disk) = disk else { return Ok(bytes) };
        if !disk.next(Operation::Write, path)? {
            return Ok(bytes);
        }
        let half = &bytes[..bytes.len().div_ceil(2)];
        if disk.fault == Fault::Short {
            return Ok(half);
        }
        if disk.fault != Fault::Broken {
            file.write_all(half)?;
        }
        Err(disk.error())
    })
}

/// A file that was not synced stays so under its new name.
pub(super) fn renamed(from: &Path, to: &Path) {
    DISK.with_borrow_mut(|disk| {
        if let Some(disk) = disk
            && disk.unsynced.remove(from)
        {
            disk.unsynced.insert(to.to_owned());
        }
    });
}

#[test]
fn a_power_cut_takes_half_of_a_file_that_was_named_before_it_was_synced() {
    let place = tempfile::tempdir().expect("a directory");
    let (a, b) = (place.path().join("a"), place.path().join("b"));
    let careless = || -> io::Result<()> {
        super::write(&a, b"0123456789")?;
        fs::rename(&a, &b)?;
        renamed(&a, &b);
        super::read(&b).map(drop)
    };
    let seen = inject(Fault::PowerCut, 2, careless);
    assert!(seen.result.is_err());
    assert_eq!(fs::read(&b).expect("a file"), b"01234");
}
