"""`user-switch`: Lambda's user cannot become another."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.linting import Found, lint, shown
from support.starting import found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "none": (python(), []),
    "gosu": (
        python({"/usr/sbin/gosu": programs.program()}, entrypoint=["gosu", "nobody", "python", "-m", "awslambdaric"]),
        [("warning", "/usr/sbin/gosu is to change the user, which the user of Lambda may not do", "config.Entrypoint")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("user-switch", description) == expected


def test_a_dockerfile_tells_by_the_name_of_what_it_starts() -> None:
    words = '["/usr/sbin/gosu", "app", "python", "-m", "awslambdaric"]'
    text = f"FROM python:3.13\nENTRYPOINT {words}\n"
    assert shown(lint(text, "user-switch"), text) == [Found("warning", f"2: ENTRYPOINT {words}")]
    assert lint('FROM python:3.13\nENTRYPOINT ["python", "-m", "gosu"]\n', "user-switch") == ()
    assert lint(f"FROM acme/base:1\nCMD {words}\n", "user-switch") == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('["su", "-c", "python -m awslambdaric", "app"]', True),
        ('["/sbin/runuser", "-u", "app", "--", "python", "-m", "awslambdaric"]', True),
        ('["setpriv", "--reuid=app", "python", "-m", "awslambdaric"]', True),
        ('["setpriv", "--no-new-privs", "python", "-m", "awslambdaric"]', False),
    ],
)
def test_other_ways_in_a_dockerfile(words: str, told: bool) -> None:
    text = f"FROM python:3.13\nENTRYPOINT {words}\n"
    assert [str(finding.severity) for finding in lint(text, "user-switch")] == ["warning"] * told
