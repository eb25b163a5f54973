"""`hidden-by-mount`: Lambda mounts an empty /tmp, and more."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import device, directory, symlink
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
    "the place of Lambda's own program": (
        {"files": {"/var/rapid/init": programs.program(programs.GO)}, "entrypoint": ["/var/rapid/init"]},
        [
            (
                "warning",
                "/var/rapid/init (the program that is started) lies under /var/rapid, where Lambda mounts a folder of"
                " its own",
                "/var/rapid/init",
            )
        ],
    ),
    "a device that every image may name": (
        python({"/dev/null": device(), "/tmp": directory(0o1777)}, env={"LOG": "/dev/null", "TMPDIR": "/tmp"}),
        [],
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
    assert found("hidden-by-mount", description) == expected
