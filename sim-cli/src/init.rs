//! `init`: a scenario project that runs as it is.

use sim_lab::starter::{self, OWN};

use crate::args::Global;
use crate::failure::Failure;
use crate::out::outln;
use crate::tool_args::Init;

/// Begins a project and says what comes next.
pub(crate) fn init(args: &Init, global: &Global) -> Result<(), Failure> {
    let directory = &args.directory;
    let files = starter::begin(directory).map_err(|e| Failure::Other(e.to_string()))?;
    let shown = directory.display().to_string();
    if global.json {
        crate::events::print(
            "begun",
            &serde_json::json!({ "directory": shown, "files": files, "edit": OWN }),
        );
        return Ok(());
    }
    if global.quiet {
        return Ok(());
    }
    outln!("Wrote {files} files. Yours to edit: {}.\nNext:\n", OWN.join(", "));
    if shown != "." {
        outln!("  cd {shown}");
    }
    outln!("  chokepoint check my-regime.toml");
    outln!("  chokepoint run my-regime.toml");
    outln!("  chokepoint compare hard-cap my-regime.toml");
    Ok(())
}
