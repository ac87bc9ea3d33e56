"""The package and the command give the same files to the last bit."""

import json

import chokepoint
from project import SHORT

# What names the time, the threads and the command line.
MANIFEST, BRIEF = "manifest.json", "brief.html"


def files(directory):
    found = {p.relative_to(directory).as_posix(): p.read_bytes() for p in directory.rglob("*") if p.is_file()}
    assert found.pop(BRIEF).startswith(b"<!DOCTYPE html>")
    manifest = json.loads(found.pop(MANIFEST))
    # The brief's hash, which is another with another command line.
    assert len(manifest["files"].pop(BRIEF)) == 64
    return found, manifest


def same(one, other):
    (ours, our_manifest), (theirs, their_manifest) = files(one), files(other)
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert "outcomes.parquet" in ours and "figures/loss-fan.svg" in ours
    for key in ["files", "scenarios", "seed", "replicates", "commit", "monte_carlo_error"]:
        assert our_manifest[key] == their_manifest[key], key
    return our_manifest


def test_a_comparison_is_the_commands(command, tmp_path):
    words = ["hard-cap", "hard-cap-allied", "--replicates", 23, "--seed", 7, "--set", "time.end=2024Q4"]
    words += ["--set", "parameters.belief-gain=0.3", "--set", "measures.hard-cap.enforcement=strong"]
    command("compare", *words, "--threads", 1, "--quiet", "--out", tmp_path / "command")
    hard, allied = (
        chokepoint.load(name).with_({"time.end": "2024Q4"}, belief_gain=0.3)
        for name in ["hard-cap", "hard-cap-allied"]
    )
    comparison = chokepoint.compare(
        [hard, allied],
        replicates=23,
        seed=7,
        set={"measures.hard-cap.enforcement": "strong"},
        out=tmp_path / "package",
        progress=False,
    )
    manifest = same(tmp_path / "package", tmp_path / "command")
    assert comparison.replicates == 23 and comparison.complete
    # The command line in the manifest does the same again.
    command(*manifest["command"], "--quiet", "--out", tmp_path / "again")
    same(tmp_path / "again", tmp_path / "command")
    command("verify", tmp_path / "package", "--sample", 2)


def test_a_run_is_the_commands(command, tmp_path):
    words = ["history", "--replicates", 2, "--set", "time.end=2023Q4", "--dollars", "nominal", "--keep", "firms"]
    command("run", *words, "--quiet", "--out", tmp_path / "command")
    chokepoint.run(
        "history", replicates=2, set=SHORT, dollars="nominal", keep="firms", out=tmp_path / "package", progress=False
    )
    same(tmp_path / "package", tmp_path / "command")


def test_branches_are_the_commands(command, tmp_path):
    words = ["promotion", "--replicates", 2, "--trunk", "history", "--branch-at", "2022Q1", "--set", "time.end=2023Q4"]
    command("compare", *words, "--quiet", "--out", tmp_path / "command")
    chokepoint.compare(
        ["promotion"],
        replicates=2,
        trunk="history",
        branch_at="2022Q1",
        set=SHORT,
        out=tmp_path / "package",
        progress=False,
    )
    manifest = same(tmp_path / "package", tmp_path / "command")
    assert manifest["command"][-2:] == ["--branch-at", "2022Q1"]
    command("verify", tmp_path / "package", "--sample", 1)


def test_variants_can_be_run_again_from_their_directory(command, tmp_path):
    hard = chokepoint.load("hard-cap").with_(SHORT)
    calm = hard.with_(belief_gain=0.1).named("calm", "Hard cap, calm buyers")
    comparison = chokepoint.compare([hard, calm], replicates=2, out=tmp_path / "package", progress=False)
    assert comparison.scenarios == ["baseline", "hard-cap", "calm"]
    command("verify", tmp_path / "package", "--sample", 1)
    manifest = files(tmp_path / "package")[1]
    command(*manifest["command"], "--quiet", "--out", tmp_path / "again")
    again = chokepoint.open_run(tmp_path / "again")
    one, other = (c.outcomes.to_polars()["value"] for c in [comparison, again])
    assert one.equals(other)


def test_a_sweep_is_the_commands(command, tmp_path):
    experiment = tmp_path / "small.toml"
    experiment.write_text(
        'schema = 1\ntitle = "Small"\n[levers]\nregimes = ["hard-cap"]\nset = ["time.end=2023Q4"]\n'
        '[outcomes]\nheadlines = ["us-revenue-world", "design-out"]\n[design]\nsize = 12\nseed = 3\n'
    )
    command("sweep", experiment, "--size", 8, "--quiet", "--out", tmp_path / "command")
    swept = chokepoint.sweep(experiment, size=8, out=tmp_path / "package", progress=False)
    for name in ["outcomes.parquet", "experiments.parquet", "summary.csv"]:
        assert (tmp_path / "package" / name).read_bytes() == (tmp_path / "command" / name).read_bytes()
    assert swept.replicates == 8 and swept.complete
    plan, shards = chokepoint.plan(experiment, size=8, shard_size=3, out=tmp_path / "shards")
    for shard in reversed(range(shards)):
        chokepoint.run_shard(plan, shard)
    merged = chokepoint.merge(tmp_path / "shards")
    assert merged.difference("hard-cap", "us-revenue-world") == swept.difference("hard-cap", "us-revenue-world")
