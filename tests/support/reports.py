"""Reports made by hand, for the tests of reporters."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Dockerfile
from lambda_lint.location import ImageLocation, Location, Position, Region, SourceLocation
from lambda_lint.report import Failure, Finding, Report, SubjectKind, Suppressed, TargetReport
from lambda_lint.rule import Problem, Rule, Severity


def _silent(_dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    return iter(())


def rule(name: str = "bad-thing", severity: Severity = Severity.ERROR) -> Rule:
    """A rule that finds nothing; its page has a title and a reason."""
    return Rule(name, severity, "0.1.0", f"Title of {name}.\n\nWhy it\nmatters.\n\n## Bad\n", check_dockerfile=_silent)


def line(number: int, start: int = 1, end: int = 2, path: str = "app/Dockerfile") -> SourceLocation:
    """Columns `start` up to `end` of a line."""
    return SourceLocation(path, Region(Position(number, start), Position(number, end)))


def finding(
    message: str = "it is bad",
    location: Location | None = None,
    *,
    name: str = "bad-thing",
    severity: Severity = Severity.ERROR,
    fix: str = "",
    evidence: str = "",
    related: tuple[tuple[str, Location], ...] = (),
) -> Finding:
    """A finding, on line 2 of a Dockerfile where nothing else is said."""
    return Finding(
        rule(name, severity), severity, Problem(message, location or line(2), fix, related=related), evidence
    )


SOURCE = "FROM base\nCMD app.handler\nRUN a \\\n    b\n"


def dockerfile(*findings: Finding, target: str = "app/Dockerfile", source: str = SOURCE) -> TargetReport:
    """A Dockerfile with these findings."""
    return TargetReport(target, SubjectKind.DOCKERFILE, {}, findings, (), source)


FACTS = {
    "reference": "app:1",
    "digest": "sha256:" + "1" * 64,
    "os": "linux",
    "architecture": "arm64",
    "variant": None,
    "entrypoint": ["/entry"],
    "command": ["app.handler"],
    "workdir": "/srv",
    "user": None,
    "uncompressed_size": 3 << 30,
    "layers": [
        {
            "index": 0,
            "digest": "sha256:" + "2" * 64,
            "diff_id": "sha256:" + "3" * 64,
            "media_type": None,
            "compression": "gzip",
            "compressed_size": 1000,
            "size": 3 << 30,
            "file_size": 2 << 30,
            "entries": 3,
            "created_by": "COPY . /srv",
        }
    ],
    "base": "Some base 3",
    "size_limit": 10 << 30,
    "runtime_client": {"name": "client", "version": "3.1"},
    "handler": "app.handler",
}


def image(
    *findings: Finding, target: str = "app:1", failures: tuple[Failure, ...] = (), **facts: object
) -> TargetReport:
    """An image with these findings and facts."""
    return TargetReport(target, SubjectKind.IMAGE, {**FACTS, **facts}, findings, failures)


def report(*targets: TargetReport) -> Report:
    """A run over these targets, with the rules of their findings and one that found nothing."""
    found = [item for target in targets for item in (*target.findings, *(each.finding for each in target.suppressed))]
    rules = {item.rule.name: item.rule for item in found}
    return Report(targets, (*rules.values(), rule("silent-one", Severity.NOTE)))


__all__ = [
    "FACTS",
    "SOURCE",
    "Failure",
    "ImageLocation",
    "Severity",
    "SubjectKind",
    "Suppressed",
    "TargetReport",
    "dockerfile",
    "finding",
    "image",
    "line",
    "report",
    "rule",
]
