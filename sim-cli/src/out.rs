//! Standard output, which a reader such as `head` or `less` may close at any moment.
//!
//! Invariant: nothing else of the command writes there, but for tables of `import` and scripts of `completions`.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _};

/// Writes to standard output. Ends the command when nobody reads it any more: files are whole by then.
pub(crate) fn write(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match out.write_fmt(text) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            eprintln!("error: failed to write to standard output: {error}");
            std::process::exit(1);
        }
    }
}

/// A line on standard output.
macro_rules! outln {
    () => { $crate::out::write(format_args!("\n")) };
    ($($words:tt)*) => {{
        $crate::out::write(format_args!($($words)*));
        $crate::out::write(format_args!("\n"));
    }};
}
pub(crate) use outln;
