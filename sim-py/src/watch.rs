//! Long work beside the interpreter: its lock is released, Ctrl-C is honoured, progress is told.
//!
//! Invariant: Python is called from the thread that called us only, and never while a batch waits for it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

use crate::errors::Failure;

/// How often signals are looked at and progress is told.
const EVERY: Duration = Duration::from_millis(100);

/// What work looks at and reports to.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Set when the work is to stop.
    pub(crate) stop: AtomicBool,
    done: AtomicUsize,
    answer: Mutex<String>,
}

impl Watch {
    /// One more replicate is done.
    pub(crate) fn tick(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Replicates of an earlier session are there already.
    pub(crate) fn found(&self, replicates: usize) {
        self.done.fetch_add(replicates, Ordering::Relaxed);
    }

    /// The answer so far.
    pub(crate) fn say(&self, answer: String) {
        if let Ok(mut place) = self.answer.lock() {
            *place = answer;
        }
    }
}

/// Work that was done, or stopped by an exception such as an interrupt.
pub(crate) struct Ended<T> {
    /// What the work gave.
    pub(crate) result: Result<T, Failure>,
    /// What a signal handler or the progress function raised.
    pub(crate) raised: Option<PyErr>,
}

/// What shows progress: a function of replicates done, their total and the answer so far, or nothing.
pub(crate) struct Reporter<'py>(Option<Bound<'py, PyAny>>);

impl<'py> Reporter<'py> {
    /// What an argument `progress` asks for: nothing for False, a function as it is, else a bar where one can be seen.
    pub(crate) fn new(py: Python<'py>, asked: Option<&Bound<'py, PyAny>>) -> PyResult<Self> {
        let made = py.import("chokepoint._progress")?.getattr("reporter")?.call1((asked,))?;
        Ok(Self((!made.is_none()).then_some(made)))
    }

    fn tell(&self, done: usize, total: usize, answer: &str) -> PyResult<()> {
        self.0.as_ref().map_or(Ok(()), |f| f.call1((done, total, answer)).map(|_| ()))
    }

    /// Takes a bar away.
    pub(crate) fn close(&self, _: Python<'py>) -> PyResult<()> {
        match &self.0 {
            Some(bar) if bar.hasattr("close")? => bar.call_method0("close").map(|_| ()),
            _ => Ok(()),
        }
    }
}

/// Runs work on a thread of its own.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    total: usize,
    reporter: &Reporter<'_>,
    work: impl FnOnce(&Watch) -> Result<T, Failure> + Send,
) -> Ended<T> {
    let watch = Watch::default();
    let mut told = None;
    let mut tell = |watch: &Watch| -> PyResult<()> {
        let answer = watch.answer.lock().map_or_else(|_| String::new(), |a| a.clone());
        let news = Some((watch.done.load(Ordering::Relaxed), answer));
        if news != told {
            told = news;
            if let Some((done, answer)) = &told {
                reporter.tell(*done, total, answer)?;
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let (ended, end) = channel();
        let watch = &watch;
        let worker = scope.spawn(move || {
            let result = work(watch);
            // Nobody listens any more only if the caller panicked.
            let _ = ended.send(());
            result
        });
        // A receiver is no thing to share, but the lock is released around it alone.
        let end = Mutex::new(end);
        let mut raised = None;
        loop {
            let waited = py.detach(|| match end.lock() {
                Ok(end) => end.recv_timeout(EVERY),
                Err(_) => Err(RecvTimeoutError::Disconnected),
            });
            if raised.is_none()
                && let Err(error) = py.check_signals().and_then(|()| tell(watch))
            {
                watch.stop.store(true, Ordering::Relaxed);
                raised = Some(error);
            }
            if !matches!(waited, Err(RecvTimeoutError::Timeout)) {
                break;
            }
        }
        let result = py.detach(|| worker.join());
        let panicked = |_| Failure::Run("a thread of the simulation panicked".to_owned());
        Ended { result: result.map_err(panicked).and_then(|result| result), raised }
    })
}

impl<T> Ended<T> {
    /// The result, if nothing was raised meanwhile.
    pub(crate) fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        match self.raised {
            Some(error) => Err(error),
            None => self.result.map_err(|failure| failure.raise(py)),
        }
    }
}

/// An interrupt that says what is left of the work; any other exception as it is.
pub(crate) fn explained(py: Python<'_>, raised: PyErr, message: String) -> PyErr {
    if !raised.is_instance_of::<PyKeyboardInterrupt>(py) {
        return raised;
    }
    let error = PyKeyboardInterrupt::new_err(message);
    error.set_cause(py, Some(raised));
    error
}

/// A pool of threads: as many as wanted, or as the machine has cores.
pub(crate) fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(count(threads))
        .build()
        .map_err(|e| Failure::Run(format!("failed to start threads: {e}")))
}

/// Threads wanted, or all there are.
pub(crate) fn count(threads: Option<u16>) -> usize {
    threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        |n| usize::from(n.max(1)),
    )
}
