"""The text of docs/reliability.md from the results of checks/reliability.py."""

import collections

HEAD = """# Reliability

What was done to this program to make it give a wrong number silently, and what came of it. `checks/reliability.py` measures
and writes this page; anybody can run it. Each section names the commit that it was measured at. A section that was not
measured says so.

"""

ARCHITECTURES = """### What is promised

The same scenario, data, seed and program version give the same bytes, whatever the threads, the shards, their order, the
interruptions, the instructions of the processor and the optimisation of the build. The manifest and the brief alone
differ: they name the time, the threads, the command or the directory.

Across architectures the promise rests on this: all arithmetic of the model is IEEE 754 double precision, in an order that
the source fixes; Rust does not contract `a * b + c` and does not reorder; `exp`, `ln` and powers come from `libm`, or from
`sim-core/src/vector/exponential.rs`, which uses additions and multiplications only; random numbers are ChaCha8 by name;
nothing iterates over a hash table; no clock and no locale enters a result. """

SEEN = {
    True: "It is measured on x86-64 processors, and for\nAArch64 (NEON) by an emulator, QEMU; no processor of that kind was at hand.\n\n",
    False: "It is measured on x86-64 only: on AArch64 the\nsame bytes are expected and not yet seen.\n\n",
}

SECURITY = """What holds, and the tests that say so:

| what | test |
| --- | --- |
| The program opens no network connection | `deny.toml` bans the clients; docs/dependencies.md |
| `extends`, tables, sources and imports name TOML and CSV only; a link may not change the kind of a file or lead out of a dataset; no text of another file is ever shown | `hostile::no_file_outside_is_read_or_shown`, `library`, `import` |
| An id is no path and no formula, and breaks no table | `hostile::control_characters_and_ids_that_are_paths_are_refused`, `plain` |
| A run writes inside its directory only | `directory::no_name_leads_out_of_the_directory` |
| A template of a brief reads no file | `a_brief_escapes_texts_and_a_template_reads_no_file` |
| Titles, summaries, names of firms and of files are escaped in SVG and HTML; a brief forbids scripts to the browser | `hostile::hostile_names_reach_no_page_and_no_terminal`, `every_string_of_the_user_is_escaped` |
| No control character reaches a terminal | `plain`, `hostile` |
| A scenario that needs more than the memory, or more than 10\u2079 runs, is refused before it starts | `limits` |

"""


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n\n"


def measured(results, name, say):
    if name not in results:
        return "Not measured yet: `checks/reliability.py measure " + name + "`.\n\n"
    return f"Measured at {results[name]['commit']}.\n\n" + say(results[name]["found"])


def faults(found):
    kinds = [
        ("Full", "no space left; half of a write gets there"),
        ("Broken", "input or output error"),
        ("Short", "a write takes half of the bytes"),
        ("Killed", "the process ends; half of a write gets there"),
        ("PowerCut", "the process ends, and half of what was not synced is gone"),
    ]
    rows = [(text, found["sweep"].get(kind, 0), found["comparison"].get(kind, 0)) for kind, text in kinds]
    rows.append(("together", sum(r[1] for r in rows), sum(r[2] for r in rows)))
    text = (
        "Every operation on files goes through `sim-lab/src/store/disk`. A test fails the first one, then the second, and so on "
        "until there are no more, in each of these ways. After each fault: what passes for whole is whole; a sweep that is "
        "resumed has the bytes of one that nothing disturbed; a comparison is complete or refused. None was silent.\n\n"
    )
    text += table(["fault", "sweep: shards and merge", "comparison"], rows)
    killed = found["killed"]
    return text + (
        f"The program itself was killed (`kill -9`) {killed['kills']} times at random moments of {killed['sweeps']} sweeps, each "
        "resumed until it ended: the same bytes each time. "
        f"{found['limits']} tests run it where the system lets no file grow beyond a limit, so that writes are really short and "
        "fail, or end the process.\n\n"
    )


def damage(found):
    rows = [(what.removeprefix("damaged "), count) for what, count in sorted(found.items())]
    rows.append(("together", sum(found.values())))
    return (
        "Each file is changed in a dozen ways (a flipped bit in five places, cut, longer, emptied, zeros, deleted, another run's, "
        "edited, another version's) and opened again. Refused with the name of the file, or the numbers are the right ones: a "
        "changed comment of a copied scenario changes nothing.\n\n"
    ) + table(["damaged", "cases"], rows)


def matrix(found):
    groups = collections.OrderedDict()
    for row in found:
        groups.setdefault(row["what"], []).append(row)
    rows = []
    for what, members in groups.items():
        differ = sum(len(row["differ"]) for row in members)
        verdict = "the same bits" if differ == 0 else f"{differ} FILES DIFFER"
        values = "; ".join(row["values"] for row in members)
        rows.append((what, values, sum(row["files"] for row in members), verdict))
    return table(["what varies", "compared", "files", "verdict"], rows)


def books(found):
    return (
        "The books are closed in each quarter of every run, in release builds too "
        f"({found['debug_only_checks']} checks of `ledger.rs` exist in debug builds only). {found['tampering']} tests break a "
        "mechanism on purpose: the run stops in that quarter, and account, agent and quarter are named. "
        f"{found['accepted']} random worlds that the reader accepts, with parameters at the ends of their ranges, ran to their "
        "ends without panic, NaN or imbalance.\n\n"
    )


def fuzz(found):
    rows = [(r["target"], r["seconds"], r["runs"], "none" if r["ended"] == 0 else "FOUND: " + ", ".join(r["found"])) for r in found]
    return table(["target", "seconds", "inputs", "crashes"], rows)


def policy(found):
    unsafe = ", ".join(f"{name} {count}" for name, count in found["unsafe"].items())
    against = ", ".join(found["against_policy"] + found["other_sources"])
    text = SECURITY + (
        f"Licences, duplicates, bans and sources of the {found['crates']} crates of the program and its tests, from `cargo metadata` "
        f"against `deny.toml`: {against or 'nothing against the policy'}; in two versions, each with its reason there: "
        f"{', '.join(found['twice']) or 'none'}. `cargo deny check licenses bans sources`: {found['deny']}. "
        "[dependencies.md](dependencies.md) has the reason of each direct dependency, and a test compares it with the manifests.\n\n"
    )
    return text + f"`unsafe` is forbidden by the workspace's lints. Lines with it, by crate: {unsafe}.\n\n"


def mutants(rows):
    if not rows:
        return "Not measured yet: `checks/mutants.py`.\n\n"
    lines = []
    for package in sorted({row["package"] for row in rows}):
        count = collections.Counter(row["outcome"] for row in rows if row["package"] == package)
        caught = count["caught"]
        tried = caught + count["missed"] + count["timeout"]
        share = f"{100 * caught / tried:.0f} %" if tried else ""
        first = sum(1 for row in rows if row["package"] == package and row["why"].startswith("missed first"))
        lines.append((package, tried, caught, first, count["missed"], count["timeout"], count["unviable"], share))
    text = table(["crate", "defects", "caught", "of these by tests written since", "missed", "ran too long", "do not compile", "share caught"], lines)
    missed = [row for row in rows if row["outcome"] == "missed"]
    if missed:
        text += "The target is 300 defects; the sample is cut short where the table says fewer. Missed, and why that is right or what "
        text += "is lacking:\n\n"
        text += table(["defect", "why"], [(f"`{row['mutant']}`".replace("|", "\\|"), row.get("why") or "open") for row in missed])
    return text


def page(results, tried):
    compared = results.get("matrix", {"found": []})["found"]
    return (
        HEAD
        + "## Faults\n\n"
        + measured(results, "faults", faults)
        + "## Damage\n\n"
        + measured(results, "damage", damage)
        + "## Reproducibility\n\n"
        + measured(results, "matrix", matrix)
        + ARCHITECTURES
        + SEEN[any(row["what"] == "architecture" for row in compared)]
        + "## Conservation\n\n"
        + measured(results, "books", books)
        + "## Bad input\n\n"
        + "Each fuzz target reads texts that grow from the shipped files. A panic, a problem without a place, or an accepted "
        + "scenario that does not read back would be a crash.\n\n"
        + measured(results, "fuzz", fuzz)
        + "## Security\n\n"
        + measured(results, "policy", policy)
        + "## Mutants\n\n"
        + "A defect is put into the law, the market, the books or the estimators, and the fast tests of that crate run. The "
        + "sample is seeded; `checks/mutants.py` says how, `checks/mutants.csv` has all outcomes.\n\n"
        + mutants(tried)
    ).rstrip("\n") + "\n"
