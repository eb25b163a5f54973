"""Troubles of a plan as the problems that a rule yields."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Problem
from lambda_lint_rules._start.model import StartPlan


def reported(plan: StartPlan, rule: str) -> Iterator[Problem]:
    """The troubles that are filed under a rule's name, each once."""
    seen: set[str] = set()
    for trouble in plan.troubles:
        if trouble.rule == rule and trouble.message not in seen:
            seen.add(trouble.message)
            yield Problem(trouble.message, trouble.location, trouble.fix, trouble.severity)
