"""Values in a script that is run on paper: three-valued logic, patterns, and pieces of text within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase

from lambda_lint import regex
from lambda_lint_rules._start.model import UNKNOWN
from lambda_lint_rules._start.shell_syntax import UnparsableError

MAX_VALUE = 1 << 16
# fnmatch keeps what it makes of patterns, and trying every end of a value takes time that grows with its square.
MAX_PATTERN = 1000
MAX_TRIMMED = 1000
ARITHMETIC_NAME = regex(r"[A-Za-z_]\w*(?=\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)")
BRACES = regex(r"\{[^{}]*(?:,|\.\.)[^{}]*\}")
NUMERIC: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
}


def joined(pieces: Iterable[str]) -> str:
    """A text of pieces. Raises `UnparsableError` when it is longer than anything that means something."""
    length, kept = 0, []
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        if length > MAX_VALUE:
            raise UnparsableError("too long to follow")
    return "".join(kept)


def bounded(expansions: Iterable[list[str]]) -> list[str]:
    """All fields. Raises `UnparsableError` when they are longer than anything that means something."""
    found: list[str] = []
    room = MAX_VALUE
    for fields in expansions:
        found += fields
        room -= sum(map(len, fields)) + len(fields)
        if room < 0:
            raise UnparsableError("too long to follow")
    return found


class Fields:
    """The fields of a word while they grow."""

    def __init__(self) -> None:
        self._room = MAX_VALUE
        self._ended: list[str] = []
        self._open: str | None = None
        # "$@" without arguments makes no field, not an empty one.
        self.optional = False

    def join(self, text: str) -> None:
        """Add to the field that is open, or open one."""
        self._take(len(text))
        self._open = (self._open or "") + text

    def _take(self, room: int) -> None:
        self._room -= room
        if self._room < 0:
            raise UnparsableError("too long to follow")

    def end(self) -> None:
        """What comes next is another field."""
        self._take(1)
        if self._open is not None:
            self._ended.append(self._open)
        self._open = None

    def done(self) -> list[str]:
        """All of them."""
        if not (self.optional and self._open == ""):
            self.end()
        return self._ended


def not_(value: bool | None) -> bool | None:
    return None if value is None else not value


def or_(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return None if left is None or right is None else False


def filled(value: str) -> bool | None:
    return None if value == UNKNOWN else bool(value)


def matches(value: str, pattern: str) -> bool | None:
    if pattern == "*":
        return True
    if UNKNOWN in value + pattern or len(pattern) > MAX_PATTERN:
        return None
    return fnmatchcase(value, pattern.replace("[^", "[!"))


def escaped(text: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)


def has_pattern(text: str) -> bool:
    return any(character in text for character in "*?[")


def unglobbed(text: str) -> str:
    """A pattern or a home directory in a command's argument stands for names that nobody looked up."""
    return UNKNOWN if any(character in text for character in "*?~") and not text.startswith("-") else text


def trimmed(value: str, operator: str, pattern: str) -> str:
    lengths = range(len(value) + 1) if len(operator) == 1 else range(len(value), -1, -1)
    for length in lengths:
        piece = value[:length] if operator[0] == "#" else value[len(value) - length :]
        if fnmatchcase(piece, pattern):
            return value[length:] if operator[0] == "#" else value[: len(value) - length]
    return value


def substring(value: str, argument: str) -> str:
    start, _, length = argument.partition(":")
    try:
        begin = int(start or 0)
        end = begin + int(length) if length else None
    except ValueError:
        return UNKNOWN
    return UNKNOWN if begin < 0 or (end is not None and end < begin) else value[begin:end]


def sliced(words: tuple[str, ...], argument: str) -> tuple[str, ...]:
    """`${words[@]:from:count}`."""
    begin, _, count = (word.strip() for word in argument.partition(":"))
    known = begin.isdecimal() and (not count or count.isdecimal()) and UNKNOWN not in words
    if not known or len(begin) > 6 or len(count) > 6:
        return (UNKNOWN,)
    piece = words[int(begin) :]
    return piece[: int(count)] if count else piece
