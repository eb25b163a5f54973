"""`.dockerignore`, as BuildKit reads it (moby/patternmatcher v0.6, `patternmatcher.go` and `ignorefile`, 2026).

A pattern is compared part by part, and a part star by star, each taking as little as it can: that finds every match
that there is, without trying all ways to share out a path among many stars.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from lambda_lint.values import Value

LONGEST = 64 << 10
_MOST = 1000
_LONGEST_PATTERN = 300

Part = str | re.Pattern[str] | None
"""What a name is to be, or to look like; None (`**`) for any number of names."""


class Ignore(Value, eq=False):
    """The patterns of a file in order, each with whether it takes paths back in."""

    patterns: tuple[tuple[tuple[Part, ...], bool], ...] = ()

    def hides(self, path: str) -> bool:
        """Whether a path is left out of the build: the last pattern for it, or for a folder above it, counts."""
        if not self.patterns:
            return False
        names = path.split("/")
        hidden = False
        for pattern, exception in self.patterns:
            if hidden == exception and _covers(pattern, names):
                hidden = not exception
        return hidden

    @property
    def excepts(self) -> bool:
        """Whether files below a folder that is left out may be taken back in."""
        return any(exception for _, exception in self.patterns)


def parse_ignore(text: str) -> Ignore | None:
    """The patterns of a file; None for more or stranger ones than anybody writes, or one that BuildKit refuses."""
    found = list(_lines(text.removeprefix("\ufeff").splitlines()))
    if len(found) > _MOST or any(len(pattern) > _LONGEST_PATTERN for pattern, _ in found):
        return None
    try:
        return Ignore(tuple((tuple(map(_part, pattern.split("/"))), exception) for pattern, exception in found))
    except re.error:
        return None


def matches(pattern: str, name: str) -> bool:
    """Go's `filepath.Match` for one part of a path, which COPY and ADD use; False for a pattern that it refuses."""
    try:
        return _fits(_name(pattern), name)
    except re.error:
        return False


def is_pattern(text: str) -> bool:
    """Whether COPY and ADD take a source for a pattern."""
    return any(character in text for character in "*?[")


def _lines(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    for line in lines:
        pattern = line.strip()
        if line.startswith("#") or not pattern:
            continue
        exception = pattern.startswith("!")
        pattern = posixpath.normpath(pattern[1:].strip() if exception else pattern)
        pattern = pattern.lstrip("/") or "."
        yield pattern, exception


def _covers(pattern: Sequence[Part], names: Sequence[str]) -> bool:
    """Whether a pattern stands for a path or for a folder above it."""
    at = place = 0
    again: tuple[int, int] | None = None  # behind the last `**`, and the first name that it has not tried to leave
    while at < len(pattern):
        part = pattern[at]
        if part is None:
            if at + 1 == len(pattern):
                return place < len(names)
            at += 1
            again = at, place
        elif place < len(names) and _fits(part, names[place]):
            at, place = at + 1, place + 1
        elif again is not None and again[1] < len(names):
            at, place = again = again[0], again[1] + 1
        else:
            return False
    return True


def _fits(part: str | re.Pattern[str], name: str) -> bool:
    return part == name if isinstance(part, str) else part.fullmatch(name) is not None


def _part(text: str) -> Part:
    """Raises re.error for what BuildKit refuses, and for `**` beside other characters, which nobody writes."""
    if text == "**":
        return None
    if "**" in text:
        raise re.error("** is no part of a path by itself")
    return _name(text)


def _name(text: str) -> str | re.Pattern[str]:
    """Raises re.error for what BuildKit refuses."""
    if not is_pattern(text) and "\\" not in text:
        return text
    first, *more = _between_stars(text)
    made = first
    for number, stretch in enumerate(more[:-1]):
        # The stretch where it comes first, once and for all: Python before 3.11 has no other way to say so.
        made += f"(?=(?P<s{number}>.*?{stretch}))(?P=s{number})" if stretch else ""
    return re.compile(f"{made}.*{more[-1]}" if more else made, re.DOTALL)


def _between_stars(text: str) -> list[str]:
    """Expressions for what stands before, between and behind the stars."""
    found, at = [""], 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "*":
            found.append("")
        elif character == "?":
            found[-1] += "."
        elif character == "[":
            end = text.find("]", at + 1)
            if end < 0:
                raise re.error("a bracket that is not closed")
            inside = text[at:end].replace("\\", "\\\\").replace("[", "\\[")
            found[-1] += f"[{inside}]"
            at = end + 1
        elif character == "\\" and at < len(text):
            found[-1] += re.escape(text[at])
            at += 1
        else:
            found[-1] += re.escape(character)
    return found
