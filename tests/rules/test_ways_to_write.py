"""The examples on the rules' pages give the same findings at the same words, however the Dockerfile is written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from support.linting import lint, packs

from lambda_lint import Deployment
from lambda_lint.location import SourceLocation

TODAY = Deployment(on=date(2026, 11, 23))
KEYWORD = re.compile(r"^(FROM|RUN|CMD|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|LABEL)\b", re.MULTILINE)
# Without here-documents: their lines belong to somebody else, and a carriage return in a script counts.
EXAMPLES = [
    text
    for pack in packs()
    for rule in pack.rules
    for text in re.findall(r"```dockerfile\n(.*?)```", rule.docs, re.DOTALL)
    if "<<" not in text and not text.startswith("#")
]

WAYS: dict[str, tuple[Callable[[str], str], int]] = {
    "Windows line endings": (lambda text: text.replace("\n", "\r\n"), 0),
    "lower-case instructions": (lambda text: KEYWORD.sub(lambda keyword: keyword[1].lower(), text), 0),
    "no newline at the end": (lambda text: text.rstrip("\n"), 0),
    "below a comment and an argument": (lambda text: f"# built nightly\n\nARG UNUSED=1\n{text}", 3),
    "below a stage that nobody uses": (lambda text: f"FROM scratch AS other\nCOPY x /x\n{text}", 2),
}


def places(text: str, shift: int = 0) -> list[tuple[str, str, int, int, int, int]]:
    """What is found, with its message and its region moved up by some lines."""
    found = []
    for finding in lint(text, deployment=TODAY):
        location = finding.problem.location
        assert isinstance(location, SourceLocation)
        start, end = location.region.start, location.region.end
        place = (start.line - shift, start.column, end.line - shift, end.column)
        found.append((finding.rule.name, finding.problem.message, *place))
    return found


@pytest.mark.parametrize(("rewrite", "shift"), WAYS.values(), ids=WAYS)
def test_findings_stay_where_they_are(rewrite: Callable[[str], str], shift: int) -> None:
    assert len(EXAMPLES) > 100
    changed = [text for text in EXAMPLES if places(rewrite(text), shift) != places(text)]
    assert changed == []
