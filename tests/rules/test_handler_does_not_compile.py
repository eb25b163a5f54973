"""`handler-does-not-compile`: Python that Python refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "a missing colon": (
        {
            **python({"/function/app.py": "def handler(event, context)\n    pass\n"}),
            "files": {
                **programs.python("3.9"),
                **programs.awslambdaric("/usr/local/lib/python3.9/site-packages", "cpython-39-x86_64-linux-gnu"),
                "/function/app.py": "def handler(event, context)\n    pass\n",
            },
        },
        [("error", "/function/app.py does not compile: expected ':', line 1", "/function/app.py")],
    ),
    "a newer Python than ours may know more": (
        {
            **python(),
            "files": {
                **programs.python("3.99"),
                **programs.awslambdaric("/usr/local/lib/python3.99/site-packages", "cpython-399-x86_64-linux-gnu"),
                "/function/app.py": "def handler(event, context)\n    pass\n",
            },
        },
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("handler-does-not-compile", description) == expected
