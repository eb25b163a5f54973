"""`image-too-large`: the two ways to count, and what the finding names."""

from __future__ import annotations

import pytest
from support.images import image
from support.linting import Found, lint_image, shown

from lambda_lint import Image, replace

RULE = "image-too-large"
GIB = 1 << 30


def sized(*layers: tuple[int, int]) -> Image:
    """An image whose layers have these sizes (tar, files). Nobody wants to write 10 GiB to test arithmetic."""
    history = [
        {"created_by": "RUN /bin/sh -c pip install torch # buildkit"},
        {"created_by": "COPY models /opt/models # buildkit"},
        {"created_by": "/bin/sh -c #(nop) WORKDIR /var/task"},
        {"created_by": ""},
    ]
    small = image(layers=[{f"/{index}": "x"} for index in range(len(layers))], history=history[: len(layers)])
    return replace(
        small,
        layers=tuple(
            replace(layer, tar_size=tar_size, file_size=file_size)
            for layer, (tar_size, file_size) in zip(small.layers, layers, strict=True)
        ),
    )


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([(3, 2)], id="small"),
        pytest.param([(9 * GIB, 9 * GIB)], id="at 90 %"),
        pytest.param([(5 * GIB, 4 * GIB), (4 * GIB, 4 * GIB)], id="at 90 % over two layers"),
    ],
)
def test_silent(layers: list[tuple[int, int]]) -> None:
    assert lint_image(sized(*layers), RULE) == ()


@pytest.mark.parametrize(
    ("layers", "severity", "message"),
    [
        pytest.param(
            [(4 * GIB, 4 * GIB), (7 * GIB, 7 * GIB)],
            "error",
            "11 GiB uncompressed, and Lambda takes 10 GiB; the largest layer is layer 2 with 7 GiB,"
            " made by COPY models /opt/models",
            id="both counts above",
        ),
        pytest.param(
            [(6 * GIB, 4 * GIB), (6 * GIB, 7 * GIB)],
            "error",
            "11 GiB uncompressed, and Lambda takes 10 GiB; the largest layer is layer 1 with 6 GiB,"
            " made by RUN pip install torch",
            id="the smaller count decides, whichever it is",
        ),
        pytest.param(
            [(10 * GIB + 1, 10 * GIB)],
            "warning",
            "10 GiB of files, 10.01 GiB with tar overhead, and Lambda takes 10 GiB;"
            " the largest layer is layer 1 with 10.01 GiB, made by RUN pip install torch",
            id="only tar overhead is above",
        ),
        pytest.param(
            [(10 * GIB, 9 * GIB)],
            "warning",
            "10 GiB uncompressed, 100% of the 10 GiB that Lambda takes;"
            " the largest layer is layer 1 with 10 GiB, made by RUN pip install torch",
            id="at the limit",
        ),
        pytest.param(
            [(9 * GIB + 1, 8 * GIB)],
            "warning",
            "9.01 GiB uncompressed, 90% of the 10 GiB that Lambda takes;"
            " the largest layer is layer 1 with 9.01 GiB, made by RUN pip install torch",
            id="above 90 %",
        ),
    ],
)
def test_firing(layers: list[tuple[int, int]], severity: str, message: str) -> None:
    (finding,) = lint_image(sized(*layers), RULE)
    assert str(finding.severity) == severity
    assert finding.problem.message == message


def test_the_three_largest_layers_are_named() -> None:
    findings = lint_image(sized((1 * GIB, GIB), (4 * GIB, 4 * GIB), (6 * GIB, 6 * GIB), (2 * GIB, 2 * GIB)), RULE)
    assert shown(findings) == [Found("error", "layer 2")]
    assert [words for words, _ in findings[0].problem.related] == [
        "layer 2 with 4 GiB, made by COPY models /opt/models",
        "layer 4 with 2 GiB",
    ]
    assert [place.layer for _, place in findings[0].problem.related] == [1, 3]
