//! `synth`: a world of another size.

use std::path::Path;

use sim_lab::library;
use sim_lab::synth::{self, Size, SynthError, Written};

use crate::args::{Global, Synth};
use crate::failure::Failure;

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
            "schema": 1, "event": "world", "directory": directory.to_string(), "buyers": buyers,
            "suppliers": suppliers, "segments": segments, "products": products, "cells": cells,
            "pairs": pairs, "regimes": regimes,
        });
        println!("{line}");
        return Ok(());
    }
    println!(
        "{directory}: {buyers} buyers, {segments} segments, {products} products of {suppliers} suppliers; \
         {cells} cells, {pairs} pairs of buyer and product"
    );
    if !global.quiet {
        let regime =
            if regimes.iter().any(|r| r == "hard-cap.toml") { "hard-cap.toml" } else { "REGIME" };
        eprintln!("{} regimes fit: {}", regimes.len(), regimes.join(" "));
        eprintln!(
            "try: chokepoint compare {directory}/{regime} --baseline {directory}/baseline.toml"
        );
    }
    Ok(())
}

impl From<SynthError> for Failure {
    fn from(error: SynthError) -> Self {
        Self::Other(error.to_string())
    }
}
