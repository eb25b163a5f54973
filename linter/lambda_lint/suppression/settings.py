"""Ignore entries of the settings: what a built image, which holds no comments, may be let off."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from lambda_lint.location import ImageLocation
from lambda_lint.report import Finding, Suppressed
from lambda_lint.rule import Problem, Rule
from lambda_lint.suppression import expired_ignore, ignore_without_reason, unused_ignore
from lambda_lint.values import Value


class IgnoreEntry(Value):
    """Findings of a rule in images that do not count.

    With a `path` only those at a path of the image that it matches: `*` and `?` stand for anything but a slash, `**`
    for anything. `expires` is the last day on which the entry holds.
    """

    rule: str
    path: str = ""
    reason: str = ""
    expires: date | None = None

    def expired(self, on: date | None) -> bool:
        """Whether it no longer holds on that day. Without a day it does."""
        return self.expires is not None and on is not None and on > self.expires

    def covers(self, finding: Finding) -> bool:
        """Whether the entry speaks of this finding, expired or not."""
        location = finding.problem.location
        if finding.rule.name != self.rule or not isinstance(location, ImageLocation):
            return False
        return not self.path or (bool(location.path) and bool(_pattern(self.path).fullmatch(location.path)))

    def __str__(self) -> str:
        path = f" at {self.path}" if self.path else ""
        return f"{self.rule}{path}" + (f" until {self.expires}" if self.expires else "")


def sieve_image(
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
    file: str,
    *,
    complete: bool,
) -> tuple[Finding, ...]:
    """What is to say of the entries of one settings file, once all images that it applies to have been linted.

    `suppressed` is what came of those images. `ran` are the names of the rules that ran, as in `sieve_dockerfile`.
    `complete` tells that every layer of every one of these images was read and no rule crashed; without that nothing
    is called unused. `file` is how to name the settings.
    """
    used = {item.by for item in suppressed}
    found = []
    for number, entry in enumerate(entries):
        place = _place(number)
        unused = complete and entry.rule in ran and place not in used
        for rule, message, fix in _about(entry, file, unused=unused, on=on):
            if rule.name in ran:
                found.append(Finding(rule, rule.severity, Problem(message, place, fix), str(entry)))
    return tuple(found)


def _about(entry: IgnoreEntry, file: str, *, unused: bool, on: date | None) -> Iterator[tuple[Rule, str, str]]:
    if not entry.reason:
        message = f"this ignore of `{entry.rule}` gives no reason"
        yield ignore_without_reason.RULE, message, f'add `reason = "..."` to the entry in {file}'
    if entry.expired(on):
        message = f"this ignore of `{entry.rule}` expired on {entry.expires}, so it no longer suppresses anything"
        yield expired_ignore.RULE, message, f"mend what it hid and remove the entry from {file}, or set a later date"
    elif unused:
        path = f" at `{entry.path}`" if entry.path else ""
        message = f"`{entry.rule}` finds nothing{path} in any image of this run"
        yield unused_ignore.RULE, message, f"remove the entry from {file}"


def _place(number: int) -> ImageLocation:
    return ImageLocation(key=f"settings.ignores[{number}]")


def _pattern(glob: str) -> re.Pattern[str]:
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*|\*|\?)", glob)
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)
