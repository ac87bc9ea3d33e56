"""The package in the project's directory, and the command that it is compared with."""

import os
import pathlib
import subprocess

import pytest
from project import ROOT, SHORT


@pytest.fixture(autouse=True)
def project(monkeypatch):
    """Names of scenarios are looked for from here."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def command():
    """The command `chokepoint`: CHOKEPOINT names it, or it is the release build."""
    path = os.environ.get("CHOKEPOINT", str(ROOT / "target" / "release" / "chokepoint"))
    assert os.access(path, os.X_OK), "build the command first: cargo build --release"

    def run(*arguments):
        words = [path, *map(str, arguments)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def comparison(tmp_path_factory):
    """A small comparison that tests of tables and figures share."""
    chokepoint = pytest.importorskip("chokepoint")
    before = pathlib.Path.cwd()
    os.chdir(ROOT)
    try:
        out = tmp_path_factory.mktemp("comparison") / "run"
        yield chokepoint.compare(
            ["hard-cap", "sliding-scale"], replicates=3, set=SHORT, out=out, progress=False
        )
    finally:
        os.chdir(before)
