//! Sweeps: the same bytes whatever the threads, shards, order and interruptions.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use super::chokepoint;

/// Three parameters, four seeds a draw, three arms, few quarters.
const EXPERIMENT: &str = r#"
schema = 1
title = "Small"

[levers]
regimes = ["hard-cap", "sliding-scale"]
set = ["time.end=2021Q4"]

[uncertainties]
parameters = ["belief-sensitivity", "reactive-capex"]
ranges = { belief-decay = [0.005, 0.03] }

[outcomes]
headlines = ["us-revenue-world", "us-share", "design-out"]

[design]
size = 10
seeds_per_draw = 2
seed = 7
"#;

/// A place with the experiment, and the directories of sweeps in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new(experiment: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("small.toml"), experiment).unwrap();
        Self(place)
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("small.toml")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a whole sweep and gives its tables.
    fn sweep(&self, name: &str, more: &[&str]) -> BTreeMap<&'static str, Vec<u8>> {
        let out = self.at(name);
        chokepoint()
            .args(["sweep", "--quiet", "--out"])
            .args([&out, &self.file()])
            .args(more)
            .assert()
            .success();
        tables(&out)
    }

    /// Plans with shards of two replicates and gives the directory.
    fn plan(&self, name: &str) -> PathBuf {
        let out = self.at(name);
        let mut plan = chokepoint();
        plan.args(["plan", "--quiet", "--shard-size", "2", "--out"]).args([&out, &self.file()]);
        plan.assert().success();
        out
    }
}

/// What a finished sweep must agree on.
fn tables(directory: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    ["outcomes.parquet", "experiments.parquet", "summary.csv"]
        .map(|name| (name, fs::read(directory.join(name)).unwrap()))
        .into()
}

fn same(a: &BTreeMap<&str, Vec<u8>>, b: &BTreeMap<&str, Vec<u8>>) {
    for (name, bytes) in a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

fn run_shard(directory: &Path, index: usize) -> assert_cmd::assert::Assert {
    let mut run = chokepoint();
    run.args(["run-shard", "--quiet", "--manifest"]).arg(directory.join("plan.json"));
    run.args(["--index", &index.to_string()]).assert()
}

fn merge(directory: &Path, more: &[&Path]) -> assert_cmd::assert::Assert {
    let mut merge = chokepoint();
    merge.args(["merge", "--quiet"]).arg(directory);
    for parts in more {
        merge.arg("--parts").arg(parts);
    }
    merge.assert()
}

/// The message of a failed command.
fn message(failed: assert_cmd::assert::Assert, code: i32) -> String {
    String::from_utf8(failed.code(code).get_output().stderr.clone()).unwrap()
}

#[test]
fn tables_do_not_depend_on_threads_or_shards() {
    let place = Place::new(EXPERIMENT);
    let one = place.sweep("one", &["--threads", "1", "--shard-size", "20"]);
    same(&one, &place.sweep("two", &["--threads", "2", "--shard-size", "2"]));
    same(&one, &place.sweep("eight", &["--threads", "8"]));
    assert!(!place.at("two").join("shards").exists(), "shards are only there while unfinished");
}

#[test]
fn shards_in_any_order_and_from_several_places_merge_to_the_same() {
    let place = Place::new(EXPERIMENT);
    let one = place.sweep("one", &["--threads", "1"]);
    let plan = place.plan("plan");
    let elsewhere = place.at("elsewhere");
    // 20 replicates in shards of 2: 10 shards. Backwards, each scheduler's way of naming the task in turn.
    for index in (0..10).rev() {
        let name = ["HQ_TASK_ID", "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"][index % 3];
        let mut run = chokepoint();
        run.args(["run-shard", "--quiet", "--manifest"]).arg(plan.join("plan.json"));
        if index % 4 == 1 {
            run.arg("--parts").arg(&elsewhere);
        }
        run.env(name, index.to_string()).assert().success();
    }
    // One of them runs again: nothing happens.
    run_shard(&plan, 6).success();
    let short = message(merge(&plan, &[]), 4);
    assert!(short.contains("3 of 10 shards are missing: 1, 5, 9"), "{short}");
    merge(&plan, &[&elsewhere]).success();
    same(&one, &tables(&plan));
}

#[test]
fn status_and_partial_merges_come_from_files() {
    let place = Place::new(EXPERIMENT);
    let plan = place.plan("plan");
    for index in [0, 1, 2, 7] {
        run_shard(&plan, index).success();
    }
    let status = chokepoint().args(["status"]).arg(&plan).assert().code(4);
    let text = String::from_utf8(status.get_output().stdout.clone()).unwrap();
    assert!(text.contains("4 of 10 shards of 2 replicates done"), "{text}");
    assert!(message(status, 4).contains("3-6,8-9"));
    chokepoint().args(["merge", "--quiet", "--partial"]).arg(&plan).assert().success();
    let manifest = fs::read_to_string(plan.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"replicates\": 6,") && manifest.contains("\"complete\": false"));
    chokepoint().args(["resume", "--quiet"]).arg(&plan).assert().success();
    same(&tables(&plan), &place.sweep("one", &["--threads", "1"]));
}

#[test]
fn no_merge_is_of_nothing_and_none_of_less_than_there_is() {
    let place = Place::new(EXPERIMENT);
    let plan = place.plan("plan");
    let partial = |code: i32| {
        let done = chokepoint().args(["merge", "--quiet", "--partial"]).arg(&plan).assert();
        super::unwrapped(&message(done, code))
    };
    let told = partial(4);
    assert!(told.contains("shard 0: run it"), "{told}");
    run_shard(&plan, 1).success();
    let told = partial(4);
    assert!(told.contains("no replicate stands before the first missing shard"), "{told}");
    assert!(!plan.join("manifest.json").exists() && !plan.join("outcomes.parquet").exists());
    for verb in ["chart", "robust", "brief", "discover", "sensitivity"] {
        let told = message(chokepoint().arg(verb).arg(&plan).assert(), 4);
        assert!(super::unwrapped(&told).contains("it is not merged yet"), "{verb}: {told}");
    }
    // As few as there can be: every verb answers or says what is missing, and none panics.
    run_shard(&plan, 0).success();
    partial(0);
    let merged = tables(&plan);
    for verb in ["chart", "robust", "discover", "sensitivity"] {
        let code = chokepoint().arg(verb).arg(&plan).assert().get_output().status.code();
        assert!([Some(0), Some(1)].contains(&code), "{verb}: {code:?}");
    }
    // A part that was there is gone.
    fs::remove_file(plan.join("shards/part-000001.json")).unwrap();
    let told = partial(4);
    assert!(told.contains("4 replicates are merged already") && told.contains("have 2"), "{told}");
    same(&merged, &tables(&plan));
    assert!(plan.join("manifest.json").is_file());
}

#[test]
fn damage_is_refused_with_its_reason() {
    let place = Place::new(EXPERIMENT);
    let plan = place.plan("plan");
    (0..10).for_each(|index| drop(run_shard(&plan, index).success()));
    let part = plan.join("shards/part-000003.parquet");
    let side = plan.join("shards/part-000003.json");
    let (bytes, text) = (fs::read(&part).unwrap(), fs::read_to_string(&side).unwrap());

    let mut bad = bytes.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    fs::write(&part, &bad).unwrap();
    let reason = message(merge(&plan, &[]), 4);
    assert!(reason.contains("shard 3") && reason.contains("is corrupted"), "{reason}");

    fs::write(&part, &bytes).unwrap();
    fs::write(&side, text.replace("\"version\": \"", "\"version\": \"9")).unwrap();
    let reason = message(merge(&plan, &[]), 4);
    assert!(reason.contains("shard 3") && reason.contains("versions do not mix"), "{reason}");

    // Another machine's part of the same shard, whole but with other numbers.
    fs::write(&side, &text).unwrap();
    let elsewhere = place.at("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("part-000003.parquet"), &bad).unwrap();
    let (right, wrong) = (sim_lab::library::sha256(&bytes), sim_lab::library::sha256(&bad));
    fs::write(elsewhere.join("part-000003.json"), text.replace(&right, &wrong)).unwrap();
    let reason = message(merge(&plan, &[&elsewhere]), 4);
    assert!(reason.contains("shard 3") && reason.contains("differ"), "{reason}");

    let manifest = plan.join("plan.json");
    let planned = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, planned.replace("\"replicates\": 20", "\"replicates\": 18")).unwrap();
    let reason = message(merge(&plan, &[]), 4);
    assert!(reason.contains("edited after planning"), "{reason}");
    assert!(message(run_shard(&plan, 3), 4).contains("edited after planning"));

    fs::write(&manifest, &planned).unwrap();
    merge(&plan, &[]).success();
}

#[test]
fn inputs_that_change_after_planning_change_nothing_or_are_refused() {
    let place = Place::new(EXPERIMENT);
    let plan = place.plan("plan");
    run_shard(&plan, 0).success();
    let arm = plan.join("inputs/arm-001.toml");
    let text = fs::read_to_string(&arm).unwrap();
    fs::write(&arm, text.replace("level = 1.0", "level = 1.5")).unwrap();
    let reason = super::unwrapped(&message(run_shard(&plan, 1), 4));
    assert!(reason.contains("arm-001.toml is not the scenario that was planned"), "{reason}");
}

#[test]
fn a_shard_directory_that_cannot_be_written_is_a_clear_error_and_loses_nothing() {
    let place = Place::new(EXPERIMENT);
    let plan = place.plan("plan");
    run_shard(&plan, 0).success();
    // A file where the directory of the next parts should be fails for the superuser, too.
    fs::rename(plan.join("shards"), plan.join("kept")).unwrap();
    fs::write(plan.join("shards"), "in the way").unwrap();
    let resume = chokepoint().args(["resume"]).arg(&plan).assert();
    let reason = message(resume, 1);
    assert!(reason.contains("failed to read or write") && reason.contains("/shards"), "{reason}");
    fs::remove_file(plan.join("shards")).unwrap();
    fs::rename(plan.join("kept"), plan.join("shards")).unwrap();
    chokepoint().args(["resume", "--quiet"]).arg(&plan).assert().success();
    same(&tables(&plan), &place.sweep("one", &["--threads", "1"]));
}

#[test]
fn a_sweep_stops_at_the_same_replicate_whatever_the_shards() {
    let place = Place::new(
        &EXPERIMENT.replace("size = 10", "size = 200").replace("seeds_per_draw = 2", ""),
    );
    let rule = ["--until-half-width", "20%"];
    let a = place.sweep("a", &[rule[0], rule[1], "--shard-size", "33", "--threads", "1"]);
    let b = place.sweep("b", &[rule[0], rule[1], "--shard-size", "120"]);
    same(&a, &b);
    let manifest = fs::read_to_string(place.at("a").join("manifest.json")).unwrap();
    assert!(manifest.contains("\"stopped_by_half_width\": true"), "{manifest}");
    // The second look after the first hundred.
    assert!(manifest.contains("\"replicates\": 125,"), "{manifest}");
}

#[test]
fn a_time_limit_leaves_a_usable_sweep_that_goes_on() {
    let place = Place::new(EXPERIMENT);
    let part = place.sweep("part", &["--max-time", "0.001", "--shard-size", "2"]);
    let all = place.sweep("all", &[]);
    assert!(part["outcomes.parquet"].len() < all["outcomes.parquet"].len());
    chokepoint().args(["resume", "--quiet"]).arg(place.at("part")).assert().success();
    same(&all, &tables(&place.at("part")));
}

fn start(arguments: &[&str], directory: &Path) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_chokepoint"))
        .current_dir(super::root())
        .args(arguments)
        .arg(directory)
        .args(["--threads", "1", "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn parts(directory: &Path) -> usize {
    let entries = fs::read_dir(directory.join("shards")).map_or(0, Iterator::count);
    entries / 2
}

/// Waits until a sweep has so many parts, or has ended.
fn wait_for(child: &mut Child, directory: &Path, wanted: usize) {
    while parts(directory) < wanted && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_kill_at_any_moment_loses_at_most_the_shard_in_flight() {
    let place = Place::new(EXPERIMENT);
    let all = place.sweep("all", &[]);
    let plan = place.plan("killed");
    let mut kills = 0;
    for (wanted, delay) in [(0, 30), (1, 0), (3, 7), (5, 13), (8, 2), (9, 5), (10, 0)] {
        let before = parts(&plan);
        let mut child = start(&["resume"], &plan);
        wait_for(&mut child, &plan, wanted);
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        kills += usize::from(!ended.success());
        assert!(parts(&plan) >= before || plan.join("manifest.json").exists());
    }
    assert!(kills >= 4, "only {kills} of seven kills came before the end");
    chokepoint().args(["resume", "--quiet"]).arg(&plan).assert().success();
    same(&all, &tables(&plan));
}

#[cfg(unix)]
#[test]
fn an_interrupt_finishes_the_shard_and_says_how_to_go_on() {
    use std::io::Read as _;
    let place = Place::new(&EXPERIMENT.replace("size = 10", "size = 60"));
    let plan = place.plan("plan");
    let mut child = start(&["resume"], &plan);
    wait_for(&mut child, &plan, 2);
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let ended = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(ended.code(), Some(130), "{said}");
    assert!(said.contains("finishing the shard in flight"), "{said}");
    assert!(said.contains("chokepoint resume "), "{said}");
    let manifest = fs::read_to_string(plan.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"complete\": false"), "{manifest}");
    chokepoint().args(["resume", "--quiet"]).arg(&plan).assert().success();
    let all = place.sweep("all", &[]);
    same(&all, &tables(&plan));
}

#[test]
fn a_default_sweep_has_the_numbers_of_a_comparison() {
    let every = EXPERIMENT
        .replace("parameters = [\"belief-sensitivity\", \"reactive-capex\"]", "")
        .replace("ranges = { belief-decay = [0.005, 0.03] }", "")
        .replace("size = 10", "size = 6")
        .replace("seeds_per_draw = 2", "");
    let place = Place::new(&every);
    let swept = place.sweep("sweep", &[]);
    let out = place.at("compare");
    chokepoint()
        .args(["compare", "hard-cap", "sliding-scale", "--replicates", "6", "--seed", "7"])
        .args(["--set", "time.end=2021Q4", "--quiet", "--out"])
        .arg(&out)
        .assert()
        .success();
    let lines = |text: &[u8]| -> Vec<Vec<f64>> {
        let text = String::from_utf8(text.to_vec()).unwrap();
        let mine = |line: &&str| line.starts_with("hard-cap,us-revenue-world,");
        let of_run = text.lines().filter(mine).filter(|line| line.contains(",all,"));
        of_run.map(|line| line.split(',').skip(6).map(|x| x.parse().unwrap()).collect()).collect()
    };
    let (a, b) = (lines(&swept["summary.csv"]), lines(&fs::read(out.join("summary.csv")).unwrap()));
    assert_eq!((a.len(), a[0].len(), b.len()), (1, 14, 1));
    // Means and errors are summed in another order.
    for (x, y) in a[0].iter().zip(&b[0]) {
        assert!((x - y).abs() <= 1e-12 * y.abs().max(1.0), "{x} is not {y}");
    }
}

#[test]
fn an_experiment_reports_all_its_problems_with_their_places() {
    let place = Place::new(
        &EXPERIMENT
            .replace("schema = 1", "schema = 3")
            .replace("title", "titel")
            .replace("\"sliding-scale\"]", "\"sliding-scael\", 4]")
            .replace("\"reactive-capex\"]", "\"stickines\"]")
            .replace("[0.005, 0.03]", "[0.03, 0.005]")
            .replace("us-share", "us-shore")
            .replace("size = 10", "sice = 10")
            .replace("seed = 7", "kind = \"grip\""),
    );
    let failed = chokepoint().args(["sweep", "--dry-run"]).arg(place.file()).assert();
    let text = message(failed, 3);
    for part in [
        "error[unsupported-schema]",
        "small.toml:3:1",
        "`title`",
        "expected a text, found an integer",
        "there is no parameter `stickines`",
        "`stickiness`",
        "the range begins at 0.03 and ends at 0.005",
        "`us-share`",
        "unknown key `design.sice`",
        "`size`",
        "`grid`",
        "8 problems in 1 file",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn problems_with_regimes_and_overrides_stand_in_the_experiment() {
    let place = Place::new(
        &EXPERIMENT
            .replace("\"sliding-scale\"]", "\"nowhere\"]")
            .replace("time.end=2021Q4", "mechanisms.learnin=false"),
    );
    let failed = chokepoint().args(["sweep", "--dry-run"]).arg(place.file()).assert();
    let text = message(failed, 3);
    for part in
        ["small.toml:6:24", "cannot read `nowhere`", "small.toml:7:8", "`learning`", "2 problems"]
    {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn a_named_parameter_that_would_not_vary_is_a_problem() {
    // Written by hand: whether it has a prior is the baseline's matter, not this test's.
    let text = EXPERIMENT
        .replace("set = [\"time.end=2021Q4\"]", "set = [\"parameters.reactive-capex=0.2\"]");
    let place = Place::new(&text);
    let failed = chokepoint().args(["sweep", "--dry-run"]).arg(place.file()).assert();
    let text = message(failed, 3);
    assert!(
        text.contains("small.toml:10:37") && text.contains("`reactive-capex` has no prior"),
        "{text}"
    );
}

#[test]
fn the_experiments_of_the_project_can_be_planned() {
    for entry in fs::read_dir(super::root().join("scenarios/experiments")).unwrap() {
        let path = entry.unwrap().path();
        let plan =
            chokepoint().args(["sweep", "--dry-run", "--json"]).arg(&path).assert().success();
        let line = String::from_utf8(plan.get_output().stdout.clone()).unwrap();
        assert!(line.contains("\"event\":\"planned\""), "{}: {line}", path.display());
    }
}
