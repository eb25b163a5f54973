"""`replaced-files`: what several layers hold."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import Files, file, image, nothing
from support.linting import lint_image

RULE = "replaced-files"
HALF = bytes(32 << 20)
PLAIN: dict[str, Any] = {"compression": "none", "wanted": nothing}


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([{"a": HALF, "b": HALF}], id="one layer"),
        pytest.param([{"a": HALF}, {"a": HALF}], id="not much"),
        pytest.param([{"a": HALF, "b": HALF}, {".wh.a": "", ".wh.b": ""}], id="deleted"),
        pytest.param([{"a": HALF, "b": HALF}, {"c/a": HALF, "c/b": HALF}], id="in another folder"),
    ],
)
def test_silent(layers: list[Files]) -> None:
    assert lint_image(image(layers=layers, **PLAIN), RULE) == ()


def test_a_change_of_mode_stores_files_again() -> None:
    files = {"opt/a": HALF, "opt/b": HALF}
    again = {path: file(content, mode=0o755) for path, content in files.items()}
    (finding,) = lint_image(image(layers=[files, again], **PLAIN), RULE)
    assert (str(finding.severity), finding.problem.location.layer) == ("note", 0)
    assert finding.problem.message == (
        "64 MiB of files are stored again by a later layer, the most of them in layer 1 with 64 MiB,"
        " made by COPY layer 0; the largest is `/opt/b` with 32 MiB"
    )


def test_every_copy_but_the_last_counts() -> None:
    (finding,) = lint_image(image(layers=[{"a": HALF}, {"a": HALF + b"x"}, {"a": "x"}], **PLAIN), RULE)
    assert finding.problem.message.startswith("64 MiB of files are stored again")
    assert finding.problem.location.layer == 1
    assert [place.layer for _, place in finding.problem.related] == [0]
