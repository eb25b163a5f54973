"""`incomplete-history`: an entry for each layer, or none at all."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image
from support.linting import Found, lint_image, shown

RULE = "incomplete-history"
TWO = [{"/a": "1"}, {"/b": "2"}]
COPY, ENV = {"created_by": "COPY"}, {"created_by": "ENV", "empty_layer": True}


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([COPY, COPY], []),
        ([ENV, COPY, ENV, COPY, ENV], []),
        ([], []),
        ([COPY], [Found("note", "config.history")]),
        ([ENV], [Found("note", "config.history")]),
        ([COPY, COPY, COPY], [Found("note", "config.history")]),
    ],
)
def test_images(history: list[dict[str, Any]], expected: list[Found]) -> None:
    assert shown(lint_image(image(layers=TWO, history=history), RULE)) == expected
