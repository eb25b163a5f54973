"""`user-switch`: Lambda's user cannot become another."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "none": (python(), []),
    "gosu": (
        python({"/usr/sbin/gosu": programs.program()}, entrypoint=["gosu", "nobody", "python", "-m", "awslambdaric"]),
        [("warning", "/usr/sbin/gosu is to change the user, which the user of Lambda may not do", "config.Entrypoint")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("user-switch", description) == expected
