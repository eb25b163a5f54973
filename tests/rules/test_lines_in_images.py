"""The line of a file in the image, where a rule knows it."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import APP, lines, node, python


def script(text: str) -> dict[str, Any]:
    """A function that a shell script starts, with `text` as the third line."""
    body = programs.script(f'#!/bin/sh\nset -e\n{text}\nexec python -m awslambdaric "$@"\n')
    return python({"/bin/sh": programs.program(), "/run.sh": body}, entrypoint=["/run.sh"])


CASES: dict[str, tuple[str, dict[str, Any], list[int | None]]] = {
    "an import": ("missing-module", python({"/function/app.py": f"import os\n\nimport requests\n{APP}"}), [3]),
    "one of several": ("missing-module", python({"/function/app.py": f"import os\nimport re, requests\n{APP}"}), [2]),
    "an import in a block": (
        "missing-module",
        python({"/function/app.py": f"import sys\nif sys.version_info > (3, 8):\n    import requests\n{APP}"}),
        [3],
    ),
    "an import of a module of its own": (
        "missing-module",
        python({"/function/app.py": f"import own\n{APP}", "/function/own.py": "\n\n\nimport requests\n"}),
        [4],
    ),
    "a name": ("missing-module", python({"/function/app.py": f"X = (\n    1,\n    logging,\n)\n{APP}"}), [3]),
    "a file": ("missing-file", python({"/function/app.py": f"\nopen('/function/a.json')\n{APP}"}), [2]),
    "a write": ("write-outside-tmp", python({"/function/app.py": f"\nopen('/function/a', 'w')\n{APP}"}), [2]),
    "a require": (
        "missing-module",
        node({"/function/index.js": "'use strict'\nrequire('express')\nexports.handler = async () => 1\n"}),
        [2],
    ),
    "a script that ends": ("write-outside-tmp", script("echo 1 > /function/a"), [3]),
    "a program that a script starts": ("entrypoint-not-found", script("exec gunicorn app:app"), [3]),
    "a program that a script starts by another shell": (
        "entrypoint-not-found",
        script("exec sh -c 'exec gunicorn app:app'"),
        [3],
    ),
    "a setting": ("entrypoint-not-found", python(entrypoint=["gunicorn"]), [None]),
}


@pytest.mark.parametrize(("rule", "description", "expected"), CASES.values(), ids=CASES)
def test_the_line(rule: str, description: dict[str, Any], expected: list[int | None]) -> None:
    assert lines(rule, description) == expected
