"""The command, and a small sweep to run on clusters."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]

SMALL = """
schema = 1
title = "Small"

[levers]
regimes = ["hard-cap", "hard-cap-allied"]
set = ["time.end=2024Q4"]

[outcomes]
headlines = ["us-revenue-world", "design-out"]

[design]
size = 48
seed = 3
"""


class Command:
    """The command `chokepoint`: CHOKEPOINT names it, or it is the release build."""

    def __init__(self):
        default = ROOT / "target" / "release" / "chokepoint"
        self.path = os.environ.get("CHOKEPOINT", str(default))

    def __call__(self, *arguments, code=0):
        words = [self.path, *map(str, arguments)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done

    def lines(self, *arguments, code=0):
        done = self(*arguments, "--json", "--quiet", code=code)
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def chokepoint():
    command = Command()
    if not os.access(command.path, os.X_OK):
        pytest.skip("build the command first: cargo build --release")
    return command


@pytest.fixture(scope="session")
def experiment(tmp_path_factory):
    file = tmp_path_factory.mktemp("experiment") / "small.toml"
    file.write_text(SMALL)
    return file


EXIT = {"status": 0}


def pytest_sessionfinish(session, exitstatus):
    EXIT["status"] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Leaves at once: threads of a cluster that a test has killed would keep Python waiting for ever."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(EXIT["status"])
