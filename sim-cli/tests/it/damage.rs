//! Damage: each file of a run, of a sweep and of its shards, in each way in which files are damaged. Whatever is read is
//! what was written, or it is refused and says which file it is about.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sim_lab::store::{Run, RunFacts};
use sim_lab::sweep::{Merged, Merging, PLAN, Part, SHARDS, Sweep, merge};
use sim_lab::verify::changed_files;

use super::chokepoint;

const EXPERIMENT: &str = r#"
schema = 1
title = "Small"

[levers]
regimes = ["hard-cap"]
set = ["time.end=2019Q4"]

[uncertainties]
parameters = ["belief-sensitivity"]

[outcomes]
headlines = ["us-revenue-world", "us-share"]

[design]
size = 6
seed = 7
"#;

/// A damaged file: what was done to it, and what is left.
struct Damage {
    what: &'static str,
    left: Option<Vec<u8>>,
}

/// All ways in which a file is damaged; `other` is the same file of another run. Those that change nothing are left out.
fn damages(bytes: &[u8], other: &[u8]) -> Vec<Damage> {
    let flipped = |place: usize, bit: u8| {
        let mut bytes = bytes.to_vec();
        bytes[place] ^= 1 << bit;
        Some(bytes)
    };
    let (length, most) = (bytes.len(), bytes.len() - 1);
    let longer = [bytes, b" "].concat();
    let all = [
        ("a flipped bit at the start", flipped(0, 0)),
        ("a flipped bit after a quarter", flipped(length / 4, 3)),
        ("a flipped bit in the middle", flipped(length / 2, 1)),
        ("a flipped bit after three quarters", flipped(3 * length / 4, 5)),
        ("a flipped bit at the end", flipped(most, 0)),
        ("the last byte cut off", Some(bytes[..most].to_vec())),
        ("half cut off", Some(bytes[..length / 2].to_vec())),
        ("a byte more", Some(longer)),
        ("emptied", Some(Vec::new())),
        ("zeros", Some(vec![0; length])),
        ("another run's", Some(other.to_vec())),
        ("deleted", None),
    ];
    let changes = |d: &Damage| d.left.as_deref() != Some(bytes);
    all.into_iter().map(|(what, left)| Damage { what, left }).filter(changes).collect()
}

/// Damages a file in every way, calls `look` each time, and puts the file back; gives the number of ways.
fn each_damage(path: &Path, other: &Path, look: impl Fn(&str)) -> usize {
    let bytes = fs::read(path).unwrap();
    let all = damages(&bytes, &fs::read(other).unwrap());
    for Damage { what, left } in &all {
        match left {
            Some(left) => fs::write(path, left).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        look(&format!("{}: {what}", path.display()));
    }
    fs::write(path, bytes).unwrap();
    all.len()
}

fn compare(place: &Path, name: &str, seed: &str) -> PathBuf {
    let out = place.join(name);
    chokepoint()
        .args(["run", "hard-cap", "--replicates", "2", "--seed", seed, "--quiet"])
        .args(["--set", "time.end=2022Q4", "--out"])
        .arg(&out)
        .assert()
        .success();
    out
}

#[test]
fn no_damaged_file_of_a_run_is_read() {
    let place = tempfile::tempdir().unwrap();
    let (run, other) = (compare(place.path(), "run", "1"), compare(place.path(), "other", "2"));
    let whole = Run::open(&run).unwrap();
    let mut tried = 0;
    for name in whole.facts.files.keys() {
        let read = ["study.json", "headlines.parquet", "outcomes.parquet"].contains(&name.as_str());
        tried += each_damage(&run.join(name), &other.join(name), |what| {
            let facts = RunFacts::read(&run).unwrap();
            assert_eq!(changed_files(&run, &facts).unwrap(), std::slice::from_ref(name), "{what}");
            match Run::open(&run) {
                Ok(opened) => {
                    assert!(!read, "{what}: it was read");
                    assert!(opened.results.headlines == whole.results.headlines, "{what}");
                }
                Err(error) => {
                    let error = error.to_string();
                    assert!(read && error.contains(name.as_str()), "{what}: {error}");
                }
            }
        });
    }
    let manifest = run.join("manifest.json");
    tried += each_damage(&manifest, &other.join("manifest.json"), |what| {
        let error = Run::open(&run).expect_err(what).to_string();
        assert!(error.contains("manifest.json"), "{what}: {error}");
    });
    for (from, to) in [
        ("\"replicates\": 2", "\"replicates\": 9"),
        ("\"seed\": 1", "\"seed\": 2"),
        ("\"complete\": true", "\"complete\": false"),
        ("\"schema\": 1", "\"schema\": 2"),
        ("\"version\": \"", "\"version\": \"9"),
        ("\"commit\": \"", "\"commit\": \"0"),
    ] {
        let text = fs::read_to_string(&manifest).unwrap();
        let edited = text.replacen(from, to, 1);
        assert_ne!(text, edited, "{from}");
        fs::write(&manifest, edited).unwrap();
        let error = Run::open(&run).expect_err(from).to_string();
        assert!(error.contains("was edited after it was written"), "{from}: {error}");
        fs::write(&manifest, text).unwrap();
        tried += 1;
    }
    println!("{tried} damaged files of a run");
    assert!(tried >= 150, "{tried}");
    assert!(Run::open(&run).unwrap().results.headlines == whole.results.headlines);
}

/// Plans a sweep, or runs one.
fn sweep(place: &Path, verb: &str, name: &str, seed: &str) -> PathBuf {
    let file = place.join("small.toml");
    fs::write(&file, EXPERIMENT).unwrap();
    let out = place.join(name);
    chokepoint()
        .args([verb, "--quiet", "--shard-size", "2", "--seed", seed, "--out"])
        .args([&out, &file])
        .assert()
        .success();
    out
}

fn shards(plan: &Path) {
    for index in ["0", "1", "2"] {
        chokepoint()
            .args(["run-shard", "--quiet", "--index", index, "--manifest"])
            .arg(plan.join(PLAN))
            .assert()
            .success();
    }
}

#[test]
fn no_damaged_part_is_merged() {
    let place = tempfile::tempdir().unwrap();
    let (plan, other) =
        (sweep(place.path(), "plan", "plan", "1"), sweep(place.path(), "plan", "other", "2"));
    shards(&plan);
    shards(&other);
    let opened = Sweep::open(&plan.join(PLAN)).unwrap();
    let mut tried = 0;
    for shard in 0..3 {
        let part = Part::new(&plan.join(SHARDS), shard);
        let foreign = Part::new(&other.join(SHARDS), shard);
        let side = part.check(&opened).unwrap().unwrap();
        let rows = part.read(&opened, &side).unwrap();
        let refused = |what: &str| {
            match part.check(&opened) {
                // A part without a sidecar does not exist; a sidecar with a blank more says the same.
                Ok(None) => assert!(!part.sidecar().exists(), "{what}"),
                Ok(Some(found)) => {
                    assert_eq!(found, side, "{what}");
                    assert!(part.read(&opened, &found).unwrap() == rows, "{what}");
                    return;
                }
                Err(error) => {
                    let error = error.to_string();
                    assert!(error.contains(&format!("shard {shard}")), "{what}: {error}");
                }
            }
            let error = merge(&opened, &Merging::default()).expect_err(what).to_string();
            assert!(error.contains(&shard.to_string()), "{what}: {error}");
        };
        tried += each_damage(&part.table(), &foreign.table(), refused);
        tried += each_damage(&part.sidecar(), &foreign.sidecar(), refused);
        // The neighbour's, table and sidecar together.
        let neighbour = Part::new(&plan.join(SHARDS), (shard + 1) % 3);
        let kept = [part.table(), part.sidecar()].map(|path| fs::read(path).unwrap());
        fs::copy(neighbour.table(), part.table()).unwrap();
        fs::copy(neighbour.sidecar(), part.sidecar()).unwrap();
        refused("the part of another shard");
        fs::write(part.table(), &kept[0]).unwrap();
        fs::write(part.sidecar(), &kept[1]).unwrap();
        tried += 1;
    }
    for (what, to) in [("version", "9.9.9"), ("commit", "0000000")] {
        let side = Part::new(&plan.join(SHARDS), 1).sidecar();
        let text = fs::read_to_string(&side).unwrap();
        let mut fields: serde_json::Value = serde_json::from_str(&text).unwrap();
        fields[what] = to.into();
        fs::write(&side, fields.to_string()).unwrap();
        let error = merge(&opened, &Merging::default()).expect_err(what).to_string();
        assert!(error.contains("versions do not mix") && error.contains("shard 1"), "{error}");
        fs::write(&side, text).unwrap();
        tried += 1;
    }
    println!("{tried} damaged parts");
    assert!(tried >= 70, "{tried}");
    merge(&opened, &Merging::default()).unwrap();
}

#[test]
fn no_damaged_input_of_a_plan_gives_other_numbers() {
    let place = tempfile::tempdir().unwrap();
    let (plan, other) =
        (sweep(place.path(), "plan", "plan", "1"), sweep(place.path(), "plan", "other", "2"));
    let rows = Sweep::open(&plan.join(PLAN)).unwrap().rows(0..1, &|| {}).unwrap();
    let mut files = vec![PathBuf::from(PLAN)];
    for folder in ["inputs", "inputs/tables-0"] {
        for entry in fs::read_dir(plan.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                files.push(path.strip_prefix(&plan).unwrap().to_owned());
            }
        }
    }
    let (mut tried, harmless) = (0, std::cell::Cell::new(0));
    for file in &files {
        // What another sweep with these inputs has is the same but for the plan.
        tried += each_damage(&plan.join(file), &other.join(file), |what| {
            match Sweep::open(&plan.join(PLAN)) {
                Err(error) => assert!(!error.to_string().is_empty(), "{what}"),
                // Another plan that is whole is another sweep: parts name theirs.
                Ok(opened) if file.as_path() == Path::new(PLAN) => {
                    assert!(
                        what.contains("another run's") && opened.plan.design.seed == 2,
                        "{what}"
                    );
                }
                // A comment, or a blank.
                Ok(opened) => {
                    assert!(opened.rows(0..1, &|| {}).unwrap() == rows, "{what}: other numbers");
                    harmless.set(harmless.get() + 1);
                }
            }
        });
    }
    println!("{tried} damaged inputs of a plan, of which {} change nothing", harmless.get());
    assert!(tried >= 150, "{tried}");
}

#[test]
fn no_damaged_table_of_a_merged_sweep_is_read() {
    let place = tempfile::tempdir().unwrap();
    let (run, other) =
        (sweep(place.path(), "sweep", "run", "1"), sweep(place.path(), "sweep", "other", "2"));
    let whole = Merged::open(&run).unwrap();
    let mut tried = 0;
    for name in [PLAN, "manifest.json", "outcomes.parquet", "experiments.parquet"] {
        tried += each_damage(&run.join(name), &other.join(name), |what| {
            let error = Merged::open(&run).expect_err(what).to_string();
            assert!(error.contains(&*run.display().to_string()), "{what}: {error}");
        });
    }
    assert!(tried >= 45, "{tried}");
    println!("{tried} damaged files of a merged sweep");
    assert!(Merged::open(&run).unwrap().level(1, 0) == whole.level(1, 0));
}

/// What the command says of damage, and its exit code.
#[test]
fn verbs_refuse_damage_with_their_exit_code() {
    let place = tempfile::tempdir().unwrap();
    let run = compare(place.path(), "run", "1");
    let merged = sweep(place.path(), "sweep", "merged", "1");
    let plan = sweep(place.path(), "plan", "plan", "1");
    shards(&plan);
    let said: BTreeMap<&str, (&str, PathBuf, i32)> = BTreeMap::from([
        ("chart", ("outcomes.parquet", run.clone(), 1)),
        ("brief", ("study.json", run.clone(), 1)),
        ("verify", ("summary.csv", run.clone(), 4)),
        ("diff", ("headlines.parquet", run, 1)),
        ("sensitivity", ("outcomes.parquet", merged, 4)),
        ("merge", ("shards/part-000001.parquet", plan.clone(), 4)),
        ("status", ("shards/part-000001.json", plan, 4)),
    ]);
    for (verb, (file, directory, code)) in said {
        let path = directory.join(file);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let mut command = chokepoint();
        command.arg(verb).arg(&directory);
        if verb == "diff" {
            command.arg(&directory);
        }
        let done = command.assert().code(code);
        let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        assert!(text.contains(name), "{verb}: {text}");
        fs::write(&path, bytes).unwrap();
    }
}
