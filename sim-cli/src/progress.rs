//! Progress on standard error: a bar on a terminal, a line every ten seconds elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sim_core::scenario::plain::printable;

use crate::out::errln;

/// How often a log gets a line.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Progress of replicates.
pub(crate) struct Progress {
    bar: ProgressBar,
    log: Option<Mutex<Log>>,
    total: u64,
}

struct Log {
    /// Replicates that were there before.
    found: u64,
    began: Instant,
    last: Instant,
    answer: String,
}

impl Progress {
    /// Progress over `total` replicates.
    pub(crate) fn new(total: u64, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal && !quiet {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{bar:30} {pos}/{len} replicates, {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        let log = Log { found: 0, began: now, last: now, answer: String::new() };
        Self { bar, log: (!terminal && !quiet).then(|| Mutex::new(log)), total }
    }

    /// One replicate is done.
    pub(crate) fn tick(&self) {
        self.bar.inc(1);
        let Some(Ok(mut log)) = self.log.as_ref().map(Mutex::lock) else { return };
        if log.last.elapsed() >= LOG_EVERY {
            log.last = Instant::now();
            let done = self.bar.position();
            let fresh = (done - log.found).max(1);
            let left = log.began.elapsed().as_secs_f64() / fresh as f64
                * self.total.saturating_sub(done) as f64;
            errln!("{done}/{} replicates, about {left:.0} s left  {}", self.total, log.answer);
        }
    }

    /// Replicates of an earlier session are there already.
    pub(crate) fn found(&self, replicates: u64) {
        self.bar.inc(replicates);
        self.bar.reset_eta();
        if let Some(Ok(mut log)) = self.log.as_ref().map(Mutex::lock) {
            log.found += replicates;
        }
    }

    /// The answer so far.
    pub(crate) fn say(&self, answer: &str) {
        if let Some(Ok(mut log)) = self.log.as_ref().map(Mutex::lock) {
            answer.clone_into(&mut log.answer);
        }
        self.bar.set_message(printable(answer).into_owned());
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
