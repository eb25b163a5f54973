"""Ignore entries of the settings: what may be let off where no comment can be written, as in a built image."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from lambda_lint.day import date
from lambda_lint.location import ImageLocation, Position, Region, SourceLocation
from lambda_lint.report import Finding, Suppressed
from lambda_lint.rule import Problem, Rule
from lambda_lint.suppression import bad_ignore, expired_ignore, ignore_without_reason, unused_ignore
from lambda_lint.values import Value

_SOMEWHERE = Region(Position(1, 1), Position(1, 2))
_ABOUT_IGNORES = {rule.RULE.name for rule in (bad_ignore, expired_ignore, ignore_without_reason, unused_ignore)}


class IgnoreEntry(Value):
    """Findings of a rule that do not count.

    With a `path` only those that it matches: a path in an image as a whole, or of a Dockerfile or policy as a whole or
    from any folder on. `*` and `?` stand for anything but a slash, `**` for anything, a slash at the end for all that
    is below. `expires` is the last day on which the entry holds. `region` is where it stands in its file, None where
    that is not known.
    """

    rule: str
    path: str = ""
    reason: str = ""
    expires: date | None = None
    region: Region | None = None

    def expired(self, on: date | None) -> bool:
        """Whether it no longer holds on that day. Without a day it does."""
        return self.expires is not None and on is not None and on > self.expires

    def covers(self, finding: Finding) -> bool:
        """Whether the entry speaks of this finding, expired or not."""
        location = finding.problem.location
        if finding.rule.name != self.rule or self.rule in _ABOUT_IGNORES:
            return False
        if not self.path:
            return True
        if isinstance(location, SourceLocation):
            return self.names_file(location.path)
        return bool(location.path) and bool(_pattern(self._glob).fullmatch(location.path))

    @property
    def _glob(self) -> str:
        glob = self.path.removeprefix("./")
        return f"{glob}**" if glob.endswith("/") else glob

    @property
    def is_for_files(self) -> bool:
        """Whether its path can be that of a Dockerfile or policy alone: paths in an image begin with a slash."""
        return bool(self.path) and not self.path.startswith(("/", "*"))

    def names_file(self, path: str) -> bool:
        """Whether its path is that of this Dockerfile or policy, as a whole or from any folder on."""
        if self.path.startswith("/"):
            return bool(_pattern(self._glob).fullmatch(path))
        return any(_pattern(glob).fullmatch(f"/{path}") is not None for glob in (self._glob, f"**/{self._glob}"))

    def __str__(self) -> str:
        path = f" at {self.path}" if self.path else ""
        return f"{self.rule}{path}" + (f" until {self.expires}" if self.expires else "")


def sieve(
    findings: Iterable[Finding], entries: Sequence[IgnoreEntry], on: date | None
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """The findings that count, and those that do not. An expired entry suppresses nothing."""
    kept, suppressed = [], []
    valid = [(number, entry) for number, entry in enumerate(entries) if not entry.expired(on)]
    for finding in findings:
        match = next(((number, entry) for number, entry in valid if entry.covers(finding)), None)
        if match:
            suppressed.append(Suppressed(finding, match[1].reason, _place(match[0])))
        else:
            kept.append(finding)
    return tuple(kept), tuple(suppressed)


def about_entries(
    entries: Sequence[IgnoreEntry],
    suppressed: Iterable[Suppressed],
    ran: Collection[str],
    on: date | None,
    settings: str,
    *,
    of_images: Collection[str],
    files: Collection[str],
    complete: bool,
) -> tuple[Finding, ...]:
    """What is to say of the entries of one settings file, once all targets that it applies to have been linted.

    `suppressed` is what came of them. `ran` are the names of the rules that ran, as in `sieve_dockerfile`, and
    `of_images` of those that look at images. `files` are the Dockerfiles and policies among the targets. `complete`
    tells that there were images, that every layer of each was read and that no rule crashed; without that nothing is
    called unused but what names one of the `files`. `settings` is the path of the settings.
    """
    used = {item.by for item in suppressed}
    found = []
    for number, entry in enumerate(entries):
        unused = _place(number) not in used and entry.rule in ran and _seen(entry, of_images, files, complete=complete)
        place = SourceLocation(settings, entry.region or _SOMEWHERE)
        for rule, message, fix in _about(entry, posixpath.basename(settings), unused=unused, on=on):
            if rule.name in ran:
                found.append(Finding(rule, rule.severity, Problem(message, place, fix), str(entry)))
    return tuple(found)


def _seen(entry: IgnoreEntry, of_images: Collection[str], files: Collection[str], *, complete: bool) -> bool:
    """Whether all that the entry can be for was among the targets, as far as that can be known."""
    if entry.is_for_files:
        return any(map(entry.names_file, files))
    if entry.path.startswith("*") and not files:
        return False  # it may be for a Dockerfile
    return complete and entry.rule in of_images


def _about(entry: IgnoreEntry, file: str, *, unused: bool, on: date | None) -> Iterator[tuple[Rule, str, str]]:
    if not entry.reason:
        message = f"this ignore of `{entry.rule}` gives no reason"
        yield ignore_without_reason.RULE, message, f'add `reason = "..."` to the entry in {file}'
    if entry.expired(on):
        message = f"this ignore of `{entry.rule}` expired on {entry.expires}, so it no longer suppresses anything"
        yield expired_ignore.RULE, message, f"mend what it hid and remove the entry from {file}, or set a later date"
    elif unused:
        path = f" at `{entry.path}`" if entry.path else ""
        where = "" if entry.is_for_files else " in any image of this run"
        message = f"`{entry.rule}` finds nothing{path}{where}"
        yield unused_ignore.RULE, message, f"remove the entry from {file}"


def _place(number: int) -> ImageLocation:
    return ImageLocation(key=f"settings.ignores[{number}]")


def _pattern(glob: str) -> re.Pattern[str]:
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*|\*|\?)", glob)
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)
