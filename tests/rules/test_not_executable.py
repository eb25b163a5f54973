"""`not-executable`: programs need their execute bits."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import found, program, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a good function": (python(), []),
    "an entrypoint": (
        program(programs.program(programs.GO, mode=0o644)),
        [("error", "/main is started as a program but is not executable (mode 644)", "/main")],
    ),
    "a program that a script starts": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/entry.sh": programs.script("#!/bin/sh\nexec /main\n"),
                "/main": programs.program(programs.GO, mode=0o600),
            },
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/main is started as a program but is not executable (mode 600)", "/main")],
    ),
    "a program that the loader maps needs none": (
        {
            "files": {
                programs.LOADERS["amd64"]: programs.program(),
                "/main": programs.program(programs.GO, mode=0o644),
            },
            "entrypoint": [programs.LOADERS["amd64"], "--library-path", "/lib", "/main"],
        },
        [],
    ),
    "a script that is given to an interpreter needs none": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/entry.sh": programs.script("exec /main", mode=0o644),
                "/main": programs.program(programs.GO),
            },
            "entrypoint": ["/bin/sh", "/entry.sh"],
        },
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("not-executable", description) == expected
