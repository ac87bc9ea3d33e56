"""Where the project is, and what makes a run short."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
SHORT = {"time.end": "2023Q4"}
