"""How a report shall look, and the words that several formats share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from lambda_lint.location import Location, SourceLocation
from lambda_lint.report import Failure, Finding
from lambda_lint.rule import Severity
from lambda_lint.values import Value

SEVERITY_COLORS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold blue"}
_WORST_FIRST = sorted(Severity, reverse=True)

NARROWEST = 30


class Style(Value):
    """What a reporter needs to know of the place where its text will be read.

    `width` is in terminal cells. `unicode` is False where only ASCII can be shown. `verbosity` is -1 for quiet, 0, or 1
    for verbose. `root` is the absolute path, with forward slashes, of the folder that relative file names start from.
    """

    color: bool = False
    width: int = 100
    unicode: bool = True
    verbosity: int = 0
    root: str = "/"


def place(location: Location) -> str:
    """A location in words, on one line."""
    if isinstance(location, SourceLocation):
        return f"{location.path}:{location.region.start.line}:{location.region.start.column}"
    if location.key:
        document, _, key = location.key.partition(".")
        return f"{document}: {key}" if key else document
    layer = "" if location.layer is None else f"layer {location.layer + 1}"
    return f"{location.path}:{location.line}" if location.line else location.path or layer


def failure_text(failure: Failure) -> str:
    """A failure in words, on one line."""
    return f"rule {failure.rule} {failure.message}" if failure.rule else failure.message


def size(count: int) -> str:
    """A number of bytes as people write it, in powers of 1024."""
    units = ("B", "KiB", "MiB", "GiB")
    power = 0
    while power < len(units) - 1 and round(count / 1024**power, 1) >= 1024:
        power += 1
    return f"{count / 1024**power:.1f}".removesuffix(".0") + f" {units[power]}"


def tally(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 note`; "" for none."""
    counts = dict.fromkeys(_WORST_FIRST, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return ", ".join(count_of(number, str(severity)) for severity, number in counts.items() if number)


def count_of(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def relative(path: str, root: str) -> str:
    """A file's path from `root`, or its absolute path where it lies outside. `.` and `..` are resolved as text."""
    absolute = posixpath.normpath(posixpath.join(root, path))
    inside = posixpath.relpath(absolute, root)
    return absolute if inside == ".." or inside.startswith("../") else inside
