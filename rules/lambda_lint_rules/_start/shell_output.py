"""What small programs print in a command substitution, where that can be read from the image."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lambda_lint import regex
from lambda_lint.annotations import Protocol
from lambda_lint_rules._start.model import UNKNOWN

# `s/one/other/`, with any character between the parts.
_SUBSTITUTE = regex(r"s([^\w\s\\])((?:(?!\1)[^\\]|\\.)*)\1((?:(?!\1)[^\\&]|\\.)*)\1(g?)")
_ESCAPED = regex(r"\\([^\w\s])")
# `-d CHARACTER -f NUMBER`, with or without the blanks.
_CUT = regex(r"-d ?(?P<delimiter>[^\s-]) -f ?(?P<field>[1-9])")
_MAX_OUTPUT = 1 << 16
_SPECIAL = frozenset(".*[]^$\\")


class Tree(Protocol):
    """The files that such programs look at."""

    def real(self, path: str) -> str:
        """Where a path ends when all links are followed, "" when that is not known."""

    def text(self, path: str) -> str | None:
        """A file's text, None when it cannot be read."""


def printed(name: str, args: Sequence[str], given: str, place: Callable[[str], str], tree: Tree) -> str:
    """What the program prints; holds `UNKNOWN` when that is not worked out. `given` is its input."""
    worked_out = _PROGRAMS.get(name)
    if worked_out is None or any(UNKNOWN in arg for arg in args):
        return UNKNOWN
    return worked_out(args, given, place, tree)


def _real(args: Sequence[str], _given: str, place: Callable[[str], str], tree: Tree) -> str:
    match [arg for arg in args if arg not in {"-f", "-e", "--"}]:
        case [path] if not path.startswith("-") and UNKNOWN not in place(path):
            real = tree.real(place(path))
            return f"{real}\n" if real else UNKNOWN
    return UNKNOWN


def _readlink(args: Sequence[str], given: str, place: Callable[[str], str], tree: Tree) -> str:
    return _real(args, given, place, tree) if "-f" in args or "-e" in args else UNKNOWN


def _cat(args: Sequence[str], given: str, place: Callable[[str], str], tree: Tree) -> str:
    match args:
        case []:
            return given
        case [path] if not path.startswith("-") and UNKNOWN not in place(path):
            text = tree.text(place(path))
            return UNKNOWN if text is None else text
    return UNKNOWN


def _sed(args: Sequence[str], given: str, _place: Callable[[str], str], _tree: Tree) -> str:
    match [arg for arg in args if arg not in {"-e", "--"}]:
        case [script] if (found := _SUBSTITUTE.fullmatch(script)) and UNKNOWN not in given:
            _, pattern, other, everywhere = found.groups()
            if not _SPECIAL.isdisjoint(_ESCAPED.sub("", pattern)) or "\\" in _ESCAPED.sub("", other):
                return UNKNOWN
            one, other = _ESCAPED.sub(r"\1", pattern), _ESCAPED.sub(r"\1", other)
            if not one or len(given) + given.count(one) * len(other) > _MAX_OUTPUT:
                return UNKNOWN
            return "\n".join(line.replace(one, other, -1 if everywhere else 1) for line in given.split("\n"))
    return UNKNOWN


def _grep(args: Sequence[str], given: str, place: Callable[[str], str], tree: Tree) -> str:
    match args:
        case ["-v", "^#", *files] if len(files) < 2:
            lines = _cat(files, given, place, tree).splitlines(keepends=True)
            return "".join(line for line in lines if not line.startswith("#"))
    return UNKNOWN


def _cut(args: Sequence[str], given: str, _place: Callable[[str], str], _tree: Tree) -> str:
    match = _CUT.fullmatch(" ".join(args))
    if match is None or UNKNOWN in given:
        return UNKNOWN
    delimiter, field = match["delimiter"], int(match["field"]) - 1
    parts = (line.split(delimiter) for line in given.splitlines())
    # A line without the delimiter is printed as it is.
    return "".join(f"{each[0] if len(each) == 1 else ''.join(each[field : field + 1])}\n" for each in parts)


def _xargs(args: Sequence[str], given: str, _place: Callable[[str], str], _tree: Tree) -> str:
    quotes = any(character in given for character in "'\"\\")
    return UNKNOWN if args or quotes or UNKNOWN in given else f"{' '.join(given.split())}\n"


_PROGRAMS: dict[str, Callable[[Sequence[str], str, Callable[[str], str], Tree], str]] = {
    "cat": _cat,
    "cut": _cut,
    "grep": _grep,
    "readlink": _readlink,
    "realpath": _real,
    "sed": _sed,
    "xargs": _xargs,
}
