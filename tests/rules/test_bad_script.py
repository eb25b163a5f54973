"""`bad-script`: what the kernel reads of a script's first line."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import found

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a good script": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/main": programs.program(programs.GO),
                "/entry.sh": programs.script("#!/bin/sh\nexec /main\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "Windows line endings": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("#!/bin/sh\r\nexec x\r\n")},
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/entry.sh has Windows line endings, so its interpreter is not found", "/entry.sh")],
    ),
    "Windows line endings behind a good first line": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("#!/bin/sh\nset -e\r\nexec x\r\n")},
            "entrypoint": ["/entry.sh"],
        },
        [
            (
                "error",
                "/entry.sh has Windows line endings, so the shell takes a carriage return for part of its commands",
                "/entry.sh",
            )
        ],
    ),
    "a missing interpreter": (
        {"files": {"/entry.sh": programs.script("#!/bin/bash\nexec x\n")}, "entrypoint": ["/entry.sh"]},
        [("error", "/entry.sh names an interpreter that is not in the image: /bin/bash", "/entry.sh")],
    ),
    "no first line": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("exec x\n")},
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/entry.sh has no #! line, so Lambda cannot execute it (exec format error)", "/entry.sh")],
    ),
    "a byte order mark": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("\ufeff#!/bin/sh\n")},
            "entrypoint": ["/entry.sh"],
        },
        [
            (
                "error",
                "/entry.sh starts with a byte order mark, so Lambda cannot execute it (exec format error)",
                "/entry.sh",
            )
        ],
    ),
    "an empty file": (
        {"files": {"/entry.sh": programs.script("")}, "entrypoint": ["/entry.sh"]},
        [("error", "/entry.sh is empty, so Lambda cannot execute it (exec format error)", "/entry.sh")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("bad-script", description) == expected
