"""`missing-library`: what a dynamic program needs."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import file
from support.starting import found, program

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a static program": (program(programs.program(programs.GO)), []),
    "a loader that is not there": (
        program(file(programs.elf(programs.GO, loader="/lib64/ld-linux-x86-64.so.2"), mode=0o755)),
        [("error", "/main needs the dynamic loader /lib64/ld-linux-x86-64.so.2, which is not in the image", "/main")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("missing-library", description) == expected
