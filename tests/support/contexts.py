"""Build contexts on disk, linted as a user would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from lambda_lint import SourceLocation
from lambda_lint.rule import Severity
from lambda_lint.session import Options, run

TODAY = date(2026, 11, 23)
Files = Mapping[str, str | tuple[int, str]]
"""Texts by path; a mode before the text where it is not 644."""


def write(folder: Path, files: Files) -> None:
    """Put the files into a folder. Git keeps no other modes than 644 and 755, and no mode of a folder."""
    for name, content in files.items():
        mode, text = content if isinstance(content, tuple) else (0o644, content)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        path.chmod(mode)


def findings(folder: Path, monkeypatch: pytest.MonkeyPatch, target: str = "Dockerfile") -> list[str]:
    """What is said of a Dockerfile in the folder, notes left out: severity, rule, line, message, further places."""
    monkeypatch.chdir(folder)
    report = run([target], Options(folder=folder, today=TODAY))
    assert [failure.message for each in report.targets for failure in each.failures] == []
    found = []
    for finding in (finding for each in report.targets for finding in each.findings):
        place = finding.problem.location
        assert isinstance(place, SourceLocation)
        line, rule, severity = place.region.start.line, finding.rule.name, finding.severity
        related = [where.path for _, where in finding.problem.related]
        if severity > Severity.NOTE:
            found.append(" ".join([f"{severity} {rule} {line}: {finding.problem.message}", *related]))
    return found
