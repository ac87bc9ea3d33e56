"""The notebooks run from the first cell to the last, show charts with their sources, and store nothing."""

import pathlib
import re

import jupytext
import pytest
from project import ROOT
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
# Seconds of a cell after which it hangs.
HANGS = 600


def test_all_are_there():
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, monkeypatch):
    monkeypatch.setenv("CHOKEPOINT_REPLICATES", "8")
    notebook = jupytext.read(path)
    client = NotebookClient(
        notebook, timeout=HANGS, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    data = [output["data"] for output in outputs if "data" in output]
    charts = ["".join(d["image/svg+xml"]) for d in data if "image/svg+xml" in d]
    assert charts, "a notebook has a chart"
    assert all("Source: Chokepoint" in chart for chart in charts)
    # The conclusion is a text with numbers, made from those above.
    conclusion = "".join(data[-1]["text/markdown"])
    assert len(re.findall(r"\d", conclusion)) >= 4, conclusion
    assert not re.search(r"\bnan\b|None", conclusion), conclusion
    print(conclusion)


def test_no_outputs_are_stored():
    stored = [p.name for p in (ROOT / "notebooks").rglob("*") if p.suffix == ".ipynb"]
    assert stored == []
    for path in NOTEBOOKS:
        cells = jupytext.read(path).cells
        assert cells[0].cell_type == "markdown" and re.search(r"\*\*[^*]+\?", cells[0].source), "it asks a question"
        assert cells[-2].source == "## Conclusion"


def test_documented_python_runs(tmp_path):
    """The blocks of docs/python.md, one after the other."""
    page = (ROOT / "docs" / "python.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) > 3
    space = {"__name__": "page"}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), space)  # noqa: S102
    assert pathlib.Path.cwd() == ROOT
