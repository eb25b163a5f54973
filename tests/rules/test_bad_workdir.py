"""`bad-workdir`: Lambda enters the working directory before anything else."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import directory
from support.starting import found, program, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "empty": (program(programs.program(programs.GO)), []),
    "relative": (
        python(workdir="function"),
        [("error", "the working directory function is not an absolute path", "config.WorkingDir")],
    ),
    "not there": (
        python(workdir="/nowhere"),
        [("error", "the working directory /nowhere is not in the image", "config.WorkingDir")],
    ),
    "a file": (
        python(workdir="/function/app.py"),
        [("error", "the working directory /function/app.py is a file", "config.WorkingDir")],
    ),
    "closed": (
        python({"/function": directory(mode=0o700)}),
        [("error", "the user of Lambda cannot enter the working directory /function (mode 0700)", "config.WorkingDir")],
    ),
    "under /tmp": (
        python({"/tmp/work": directory()}, workdir="/tmp/work"),
        [
            (
                "error",
                "the working directory /tmp/work lies under /tmp, where Lambda mounts an empty folder",
                "config.WorkingDir",
            )
        ],
    ),
    "/tmp itself": (program(programs.program(programs.GO), workdir="/tmp"), []),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("bad-workdir", description) == expected
