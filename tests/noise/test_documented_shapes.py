"""No error and no warning on Dockerfiles that work, in the shapes that AWS documents for every language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support.linting import dockerfile, lint

from lambda_lint import Deployment
from lambda_lint.rule import Severity
from lambda_lint_rules import PACK

TODAY = Deployment(on=date(2026, 11, 23))
DOCKERFILES = sorted((Path(__file__).parent / "dockerfiles").iterdir())
each_one = pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)


@each_one
def test_a_correct_dockerfile_gets_no_error_and_no_warning(path: Path) -> None:
    loud = [finding for finding in lint(path.read_text(), deployment=TODAY) if finding.severity > Severity.NOTE]
    assert loud == []


@each_one
def test_a_correct_dockerfile_is_taken_for_a_function(path: Path) -> None:
    assert PACK.not_for_us(dockerfile(path.read_text(), "Dockerfile")) is None
