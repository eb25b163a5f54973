"""`malformed-handler`: names that no client can take apart."""

from __future__ import annotations

from typing import Any

import pytest
from support.starting import found, node, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "python without a dot": (
        python(command=["app"]),
        [
            (
                "error",
                "app is no handler's name for awslambdaric "
                "(Runtime.MalformedHandlerName: Bad handler 'app': not enough values to unpack)",
                "config.Cmd",
            )
        ],
    ),
    "python with ./": (
        python(command=["./app.handler"]),
        [("error", "./app.handler is no handler's name for awslambdaric (Runtime.ImportModuleError)", "config.Cmd")],
    ),
    "node without a dot": (
        node(command=["index"]),
        [
            (
                "error",
                "index is no handler's name for aws-lambda-ric (Runtime.MalformedHandlerName: Bad handler)",
                "config.Cmd",
            )
        ],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("malformed-handler", description) == expected
