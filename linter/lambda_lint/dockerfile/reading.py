"""A Dockerfile's text in instructions and comments, as BuildKit takes it apart.

The rules are those of moby/buildkit v0.34.2, `frontend/dockerfile/parser/parser.go` (2026). The tests compare with
BuildKit's own parser, and with dockerfile-parse where that reads as BuildKit does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lambda_lint.annotations import Final
from lambda_lint.dockerfile.model import BLANKS, Comment, Heredoc, LogicalLine, SyntaxProblem, line_region
from lambda_lint.dockerfile.substitution import SPACES
from lambda_lint.dockerfile.words import openings, takes_heredocs
from lambda_lint.errors import printable
from lambda_lint.lazy import regex
from lambda_lint.location import Position, Region
from lambda_lint.values import Value

MAX_BYTES: Final = 1024 * 1024
MAX_LINE_BYTES: Final = 64 * 1024 - 1  # BuildKit's own limit, that of Go's bufio.Scanner
_BOM: Final = b"\xef\xbb\xbf"
_DIRECTIVE: Final = regex(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*", re.DOTALL)
_DIRECTIVES: Final = frozenset({"syntax", "escape", "check"})


class Reading(Value):
    """A Dockerfile's text in instructions and comments. `frontend` is what a `# syntax=` line names, "" without one."""

    source: str
    escape: str
    frontend: str
    lines: tuple[LogicalLine, ...]
    comments: tuple[Comment, ...]
    problems: tuple[SyntaxProblem, ...]


def read(data: bytes) -> Reading:
    """Take a file apart. Never raises; what BuildKit refuses is in `problems`."""
    if len(data) > MAX_BYTES:
        problem = f"this file has {len(data):,} bytes; a Dockerfile of more than {MAX_BYTES:,} is not read"
        start = Position(1)
        return Reading("", "\\", "", (), (), (SyntaxProblem(problem, Region(start, start)),))
    source = _decoded(data.removeprefix(_BOM))
    physical = source.split("\n")
    if not physical[-1]:
        physical.pop()
    return _Reader(physical).read(source)


def _decoded(data: bytes) -> str:
    """UTF-8 as Go reads it: every byte that does not belong becomes one U+FFFD."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return re.sub("[\udc80-\udcff]", "\ufffd", data.decode(errors="surrogateescape"))


class _Reader:
    def __init__(self, physical: Sequence[str]) -> None:
        self._physical = physical
        self._at = 0  # how many lines have been read, and so the number of the last of them
        self._escape = "\\"
        self._frontend = ""
        self._comments: list[Comment] = []
        self._problems: list[SyntaxProblem] = []

    def read(self, source: str) -> Reading:
        self._check_lengths()
        self._directives()
        lines = tuple(self._logical_lines())
        return Reading(source, self._escape, self._frontend, lines, tuple(self._comments), tuple(self._problems))

    def _check_lengths(self) -> None:
        if 4 * max(map(len, self._physical), default=0) <= MAX_LINE_BYTES:  # UTF-8 has no longer characters
            return
        for number, line in enumerate(self._physical, 1):
            if len(line) > MAX_LINE_BYTES or (not line.isascii() and len(line.encode()) > MAX_LINE_BYTES):
                self._refuse(f"a line must not be longer than {MAX_LINE_BYTES:,} bytes", self._line_region(number))

    def _directives(self) -> None:
        seen: set[str] = set()
        for number, line in enumerate(self._physical, 1):
            text = line.rstrip("\r").lstrip(SPACES)
            found = _DIRECTIVE.fullmatch(text[1:].lstrip(SPACES)) if text.startswith("#") else None
            name = found[1].lower() if found else ""
            if found is None or name not in _DIRECTIVES:
                break
            if name in seen:
                self._refuse(f"a second `# {name}=` line; only one is allowed", self._line_region(number))
                break
            seen.add(name)
            self._direct(name, found[2], number)

    def _direct(self, name: str, value: str, number: int) -> None:
        if name == "syntax":
            self._frontend = value
        elif name == "escape" and value in ("\\", "`"):
            self._escape = value
        elif name == "escape":
            message = f"the escape character must be `\\` or a backtick, not {printable(value, 40)!r}"
            self._refuse(message, self._line_region(number))

    def _logical_lines(self) -> Iterator[LogicalLine]:
        physical, count = self._physical, len(self._physical)
        while self._at < count:
            line = physical[self._at].rstrip("\r")
            self._at += 1
            text = line.lstrip(SPACES)
            if text.startswith("#"):
                self._comment(text)
            elif text:
                yield self._logical_line(text, len(line) - len(text) + 1)

    def _logical_line(self, text: str, column: int) -> LogicalLine:
        first = self._at
        marks = [(0, first, column)]
        if self._escape in text:
            text = self._joined(text, marks)
        heredocs = self._heredocs(text, first) if "<<" in text else ()
        return LogicalLine(text.rstrip(SPACES), first, self._at, self._physical[self._at - 1], tuple(marks), heredocs)

    def _joined(self, text: str, marks: list[tuple[int, int, int]]) -> str:
        """The text with all that continues it; `marks` tells then where each part of it begins."""
        text, goes_on = self._without_continuation(text)
        parts, length = [text], len(text)
        while goes_on and self._at < len(self._physical):
            line = self._physical[self._at].rstrip("\r")
            self._at += 1
            content = line.lstrip(SPACES)
            if content.startswith("#"):
                self._comment(content)
            elif content:
                part, goes_on = self._without_continuation(line)
                marks.append((length, self._at, 1))
                parts.append(part)
                length += len(part)
        whole = "".join(parts)
        text = whole.lstrip(SPACES)
        if left := len(whole) - len(text):  # after an escape character alone on its line
            marks[:] = [(offset - left, line, column) for offset, line, column in marks]
        return text

    def _comment(self, text: str) -> None:
        self._comments.append(Comment(text[1:].strip(), self._at, self._physical[self._at - 1]))

    def _without_continuation(self, line: str) -> tuple[str, bool]:
        """BuildKit's rule: a last escape character goes on, unless another one stands right before it."""
        text = line.rstrip("\t ")
        if not text.endswith(self._escape) or text.endswith(self._escape * 2):
            return line, False
        return text[:-1], True

    def _heredocs(self, whole: str, first: int) -> tuple[Heredoc, ...]:
        if not takes_heredocs(whole.rstrip(SPACES), self._escape):
            return ()
        region = Region(Position(first), self._end())
        found: list[Heredoc] = []
        for opening in openings(whole):
            start = self._at
            body = self._body(opening.name, opening.strip_tabs)
            if body is None:
                self._refuse(f"the here-document {printable(opening.name, 40)!r} is never closed", region)
                break
            place = Region(Position(start + 1), self._end())
            found.append(
                Heredoc(opening.name, body, opening.expand, opening.strip_tabs, opening.file_descriptor, place)
            )
        return tuple(found)

    def _body(self, name: str, strip_tabs: bool) -> str | None:
        start = self._at
        while self._at < len(self._physical):
            line = self._physical[self._at].rstrip("\r")
            self._at += 1
            if (line.lstrip("\t") if strip_tabs else line) == name:
                return "".join(f"{body}\n" for body in self._physical[start : self._at - 1])
        return None

    def _refuse(self, message: str, region: Region) -> None:
        self._problems.append(SyntaxProblem(message, region))

    def _end(self) -> Position:
        """Where the last line that was read ends, without blanks."""
        return Position(self._at, len(self._physical[self._at - 1].rstrip(BLANKS)) + 1)

    def _line_region(self, number: int) -> Region:
        return line_region(number, self._physical[number - 1])
