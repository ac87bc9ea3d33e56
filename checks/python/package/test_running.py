"""While something runs: the interpreter's lock is free, an interrupt is honoured, progress is told."""

import json
import signal
import subprocess
import sys
import threading
import time
import warnings

import chokepoint
import pytest
from project import ROOT, SHORT

# More replicates than anybody waits for: it ends by the interrupt or not at all.
ENDLESS = 200_000

SCRIPT = """
import sys
import chokepoint

def tell(done, total, answer):
    if done:
        print("running", flush=True)

try:
    {call}
except KeyboardInterrupt as interrupt:
    print(f"stopped: {{interrupt}}", flush=True)
    sys.exit(7)
"""

EXPERIMENT = """
schema = 1
title = "Endless"
[levers]
regimes = ["hard-cap"]
set = ["time.end=2023Q4"]
[outcomes]
headlines = ["us-revenue-world"]
[design]
size = 200000
"""


def interrupted(call):
    """Sends Ctrl-C's signal to a program when it says that it runs; gives what it said then."""
    words = [sys.executable, "-c", SCRIPT.format(call=call)]
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "running\n"
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate()
    assert child.returncode == 7, said
    return said.splitlines()[-1]


def test_an_interrupt_keeps_what_is_finished(tmp_path):
    out = tmp_path / "run"
    call = (
        f"chokepoint.compare(['hard-cap'], replicates={ENDLESS}, set={SHORT}, out={str(out)!r}, progress=tell)"
    )
    said = interrupted(call)
    run = chokepoint.open_run(out)
    assert 0 < run.replicates < ENDLESS and not run.complete
    assert said == f"stopped: {run.replicates} of {ENDLESS} replicates are in {out}: open_run reads them"
    assert json.loads((out / "manifest.json").read_text())["complete"] is False


def test_an_interrupted_sweep_goes_on(tmp_path):
    experiment, out = tmp_path / "endless.toml", tmp_path / "sweep"
    experiment.write_text(EXPERIMENT)
    said = interrupted(f"chokepoint.sweep({str(experiment)!r}, out={str(out)!r}, progress=tell)")
    assert "replicates are in" in said and said.endswith("resume goes on")
    before = chokepoint.open_run(out)
    assert not before.complete
    after = chokepoint.resume(out, max_seconds=0.001, progress=False)
    assert after.replicates > before.replicates, "a session runs at least one shard"


def test_an_interrupted_hindcast_stops():
    call = "chokepoint.hindcast(2023, parameters='ensemble', replicates=100_000, progress=tell)"
    assert interrupted(call).startswith("stopped:")


def test_what_progress_raises_stops_the_run(tmp_path):
    def refuse(done, total, answer):
        if done:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        chokepoint.compare(["hard-cap"], replicates=ENDLESS, set=SHORT, out=tmp_path / "run", progress=refuse)


def test_progress_is_told(tmp_path):
    told = []
    chokepoint.compare(
        ["hard-cap"],
        replicates=5,
        set=SHORT,
        out=tmp_path / "run",
        progress=lambda done, total, answer: told.append((done, total, answer)),
    )
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told) and told[-1][:2] == (5, 5)
    assert len(set(told)) == len(told), "only news is told"
    assert "hard-cap" in told[-1][2]


def test_the_lock_is_free(tmp_path):
    naps = {True: 0, False: 0}
    state = {"running": False, "over": False}

    def nap():
        while not state["over"]:
            time.sleep(0.001)
            naps[state["running"]] += 1

    thread = threading.Thread(target=nap)
    thread.start()
    state["running"] = True
    chokepoint.run("hard-cap", replicates=20, out=tmp_path / "run", progress=False)
    state["running"] = False
    state["over"] = True
    thread.join()
    # With the lock held it would be none, or the one that was due when the call began.
    assert naps[True] > 10


def test_a_bar_for_terminals_and_notebooks(capsys):
    from chokepoint import _progress

    line = _progress._Line()
    line(10, 20, "US revenue, USD bn: hard-cap −1")
    line.close()
    shown = capsys.readouterr().err
    assert "10/20 replicates" in shown and "hard-cap" in shown and shown.endswith("\r\x1b[K")
    pages = []

    class Handle:
        def update(self, page, raw):
            pages.append(page)

    def display(page, raw, display_id):
        pages.append(page)
        return Handle()

    bar = _progress._Bar(display)
    bar(0, 20, "")
    bar(10, 20, "<answer>")
    bar.close()
    assert 'value="10"' in pages[1]["text/html"] and "&lt;answer&gt;" in pages[1]["text/html"]
    assert pages[-1] == {"text/html": "", "text/plain": ""}, "no bar is left in the notebook"
    assert _progress.reporter(False) is None


def left_behind(path):
    """The lock of a process that crashed."""
    owner = {"process": 7, "host": "n3", "command": "sweep endless", "since": "20260101T000000Z"}
    path.write_text(json.dumps(owner) + "\n")


def test_a_figure_that_is_left_out_is_a_warning_of_the_package(tmp_path):
    short = {"time.end": "2019Q4"}
    with pytest.warns(chokepoint.ChokepointWarning, match=r"share-panels \(1 whole year, .*numbers are complete") as told:
        run = chokepoint.compare(["hard-cap"], replicates=2, set=short, out=tmp_path / "short", progress=False)
    assert len(told) == 1 and told[0].filename == __file__, "one warning, at the line of the caller"
    assert run.complete and not (run.path / "figures" / "share-panels.svg").exists()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chokepoint.compare(["hard-cap"], replicates=2, set=SHORT, out=tmp_path / "whole", progress=False)


def test_what_a_crashed_process_left_is_taken_over_with_a_warning(tmp_path):
    experiment = tmp_path / "small.toml"
    experiment.write_text(EXPERIMENT.replace("size = 200000", "size = 4"))
    plan, shards = chokepoint.plan(experiment, shard_size=2, out=tmp_path / "sweep")
    assert shards == 2
    parts = plan.parent / "shards"
    parts.mkdir(exist_ok=True)
    left_behind(parts / ".part-000000.lock")
    with pytest.warns(chokepoint.ChokepointWarning, match="shard 0 is taken over from process 7 on n3"):
        assert chokepoint.run_shard(plan, 0) > 0
    left_behind(plan.parent / ".lock")
    with pytest.warns(chokepoint.ChokepointWarning, match="is taken over from process 7 on n3") as told:
        sweep = chokepoint.resume(plan.parent, progress=False)
    assert sweep.complete and len(told) == 1 and told[0].filename == __file__


def test_a_damaged_shard_is_run_again_with_a_warning(tmp_path):
    experiment = tmp_path / "small.toml"
    experiment.write_text(EXPERIMENT.replace("size = 200000", "size = 4"))
    plan, _ = chokepoint.plan(experiment, shard_size=2, out=tmp_path / "sweep")
    chokepoint.run_shard(plan, 1)
    damaged = [path for path in (plan.parent / "shards").iterdir() if path.suffix == ".parquet"]
    damaged[0].write_bytes(damaged[0].read_bytes()[:-40])
    with pytest.warns(chokepoint.ChokepointWarning, match="shard 1 is run again"):
        assert chokepoint.resume(plan.parent, progress=False).complete


def test_a_warning_of_an_experiment_is_one_of_python(tmp_path):
    experiment = tmp_path / "small.toml"
    text = EXPERIMENT.replace("size = 200000", "size = 4")
    experiment.write_text(text.replace("2023Q4", "2019Q4"))
    with pytest.warns(chokepoint.ChokepointWarning, match="warning"):
        chokepoint.plan(experiment, out=tmp_path / "sweep")
