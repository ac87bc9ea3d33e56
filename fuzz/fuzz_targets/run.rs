//! A run directory: read, or refused. Seals and hashes are made anew, so that what stands behind them is reached: a seal
//! is no signature.
//!
//! The input is the name of a file on a line and then its bytes; the other files are those of a small run.
#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use sim_lab::library::sha256;
use sim_lab::store::Run;

const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const FILES: [&str; 3] = ["study.json", "headlines.parquet", "outcomes.parquet"];

struct Small {
    place: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
}

/// A run that `fuzz/seed.sh` has made, and where its copy is changed.
fn small() -> &'static Small {
    static SMALL: OnceLock<Small> = OnceLock::new();
    SMALL.get_or_init(|| {
        let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/small-run");
        let names = FILES.into_iter().chain(["manifest.json"]);
        let files = names
            .map(|name| (name.to_owned(), fs::read(made.join(name)).expect("run fuzz/seed.sh")))
            .collect();
        let place = std::env::temp_dir().join(format!("chokepoint-fuzz-{}", std::process::id()));
        fs::create_dir_all(&place).expect("a directory");
        Small { place, files }
    })
}

/// The manifest with the hashes of the files as they are, sealed.
fn sealed(manifest: &[u8], files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let Ok(mut fields) = serde_json::from_slice::<serde_json::Value>(manifest) else {
        return manifest.to_vec();
    };
    for name in FILES {
        if let Some(hash) = fields["files"].as_object_mut().and_then(|f| f.get_mut(name)) {
            *hash = sha256(&files[name]).into();
        }
    }
    if !fields.is_object() {
        return manifest.to_vec();
    }
    fields["sha256"] = BLANK.into();
    let text = fields.to_string();
    text.replace(BLANK, &sha256(text.as_bytes())).into_bytes()
}

fuzz_target!(|input: &[u8]| {
    let Small { place, files } = small();
    let mut files = files.clone();
    let (head, body) = input.split_at(input.iter().position(|b| *b == b'\n').unwrap_or(input.len()));
    if let Some(file) = std::str::from_utf8(head).ok().and_then(|name| files.get_mut(name)) {
        *file = body.get(1..).unwrap_or_default().to_vec();
    }
    let manifest = sealed(&files["manifest.json"], &files);
    for name in FILES {
        fs::write(place.join(name), &files[name]).expect("a file");
    }
    fs::write(place.join("manifest.json"), manifest).expect("a file");
    match Run::open(place) {
        Ok(run) => {
            assert!(run.results.replicates() > 0 && !run.study.regimes.is_empty());
            for scenario in &run.results.records {
                assert_eq!(scenario.len(), run.results.replicates());
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
