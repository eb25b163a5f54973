"""`inert-privilege`: Lambda's mount knows neither set-user-ID bits nor device nodes."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import device, file
from support.starting import found, program, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "nothing of the kind": (python(), []),
    "a base image's own programs": (python({"/usr/bin/passwd": file("x", 0o4755)}), []),
    "a set-user-ID program that is started": (
        program(programs.program(programs.GO, mode=0o4755)),
        [
            (
                "note",
                "the set-user-ID bit of /main has no effect, so it runs as Lambda's own user",
                "/main",
            )
        ],
    ),
    "a set-group-ID program that is started": (
        program(programs.program(programs.GO, mode=0o2755)),
        [
            (
                "note",
                "the set-group-ID bit of /main has no effect, so it runs as Lambda's own user",
                "/main",
            )
        ],
    ),
    "sudo, of which a warning tells": (
        python(
            {"/usr/bin/sudo": programs.program(programs.GO, mode=0o4755)},
            entrypoint=["sudo", "python", "-m", "awslambdaric"],
        ),
        [],
    ),
    "devices in their folder": (python({"/dev/null": device(), "/dev/sda": device(block=True)}), []),
    "devices elsewhere": (
        python({"/jail/dev/null": device(), "/disk": device(block=True)}),
        [
            ("note", "the device node /disk cannot be opened on Lambda", "/disk"),
            ("note", "the device node /jail/dev/null cannot be opened on Lambda", "/jail/dev/null"),
        ],
    ),
    "a device that a later layer replaces": (
        {"layers": [{"/x": device()}, {"/x": "file"}], "entrypoint": ["/x"]},
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("inert-privilege", description) == expected
