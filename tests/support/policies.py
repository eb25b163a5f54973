"""JSON files as their rules see them, and what a rule says of one."""

from __future__ import annotations

import json
from typing import Any

from support.linting import Found, packs, shown

from lambda_lint import Deployment
from lambda_lint.engine import check_json
from lambda_lint.json_document import JsonDocument, parse_json

NOBODY_SAID = Deployment()


def document(content: Any) -> JsonDocument:
    """A file with one member a line."""
    return parse_json(json.dumps(content, indent=1).encode(), "policy.json")


def found(rule: str, content: Any, deployment: Deployment = NOBODY_SAID) -> list[tuple[str, str, str]]:
    """What the rule says: severity, message, and what the file holds at the place."""
    subject = document(content)
    outcome = check_json(subject, packs(rule), deployment)
    assert outcome.failures == ()
    return [
        (str(finding.severity), finding.problem.message, _place(shown((finding,), subject.source)))
        for finding in outcome.findings
    ]


def _place(places: list[Found]) -> str:
    return places[0].place.partition(": ")[2]
