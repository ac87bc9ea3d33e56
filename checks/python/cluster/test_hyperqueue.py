"""A plan through HyperQueue: a task killed, a whole cluster killed, the same tables in the end.

The wheel carries server, workers and the Python API, not the command `hq`. Its workers are threads of the process
that starts the cluster, so a single worker cannot be killed from outside: one test kills a task under a living
cluster of two workers, another kills the process with the server and both workers.
"""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

hyperqueue = pytest.importorskip("hyperqueue")
from hyperqueue.cluster import WorkerConfig  # noqa: E402

TABLES = ["outcomes.parquet", "experiments.parquet", "summary.csv"]


def tables(directory):
    return {name: (directory / name).read_bytes() for name in TABLES}


def plan(chokepoint, experiment, directory):
    [line] = chokepoint.lines("plan", experiment, "--out", directory, "--shard-size", 4)
    return line["shards"]


def submit(client, chokepoint, directory, shards, by_task_id):
    """All shards as one job, the number by HQ_TASK_ID or by --index."""
    job = hyperqueue.Job(max_fails=None)
    for shard in shards:
        words = [chokepoint.path, "run-shard", "--manifest", str(directory / "plan.json")]
        words += [] if by_task_id else ["--index", str(shard)]
        job.program(words, stdout=None, stderr=None)
    return client.submit(job)


def open_shards(chokepoint, directory, code):
    # A status that is not whole ends with an event that says so.
    line, *_ = chokepoint.lines("status", directory, code=code)
    return line["open"]


def parts(directory):
    return len(list((directory / "shards").glob("part-*.json")))


def wait_for(seen, seconds=60):
    end = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
    return found


def running(directory):
    """Process ids of shards of this plan."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"run-shard" in words and str(directory / "plan.json").encode() in words:
                found.append(int(entry.name))
    return found


def kill_in_flight(directory):
    """Kills a shard that has not written its part; stopped first, so that it cannot finish meanwhile."""
    for process in running(directory):
        try:
            os.kill(process, signal.SIGSTOP)
            words = pathlib.Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
            [shard] = [w[11:].decode() for w in words if w.startswith(b"HQ_TASK_ID=")]
            if not (directory / "shards" / f"part-{int(shard):06}.json").exists():
                os.kill(process, signal.SIGKILL)
                return int(shard)
            os.kill(process, signal.SIGCONT)
        except (OSError, ValueError):
            # It has ended.
            continue
    return None


@pytest.fixture(scope="module")
def expected(chokepoint, experiment, tmp_path_factory):
    """The one-thread run."""
    out = tmp_path_factory.mktemp("expected") / "one"
    chokepoint("sweep", experiment, "--threads", 1, "--out", out, "--quiet")
    return tables(out)


def test_a_killed_task_is_run_again(chokepoint, experiment, expected, tmp_path):
    directory = tmp_path / "sweep"
    shards = plan(chokepoint, experiment, directory)
    with hyperqueue.LocalCluster() as cluster:
        cluster.start_worker(WorkerConfig(cores=1))
        cluster.start_worker(WorkerConfig(cores=1))
        client = cluster.client()
        job = submit(client, chokepoint, directory, range(shards), by_task_id=True)
        wait_for(lambda: parts(directory) >= 2)
        [killed] = wait_for(lambda: [s for s in [kill_in_flight(directory)] if s is not None])
        assert not client.wait_for_jobs([job], raise_on_error=False), "the scheduler saw the kill"
        missing = open_shards(chokepoint, directory, code=4)
        assert missing == [killed]
        again = submit(client, chokepoint, directory, missing, by_task_id=False)
        assert client.wait_for_jobs([again])
    assert open_shards(chokepoint, directory, code=0) == []
    chokepoint("merge", directory, "--quiet")
    assert tables(directory) == expected


# A cluster of two workers in a process of its own.
CLUSTER = """
import sys
from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig
command, manifest, shards = sys.argv[1:]
with LocalCluster() as cluster:
    cluster.start_worker(WorkerConfig(cores=1))
    cluster.start_worker(WorkerConfig(cores=1))
    client = cluster.client()
    job = Job(max_fails=None)
    for _ in range(int(shards)):
        job.program([command, "run-shard", "--manifest", manifest], stdout=None, stderr=None)
    client.wait_for_jobs([client.submit(job)])
"""


def test_a_killed_cluster_loses_only_what_was_in_flight(chokepoint, experiment, expected, tmp_path):
    directory = tmp_path / "sweep"
    shards = plan(chokepoint, experiment, directory)
    words = [sys.executable, "-c", CLUSTER, chokepoint.path, directory / "plan.json", str(shards)]
    cluster = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: parts(directory) >= 3)
    cluster.kill()
    cluster.wait()
    for orphan in running(directory):
        os.kill(orphan, signal.SIGKILL)
    done = shards - len(open_shards(chokepoint, directory, code=4))
    assert 3 <= done < shards
    # The rest on this machine: the same contract.
    chokepoint("resume", directory, "--quiet", "--threads", 2)
    assert tables(directory) == expected
