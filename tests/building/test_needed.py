"""Which stages of a Dockerfile the build of its last one needs."""

from __future__ import annotations

import pytest
from support.linting import dockerfile

from lambda_lint import building

CASES = {
    "nothing": ("", []),
    "the only one": ("FROM a\n", [0]),
    "none of the others": ("FROM a AS x\nFROM b AS y\nFROM c\n", [2]),
    "by COPY": ("FROM a AS x\nFROM b\nCOPY --from=x /f /f\n", [0, 1]),
    "by its number": ("FROM a\nFROM b\nFROM c\nCOPY --from=1 /f /f\n", [1, 2]),
    "by a mount": ("FROM a AS x\nFROM b\nRUN --mount=type=bind,from=x,target=/x true\n", [0, 1]),
    "as a base": ("FROM a AS x\nFROM x AS y\nFROM b\nFROM y\n", [0, 1, 3]),
    "by way of another": ("FROM a AS x\nFROM b AS y\nCOPY --from=x /f /f\nFROM c\nCOPY --from=y /f /f\n", [0, 1, 2]),
    "by a base that nobody knows": ("ARG T\nFROM a AS x-1\nFROM b AS x-2\nFROM x-$T\n", [0, 1, 2]),
    "by way of a base that nobody knows": (
        "ARG T\nFROM a AS x\nFROM $T AS y\nFROM c\nCOPY --from=y /f /f\n",
        [0, 1, 2],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_needed(text: str, expected: list[int]) -> None:
    assert [stage.index for stage in building.needed(dockerfile(text))] == expected
