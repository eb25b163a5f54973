"""`large-image-settings`: how much ENTRYPOINT, CMD, WORKDIR and ENV take."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image
from support.linting import Found, lint_image, shown

from lambda_lint import Deployment

RULE = "large-image-settings"
KIB = 1024


def long(count: int) -> str:
    return "x" * count


@pytest.mark.parametrize(
    "description",
    [
        pytest.param({}, id="none"),
        pytest.param({"env": {"A": long(11 * KIB)}, "command": ["app.handler"]}, id="much, but not near"),
        pytest.param({"env": {"A": long(12 * KIB - len('"A="'))}}, id="12 KB"),
        pytest.param({"labels": {"a": long(20 * KIB)}}, id="labels do not count"),
    ],
)
def test_silent(description: dict[str, Any]) -> None:
    assert lint_image(image({"a": "x"}, **description), RULE) == ()


@pytest.mark.parametrize(
    ("description", "expected", "message"),
    [
        pytest.param(
            {"env": {"A": long(12 * KIB), "B": "x"}, "workdir": "/srv"},
            Found("note", "config.Env[A]"),
            "12,303 bytes of settings, of which `A` has 12,292; Lambda's limit is 16,384 bytes",
            id="near",
        ),
        pytest.param(
            {"env": {"A": long(16 * KIB)}},
            Found("warning", "config.Env[A]"),
            "16,388 bytes of settings, of which `A` has 16,388; Lambda's limit is 16,384 bytes",
            id="above",
        ),
        pytest.param(
            {"env": {"A": long(5 * KIB)}, "entrypoint": ["/a", "é" * 4 * KIB]},
            Found("note", "config.Entrypoint"),
            "13,326 bytes of settings, of which ENTRYPOINT has 8,202; Lambda's limit is 16,384 bytes",
            id="bytes, not characters",
        ),
    ],
)
def test_firing(description: dict[str, Any], expected: Found, message: str) -> None:
    findings = lint_image(image({"a": "x"}, **description), RULE)
    assert shown(findings) == [expected]
    assert findings[0].problem.message == message


def test_what_the_function_replaces_counts() -> None:
    subject = image({"a": "x"}, command=[long(20 * KIB)])
    assert lint_image(subject, RULE, Deployment(command=("app.handler",))) == ()
