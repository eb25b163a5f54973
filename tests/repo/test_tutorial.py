"""CONTRIBUTING's "Write your own rule", followed to the letter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "CONTRIBUTING.md").read_text().partition("## Write your own rule\n")[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, _, content in re.findall(r"^`([^`]+)`\n\n(````?)\w+\n(.*?)^\2$", TUTORIAL, re.MULTILINE | re.DOTALL):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    # Installed beside, not into, the environment of the tests, and without the registries
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", folder / "site"]
    subprocess.run([sys.executable, *install, folder / "acme-rules"], check=True)
    return folder


def lint(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lambda-lint"), *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "site"), "COLUMNS": "100", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_steps_write_these_files(project: Path):
    written = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}

    assert {name for name in written if not name.startswith("site/")} == {
        "Dockerfile",
        "acme-rules/acme_rules/__init__.py",
        "acme-rules/acme_rules/secret_in_environment.py",
        "acme-rules/pyproject.toml",
        "lambda-lint.toml",
    }


def test_the_new_rule_reports_what_the_tutorial_shows(project: Path):
    command, shown = re.search(r"```console\n\$ lambda-lint (.*?)\n(.*?)```", TUTORIAL, re.DOTALL).groups()

    result = lint(project, *command.split())

    assert result.stdout == shown, result.stderr
    assert result.returncode == 1


def test_the_new_rule_has_a_page(project: Path):
    assert "Whoever may pull the image" in lint(project, "--explain", "secret-in-environment").stdout


def test_the_new_rule_passes_its_own_good_example(project: Path):
    (project / "Good.dockerfile").write_text('FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n')

    assert lint(project, "Good.dockerfile").returncode == 0
