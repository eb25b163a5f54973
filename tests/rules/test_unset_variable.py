"""`unset-variable`: what a start script cannot do without."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import symlink
from support.starting import found

BASE = {
    "/bin/bash": programs.program(),
    "/bin/mkdir": programs.program(),
    "/bin/sh": symlink("bash"),
    "/main": programs.program(programs.GO),
}


def script(text: str, **more: Any) -> dict[str, Any]:
    return {
        "files": {**BASE, "/entry.sh": programs.script(f"#!/bin/sh\n{text}\nexec /main\n")},
        "entrypoint": ["/entry.sh"],
        **more,
    }


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        (': "${STAGE:?}"', "STAGE", 2),
        ("set -u\necho $STAGE", "STAGE", 3),
        ('if [ -z "$STAGE" ]; then exit 1; fi', "STAGE", 2),
        ('[ -n "${STAGE:-}" ] || exit 1', "STAGE", 2),
        ('set -e\nmkdir -p "$HOME/.cache"', "HOME", 3),
    ],
)
def test_a_variable_that_only_the_function_can_set(text: str, name: str, line: int) -> None:
    message = f"/entry.sh ends at line {line} unless the function sets {name}"
    assert found("unset-variable", script(text)) == [("warning", message, "/entry.sh")]


@pytest.mark.parametrize("text", [': "${STAGE:?}"', 'if [ -z "$STAGE" ]; then exit 1; fi'])
def test_nothing_else_is_said_of_it(text: str) -> None:
    assert found("missing-runtime-client", script(text)) == []


@pytest.mark.parametrize(
    "text", ['echo "$STAGE"', "set -u\necho ${STAGE:-dev}", 'echo "${AWS_REGION:?}"', "(: ${STAGE:?})", "exec /main"]
)
def test_what_has_a_value_or_needs_none(text: str) -> None:
    assert found("unset-variable", script(text)) == []


def test_a_variable_of_the_image() -> None:
    assert found("unset-variable", script(': "${STAGE:?}"', env={"STAGE": "dev"})) == []
