"""Scenarios: read, changed, refused with places."""

import pickle

import chokepoint
import numpy as np
import polars as pl
import pytest
from project import ROOT


def test_a_scenario_is_read_by_name_or_path():
    hard = chokepoint.load("hard-cap")
    assert hard == chokepoint.load(ROOT / "scenarios" / "hard-cap.toml")
    assert (hard.id, len(hard.hash), hard.start) == ("hard-cap", 64, "2019Q1")
    assert hard.baseline.id == "baseline" and hard.baseline != hard
    assert "[measures.hard-cap" in hard.to_toml()
    assert hard.warnings == []
    ids = chokepoint.scenarios().to_polars()["id"].cast(pl.String).to_list()
    assert {"baseline", "hard-cap", "history"} <= set(ids)


def test_values_are_typed_as_in_a_file():
    hard = chokepoint.load("hard-cap")
    keywords = hard.with_(belief_gain=np.float64(0.25), mechanisms={"grey-channel": False})
    dotted = hard.with_({"parameters.belief-gain": 0.25, "mechanisms.grey-channel": False})
    assert keywords == dotted and keywords != hard
    assert keywords.hash != hard.hash
    assert "false" in keywords.to_toml().split("grey-channel", 1)[1].splitlines()[0]
    gain = keywords.parameters.to_polars().filter(pl.col("parameter").cast(pl.String) == "belief-gain")
    assert gain["value"].to_list() == [0.25]
    # A later value takes the place of an earlier one, in the baseline, too.
    assert keywords.with_(belief_gain=0.5) == hard.with_(mechanisms={"grey-channel": False}, belief_gain=0.5)
    assert keywords.baseline == chokepoint.load("baseline").with_(belief_gain=0.25, mechanisms={"grey-channel": False})
    strict = hard.with_(measures={"hard-cap": {"enforcement": "strong"}})
    assert strict.baseline == hard.baseline, "the baseline has no such measure"
    assert chokepoint.load("hard-cap", {"time": {"end": "2023Q4"}}).end == "2023Q4"


def test_all_problems_come_at_once_with_places(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('extends = "baseline.toml"\ntitle = "Mine"\n[parameters]\nbelief-gane = 0.3\nbelief-decay = 1.4\n')
    with pytest.raises(chokepoint.ScenarioError) as raised:
        chokepoint.load(file)
    problems = raised.value.problems
    assert isinstance(raised.value, ValueError)
    assert [(p.line, p.code) for p in problems] == [(4, "unknown-key"), (5, "out-of-range")]
    first = problems[0]
    assert (first.severity, first.path, first.column) == ("error", str(file), 1)
    assert "belief-gain" in first.help and "belief-gane" in first.excerpt
    assert f"{file}:4:1: error[unknown-key]" in str(raised.value) and "2 problems" in str(raised.value)
    assert pickle.loads(pickle.dumps(raised.value)).problems == problems
    with pytest.raises(chokepoint.ScenarioError) as raised:
        chokepoint.load("hard-cap").with_(belief_gain=3.0)
    assert [p.code for p in raised.value.problems] == ["out-of-range"]


def test_arguments_that_make_no_sense_are_refused():
    hard = chokepoint.load("hard-cap")
    for keys, error in [({"title": object()}, TypeError), ({"parameters.belief-gain": float("nan")}, ValueError)]:
        with pytest.raises(error):
            hard.with_(keys)
    for words, text in [
        ({"replicates": 1}, "replicates"),
        ({"dollars": "euro"}, "nominal"),
        ({"keep": "all"}, "firms"),
        ({"set": {"measures.nothing.enforcement": "strong"}}, "no scenario has"),
        ({"branch_at": "2022Q1"}, "trunk"),
    ]:
        with pytest.raises(ValueError, match=text):
            chokepoint.compare([hard], **{"replicates": 2, "progress": False, **words})
    with pytest.raises(ValueError, match="twice"):
        chokepoint.compare([hard, hard], replicates=2, progress=False)
    with pytest.raises(TypeError, match="scenario"):
        chokepoint.compare([3], replicates=2)
    with pytest.raises(ValueError, match="letters"):
        hard.named("a/b")


def test_scenarios_travel():
    calm = chokepoint.load("hard-cap").with_(belief_gain=0.1).named("calm", "Calm")
    again = pickle.loads(pickle.dumps(calm))
    assert again == calm and (again.id, again.title) == ("calm", "Calm")
    assert len({calm, again}) == 1


def test_a_project_is_begun_and_found(tmp_path, monkeypatch):
    place = tmp_path / "project"
    assert chokepoint.begin(place) > 20
    deep = place / "notebooks" / "mine"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert chokepoint.project() == place
    assert chokepoint.load("hard-cap").id == "hard-cap"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="begin"):
        chokepoint.project(tmp_path)
