"""Ignore comments: `# lambda-lint: ignore[rule, rule] reason` for one instruction, `ignore-file` for all of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lambda_lint import pages, syntax_error
from lambda_lint.dockerfile import Comment, Dockerfile, Word
from lambda_lint.errors import nearest, printable
from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.report import Finding, Suppressed
from lambda_lint.rule import Problem, Rule
from lambda_lint.suppression import bad_ignore, ignore_without_reason, unused_ignore

_COMMENT = re.compile(r"#\s*lambda-lint\b\s*(:?)\s*([\w-]*)\s*(\[[^\]]*\]?)?\s*(.*)", re.IGNORECASE | re.ASCII)
_ONE = "ignore"
_FILE = "ignore-file"
_FORM = "write `# lambda-lint: ignore[rule, rule] reason`, or `ignore-file[rule] reason` for the whole file"


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One comment. `applies` is the stretch of text that it speaks of, None for nothing; `where` says so in words."""

    region: Region
    names: tuple[Word, ...]
    reason: str
    applies: Region | None
    where: str

    def covers(self, finding: Finding) -> Word | None:
        """The name under which this comment ignores the finding, which lies in this file."""
        location = finding.problem.location
        if not isinstance(location, SourceLocation) or self.applies is None:
            return None
        if not self.applies.start <= location.region.start <= self.applies.end:
            return None
        return next((name for name in self.names if name.text == finding.rule.name), None)


@dataclass(frozen=True, slots=True)
class _Malformed:
    """A comment that means to be an ignore and is none."""

    region: Region
    message: str


def sieve_dockerfile(
    dockerfile: Dockerfile, findings: Iterable[Finding], known: Collection[Rule], ran: Collection[str]
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """The findings that count, those about its ignore comments among them in no order, and those that do not.

    `known` are all rules that there are. `ran` are the names of those that looked at this Dockerfile: only of these can
    be said that an ignore is unused, and only those of `RULES` among them report.
    """
    said = tuple(_read(dockerfile))
    ignores = [item for item in said if isinstance(item, _Ignore)]
    kept, suppressed = [], []
    used: set[Word] = set()
    for finding in findings:
        matches = [(ignore, name) for ignore in ignores if (name := ignore.covers(finding))]
        used.update(name for _, name in matches)
        if matches:
            ignore, name = matches[0]
            suppressed.append(Suppressed(finding, ignore.reason, SourceLocation(dockerfile.path, name.region)))
        else:
            kept.append(finding)
    if dockerfile.problems:
        ran = {*ran} & {syntax_error.RULE.name, bad_ignore.RULE.name}
    about = (found for item in said for found in _about(item, used, {rule.name: rule for rule in known}, ran))
    return (
        *kept,
        *(
            Finding(rule, rule.severity, Problem(message, SourceLocation(dockerfile.path, region), fix))
            for rule, message, region, fix in about
            if rule.name in ran
        ),
    ), tuple(suppressed)


def _about(
    item: _Ignore | _Malformed, used: Collection[Word], known: dict[str, Rule], ran: Collection[str]
) -> Iterator[tuple[Rule, str, Region, str]]:
    if isinstance(item, _Malformed):
        yield bad_ignore.RULE, item.message, item.region, _FORM
        return
    if not item.reason:
        message = "this ignore gives no reason"
        yield ignore_without_reason.RULE, message, item.region, "say behind the bracket why the finding is acceptable"
    for name in item.names:
        if name.text not in known:
            message = f"there is no rule `{printable(name.text, 60)}`{nearest(name.text, known)}"
            yield bad_ignore.RULE, message, name.region, "name a rule that `lambda-lint --list-rules` shows"
        elif name.text in ran and name not in used:
            message = f"`{name.text}` finds nothing {item.where}"
            yield unused_ignore.RULE, message, name.region, _removal(known[name.text])


def _removal(rule: Rule) -> str:
    if "Dockerfile" in pages.subjects(rule):
        return "remove the name, or the comment if it is the only one"
    return "remove it; this rule looks at built images, where an entry under `ignores` in the settings suppresses it"


def _read(dockerfile: Dockerfile) -> Iterator[_Ignore | _Malformed]:
    lines = dockerfile.source.split("\n")
    for comment in dockerfile.comments:
        start, end = comment.region.start, comment.region.end
        if item := _ignore(lines[start.line - 1][start.column - 1 : end.column - 1], comment, dockerfile):
            yield item


def _ignore(text: str, comment: Comment, dockerfile: Dockerfile) -> _Ignore | _Malformed | None:
    found = _COMMENT.match(text)
    if not found:
        return None
    colon, word, names, reason = found[1], found[2].lower(), found[3] or "", found[4]
    if not names and not (colon and nearest(word, (_ONE, _FILE))):
        return None  # prose that begins with our name
    if not colon:
        return _Malformed(comment.region, "a colon is missing after `lambda-lint`, so this ignores nothing")
    if word not in (_ONE, _FILE):
        hint = nearest(word, (_ONE, _FILE))
        return _Malformed(comment.region, f"`{printable(word, 40)}` is nothing that lambda-lint knows{hint}")
    words = tuple(_words(names, comment.region.start, found.start(3)))
    if not names.endswith("]") or not words:
        return _Malformed(comment.region, "this ignore names no rule in brackets, so it ignores nothing")
    return _Ignore(comment.region, words, reason.strip(" -:\t\r"), *_applies(word, comment, dockerfile))


def _words(names: str, start: Position, offset: int) -> Iterator[Word]:
    for found in re.finditer(r"[^\s,\[\]]+", names):
        first = Position(start.line, start.column + offset + found.start())
        last = Position(start.line, start.column + offset + found.end())
        yield Word(found[0], Region(first, last))


def _applies(word: str, comment: Comment, dockerfile: Dockerfile) -> tuple[Region | None, str]:
    if word == _FILE:
        return Region(Position(1), Position(dockerfile.source.count("\n") + 2)), "in this file"
    for instruction in dockerfile.instructions:
        if comment.region.start < instruction.region.end:
            return instruction.region, f"in the {instruction.keyword} that this comment is about"
    return None, "here, for no instruction follows this comment"
