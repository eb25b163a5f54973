"""The outcome of a run: findings, failures, and the exit status that follows from them alone."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from lambda_lint.location import Location
from lambda_lint.rule import Problem, Rule, Severity
from lambda_lint.values import Value


class Finding(Value):
    """A problem under the name of its rule. Made by the engine only.

    `evidence` is one line on what is to be seen at a place in an image or in the settings; "" where that is in the
    target's own text, or nothing.
    """

    rule: Rule
    severity: Severity
    problem: Problem
    evidence: str = ""


class Failure(Value):
    """Something that kept the linter from finishing: one line, and the rule that crashed, if it was one."""

    message: str
    rule: str = ""


class Suppressed(Value):
    """A finding that does not count because somebody said so: `by` is where, `reason` their own words, "" for none.

    `by` lies in the Dockerfile itself, or is an entry of the settings (key `settings.ignores[0]`).
    """

    finding: Finding
    reason: str
    by: Location


class SubjectKind(enum.Enum):
    """What a target turned out to be."""

    DOCKERFILE = "dockerfile"
    IMAGE = "image"
    JSON = "json"


class TargetReport(Value, eq=False):
    """All about one target.

    `source` is the text of a Dockerfile or a JSON file, "" for an image. `skipped` is the reason why a Dockerfile was
    not linted, "" when it was. `facts` is JSON-ready and documented in README. `kind` is None when the target could not
    be read at all. `fail_on` is the severity from which findings of this target fail the run, None for never.
    `settings` is the configuration file that applied, "" for none. `suppressed` are findings that do not count, in
    their order.
    """

    target: str
    kind: SubjectKind | None
    facts: Mapping[str, object] = MappingProxyType({})
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    source: str = ""
    skipped: str = ""
    fail_on: Severity | None = Severity.ERROR
    settings: str = ""
    suppressed: tuple[Suppressed, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether its findings fail the run."""
        return self.fail_on is not None and any(finding.severity >= self.fail_on for finding in self.findings)


class Share(Value):
    """One of several runs that lint a list together: the `number`-th of so `many`. `listed` are the targets of all."""

    number: int
    many: int
    listed: tuple[str, ...]


class Report(Value, eq=False):
    """A whole run. `rules` are those that were run, so that a reader sees what a silence means.

    `share` tells of what the run is a part, None for one that lints all there is.
    """

    targets: tuple[TargetReport, ...]
    rules: tuple[Rule, ...]
    share: Share | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all targets, in order."""
        return tuple(finding for target in self.targets for finding in target.findings)

    @property
    def suppressed(self) -> tuple[Suppressed, ...]:
        """Of all targets, in order."""
        return tuple(item for target in self.targets for item in target.suppressed)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Of all targets, in order."""
        return tuple(failure for target in self.targets for failure in target.failures)


def exit_status(report: Report) -> int:
    """0 clean, 1 findings at or above their target's `fail_on`, 3 anything that could not be read or crashed.

    3 wins over 1: a run that did not finish must not look like an ordinary red one.
    """
    if report.failures:
        return 3
    return 1 if any(target.failed for target in report.targets) else 0
