"""Pages that a script writes are what it would write now."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_on_reliability_is_what_the_results_say():
    command = [sys.executable, "checks/reliability.py", "page", "--check"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
