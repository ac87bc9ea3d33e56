//! Ctrl-C: once finishes what is in flight, twice stops at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::out::errln;

/// A flag that the first Ctrl-C sets; the second ends the process with exit code 130.
pub(crate) fn catch(in_flight: &'static str) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let hits = AtomicUsize::new(0);
    let handler = move || {
        if hits.fetch_add(1, Ordering::Relaxed) == 0 {
            flag.store(true, Ordering::Relaxed);
            errln!("\nfinishing {in_flight}; once more stops at once");
        } else {
            std::process::exit(130);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        errln!("warning: Ctrl-C will stop at once ({error})");
    }
    stop
}
