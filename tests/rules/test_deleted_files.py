"""`deleted-files`: what a later layer hides."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import Files, directory, image, nothing
from support.linting import lint_image

RULE = "deleted-files"
HALF = bytes(32 << 20)
PLAIN: dict[str, Any] = {"compression": "none", "wanted": nothing}
HISTORY = [{"created_by": f"RUN /bin/sh -c step {number} # buildkit"} for number in range(3)]


def found(*layers: Files) -> list[tuple[str, str]]:
    findings = lint_image(image(layers=layers, history=HISTORY[: len(layers)], **PLAIN), RULE)
    assert all(str(finding.severity) == "note" for finding in findings)
    return [(f"layer {finding.problem.location.layer}", finding.problem.message) for finding in findings]


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([{"a": HALF, "b": HALF}], id="one layer"),
        pytest.param([{"a": HALF}, {".wh.a": ""}], id="not much"),
        pytest.param([{"a": HALF, "b": HALF}, {"a": HALF, "b": HALF}], id="stored again"),
        pytest.param([{"a": bytes(8191), "b": HALF}, {".wh.a": "", ".wh.b": ""}], id="small files"),
    ],
)
def test_silent(layers: list[Files]) -> None:
    assert found(*layers) == []


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({".wh.opt": ""}, id="a folder deleted"),
        pytest.param({"opt/.wh.a": "", "opt/.wh.b": ""}, id="each deleted"),
        pytest.param({"opt/.wh..wh..opq": ""}, id="a folder replaced"),
        pytest.param({"opt": directory(), "opt/a": directory(), "opt/b": directory()}, id="folders of their names"),
    ],
)
def test_firing(second: Files) -> None:
    assert found({"opt/a": HALF, "opt/b": HALF + b"x"}, second) == [
        (
            "layer 0",
            "64 MiB of files are deleted by a later layer and still count, the most of them in layer 1 with 64 MiB,"
            " made by RUN step 0; the largest is `/opt/b` with 32 MiB",
        )
    ]


def test_layers_add_up_and_the_largest_comes_first() -> None:
    layers = [{"a": HALF}, {"b": HALF + HALF}, {".wh.a": "", ".wh.b": ""}]
    (finding,) = lint_image(image(layers=layers, history=HISTORY, **PLAIN), RULE)
    assert finding.problem.message.startswith("96 MiB of files are deleted")
    assert finding.problem.location.layer == 1
    assert [(why, place.layer) for why, place in finding.problem.related] == [
        ("layer 1 with 32 MiB, made by RUN step 0", 0)
    ]
