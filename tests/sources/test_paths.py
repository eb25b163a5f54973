"""Paths as texts: what `pathlib` makes of them, without it."""

from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import example, given
from hypothesis import strategies as st

from lambda_lint.sources.paths import plain


@given(st.text(st.sampled_from("/.a\udcff")))
@example("")
@example("//a")
@example("///a")
@example("./a/.././b/")
def test_a_path_is_spelled_as_pathlib_does(path: str) -> None:
    assert plain(path) == str(PurePosixPath(path))
