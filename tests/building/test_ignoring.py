"""`.dockerignore` as BuildKit reads it."""

from __future__ import annotations

import pytest

from lambda_lint.building.ignoring import matches, parse_ignore

CASES = [
    ("", "app.py", False),
    ("app.py", "app.py", True),
    ("app.py", "src/app.py", False),
    ("/app.py", "app.py", True),
    ("./app.py", "app.py", True),
    ("  app.py  ", "app.py", True),
    ("# app.py", "app.py", False),
    (" # app.py", "app.py", False),
    ("*.py", "app.py", True),
    ("*.py", "src/app.py", False),
    ("*/*.py", "src/app.py", True),
    ("**/*.py", "app.py", True),
    ("**/*.py", "a/b/app.py", True),
    ("**", "a/b", True),
    ("src", "src/a/app.py", True),
    ("src/", "src/app.py", True),
    ("src/**", "src/app.py", True),
    ("src/**", "src", False),
    ("s?c", "src/app.py", True),
    ("[st]rc", "src/app.py", True),
    ("[^s]rc", "src/app.py", False),
    ("a\\*b", "a*b", True),
    ("a\\*b", "axb", False),
    ("*\n!app.py", "app.py", False),
    ("*\n!src", "src/app.py", False),
    ("*\n!src/app.py", "src/app.py", False),
    ("*\n!src/app.py", "src/b.py", True),
    ("!app.py\n*", "app.py", True),
    ("*\n!src\nsrc/secret", "src/secret/key", True),
    (".", "app.py", False),
    ("a.b", "axb", False),
    ("\ufeffapp.py", "app.py", True),
    ("app.py\r\n", "app.py", True),
    ("a/../app.py", "app.py", True),
    ("**/a/**/b", "a/x/b", True),
    ("**/a/**/b", "b/a/a/x/y/b/z", True),
    ("**/a/**/b", "b/x/a", False),
    ("*a*b*", "xaxbx", True),
    ("*ab*ab", "abxab", True),
    ("*ab*ab", "xab", False),
    # Ways to share out a path among the stars that no computer could try one by one.
    ("**/" * 60 + "x", "a/" * 300 + "y", False),
    ("**/a/**/b/" * 20 + "x", "a/b/" * 300 + "y", False),
    ("*a" * 100 + "b", "a" * 250, False),
    ("a*" * 100 + "b", "a" * 250, False),
]


@pytest.mark.parametrize(("text", "path", "hidden"), CASES)
def test_what_is_left_out(text: str, path: str, hidden: bool) -> None:
    ignore = parse_ignore(text)
    assert ignore is not None
    assert ignore.hides(path) == hidden


@pytest.mark.parametrize("text", ["[", "a" * 301, "a\n" * 1001, "[]", "a**b"])
def test_what_nobody_writes_is_not_understood(text: str) -> None:
    assert parse_ignore(text) is None


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("*.py", "app.py", True),
        ("**", "app.py", True),
        ("yarn.loc[k]", "yarn.lock", True),
        ("package*.json", "package-lock.json", True),
        ("?.py", "app.py", False),
        ("[", "[", False),
    ],
)
def test_patterns_of_copy(pattern: str, name: str, found: bool) -> None:
    assert matches(pattern, name) == found
