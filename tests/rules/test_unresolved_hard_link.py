"""`unresolved-hard-link`: hard links to what is not ahead of them in their layer."""

from __future__ import annotations

import pytest
from support.images import Files, hard_link, image, symlink
from support.linting import lint_image

RULE = "unresolved-hard-link"


def found(*layers: Files) -> list[tuple[str, str, str]]:
    return [
        (str(item.severity), f"{item.problem.location.layer} {item.problem.location.path}", item.problem.message)
        for item in lint_image(image(layers=layers), RULE)
    ]


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([{"a": "x", "b": "x"}], id="no link"),
        pytest.param([{"bin/a": "x", "lib/b": hard_link("bin/a")}], id="to a file before it"),
        pytest.param([{"a": "x", "b": hard_link("a"), "c": hard_link("b")}], id="to a link before it"),
        pytest.param([{"a": symlink("x"), "b": hard_link("a")}], id="to a symbolic link"),
        pytest.param([{"a": "x"}, {"a": "y", "b": hard_link("/a")}], id="to its own layer's file"),
    ],
)
def test_silent(layers: list[Files]) -> None:
    assert found(*layers) == []


@pytest.mark.parametrize(
    ("layers", "place", "message"),
    [
        pytest.param(
            [{"bin/a": "x"}, {"bin/b": hard_link("bin/a")}],
            "1 /bin/b",
            "a hard link to `/bin/a`, which is not ahead of it in layer 2",
            id="to a lower layer",
        ),
        pytest.param(
            [{"b": hard_link("a"), "c": hard_link("a"), "a": "x"}],
            "0 /b",
            "a hard link to `/a`, which is not ahead of it in layer 1, and 1 more like it",
            id="to a file after it",
        ),
        pytest.param(
            [{"d/x": "x", "b": hard_link("d")}],
            "0 /b",
            "a hard link to `/d`, which is not ahead of it in layer 1",
            id="to a directory",
        ),
    ],
)
def test_firing(layers: list[Files], place: str, message: str) -> None:
    assert found(*layers) == [("warning", place, message)]
