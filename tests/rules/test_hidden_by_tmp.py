"""`hidden-by-tmp`: Lambda mounts an empty /tmp."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import symlink
from support.starting import found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "an entrypoint": (
        {"files": {"/tmp/main": programs.program(programs.GO)}, "entrypoint": ["/tmp/main"]},
        [
            (
                "error",
                "/tmp/main (the program that is started) lies under /tmp, where Lambda mounts an empty folder",
                "/tmp/main",
            )
        ],
    ),
    "an interpreter behind a link": (
        {"files": {"/tmp/main": programs.program(programs.GO), "/main": symlink("/tmp/main")}, "entrypoint": ["/main"]},
        [
            (
                "error",
                "/tmp/main (the program that is started) lies under /tmp, where Lambda mounts an empty folder",
                "/tmp/main",
            )
        ],
    ),
    "a variable": (
        python(
            {"/tmp/models/a.bin": "x"}, env={"MODELS": "/tmp/models", "CACHE": "/tmp/cache", "PATH": "/usr/local/bin"}
        ),
        [("warning", "MODELS names /tmp/models, which is in the image and not on Lambda", "config.Env[MODELS]")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("hidden-by-tmp", description) == expected
