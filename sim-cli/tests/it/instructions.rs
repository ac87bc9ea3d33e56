//! Every set of vector instructions gives the same files.

use std::fs;

use crate::chokepoint;

/// The outcomes of a short run under a set of instructions; `None` if this processor does not have it.
fn outcomes(name: &str) -> Option<Vec<u8>> {
    let directory = tempfile::tempdir().unwrap();
    let run = directory.path().join("run");
    let mut command = chokepoint();
    command.env("CHOKEPOINT_SIMD", name).args(["run", "history", "--quiet", "--replicates", "2"]);
    command.args(["--set", "time.end=\"2024Q4\"", "--out"]).arg(&run);
    let done = command.output().unwrap();
    if done.status.code() == Some(2) {
        return None;
    }
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(fs::read(run.join("outcomes.parquet")).unwrap())
}

#[test]
fn the_same_bits_on_every_set_of_instructions() {
    let plain = outcomes("plain").expect("every processor has these");
    for name in ["avx2", "avx512"] {
        if let Some(wide) = outcomes(name) {
            assert!(wide == plain, "{name} gives other outcomes");
        }
    }
}

#[test]
fn unknown_instructions_are_a_usage_error() {
    let done = chokepoint().env("CHOKEPOINT_SIMD", "mmx").arg("list").output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("avx512, avx2, plain"));
}
