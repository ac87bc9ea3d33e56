//! Who writes a directory of results: one process at a time.
//!
//! A writer holds a lock of the system on a small file in the directory, which says who it is. The system frees the lock
//! when its owner ends, however it ends, so what a crashed process left is taken over, with a word. Where a file system
//! knows no locks, the file itself is the lock: it is created by one process only, and has to be deleted by hand after a
//! crash.
//!
//! Invariant: a lock file is removed only by its owner while it owns it, and a lock counts only if its file still has
//! its name: two processes never own one directory.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sim_core::scenario::plain::unprintable;

use super::directory::{now_seconds, stamp};
use super::{StoreError, disk};

/// The lock file of a whole directory.
pub(crate) const LOCK: &str = ".lock";
/// How long a verb waits for a writer that may be about to end.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long one waits whose own work is short, for others whose work is.
const MORE_PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Most letters of a command line that are kept.
const MOST: usize = 120;
/// Locks whose files lost their names before they counted, in a row. Each time somebody else ended.
const TRIES: usize = 1000;

/// How a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By one process.
    Sole,
    /// With others, who exclude only a sole owner.
    Shared,
}

/// A directory, or a part of one, that this process may write.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: disk::Locking,
    kind: Kind,
    before: Option<String>,
}

/// What a person is told where something is taken over from a process that crashed.
pub fn takeover(what: impl std::fmt::Display, before: &str) -> String {
    format!("{what} is taken over from {before}, which ended without finishing it")
}

/// Who holds a lock.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    process: u32,
    host: String,
    command: String,
    since: String,
}

impl Owner {
    /// This process.
    fn own() -> Self {
        let words: Vec<String> = std::env::args().skip(1).collect();
        Self {
            process: std::process::id(),
            host: host(),
            command: words.join(" ").chars().take(MOST).collect(),
            since: stamp(now_seconds()),
        }
    }

    /// Who is said to own a lock; nothing if its file says nothing that an owner writes.
    fn read(text: &str) -> Option<String> {
        let owner: Self = serde_json::from_str(text).ok()?;
        let words = owner.words();
        // The file may come from anywhere, and the words go to a terminal.
        (unprintable(&words).is_none() && !words.contains(['\n', '\t'])).then_some(words)
    }

    fn words(&self) -> String {
        let Self { process, host, command, since } = self;
        let host = if *host == self::host() { String::new() } else { format!(" on {host}") };
        format!("process {process}{host} (`chokepoint {command}`, since {since})")
    }
}

/// Name of this machine.
fn host() -> String {
    let named = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    named.map_or_else(|| "an unknown machine".to_owned(), |name| name.trim().to_owned())
}

impl Lock {
    /// Takes a directory for one process. A writer that is there has a few seconds to end.
    ///
    /// # Errors
    /// [`StoreError::Owned`] with the owner if there is one.
    pub fn whole(directory: &Path) -> Result<Self, StoreError> {
        Self::patient(&directory.join(LOCK), Kind::Sole, PATIENCE)
    }

    /// As [`Self::whole`], for those who add files and are gone again.
    ///
    /// # Errors
    /// [`StoreError::Owned`].
    pub(super) fn in_turn(directory: &Path) -> Result<Self, StoreError> {
        Self::patient(&directory.join(LOCK), Kind::Sole, MORE_PATIENCE)
    }

    /// As [`Self::whole`], without waiting.
    ///
    /// # Errors
    /// [`StoreError::Owned`].
    pub(super) fn at_once(directory: &Path) -> Result<Self, StoreError> {
        Self::take(&directory.join(LOCK), Kind::Sole)
    }

    /// Removes what a crashed owner left in a directory that nobody owns.
    pub fn clear(directory: &Path) {
        if directory.join(LOCK).exists() {
            drop(Self::at_once(directory));
        }
    }

    /// Takes a directory together with other processes that write other parts of it.
    ///
    /// # Errors
    /// [`StoreError::Owned`] if one process has it as a whole.
    pub(crate) fn shared(directory: &Path) -> Result<Self, StoreError> {
        Self::patient(&directory.join(LOCK), Kind::Shared, PATIENCE)
    }

    /// Takes what a lock file stands for, if nobody has it.
    ///
    /// # Errors
    /// [`StoreError::Owned`].
    pub(crate) fn of_file(path: &Path) -> Result<Self, StoreError> {
        Self::take(path, Kind::Sole)
    }

    /// Who had it before and ended without giving it back, if somebody did.
    pub fn taken_over(&self) -> Option<&str> {
        self.before.as_deref()
    }

    fn patient(path: &Path, kind: Kind, most: Duration) -> Result<Self, StoreError> {
        let began = Instant::now();
        loop {
            match Self::take(path, kind) {
                Err(StoreError::Owned { .. }) if began.elapsed() < most => {
                    std::thread::sleep(PAUSE);
                }
                other => return other,
            }
        }
    }

    fn take(path: &Path, kind: Kind) -> Result<Self, StoreError> {
        let failed = |source| StoreError::File { path: path.to_owned(), source };
        for _ in 0..TRIES {
            let (file, new) = match disk::locking(path) {
                Ok(opened) => opened,
                // Removed between two looks at it.
                Err(e) if e.kind() == io::ErrorKind::NotFound && in_place(path) => continue,
                Err(e) => return Err(failed(e)),
            };
            match file.lock(kind == Kind::Shared) {
                Ok(()) if !file.is_at(path) => {}
                Ok(()) => return Self::taken(path, file, kind, new).map_err(failed),
                Err(TryLockError::WouldBlock) => return Err(owned(path, &file, "")),
                // No locks here: who created the file is the owner. Parts of one directory do no harm to one another.
                Err(TryLockError::Error(_)) if new || kind == Kind::Shared => {
                    return Self::taken(path, file, kind, new).map_err(failed);
                }
                Err(TryLockError::Error(_)) => {
                    let help = format!(
                        "; this file system knows no locks: if that process has ended, delete {}",
                        path.display()
                    );
                    return Err(owned(path, &file, &help));
                }
            }
        }
        Err(failed(io::Error::other("the lock file changes all the time")))
    }

    fn taken(path: &Path, file: disk::Locking, kind: Kind, new: bool) -> io::Result<Self> {
        let before = if new { None } else { Owner::read(&file.text()) };
        let mut lock = Self { path: path.to_owned(), file, kind, before };
        // Those who share one cannot all be named: nobody is.
        let text = match kind {
            Kind::Sole => serde_json::to_string(&Owner::own())? + "\n",
            Kind::Shared => String::new(),
        };
        lock.file.say(&text)?;
        Ok(lock)
    }
}

/// Whether the directory of a file is there.
fn in_place(path: &Path) -> bool {
    path.parent().is_some_and(Path::is_dir)
}

fn owned(path: &Path, file: &disk::Locking, help: &str) -> StoreError {
    let directory = path.parent().unwrap_or(Path::new("")).to_owned();
    let owner = Owner::read(&file.text()).unwrap_or_else(|| "another process".to_owned());
    StoreError::Owned { path: directory, owner, help: help.to_owned() }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Others may share it: theirs must keep its name. A sole owner removes it before the system frees it.
        if self.kind == Kind::Sole && self.file.is_at(&self.path) {
            let _ = disk::remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::fault::{Fault, inject};

    fn place() -> tempfile::TempDir {
        tempfile::tempdir().expect("a directory")
    }

    #[test]
    fn a_directory_has_one_owner_who_is_named() {
        let place = place();
        let lock = Lock::at_once(place.path()).expect("nobody has it");
        let refused = Lock::at_once(place.path()).expect_err("it has an owner").to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        let shard = Lock::shared(place.path()).expect_err("it has an owner").to_string();
        assert!(shard.contains("is writing there"), "{shard}");
        drop(lock);
        assert!(!place.path().join(LOCK).exists(), "it leaves nothing");
        let next = Lock::at_once(place.path()).expect("it was given back");
        assert_eq!(next.taken_over(), None);
    }

    #[test]
    fn parts_are_written_together_and_the_whole_by_none_meanwhile() {
        let place = place();
        let one = Lock::shared(place.path()).expect("nobody has it");
        let other = Lock::shared(place.path()).expect("it is shared");
        drop(one);
        assert!(matches!(Lock::at_once(place.path()), Err(StoreError::Owned { .. })));
        drop(other);
        drop(Lock::at_once(place.path()).expect("all are gone"));
        assert!(!place.path().join(LOCK).exists());
    }

    #[test]
    fn what_a_crashed_owner_left_is_taken_over_with_a_word() {
        let place = place();
        let path = place.path().join(LOCK);
        let owner =
            Owner { process: 7, host: "n3".into(), command: "sweep x".into(), ..Owner::own() };
        std::fs::write(&path, serde_json::to_string(&owner).expect("JSON")).expect("written");
        let lock = Lock::at_once(place.path()).expect("nobody holds it");
        let before = lock.taken_over().expect("somebody had it");
        assert!(before.starts_with("process 7 on n3 (`chokepoint sweep x`, since"), "{before}");
    }

    #[test]
    fn no_text_of_another_file_is_shown_and_none_is_overwritten() {
        let place = place();
        let secret = place.path().join("secret");
        std::fs::write(&secret, "root:x:0:0").expect("written");
        assert_eq!(Owner::read("root:x:0:0"), None);
        let text =
            serde_json::json!({"process": 1, "host": "\u{1b}[2J", "command": "", "since": ""});
        assert_eq!(Owner::read(&text.to_string()), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&secret, place.path().join(LOCK)).expect("a link");
            let refused = Lock::at_once(place.path()).expect_err("a link").to_string();
            assert!(refused.contains("is a link"), "{refused}");
            assert_eq!(std::fs::read_to_string(&secret).expect("text"), "root:x:0:0");
        }
    }

    #[test]
    fn where_no_locks_are_known_the_file_is_the_lock() {
        let place = place();
        // The second operation on the disk is the lock itself.
        let without = |at| inject(Fault::Broken, at, || Lock::at_once(place.path())).result;
        let lock = without(1).expect("it created the file");
        let refused = without(1).expect_err("the file is there").to_string();
        assert!(refused.contains("knows no locks") && refused.contains("delete"), "{refused}");
        drop(lock);
        without(1).expect("it was given back");
    }

    #[test]
    fn many_at_once_are_never_two() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let place = place();
        let (inside, most, taken) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..400 {
                        if let Ok(lock) = Lock::at_once(place.path()) {
                            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                            most.fetch_max(now, Ordering::SeqCst);
                            taken.fetch_add(1, Ordering::SeqCst);
                            std::thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
        assert!(taken.into_inner() >= 8);
    }
}
