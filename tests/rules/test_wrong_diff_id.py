"""`wrong-diff-id`: layers that are not those of the config."""

from __future__ import annotations

from support.images import build, digest, image
from support.linting import lint_image

RULE = "wrong-diff-id"
LAYERS = [{"/a": "1"}, {"/b": "2"}, {"/c": "3"}]
NAMED = [digest(tar) for tar in build(layers=LAYERS).tars]


def found(*diff_ids: str) -> list[tuple[str, int | None, str]]:
    return [
        (str(item.severity), item.problem.location.layer, item.problem.message)
        for item in lint_image(image(layers=LAYERS, diff_ids=diff_ids), RULE)
    ]


def test_layers_that_the_config_names_are_right() -> None:
    assert found(*NAMED) == []


def test_a_layer_of_another_content() -> None:
    other = f"sha256:{'0' * 64}"
    message = f"the layer's content is {NAMED[1]}, and the config names {other}"
    assert found(NAMED[0], other, NAMED[2]) == [("error", 1, message)]


def test_layers_in_another_order_are_one_finding() -> None:
    message = f"the layer's content is {NAMED[0]}, and the config names {NAMED[1]}, and 1 more like it"
    assert found(NAMED[1], NAMED[0], NAMED[2]) == [("error", 0, message)]
