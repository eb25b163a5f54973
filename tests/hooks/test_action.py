"""The GitHub Action: its steps are taken from action.yml and executed with bash, as a runner does."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]


def test_no_expression_stands_in_a_script():
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []


def test_every_input_reaches_a_script_and_no_other_does():
    wired = re.findall(r"inputs\.([a-z-]+)", json.dumps([step["env"] for step in STEPS]))

    assert sorted(wired) == sorted(ACTION["inputs"])


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        pytest.param(schema, path, id=path.name)
        for schema, pattern in {
            "vendor.github-actions": "action.yml",
            "vendor.github-workflows": ".github/workflows/*.yml",
            "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/*.yml",
        }.items()
        for path in sorted(ROOT.glob(pattern))
    ],
)
def test_the_file_obeys_the_schema_that_is_published_for_it(schema: str, file: Path):
    check = Path(sys.executable).with_name("check-jsonschema")

    subprocess.run([check, "--builtin-schema", schema, file], check=True)


@dataclass(frozen=True)
class Job:
    """What a run of the action left behind."""

    status: int
    log: str
    outputs: dict[str, str]
    summary: str
    values: dict[str, str]


class Runner:
    """Enough of GitHub's runner: expressions in `env` and `outputs`, the files for outputs and summary, bash -e."""

    def __init__(self, action: Path, folder: Path) -> None:
        self._action = action
        self._folder = folder

    def run(
        self, workspace: Path, steps: list[dict[str, object]], values: dict[str, str], inputs: dict[str, str]
    ) -> Job:
        """Executes `steps` until one fails. `values` are the outputs of earlier steps."""
        given = {name: about["default"] for name, about in ACTION["inputs"].items()} | inputs
        values = {**values, **{f"inputs.{name}": value for name, value in given.items()}}
        summary, output = self._folder / "summary", self._folder / "output"
        summary.write_text("")
        log, status = "", 0
        for step in steps:
            output.write_text("")
            result = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
                cwd=workspace,
                env={
                    **os.environ,
                    **{name: evaluate(text, values) for name, text in step["env"].items()},
                    "GITHUB_ACTION_PATH": str(self._action),
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_STEP_SUMMARY": str(summary),
                    "GITHUB_WORKSPACE": str(workspace),
                    "RUNNER_TEMP": str(self._folder),
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            log, status = log + result.stdout, result.returncode
            for line in output.read_text().splitlines():
                name, _, value = line.partition("=")
                values[f"steps.{step['id']}.outputs.{name}"] = value
            if status:
                break
        outputs = {name: evaluate(about["value"], values) for name, about in ACTION["outputs"].items()}
        return Job(status, log, outputs, summary.read_text(), values)


def evaluate(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values.get(match[1], ""), text)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    folder = tmp_path_factory.mktemp("runner's temp folder")
    checkout = folder / "action"
    subprocess.run(["git", "clone", "-q", ROOT, checkout], check=True)
    return Runner(checkout, folder)


@pytest.fixture(scope="module")
def lint(runner: Runner):
    """Runs the action on a workspace. Its first step installs, and is run once for all tests."""
    installed = runner.run(ROOT, STEPS[:1], {}, {})
    assert installed.status == 0, installed.log

    def run(workspace: Path, inputs: dict[str, str]) -> Job:
        return runner.run(workspace, STEPS[1:], installed.values, inputs)

    return run


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout of a project with a good function, a broken one, and a Dockerfile that is none."""
    folder = tmp_path / "work space"
    for name in ("hello", "broken"):
        shutil.copytree(ROOT / "fixtures" / name, folder / name)
    (folder / "site.dockerfile").write_text("FROM nginx\n")
    return folder


@pytest.mark.network
def test_a_good_function_passes_and_leaves_its_reports(lint, workspace: Path):
    job = lint(
        workspace,
        {"dockerfile": "hello/Dockerfile", "image": "oci:hello/image", "sarif-file": "out/lint it.sarif"},
    )

    assert job.status == 0, job.log
    assert job.outputs == {"exit-code": "0", "sarif-file": "out/lint it.sarif", "errors": "0", "warnings": "0"}
    assert "hello/Dockerfile" in job.summary
    assert r"oci\:hello/image" in job.summary
    sarif = json.loads((workspace / "out/lint it.sarif").read_text())
    assert [result for run in sarif["runs"] for result in run["results"]] == []


@pytest.mark.network
def test_a_broken_function_fails_at_the_last_step_with_all_reports_written(lint, workspace: Path):
    job = lint(workspace, {"image": "oci:broken/image", "dockerfile": "broken/Dockerfile"})

    assert job.status == 1
    assert job.outputs["exit-code"] == "1"
    assert int(job.outputs["errors"]) == len(re.findall(r"^::error ", job.log, re.MULTILINE))
    assert "shell-form-command" in job.summary
    sarif = json.loads((workspace / "lambda-lint.sarif").read_text())
    assert "shell-form-command" in {result["ruleId"] for run in sarif["runs"] for result in run["results"]}


@pytest.mark.network
def test_without_a_word_it_finds_every_function_of_the_checkout(lint, workspace: Path):
    job = lint(workspace, {"fail-on": "never"})

    assert job.status == 0, job.log
    assert "broken/Dockerfile" in job.summary
    assert "hello/Dockerfile" in job.summary


@pytest.mark.network
@pytest.mark.parametrize(
    ("inputs", "status", "reason"),
    [
        ({"dockerfile": "missing/Dockerfile"}, 3, "missing/Dockerfile"),
        ({"image": "oci:hello"}, 3, "oci:hello"),
        ({"select": "no-such-rule"}, 2, "no-such-rule"),
        ({"config": "missing.toml"}, 2, "missing.toml"),
        ({"fail-on": "sometimes"}, 2, "sometimes"),
        ({"dockerfile": "**/*.nothing"}, 2, "::error title=lambda-lint::input dockerfile: a pattern matches no file"),
        ({"summary": "yes"}, 2, "::error title=lambda-lint::input summary is true or false"),
        ({"sarif-file": "a\nb"}, 2, "::error title=lambda-lint::input sarif-file is one path"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_bad_input_fails_with_its_reason(lint, workspace: Path, inputs: dict[str, str], status: int, reason: str):
    job = lint(workspace, inputs)

    assert job.status == status, job.log
    assert job.outputs["exit-code"] == str(status)
    assert reason in job.log
    assert "Traceback" not in job.log


def test_a_python_that_is_missing_is_said_in_an_annotation(runner: Runner, workspace: Path):
    job = runner.run(workspace, STEPS, {}, {"python": "no-such-python"})

    assert job.status == 2
    assert "::error title=lambda-lint::lambda-lint needs Python 3.10 or later" in job.log


@pytest.mark.network
@pytest.mark.parametrize(
    "name", ["a b", "it's", 'say "x"', "$(touch pwned)", "`touch pwned`", "-rf", "x;touch pwned", "%0A"]
)
def test_a_name_is_data_and_never_a_command(lint, workspace: Path, name: str):
    folder = workspace / name
    shutil.copytree(workspace / "broken", folder)

    job = lint(workspace, {"dockerfile": f"hello/Dockerfile\n\n{name}/Dockerfile\n", "sarif-file": f"{name}.sarif"})

    assert job.status == 1, job.log
    assert job.outputs["sarif-file"] == f"{name}.sarif"
    assert (workspace / f"{name}.sarif").is_file()
    assert list(workspace.rglob("pwned")) == []


@pytest.mark.network
@pytest.mark.parametrize(
    ("pattern", "linted"),
    [
        ("*/Dockerfile", ["broken/Dockerfile", "hello/Dockerfile"]),
        ("**/hello/*file", ["hello/Dockerfile"]),
        ("hello", ["hello/Dockerfile"]),
    ],
)
def test_patterns_and_folders_are_searched(lint, workspace: Path, pattern: str, linted: list[str]):
    job = lint(workspace, {"dockerfile": pattern, "fail-on": "never"})

    assert job.status == 0, job.log
    assert [path for path in ("broken/Dockerfile", "hello/Dockerfile") if path in job.summary] == linted


@pytest.mark.network
def test_words_of_a_dockerfile_give_github_no_commands(lint, workspace: Path):
    (workspace / "hello/Dockerfile").write_text(
        "FROM public.ecr.aws/lambda/python:3.13\nCMD echo \\\n::error::forged \\\n::set-output name=x::y\n"
    )

    job = lint(workspace, {"dockerfile": "hello/Dockerfile", "fail-on": "never"})

    mark = re.search(r"^::stop-commands::(\w+)$", job.log, re.MULTILINE)[1]
    before, _, rest = job.log.partition(f"::stop-commands::{mark}\n")
    _, _, after = rest.partition(f"::{mark}::\n")
    assert "forged" in rest.partition(f"::{mark}::\n")[0]
    obeyed = [line.strip() for line in (before + after).splitlines() if line.strip().startswith("::")]
    assert [
        line for line in obeyed if not line.startswith(("::error title=", "::warning title=", "::notice title="))
    ] == []
