"""`wrong-architecture-binary`: the machine that an executable is for."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import found, program

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "the same": (program(programs.program(programs.GO, architecture="arm64"), architecture="arm64"), []),
    "the other": (
        program(programs.program(programs.GO, architecture="arm64")),
        [("error", "/main is built for arm64, and the image says amd64 (exec format error)", "/main")],
    ),
    "32 bits of the same family": (
        program(programs.program(programs.GO, architecture="386")),
        [("warning", "/main is a 32-bit program (386), and Lambda says nothing of running those", "/main")],
    ),
    "an architecture that Lambda does not have is another rule's": (
        program(programs.program(programs.GO, architecture="386"), architecture="386"),
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("wrong-architecture-binary", description) == expected
