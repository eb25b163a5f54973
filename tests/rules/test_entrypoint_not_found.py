"""`entrypoint-not-found`: what is started has to be there."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import APP, aws, found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a good function": (python(), []),
    "an absolute path that is not there": (
        {"files": {"/a": ""}, "entrypoint": ["/main"]},
        [("error", "the program to start, /main, is not in the image", "config.Entrypoint")],
    ),
    "a name on no folder of PATH": (
        {"files": {"/main": programs.program()}, "command": ["main"]},
        [("error", "the program to start, main, is on no folder of PATH in the image", "config.Cmd")],
    ),
    "a directory": (
        {"files": {"/main/file": ""}, "entrypoint": ["/main"]},
        [("error", "the program to start, /main, is a directory", "/main")],
    ),
    "a script that Python is to run": (
        {"files": programs.python(), "entrypoint": ["python", "/function/main.py"]},
        [
            (
                "error",
                "/usr/local/bin/python is to run /function/main.py, which is not in the image",
                "config.Entrypoint",
            )
        ],
    ),
    "a program that a script starts": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script('#!/bin/sh\nexec /nowhere "$@"\n')},
            "entrypoint": ["/entry.sh"],
        },
        [("error", "the program to start, /nowhere, is not in the image", "/entry.sh")],
    ),
    "a program that a script may start": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/entry.sh": programs.script("#!/bin/sh\nif strange; then exec /nowhere; fi\nexec /main\n"),
                "/main": programs.program(programs.GO),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "a wrapper that an AWS base is to start": (
        aws({"/var/task/app.py": APP}, env={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}),
        [
            (
                "error",
                "AWS_LAMBDA_EXEC_WRAPPER names /opt/bootstrap, which is not in the image, "
                "and /var/runtime/bootstrap starts it",
                "/lambda-entrypoint.sh",
            )
        ],
    ),
    "nothing to start is another rule's": ({"files": {"/a": ""}}, []),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("entrypoint-not-found", description) == expected
