"""`missing-parent-directory`: directories that a layer has no entry for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import Files, directory, image, layer, symlink
from support.linting import lint_image

RULE = "missing-parent-directory"
FIX = "give the layer an entry for each directory, ahead of what lies in it, or let a Dockerfile make the layer"


def found(*layers: Files) -> list[tuple[str, str, str]]:
    """Severity, place and message, in layers whose tars hold just these entries."""
    subject = image(layers=[layer(files, parents=False) for files in layers])
    return [
        (str(item.severity), f"{item.problem.location.layer} {item.problem.location.path}", item.problem.message)
        for item in lint_image(subject, RULE)
    ]


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([{"a": "x"}], id="in the root"),
        pytest.param([{"opt": directory(), "opt/a": directory(), "opt/a/b": "x"}], id="all there"),
        pytest.param([{"opt": directory(), "opt/a": directory()}], id="directories alone"),
        pytest.param([{"opt": directory()}, {"opt": directory(), "opt/.wh.a": ""}], id="repeated in the second layer"),
        pytest.param([{"opt": directory()}, {"opt/.wh.a": "", "opt/.wh..wh..opq": ""}], id="whiteouts"),
        pytest.param(
            [{"usr": directory(), "usr/lib": directory(), "lib": symlink("usr/lib"), "lib/a": "x"}], id="through a link"
        ),
        pytest.param(
            [{"usr": directory(), "lib": symlink("usr")}, {"lib/b/c": "x"}], id="through a link of a lower layer"
        ),
    ],
)
def test_silent(layers: list[Files]) -> None:
    assert found(*layers) == []


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param(
            [{"opt": directory()}, {"opt": directory(), "opt/extensions/adapter": "x"}],
            ("error", "1 /opt/extensions/adapter", "`/opt/extensions` of this file has no entry in any layer"),
            id="nowhere",
        ),
        pytest.param(
            [{"a/b/c": "x", "a/b/d": "x", "e/f": symlink("x")}],
            ("error", "0 /a/b/c", "`/a` of this file has no entry in any layer, and 2 more like it"),
            id="several",
        ),
        pytest.param(
            [{"opt": directory()}, {"opt/a": "x", "opt/b": "x"}],
            ("warning", "1 /opt/a", "`/opt` of this file has an entry in a lower layer only, not in layer 2"),
            id="in a lower layer",
        ),
        pytest.param(
            [{"opt/a": "x", "opt": directory()}],
            ("warning", "0 /opt/a", "`/opt` of this file comes after it in layer 1"),
            id="too late",
        ),
        pytest.param(
            [{"a": "x"}, {"opt/a": "x"}, {"opt": directory()}],
            ("error", "1 /opt/a", "`/opt` of this file has no entry in any layer"),
            id="in a higher layer",
        ),
    ],
)
def test_firing(layers: list[Files], expected: tuple[str, str, str]) -> None:
    severity, place, message = expected
    assert found(*layers) == [(severity, place, f"the directory {message}")]


def test_each_layer_and_each_severity_has_its_finding() -> None:
    assert [what[:2] for what in found({"a": directory(), "b/c": "x"}, {"a/d": "x", "e/f": "x"})] == [
        ("error", "0 /b/c"),
        ("error", "1 /e/f"),
        ("warning", "1 /a/d"),
    ]


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join), unique=True, max_size=8))
def test_a_layer_with_an_entry_for_every_directory_is_silent(paths: list[str]) -> None:
    files = {path: "x" for path in paths if not any(other.startswith(f"{path}/") for other in paths)}
    assert lint_image(image(files), RULE) == ()
