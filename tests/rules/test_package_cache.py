"""`package-cache`: what package managers keep for a next run that there is not."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image, nothing, symlink
from support.linting import Found, lint_image, shown

RULE = "package-cache"
HALF = bytes(32 << 20)
PLAIN: dict[str, Any] = {"compression": "none", "wanted": nothing}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"/root/.cache/pip/a": HALF}, id="not much"),
        pytest.param({"/root/.cache/pip/a": HALF, "/var/task/b": HALF}, id="something else"),
        pytest.param({"/root/.cache/pip/a": HALF, "/root/.cache/pip/b": symlink("a")}, id="a link"),
        pytest.param({"/root/.cache/pip": symlink("/var/task"), "/var/task/a": HALF + HALF}, id="a linked folder"),
    ],
)
def test_silent(files: dict[str, Any]) -> None:
    assert lint_image(image(files, **PLAIN), RULE) == ()


def test_a_cache_that_matters_is_told_with_its_size() -> None:
    findings = lint_image(image({"/root/.npm/_cacache/a/b": HALF, "/root/.npm/_cacache/c": HALF}, **PLAIN), RULE)
    assert shown(findings) == [Found("note", "/root/.npm/_cacache")]
    assert findings[0].problem.message == (
        "64 MiB of package manager caches, which nothing reads on Lambda; 64 MiB in /root/.npm/_cacache"
    )
    assert findings[0].problem.fix == "run `npm cache clean --force` in the same RUN"


def test_caches_add_up_and_the_largest_comes_first() -> None:
    files = {"/var/cache/dnf/a": HALF, "/root/.cache/pip/b": HALF + HALF[: 5 << 20]}
    (finding,) = lint_image(image(files, **PLAIN), RULE)
    assert finding.problem.message == (
        "69 MiB of package manager caches, which nothing reads on Lambda; 37 MiB in /root/.cache/pip"
    )
    assert [(why, place.path) for why, place in finding.problem.related] == [
        ("32 MiB in /var/cache/dnf", "/var/cache/dnf")
    ]
