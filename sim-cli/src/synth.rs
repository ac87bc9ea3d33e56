//! `synth`: a world of another size.

use std::path::Path;

use sim_lab::library;
use sim_lab::synth::{self, Size, SynthError, Written};

use crate::args::{Global, Synth};
use crate::events;
use crate::failure::Failure;
use crate::out::{errln, outln};
use crate::wrap::wrapped;

/// Writes a synthetic world and says what it holds.
pub(crate) fn synth(args: &Synth, global: &Global) -> Result<(), Failure> {
    let base = library::load(Path::new("baseline"), &[])?;
    let size = Size {
        buyers: args.buyers,
        suppliers: args.suppliers,
        segments: args.segments,
        seed: args.seed,
    };
    let written = synth::write(&args.directory, &base, size)?;
    let directory = args.directory.display();
    let Written { buyers, suppliers, segments, products, cells, pairs, regimes } = written;
    if global.json {
        let line = serde_json::json!({
            "directory": directory.to_string(), "buyers": buyers,
            "suppliers": suppliers, "segments": segments, "products": products, "cells": cells,
            "pairs": pairs, "regimes": regimes,
        });
        events::print("world", &line);
        return Ok(());
    }
    let text = format!(
        "{directory}: {buyers} buyers, {segments} segments, {products} products of {suppliers} suppliers; \
         {cells} cells, {pairs} pairs of buyer and product"
    );
    outln!("{}", wrapped("", &text));
    if !global.quiet {
        let regime =
            if regimes.iter().any(|r| r == "hard-cap.toml") { "hard-cap.toml" } else { "REGIME" };
        let left = format!("{} regimes fit: ", regimes.len());
        errln!("{}", wrapped(&left, &regimes.join(" ")));
        errln!(
            "Next:\n  chokepoint compare {directory}/{regime} --baseline {directory}/baseline.toml"
        );
    }
    Ok(())
}

impl From<SynthError> for Failure {
    fn from(error: SynthError) -> Self {
        Self::Other(error.to_string())
    }
}
