"""Troubles of a plan as the problems that a rule yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambda_lint import Deployment, Dockerfile, Image, Problem
from lambda_lint_rules._start.files import at_line
from lambda_lint_rules._start.model import StartPlan
from lambda_lint_rules._start.plan import plan


def reported(found: StartPlan, rule: str) -> Iterator[Problem]:
    """The troubles that are filed under a rule's name, each once."""
    seen: set[str] = set()
    for trouble in found.troubles:
        if trouble.rule == rule and trouble.message not in seen:
            seen.add(trouble.message)
            place = at_line(trouble.location, trouble.line)
            yield Problem(trouble.message, place, trouble.fix, trouble.severity, trouble.related)


def troubles_of(rule: str) -> Callable[[Image | Dockerfile, Deployment], Iterator[Problem]]:
    """A rule's check of an image or a Dockerfile that consists of the start plan's troubles under its name."""

    def check(subject: Image | Dockerfile, deployment: Deployment) -> Iterator[Problem]:
        yield from reported(plan(subject, deployment), rule)

    return check
