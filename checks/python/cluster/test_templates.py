"""The templates of `cluster/`: they say what their schedulers understand, and run the command's own words."""

import re
import subprocess

import pytest
import yaml
from conftest import ROOT

kubernetes_validate = pytest.importorskip("kubernetes_validate")

SLURM = ROOT / "cluster" / "slurm-array.sh"
KUBERNETES = ROOT / "cluster" / "kubernetes-job.yaml"


def filled(path, **words):
    text = path.read_text()
    for word, value in words.items():
        assert word in text, f"{path.name} has no {word}"
        text = text.replace(word, value)
    return text


def job():
    return yaml.safe_load(filled(KUBERNETES, COUNT="42", IMAGE="registry.example/chokepoint:0.1.0"))


def test_the_job_follows_the_schema_of_kubernetes():
    kubernetes_validate.validate(job(), "1.33", strict=True)


def test_the_schema_check_can_fail():
    wrong = job()
    wrong["spec"]["completionsMode"] = "Indexed"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.33", strict=True)


def test_the_job_is_one_pod_a_shard():
    spec = job()["spec"]
    assert (spec["completionMode"], spec["completions"]) == ("Indexed", 42)
    # A limit per index needs pods that do not restart by themselves.
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    [container] = spec["template"]["spec"]["containers"]
    [mount] = container["volumeMounts"]
    assert container["command"][-1].startswith(mount["mountPath"])


# Options of sbatch that the template may use, with the form of their values.
SBATCH = {
    "job-name": r"[\w-]+",
    "array": r"\d+(-\d+)?(,\d+(-\d+)?)*(%\d+)?",
    "cpus-per-task": r"\d+",
    "mem": r"\d+[KMGT]?",
    "time": r"(\d+-)?\d{2}:\d{2}:\d{2}",
    "requeue": None,
    "output": r"/\S*%A_%a\S*",
}


def test_the_array_has_options_that_sbatch_knows():
    lines = filled(SLURM, DIR="/scratch/sweep", LAST="41").splitlines()
    assert lines[0] == "#!/bin/bash"
    options = [line.removeprefix("#SBATCH --") for line in lines if line.startswith("#SBATCH ")]
    for option in options:
        name, _, value = option.partition("=")
        assert name in SBATCH, f"--{name} is not checked here"
        form = SBATCH[name]
        assert value == "" if form is None else re.fullmatch(form, value), option
    # sbatch reads options only before the first command.
    first = next(i for i, line in enumerate(lines) if line and not line.startswith("#"))
    assert not any(line.startswith("#SBATCH") for line in lines[first:])


def test_the_array_is_a_script():
    text = filled(SLURM, DIR="/scratch/sweep", LAST="41")
    assert subprocess.run(["bash", "-n"], input=text, text=True).returncode == 0


def test_the_array_runs_a_shard(chokepoint, experiment, tmp_path):
    directory = tmp_path / "sweep"
    chokepoint("plan", experiment, "--out", directory, "--shard-size", 24, "--quiet")
    text = filled(SLURM, DIR=str(directory), LAST="1")
    folder = re.sub(r"/[^/]*$", "", chokepoint.path)
    for index in ["0", "1"]:
        env = {"PATH": f"{folder}:/usr/bin:/bin", "SLURM_ARRAY_TASK_ID": index}
        done = subprocess.run(["bash"], input=text, text=True, env=env, capture_output=True)
        assert done.returncode == 0, done.stderr
    chokepoint("status", directory)


def test_the_pod_runs_a_shard(chokepoint, experiment, tmp_path):
    directory = tmp_path / "sweep"
    chokepoint("plan", experiment, "--out", directory, "--shard-size", 48, "--quiet")
    [container] = job()["spec"]["template"]["spec"]["containers"]
    [program, *words] = [w.replace("/sweep/", f"{directory}/") for w in container["command"]]
    assert program == "chokepoint"
    env = {"JOB_COMPLETION_INDEX": "0"}
    done = subprocess.run([chokepoint.path, *words], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    chokepoint("status", directory)
