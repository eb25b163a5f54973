"""GitHub workflow commands, which show findings as annotations on a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint.errors import printable
from lambda_lint.location import SourceLocation
from lambda_lint.report import Finding, Report, TargetReport
from lambda_lint.reporters.style import Style, failure_text, place, relative
from lambda_lint.rule import Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, style: Style) -> str:
    """One command a line, for each finding and each failure. What a target brought cannot end a line or a property."""
    return "".join(f"{line}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    for target in report.targets:
        for failure in target.failures:
            yield _command("error", {"title": f"lambda-lint could not finish {target.target}"}, failure_text(failure))
        for finding in target.findings:
            yield _finding(finding, target, style)


def _finding(finding: Finding, target: TargetReport, style: Style) -> str:
    location = finding.problem.location
    fix = f"; {finding.problem.fix}" if finding.problem.fix else ""
    properties = {"title": finding.rule.name}
    if isinstance(location, SourceLocation):
        region = location.region
        properties |= {"file": relative(location.path, style.root), "line": str(region.start.line)}
        # GitHub takes columns only where start and end are on one line.
        if region.start.line == region.end.line:
            properties |= {"col": str(region.start.column), "endColumn": str(region.end.column)}
        else:
            properties |= {"endLine": str(region.end.line - (region.end.column == 1))}
        text = f"{finding.problem.message}{fix}"
    else:
        text = f"{target.target}, {place(location)}: {finding.problem.message}{fix}"
    return _command(_COMMANDS[finding.severity], properties, text)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return printable(text, limit=len(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
