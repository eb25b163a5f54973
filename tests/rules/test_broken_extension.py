"""`broken-extension`: Lambda starts every file in /opt/extensions."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import directory, symlink
from support.starting import found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "none": (python(), []),
    "good": (python({"/opt/extensions/a": programs.program(), "/opt/extensions/lib/README": ""}), []),
    "a folder that its user may not enter": (
        python({"/opt/extensions": directory(0o700), "/opt/extensions/a": programs.program()}),
        [],
    ),
    "a file that is none": (
        python({"/opt/extensions/README.md": "hello"}),
        [
            (
                "error",
                "Lambda starts what is in /opt/extensions: "
                "/opt/extensions/README.md is started as a program but is not executable (mode 644)",
                "/opt/extensions/README.md",
            )
        ],
    ),
    "for another machine": (
        python({"/opt/extensions/a": programs.program(architecture="arm64")}),
        [
            (
                "error",
                "Lambda starts what is in /opt/extensions: "
                "/opt/extensions/a is built for arm64, and the image says amd64 (exec format error)",
                "/opt/extensions/a",
            )
        ],
    ),
    "a link to nothing": (
        python({"/opt/extensions/a": symlink("/nowhere")}),
        [("error", "/opt/extensions/a leads nowhere, and Lambda starts it as an extension", "/opt/extensions/a")],
    ),
    "only its owner may start it": (
        python({"/opt/extensions/a": programs.program(mode=0o700)}),
        [("error", "the user of Lambda may not execute the extension /opt/extensions/a", "/opt/extensions/a")],
    ),
    "too many": (
        python({f"/opt/extensions/{number}": programs.program() for number in range(11)}),
        [("error", "there are 11 extensions in /opt/extensions, and Lambda starts 10 at most", "/opt/extensions")],
    ),
    "switched off": (python({"/opt/extensions/a": "", "/opt/disable-extensions-jwigqn8j": ""}), []),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("broken-extension", description) == expected
