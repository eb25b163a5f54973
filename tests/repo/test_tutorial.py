"""CONTRIBUTING's "Write your own rule", followed to the letter."""

from pathlib import Path

import pytest
from support.samples import CONTRIBUTING, follow_tutorial, lint, refreshed


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    follow_tutorial(folder)
    return folder


def test_its_steps_write_a_rule_pack_and_a_project_that_uses_it(project: Path):
    written = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}

    assert {name for name in written if not name.startswith(("site/", "acme-rules/build/"))} == {
        "Dockerfile",
        "acme-rules/acme_rules/__init__.py",
        "acme-rules/acme_rules/secret_in_environment.py",
        "acme-rules/pyproject.toml",
        "lambda-lint.toml",
    }


def test_the_new_rule_reports_what_the_tutorial_shows(project: Path):
    assert CONTRIBUTING.read_text(encoding="utf-8") == refreshed(CONTRIBUTING, project)


def test_the_new_rule_fails_the_run(project: Path):
    assert lint(project, "Dockerfile").returncode == 1


def test_the_new_rule_has_a_page(project: Path):
    assert "Whoever may pull the image" in lint(project, "--explain", "secret-in-environment").stdout


def test_the_new_rule_has_nothing_against_its_own_good_example(project: Path):
    (project / "Good.dockerfile").write_text('FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n')

    assert lint(project, "Good.dockerfile").returncode == 0
