"""While something runs: the interpreter's lock is free, an interrupt is honoured, progress is told."""

import json
import signal
import subprocess
import sys
import threading
import time

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
