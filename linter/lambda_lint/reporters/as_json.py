"""The report for programs. `report.schema.json` beside this module is its contract; README explains it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lambda_lint import pages
from lambda_lint.about import VERSION
from lambda_lint.location import Location, Position, SourceLocation
from lambda_lint.report import Finding, Report, Suppressed, TargetReport, exit_status
from lambda_lint.reporters.style import Style
from lambda_lint.rule import Severity

CONTRACT = 1
"""Raised when a key is removed or changes its meaning; a new key does not raise it."""


def render(report: Report, _style: Style) -> str:
    """The whole report as one JSON document in ASCII."""
    counts = {severity: sum(finding.severity is severity for finding in report.findings) for severity in Severity}
    document = {
        "version": CONTRACT,
        "tool": {"name": "lambda-lint", "version": VERSION, "rules": [rule.name for rule in report.rules]},
        "summary": {
            "exit_status": exit_status(report),
            "targets": len(report.targets),
            "skipped": sum(bool(target.skipped) for target in report.targets),
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
            "notes": counts[Severity.NOTE],
            "failures": len(report.failures),
            "suppressed": len(report.suppressed),
        },
        "targets": [_target(target) for target in report.targets],
    }
    return json.dumps(document, indent=2) + "\n"


def _target(target: TargetReport) -> Mapping[str, object]:
    return {
        "target": target.target,
        "kind": target.kind.value if target.kind else None,
        "settings": target.settings or None,
        "skipped": target.skipped or None,
        "facts": dict(target.facts),
        "findings": [_finding(finding) for finding in target.findings],
        "failures": [{"message": failure.message, "rule": failure.rule or None} for failure in target.failures],
        "suppressed": [_suppressed(item) for item in target.suppressed],
    }


def _finding(finding: Finding) -> Mapping[str, object]:
    problem = finding.problem
    return {
        "rule": finding.rule.name,
        "severity": str(finding.severity),
        "message": problem.message,
        "location": _location(problem.location),
        "evidence": finding.evidence or None,
        "fix": problem.fix or None,
        "related": [{"message": why, "location": _location(location)} for why, location in problem.related],
        "url": pages.url(finding.rule),
    }


def _suppressed(item: Suppressed) -> Mapping[str, object]:
    return {**_finding(item.finding), "reason": item.reason or None, "suppressed_by": _location(item.by)}


def _location(location: Location) -> Mapping[str, object]:
    if isinstance(location, SourceLocation):
        region = location.region
        return {"path": location.path, "start": _position(region.start), "end": _position(region.end)}
    if location.key:
        return {"key": location.key}
    line = {} if location.line is None else {"line": location.line}
    return {"layer": location.layer, "path": location.path or None, **line}


def _position(position: Position) -> Mapping[str, int]:
    return {"line": position.line, "column": position.column}
