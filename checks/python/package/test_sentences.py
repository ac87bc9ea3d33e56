"""Sentences of a run against its numbers, read and counted here once more.

Some twenty small studies of random regimes, horizons, branches and numbers of runs. What is said is read from the command's
JSON, the brief and the figures; what holds is worked out from `outcomes.parquet`, run by run, and `summary.csv` is held
against that, too.
"""

import csv
import html
import json
import random
import re

import numpy as np
import pyarrow.parquet as pq
import pytest

STUDIES = 20
FEWEST_FOR_TAILS = 30
MINUS = "\u2212"
REGIMES = [
    "ai-chips", "big-fund", "chip-ban", "de-minimis", "hard-cap", "hard-cap-allied", "history", "market-access",
    "narrow-multilateral", "sliding-scale", "h200-terms", "widened-mature",
]  # fmt: skip
SUBJECTS = {
    "us-revenue-world": ("US makers of tools, materials, software and IP", "revenue", 0.5),
    "us-chips": ("US chip firms", "chip-revenue", 0.5),
    "lead-logic": ("the lead over China in logic", "lead-logic", 0.05),
}
DOWN = {"lose", "shrinks"}
UP = {"gain", "grows"}


def study(number):
    """Arguments of a random comparison."""
    draw = random.Random(number)
    trunk = draw.random() < 0.4
    baseline = "history" if trunk else draw.choice(["baseline", "hard-cap"])
    regimes = draw.sample([r for r in REGIMES if r != baseline], draw.randint(1, 4))
    end = draw.choice(["2023Q4", "2025Q2", "2027Q4"])
    words = [*regimes, "--replicates", draw.choice([4, 12, 30, 36]), "--seed", number]
    words += ["--set", f"time.end={end}", "--baseline", baseline]
    # Regimes go on from what happened.
    return [*words, "--trunk", "history", "--branch-at", "2021Q1"] if trunk else words


@pytest.fixture(scope="module", params=range(STUDIES))
def told(request, tmp_path_factory, command):
    """A run: its directory, what its last event says, and differences by regime and outcome."""
    out = tmp_path_factory.mktemp("study") / "run"
    done = command("compare", *study(request.param), "--json", "--quiet", "--out", out)
    event = json.loads(done.stdout.splitlines()[-1])
    about = json.loads((out / "study.json").read_text())
    return out, event, about, differences(out, about)


def differences(out, about):
    """Paired differences from the baseline, by title and outcome."""
    table = pq.read_table(out / "outcomes.parquet").to_pydict()
    first = about["trunk"]["at"] if "trunk" in about else about["start"]
    quarters = sorted({q for q in table["quarter"] if "Q" in str(q)})
    last = quarters[-4:]
    wanted = {metric: outcome for outcome, (_, metric, _) in SUBJECTS.items()}
    values = {}
    rows = zip(
        table["scenario_id"], table["experiment_id"], table["quarter"], table["supplier_bloc"],
        table["metric"], table["value"], strict=True,
    )  # fmt: skip
    for scenario, run, quarter, supplier, metric, value in rows:
        outcome = wanted.get(metric)
        if outcome is None:
            continue
        if outcome == "lead-logic":
            add = value / len(last) if quarter in last else 0.0
        else:
            add = value / 1e3 if supplier == "us" and quarter >= first else 0.0
        key = (scenario, outcome)
        values.setdefault(key, {}).setdefault(run, 0.0)
        values[key][run] += add
    found = {}
    base = about["regimes"][0]["id"]
    for regime in about["regimes"][1:]:
        for outcome in SUBJECTS:
            pairs = [values[regime["id"], outcome], values[base, outcome]]
            gap = np.array([pairs[0][run] - pairs[1][run] for run in sorted(pairs[0])])
            gap[abs(gap) < 1e-6] = 0.0
            found[regime["title"], outcome] = gap
    return found


def tails(gap):
    """Lowest, middle and highest of what is told."""
    ends = [0.0, 1.0] if len(gap) < FEWEST_FOR_TAILS else [0.05, 0.95]
    low, high = np.quantile(gap, ends)
    return low, np.median(gap), high


def clear(gap):
    """-1 or 1 if all of what is told lies on a side, else 0."""
    low, _, high = tails(gap)
    return int(low > 0) - int(high < 0)


def numbers(text):
    plain = text.replace(MINUS, "-")
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", plain)]


def near(printed, value, least):
    """To the last digit of the table's, or where that is zero to one digit."""
    room = least if abs(value) >= least else 0.51 * abs(value)
    return abs(printed - value) <= 1.001 * room + 1e-6


def short(title):
    """A title as a sentence has room for."""
    return title if len(title) <= 64 else title[:30]


def check_clause(clause, outcome, gap):
    who, _, least = SUBJECTS[outcome]
    low, middle, high = tails(gap)
    down, up = np.mean(gap < 0), np.mean(gap > 0)
    verb = clause.removeprefix(who).split()[0] if clause.startswith(who) else ""
    side = -1 if verb in DOWN else 1 if verb in UP else 0
    assert side == clear(gap), (clause, low, high)
    tiny = max(abs(low), abs(high)) < least
    assert ("hardly anything" in clause) == (tiny and down + up > 0), (clause, low, high)
    assert ("in any run" in clause) == (down + up == 0), clause
    if "in any run" in clause:
        return
    sign = side
    if verb == "mostly":
        word = re.search(r"mostly (\w+)", clause).group(1)
        sign = -1 if word in DOWN else 1
        mine = down if sign < 0 else up
        assert clear(gap) == 0 and mine >= 0.8 * (down + up), clause
        rest = numbers(clause.rsplit(" in ", 1)[1])[0]
        assert near(rest, 100 * (1 - mine), 0.5), (clause, 1 - mine)
    unit = {" thousand": 1e6, " mn": 1e3}
    unit = next((factor for word, factor in unit.items() if word in clause), 1.0) * (sign or 1)
    before, inside = clause.split("(", 1)
    size = numbers(before)[-1]
    first, last = numbers(inside.split(")")[0].split(":", 1)[1])
    ends = sorted([low * unit, high * unit])
    assert near(size, middle * unit, least) and (size == 0) == (middle == 0), (clause, middle)
    assert near(first, ends[0], least) and near(last, ends[1], least), (clause, low, high)
    assert first <= size <= last, clause
    assert ("5\u201395 %" in inside) == (len(gap) >= FEWEST_FOR_TAILS), clause


def test_each_regime_has_a_sentence_that_its_numbers_bear_out(told):
    _, event, about, gaps = told
    titles = [regime["title"] for regime in about["regimes"]]
    assert len(event["findings"]) == len(titles) - 1
    for title, sentence in zip(titles[1:], event["findings"], strict=True):
        head, clauses = sentence.rstrip(".").split("): ", 1)
        assert head.startswith(f"Under \u201c{short(title)}") and f"\u201c{short(titles[0])}" in head
        assert "2019 dollars" in head
        if "trunk" in about:
            assert f"from {about['trunk']['at']} on" in head
        seen = set()
        for clause in clauses.split("; "):
            outcome = next(o for o, (who, *_) in SUBJECTS.items() if who in clause)
            seen.add(outcome)
            check_clause(clause, outcome, gaps[title, outcome])
        assert {"us-revenue-world", "lead-logic"} <= seen
        assert ("us-chips" in seen) == bool(np.any(gaps[title, "us-chips"])), sentence


def check_most(said, outcome, gaps, titles):
    """`lose most under “X”` only if X beats every other regime run by run; whoever else may be first is counted."""
    least = SUBJECTS[outcome][2]
    shown = {
        title: clear(gaps[title, outcome])
        for title in titles
        if max(map(abs, tails(gaps[title, outcome])[::2])) >= least
    }
    for sign, verbs in [(-1, DOWN), (1, UP)]:
        # `“X”: USD 1 bn (...)`, `“X” (USD 1 bn, ...) or “Y”`, `“X” (...), “Y” or 2 others`.
        found = re.search(rf"\b(?:{'|'.join(verbs)}) most under ([^;]*)", said)
        assert bool(found) == (sign in shown.values()), said
        if not found:
            continue
        names = re.findall(r"\u201c(.*?)\u201d", found.group(1))
        first = next(t for t in titles if t.startswith(names[0].rstrip("\u2026")))
        assert shown.get(first) == sign, said
        gap = {t: gaps[first, outcome] - gaps[t, outcome] for t in titles if t != first}
        for values in gap.values():
            values[abs(values) < 1e-6] = 0.0
        ties = [t for t, values in gap.items() if clear(values) != sign]
        told = len(names) - 1 + sum(map(int, re.findall(r"or (\d+) other", found.group(1))))
        assert told == len(ties), (said, ties)


def test_superlatives_beat_every_other_regime_run_by_run(told):
    out, event, about, gaps = told
    titles = [regime["title"] for regime in about["regimes"][1:]]
    if len(titles) < 2:
        assert event["finding"] == event["findings"][0]
        return
    for outcome, (who, *_) in SUBJECTS.items():
        sentences = re.split(r"(?<=\.) (?=[A-Z])|\): (?=[A-Z])", event["finding"])
        of = [s for s in sentences if who[1:] in s]
        if of:
            check_most(of[0], outcome, gaps, titles)
    fan = (out / "figures" / "loss-fan.svg").read_text()
    headline = html.unescape(re.search(r"<title[^>]*>(.*?)</title>", fan).group(1))
    check_most(headline, "us-revenue-world", gaps, titles)


def test_the_brief_says_the_same_and_the_summary_agrees(told):
    out, event, about, gaps = told
    page = html.unescape((out / "brief.html").read_text())
    for sentence in {event["finding"], *event["findings"]}:
        assert sentence in page
    names = {regime["id"]: regime["title"] for regime in about["regimes"][1:]}
    with (out / "summary.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["quarter"] == "all"]
    checked = 0
    for row in rows:
        gap = gaps.get((names.get(row["scenario_id"]), row["metric"]))
        if gap is None:
            continue
        checked += 1
        wanted = np.quantile(gap, [0.05, 0.5, 0.95])
        found = [float(row[f"diff_p{p}"]) for p in (5, 50, 95)]
        assert np.allclose(found, wanted, rtol=1e-6, atol=2e-6), (row, wanted)
    assert checked == len(SUBJECTS) * len(names)


def test_few_runs_and_changes_by_hand_are_named(told):
    out, _, about, gaps = told
    runs = len(next(iter(gaps.values())))
    page = html.unescape((out / "brief.html").read_text())
    few = runs < FEWEST_FOR_TAILS
    assert ("too few for 90 % intervals" in page) == few
    assert 'Changed by hand: time.end="' in page
    for name in ("loss-fan", "frontier"):
        figure = html.unescape((out / "figures" / f"{name}.svg").read_text())
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", figure)).replace("\u00a0", " ")
        assert "Changed by hand: time.end=" in words, name
        assert (f"Of {runs} runs no 90 % interval" in words) == few, name
