//! A disk that is full, for real: the system refuses to let a file grow. A sweep goes on to the same bytes when there is
//! room again. (`sim-lab`'s tests fail each operation in turn.)
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::chokepoint;

const EXPERIMENT: &str = r#"
schema = 1
title = "Small"

[levers]
regimes = ["hard-cap", "sliding-scale"]
set = ["time.end=2019Q4"]

[design]
size = 12
seed = 7
"#;

/// The command with files of at most so many kilobytes. A write beyond that is short or fails; `killed`: the system
/// kills the process there instead.
fn limited(kilobytes: usize, killed: bool, arguments: &[&str], directory: &Path) -> (i32, String) {
    let trap = if killed { "" } else { "trap '' XFSZ; " };
    let script = format!("{trap}ulimit -c 0; ulimit -f {kilobytes}; exec \"$@\"");
    let done = Command::new("bash")
        .current_dir(super::root())
        .args(["-c", &script, "bash", env!("CARGO_BIN_EXE_chokepoint")])
        .args(arguments)
        .arg(directory)
        .output()
        .unwrap();
    (done.status.code().unwrap_or(-1), String::from_utf8(done.stderr).unwrap())
}

fn tables(directory: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    ["outcomes.parquet", "experiments.parquet", "summary.csv"]
        .map(|name| (name, fs::read(directory.join(name)).unwrap_or_default()))
        .into()
}

#[test]
fn a_sweep_survives_files_that_cannot_grow() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("small.toml");
    fs::write(&file, EXPERIMENT).unwrap();
    let plan = |name: &str| {
        let out = place.path().join(name);
        let mut command = chokepoint();
        command.args(["plan", "--quiet", "--shard-size", "4", "--out"]).args([&out, &file]);
        command.assert().success();
        out
    };
    let whole = plan("whole");
    chokepoint().args(["resume", "--quiet"]).arg(&whole).assert().success();
    let whole = tables(&whole);
    assert!(whole.values().all(|bytes| !bytes.is_empty()));
    let largest = whole.values().map(Vec::len).max().unwrap().div_ceil(1024);
    let mut failed = 0;
    for killed in [false, true] {
        let directory = plan(&format!("killed-{killed}"));
        // Too small for a part, for the tables, for the largest table.
        for kilobytes in (0..largest).step_by(largest.div_ceil(8)) {
            let arguments = ["resume", "--quiet", "--threads", "1"];
            let (code, said) = limited(kilobytes, killed, &arguments, &directory);
            assert!(
                code != 0 || tables(&directory) == whole,
                "{kilobytes} KB: half passed for whole"
            );
            if code == 0 {
                break;
            }
            failed += 1;
            assert!(!directory.join("manifest.json").exists(), "{kilobytes} KB: {said}");
            if !killed {
                assert_eq!(code, 1, "{said}");
                assert!(said.contains("failed to read or write"), "{said}");
            }
        }
        chokepoint().args(["resume", "--quiet"]).arg(&directory).assert().success();
        assert!(tables(&directory) == whole);
    }
    assert!(failed >= 8, "{failed}");
}

#[test]
fn a_comparison_that_cannot_be_written_is_no_run() {
    let place = tempfile::tempdir().unwrap();
    let mut failed = 0;
    for (kilobytes, killed) in [(0, false), (1, true), (8, false), (8, true), (30, false)] {
        let out = place.path().join(format!("run-{kilobytes}-{killed}"));
        let arguments = [
            "run",
            "hard-cap",
            "--replicates",
            "2",
            "--quiet",
            "--set",
            "time.end=2022Q4",
            "--out",
        ];
        let (code, said) = limited(kilobytes, killed, &arguments, &out);
        assert_ne!(code, 0, "{kilobytes} KB were enough");
        failed += 1;
        if !killed {
            assert_eq!(code, 1, "{said}");
        }
        assert!(!out.join("manifest.json").exists(), "{said}");
        let refused = chokepoint().arg("chart").arg(&out).assert().code(1);
        let text = super::unwrapped(&String::from_utf8_lossy(&refused.get_output().stderr));
        assert!(
            text.contains("not a comparison")
                || text.contains("there is no")
                || text.contains("not finished"),
            "{text}"
        );
    }
    assert_eq!(failed, 5);
}

/// The bytes that `--dry-run` announces with some arguments.
fn announced(arguments: &[&str], folder: &Path) -> f64 {
    let mut dry = chokepoint();
    dry.current_dir(folder).args(arguments).args(["--dry-run", "--json"]);
    let done = dry.assert().success();
    let text = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    let line: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    line["bytes"].as_f64().unwrap()
}

/// The bytes of all files below a directory.
fn bytes(folder: &Path) -> f64 {
    let of = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        if path.is_dir() { bytes(&path) } else { fs::metadata(&path).unwrap().len() as f64 }
    };
    fs::read_dir(folder).unwrap().map(of).sum()
}

#[test]
fn what_is_announced_to_be_written_is_about_what_is_written() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("small.toml"), EXPERIMENT).unwrap();
    std::os::unix::fs::symlink(super::root().join("scenarios"), place.path().join("scenarios"))
        .unwrap();
    let run = ["run", "hard-cap", "--replicates", "6", "--set", "time.end=2022Q4"];
    for arguments in [&run[..], &["sweep", "small.toml", "--size", "24"]] {
        let announced = announced(arguments, place.path());
        let out = place.path().join(arguments[0]);
        let mut real = chokepoint();
        real.current_dir(place.path()).args(arguments).args(["--quiet", "--out"]).arg(&out);
        real.assert().success();
        let ratio = announced / bytes(&out);
        assert!((0.67..1.5).contains(&ratio), "{arguments:?}: {announced}, {ratio} times that");
    }
}
