"""`.dockerignore`, as BuildKit reads it (moby/patternmatcher v0.6, `patternmatcher.go` and `ignorefile`, 2026)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from lambda_lint.values import Value

LONGEST = 64 << 10
_MOST = 1000
_LONGEST_PATTERN = 300


class Ignore(Value, eq=False):
    """The patterns of a file in order, as many in one as leave paths out or take them back in, and which they do."""

    patterns: tuple[tuple[re.Pattern[str], bool], ...] = ()

    def hides(self, path: str) -> bool:
        """Whether a path is left out of the build: the last pattern for it, or for a folder above it, counts."""
        hidden = False
        for pattern, exception in self.patterns:
            if hidden == exception and pattern.fullmatch(path):
                hidden = not exception
        return hidden

    @property
    def excepts(self) -> bool:
        """Whether files below a folder that is left out may be taken back in."""
        return any(exception for _, exception in self.patterns)


def parse_ignore(text: str) -> Ignore | None:
    """The patterns of a file; None for more or longer ones than anybody writes, or one that BuildKit refuses."""
    found = list(_lines(text.removeprefix("\ufeff").splitlines()))
    if len(found) > _MOST or any(len(pattern) > _LONGEST_PATTERN for pattern, _ in found):
        return None
    try:
        return Ignore(tuple(_together(found)))
    except re.error:
        return None


def matches(pattern: str, name: str) -> bool:
    """Go's `filepath.Match` for one part of a path, which COPY and ADD use; False for a pattern that it refuses."""
    try:
        return re.fullmatch(_expression(pattern, stars=False), name, re.DOTALL) is not None
    except re.error:
        return False


def is_pattern(text: str) -> bool:
    """Whether COPY and ADD take a source for a pattern."""
    return any(character in text for character in "*?[")


def _together(found: Iterable[tuple[str, bool]]) -> Iterator[tuple[re.Pattern[str], bool]]:
    """A pattern for a folder holds for all below it."""
    for exception, group in groupby(found, key=lambda each: each[1]):
        expressions = "|".join(_expression(pattern) for pattern, _ in group)
        yield re.compile(f"(?:{expressions})(?:/.*)?", re.DOTALL), exception


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for line in lines:
        pattern = line.strip()
        if line.startswith("#") or not pattern:
            continue
        exception = pattern.startswith("!")
        pattern = posixpath.normpath(pattern[1:].strip() if exception else pattern)
        pattern = pattern.lstrip("/") or "."
        yield pattern, exception


def _expression(pattern: str, *, stars: bool = True) -> str:
    made, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*" and stars and pattern.startswith("*", at):
            at += 1
            slash = pattern.startswith("/", at)
            at += slash
            made += ".*" if at >= len(pattern) else "(?:.*/)?"
        elif character == "*":
            made += "[^/]*"
        elif character == "?":
            made += "[^/]"
        elif character == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                raise re.error("a bracket that is not closed")
            inside = pattern[at:end].replace("\\", "\\\\").replace("[", "\\[")
            made += f"[{inside}]"
            at = end + 1
        elif character == "\\" and at < len(pattern):
            made += re.escape(pattern[at])
            at += 1
        else:
            made += re.escape(character)
    return made
